package bridge

import "unsafe"

// carried is a value with its type that an interface was given, which holds it or a
// pointer to it: maps and slices in it are the function's to change.
type carried struct {
	// at is where it was in the request.
	at            int
	number, flags uint32
	// place is where the value is, or a copy that shares its maps and slices.
	place unsafe.Pointer
}

// carriedAt has the value that was read at a place of the request be in a box of its
// own, to which the function has a pointer.
func (d *Decoder) carriedAt(start int, box unsafe.Pointer) {
	if d.noted == nil {
		return
	}
	for i := range d.noted.carried {
		if one := &d.noted.carried[i]; one.at == start {
			one.place = box
		}
	}
}

// carriedBack has the arguments go back that are values with their types.
func (e *Encoder) carriedBack(d *Decoder) {
	if d.noted == nil || d.noted.carried == nil {
		return
	}
	given := givenTo(d)
	for _, one := range d.noted.carried {
		position, ok := given.argumentAt(one.at)
		if !ok || !d.GoesBack(position) {
			continue
		}
		write := func(e *Encoder) {
			e.typed(one.number, one.flags)
			types().get(one.number).codec().write(e, one.place)
			e.Leave()
		}
		known := e.changed
		for known != nil && known.position != uint64(position) {
			known = known.before
		}
		if known != nil {
			known.write = write
		} else {
			e.Changes(position, write)
		}
	}
}
