package bridge

import (
	"encoding/binary"
	"reflect"
)

// Any writes a value as its dynamic type says.
func (e *Encoder) Any(v any) {
	switch v := v.(type) {
	case nil:
		e.Nil()
	case bool:
		e.Bool(v)
	case int:
		e.Int64(int64(v))
	case int64:
		e.Int64(v)
	case float64:
		e.Float64(v)
	case string:
		e.String(v)
	case []byte:
		e.Bytes(v)
	case []any:
		e.anySlice(v)
	case map[string]any:
		e.anyMap(v)
	default:
		e.reflectedAny(reflect.ValueOf(v))
	}
}

func (e *Encoder) anySlice(v []any) {
	if v == nil {
		e.Nil()
		return
	}
	e.Array(len(v))
	for _, item := range v {
		e.Any(item)
	}
	e.Leave()
}

func (e *Encoder) anyMap(v map[string]any) {
	if v == nil {
		e.Nil()
		return
	}
	e.Map(len(v))
	for key, item := range v {
		e.String(key)
		e.Any(item)
	}
	e.Leave()
}

// reflectedAny writes a value of a type that Any doesn't know by heart.
func (e *Encoder) reflectedAny(v reflect.Value) {
	if e.given != nil {
		if err, ok := v.Interface().(error); ok && e.asGivenAny(err) {
			return
		}
	}
	t := v.Type()
	entry, number := types().lookup(t)
	if entry != nil {
		if !entry.class.isData() {
			encodeValue(e, v)
			return
		}
		e.typed(number, 0)
		encodeValue(e, v)
		e.Leave()
		return
	}
	if t.Kind() == reflect.Pointer {
		if target, number := types().lookup(t.Elem()); target != nil {
			if target.class.isData() && !target.object && !hasPointerMethods(t) {
				e.typed(number, pointerFlag)
				encodeValue(e, v)
				e.Leave()
			} else {
				e.Object(number, v.Interface())
			}
			return
		}
	}
	if err, ok := v.Interface().(error); ok {
		if _, isHosts := v.Interface().(hostObject); isHosts {
			e.Opaque(err)
			return
		}
		e.typed(numberError, 0)
		e.errorValue(err, 0)
		e.Leave()
		return
	}
	switch {
	case isPlainPointer(t):
		if v.IsNil() {
			e.Nil()
		} else {
			e.Any(v.Elem().Interface())
		}
	case t.PkgPath() != "" || t.Kind() == reflect.Pointer:
		e.Opaque(v.Interface())
	case isDynamic(t):
		e.dynamicItems(v)
	case t.Kind() == reflect.Array && isPacked(t.Elem()):
		// As a slice of them: its items have a type.
		items := reflect.MakeSlice(reflect.SliceOf(t.Elem()), t.Len(), t.Len())
		reflect.Copy(items, v)
		encodeValue(e, items)
	default:
		encodeValue(e, v)
	}
}

// isPacked reports whether slices of a type are packed numbers.
func isPacked(item reflect.Type) bool {
	switch item.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64:
		return item.PkgPath() == ""
	}
	return false
}

// hasPointerMethods reports whether a pointer to a type has methods that the type
// itself doesn't have: as the dynamic value of an interface it is there for those.
func hasPointerMethods(pointer reflect.Type) bool {
	return pointer.Elem().Kind() != reflect.Struct && pointer.NumMethod() > pointer.Elem().NumMethod()
}

// isPlainPointer reports whether a type is a pointer to a scalar, a slice, an array
// or a map without a name, or to an error, which crosses as what it points to.
func isPlainPointer(t reflect.Type) bool {
	if t.Kind() != reflect.Pointer || t.Name() != "" || t.Elem().PkgPath() != "" {
		return false
	}
	if t.Elem() == errorType {
		return true
	}
	switch t.Elem().Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Chan, reflect.Func, reflect.Struct, reflect.UnsafePointer:
		return false
	}
	return true
}

// isDynamic reports whether a type without a name is a container of values whose
// types would be lost if only the values crossed: those of declared types, and errors,
// which are no dynamic values otherwise.
func isDynamic(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Map:
		return carriesType(t.Key()) && t.Key().Kind() == reflect.Interface || carriesType(t.Elem())
	case reflect.Slice, reflect.Array:
		return carriesType(t.Elem())
	}
	return false
}

// carriesType reports whether items of a type cross with their types where the
// container is a dynamic value.
func carriesType(item reflect.Type) bool {
	if item == errorType {
		return true
	}
	if entry, _ := types().lookup(item); entry != nil {
		return entry.class.isData()
	}
	if item.Kind() == reflect.Pointer {
		entry, _ := types().lookup(item.Elem())
		return entry != nil || isPlainPointer(item) && carriesType(item.Elem())
	}
	return item.PkgPath() == "" && isDynamic(item)
}

// dynamicItems writes a container whose items carry their types.
func (e *Encoder) dynamicItems(v reflect.Value) {
	if v.Kind() == reflect.Map {
		e.Map(v.Len())
		for entries := v.MapRange(); entries.Next(); {
			if key := entries.Key(); key.Kind() == reflect.Interface {
				e.Any(key.Interface())
			} else {
				encodeValue(e, key)
			}
			e.dynamicItem(entries.Value())
		}
	} else {
		e.Array(v.Len())
		for at := range v.Len() {
			e.dynamicItem(v.Index(at))
		}
	}
	e.Leave()
}

// dynamicItem writes an item with its type.
func (e *Encoder) dynamicItem(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Interface:
		e.Any(v.Interface())
	case v.Kind() == reflect.Pointer && v.IsNil():
		e.Nil()
	default:
		e.reflectedAny(v)
	}
}

// typed begins a value that carries its type, which is written next.
func (e *Encoder) typed(number, flags uint32) {
	e.Array(2)
	place := e.extension(extType, 8)
	binary.LittleEndian.PutUint32(place, number)
	binary.LittleEndian.PutUint32(place[4:], flags)
}

// Opaque writes a handle to any value; nil if it is a nil pointer, func,
// channel or map.
func (e *Encoder) Opaque(v any) {
	if dataWord(v) == nil {
		e.Nil()
		return
	}
	e.handle(heldDynamic(v))
}

// heldDynamic returns what a handle to a value of any type holds: structs by
// value are boxed, so that they have methods and fields of their own.
func heldDynamic(v any) *held {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Struct {
		box := reflect.New(t)
		box.Elem().Set(reflect.ValueOf(v))
		_, number := types().lookup(t)
		return &held{value: box.Interface(), number: number, boxed: true}
	}
	_, number := types().lookup(t)
	if number == numberUnknown && t.Kind() == reflect.Pointer {
		// A handle to a pointer bears the number of what that points to.
		_, number = types().lookup(t.Elem())
	}
	return &held{value: v, number: number}
}
