module bench.test/callbacks

go 1.24
