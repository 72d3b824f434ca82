package dependent

import "example.com/excluded/typeerror"

var Value = typeerror.Broken()
