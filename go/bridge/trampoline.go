package bridge

import (
	"reflect"
	"unsafe"
)

// A trampoline calls all functions of one layout: those whose arguments and
// results lie in the same registers and places of the stack. Which function it
// calls, and how its arguments cross, says the callable. Go passes every pointer,
// map, func and channel alike, every slice, and every interface with methods; it
// passes a struct field by field, so that a trampoline for a struct by value
// names its very type, and numbers by their width, so that widths are never mixed.
//
// What generated trampolines need is here: they know a layout, and leave it to
// these functions what the words mean.

// A signature has the codecs of a function's arguments and results.
type signature struct {
	in, out []*codec
}

// signature returns what is known of the callable's arguments and results. It
// comes from the function's own type.
func (c *Callable) signature() *signature {
	if found := c.known.Load(); found != nil {
		return found
	}
	if err := c.checkLayout(); err != nil {
		unable("%v: the function is not called", err)
	}
	s := signatureOf(reflect.TypeOf(c.Function))
	c.known.Store(s)
	return s
}

// signatureOf returns the codecs of a function type.
func signatureOf(t reflect.Type) *signature {
	s := &signature{in: make([]*codec, t.NumIn()), out: make([]*codec, t.NumOut())}
	for i := range s.in {
		s.in[i] = codecOf(t.In(i))
	}
	for i := range s.out {
		s.out[i] = codecOf(t.Out(i))
	}
	return s
}

// Function returns what a trampoline calls, as the one word that a func is: the
// callable's function or, for the invocation of a func, the func itself, which is
// the first argument.
func (d *Decoder) Function() unsafe.Pointer {
	d.callable.signature()
	if f := dataWord(d.callable.Function); f != nil {
		return f
	}
	return codecOf(reflect.TypeOf(d.callable.Function)).readPointer(d)
}

// Receiver reads the receiver of a method of a pointer: a handle, or a value of
// which the pointer is to a copy.
func (d *Decoder) Receiver() unsafe.Pointer {
	own := d.callable.signature().in[0].elem()
	start := d.at
	if h := d.live(); h != nil {
		if wordOf(h.value) == own.pointers {
			return dataWord(h.value)
		}
		d.at = start
	}
	return d.otherReceiver(own)
}

// otherReceiver reads what Receiver takes besides a handle to just its type.
func (d *Decoder) otherReceiver(own *codec) unsafe.Pointer {
	if own.shape != shapeReference && (d.AtHandle() || own.shape == shapeOpaque) {
		return own.readBox(d)
	}
	p := own.fresh()
	own.read(d, p)
	if d.callable.Returns {
		d.given = p
	}
	return p
}

// GiveBack has the receiver written behind the result, as it is after the call,
// if it was given by value and the method may change it.
func (d *Decoder) GiveBack(e *Encoder) {
	if p := d.given; p != nil {
		own := d.callable.signature().in[0].elem()
		e.Changes(0, func(e *Encoder) { own.write(e, p) })
	}
}

// LendAt says what the function does with its n-th argument, which is read next.
func (d *Decoder) LendAt(n int) {
	d.lent = Kept
	if lent := d.callable.Lent; n < len(lent) {
		d.lent = Lending(lent[n] - '0')
	}
}

// Pointer reads the n-th argument, a pointer, map, func or channel.
func (d *Decoder) Pointer(n int) unsafe.Pointer {
	return d.callable.signature().in[n].readPointer(d)
}

// Slice reads the n-th argument, a slice.
func (d *Decoder) Slice(n int) Slice { return d.callable.signature().in[n].readSlice(d) }

// Iface reads the n-th argument, an interface with methods.
func (d *Decoder) Iface(n int) Iface { return d.callable.signature().in[n].readInterface(d) }

// Into reads the n-th argument into a place of its very type.
func (d *Decoder) Into(n int, p unsafe.Pointer) { d.callable.signature().in[n].read(d, p) }

// PointerResult writes the n-th result, a pointer, map, func or channel.
func (d *Decoder) PointerResult(e *Encoder, n int, v unsafe.Pointer) {
	d.callable.signature().out[n].writePointer(e, v)
}

// SliceResult writes the n-th result, a slice.
func (d *Decoder) SliceResult(e *Encoder, n int, v Slice) {
	d.callable.signature().out[n].writeSlice(e, v)
}

// ResultFrom writes the n-th result from a place of its very type, of which
// nothing else has the memory.
func (d *Decoder) ResultFrom(e *Encoder, n int, p unsafe.Pointer) {
	d.callable.signature().out[n].writeShared(e, p)
}
