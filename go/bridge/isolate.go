package bridge

import "runtime/debug"

// isolated is the panic of a call that ran on a goroutine of its own.
type isolated struct {
	message, typeName, stack string
}

// isolate runs a callable on a goroutine of its own.
//
// The goroutine that a C thread's call runs on can't end: runtime.Goexit there
// is a fatal error, and a deferred function can see it but not stop it. So a
// function that may call Goexit is run where ending is allowed. The hand-over
// costs microseconds, which is why only callables of packages that can reach
// Goexit are isolated.
func isolate(run func(*Decoder, *Encoder), d *Decoder, e *Encoder) {
	// What to panic with here: nil, a failure or an isolated.
	ended := make(chan any, 1)
	go func() {
		returned := false
		defer func() {
			switch cause := recover().(type) {
			case nil:
				if returned {
					ended <- nil
				} else {
					ended <- &isolated{
						message: "runtime.Goexit was called",
						stack:   string(debug.Stack()),
					}
				}
			case *failure:
				ended <- cause
			default:
				message, typeName := describePanic(cause)
				ended <- &isolated{message, typeName, panicStack()}
			}
		}()
		run(d, e)
		returned = true
	}()
	if cause := <-ended; cause != nil {
		panic(cause)
	}
}
