package bridge

// isolated is what is known of a panic, which may have been on a goroutine of its own.
type isolated struct {
	message, typeName, stack string
	// err is what was panicked with, if that is an error.
	err error
}

// isolate runs the callable on a goroutine of its own, with a state of its own.
//
// The goroutine that a C thread's call runs on can't end: runtime.Goexit there
// is a fatal error, and a deferred function can see it but not stop it. It is also
// bound to the thread, and so is every coroutine of iter.Pull that is begun there: to
// ask for its next value from another thread, or from another goroutine, is a fatal
// error as well. So a function that may call one of these is run where ending is
// allowed and nothing is bound. The hand-over costs microseconds, which is why only
// callables of packages that can reach Goexit or Pull are isolated, and funcs of
// which it isn't known what they reach.
func (c *call) isolate() {
	own := &call{decoder: c.decoder, encoder: c.encoder}
	own.decoder.attendant = newAttendant(func() {})
	ended := make(chan any, 1)
	own.start(func(cause any) { ended <- cause })
	for {
		select {
		case cause := <-ended:
			own.decoder.attendant.leave()
			c.adopt(own, cause)
			return
		case <-own.decoder.attendant.wanted:
			own.decoder.attendant.attend()
		}
	}
}

// start runs the callable on a goroutine of its own, which, when it has ended,
// says what is to be panicked with: nil, a failure or an isolated.
func (c *call) start(ended func(cause any)) {
	run := c.decoder.callable.Call
	go func() {
		returned := false
		defer func() { ended(causeOf(recover(), returned)) }()
		run(&c.decoder, &c.encoder)
		returned = true
	}()
}

// causeOf says what is to be panicked with in the place of a goroutine that has
// ended: nil, a failure or an isolated. It is to be called by the function that
// recovered.
func causeOf(recovered any, returned bool) any {
	switch cause := recovered.(type) {
	case nil:
		if returned {
			return nil
		}
		return &isolated{
			message: "runtime.Goexit was called",
			stack:   stackBelow("runtime.Goexit"),
		}
	case *failure, *isolated, *hostError:
		return cause
	default:
		return describePanic(cause, panicStack())
	}
}

// adopt makes the state of a call that has ended on another goroutine this
// one's, and panics with its cause, if it has one.
func (c *call) adopt(other *call, cause any) {
	*c = *other
	if cause != nil {
		panic(cause)
	}
}
