package bridge

// Success begins a response with one result, which is written next.
func (e *Encoder) Success() {
	place := e.reserve(2)
	place[0], place[1] = wireFixArray|2, byte(tagResult)
}

// SuccessInt64 writes the response of a function with just this result.
func (e *Encoder) SuccessInt64(v int64) {
	if v >= -32 && v <= 127 && len(e.buffer) > 2 {
		e.buffer[0], e.buffer[1], e.buffer[2] = wireFixArray|2, byte(tagResult), byte(v)
		e.at = 3
		return
	}
	e.Success()
	e.Int64(v)
}

// SuccessString writes the response of a function with just this result.
func (e *Encoder) SuccessString(v string) {
	if n := len(v); n < 32 && len(e.buffer) > n+2 {
		e.buffer[0], e.buffer[1], e.buffer[2] = wireFixArray|2, byte(tagResult), wireFixStr|byte(n)
		e.at = 3 + copy(e.buffer[3:], v)
		return
	}
	e.Success()
	e.String(v)
}

// Results begins the array of several results.
func (e *Encoder) Results(n int) { e.arrayHeader(n) }

// problem writes the response of a call that did not get through the user's
// function.
func (e *Encoder) problem(kind faultKind, message, typeName, stack string) {
	e.at, e.depth = 0, 0
	e.arrayHeader(2)
	e.Uint64(uint64(tagFault))
	e.arrayHeader(errorParts)
	e.Uint64(uint64(kind))
	e.String(message)
	e.String(typeName)
	e.String(stack)
	e.Nil()
}

// panicked writes the response of a call that has panicked. What an error wraps that
// was panicked with is told, as of one that is returned.
func (e *Encoder) panicked(cause *isolated) {
	e.problem(faultPanic, cause.message, cause.typeName, cause.stack)
	if cause.err == nil {
		return
	}
	defer func(end int) {
		if recover() != nil {
			// Methods of the error have panicked themselves.
			e.at, e.depth = end, 0
			e.buffer[2] = wireFixArray | errorParts
		}
	}(e.at)
	if all, one := unwrapped(cause.err); all == nil && one == nil {
		return
	}
	// Whatever was on its way has arrived.
	_ = hostErrorIn(cause.err)
	e.buffer[2] = wireFixArray | (errorParts + 1)
	e.findings(cause.err, &findings{wraps: true}, 0)
}
