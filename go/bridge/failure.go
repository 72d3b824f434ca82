package bridge

import "fmt"

// The kinds of errors in a response.
const (
	kindError     = 0 // the function's error result
	kindEOF       = 1 // the same, and it is io.EOF
	kindPanic     = 2 // a panic or runtime.Goexit
	kindArgument  = 3 // an argument that the host could not check
	kindClosed    = 4 // a handle that was closed
	kindMalformed = 5 // a malformed request
	kindDeadline  = 6 // the function's error result, and it says that a deadline is over
)

// failure is what a Decoder and an Encoder panic with, and nothing else does.
type failure struct {
	kind    uint8
	message string
	// offset is where in the request the value starts that is at fault;
	// negative if the failure is not about a value of the request.
	offset int
}

// Error makes a failure that escapes by mistake readable.
func (f *failure) Error() string {
	return fmt.Sprintf("usegolib: %s (kind %d, offset %d)", f.message, f.kind, f.offset)
}

// malformed raises a failure of a request that no correct host sends.
func malformed(offset int, format string, arguments ...any) {
	panic(&failure{kindMalformed, fmt.Sprintf(format, arguments...), offset})
}

// refused raises a failure of an argument that only Go could check.
func refused(offset int, format string, arguments ...any) {
	panic(&failure{kindArgument, fmt.Sprintf(format, arguments...), offset})
}

// inexpressible raises a failure of a result that can't cross.
func inexpressible(format string, arguments ...any) {
	panic(&failure{kindPanic, fmt.Sprintf(format, arguments...), -1})
}
