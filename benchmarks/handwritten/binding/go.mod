module bench.test/binding

go 1.24

require bench.test/subject v0.0.0

replace bench.test/subject => ../../modules/subject
