package bridge

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// Trampolines rest on how Go passes arguments, which another release may change.
// So each is tried before it is first used: with a function of the callable's
// very type, made by package reflect, which knows how Go passes that. It has to
// be given what the request says, and its results have to come back. A trampoline
// that fails is never used for a call.

// layouts says of each trampoline what came of trying it.
var layouts sync.Map

// CheckLayouts tries the trampolines of all callables, one callable for each, and
// says which fail.
func CheckLayouts() error {
	var failed []error
	for i := range library.Callables {
		if c := &library.Callables[i]; c.Function != nil {
			failed = append(failed, c.checkLayout())
		}
	}
	for i := range library.Types {
		if c := library.Types[i].Invoke; c != nil && c.Function != nil {
			failed = append(failed, c.checkLayout())
		}
	}
	return errors.Join(failed...)
}

// checkLayout tries the callable's trampoline, unless that has been done.
func (c *Callable) checkLayout() error {
	trampoline := c.Call
	key := *(*unsafe.Pointer)(unsafe.Pointer(&trampoline))
	if outcome, ok := layouts.Load(key); ok {
		err, _ := outcome.(error)
		return err
	}
	err := c.tryLayout()
	layouts.Store(key, err)
	return err
}

// tryLayout calls a function of the callable's type by its trampoline.
func (c *Callable) tryLayout() (err error) {
	t := reflect.TypeOf(c.Function)
	s := signatureOf(t)
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("usegolib: trying the layout of %s: %v", t, cause)
		}
	}()
	var seen []reflect.Value
	given, results := samples(t.NumIn(), t.In), samples(t.NumOut(), t.Out)
	raises := t.NumOut() > 0 && t.Out(t.NumOut()-1) == errorType
	if raises {
		results[t.NumOut()-1].SetZero()
	}
	function := reflect.MakeFunc(t, func(arguments []reflect.Value) []reflect.Value {
		seen = arguments
		return results
	})
	request, response := NewEncoder(nil), NewEncoder(nil)
	for i, v := range given {
		if t.In(i) == contextType {
			request.Nil()
		} else {
			s.in[i].write(request, v.Addr().UnsafePointer())
		}
	}
	probe := &Callable{Call: c.Call, Function: function.Interface()}
	probe.known.Store(s)
	d := NewDecoder(request.Encoded())
	d.callable = probe
	c.Call(d, response)

	wanted := NewEncoder(nil)
	wanted.Success()
	if raises {
		results = results[:len(results)-1]
	}
	switch len(results) {
	case 0:
		wanted.Nil()
	case 1:
	default:
		wanted.Results(len(results))
	}
	for i, v := range results {
		s.out[i].writeShared(wanted, v.Addr().UnsafePointer())
	}
	came := closeHandles(response.Encoded())
	if !bytes.Equal(came, closeHandles(wanted.Encoded())) {
		return fmt.Errorf("usegolib: results of %s come as %x", t, came)
	}
	closeHandles(request.Encoded())
	for i, v := range given {
		if t.In(i) != contextType && !reflect.DeepEqual(seen[i].Interface(), v.Interface()) {
			return fmt.Errorf("usegolib: argument %d of %s comes as %v", i, t, seen[i])
		}
	}
	return nil
}

// samples makes values that are told apart.
func samples(n int, of func(int) reflect.Type) []reflect.Value {
	made := make([]reflect.Value, n)
	for i := range made {
		made[i] = reflect.New(of(i)).Elem()
		fill(made[i], i+1, 2)
	}
	return made
}

// fill makes a value of its number, and what is in it so many levels deep.
func fill(v reflect.Value, number, depth int) {
	t := v.Type()
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(number%2 == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(-number - 1))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(number) + 1<<(t.Bits()-1))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(number) + 0.5)
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(number), -0.5))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", number))
	case reflect.Interface:
		if t.NumMethod() == 0 {
			v.Set(reflect.ValueOf(number))
		}
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(t, 1, 1))
			fill(v.Index(0), number, depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), number+i, depth-1)
		}
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(t.Elem()))
		}
	}
}

// closeHandles closes the handles in a message, whose numbers are its own, and
// returns it without them.
func closeHandles(message []byte) []byte {
	var opened []uint64
	message = bytes.Clone(message)
	for at := 0; at+18 <= len(message); at++ {
		if message[at] != wireFixExt16 || message[at+1] != byte(extHandle) {
			continue
		}
		number, generation := binary.LittleEndian.Uint32(message[at+2:]), binary.LittleEndian.Uint32(message[at+6:])
		opened = append(opened, uint64(number)|uint64(generation)<<32)
		clear(message[at+2 : at+18])
		at += 17
	}
	handles.release(opened)
	return message
}
