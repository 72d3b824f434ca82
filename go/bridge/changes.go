package bridge

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

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

// HasBack says whether the host wants any argument back.
func (d *Decoder) HasBack() bool { return d.back != 0 }

// GoesBack says whether the host wants the argument at a position back.
func (d *Decoder) GoesBack(position int) bool { return d.back>>position&1 != 0 }

// Returns has the argument at a position, of which the pointer leads to a copy,
// written behind the result.
func (d *Decoder) Returns(e *Encoder, position int, pointer any) {
	own := codecOf(reflect.TypeOf(pointer).Elem())
	d.returns(e, position, own, dataWord(pointer))
}

func (d *Decoder) returns(e *Encoder, position int, own *codec, p unsafe.Pointer) {
	e.Changes(position, func(e *Encoder) {
		if own.shape != shapeObject || *(*unsafe.Pointer)(p) == nil {
			own.write(e, p)
			return
		}
		// It was given by its fields.
		own.elem().writeFields(e, *(*unsafe.Pointer)(p))
	})
}

// SliceBack returns the n-th argument, a slice, if the host wants it back.
func (d *Decoder) SliceBack(e *Encoder, n int, v Slice) { back(d, e, n, v) }

// BytesBack returns the n-th argument, a slice of bytes, if the host wants it back.
func (d *Decoder) BytesBack(e *Encoder, n int, v []byte) { back(d, e, n, v) }

// PointerBack returns the n-th argument, a pointer, map, func or channel, if the
// host wants it back.
func (d *Decoder) PointerBack(e *Encoder, n int, v unsafe.Pointer) { back(d, e, n, v) }

func back[T any](d *Decoder, e *Encoder, n int, v T) {
	kept := new(T)
	*kept = v
	d.Back(e, n, unsafe.Pointer(kept))
}

// Back returns the n-th argument, which is in a place of its own, if the host
// wants it back.
func (d *Decoder) Back(e *Encoder, n int, p unsafe.Pointer) {
	position := n
	if dataWord(d.callable.Function) == nil {
		// A func that is invoked is the first argument itself.
		position++
	}
	if d.GoesBack(position) {
		d.returns(e, position, d.callable.signature().in[n], p)
	}
}

// wanted reads which arguments go back, which is in front of a request.
func (d *Decoder) wanted() {
	start := d.at
	_, payload := d.extension()
	if len(payload) != 8 {
		malformed(start, "%d bytes for which arguments go back", len(payload))
	}
	d.back = binary.LittleEndian.Uint64(payload)
}

// copied is a buffer of the host's that is given the content of a slice of Go's
// when the call has ended.
type copied struct {
	to, from []byte
	// of is a container whose value is in a map instead, and was the words there.
	of     *container
	was    Slice
	before *copied
}

// copiesBack has a buffer of the host's given the content of what the function
// works with, once that has ended.
func (d *Decoder) copiesBack(to, from []byte) {
	d.copies = &copied{to: to, from: from, before: d.copies}
}

// copyBack gives the host's buffers what the function made of their copies. What
// was read last is copied first, so that of a buffer that is given twice the first
// one counts.
func (d *Decoder) copyBack() {
	for c := d.copies; c != nil; c = c.before {
		if c.of == nil {
			copy(c.to, c.from)
		} else if c.of.words() != c.was {
			c.of.changed()
		}
	}
	d.copies = nil
}

// writeChanges ends a response with the changed arguments, by their positions; d has
// read the request.
func (e *Encoder) writeChanges(d *Decoder) {
	e.carriedBack(d)
	if e.changed == nil {
		return
	}
	e.given = givenTo(d)
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
		e.given.position = c.position
		c.write(e)
	}
	e.Leave()
}
