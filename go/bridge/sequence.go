package bridge

import (
	"reflect"
	"unsafe"
)

// A source is what the host takes items from, one batch after the other.
type source interface {
	// pull writes the response of a call that asks for the next items.
	pull(c *call)
	// stop tells the source that no more is wanted.
	stop()
	// end is stop, and writes the response of a call that waits for the end.
	end(c *call)
}

var anyType = reflect.TypeFor[any]()

// iterate begins a loop over what the host has a handle to. Its items cross as
// their static type says or, for the host doesn't know that, as their own.
func iterate(d *Decoder, e *Encoder) {
	start := d.at
	h := d.held()
	dynamic := d.Bool()
	d.End()
	v := reflect.ValueOf(h.value)
	var made source
	switch {
	case h.boxed:
	case v.Kind() == reflect.Chan && v.Type().ChanDir()&reflect.RecvDir != 0:
		made = newReception(v, dynamic)
	case v.Kind() == reflect.Func && isSequence(v.Type()):
		if !v.IsNil() {
			made = iterationOver(v, dynamic)
		}
	}
	if made == nil {
		refused(start, "%s can't be iterated over", heldTypeName(h))
	}
	e.Success()
	e.handle(&held{value: made, number: numberUnknown})
}

// isSequence says whether a for loop ranges over funcs of the type.
func isSequence(t reflect.Type) bool {
	if t.NumIn() != 1 || t.NumOut() != 0 || t.In(0).Kind() != reflect.Func {
		return false
	}
	return isYield(t.In(0))
}

// isYield says whether a type of funcs is that of a sequence's yield.
func isYield(t reflect.Type) bool {
	return t.NumIn() <= 2 && !t.IsVariadic() && t.NumOut() == 1 && t.Out(0).Kind() == reflect.Bool
}

// heldSource returns the source that the host has a handle to.
func (d *Decoder) heldSource() source {
	start := d.at
	s, ok := d.held().value.(source)
	if !ok {
		malformed(start, "a handle to something else than an iterator")
	}
	d.End()
	return s
}

// iterationOver returns an iteration over a sequence.
func iterationOver(sequence reflect.Value, dynamic bool) *iteration {
	it := newIteration()
	yield := sequence.Type().In(0)
	if !dynamic && it.runKnown(sequence, yield) {
		return it
	}
	columns := make([]reflect.Value, yield.NumIn())
	for i := range columns {
		t := yield.In(i)
		if dynamic {
			t = anyType
		}
		columns[i] = it.column(reflect.New(reflect.SliceOf(t)))
	}
	on, off := reflect.New(yield.Out(0)).Elem(), reflect.New(yield.Out(0)).Elem()
	on.SetBool(true)
	add := reflect.MakeFunc(yield, func(values []reflect.Value) []reflect.Value {
		if !it.begin() {
			return []reflect.Value{off}
		}
		for i, value := range values {
			columns[i].Set(reflect.Append(columns[i], value))
		}
		if !it.added() {
			return []reflect.Value{off}
		}
		return []reflect.Value{on}
	})
	it.run = func() { sequence.Call([]reflect.Value{add}) }
	return it
}

// column adds a column, which is the slice that is pointed to.
func (it *iteration) column(pointer reflect.Value) reflect.Value {
	slice := pointer.Elem()
	it.columns = append(it.columns, column{codecOf(slice.Type()), pointer.UnsafePointer()})
	return slice
}

// slice returns the slice in a place.
func (c *codec) slice(p unsafe.Pointer) reflect.Value { return reflect.NewAt(c.t, p).Elem() }

// runKnown makes an iteration one over a sequence of the most frequent types, whose
// yield needs no reflection. It says whether the sequence is one.
func (it *iteration) runKnown(sequence reflect.Value, yield reflect.Type) bool {
	for i := range yield.NumIn() {
		if yield.In(i).PkgPath() != "" {
			return false
		}
	}
	switch yield.NumIn() {
	case 1:
		switch yield.In(0).Kind() {
		case reflect.Int:
			return runItems[int](it, sequence)
		case reflect.Int32:
			return runItems[int32](it, sequence)
		case reflect.Int64:
			return runItems[int64](it, sequence)
		case reflect.Uint8:
			return runItems[uint8](it, sequence)
		case reflect.Uint64:
			return runItems[uint64](it, sequence)
		case reflect.Float64:
			return runItems[float64](it, sequence)
		case reflect.Bool:
			return runItems[bool](it, sequence)
		case reflect.String:
			return runItems[string](it, sequence)
		case reflect.Interface:
			return runItems[any](it, sequence) || runItems[error](it, sequence)
		case reflect.Slice:
			return runItems[[]byte](it, sequence) || runItems[[]string](it, sequence)
		}
	case 2:
		switch yield.In(0).Kind() {
		case reflect.Int:
			return runKnownPairs[int](it, sequence, yield)
		case reflect.String:
			return runKnownPairs[string](it, sequence, yield)
		}
	}
	return false
}

func runKnownPairs[K any](it *iteration, sequence reflect.Value, yield reflect.Type) bool {
	switch yield.In(1).Kind() {
	case reflect.Int:
		return runPairs[K, int](it, sequence)
	case reflect.Int32:
		return runPairs[K, int32](it, sequence)
	case reflect.Float64:
		return runPairs[K, float64](it, sequence)
	case reflect.String:
		return runPairs[K, string](it, sequence)
	case reflect.Interface:
		return runPairs[K, any](it, sequence) || runPairs[K, error](it, sequence)
	}
	return false
}

func runItems[T any](it *iteration, sequence reflect.Value) bool {
	run, ok := unnamed[func(func(T) bool)](sequence)
	if !ok {
		return false
	}
	items := new([]T)
	it.column(reflect.ValueOf(items))
	it.run = func() {
		run(func(item T) bool {
			if !it.begin() {
				return false
			}
			*items = append(*items, item)
			return it.added()
		})
	}
	return true
}

func runPairs[K, V any](it *iteration, sequence reflect.Value) bool {
	run, ok := unnamed[func(func(K, V) bool)](sequence)
	if !ok {
		return false
	}
	keys, values := new([]K), new([]V)
	it.column(reflect.ValueOf(keys))
	it.column(reflect.ValueOf(values))
	it.run = func() {
		run(func(key K, value V) bool {
			if !it.begin() {
				return false
			}
			*keys, *values = append(*keys, key), append(*values, value)
			return it.added()
		})
	}
	return true
}

// unnamed returns a func as one of a type that is the same but for its name.
func unnamed[F any](v reflect.Value) (f F, ok bool) {
	if !v.CanConvert(reflect.TypeFor[F]()) {
		return f, false
	}
	return v.Convert(reflect.TypeFor[F]()).Interface().(F), true
}
