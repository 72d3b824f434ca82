module example.com/unnameable

go 1.24
