package bridge

import (
	"reflect"
	"unsafe"
)

// What is reached from an object or a package variable is live: the host gets
// references to the memory itself, not copies. A struct is a handle to it, as
// any object is. A map, slice or array is a handle to a container.

// A container is a place with a map, slice or array of which the host has a live
// reference. Like every handle's, its value is a pointer; so where Go wants what
// is in the place, it is passed as any boxed value is.
type container struct {
	held
	codec *codec
	// returned says that a function gave the map: there is no place for another one.
	returned bool
	// owner is the map that holds the value, if Go can't address it: the place
	// is then a copy, which is read from the map and stored there.
	owner *element
}

// An element is the place of a value that Go can't address: in a map or, if of is nil,
// in an interface.
type element struct {
	of     *container
	key    reflect.Value
	within *any
}

// value returns what is there, as a value of the type; none if there is no such value.
func (e *element) value(t reflect.Type) reflect.Value {
	var found reflect.Value
	if e.of == nil {
		found = reflect.ValueOf(*e.within)
	} else if found = e.of.entries().MapIndex(e.key); found.IsValid() && found.Kind() == reflect.Interface {
		found = found.Elem()
	}
	if found.IsValid() && found.Type() != t {
		return reflect.Value{}
	}
	return found
}

// store puts a value there.
func (e *element) store(v reflect.Value) {
	if e.of == nil {
		*e.within = v.Interface()
	} else {
		e.of.set(e.key, v)
	}
}

// place returns where the value is, as it is now.
func (c *container) place() unsafe.Pointer {
	p := dataWord(c.value)
	if c.owner == nil {
		return p
	}
	if found := c.owner.value(c.codec.t); found.IsValid() {
		reflect.NewAt(c.codec.t, p).Elem().Set(found)
	}
	return p
}

// visit has what a container's place is a copy of read before the place is used, and
// stored when the call has ended if it is another slice or map by then: a method with
// a pointer receiver may have appended.
//
//go:noinline
func (d *Decoder) visit(h *held) {
	if c := h.asContainer(); c.owner != nil {
		c.place()
		d.copies = &copied{of: c, was: c.words(), before: d.copies}
	}
}

// words returns what says which slice or map is in the place.
func (c *container) words() (words Slice) {
	p := dataWord(c.value)
	if c.codec.shape == shapeMap {
		words.data = *(*unsafe.Pointer)(p)
		return words
	}
	return *(*Slice)(p)
}

// changed stores what is in the place where it belongs, once it is another slice
// or map than before.
func (c *container) changed() {
	if c.owner != nil {
		c.owner.store(reflect.NewAt(c.codec.t, dataWord(c.value)).Elem())
	}
}

// writeLive writes the value in a place that the host may refer to.
func (c *codec) writeLive(e *Encoder, p unsafe.Pointer) {
	switch c.shape {
	case shapeRecord, shapeOpaque:
		c.writeBox(e, p)
	case shapeNumbers, shapeSlice, shapeArray, shapeMap:
		c.writeContainer(e, p, nil)
	case shapePointer:
		c.writeTarget(e, *(*unsafe.Pointer)(p))
	case shapeAny:
		e.liveAny(*(*any)(p), &element{within: (*any)(p)})
	case shapeInterface:
		// What methods it has is known to Go only: there is no place for another map.
		e.liveAny((*Iface)(p).value(), nil)
	default:
		c.write(e, p)
	}
}

// liveAny writes the value of an interface: a container for a map or slice, where the
// host can know of which type.
func (e *Encoder) liveAny(v any, owner *element) {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Map && t.Kind() != reflect.Slice {
		e.Any(v)
		return
	}
	c := codecOf(t)
	number := c.number
	switch {
	case c.shape != shapeMap && c.shape != shapeSlice && c.shape != shapeNumbers:
		number = numberUnknown
	case t == textMapType:
		number = numberTextMap
	case t == anyListType:
		number = numberAnyList
	case t == anyMapType:
		number = numberAnyMap
	}
	if number == numberUnknown || owner == nil && c.shape != shapeMap {
		e.Any(v)
		return
	}
	box := reflect.New(t)
	box.Elem().Set(reflect.ValueOf(v))
	made := &container{
		held:  held{value: box.Interface(), number: number, boxed: true, container: true},
		codec: c,
		owner: owner,
		// Without a place for another map there is only this one.
		returned: owner == nil,
	}
	e.handle(&made.held)
}

var (
	textMapType = reflect.TypeFor[map[string]any]()
	anyListType = reflect.TypeFor[[]any]()
	anyMapType  = reflect.TypeFor[map[any]any]()
)

// writeTarget writes what a pointer leads to, which can always be addressed.
func (c *codec) writeTarget(e *Encoder, v unsafe.Pointer) {
	switch target := c.elem(); {
	case v == nil:
		e.Nil()
	case target.shape == shapeRecord:
		e.Object(target.number, assemble(c.word, v))
	default:
		target.writeLive(e, v)
	}
}

// writeContainer writes a handle to a map, slice or array.
func (c *codec) writeContainer(e *Encoder, p unsafe.Pointer, owner *element) {
	made := &container{
		held:  held{value: assemble(c.pointers, p), number: c.number, boxed: true, container: true},
		codec: c,
		owner: owner,
	}
	e.handle(&made.held)
}

// LiveMap writes a map that a method of an object returned, which is the object's own.
func LiveMap[T any](e *Encoder, v *T) {
	codecOf(reflect.TypeFor[T]()).writeReturned(e, unsafe.Pointer(v))
}

// LiveResult writes the n-th result, a map that is the object's own.
func (d *Decoder) LiveResult(e *Encoder, n int, v unsafe.Pointer) {
	d.callable.signature().out[n].writeReturned(e, unsafe.Pointer(&v))
}

// writeReturned writes a handle to a map that a method returned.
func (c *codec) writeReturned(e *Encoder, p unsafe.Pointer) {
	made := &container{
		held:     held{value: assemble(c.pointers, p), number: c.number, boxed: true, container: true},
		codec:    c,
		returned: true,
	}
	e.handle(&made.held)
}

// writeElement writes a value of a map, which is in a place of its own: Go can't
// address it where it is.
func (c *codec) writeElement(e *Encoder, p unsafe.Pointer, owner *element) {
	switch c.shape {
	case shapeNumbers, shapeSlice, shapeMap:
		c.writeContainer(e, p, owner)
	case shapePointer:
		c.writeTarget(e, *(*unsafe.Pointer)(p))
	case shapeAny:
		e.liveAny(*(*any)(p), owner)
	case shapeInterface:
		e.liveAny((*Iface)(p).value(), nil)
	default:
		c.write(e, p)
	}
}

// asContainer returns the container that is held, if it is one.
func (h *held) asContainer() *container {
	if !h.container {
		return nil
	}
	// It is the first field of one.
	return (*container)(unsafe.Pointer(h))
}

// box returns a pointer to the value that is held, which is boxed, as it is now.
func (h *held) box() reflect.Value {
	if c := h.asContainer(); c != nil && c.owner != nil {
		c.place()
	}
	return reflect.ValueOf(h.value)
}

// container reads a handle to a container.
func (d *Decoder) container() *container {
	start := d.at
	h := d.live()
	if h == nil {
		h = d.held()
	}
	c := h.asContainer()
	if c == nil {
		malformed(start, "a handle to no map, slice or array")
	}
	return c
}

// Given reads what an argument is instead of the array or map that is usually
// there, whose length n was said to be: a handle to a container, or nil.
func Given[T any](d *Decoder, n int) T {
	if n != lengthOfHandle {
		var none T
		return none
	}
	start := d.at
	return convert(start, d.held(), reflect.TypeFor[T]()).Interface().(T)
}

// Absent writes that there is no such item.
func (e *Encoder) absent() { e.extension(extAbsent, 1)[0] = 0 }
