package bridge

import (
	"encoding/binary"
	"math"
)

// A reader reads MessagePack: its methods read the next value and raise a
// failure if that is not of the wanted kind. It knows neither what values mean
// nor what the message is: a request, or an answer to one of Go's.
type reader struct {
	data  []byte
	at    int
	depth int32
}

// End raises a failure unless the whole message has been read.
func (r *reader) End() {
	if r.at != len(r.data) {
		r.trailing()
	}
}

//go:noinline
func (r *reader) trailing() { malformed(r.at, "%d trailing bytes", len(r.data)-r.at) }

// ended raises a failure about the message ending early. It is a function of
// its own so that those that call it are small enough to be inlined.
//
//go:noinline
func (r *reader) ended() { malformed(r.at, "the message ends early") }

// peek returns the first byte of the next value.
func (r *reader) peek() byte {
	if r.at >= len(r.data) {
		r.ended()
	}
	return r.data[r.at]
}

// take returns the next n bytes of the message itself.
func (r *reader) take(n int) []byte {
	rest := r.data[r.at:]
	if uint(n) > uint(len(rest)) {
		r.ended()
	}
	r.at += n
	return rest[:n]
}

// wrong raises a failure about the next value not being what is wanted.
func (r *reader) wrong(wanted string) {
	malformed(r.at, "expected %s, got %s", wanted, describe(r.peek()))
}

// Nil reads a nil if that is next, and says whether it was.
func (r *reader) Nil() bool {
	if r.at < len(r.data) && r.data[r.at] == wireNil {
		r.at++
		return true
	}
	return false
}

// Bool reads a bool.
func (r *reader) Bool() bool {
	switch r.peek() {
	case wireTrue:
		r.at++
		return true
	case wireFalse:
		r.at++
	default:
		r.wrong("bool")
	}
	return false
}

// integer reads any integer, as the 64 bits of a uint64 or, if negative, of an
// int64.
func (r *reader) integer(wanted string) (bits uint64, negative bool) {
	b := r.peek()
	if b < wireFixMap {
		r.at++
		return uint64(b), false
	}
	if b >= 0xe0 {
		r.at++
		return uint64(int64(int8(b))), true
	}
	if b < wireUint8 || b > wireInt64 {
		r.wrong(wanted)
	}
	// Each kind has its four sizes in a row.
	size := 1 << ((b - wireUint8) & 3)
	if size >= len(r.data)-r.at {
		r.ended()
	}
	raw := r.data[r.at+1:]
	r.at += 1 + size
	switch size {
	case 1:
		bits = uint64(raw[0])
	case 2:
		bits = uint64(binary.BigEndian.Uint16(raw))
	case 4:
		bits = uint64(binary.BigEndian.Uint32(raw))
	default:
		bits = binary.BigEndian.Uint64(raw)
	}
	if b < wireInt8 {
		return bits, false
	}
	unused := 64 - 8*size
	signed := int64(bits<<unused) >> unused
	return uint64(signed), signed < 0
}

func (r *reader) wideInt64() int64 {
	start := r.at
	bits, negative := r.integer("int64")
	if !negative && bits > math.MaxInt64 {
		malformed(start, "%d does not fit in int64", bits)
	}
	return int64(bits)
}

// Int64 reads an int64.
func (r *reader) Int64() int64 {
	// Small numbers are their own first byte.
	if at := r.at; at < len(r.data) && int8(r.data[at]) >= -32 {
		r.at++
		return int64(int8(r.data[at]))
	}
	return r.wideInt64()
}

// Uint64 reads a uint64.
func (r *reader) Uint64() uint64 {
	if at := r.at; at < len(r.data) && r.data[at] < wireFixMap {
		r.at++
		return uint64(r.data[at])
	}
	return r.wideUint64()
}

func (r *reader) wideUint64() uint64 {
	start := r.at
	bits, negative := r.integer("uint64")
	if negative {
		malformed(start, "%d does not fit in uint64", int64(bits))
	}
	return bits
}

type signedInteger interface{ int8 | int16 | int32 }

func narrowInt[T signedInteger](r *reader, name string) T {
	start := r.at
	wide := r.Int64()
	if int64(T(wide)) != wide {
		malformed(start, "%d does not fit in %s", wide, name)
	}
	return T(wide)
}

type unsignedInteger interface {
	uint8 | uint16 | uint32 | uintptr
}

func narrowUint[T unsignedInteger](r *reader, name string) T {
	start := r.at
	wide := r.Uint64()
	if uint64(T(wide)) != wide {
		malformed(start, "%d does not fit in %s", wide, name)
	}
	return T(wide)
}

// Int reads an int, which has 64 bits on every supported platform.
func (r *reader) Int() int { return int(r.Int64()) }

// Int8 reads an int8.
func (r *reader) Int8() int8 { return narrowInt[int8](r, "int8") }

// Int16 reads an int16.
func (r *reader) Int16() int16 { return narrowInt[int16](r, "int16") }

// Int32 reads an int32.
func (r *reader) Int32() int32 { return narrowInt[int32](r, "int32") }

// Uint reads a uint, which has 64 bits on every supported platform.
func (r *reader) Uint() uint { return uint(r.Uint64()) }

// Uint8 reads a uint8.
func (r *reader) Uint8() uint8 { return narrowUint[uint8](r, "uint8") }

// Uint16 reads a uint16.
func (r *reader) Uint16() uint16 { return narrowUint[uint16](r, "uint16") }

// Uint32 reads a uint32.
func (r *reader) Uint32() uint32 { return narrowUint[uint32](r, "uint32") }

// Uintptr reads a uintptr.
func (r *reader) Uintptr() uintptr { return narrowUint[uintptr](r, "uintptr") }

// Float64 reads a float64.
func (r *reader) Float64() float64 {
	switch r.peek() {
	case wireFloat64:
		r.at++
		return math.Float64frombits(binary.BigEndian.Uint64(r.take(8)))
	case wireFloat32:
		r.at++
		return float64(math.Float32frombits(binary.BigEndian.Uint32(r.take(4))))
	}
	r.wrong("float64")
	return 0
}

// Float32 reads a float32. What is not exact in one is rounded, as Go's
// conversion does.
func (r *reader) Float32() float32 { return float32(r.Float64()) }

// text reads a string as the bytes of the message.
func (r *reader) text() []byte {
	// Short strings have their length in their first byte.
	if start := r.at + 1; start <= len(r.data) {
		n := int(r.data[start-1]) - wireFixStr
		if uint(n) < 32 && n <= len(r.data)-start {
			r.at = start + n
			return r.data[start:r.at]
		}
	}
	return r.longText()
}

func (r *reader) longText() []byte {
	b := r.peek()
	if b&0xe0 == wireFixStr {
		r.at++
		return r.take(int(b & 0x1f))
	}
	var n int
	switch b {
	case wireStr8:
		r.at++
		n = int(r.take(1)[0])
	case wireStr16:
		r.at++
		n = int(binary.BigEndian.Uint16(r.take(2)))
	case wireStr32:
		r.at++
		n = int(binary.BigEndian.Uint32(r.take(4)))
	default:
		r.wrong("str")
	}
	return r.take(n)
}

// bin reads a bin value as the bytes of the message.
func (r *reader) bin() []byte {
	var n int
	switch r.peek() {
	case wireBin8:
		r.at++
		n = int(r.take(1)[0])
	case wireBin16:
		r.at++
		n = int(binary.BigEndian.Uint16(r.take(2)))
	case wireBin32:
		r.at++
		n = int(binary.BigEndian.Uint32(r.take(4)))
	default:
		r.wrong("bytes")
	}
	return r.take(n)
}

// extension reads an extension value if that is next, and returns its code and
// its payload in the message; else it reads nothing and returns code 0.
func (r *reader) extension() (code extCode, payload []byte) {
	b := r.peek()
	var n int
	switch b {
	case wireFixExt1, wireFixExt2, wireFixExt4, wireFixExt8, wireFixExt16:
		r.at++
		n = 1 << (b - wireFixExt1)
	case wireExt8:
		r.at++
		n = int(r.take(1)[0])
	case wireExt16:
		r.at++
		n = int(binary.BigEndian.Uint16(r.take(2)))
	case wireExt32:
		r.at++
		n = int(binary.BigEndian.Uint32(r.take(4)))
	default:
		return 0, nil
	}
	code = extCode(r.take(1)[0])
	return code, r.take(n)
}

// atExtension says whether the next value is an extension of the given code.
func (r *reader) atExtension(code extCode) bool {
	start := r.at
	found, _ := r.extension()
	r.at = start
	return found == code
}

// lengthOfHandle is the length of an array or a map in whose place a handle is.
const lengthOfHandle = -1

// instead says that a handle is next in the place of an array or map, without
// reading it.
//
//go:noinline
func (r *reader) instead(wanted string) (length int, ok bool) {
	if !r.atExtension(extHandle) {
		r.wrong(wanted)
	}
	return lengthOfHandle, false
}

// Array reads the start of an array and returns its length, or false for nil and
// for a handle, which it leaves to Given. After its items, the generated code calls
// Leave.
func (r *reader) Array() (length int, ok bool) {
	b := r.peek()
	switch {
	case b&0xf0 == wireFixArray:
		r.at++
		length = int(b & 0x0f)
	case b == wireArray16:
		r.at++
		length = int(binary.BigEndian.Uint16(r.take(2)))
	case b == wireArray32:
		r.at++
		length = int(binary.BigEndian.Uint32(r.take(4)))
	case b == wireNil:
		r.at++
		return 0, false
	default:
		return r.instead("array")
	}
	// Every item takes at least a byte: a length that lies is found here,
	// before anything is allocated for it.
	if length > len(r.data)-r.at {
		malformed(r.at, "an array of %d items in %d bytes", length, len(r.data)-r.at)
	}
	r.enter()
	return length, true
}

// FixedArray reads the start of an array that must have the given length.
func (r *reader) FixedArray(length int) {
	start := r.at
	n, ok := r.Array()
	if !ok {
		r.at = start
		r.wrong("array")
	}
	if n != length {
		malformed(start, "expected an array of %d items, got %d", length, n)
	}
}

// Map reads the start of a map and returns its length, or false for nil and for a
// handle, which it leaves to Given. After its entries, the generated code calls Leave.
func (r *reader) Map() (length int, ok bool) {
	b := r.peek()
	switch {
	case b&0xf0 == wireFixMap:
		r.at++
		length = int(b & 0x0f)
	case b == wireMap16:
		r.at++
		length = int(binary.BigEndian.Uint16(r.take(2)))
	case b == wireMap32:
		r.at++
		length = int(binary.BigEndian.Uint32(r.take(4)))
	case b == wireNil:
		r.at++
		return 0, false
	default:
		return r.instead("map")
	}
	if length > (len(r.data)-r.at)/2 {
		malformed(r.at, "a map of %d entries in %d bytes", length, len(r.data)-r.at)
	}
	r.enter()
	return length, true
}

func (r *reader) enter() {
	r.depth++
	if r.depth > depthLimit {
		r.tooDeep()
	}
}

//go:noinline
func (r *reader) tooDeep() { malformed(r.at, "nested more than %d levels deep", depthLimit) }

// Leave ends an array or a map.
func (r *reader) Leave() { r.depth-- }
