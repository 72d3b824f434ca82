package bridge

import (
	"reflect"
	"unsafe"
)

// What can be reached of a declared type comes in the symbol table in this
// order: for a struct its constructor, its snapshot, and a getter and a setter
// for each field, the promoted ones last; for a func its invocation. Variables
// come last, with a getter and a setter each.
const (
	placeConstruct = 0
	placeSnapshot  = 1
	placeFields    = 2
)

// places returns how many places of the symbol table belong to a type.
func (t *Type) places() int {
	switch {
	case t.Invoke != nil:
		return 1
	case t.Is&IsStruct != 0:
		return placeFields + 2*(len(t.Fields)+len(t.Promoted))
	}
	return 0
}

// A Variable is a package variable.
type Variable struct {
	// Name is Go's.
	Name string
	// Pointer leads to it.
	Pointer any
}

// An accessor reaches one field of a struct.
type accessor struct {
	*codec
	name string
	// steps lead from the struct to the field. Only those of promoted fields are
	// several.
	steps []step
}

// A step leads from a struct to a field, and through that if it is a pointer.
type step struct {
	offset  uintptr
	through bool
}

// reach returns the place of the field in a struct.
func (a *accessor) reach(p unsafe.Pointer) unsafe.Pointer {
	for _, s := range a.steps {
		p = unsafe.Add(p, s.offset)
		if s.through {
			if p = *(*unsafe.Pointer)(p); p == nil {
				// As Go does where an embedded pointer is nil.
				_ = *(*byte)(p)
			}
		}
	}
	return p
}

// access returns the accessors of a struct's fields.
func (t *declared) access() []accessor {
	if found := t.accessors.Load(); found != nil {
		return *found
	}
	made := make([]accessor, 0, len(t.Fields)+len(t.Promoted))
	for i := range t.Fields {
		made = append(made, accessorOf(t.reflect, t.Fields[i].Name))
	}
	for _, name := range t.Promoted {
		made = append(made, accessorOf(t.reflect, name))
	}
	t.accessors.Store(&made)
	return made
}

func accessorOf(t reflect.Type, name string) accessor {
	field, _ := t.FieldByName(name)
	a := accessor{codec: codecOf(field.Type), name: name}
	for at, i := range field.Index {
		if at > 0 && t.Kind() == reflect.Pointer {
			a.steps[at-1].through = true
			t = t.Elem()
		}
		a.steps = append(a.steps, step{offset: t.Field(i).Offset})
		t = t.Field(i).Type
	}
	return a
}

// A getter reads a field of a struct.
type getter struct {
	accessor
	own *codec
}

// get reads the field of the struct that comes next.
//
//go:noinline
func (g *getter) get(d *Decoder, e *Encoder) {
	p := d.exactly(g.own.pointers)
	if p == nil {
		p = g.own.readBox(d)
	}
	d.End()
	if len(g.steps) == 1 {
		p = unsafe.Add(p, g.steps[0].offset)
	} else {
		p = g.reach(p)
	}
	// A field that is a struct, map, slice or array is that of the struct itself.
	g.codec.get(e, p)
}

// ofType runs what a place of the symbol table behind the callables stands for.
func (c *call) ofType(at uint64) {
	r := types()
	if at >= uint64(len(r.owners)) {
		c.ofVariable(at - uint64(len(r.owners)))
		return
	}
	number := r.owners[at]
	t := &r.types[number]
	if t.Of == nil && t.Invoke == nil && r.get(number) == nil {
		r.meet(onStack(&c.decoder), number)
	}
	place := int(uint32(at) - t.first)
	if t.Invoke != nil {
		c.run(t.Invoke)
		return
	}
	if place >= placeFields && place%2 == 0 {
		field := t.access()[(place-placeFields)/2]
		g := &getter{field, t.codec()}
		// From now on it is found at once.
		r.getters[at].Store(g)
		c.getter = g
		g.get(onStack(&c.decoder), onStack(&c.encoder))
		return
	}
	c.accessed, c.place = t.Type, place
	t.reach(place, onStack(&c.decoder), onStack(&c.encoder))
}

// reach constructs a value of a struct, or shows or changes what is in one.
//
// It is not inlined, as onStack asks for: here the decoder and the encoder are
// pointers like others.
//
//go:noinline
func (t *declared) reach(place int, d *Decoder, e *Encoder) {
	own := t.codec()
	switch place {
	case placeConstruct:
		p := own.readObject(d)
		d.End()
		e.Success()
		e.Object(t.number, assemble(own.pointers, p))
		return
	case placeSnapshot:
		p := own.readReceiver(d)
		d.End()
		e.Success()
		own.writeFields(e, p)
		return
	}
	p := own.readReceiver(d)
	field := &t.access()[(place-placeFields)/2]
	field.set(d, e, func() unsafe.Pointer { return field.reach(p) })
}

// readReceiver reads the struct that an accessor is of.
func (c *codec) readReceiver(d *Decoder) unsafe.Pointer {
	if p := d.exactly(c.pointers); p != nil {
		return p
	}
	return c.readBox(d)
}

// exactly reads a handle to a pointer of the very type with that word, and returns
// the pointer; nil, and nothing read, if that is not next.
func (d *Decoder) exactly(word unsafe.Pointer) unsafe.Pointer {
	v := d.Peek()
	if wordOf(v) != word {
		return nil
	}
	d.SkipHandle()
	return dataWord(v)
}

// ofVariable runs what the places behind those of types stand for.
func (c *call) ofVariable(at uint64) {
	if all := uint64(2 * len(library.Variables)); at >= all {
		before := builtinSlots + int(library.count) + len(types().owners)
		malformed(0, "symbol index %d of %d", uint64(before)+at, uint64(before)+all)
	}
	v := &library.Variables[at/2]
	c.variable = v
	v.reach(at%2 == 0, onStack(&c.decoder), onStack(&c.encoder))
}

// reach reads or assigns the variable.
//
//go:noinline
func (v *Variable) reach(read bool, d *Decoder, e *Encoder) {
	own := codecOf(reflect.TypeOf(v.Pointer).Elem())
	if read {
		d.End()
		own.get(e, dataWord(v.Pointer))
		return
	}
	own.set(d, e, func() unsafe.Pointer { return dataWord(v.Pointer) })
}

// get writes a response with the value in a place that the host may refer to.
func (c *codec) get(e *Encoder, p unsafe.Pointer) {
	switch c.shape {
	case shapeInt64, shapeInt:
		e.SuccessInt64(*(*int64)(p))
	case shapeString:
		e.SuccessString(*(*string)(p))
	default:
		e.Success()
		c.writeLive(e, p)
	}
}

// set reads a value and, once it and the request are known to be right, assigns
// it to a place.
func (c *codec) set(d *Decoder, e *Encoder, place func() unsafe.Pointer) {
	switch c.shape {
	case shapeInt64, shapeInt:
		v := d.Int64()
		d.End()
		*(*int64)(place()) = v
	case shapeString:
		v := d.String()
		d.End()
		*(*string)(place()) = v
	case shapeMap, shapePointer, shapeObject, shapeReference:
		v := c.readPointer(d)
		d.End()
		*(*unsafe.Pointer)(place()) = v
	default:
		v := c.fresh()
		c.read(d, v)
		d.End()
		c.copyTo(place(), v)
	}
	e.Success()
	e.Nil()
}
