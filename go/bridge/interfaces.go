package bridge

import (
	"bytes"
	"reflect"
	"strings"
)

// Interface reads a value for an interface with methods, and raises a failure
// unless it implements that.
func Interface[T any](d *Decoder) T {
	if d.Nil() {
		var none T
		return none
	}
	start := d.at
	if d.AtHandle() {
		h := d.held()
		if h.boxed {
			if v, ok := h.box().Elem().Interface().(T); ok {
				return v
			}
		}
		if v, ok := h.value.(T); ok {
			return v
		}
		refused(start, "%s", notImplemented[T](heldType(h), h.value))
	}
	if d.atHost() {
		return d.hostedObject(reflect.TypeFor[T]()).(T)
	}
	value := d.Any()
	if v, ok := value.(T); ok {
		return v
	}
	if data, ok := value.([]byte); ok {
		if v, ok := reading[T](data).(T); ok {
			return v
		}
	}
	if value == nil {
		var none T
		return none
	}
	if files, ok := any(filesystem(start, value)).(T); ok {
		return files
	}
	// A value with methods on its pointer: the callee gets a pointer to a copy.
	box := reflect.New(reflect.TypeOf(value))
	box.Elem().Set(reflect.ValueOf(value))
	d.carriedAt(start, box.UnsafePointer())
	v, ok := box.Interface().(T)
	if !ok {
		refused(start, "%s", notImplemented[T](reflect.TypeOf(value), value))
	}
	return v
}

// byteReader is a reader of the host's bytes that can be closed.
type byteReader struct{ *bytes.Reader }

// Close does nothing.
func (byteReader) Close() error { return nil }

// reading returns what reads bytes where a T is wanted: package bytes' own
// reader, which much code knows to look for, unless T can be closed too.
func reading[T any](data []byte) any {
	reader := bytes.NewReader(data)
	if _, ok := any(reader).(T); ok {
		return reader
	}
	return byteReader{reader}
}

// Method reads the receiver of a method as an interface with just that method.
// A handle to a struct by value has the methods of the pointer to it.
func Method[T any](d *Decoder) T {
	if !d.AtHandle() {
		return Interface[T](d)
	}
	start := d.at
	h := d.held()
	receiver, ok := h.value.(T)
	if !ok {
		refused(start, "%s", notImplemented[T](heldType(h), h.value))
	}
	return receiver
}

// notImplemented says in Go's words why a value is no T.
func notImplemented[T any](found reflect.Type, value any) (message string) {
	return missing(found, reflect.TypeFor[T](), func() { _ = value.(T) })
}

// missing says in Go's words why a type doesn't implement an interface. If must
// is there, it panics as Go does.
func missing(found, wanted reflect.Type, must func()) (message string) {
	message = shortName(found) + " does not implement " + shortName(wanted)
	if must == nil {
		return message
	}
	// Only the runtime knows which method is missing; asking package reflect
	// would keep every method of every type in the library.
	defer func() {
		if err, ok := recover().(error); ok {
			if _, missing, ok := strings.Cut(err.Error(), "missing method "); ok {
				message += " (missing method " + missing + ")"
			}
		}
	}()
	must()
	return message
}

// ReceiveAny reads the receiver of a method of the type with that number, which
// generated code can't name. It returns what the handle holds, or a pointer to
// the value that was given.
func ReceiveAny(d *Decoder, number uint32) (receiver any, byValue bool) {
	if d.AtHandle() {
		return d.held().value, false
	}
	entry := types().get(number)
	if entry == nil {
		// No value of the type was ever handed out.
		refused(d.at, "%s can't be made from a value", typeName(number))
	}
	pointer := reflect.New(entry.reflect)
	entry.codec().read(d, pointer.UnsafePointer())
	return pointer.Interface(), true
}

// Receive reads a receiver like ReceiveAny, as an interface T with the method
// that is to be called.
func Receive[T any](d *Decoder, number uint32) (receiver T, byValue bool) {
	start := d.at
	v, byValue := ReceiveAny(d, number)
	receiver, ok := v.(T)
	if !ok {
		refused(start, "%s", notImplemented[T](reflect.TypeOf(v), v))
	}
	return receiver, byValue
}
