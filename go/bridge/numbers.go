package bridge

import (
	"encoding/binary"
	"unsafe"
)

type number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 |
		float32 | float64 | int | uint | uintptr
}

// littleEndian says whether memory has the wire's byte order.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// numbers reads a packed slice whose items have the given kind, or borrows the
// items from the host. It is a copy unless it is lent and lies in memory as a
// slice has to.
func numbers[T number](d *Decoder, kind numberKind) []T {
	if d.Nil() {
		return nil
	}
	start := d.at
	code, payload := d.extension()
	if code == extBorrowed {
		raw := d.borrowed(start, payload)
		if d.lent == LentToRead {
			if items := inPlace[T](raw); items != nil {
				return items
			}
		}
		return unpack[T](start, raw)
	}
	if code == extHandle {
		d.at = start
		return Given[[]T](d, lengthOfHandle)
	}
	if code == extChanged {
		return numbersBack[T](d, start, d.borrowed(start, payload))
	}
	if code != extNumbers {
		d.at = start
		d.wrong("packed numbers of " + kind.String())
	}
	if len(payload) == 0 || numberKind(payload[0]) != kind {
		malformed(start, "packed numbers that are not of %s", kind)
	}
	return unpack[T](start, payload[1:])
}

// numbersBack returns the items of a buffer that the host wants changed: they are
// in its memory if the function is done with that when it returns, else in a copy.
func numbersBack[T number](d *Decoder, start int, raw []byte) []T {
	if d.lent != Kept {
		if items := inPlace[T](raw); items != nil {
			return items
		}
	}
	items := unpack[T](start, raw)
	if littleEndian && len(items) > 0 {
		d.copiesBack(raw, rawBytes(items))
	}
	return items
}

// inPlace returns raw items as the slice that they are; nil if they are none.
func inPlace[T number](raw []byte) []T {
	var zero T
	size := unsafe.Sizeof(zero)
	pointer := unsafe.Pointer(unsafe.SliceData(raw))
	if !littleEndian || len(raw) == 0 || uintptr(len(raw))%size != 0 || uintptr(pointer)%size != 0 {
		return nil
	}
	return unsafe.Slice((*T)(pointer), uintptr(len(raw))/size)
}

// aligned is a size from which on allocations of bytes start at multiples of
// eight.
const aligned = 64

// unpack copies raw little-endian items into a slice.
func unpack[T number](start int, raw []byte) []T {
	var zero T
	size := int(unsafe.Sizeof(zero))
	if len(raw)%size != 0 {
		malformed(start, "%d bytes of packed numbers of %d bytes each", len(raw), size)
	}
	var items []T
	var memory []byte
	if len(raw) < aligned {
		items = make([]T, len(raw)/size)
		memory = rawBytes(items)
		copy(memory, raw)
	} else {
		// Unlike make, append doesn't clear what it overwrites next.
		memory = append([]byte(nil), raw...)
		items = unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), len(raw)/size)
	}
	if !littleEndian {
		swapItems(memory, size)
	}
	return items
}

// encodeNumbers writes a packed slice; nil if it is nil.
func encodeNumbers[T number](e *Encoder, kind numberKind, items []T) {
	if items == nil {
		e.Nil()
		return
	}
	raw := rawBytes(items)
	if littleEndian && len(raw) >= loanSize && !e.untrusted {
		e.lendNumbers(kind, raw)
		return
	}
	place := e.extension(extNumbers, 1+len(raw))
	place[0] = byte(kind)
	copy(place[1:], raw)
	if !littleEndian {
		var zero T
		swapItems(place[1:], int(unsafe.Sizeof(zero)))
	}
}

// rawBytes returns the memory of the items.
func rawBytes[T number](items []T) []byte {
	if len(items) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&items[0])), len(items)*int(unsafe.Sizeof(items[0])))
}

// swapItems reverses the bytes of each item.
func swapItems(raw []byte, size int) {
	for ; len(raw) >= size; raw = raw[size:] {
		for i, j := 0, size-1; i < j; i, j = i+1, j-1 {
			raw[i], raw[j] = raw[j], raw[i]
		}
	}
}

// Int8s reads a packed []int8.
func (d *Decoder) Int8s() []int8 { return numbers[int8](d, kindInt8) }

// Int16s reads a packed []int16.
func (d *Decoder) Int16s() []int16 { return numbers[int16](d, kindInt16) }

// Int32s reads a packed []int32.
func (d *Decoder) Int32s() []int32 { return numbers[int32](d, kindInt32) }

// Int64s reads a packed []int64.
func (d *Decoder) Int64s() []int64 { return numbers[int64](d, kindInt64) }

// Uint16s reads a packed []uint16.
func (d *Decoder) Uint16s() []uint16 { return numbers[uint16](d, kindUint16) }

// Uint32s reads a packed []uint32.
func (d *Decoder) Uint32s() []uint32 { return numbers[uint32](d, kindUint32) }

// Uint64s reads a packed []uint64.
func (d *Decoder) Uint64s() []uint64 { return numbers[uint64](d, kindUint64) }

// Float32s reads a packed []float32.
func (d *Decoder) Float32s() []float32 { return numbers[float32](d, kindFloat32) }

// Float64s reads a packed []float64.
func (d *Decoder) Float64s() []float64 { return numbers[float64](d, kindFloat64) }

// Ints reads a packed []int.
func (d *Decoder) Ints() []int { return numbers[int](d, kindInt) }

// Uints reads a packed []uint.
func (d *Decoder) Uints() []uint { return numbers[uint](d, kindUint) }

// Uintptrs reads a packed []uintptr.
func (d *Decoder) Uintptrs() []uintptr { return numbers[uintptr](d, kindUintptr) }

// Int8s writes a packed []int8.
func (e *Encoder) Int8s(v []int8) { encodeNumbers(e, kindInt8, v) }

// Int16s writes a packed []int16.
func (e *Encoder) Int16s(v []int16) { encodeNumbers(e, kindInt16, v) }

// Int32s writes a packed []int32.
func (e *Encoder) Int32s(v []int32) { encodeNumbers(e, kindInt32, v) }

// Int64s writes a packed []int64.
func (e *Encoder) Int64s(v []int64) { encodeNumbers(e, kindInt64, v) }

// Uint16s writes a packed []uint16.
func (e *Encoder) Uint16s(v []uint16) { encodeNumbers(e, kindUint16, v) }

// Uint32s writes a packed []uint32.
func (e *Encoder) Uint32s(v []uint32) { encodeNumbers(e, kindUint32, v) }

// Uint64s writes a packed []uint64.
func (e *Encoder) Uint64s(v []uint64) { encodeNumbers(e, kindUint64, v) }

// Float32s writes a packed []float32.
func (e *Encoder) Float32s(v []float32) { encodeNumbers(e, kindFloat32, v) }

// Float64s writes a packed []float64.
func (e *Encoder) Float64s(v []float64) { encodeNumbers(e, kindFloat64, v) }

// Ints writes a packed []int.
func (e *Encoder) Ints(v []int) { encodeNumbers(e, kindInt, v) }

// Uints writes a packed []uint.
func (e *Encoder) Uints(v []uint) { encodeNumbers(e, kindUint, v) }

// Uintptrs writes a packed []uintptr.
func (e *Encoder) Uintptrs(v []uintptr) { encodeNumbers(e, kindUintptr, v) }
