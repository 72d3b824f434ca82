package bridge

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A codec reads and writes values of one type in memory, as generated code for
// the type would. What it knows comes from the type itself and from the type
// table; it is made when the type is first met.
type codec struct {
	shape shape
	// items is the kind of packed numbers.
	items numberKind
	// number is the type's in the schema; for a pointer, of what it points to.
	number uint32
	t      reflect.Type
	// word is the type as the first word of an any has it.
	word unsafe.Pointer
	// pointers is the same for pointers to the type.
	pointers unsafe.Pointer
	// declared is the type's entry, or that of what a pointer points to.
	declared *declared
	// The codecs of what the type is made of, once they are needed.
	key, element atomic.Pointer[codec]
	fields       atomic.Pointer[[]fieldCodec]
	// encode and decode are straight-line code for the fields, if there is some.
	encode func(*Encoder, unsafe.Pointer)
	decode func(*Decoder, Record, unsafe.Pointer)
	// adapter is that of an adapted type.
	adapter *adapter
	// entries is the code for a map's, if there is some for their layout.
	entries *mapCode
}

// fieldCodec is the codec of a field, and where it is.
type fieldCodec struct {
	*codec
	offset uintptr
	is     FieldFlags
	key    string
}

// shape is a way in which values cross.
type shape uint8

// The numbers are first, in the order of their kinds on the wire.
const (
	shapeInt8 shape = iota
	shapeInt16
	shapeInt32
	shapeInt64
	shapeUint8
	shapeUint16
	shapeUint32
	shapeUint64
	shapeFloat32
	shapeFloat64
	shapeInt
	shapeUint
	shapeUintptr
	shapeBool
	shapeString
	shapeBytes
	shapeComplex64
	shapeComplex128
	shapeByteArray
	shapeNumbers
	shapeSlice
	shapeArray
	shapeMap
	shapePointer   // nil or the value
	shapeObject    // a pointer that is a handle
	shapeRecord    // a struct
	shapeOpaque    // a struct that is a handle
	shapeReference // a func, channel or other pointer
	shapeInterface // with methods
	shapeAny
	shapeError
	shapeAdapted // as its adapter says
)

var (
	errorType = reflect.TypeFor[error]()
	byteType  = reflect.TypeFor[byte]()
)

// codecs has the codec of every type that was met.
var codecs sync.Map

// codecOf returns the codec of a type.
func codecOf(t reflect.Type) *codec {
	if found, ok := codecs.Load(t); ok {
		return found.(*codec)
	}
	found, _ := codecs.LoadOrStore(t, newCodec(t))
	return found.(*codec)
}

// codec returns the codec of a type of the table.
func (t *declared) codec() *codec {
	if found := t.own.Load(); found != nil {
		return found
	}
	found := codecOf(t.reflect)
	t.own.Store(found)
	return found
}

// typeWord returns the first word of an any that holds a value of the type.
func typeWord(t reflect.Type) unsafe.Pointer {
	// A reflect.Type is a pointer to just that.
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&t))[1]
}

// wordOf returns the first word of an any.
func wordOf(v any) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[0]
}

// assemble makes an any of its words. The type is a pointer, func, channel or
// map, whose values are the second word themselves.
func assemble(word, data unsafe.Pointer) any {
	words := [2]unsafe.Pointer{word, data}
	return *(*any)(unsafe.Pointer(&words))
}

func newCodec(t reflect.Type) *codec {
	c := &codec{t: t, number: numberUnknown, word: typeWord(t), pointers: typeWord(reflect.PointerTo(t))}
	if t.Kind() == reflect.Interface {
		switch {
		case t == errorType:
			c.shape = shapeError
		case t.NumMethod() == 0:
			c.shape = shapeAny
		default:
			c.shape = shapeInterface
			c.declared, c.number = types().lookup(t)
		}
		return c
	}
	c.declared, c.number = types().lookup(t)
	if c.declared != nil {
		switch c.declared.class {
		case ClassRecord:
			c.shape = shapeRecord
			c.straighten()
			return c
		case ClassOpaque:
			c.shape = shapeOpaque
			return c
		case ClassReference:
			c.shape = shapeReference
			return c
		case ClassAdapted:
			if a := adapterOf(c.declared.Name); a != nil {
				c.shape, c.adapter = shapeAdapted, a
				return c
			}
		}
	}
	switch t.Kind() {
	case reflect.Bool:
		c.shape = shapeBool
	case reflect.String:
		c.shape = shapeString
	case reflect.Complex64:
		c.shape = shapeComplex64
	case reflect.Complex128:
		c.shape = shapeComplex128
	case reflect.Slice:
		c.shapeSlice(t.Elem())
	case reflect.Array:
		c.shape = shapeArray
		if t.Elem() == byteType {
			c.shape = shapeByteArray
		}
	case reflect.Map:
		c.shape, c.entries = shapeMap, mapCodeFor(t)
	case reflect.Pointer:
		c.shapePointer(t.Elem())
	case reflect.Struct:
		c.shape = shapeOpaque
	default:
		c.shape = shapeReference
		if kind, ok := numberOf(t); ok {
			c.shape = shape(kind)
		}
	}
	return c
}

// numberOf returns the kind of number that a type is, on the wire.
func numberOf(t reflect.Type) (kind numberKind, ok bool) {
	switch t.Kind() {
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return numberKind(t.Kind()-reflect.Int8) + kindInt8, true
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return numberKind(t.Kind()-reflect.Uint8) + kindUint8, true
	case reflect.Float32:
		return kindFloat32, true
	case reflect.Float64:
		return kindFloat64, true
	case reflect.Int:
		return kindInt, true
	case reflect.Uint:
		return kindUint, true
	case reflect.Uintptr:
		return kindUintptr, true
	}
	return 0, false
}

func (c *codec) shapeSlice(element reflect.Type) {
	kind, isNumber := numberOf(element)
	switch {
	case element == byteType:
		c.shape = shapeBytes
	case isNumber && element.PkgPath() == "":
		c.shape, c.items = shapeNumbers, kind
	default:
		c.shape = shapeSlice
	}
}

// shapePointer says how a pointer crosses: as a handle if the schema says so of
// what it points to, or doesn't have that.
func (c *codec) shapePointer(target reflect.Type) {
	c.declared, c.number = types().lookup(target)
	switch {
	case c.declared != nil && c.declared.object, c.declared == nil && target.Kind() == reflect.Struct:
		c.shape = shapeObject
	default:
		c.shape = shapePointer
	}
}

// straighten takes over the straight-line code for the fields. It takes a
// pointer to the very type: its words are those of any pointer.
func (c *codec) straighten() {
	if f := c.declared.Encode; f != nil {
		word := dataWord(f)
		c.encode = *(*func(*Encoder, unsafe.Pointer))(unsafe.Pointer(&word))
	}
	if f := c.declared.Decode; f != nil {
		word := dataWord(f)
		c.decode = *(*func(*Decoder, Record, unsafe.Pointer))(unsafe.Pointer(&word))
	}
}

// elem returns the codec of the elements, or of what a pointer points to.
func (c *codec) elem() *codec {
	if found := c.element.Load(); found != nil {
		return found
	}
	found := codecOf(c.t.Elem())
	c.element.Store(found)
	return found
}

// keys returns the codec of a map's keys.
func (c *codec) keys() *codec {
	if found := c.key.Load(); found != nil {
		return found
	}
	found := codecOf(c.t.Key())
	c.key.Store(found)
	return found
}

// members returns the codecs of a struct's fields.
func (c *codec) members() []fieldCodec {
	if found := c.fields.Load(); found != nil {
		return *found
	}
	places := make(map[string]reflect.StructField, c.t.NumField())
	for i := range c.t.NumField() {
		field := c.t.Field(i)
		places[field.Name] = field
	}
	fields := make([]fieldCodec, len(c.declared.Fields))
	for i := range fields {
		entry := &c.declared.Fields[i]
		place, own := places[entry.Name]
		if !own {
			place = promoted(c.t, entry.Name)
		}
		fields[i] = fieldCodec{codecOf(place.Type), place.Offset, entry.Is, entry.Key}
	}
	c.fields.Store(&fields)
	return fields
}

// promoted returns a field of a struct that t embeds by value as one of t.
func promoted(t reflect.Type, name string) reflect.StructField {
	field, _ := t.FieldByName(name)
	field.Offset = 0
	for i := range field.Index {
		field.Offset += t.FieldByIndex(field.Index[:i+1]).Offset
	}
	return field
}

// copyTo copies a value of the type.
func (c *codec) copyTo(to, from unsafe.Pointer) {
	reflect.NewAt(c.t, to).Elem().Set(reflect.NewAt(c.t, from).Elem())
}

// fresh returns the place of a new value of the type.
func (c *codec) fresh() unsafe.Pointer { return reflect.New(c.t).UnsafePointer() }

// isEmpty says whether a field is left out when it is empty and is so, as
// encoding/json sees it.
func (c *codec) isEmpty(p unsafe.Pointer) bool {
	switch c.shape {
	case shapeBool, shapeInt8, shapeUint8:
		return *(*uint8)(p) == 0
	case shapeInt16, shapeUint16:
		return *(*uint16)(p) == 0
	case shapeInt32, shapeUint32:
		return *(*uint32)(p) == 0
	case shapeInt64, shapeUint64, shapeInt, shapeUint, shapeUintptr:
		return *(*uint64)(p) == 0
	case shapeFloat32:
		return *(*float32)(p) == 0
	case shapeFloat64:
		return *(*float64)(p) == 0
	case shapeString:
		return *(*string)(p) == ""
	case shapeBytes, shapeNumbers, shapeSlice:
		return (*Slice)(p).length == 0
	case shapeMap:
		return reflect.NewAt(c.t, p).Elem().Len() == 0
	case shapePointer, shapeObject, shapeInterface, shapeAny, shapeError:
		return *(*unsafe.Pointer)(p) == nil
	case shapeReference:
		return c.t.Kind() == reflect.Pointer && *(*unsafe.Pointer)(p) == nil
	case shapeByteArray, shapeArray:
		// An empty array is always empty; its items make no difference.
		return c.t.Len() == 0
	}
	return false
}

// Slice is the three words of a slice, whatever its items are.
type Slice struct {
	data             unsafe.Pointer
	length, capacity int
}
