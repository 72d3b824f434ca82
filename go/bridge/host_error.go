package bridge

import (
	"encoding/binary"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"
)

// hostError is an exception of the host's on its way through Go, or one that the host
// has given as an error. Where it comes out again the host has the very exception. As
// long as Go has it, the exception is this one error, whatever way it comes.
type hostError struct {
	// host holds the exception; nil if there is none.
	host    *Host
	message string
	// cause is the Go error that the exception stands for, if it does.
	cause error
	// travels says that a callable has raised it, and no call has ended with it yet:
	// the call that does raises it, by whatever it is wrapped.
	travels atomic.Bool
}

// Error returns what the host calls the exception.
func (e *hostError) Error() string { return e.message }

// Unwrap returns the Go error that the exception stands for.
func (e *hostError) Unwrap() error { return e.cause }

// hostErrorIn finds the exception that a call ends with: an error that is one, or
// wraps one that was raised on the way. The exception has arrived.
func hostErrorIn(err error) *hostError {
	var found *hostError
	search(err, func(one error) bool {
		raised, ok := one.(*hostError)
		if ok && raised.host != nil && (one == err || raised.travels.Load()) {
			found = raised
		}
		return found != nil
	})
	if found != nil {
		found.travels.Store(false)
	}
	return found
}

// hostErrors finds the exceptions that Go has, by what the host knows them by. That
// is used again once an exception is gone: then the weak pointer is nil.
var hostErrors = struct {
	sync.Mutex
	known map[uint64]weak.Pointer[hostError]
}{known: map[uint64]weak.Pointer[hostError]{}}

// hostErrorOf returns the error that the exception with an identity is, or the one
// that is made of it now.
func hostErrorOf(identity uint64, made func() *hostError) (found *hostError, isKnown bool) {
	hostErrors.Lock()
	defer hostErrors.Unlock()
	if found = hostErrors.known[identity].Value(); found != nil {
		return found, true
	}
	found = made()
	hostErrors.known[identity] = weak.Make(found)
	runtime.AddCleanup(found, forgetHostError, identity)
	return found, false
}

// forgetHostError forgets an exception, unless there is another one by now.
func forgetHostError(identity uint64) {
	hostErrors.Lock()
	defer hostErrors.Unlock()
	if hostErrors.known[identity].Value() == nil {
		delete(hostErrors.known, identity)
	}
}

// exception reads an exception that the host answers with, in a slot that it has kept
// for Go.
func (d *Decoder) exception() *hostError {
	if d.Nil() {
		return &hostError{message: "usegolib: the host's interpreter has ended"}
	}
	raised, slot, identity := d.exceptionParts()
	found, isKnown := hostErrorOf(identity, func() *hostError {
		raised.host = adoptHost(slot)
		return raised
	})
	if isKnown {
		releaseHost(slot)
	}
	return found
}

// givenException reads an exception that the host gives as an error.
func (d *Decoder) givenException() *hostError {
	start := d.at
	if d.untrusted {
		malformed(start, "an exception in a message of nobody's")
	}
	raised, slot, identity := d.exceptionParts()
	found, _ := hostErrorOf(identity, func() *hostError {
		if raised.host = keepHost(slot); raised.host == nil {
			malformed(start, "the host holds no exception there")
		}
		return raised
	})
	return found
}

// exceptionParts reads an exception: its message, its slot, nil, true for the end of
// a file or the Go error that it stands for, and what the host knows it by.
func (d *Decoder) exceptionParts() (raised *hostError, slot, identity uint64) {
	start := d.at
	if n, _ := d.Array(); n != 4 {
		malformed(start, "an exception of %d items", n)
	}
	raised = &hostError{message: d.String()}
	start = d.at
	code, payload := d.extension()
	if code != extHost || len(payload) != 8 {
		malformed(start, "an exception without a slot")
	}
	slot = binary.LittleEndian.Uint64(payload)
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
	identity = d.Uint64()
	d.Leave()
	return raised, slot, identity
}

// raise has an exception of a callable's go on in Go: see Question.Close.
func (e *hostError) raise(callable *Host, err *error) {
	switch {
	case err == nil && callable == nil:
		// The zero value of an adapter, which package reflect can make: its methods
		// give zero values.
	case err == nil && isRecovered():
		e.travels.Store(e.host != nil)
		panic(e)
	case err == nil:
		e.report(callable)
	case e.cause != nil:
		// The very error: callers compare it with io.EOF, or fs.SkipDir.
		*err = e.cause
	default:
		e.travels.Store(e.host != nil)
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
