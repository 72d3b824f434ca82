package bridge

import (
	"encoding/binary"
	"math"
	"reflect"
)

// Any reads a dynamic value. What carries no Go type becomes Go's default for
// it: int, float64, string, []byte, []any, map[string]any or map[any]any.
func (d *Decoder) Any() any {
	b := d.peek()
	switch describe(b) {
	case "nil":
		d.at++
		return nil
	case "bool":
		return d.Bool()
	case "int":
		bits, negative := d.integer("int")
		if !negative && bits > math.MaxInt64 {
			return bits
		}
		return int(bits)
	case "float":
		return d.Float64()
	case "str":
		return d.String()
	case "bin":
		return d.Bytes()
	case "array":
		return d.anyArray()
	case "map":
		return d.anyMap()
	case "ext":
		return d.anyExtension()
	}
	d.wrong("a value")
	return nil
}

func (d *Decoder) anyArray() any {
	start := d.at
	n, _ := d.Array()
	if n == 2 && d.atExtension(extType) {
		v := d.typed(start)
		d.Leave()
		return v
	}
	items := make([]any, n)
	for i := range items {
		items[i] = d.Any()
	}
	d.Leave()
	return items
}

// typed reads a value that carries its type: the two items of the array at a place.
func (d *Decoder) typed(array int) any {
	start := d.at
	_, payload := d.extension()
	if len(payload) != 8 {
		malformed(start, "a type of %d bytes", len(payload))
	}
	number, flags := binary.LittleEndian.Uint32(payload), binary.LittleEndian.Uint32(payload[4:])
	if number == numberError {
		return d.Error()
	}
	entry := types().get(number)
	if entry != nil && d.atHost() && entry.reflect.Kind() == reflect.Interface {
		// The host says as what Go is to see its object.
		return d.hostedObject(entry.reflect)
	}
	if entry == nil || !entry.class.isData() {
		malformed(start, "type %d has no values", number)
	}
	if flags&pointerFlag != 0 && d.Nil() {
		return reflect.Zero(reflect.PointerTo(entry.reflect)).Interface()
	}
	pointer := reflect.New(entry.reflect)
	entry.codec().read(d, pointer.UnsafePointer())
	if d.back != 0 {
		n := d.notes()
		n.carried = append(n.carried, carried{array, number, flags, pointer.UnsafePointer()})
	}
	if flags&pointerFlag != 0 {
		return pointer.Interface()
	}
	return pointer.Elem().Interface()
}

func (d *Decoder) anyMap() any {
	n, _ := d.Map()
	byText := make(map[string]any, n)
	for i := range n {
		if describe(d.peek()) != "str" {
			return d.mixedMap(byText, n-i)
		}
		key := d.String()
		byText[key] = d.Any()
	}
	d.Leave()
	return byText
}

// CheckKey raises a failure if a key that was just read can't be a map's: one that is,
// or holds, a dynamic value may be of a type that Go can't compare.
func (d *Decoder) CheckKey(key any) {
	if key != nil && !reflect.ValueOf(key).Comparable() {
		refused(d.at, "%s can't be a map's key", shortName(reflect.TypeOf(key)))
	}
}

// mixedMap reads on after a key that isn't a string.
func (d *Decoder) mixedMap(byText map[string]any, left int) map[any]any {
	mixed := make(map[any]any, len(byText)+left)
	for key, item := range byText {
		mixed[key] = item
	}
	for range left {
		key := d.Any()
		d.CheckKey(key)
		mixed[key] = d.Any()
	}
	d.Leave()
	return mixed
}

func (d *Decoder) anyExtension() any {
	start := d.at
	code, payload := d.extension()
	d.at = start
	switch code {
	case extHandle:
		h := d.held()
		if h.boxed {
			return h.box().Elem().Interface()
		}
		return h.value
	case extNumbers:
		kind := numberKind(math.MaxUint8)
		if len(payload) > 0 {
			kind = numberKind(payload[0])
		}
		return d.numbersOf(kind)
	case extBorrowed, extChanged:
		return d.Bytes()
	case extComplex:
		return d.Complex128()
	case extHost:
		return d.hostFunction()
	case extSized:
		return d.sized()
	}
	malformed(start, "extension %d where a value was expected", code)
	return nil
}

// numbersOf reads a packed slice of the given kind.
func (d *Decoder) numbersOf(kind numberKind) any {
	switch kind {
	case kindInt8:
		return d.Int8s()
	case kindInt16:
		return d.Int16s()
	case kindInt32:
		return d.Int32s()
	case kindInt64:
		return d.Int64s()
	case kindUint8:
		return numbers[uint8](d, kindUint8)
	case kindUint16:
		return d.Uint16s()
	case kindUint32:
		return d.Uint32s()
	case kindUint64:
		return d.Uint64s()
	case kindFloat32:
		return d.Float32s()
	case kindFloat64:
		return d.Float64s()
	case kindInt:
		return d.Ints()
	case kindUint:
		return d.Uints()
	case kindUintptr:
		return d.Uintptrs()
	}
	malformed(d.at, "packed numbers of an unknown kind")
	return nil
}
