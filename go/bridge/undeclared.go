package bridge

import "reflect"

// Objects of types that the schema doesn't have come from interfaces: what an error
// wraps, most of all. Their exported fields can be read, by name.

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

// field writes an array of the value of a field; an empty one if there is none of that
// name.
func (e *Encoder) field(h *held, name string) {
	v, ok := h.structOf()
	if !ok {
		e.Array(0)
		e.Leave()
		return
	}
	field, ok := v.Type().FieldByName(name)
	if !ok || !field.IsExported() {
		e.Array(0)
		e.Leave()
		return
	}
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
