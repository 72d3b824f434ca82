package bridge

import (
	"encoding"
	"reflect"
)

// parsed writes the response of what a type's UnmarshalText makes of a text: a value of
// the type or, where that crosses as an object, a pointer to it.
func (e *Encoder) parsed(number uint32, text string) {
	entry := types().get(number)
	if entry == nil {
		malformed(0, "type %d has no values", number)
	}
	pointer := reflect.New(entry.reflect)
	target, ok := pointer.Interface().(encoding.TextUnmarshaler)
	if !ok {
		malformed(0, "*%s has no UnmarshalText", typeName(number))
	}
	if err := target.UnmarshalText([]byte(text)); err != nil {
		e.Failure(err)
		return
	}
	e.Success()
	if entry.object {
		e.Any(pointer.Interface())
	} else {
		e.Any(pointer.Elem().Interface())
	}
}
