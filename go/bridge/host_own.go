package bridge

import (
	"encoding/binary"
	"reflect"
)

// What the host calls is often this library's own: a function, or a method of an
// object. It says so, and Go then has that function: nothing of the host's is in
// between, and nothing is lost on the way through it.

const (
	// ownFunction is the size of what stands for a function: where the host holds
	// it, and its place in the symbol table.
	ownFunction = 16
	// ownMethod is the size of what stands for the method of an object, with the
	// object's handle behind that.
	ownMethod = 32
)

// atOwn says whether the next value is a function of this library's that the host
// holds.
func (d *Decoder) atOwn() bool {
	return d.ownPayload() != nil
}

// ownPayload returns what stands for such a function; nil if there is none.
func (d *Decoder) ownPayload() []byte {
	next := d.data[d.at:]
	switch {
	case len(next) >= 2+ownFunction && next[0] == wireFixExt16 && extCode(next[1]) == extHost:
		return next[2 : 2+ownFunction]
	case len(next) >= 3+ownMethod && next[0] == wireExt8 && next[1] == ownMethod && extCode(next[2]) == extHost:
		return next[3 : 3+ownMethod]
	}
	return nil
}

// own returns the function that comes next, if it is this library's, without reading
// it. It is not valid if there is none, or none that can be had as a value.
func (d *Decoder) own() (function reflect.Value) {
	payload := d.ownPayload()
	if payload == nil {
		return function
	}
	at := binary.LittleEndian.Uint64(payload[8:]) - builtinSlots
	if at >= library.count {
		malformed(d.at, "there is no function %d", at+builtinSlots)
	}
	callable := callableAt(at)
	value := callable.Itself
	if value == nil {
		value = callable.Function
	}
	// The type of a func has a nil one.
	if value == nil || dataWord(value) == nil {
		return function
	}
	function = reflect.ValueOf(value)
	if len(payload) == ownFunction {
		return function
	}
	h := handles.get(binary.LittleEndian.Uint32(payload[16:]), binary.LittleEndian.Uint32(payload[20:]))
	if h == nil || h.container || function.Type().NumIn() == 0 {
		return reflect.Value{}
	}
	receiver := reflect.ValueOf(h.value)
	if !receiver.Type().AssignableTo(function.Type().In(0)) {
		return reflect.Value{}
	}
	return bind(function, receiver)
}

// bind returns a method, which is a function with the receiver as its first argument,
// as a func of the others.
func bind(method, receiver reflect.Value) reflect.Value {
	t := method.Type()
	in, out := make([]reflect.Type, t.NumIn()-1), make([]reflect.Type, t.NumOut())
	for i := range in {
		in[i] = t.In(i + 1)
	}
	for i := range out {
		out[i] = t.Out(i)
	}
	bound := reflect.FuncOf(in, out, t.IsVariadic())
	return reflect.MakeFunc(bound, func(arguments []reflect.Value) []reflect.Value {
		all := append([]reflect.Value{receiver}, arguments...)
		if t.IsVariadic() {
			return method.CallSlice(all)
		}
		return method.Call(all)
	})
}
