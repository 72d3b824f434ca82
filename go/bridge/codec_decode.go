package bridge

import (
	"bytes"
	"reflect"
	"unsafe"
)

// Decode reads a value into what pointer points to by its type, as generated
// code for the type would.
func Decode(d *Decoder, pointer any) {
	codecOf(reflect.TypeOf(pointer).Elem()).read(d, dataWord(pointer))
}

// read reads a value into a place. Pointers are stored as such, so that the
// garbage collector sees them.
func (c *codec) read(d *Decoder, p unsafe.Pointer) {
	switch c.shape {
	case shapeInt8:
		*(*int8)(p) = d.Int8()
	case shapeInt16:
		*(*int16)(p) = d.Int16()
	case shapeInt32:
		*(*int32)(p) = d.Int32()
	case shapeInt64:
		*(*int64)(p) = d.Int64()
	case shapeUint8:
		*(*uint8)(p) = d.Uint8()
	case shapeUint16:
		*(*uint16)(p) = d.Uint16()
	case shapeUint32:
		*(*uint32)(p) = d.Uint32()
	case shapeUint64:
		*(*uint64)(p) = d.Uint64()
	case shapeFloat32:
		*(*float32)(p) = d.Float32()
	case shapeFloat64:
		*(*float64)(p) = d.Float64()
	case shapeInt:
		*(*int)(p) = d.Int()
	case shapeUint:
		*(*uint)(p) = d.Uint()
	case shapeUintptr:
		*(*uintptr)(p) = d.Uintptr()
	case shapeBool:
		*(*bool)(p) = d.Bool()
	case shapeString:
		*(*string)(p) = d.String()
	case shapeBytes:
		*(*[]byte)(p) = d.Bytes()
	case shapeComplex64:
		*(*complex64)(p) = d.Complex64()
	case shapeComplex128:
		*(*complex128)(p) = d.Complex128()
	case shapeByteArray:
		n := c.t.Len()
		copy(unsafe.Slice((*byte)(p), n), d.FixedBytes(n))
	case shapeNumbers, shapeSlice:
		*(*Slice)(p) = c.readSlice(d)
	case shapeArray:
		n := c.t.Len()
		d.FixedArray(n)
		c.readItems(d, p, n)
		d.Leave()
	case shapeMap, shapePointer, shapeObject, shapeReference:
		*(*unsafe.Pointer)(p) = c.readPointer(d)
	case shapeRecord:
		c.readRecord(d, p)
	case shapeOpaque:
		c.copyTo(p, c.readBox(d))
	case shapeInterface:
		*(*Iface)(p) = c.readInterface(d)
	case shapeAny:
		*(*any)(p) = d.Any()
	case shapeError:
		*(*error)(p) = d.Error()
	case shapeAdapted:
		c.adapter.decode(d, p)
	}
}

// readPointer reads a value that is one word: a pointer, map, func or channel.
func (c *codec) readPointer(d *Decoder) unsafe.Pointer {
	start := d.at
	if h := d.live(); h != nil {
		if wordOf(h.value) == c.word && (c.shape != shapeReference || !h.boxed) {
			return dataWord(h.value)
		}
		d.at = start
	}
	switch c.shape {
	case shapeMap:
		return c.readMap(d)
	case shapePointer:
		switch {
		case d.Nil():
			return nil
		case d.AtHandle():
			return c.readHandle(d)
		}
		target := c.elem()
		p := target.fresh()
		target.read(d, p)
		return p
	case shapeObject:
		if c.declared != nil {
			return c.elem().readObject(d)
		}
	}
	if d.Nil() {
		return nil
	}
	if d.atHost() {
		return d.hostedFunc(c.t)
	}
	return c.readHandle(d)
}

// readHandle reads a handle to a value that can be assigned to the type, which
// is one of a word.
func (c *codec) readHandle(d *Decoder) unsafe.Pointer {
	start := d.at
	return dataWord(convert(start, d.held(), c.t).Interface())
}

// readObject reads a pointer to a struct: a handle, or a record that may lack
// fields.
func (c *codec) readObject(d *Decoder) unsafe.Pointer {
	if d.Nil() {
		return nil
	}
	if d.AtHandle() {
		return c.readStruct(d)
	}
	if len(c.declared.Fields) == 0 {
		if d.peek() == wireFixMap {
			// A record without fields, for a struct that has none to give.
			d.at++
			return c.fresh()
		}
		return c.readStruct(d)
	}
	p := c.fresh()
	c.readFields(d, p, true)
	return p
}

// readStruct reads a handle to a struct or to a pointer to one; nil for a nil
// pointer.
func (c *codec) readStruct(d *Decoder) unsafe.Pointer {
	start := d.at
	h := d.held()
	if wordOf(h.value) == c.pointers {
		return dataWord(h.value)
	}
	return convert(start, h, reflect.PointerTo(c.t)).UnsafePointer()
}

// readBox reads a handle to a struct, which is not nil.
func (c *codec) readBox(d *Decoder) unsafe.Pointer {
	start := d.at
	if d.Nil() {
		refused(start, "expected %s, got nil", shortName(c.t))
	}
	if d.peek() == wireFixMap {
		// A record without fields, for a struct that has none to give.
		d.at++
		return c.fresh()
	}
	p := c.readStruct(d)
	if p == nil {
		refused(start, "expected %s, got nil", shortName(c.t))
	}
	return p
}

func (c *codec) readSlice(d *Decoder) (v Slice) {
	if c.shape == shapeNumbers {
		c.readNumbers(d, unsafe.Pointer(&v))
		return v
	}
	n, ok := d.Array()
	if n == lengthOfHandle {
		return c.heldSlice(d)
	}
	if !ok {
		return v
	}
	items := reflect.MakeSlice(c.t, n, n)
	v = Slice{items.UnsafePointer(), n, n}
	c.readItems(d, v.data, n)
	d.Leave()
	return v
}

// heldSlice reads a handle to a container with a slice.
func (c *codec) heldSlice(d *Decoder) Slice {
	start := d.at
	s := reflect.New(c.t)
	s.Elem().Set(convert(start, d.held(), c.t))
	return *(*Slice)(s.UnsafePointer())
}

func (c *codec) readItems(d *Decoder, p unsafe.Pointer, n int) {
	element := c.elem()
	size := element.t.Size()
	for i := range n {
		element.read(d, unsafe.Add(p, uintptr(i)*size))
	}
}

func (c *codec) readNumbers(d *Decoder, p unsafe.Pointer) {
	switch c.items {
	case kindInt8:
		*(*[]int8)(p) = d.Int8s()
	case kindInt16:
		*(*[]int16)(p) = d.Int16s()
	case kindInt32:
		*(*[]int32)(p) = d.Int32s()
	case kindInt64:
		*(*[]int64)(p) = d.Int64s()
	case kindUint16:
		*(*[]uint16)(p) = d.Uint16s()
	case kindUint32:
		*(*[]uint32)(p) = d.Uint32s()
	case kindUint64:
		*(*[]uint64)(p) = d.Uint64s()
	case kindFloat32:
		*(*[]float32)(p) = d.Float32s()
	case kindFloat64:
		*(*[]float64)(p) = d.Float64s()
	case kindInt:
		*(*[]int)(p) = d.Ints()
	case kindUint:
		*(*[]uint)(p) = d.Uints()
	case kindUintptr:
		*(*[]uintptr)(p) = d.Uintptrs()
	}
}

func (c *codec) readMap(d *Decoder) unsafe.Pointer {
	n, ok := d.Map()
	if n == lengthOfHandle {
		return c.readHandle(d)
	}
	if !ok {
		return nil
	}
	if c.entries != nil {
		entries := c.entries.read(c, d, n)
		d.Leave()
		return entries
	}
	entries := reflect.MakeMapWithSize(c.t, n)
	keys, elements := c.keys(), c.elem()
	key, item := reflect.New(keys.t), reflect.New(elements.t)
	for range n {
		key.Elem().SetZero()
		keys.read(d, key.UnsafePointer())
		if !key.Elem().Comparable() {
			refused(d.at, "%s can't be a map's key", shortName(keys.t))
		}
		item.Elem().SetZero()
		elements.read(d, item.UnsafePointer())
		entries.SetMapIndex(key.Elem(), item.Elem())
	}
	d.Leave()
	return entries.UnsafePointer()
}

// readRecord reads a struct: a record, or a handle to what is copied.
func (c *codec) readRecord(d *Decoder, p unsafe.Pointer) {
	if d.AtHandle() {
		c.copyTo(p, c.readBox(d))
		return
	}
	if c.declared.Is&IsHidden != 0 && d.peek() == wireFixArray|2 {
		// The hidden state comes first; the record's fields are set on top, and
		// those that it leaves out are zero.
		d.at++
		c.copyTo(p, c.readBox(d))
		for _, f := range c.members() {
			if f.is&Required == 0 {
				reflect.NewAt(f.t, unsafe.Add(p, f.offset)).Elem().SetZero()
			}
		}
	}
	c.readFields(d, p, false)
}

// readFields reads the fields of a record, of which a partial one may lack any.
func (c *codec) readFields(d *Decoder, p unsafe.Pointer, partial bool) {
	r := d.record(c.declared.Fields, partial)
	if c.decode != nil {
		c.decode(d, r, p)
		return
	}
	fields := c.members()
	for r.Next(d) {
		f := &fields[r.Field]
		f.read(d, unsafe.Add(p, f.offset))
	}
}

// readInterface reads a value for an interface with methods, and raises a
// failure unless it implements that.
func (c *codec) readInterface(d *Decoder) Iface {
	if d.Nil() {
		return Iface{}
	}
	start := d.at
	if d.AtHandle() {
		h := d.held()
		if h.boxed {
			if v, ok := c.implement(h.box().Elem().Interface()); ok {
				return v
			}
		}
		v, ok := c.implement(h.value)
		if !ok {
			refused(start, "%s", c.notImplemented(heldType(h), h.value))
		}
		return v
	}
	if d.atHost() {
		v, _ := c.implement(d.hostedObject(c.t))
		return v
	}
	value := d.Any()
	if value == nil {
		return Iface{}
	}
	if v, ok := c.implement(value); ok {
		return v
	}
	if data, ok := value.([]byte); ok {
		reader := bytes.NewReader(data)
		if v, ok := c.implement(reader); ok {
			return v
		}
		if v, ok := c.implement(byteReader{reader}); ok {
			return v
		}
	}
	if files := filesystem(start, value); files != nil {
		if v, ok := c.implement(files); ok {
			return v
		}
	}
	// A value with methods on its pointer: the callee gets a pointer to a copy.
	box := reflect.New(reflect.TypeOf(value))
	box.Elem().Set(reflect.ValueOf(value))
	d.carriedAt(start, box.UnsafePointer())
	v, ok := c.implement(box.Interface())
	if !ok {
		refused(start, "%s", c.notImplemented(reflect.TypeOf(value), value))
	}
	return v
}

// implement makes a value one of the interface, if it implements it.
func (c *codec) implement(value any) (v Iface, ok bool) {
	if c.declared != nil && c.declared.Implement != nil {
		return c.declared.Implement(value, false)
	}
	found := reflect.ValueOf(value)
	if !found.Type().Implements(c.t) {
		return v, false
	}
	box := reflect.New(c.t)
	box.Elem().Set(found)
	return *(*Iface)(box.UnsafePointer()), true
}

// notImplemented says in Go's words why a value doesn't implement the interface.
func (c *codec) notImplemented(found reflect.Type, value any) string {
	var must func()
	if c.declared != nil && c.declared.Implement != nil {
		must = func() { c.declared.Implement(value, true) }
	}
	return missing(found, c.t, must)
}
