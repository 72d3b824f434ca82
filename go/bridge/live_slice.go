package bridge

import (
	"reflect"
	"runtime"
	"unsafe"
)

// items returns the place of the first item and how many there are.
func (c *container) items() (first unsafe.Pointer, length int) {
	p := c.place()
	if c.codec.shape == shapeArray {
		return p, c.codec.t.Len()
	}
	s := (*Slice)(p)
	return s.data, s.length
}

// at returns the place of an item, counted from the end if the index is negative;
// nil if there is none.
func (c *container) at(index int64) unsafe.Pointer {
	first, length := c.items()
	if index < 0 {
		index += int64(length)
	}
	if index < 0 || index >= int64(length) {
		return nil
	}
	element := c.codec.elem()
	if element.t.Size() == 0 {
		return unsafe.Pointer(&sizeless)
	}
	return unsafe.Add(first, uintptr(index)*element.t.Size())
}

// sizeless is where items without a size are.
var sizeless struct{}

// writeBatch writes some items, from the given one on.
func (c *container) writeBatch(e *Encoder, start, count int) {
	first, length := c.items()
	start = min(max(start, 0), length)
	count = min(max(count, 0), length-start)
	element := c.codec.elem()
	size := element.t.Size()
	if c.codec.shape == shapeNumbers {
		part := Slice{first, count, count}
		if count > 0 {
			part.data = unsafe.Add(first, uintptr(start)*size)
		} else {
			part.data = unsafe.Pointer(&sizeless)
		}
		c.codec.writeNumbers(e, unsafe.Pointer(&part))
		return
	}
	e.Array(count)
	for i := start; i < start+count; i++ {
		element.writeLive(e, unsafe.Add(first, uintptr(i)*size))
	}
	e.Leave()
}

// splice puts items in the place of those from start up to stop, as append and
// package slices do: within the capacity, where the array is.
func (c *container) splice(start, stop int, items reflect.Value) {
	s := reflect.NewAt(c.codec.t, c.place()).Elem()
	length := s.Len()
	start = min(max(start, 0), length)
	stop = min(max(stop, start), length)
	// The tail first: it may move over what the items replace. What is given may
	// be the slice itself.
	tail := reflect.MakeSlice(c.codec.t, length-stop, length-stop)
	reflect.Copy(tail, s.Slice(stop, length))
	if items.Len() > 0 {
		own := reflect.MakeSlice(c.codec.t, items.Len(), items.Len())
		reflect.Copy(own, items)
		items = own
	}
	made := reflect.AppendSlice(s.Slice(0, start), items)
	made = reflect.AppendSlice(made, tail)
	if made.Len() < length {
		// What is left over can be freed.
		rest := s.Slice(made.Len(), length)
		for i := range rest.Len() {
			rest.Index(i).SetZero()
		}
	}
	s.Set(made)
	c.changed()
}

// A pinned array stays where it is as long as it is held.
type pinned struct {
	pinner runtime.Pinner
	data   unsafe.Pointer
}

// pin writes a handle to the pinned items, their address and their length.
func (c *container) pin(e *Encoder) {
	first, length := c.items()
	kept := &pinned{data: first}
	if first != nil && length > 0 {
		kept.pinner.Pin(first)
	}
	runtime.SetFinalizer(kept, func(p *pinned) { p.pinner.Unpin() })
	e.Success()
	e.Array(3)
	e.handle(&held{value: kept, number: numberUnknown})
	e.Uint64(uint64(uintptr(first)))
	e.Uint64(uint64(length))
	e.Leave()
}
