package bridge

import (
	"reflect"
	"unsafe"
)

// Encode writes what pointer points to by its type, as generated code for the
// type would.
func Encode(e *Encoder, pointer any) {
	codecOf(reflect.TypeOf(pointer).Elem()).write(e, dataWord(pointer))
}

// encodeValue writes a value by its type.
func encodeValue(e *Encoder, v reflect.Value) {
	c := codecOf(v.Type())
	if v.CanAddr() {
		c.write(e, v.Addr().UnsafePointer())
		return
	}
	box := reflect.New(v.Type())
	box.Elem().Set(v)
	c.write(e, box.UnsafePointer())
}

// write writes the value in a place.
func (c *codec) write(e *Encoder, p unsafe.Pointer) {
	switch c.shape {
	case shapeInt8:
		e.Int64(int64(*(*int8)(p)))
	case shapeInt16:
		e.Int64(int64(*(*int16)(p)))
	case shapeInt32:
		e.Int64(int64(*(*int32)(p)))
	case shapeInt64, shapeInt:
		e.Int64(*(*int64)(p))
	case shapeUint8:
		e.Uint64(uint64(*(*uint8)(p)))
	case shapeUint16:
		e.Uint64(uint64(*(*uint16)(p)))
	case shapeUint32:
		e.Uint64(uint64(*(*uint32)(p)))
	case shapeUint64, shapeUint, shapeUintptr:
		e.Uint64(*(*uint64)(p))
	case shapeFloat32:
		e.Float64(float64(*(*float32)(p)))
	case shapeFloat64:
		e.Float64(*(*float64)(p))
	case shapeBool:
		e.Bool(*(*bool)(p))
	case shapeString:
		e.String(*(*string)(p))
	case shapeBytes:
		e.Bytes(*(*[]byte)(p))
	case shapeComplex64:
		e.Complex128(complex128(*(*complex64)(p)))
	case shapeComplex128:
		e.Complex128(*(*complex128)(p))
	case shapeByteArray:
		e.ByteArray(unsafe.Slice((*byte)(p), c.t.Len()))
	case shapeNumbers, shapeSlice:
		c.writeSlice(e, *(*Slice)(p))
	case shapeArray:
		n := c.t.Len()
		c.writeItems(e, p, n)
	case shapeMap:
		c.writeMap(e, p)
	case shapePointer, shapeObject, shapeReference:
		c.writePointer(e, *(*unsafe.Pointer)(p))
	case shapeRecord:
		if c.declared.Is&IsHidden != 0 {
			box := c.fresh()
			c.copyTo(box, p)
			e.Hidden(c.number, assemble(c.pointers, box))
		}
		c.writeFields(e, p)
	case shapeOpaque:
		box := c.fresh()
		c.copyTo(box, p)
		c.writeBox(e, box)
	case shapeInterface:
		e.Any((*Iface)(p).Any())
	case shapeAny:
		e.Any(*(*any)(p))
	case shapeError:
		e.Error(*(*error)(p))
	case shapeAdapted:
		c.adapter.encode(e, p)
	}
}

// writeShared writes the value in a place that handles may share.
func (c *codec) writeShared(e *Encoder, p unsafe.Pointer) {
	if c.shape == shapeOpaque {
		c.writeBox(e, p)
		return
	}
	c.write(e, p)
}

// writeBox writes a handle to the struct in a place.
func (c *codec) writeBox(e *Encoder, p unsafe.Pointer) {
	if c.declared == nil {
		e.handle(&held{value: assemble(c.pointers, p), number: numberUnknown, boxed: true})
		return
	}
	e.Box(c.number, assemble(c.pointers, p))
}

// writePointer writes a value that is one word.
func (c *codec) writePointer(e *Encoder, v unsafe.Pointer) {
	switch {
	case v == nil:
		e.Nil()
	case c.shape == shapePointer:
		c.elem().write(e, v)
	case c.shape == shapeMap:
		c.writeMapOf(e, v)
	case c.declared == nil:
		e.Opaque(assemble(c.word, v))
	default:
		e.Object(c.number, assemble(c.word, v))
	}
}

// writeSlice writes a slice.
func (c *codec) writeSlice(e *Encoder, v Slice) {
	if v.data == nil {
		e.Nil()
		return
	}
	if c.shape == shapeNumbers {
		c.writeNumbers(e, unsafe.Pointer(&v))
		return
	}
	c.writeItems(e, v.data, v.length)
}

func (c *codec) writeItems(e *Encoder, p unsafe.Pointer, n int) {
	e.Array(n)
	element := c.elem()
	size := element.t.Size()
	for i := range n {
		element.write(e, unsafe.Add(p, uintptr(i)*size))
	}
	e.Leave()
}

func (c *codec) writeNumbers(e *Encoder, p unsafe.Pointer) {
	switch c.items {
	case kindInt8:
		e.Int8s(*(*[]int8)(p))
	case kindInt16:
		e.Int16s(*(*[]int16)(p))
	case kindInt32:
		e.Int32s(*(*[]int32)(p))
	case kindInt64:
		e.Int64s(*(*[]int64)(p))
	case kindUint16:
		e.Uint16s(*(*[]uint16)(p))
	case kindUint32:
		e.Uint32s(*(*[]uint32)(p))
	case kindUint64:
		e.Uint64s(*(*[]uint64)(p))
	case kindFloat32:
		e.Float32s(*(*[]float32)(p))
	case kindFloat64:
		e.Float64s(*(*[]float64)(p))
	case kindInt:
		e.Ints(*(*[]int)(p))
	case kindUint:
		e.Uints(*(*[]uint)(p))
	case kindUintptr:
		e.Uintptrs(*(*[]uintptr)(p))
	}
}

func (c *codec) writeMapOf(e *Encoder, v unsafe.Pointer) { c.writeMap(e, unsafe.Pointer(&v)) }

func (c *codec) writeMap(e *Encoder, p unsafe.Pointer) {
	entries := reflect.NewAt(c.t, p).Elem()
	if entries.IsNil() {
		e.Nil()
		return
	}
	e.Map(entries.Len())
	if c.entries != nil {
		c.entries.write(c, e, p)
		e.Leave()
		return
	}
	key, item := reflect.New(c.t.Key()), reflect.New(c.t.Elem())
	for at := entries.MapRange(); at.Next(); {
		key.Elem().SetIterKey(at)
		item.Elem().SetIterValue(at)
		c.keys().write(e, key.UnsafePointer())
		c.elem().write(e, item.UnsafePointer())
	}
	e.Leave()
}

// writeFields writes a struct by its fields.
func (c *codec) writeFields(e *Encoder, p unsafe.Pointer) {
	if c.encode != nil {
		c.encode(e, p)
		return
	}
	fields := c.members()
	n := len(fields)
	for i := range fields {
		if f := &fields[i]; f.is&OmitEmpty != 0 && f.isEmpty(unsafe.Add(p, f.offset)) {
			n--
		}
	}
	all := n == len(fields)
	e.Map(n)
	for i := range fields {
		f := &fields[i]
		place := unsafe.Add(p, f.offset)
		if !all && f.is&OmitEmpty != 0 && f.isEmpty(place) {
			continue
		}
		e.Raw(f.key)
		f.write(e, place)
	}
	e.Leave()
}
