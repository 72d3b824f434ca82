package bridge

import "reflect"

// CallReflected is the body of a call of a method whose signature generated
// code can't write: it reads the arguments, calls and writes the results. If
// byValue is set, the receiver, a pointer to the value that was given, goes
// back with them.
func CallReflected(d *Decoder, e *Encoder, function reflect.Value, byValue bool, receiver any) {
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
	var results []reflect.Value
	if t.IsVariadic() {
		results = function.CallSlice(arguments)
	} else {
		results = function.Call(arguments)
	}
	if last := len(results) - 1; last >= 0 && t.Out(last) == errorType {
		if err, ok := results[last].Interface().(error); ok {
			e.Failure(err)
			return
		}
		results = results[:last]
	}
	e.Success()
	switch len(results) {
	case 0:
		e.Nil()
	case 1:
	default:
		e.Results(len(results))
	}
	for _, result := range results {
		encodeValue(e, result)
	}
}
