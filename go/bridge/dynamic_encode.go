package bridge

import "reflect"

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
