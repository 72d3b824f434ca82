package bridge

import (
	"reflect"
	"unsafe"
)

// editing says what builtinEdit does with a container.
type editing uint8

const (
	editDelete  editing = 0 // (key) -> bool: whether the map had it
	editHas     editing = 1 // (key) -> bool
	editClear   editing = 2 // () -> nil
	editTake    editing = 3 // (key) -> a copy of the value, or absent: it is deleted
	editSplice  editing = 4 // (start, stop, items) -> nil
	editIterate editing = 5 // () -> handle to an iteration over the map
	editPin     editing = 6 // () -> [handle, address, length] of the items of a slice of numbers
)

var editings = [...]string{
	editDelete: "delete", editHas: "has", editClear: "clear", editTake: "take",
	editSplice: "splice", editIterate: "iterate", editPin: "pin",
}

// String returns the name in the protocol.
func (k editing) String() string { return nameOf(editings[:], k) }

// callLive runs the builtins of containers. They are apart from the others so
// that items are found after few comparisons.
func callLive(index builtin, d *Decoder, e *Encoder) {
	switch index {
	case builtinItem:
		c := d.container()
		if c.codec.shape == shapeMap {
			if c.codec.keys().shape == shapeString && c.writeTextItem(d, e) {
				return
			}
			key := c.key(d)
			d.End()
			e.Success()
			c.writeItem(e, key)
			return
		}
		at := d.Int64()
		d.End()
		p := c.at(at)
		if p == nil {
			e.Success()
			e.absent()
			return
		}
		c.codec.elem().get(e, p)
	case builtinSetItem:
		d.container().setItem(d, e)
	case builtinLength:
		c := d.container()
		d.End()
		e.SuccessInt64(int64(c.length()))
	case builtinBatch:
		batch(d, e)
	case builtinCopy:
		box := d.onlyHeld().box()
		if box.Kind() != reflect.Pointer {
			// A value without a place, as an error can be.
			value := box
			box = reflect.New(value.Type())
			box.Elem().Set(value)
		}
		e.Success()
		codecOf(box.Type().Elem()).write(e, box.UnsafePointer())
	case builtinEdit:
		c := d.container()
		c.edit(editing(d.Uint8()), d, e)
	}
}

func (c *container) length() int {
	if c.codec.shape == shapeMap {
		return c.entries().Len()
	}
	_, length := c.items()
	return length
}

// setItem assigns to a key, or to an index that there is.
func (c *container) setItem(d *Decoder, e *Encoder) {
	element := c.codec.elem()
	if c.codec.shape == shapeMap {
		key := c.key(d)
		item := reflect.New(element.t)
		element.read(d, item.UnsafePointer())
		d.End()
		c.set(key, item.Elem())
		e.Success()
		e.Nil()
		return
	}
	at := d.Int64()
	if c.at(at) == nil {
		e.Success()
		e.absent()
		return
	}
	element.set(d, e, func() unsafe.Pointer { return c.at(at) })
}

// batch writes the next items of a slice, or of an iteration over a map.
func batch(d *Decoder, e *Encoder) {
	start := d.at
	h := d.held()
	first, count := d.Int(), d.Int()
	d.End()
	if c := h.asContainer(); c != nil && c.codec.shape != shapeMap {
		e.Success()
		c.writeBatch(e, first, count)
		return
	}
	iterator, ok := h.value.(*mapIterator)
	if !ok {
		malformed(start, "a handle to nothing that has items")
	}
	e.Success()
	iterator.writeBatch(e, first, count)
}

// edit changes a container, or answers a rarer question.
func (c *container) edit(what editing, d *Decoder, e *Encoder) {
	isMap := c.codec.shape == shapeMap
	switch {
	case isMap && what == editHas:
		key := c.key(d)
		d.End()
		found := c.entries().MapIndex(key).IsValid()
		e.Success()
		e.Bool(found)
	case isMap && (what == editDelete || what == editTake):
		key := c.key(d)
		d.End()
		entries := c.entries()
		found := entries.MapIndex(key)
		e.Success()
		switch {
		case what == editDelete:
			e.Bool(found.IsValid())
		case found.IsValid():
			encodeValue(e, found)
		default:
			e.absent()
		}
		if found.IsValid() {
			entries.SetMapIndex(key, reflect.Value{})
		}
	case isMap && what == editClear:
		d.End()
		c.entries().Clear()
		e.Success()
		e.Nil()
	case isMap && what == editIterate:
		d.End()
		e.Success()
		e.handle(&held{value: &mapIterator{container: c, at: c.entries().MapRange()}, number: numberUnknown})
	case what == editSplice && c.codec.t.Kind() == reflect.Slice:
		start, stop := d.Int(), d.Int()
		items := reflect.New(c.codec.t)
		c.codec.read(d, items.UnsafePointer())
		d.End()
		c.splice(start, stop, items.Elem())
		e.Success()
		e.Nil()
	case what == editPin && !isMap && c.codec.elem().shape <= shapeUintptr:
		d.End()
		c.pin(e)
	default:
		malformed(d.at, "%s can't be edited by %s", c.codec.t, what)
	}
}
