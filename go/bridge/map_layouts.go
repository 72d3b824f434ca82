package bridge

import (
	"reflect"
	"unsafe"
)

// Maps are read and written by code that is compiled for the layout of their keys and
// items, where that is a usual one: package reflect takes up to two and a half times as long. A
// map doesn't know its type, and what is done with it depends on no more of that than
// the layout of its items, and how its keys are hashed: all strings alike, and all
// integers of a word.

// mapCode reads and writes the maps of a layout.
type mapCode struct {
	// read reads so many entries, into a new map.
	read func(c *codec, d *Decoder, n int) unsafe.Pointer
	// write writes the entries of the map that p is.
	write func(c *codec, e *Encoder, p unsafe.Pointer)
}

// layout is how a value is laid out, to a map and the collector.
type layout uint8

const (
	otherLayout layout = iota
	byteLayout
	halfLayout // of a word
	wordLayout
	pointerLayout
	stringLayout
	interfaceLayout
	sliceLayout
)

// layoutOf returns the layout of values of a kind.
func layoutOf(kind reflect.Kind) layout {
	switch kind {
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return byteLayout
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return halfLayout
	case reflect.Int64, reflect.Uint64, reflect.Float64:
		return wordLayout
	case reflect.Int, reflect.Uint, reflect.Uintptr:
		if unsafe.Sizeof(int(0)) == 8 {
			return wordLayout
		}
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return pointerLayout
	case reflect.String:
		return stringLayout
	case reflect.Interface:
		return interfaceLayout
	case reflect.Slice:
		return sliceLayout
	}
	return otherLayout
}

// mapCodeFor returns the code for a type of maps; nil if its layout is no usual one.
func mapCodeFor(t reflect.Type) *mapCode {
	items := layoutOf(t.Elem().Kind())
	switch key := t.Key().Kind(); layoutOf(key) {
	case stringLayout:
		return mapCodeOf[string](items)
	case wordLayout:
		// Floats are hashed in their own way.
		if key != reflect.Float64 {
			return mapCodeOf[uint64](items)
		}
	}
	return nil
}

func mapCodeOf[K comparable](items layout) *mapCode {
	switch items {
	case byteLayout:
		return &mapCode{readEntries[K, byte], writeEntries[K, byte]}
	case halfLayout:
		return &mapCode{readEntries[K, uint32], writeEntries[K, uint32]}
	case wordLayout:
		return &mapCode{readEntries[K, uint64], writeEntries[K, uint64]}
	case pointerLayout:
		return &mapCode{readEntries[K, unsafe.Pointer], writeEntries[K, unsafe.Pointer]}
	case stringLayout:
		return &mapCode{readEntries[K, string], writeEntries[K, string]}
	case interfaceLayout:
		return &mapCode{readEntries[K, any], writeEntries[K, any]}
	case sliceLayout:
		return &mapCode{readEntries[K, []byte], writeEntries[K, []byte]}
	}
	return nil
}

func readEntries[K comparable, V any](c *codec, d *Decoder, n int) unsafe.Pointer {
	entries := make(map[K]V, n)
	keys, items := c.keys(), c.elem()
	// They are in the heap, once for all entries.
	key, item := new(K), new(V)
	var none V
	for range n {
		keys.read(d, unsafe.Pointer(key))
		*item = none
		items.read(d, unsafe.Pointer(item))
		entries[*key] = *item
	}
	return *(*unsafe.Pointer)(unsafe.Pointer(&entries))
}

func writeEntries[K comparable, V any](c *codec, e *Encoder, p unsafe.Pointer) {
	entries := *(*map[K]V)(p)
	keys, items := c.keys(), c.elem()
	key, item := new(K), new(V)
	for *key, *item = range entries {
		keys.write(e, unsafe.Pointer(key))
		items.write(e, unsafe.Pointer(item))
	}
}
