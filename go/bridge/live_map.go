package bridge

import (
	"reflect"
)

// entries returns the map that is in the place.
func (c *container) entries() reflect.Value {
	return reflect.NewAt(c.codec.t, c.place()).Elem()
}

// set assigns to a key. A nil map is made first.
func (c *container) set(key, item reflect.Value) {
	entries := c.entries()
	if entries.IsNil() && !c.returned {
		entries.Set(reflect.MakeMap(c.codec.t))
		c.changed()
	}
	entries.SetMapIndex(key, item)
}

// key reads a key of the map.
func (c *container) key(d *Decoder) reflect.Value {
	keys := c.codec.keys()
	key := reflect.New(keys.t)
	keys.read(d, key.UnsafePointer())
	if !key.Elem().Comparable() {
		refused(d.at, "%s can't be a map's key", shortName(keys.t))
	}
	return key.Elem()
}

// writeTextItem writes a response with the value that a text has, of a map whose
// values are the commonest ones; else it says no, and nothing is read. Maps whose
// keys and values are of one kind and size are laid out alike, whatever their names:
// reading one as another is what package reflect does, which makes a copy of key and
// value for it.
func (c *container) writeTextItem(d *Decoder, e *Encoder) bool {
	switch c.codec.elem().shape {
	case shapeInt64, shapeInt:
		if v, ok := textItem[int64](c, d); ok {
			e.SuccessInt64(v)
			return true
		}
	case shapeString:
		if v, ok := textItem[string](c, d); ok {
			e.SuccessString(v)
			return true
		}
	case shapeFloat64:
		if v, ok := textItem[float64](c, d); ok {
			e.Success()
			e.Float64(v)
			return true
		}
	default:
		return false
	}
	e.Success()
	e.absent()
	return true
}

// textItem reads a text and returns the value that it has as a key.
func textItem[V any](c *container, d *Decoder) (v V, ok bool) {
	// The request's own bytes are the key: a lookup keeps none.
	key := d.text()
	d.End()
	v, ok = (*(*map[string]V)(c.place()))[string(key)]
	return v, ok
}

// writeItem writes the value that a key has.
func (c *container) writeItem(e *Encoder, key reflect.Value) {
	found := c.entries().MapIndex(key)
	if !found.IsValid() {
		e.absent()
		return
	}
	c.writeFound(e, key, found)
}

func (c *container) writeFound(e *Encoder, key, found reflect.Value) {
	items := c.codec.elem()
	box := reflect.New(items.t)
	box.Elem().Set(found)
	items.writeElement(e, box.UnsafePointer(), &element{of: c, key: key})
}

// A mapIterator is where an iteration over a map has come to.
type mapIterator struct {
	container *container
	at        *reflect.MapIter
	// ended says that there is nothing left.
	ended bool
}

// What an iteration over a map gives.
const (
	iterateKeys = iota
	iterateValues
	iterateEntries
)

// writeBatch writes what comes next: keys, values, or both in turn.
func (i *mapIterator) writeBatch(e *Encoder, what, count int) {
	keys := make([]reflect.Value, 0, min(count, i.container.entries().Len()))
	items := make([]reflect.Value, 0, cap(keys))
	for !i.ended && len(keys) < count {
		if i.ended = !i.at.Next(); i.ended {
			break
		}
		key := reflect.New(i.container.codec.t.Key()).Elem()
		key.SetIterKey(i.at)
		keys = append(keys, key)
		if what != iterateKeys {
			items = append(items, i.at.Value())
		}
	}
	size := len(keys)
	if what == iterateEntries {
		size *= 2
	}
	e.Array(size)
	for at, key := range keys {
		if what != iterateValues {
			i.container.codec.keys().write(e, key.Addr().UnsafePointer())
		}
		if what != iterateKeys {
			i.container.writeFound(e, key, items[at])
		}
	}
	e.Leave()
}
