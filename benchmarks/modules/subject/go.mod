module bench.test/subject

go 1.24
