package bridge

import "reflect"

// EncodeReflected writes what pointer points to by its static type, for types
// that generated code can't name.
func EncodeReflected(e *Encoder, pointer any) {
	encodeReflected(e, reflect.ValueOf(pointer).Elem())
}

var (
	errorType = reflect.TypeFor[error]()
	byteType  = reflect.TypeFor[byte]()
)

// encodeReflected writes a value as the generated code for its type would.
func encodeReflected(e *Encoder, v reflect.Value) {
	t := v.Type()
	if t.Kind() == reflect.Interface {
		switch {
		case v.IsNil():
			e.Nil()
		case t == errorType:
			e.Error(v.Interface().(error))
		default:
			e.Any(v.Interface())
		}
		return
	}
	if entry, number := types().lookup(t); entry != nil {
		switch entry.class {
		case classData:
			entry.encode(e, addressed(v))
			return
		case classOpaque:
			e.Box(number, copied(v))
			return
		case classHandle:
			e.Object(number, v.Interface())
			return
		}
	}
	switch t.Kind() {
	case reflect.Bool:
		e.Bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.Int64(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		e.Uint64(v.Uint())
	case reflect.Float32, reflect.Float64:
		e.Float64(v.Float())
	case reflect.Complex64, reflect.Complex128:
		e.Complex128(v.Complex())
	case reflect.String:
		e.String(v.String())
	case reflect.Slice:
		encodeReflectedSlice(e, v)
	case reflect.Array:
		encodeReflectedArray(e, v)
	case reflect.Map:
		encodeReflectedMap(e, v)
	case reflect.Pointer:
		encodeReflectedPointer(e, v)
	default:
		e.Opaque(v.Interface())
	}
}

// addressed returns a pointer to a value, copying it if it has no address.
func addressed(v reflect.Value) any {
	if v.CanAddr() {
		return v.Addr().Interface()
	}
	return copied(v)
}

// copied returns a pointer to a copy of a value.
func copied(v reflect.Value) any {
	box := reflect.New(v.Type())
	box.Elem().Set(v)
	return box.Interface()
}

// packed writes slices of numbers without a name as packed numbers.
func packed(e *Encoder, v any) bool {
	switch v := v.(type) {
	case []int8:
		e.Int8s(v)
	case []int16:
		e.Int16s(v)
	case []int32:
		e.Int32s(v)
	case []int64:
		e.Int64s(v)
	case []uint16:
		e.Uint16s(v)
	case []uint32:
		e.Uint32s(v)
	case []uint64:
		e.Uint64s(v)
	case []float32:
		e.Float32s(v)
	case []float64:
		e.Float64s(v)
	case []int:
		e.Ints(v)
	case []uint:
		e.Uints(v)
	case []uintptr:
		e.Uintptrs(v)
	default:
		return false
	}
	return true
}

func encodeReflectedSlice(e *Encoder, v reflect.Value) {
	element := v.Type().Elem()
	if element == byteType {
		e.Bytes(v.Bytes())
		return
	}
	if element.PkgPath() == "" && element.Kind() < reflect.Complex64 {
		// A slice of that type without a name of its own.
		if packed(e, v.Convert(reflect.SliceOf(element)).Interface()) {
			return
		}
	}
	if v.IsNil() {
		e.Nil()
		return
	}
	encodeReflectedItems(e, v)
}

func encodeReflectedArray(e *Encoder, v reflect.Value) {
	if v.Type().Elem() == byteType {
		raw := make([]byte, v.Len())
		reflect.Copy(reflect.ValueOf(raw), v)
		e.ByteArray(raw)
		return
	}
	encodeReflectedItems(e, v)
}

func encodeReflectedItems(e *Encoder, v reflect.Value) {
	e.Array(v.Len())
	for i := range v.Len() {
		encodeReflected(e, v.Index(i))
	}
	e.Leave()
}

func encodeReflectedMap(e *Encoder, v reflect.Value) {
	if v.IsNil() {
		e.Nil()
		return
	}
	e.Map(v.Len())
	for entries := v.MapRange(); entries.Next(); {
		encodeReflected(e, entries.Key())
		encodeReflected(e, entries.Value())
	}
	e.Leave()
}

func encodeReflectedPointer(e *Encoder, v reflect.Value) {
	entry, number := types().lookup(v.Type().Elem())
	switch {
	case v.IsNil():
		e.Nil()
	case isObject(entry, v.Type().Elem()):
		e.Object(number, v.Interface())
	default:
		encodeReflected(e, v.Elem())
	}
}

// isObject says whether a pointer to t crosses as a handle: structs that the
// schema says so of, and those that it doesn't have.
func isObject(entry *Type, t reflect.Type) bool {
	if entry != nil {
		return entry.object
	}
	return t.Kind() == reflect.Struct
}
