package missing

import "example.com/nowhere/at/all"

var Value = all.Value
