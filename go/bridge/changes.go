package bridge

// change is an argument that the host gave by value, and that the function may have
// changed: it goes back as it is after the call.
type change struct {
	position uint64
	write    func(*Encoder)
	// before is the change that was noted before this one.
	before *change
}

// Changes has an argument, counted from the receiver or first one as 0, written
// behind the result, and behind an error too: what a function did before it failed
// is done. It is called when the arguments have been read.
//
// write is given the Encoder to use, because this one may move.
func (e *Encoder) Changes(position int, write func(*Encoder)) {
	e.changed = &change{uint64(position), write, e.changed}
}

// writeChanges ends a response with the changed arguments, by their positions.
func (e *Encoder) writeChanges() {
	if envelopeTag(e.buffer[1]) == tagFault {
		// It tells more than that the arguments can't cross.
		defer func(end int) {
			if recover() != nil {
				e.at, e.depth = end, 0
				e.buffer[0] = wireFixArray | 2
			}
		}(e.at)
	}
	last := e.changed
	e.changed = nil
	count := 0
	for c := last; c != nil; c = c.before {
		count++
	}
	e.buffer[0] = wireFixArray | 3
	e.Map(count)
	for c := last; c != nil; c = c.before {
		e.Uint64(c.position)
		c.write(e)
	}
	e.Leave()
}
