package bridge

import (
	"encoding/binary"
	"math"
	"reflect"
	"unsafe"
)

// A cell is a variable that the host has made: a pointer that functions are given,
// and may keep.

// newCell makes a cell of a type, with the value that follows, if one does.
func newCell(d *Decoder, e *Encoder) {
	var pointer reflect.Value
	if d.Nil() {
		pointer = reflect.New(reflect.TypeFor[any]())
		if value := d.Any(); value != nil {
			pointer = reflect.New(reflect.TypeOf(value))
			pointer.Elem().Set(reflect.ValueOf(value))
		}
	} else {
		t := d.typeOf()
		pointer = reflect.New(t)
		if d.at < len(d.data) {
			codecOf(t).read(d, pointer.UnsafePointer())
		}
	}
	d.End()
	e.Success()
	e.handle(heldDynamic(pointer.Interface()))
}

// cell reads a handle to a cell, and returns where it is.
func (d *Decoder) cell() (own *codec, p unsafe.Pointer) {
	start := d.at
	h := d.held()
	t := reflect.TypeOf(h.value)
	if t.Kind() != reflect.Pointer || h.boxed {
		refused(start, "expected a pointer, got %s", heldTypeName(h))
	}
	return codecOf(t.Elem()), dataWord(h.value)
}

// conversion writes a handle to a value of an interface or func type. What the host
// holds crosses as what that is everywhere else; here it is what Go made of it, which has
// the methods.
func conversion(d *Decoder, e *Encoder) {
	start := d.at
	t := d.typeOf()
	if t.Kind() != reflect.Interface && t.Kind() != reflect.Func {
		refused(start, "expected an interface or func type, got %s", shortName(t))
	}
	converted := reflect.New(t)
	codecOf(t).read(d, converted.UnsafePointer())
	d.End()
	e.Success()
	if converted.Elem().IsNil() {
		e.Nil()
		return
	}
	_, number := types().lookup(t)
	e.own(&held{value: converted.Elem().Interface(), number: number})
}

// load writes the value of a cell, live as that of a package variable is: a struct
// that is an object as that object.
func load(d *Decoder, e *Encoder) {
	own, p := d.cell()
	d.End()
	e.Success()
	if own.shape == shapeRecord && own.declared.object {
		e.Object(own.number, assemble(own.pointers, p))
		return
	}
	if own.shape == shapeAny {
		// What Go has put there is the host's to keep.
		e.Any(*(*any)(p))
		return
	}
	own.writeLive(e, p)
}

// store assigns a cell's value.
func store(d *Decoder, e *Encoder) {
	own, p := d.cell()
	own.set(d, e, func() unsafe.Pointer { return p })
}

// predeclared are the types that have a name without a package.
var predeclared = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
	"complex64": reflect.TypeFor[complex64](), "complex128": reflect.TypeFor[complex128](),
	"any": reflect.TypeFor[any](), "error": errorType,
	"int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"int": reflect.TypeFor[int](), "uint": reflect.TypeFor[uint](),
	"uintptr": reflect.TypeFor[uintptr](),
}

// typeOf reads a type: the name of a predeclared one, the number of a declared one,
// or an array of a kind and what it is made of.
func (d *Decoder) typeOf() reflect.Type {
	start := d.at
	switch describe(d.peek()) {
	case "str":
		name := d.String()
		if t := predeclared[name]; t != nil {
			return t
		}
		malformed(start, "there is no type %q", name)
	case "ext":
		code, payload := d.extension()
		if code != extType || len(payload) != 8 {
			malformed(start, "extension %d where a type was expected", code)
		}
		number := binary.LittleEndian.Uint32(payload)
		entry := types().get(number)
		if entry == nil {
			refused(start, "%s can't be made here", typeName(number))
		}
		return entry.reflect
	}
	n, _ := d.Array()
	kind := ""
	if n > 0 {
		kind = d.String()
	}
	var t reflect.Type
	switch {
	case kind == "slice" && n == 2:
		t = reflect.SliceOf(d.typeOf())
	case kind == "pointer" && n == 2:
		t = reflect.PointerTo(d.typeOf())
	case kind == "array" && n == 3:
		length := d.Uint64()
		element := d.typeOf()
		if size := uint64(element.Size()); length > math.MaxInt32 || size > 0 && length > math.MaxInt32/size {
			malformed(start, "an array of %d items", length)
		}
		t = reflect.ArrayOf(int(length), element)
	case kind == "map" && n == 3:
		key := d.typeOf()
		if !key.Comparable() {
			malformed(start, "%s can't be a map's key", shortName(key))
		}
		t = reflect.MapOf(key, d.typeOf())
	default:
		malformed(start, "there is no kind of types %q with %d parts", kind, n)
	}
	d.Leave()
	return t
}
