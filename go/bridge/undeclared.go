package bridge

import "reflect"

// Objects of types that the schema doesn't have come from interfaces: what an error
// wraps, most of all. Their exported fields can be read, by name, and they have the
// methods of the schema's interfaces that they implement.

// structOf returns the struct that a handle leads to, if it does.
func (h *held) structOf() (v reflect.Value, ok bool) {
	v = reflect.ValueOf(h.value)
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	return v, v.Kind() == reflect.Struct
}

// fieldNames returns the names of the exported fields of what is held, promoted ones
// included.
func (h *held) fieldNames() []string {
	names := []string{}
	v, ok := h.structOf()
	if !ok {
		return names
	}
	for _, field := range reflect.VisibleFields(v.Type()) {
		if field.IsExported() {
			names = append(names, field.Name)
		}
	}
	return names
}

// conventions are the methods of errors that the standard library's packages look
// for: package errors, and net, whose Error is an interface. They can be called on
// errors of any type. A method of another name can't, for package reflect finds methods
// by name only where the linker keeps all methods of all types.
var conventions = map[string]func(any) any{
	"Error":     conventional(func(v error) any { return v.Error }),
	"String":    conventional(func(v interface{ String() string }) any { return v.String }),
	"Timeout":   conventional(func(v interface{ Timeout() bool }) any { return v.Timeout }),
	"Temporary": conventional(func(v interface{ Temporary() bool }) any { return v.Temporary }),
	"Is":        conventional(func(v interface{ Is(error) bool }) any { return v.Is }),
	"Unwrap": func(v any) any {
		switch v := v.(type) {
		case interface{ Unwrap() error }:
			// Not as an error that a call ends with, but as a value.
			return func() any { return v.Unwrap() }
		case interface{ Unwrap() []error }:
			return v.Unwrap
		}
		return nil
	},
}

// conventional returns a function that gives the method of a value, or nil.
func conventional[T any](method func(T) any) func(any) any {
	return func(v any) any {
		if v, ok := v.(T); ok {
			return method(v)
		}
		return nil
	}
}

// methodNames returns the names of the conventional methods that what is held has.
func (h *held) methodNames() []string {
	var names []string
	for name, method := range conventions {
		if method(h.value) != nil {
			names = append(names, name)
		}
	}
	return names
}

// interfaces returns the numbers of the schema's interfaces that what is held
// implements.
func (h *held) interfaces() []uint64 {
	found := []uint64{}
	all := types().types
	for i := range all {
		one := &all[i]
		if one.Implement == nil {
			continue
		}
		if _, ok := one.Implement(h.value, false); ok {
			found = append(found, uint64(one.number))
		}
	}
	return found
}

// member writes an array of the value of a field, or of a conventional method; an empty
// one if there is none of that name.
func (e *Encoder) member(h *held, name string) {
	if v, ok := h.structOf(); ok {
		if field, ok := v.Type().FieldByName(name); ok && field.IsExported() {
			e.field(v, field)
			return
		}
	}
	var found any
	if method := conventions[name]; method != nil {
		found = method(h.value)
	}
	if found == nil {
		e.Array(0)
	} else {
		e.Array(1)
		e.Any(found)
	}
	e.Leave()
}

// field writes an array of the value of a struct's field.
func (e *Encoder) field(v reflect.Value, field reflect.StructField) {
	v, err := v.FieldByIndexErr(field.Index)
	if err != nil {
		unable("%v", err)
	}
	e.Array(1)
	if v.CanInterface() {
		e.Any(v.Interface())
	} else {
		e.Nil()
	}
	e.Leave()
}
