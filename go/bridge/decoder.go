package bridge

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// A Decoder reads one request. Its methods read the next value and raise a
// failure, recovered by [Call], if that is not of the wanted kind. It never
// keeps the request's memory: what it returns is copied, unless said otherwise or
// allowed by Lend.
type Decoder struct {
	data  []byte
	at    int
	depth int32
	// strange says that the request may come from elsewhere than the host of
	// this process, so that addresses in it are not followed.
	strange bool
	// lent says what the function does with the argument that is read.
	lent Lending
	// running is the call that can be cancelled, if this is the request of one.
	running *running
}

// Lending is what a function does with an argument.
type Lending uint8

const (
	// Kept arguments are copied: the function may hold on to them.
	Kept Lending = iota
	// LentToChange arguments are no longer used when the function has returned,
	// but may have been written to: they may be the request's own memory, of
	// which nothing is read twice.
	LentToChange
	// LentToRead arguments are also only read: they may be the host's memory.
	LentToRead
)

// Lend says what the function does with the arguments that are read next.
func (d *Decoder) Lend(lent Lending) { d.lent = lent }

// NewDecoder returns a Decoder of one value after another in data.
// Borrowed buffers in it are refused.
func NewDecoder(data []byte) *Decoder {
	return &Decoder{data: data, strange: true}
}

// End raises a failure unless the whole request has been read.
func (d *Decoder) End() {
	if d.at != len(d.data) {
		d.trailing()
	}
}

//go:noinline
func (d *Decoder) trailing() { malformed(d.at, "%d trailing bytes", len(d.data)-d.at) }

// ended raises a failure about the request ending early. It is a function of
// its own so that those that call it are small enough to be inlined.
//
//go:noinline
func (d *Decoder) ended() { malformed(d.at, "the request ends early") }

// peek returns the first byte of the next value.
func (d *Decoder) peek() byte {
	if d.at >= len(d.data) {
		d.ended()
	}
	return d.data[d.at]
}

// take returns the next n bytes of the request itself.
func (d *Decoder) take(n int) []byte {
	rest := d.data[d.at:]
	if uint(n) > uint(len(rest)) {
		d.ended()
	}
	d.at += n
	return rest[:n]
}

// wrong raises a failure about the next value not being what is wanted.
func (d *Decoder) wrong(wanted string) {
	malformed(d.at, "expected %s, got %s", wanted, describe(d.peek()))
}

// Nil reads a nil if that is next, and says whether it was.
func (d *Decoder) Nil() bool {
	if d.at < len(d.data) && d.data[d.at] == wireNil {
		d.at++
		return true
	}
	return false
}

// Bool reads a bool.
func (d *Decoder) Bool() bool {
	switch d.peek() {
	case wireTrue:
		d.at++
		return true
	case wireFalse:
		d.at++
	default:
		d.wrong("bool")
	}
	return false
}

// integer reads any integer, as the 64 bits of a uint64 or, if negative, of an
// int64.
func (d *Decoder) integer(wanted string) (bits uint64, negative bool) {
	b := d.peek()
	if b < wireFixMap {
		d.at++
		return uint64(b), false
	}
	if b >= 0xe0 {
		d.at++
		return uint64(int64(int8(b))), true
	}
	if b < wireUint8 || b > wireInt64 {
		d.wrong(wanted)
	}
	// Each kind has its four sizes in a row.
	size := 1 << ((b - wireUint8) & 3)
	if size >= len(d.data)-d.at {
		d.ended()
	}
	raw := d.data[d.at+1:]
	d.at += 1 + size
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

func (d *Decoder) wideInt64() int64 {
	start := d.at
	bits, negative := d.integer("int64")
	if !negative && bits > math.MaxInt64 {
		malformed(start, "%d does not fit in int64", bits)
	}
	return int64(bits)
}

// Int64 reads an int64.
func (d *Decoder) Int64() int64 {
	// Small numbers are their own first byte.
	if at := d.at; at < len(d.data) && int8(d.data[at]) >= -32 {
		d.at++
		return int64(int8(d.data[at]))
	}
	return d.wideInt64()
}

// Uint64 reads a uint64.
func (d *Decoder) Uint64() uint64 {
	if at := d.at; at < len(d.data) && d.data[at] < wireFixMap {
		d.at++
		return uint64(d.data[at])
	}
	return d.wideUint64()
}

func (d *Decoder) wideUint64() uint64 {
	start := d.at
	bits, negative := d.integer("uint64")
	if negative {
		malformed(start, "%d does not fit in uint64", int64(bits))
	}
	return bits
}

type signedInteger interface{ int8 | int16 | int32 }

func narrowInt[T signedInteger](d *Decoder, name string) T {
	start := d.at
	wide := d.Int64()
	if int64(T(wide)) != wide {
		malformed(start, "%d does not fit in %s", wide, name)
	}
	return T(wide)
}

type unsignedInteger interface {
	uint8 | uint16 | uint32 | uintptr
}

func narrowUint[T unsignedInteger](d *Decoder, name string) T {
	start := d.at
	wide := d.Uint64()
	if uint64(T(wide)) != wide {
		malformed(start, "%d does not fit in %s", wide, name)
	}
	return T(wide)
}

// Int reads an int, which has 64 bits on every supported platform.
func (d *Decoder) Int() int { return int(d.Int64()) }

// Int8 reads an int8.
func (d *Decoder) Int8() int8 { return narrowInt[int8](d, "int8") }

// Int16 reads an int16.
func (d *Decoder) Int16() int16 { return narrowInt[int16](d, "int16") }

// Int32 reads an int32.
func (d *Decoder) Int32() int32 { return narrowInt[int32](d, "int32") }

// Uint reads a uint, which has 64 bits on every supported platform.
func (d *Decoder) Uint() uint { return uint(d.Uint64()) }

// Uint8 reads a uint8.
func (d *Decoder) Uint8() uint8 { return narrowUint[uint8](d, "uint8") }

// Uint16 reads a uint16.
func (d *Decoder) Uint16() uint16 { return narrowUint[uint16](d, "uint16") }

// Uint32 reads a uint32.
func (d *Decoder) Uint32() uint32 { return narrowUint[uint32](d, "uint32") }

// Uintptr reads a uintptr.
func (d *Decoder) Uintptr() uintptr { return narrowUint[uintptr](d, "uintptr") }

// Float64 reads a float64.
func (d *Decoder) Float64() float64 {
	switch d.peek() {
	case wireFloat64:
		d.at++
		return math.Float64frombits(binary.BigEndian.Uint64(d.take(8)))
	case wireFloat32:
		d.at++
		return float64(math.Float32frombits(binary.BigEndian.Uint32(d.take(4))))
	}
	d.wrong("float64")
	return 0
}

// Float32 reads a float32. What is not exact in one is rounded, as Go's
// conversion does.
func (d *Decoder) Float32() float32 { return float32(d.Float64()) }

// Complex128 reads a complex128.
func (d *Decoder) Complex128() complex128 {
	start := d.at
	code, payload := d.extension()
	if code != extComplex {
		d.at = start
		d.wrong("complex128")
	}
	if len(payload) != 16 {
		malformed(start, "a complex number of %d bytes", len(payload))
	}
	return complex(
		math.Float64frombits(binary.LittleEndian.Uint64(payload)),
		math.Float64frombits(binary.LittleEndian.Uint64(payload[8:])),
	)
}

// Complex64 reads a complex64.
func (d *Decoder) Complex64() complex64 { return complex64(d.Complex128()) }

// text reads a string as the bytes of the request.
func (d *Decoder) text() []byte {
	// Short strings have their length in their first byte.
	if start := d.at + 1; start <= len(d.data) {
		n := int(d.data[start-1]) - wireFixStr
		if uint(n) < 32 && n <= len(d.data)-start {
			d.at = start + n
			return d.data[start:d.at]
		}
	}
	return d.longText()
}

func (d *Decoder) longText() []byte {
	b := d.peek()
	if b&0xe0 == wireFixStr {
		d.at++
		return d.take(int(b & 0x1f))
	}
	var n int
	switch b {
	case wireStr8:
		d.at++
		n = int(d.take(1)[0])
	case wireStr16:
		d.at++
		n = int(binary.BigEndian.Uint16(d.take(2)))
	case wireStr32:
		d.at++
		n = int(binary.BigEndian.Uint32(d.take(4)))
	default:
		d.wrong("str")
	}
	return d.take(n)
}

// String reads a string. Its bytes may be invalid UTF-8.
func (d *Decoder) String() string {
	text := d.text()
	if d.lent != Kept {
		return unsafe.String(unsafe.SliceData(text), len(text))
	}
	return string(text)
}

// extension reads an extension value if that is next, and returns its code and
// its payload in the request; else it reads nothing and returns code 0.
func (d *Decoder) extension() (code int8, payload []byte) {
	b := d.peek()
	var n int
	switch b {
	case wireFixExt1, wireFixExt2, wireFixExt4, wireFixExt8, wireFixExt16:
		d.at++
		n = 1 << (b - wireFixExt1)
	case wireExt8:
		d.at++
		n = int(d.take(1)[0])
	case wireExt16:
		d.at++
		n = int(binary.BigEndian.Uint16(d.take(2)))
	case wireExt32:
		d.at++
		n = int(binary.BigEndian.Uint32(d.take(4)))
	default:
		return 0, nil
	}
	code = int8(d.take(1)[0])
	return code, d.take(n)
}

// atExtension says whether the next value is an extension of the given code.
func (d *Decoder) atExtension(code int8) bool {
	start := d.at
	found, _ := d.extension()
	d.at = start
	return found == code
}
