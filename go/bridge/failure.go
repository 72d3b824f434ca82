package bridge

import "fmt"

// failure is what a Decoder and an Encoder panic with, and nothing else does.
type failure struct {
	kind    faultKind
	message string
	// offset is where in the request the value starts that is at fault;
	// negative if the failure is not about a value of the request.
	offset int
}

// Error makes a failure that escapes by mistake readable.
func (f *failure) Error() string {
	return fmt.Sprintf("usegolib: %s (%s, offset %d)", f.message, f.kind, f.offset)
}

// malformed raises a failure of a request that no correct host sends.
func malformed(offset int, format string, arguments ...any) {
	panic(&failure{faultMalformed, fmt.Sprintf(format, arguments...), offset})
}

// refused raises a failure of an argument that only Go could check.
func refused(offset int, format string, arguments ...any) {
	panic(&failure{faultArgument, fmt.Sprintf(format, arguments...), offset})
}

// inexpressible raises a failure of a result that can't cross.
func inexpressible(format string, arguments ...any) {
	panic(&failure{faultResult, fmt.Sprintf(format, arguments...), -1})
}

// unable raises a failure of the bridge's that is nobody's value's.
func unable(format string, arguments ...any) {
	panic(&failure{faultPanic, fmt.Sprintf(format, arguments...), -1})
}
