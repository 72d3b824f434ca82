package bridge

import (
	"reflect"
	"unsafe"
)

// hostedFunc reads a callable that the host holds as a func of a type, and returns
// the word that it is.
func (d *Decoder) hostedFunc(t reflect.Type) unsafe.Pointer {
	start := d.at
	if t.Kind() != reflect.Func {
		refused(start, "expected %s, got a callable of the host's", shortName(t))
	}
	if own := d.own(); own.IsValid() && own.Type().AssignableTo(t) {
		d.skip()
		return dataWord(own.Interface())
	}
	h := d.host()
	var made any
	if isSequence(t) {
		made = h.hostedSequence(t)
	} else {
		made = h.makeFunc(t)
	}
	word := dataWord(made)
	h.noteFunc(word)
	return word
}

// makeFunc makes a func of the type, by generated code if there is some.
func (h *Host) makeFunc(t reflect.Type) any {
	if entry, _ := types().lookup(t); entry != nil && entry.Type.Host != nil {
		return entry.Type.Host(h)
	}
	return h.reflectFunc(t)
}

// reflectFunc makes a func of any type.
func (h *Host) reflectFunc(t reflect.Type) any {
	s := signatureOf(t)
	raises := t.NumOut() > 0 && t.Out(t.NumOut()-1) == errorType
	made := reflect.MakeFunc(t, func(arguments []reflect.Value) []reflect.Value {
		results := make([]reflect.Value, t.NumOut())
		for i := range results {
			results[i] = reflect.New(t.Out(i)).Elem()
		}
		values := results
		var err *error
		if raises {
			err = results[len(results)-1].Addr().Interface().(*error)
			values = results[:len(results)-1]
		}
		h.askReflected(s, t.IsVariadic(), arguments, values, err)
		return results
	})
	return made.Interface()
}

func (h *Host) askReflected(s *signature, variadic bool, arguments, results []reflect.Value, err *error) {
	q, e := Ask(h, len(arguments))
	defer q.Close(err)
	for i, argument := range arguments {
		box := reflect.New(argument.Type())
		box.Elem().Set(argument)
		if variadic && i == len(arguments)-1 {
			s.in[i].write(e, box.UnsafePointer())
		} else {
			s.in[i].show(q, e, box.UnsafePointer())
		}
	}
	d := q.Answer()
	if d == nil || len(results) == 0 {
		return
	}
	if len(results) > 1 {
		d.FixedArray(len(results))
	}
	for i, result := range results {
		s.out[i].read(d, result.Addr().UnsafePointer())
	}
	if len(results) > 1 {
		d.Leave()
	}
	q.End()
}

// hostedObject reads an object that the host holds as an adapter of an interface.
func (d *Decoder) hostedObject(t reflect.Type) any {
	start := d.at
	entry, _ := types().lookup(t)
	if entry == nil || entry.Type.Host == nil {
		refused(start, "%s can't be implemented outside of Go: this library has no adapter for it (usegolib inspect lists what its budget leaves out)", shortName(t))
	}
	if known := d.knownObject(); known != nil {
		d.skip()
		return known
	}
	h := d.host()
	made := entry.Type.Host(h)
	h.noteObject(made)
	return made
}

// Show writes an argument of a callable of the host's, as generated code for its
// type would: see codec.show.
func Show(q *Question, e *Encoder, pointer any) {
	codecOf(reflect.TypeOf(pointer).Elem()).show(q, e, dataWord(pointer))
}

// show writes the value in a place for a callable of the host's: what a pointer
// leads to, what is in slices and maps is the callable's too, and so are bytes,
// while it runs. The place is in the heap.
func (c *codec) show(q *Question, e *Encoder, p unsafe.Pointer) {
	switch c.shape {
	case shapePointer:
		c.showTarget(e, *(*unsafe.Pointer)(p))
	case shapeNumbers, shapeSlice, shapeMap:
		c.writeLive(e, p)
	case shapeBytes:
		q.Show(*(*[]byte)(p))
	default:
		c.writeShared(e, p)
	}
}

// showTarget writes what a pointer leads to for a callable of the host's: a reference
// to what can be live, and else a handle to the pointer itself, as to one of the host's
// own variables.
func (c *codec) showTarget(e *Encoder, v unsafe.Pointer) {
	switch c.elem().shape {
	case shapeRecord, shapeOpaque, shapeNumbers, shapeSlice, shapeArray, shapeMap:
		c.writeTarget(e, v)
		return
	}
	if v == nil {
		e.Nil()
		return
	}
	e.handle(heldDynamic(assemble(c.word, v)))
}

// Show writes a byte slice whose memory the host may read and write while it
// answers.
func (q *Question) Show(v []byte) {
	e := &q.encoder
	if v == nil {
		e.Nil()
		return
	}
	// It is kept here so that it is in the heap, and stays.
	q.shown = append(q.shown, v)
	e.window(v)
}

// hostFunction reads a callable that the host holds where the type doesn't say
// which func it is to be.
func (d *Decoder) hostFunction() any {
	if own := d.own(); own.IsValid() {
		d.skip()
		return own.Interface()
	}
	h := d.host()
	function := func(arguments ...any) (result any, err error) {
		q, e := Ask(h, len(arguments))
		defer q.Close(&err)
		for _, argument := range arguments {
			e.Any(argument)
		}
		if d := q.Answer(); d != nil {
			result = d.Any()
			q.End()
		}
		return result, err
	}
	h.noteFunc(dataWord(any(function)))
	return function
}
