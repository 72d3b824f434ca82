module example.com/vendored

go 1.24

require example.com/near v1.0.0

require example.com/far v1.0.0 // indirect
