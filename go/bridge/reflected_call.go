package bridge

import (
	"reflect"
	"slices"
)

// InvokeReflected calls the func that a handle leads to, whose type generated code
// can't name.
func InvokeReflected(d *Decoder, e *Encoder) {
	start := d.at
	h := d.held()
	function := reflect.ValueOf(h.value)
	if function.Kind() != reflect.Func {
		refused(start, "expected a func, got %s", heldTypeName(h))
	}
	CallReflected(d, e, function, 1, false, nil)
}

// CallReflected is the body of a call of a function whose signature generated
// code can't write: it reads the arguments, of which the first has that position,
// calls and writes the results. If byValue is set, the receiver, a pointer to the
// value that was given, goes back with them. The results in the positions lives are
// maps that the host refers to.
func CallReflected(d *Decoder, e *Encoder, function reflect.Value, first int, byValue bool, receiver any, lives ...int) {
	if !function.IsValid() {
		refused(d.at, "there is no such method")
	}
	t := function.Type()
	arguments := make([]reflect.Value, t.NumIn())
	for i := range arguments {
		arguments[i] = reflect.New(t.In(i)).Elem()
		if t.In(i) == contextType {
			arguments[i].Set(reflect.ValueOf(d.Context()))
		} else {
			codecOf(t.In(i)).read(d, arguments[i].Addr().UnsafePointer())
		}
	}
	d.End()
	if byValue {
		e.Changes(0, func(e *Encoder) { Encode(e, receiver) })
	}
	for i, argument := range arguments {
		if d.GoesBack(first + i) {
			d.Returns(e, first+i, argument.Addr().Interface())
		}
	}
	var results []reflect.Value
	if t.IsVariadic() {
		results = function.CallSlice(arguments)
	} else {
		results = function.Call(arguments)
	}
	results, failed := e.outcome(t, results)
	if failed && len(results) == 0 {
		return
	}
	switch len(results) {
	case 0:
		e.Nil()
	case 1:
	default:
		e.Results(len(results))
	}
	for i, result := range results {
		if slices.Contains(lives, i) {
			box := reflect.New(result.Type())
			box.Elem().Set(result)
			codecOf(result.Type()).writeReturned(e, box.UnsafePointer())
			continue
		}
		encodeValue(e, result)
	}
}

// outcome begins the response of a call that returned these, and returns those of
// them that are to be written next: all but an error at the end. It says whether
// there is one.
func (e *Encoder) outcome(t reflect.Type, results []reflect.Value) (others []reflect.Value, failed bool) {
	last := len(results) - 1
	if last < 0 || t.Out(last) != errorType {
		e.Success()
		return results, false
	}
	err, failed := results[last].Interface().(error)
	if failed && last == 0 {
		e.Failure(err)
	} else {
		e.Outcome(err)
	}
	return results[:last], failed
}
