module usegolib.build

go 1.24
