package bridge

import (
	"encoding/binary"
	"io"
	"runtime"
)

// hostError is an exception of the host's on its way through Go. Where it comes out
// again, by whatever wraps it, the host raises the very exception.
type hostError struct {
	// host holds the exception; nil if there is none.
	host    *Host
	message string
	// cause is the Go error that the exception stands for, if it does.
	cause error
}

// Error returns the exception's type and text.
func (e *hostError) Error() string { return e.message }

// Unwrap returns the Go error that the exception stands for.
func (e *hostError) Unwrap() error { return e.cause }

// hostErrorIn finds the exception that an error is, or wraps.
func hostErrorIn(err error) *hostError {
	var found *hostError
	search(err, func(one error) bool {
		raised, ok := one.(*hostError)
		if ok && raised.host != nil {
			found = raised
		}
		return found != nil
	})
	return found
}

// exception reads an exception: its message, its slot, and nil, true for the end of
// a file or the Go error that it stands for.
func (d *Decoder) exception() *hostError {
	start := d.at
	if d.Nil() {
		return &hostError{message: "usegolib: the host's interpreter has ended"}
	}
	if n, _ := d.Array(); n != 3 {
		malformed(start, "an exception of %d items", n)
	}
	raised := &hostError{message: d.String()}
	start = d.at
	code, payload := d.extension()
	if code != extHost || len(payload) != 8 {
		malformed(start, "an exception without a slot")
	}
	raised.host = adoptHost(binary.LittleEndian.Uint64(payload))
	switch describe(d.peek()) {
	case "nil":
		d.at++
	case "bool":
		if d.Bool() {
			raised.cause = io.EOF
		}
	default:
		raised.cause = d.Error()
	}
	d.Leave()
	return raised
}

// raise has an exception of a callable's go on in Go: see Question.Close.
func (e *hostError) raise(callable *Host, err *error) {
	switch {
	case err == nil && callable == nil:
		// The zero value of an adapter, which package reflect can make: its methods
		// give zero values.
	case err == nil && isRecovered():
		panic(e)
	case err == nil:
		e.report(callable)
	case e.cause != nil:
		// The very error: callers compare it with io.EOF, or fs.SkipDir.
		*err = e.cause
	default:
		*err = e
	}
}

// report tells the host that nobody will see the exception.
func (e *hostError) report(callable *Host) {
	if e.host == nil {
		return
	}
	tell(e.host.slot, hostReport, binary.LittleEndian.AppendUint64(nil, callable.slot))
	runtime.KeepAlive(e)
	runtime.KeepAlive(callable)
}
