package bridge

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// AtHandle says whether the next value is a handle.
func (d *Decoder) AtHandle() bool {
	if d.at+1 < len(d.data) && d.data[d.at] == wireFixExt16 {
		return extCode(d.data[d.at+1]) == extHandle
	}
	return d.at < len(d.data) && d.atExtension(extHandle)
}

// live reads a handle of the usual form and returns what it holds; nil, and
// nothing read, if that is not next or is closed.
func (d *Decoder) live() *held {
	if len(d.data)-d.at < 18 {
		return nil
	}
	next := d.data[d.at : d.at+18]
	if next[0] != wireFixExt16 || extCode(next[1]) != extHandle {
		return nil
	}
	h := handles.get(binary.LittleEndian.Uint32(next[2:]), binary.LittleEndian.Uint32(next[6:]))
	if h != nil {
		d.at += 18
		if h.container {
			d.visit(h)
		}
	}
	return h
}

// Peek returns what is behind the handle that comes next, which SkipHandle then
// reads: the value, or a pointer to a struct by value. It is nil if no handle of
// the usual form is next, or it is closed; Object says what is wrong then.
func (d *Decoder) Peek() any {
	next := d.data[d.at:]
	if len(next) < 18 || next[0] != wireFixExt16 || extCode(next[1]) != extHandle {
		return nil
	}
	h := handles.get(binary.LittleEndian.Uint32(next[2:]), binary.LittleEndian.Uint32(next[6:]))
	if h == nil {
		return nil
	}
	if h.container {
		d.visit(h)
	}
	return h.value
}

// SkipHandle reads the handle that Peek has found.
func (d *Decoder) SkipHandle() { d.at += 18 }

// held reads a handle and returns what it holds.
func (d *Decoder) held() *held {
	if h := d.live(); h != nil {
		return h
	}
	start := d.at
	code, payload := d.extension()
	if code != extHandle {
		d.at = start
		d.wrong("an object")
	}
	if len(payload) != 16 {
		malformed(start, "a handle of %d bytes", len(payload))
	}
	h := handles.get(binary.LittleEndian.Uint32(payload), binary.LittleEndian.Uint32(payload[4:]))
	if h == nil {
		name := typeName(binary.LittleEndian.Uint32(payload[8:]))
		panic(&failure{faultClosed, "this " + name + " object is closed", start})
	}
	return h
}

// Object reads a handle to a T or to a pointer to one, and returns the pointer;
// nil for nil.
func Object[T any](d *Decoder) *T {
	start := d.at
	if h := d.live(); h != nil {
		if p, ok := h.value.(*T); ok {
			return p
		}
		d.at = start
	}
	return otherObject[T](d)
}

// otherObject reads what Object takes besides a handle to just its type.
func otherObject[T any](d *Decoder) *T {
	if d.Nil() {
		return nil
	}
	start := d.at
	if d.peek() == wireFixMap {
		// A record without fields, for a struct that has none to give.
		d.at++
		return new(T)
	}
	return convert(start, d.held(), reflect.TypeFor[*T]()).Interface().(*T)
}

// Box reads a handle to a T or to a pointer to one, which is not nil.
func Box[T any](d *Decoder) *T {
	start := d.at
	p := Object[T](d)
	if p == nil {
		refused(start, "expected %s, got nil", shortName(reflect.TypeFor[T]()))
	}
	return p
}

// Opaque reads a handle to a T: a func, a channel or a pointer. Nil is T's nil.
// What can be assigned to a variable of the type that T points to becomes a
// pointer to a new one.
func Opaque[T any](d *Decoder) T {
	if d.Nil() {
		var none T
		return none
	}
	start := d.at
	if d.atHost() {
		word := d.hostedFunc(reflect.TypeFor[T]())
		return *(*T)(unsafe.Pointer(&word))
	}
	h := d.held()
	if v, ok := h.value.(T); ok && !h.boxed {
		return v
	}
	return convert(start, h, reflect.TypeFor[T]()).Interface().(T)
}

// convert returns what is held as a value of the wanted type, by Go's
// assignability: a func() is a http.HandlerFunc if the parameter says so.
func convert(start int, h *held, wanted reflect.Type) reflect.Value {
	v := h.box()
	if h.boxed && !v.Type().AssignableTo(wanted) {
		v = v.Elem()
	}
	if wanted.Kind() == reflect.Pointer && wanted.Name() == "" && !v.Type().AssignableTo(wanted) {
		return pointerTo(start, h, wanted)
	}
	if !v.Type().AssignableTo(wanted) {
		refused(start, "expected %s, got %s", shortName(wanted), shortName(v.Type()))
	}
	return v.Convert(wanted)
}

// pointerTo returns a pointer to a new variable with what is held.
func pointerTo(start int, h *held, wanted reflect.Type) reflect.Value {
	v := h.box()
	if h.boxed && !v.Type().AssignableTo(wanted.Elem()) {
		v = v.Elem()
	}
	if !v.Type().AssignableTo(wanted.Elem()) {
		refused(start, "expected %s, got %s", shortName(wanted), shortName(v.Type()))
	}
	pointer := reflect.New(wanted.Elem())
	pointer.Elem().Set(v)
	return pointer
}

// Copy copies a value. It is a function so that generated code may copy
// structs that hold locks: the values that users pass are theirs to judge.
func Copy[T any](from *T) *T {
	box := new(T)
	*box = *from
	return box
}

// Value returns what p points to, for passing by value; see Copy.
func Value[T any](p *T) T { return *p }

// Object writes a handle to a pointer, func or channel of the type with the
// given number; nil if it is nil.
func (e *Encoder) Object(number uint32, v any) {
	if dataWord(v) == nil {
		e.Nil()
		return
	}
	e.handle(&held{value: v, number: number})
}

// Box writes a handle to the struct by value that p points to, which the host
// then shares.
func (e *Encoder) Box(number uint32, p any) {
	e.handle(&held{value: p, number: number, boxed: true})
}

func (e *Encoder) handle(h *held) {
	if host := hostOf(h.value); host != nil {
		e.hosted(host, h)
		return
	}
	if e.given != nil && e.again(h) {
		return
	}
	e.own(h)
}

// own writes a handle of the host's own.
func (e *Encoder) own(h *held) {
	number, generation := handles.add(h)
	place := e.reserve(18)
	place[0], place[1] = wireFixExt16, byte(extHandle)
	binary.LittleEndian.PutUint32(place[2:], number)
	binary.LittleEndian.PutUint32(place[6:], generation)
	binary.LittleEndian.PutUint32(place[10:], h.number)
	flags := uint32(0)
	if h.container {
		flags = containerFlag
	} else if h.number == numberUnknown && reflect.TypeOf(h.value).Kind() == reflect.Func {
		flags = funcFlag
	}
	binary.LittleEndian.PutUint32(place[14:], flags)
}

// hosted writes what the host gave: the slot where it holds it, and a handle that
// keeps it there until the host has read this.
func (e *Encoder) hosted(host *Host, h *held) {
	number, generation := handles.add(h)
	place := e.reserve(18)
	place[0], place[1] = wireFixExt16, byte(extHost)
	binary.LittleEndian.PutUint32(place[2:], number)
	binary.LittleEndian.PutUint32(place[6:], generation)
	binary.LittleEndian.PutUint64(place[10:], host.slot)
}

// window writes where a byte slice is.
func (e *Encoder) window(v []byte) {
	place := e.reserve(18)
	place[0], place[1] = wireFixExt16, byte(extWindow)
	binary.LittleEndian.PutUint64(place[2:], uint64(uintptr(unsafe.Pointer(unsafe.SliceData(v)))))
	binary.LittleEndian.PutUint64(place[10:], uint64(len(v)))
}

// again writes the handle that the host has given for a pointer itself, if it has.
func (e *Encoder) again(h *held) bool {
	if h.boxed || reflect.TypeOf(h.value).Kind() != reflect.Pointer {
		return false
	}
	return e.asGiven(h.value)
}

// dataWord returns the second word of an interface: the value itself for
// pointers, funcs, channels and maps, else a pointer to it.
func dataWord(v any) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1]
}
