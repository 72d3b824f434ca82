package bridge

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// Trampolines rest on how Go passes arguments, which another release may change.
// So each is tried before it is first used: with a function of the callable's
// very type, made by package reflect, which knows how Go passes that. It has to
// be given what the request says, and its results and its error have to come
// back. A trampoline that fails is never used for a call.
//
// A build tries them all when the library is first loaded, by the builtins
// Layouts and CheckLayout, and gives code of their own to callables whose
// trampoline fails. What is tried here before a call is the same, for libraries
// that were not tried where they run.

// layouts says of each trampoline what came of trying it.
var layouts sync.Map

// trampolined visits one callable of each trampoline, with its symbol index.
func trampolined(visit func(index uint64, c *Callable)) {
	seen := make(map[unsafe.Pointer]bool)
	consider := func(index int, c *Callable) {
		if c.Function == nil || seen[c.trampoline()] {
			return
		}
		seen[c.trampoline()] = true
		visit(uint64(builtinSlots+index), c)
	}
	place := 0
	for c := range rows(library.Callables) {
		consider(place, c)
		place++
	}
	for t := range rows(library.Types) {
		if c := t.Invoke; c != nil {
			consider(place, c)
		}
		place += t.places()
	}
}

// CheckLayouts tries the trampolines of all callables, one callable for each, and
// says which fail.
func CheckLayouts() error {
	var failed []error
	trampolined(func(_ uint64, c *Callable) { failed = append(failed, c.checkLayout()) })
	return errors.Join(failed...)
}

// checkLayoutAt tries the trampoline of the callable with that symbol index, one
// that trampolined visits.
func checkLayoutAt(index uint64) error {
	at, r := index-builtinSlots, types()
	if at < library.count {
		return callableAt(at).checkLayout()
	}
	if at -= library.count; at < uint64(len(r.owners)) {
		if c := r.types[r.owners[at]].Invoke; c != nil {
			return c.checkLayout()
		}
	}
	malformed(0, "symbol %d has no trampoline", index)
	return nil
}

// trampoline returns what tells the callable's trampoline from others.
func (c *Callable) trampoline() unsafe.Pointer {
	call := c.Call
	return *(*unsafe.Pointer)(unsafe.Pointer(&call))
}

// checkLayout tries the callable's trampoline, unless that has been done.
func (c *Callable) checkLayout() error {
	if c.Function == nil {
		return nil
	}
	if outcome, ok := layouts.Load(c.trampoline()); ok {
		err, _ := outcome.(error)
		return err
	}
	err := c.tryLayout()
	layouts.Store(c.trampoline(), err)
	return err
}

// tryLayout calls a function of the callable's type by its trampoline: once as it
// returns and, if it can raise an error, once as it does.
func (c *Callable) tryLayout() (err error) {
	t := reflect.TypeOf(c.Function)
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("usegolib: trying the layout of %s: %v", t, cause)
		}
	}()
	if err := c.tryCall(t, nil); err != nil {
		return err
	}
	if last := t.NumOut() - 1; last >= 0 && t.Out(last) == errorType {
		return c.tryCall(t, &sampleError{})
	}
	return nil
}

// tryCall calls a function of type t, which raises that error, by the trampoline.
func (c *Callable) tryCall(t reflect.Type, raised error) error {
	s := sampled(t)
	given, results := samples(s.in), samples(s.out)
	values := s.out
	raises := t.NumOut() > 0 && t.Out(t.NumOut()-1) == errorType
	if raises {
		values = s.out[:len(s.out)-1]
		outcome := results[len(values)]
		outcome.SetZero()
		if raised != nil {
			outcome.Set(reflect.ValueOf(raised))
		}
	}

	var seen []reflect.Value
	function := reflect.MakeFunc(t, func(arguments []reflect.Value) []reflect.Value {
		seen = arguments
		return results
	})
	request, response := NewEncoder(nil), NewEncoder(nil)
	for i, v := range given {
		switch {
		case t.In(i) == contextType:
			request.Nil()
		case t.In(i) == errorType:
			request.Opaque(v.Interface())
		default:
			s.in[i].write(request, v.Addr().UnsafePointer())
			given[i] = reread(s.in[i], v)
		}
	}
	probe := &Callable{Call: c.Call, Function: function.Interface()}
	probe.known.Store(s)
	d := NewDecoder(request.Encoded())
	d.callable = probe
	c.Call(d, response)

	defer settled(request.Encoded())
	came, sent := settled(response.Encoded()), settled(returned(values, results, raised, c.Lives))
	if !bytes.Equal(came, sent) {
		return fmt.Errorf("usegolib: results of %s come as %x, not %x", t, came, sent)
	}
	if seen == nil && t.NumIn() > 0 {
		return fmt.Errorf("usegolib: %s is not called", t)
	}
	for i, v := range given {
		if t.In(i) != contextType && !same(s.in[i], seen[i], v) {
			return fmt.Errorf("usegolib: argument %d of %s comes as %v", i, t, seen[i])
		}
	}
	return nil
}

// returned is the response of a function with these results, of which some are
// live, and that error.
func returned(codecs []*codec, results []reflect.Value, raised error, lives uint64) []byte {
	e := NewEncoder(nil)
	switch {
	case raised == nil:
		e.Success()
	case len(codecs) == 0:
		e.Failure(raised)
	default:
		e.Outcome(raised)
	}
	switch len(codecs) {
	case 0:
		if raised == nil {
			e.Nil()
		}
	case 1:
	default:
		e.Results(len(codecs))
	}
	for i, c := range codecs {
		if p := results[i].Addr().UnsafePointer(); lives&(1<<i) != 0 {
			c.writeReturned(e, p)
		} else {
			c.writeShared(e, p)
		}
	}
	return e.Encoded()
}
