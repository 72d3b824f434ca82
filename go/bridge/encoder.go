package bridge

import (
	"encoding/binary"
	"math"
	"math/bits"
	"sync"
	"unsafe"
)

// An Encoder writes one response, straight into the caller's buffer for as
// long as that lasts, then into a pooled one.
type Encoder struct {
	buffer []byte
	at     int
	// spilled is the pooled buffer, once the caller's was too small.
	spilled *[]byte
	// loan is what the response refers to, if it does.
	loan  *loan
	depth int32
	// strange says that others than the host of this process may read the
	// response, so that no addresses are written.
	strange bool
}

// NewEncoder returns an Encoder that writes into buffer first.
func NewEncoder(buffer []byte) *Encoder {
	return &Encoder{buffer: buffer, strange: true}
}

// Encoded returns what has been written. It is valid until the Encoder is
// used again.
func (e *Encoder) Encoded() []byte { return e.buffer[:e.at] }

// spills holds the buffers of responses that don't fit the caller's.
var spills sync.Pool

// spillLimit is the size of the largest buffer kept for reuse.
const spillLimit = 64 << 20

// grow makes room for what is to be written up to e.at.
//
//go:noinline
func (e *Encoder) grow() {
	wanted := max(2*len(e.buffer), e.at, 1024)
	larger, _ := spills.Get().(*[]byte)
	if larger == nil || len(*larger) < wanted {
		fresh := make([]byte, 1<<bits.Len(uint(wanted-1)))
		larger = &fresh
	}
	copy(*larger, e.buffer)
	e.recycle()
	e.spilled = larger
	e.buffer = *larger
}

// recycle gives the pooled buffer back.
func (e *Encoder) recycle() {
	if e.spilled != nil && len(*e.spilled) <= spillLimit {
		spills.Put(e.spilled)
	}
	e.spilled = nil
}

// reserve returns the place for the next n bytes.
func (e *Encoder) reserve(n int) []byte {
	e.at += n
	if e.at > len(e.buffer) {
		e.grow()
	}
	return e.buffer[e.at-n : e.at]
}

func (e *Encoder) byte(b byte) {
	e.reserve(1)[0] = b
}

func (e *Encoder) head8(code byte, value int) {
	place := e.reserve(2)
	place[0], place[1] = code, byte(value)
}

func (e *Encoder) head16(code byte, value int) {
	place := e.reserve(3)
	place[0] = code
	binary.BigEndian.PutUint16(place[1:], uint16(value))
}

func (e *Encoder) head32(code byte, value int) {
	if value > math.MaxUint32 {
		inexpressible("the result holds a value of %d items; 2^32-1 can cross", value)
	}
	place := e.reserve(5)
	place[0] = code
	binary.BigEndian.PutUint32(place[1:], uint32(value))
}

func (e *Encoder) head64(code byte, value uint64) {
	place := e.reserve(9)
	place[0] = code
	binary.BigEndian.PutUint64(place[1:], value)
}

// Nil writes nil.
func (e *Encoder) Nil() { e.byte(wireNil) }

// Bool writes a bool.
func (e *Encoder) Bool(v bool) {
	if v {
		e.byte(wireTrue)
	} else {
		e.byte(wireFalse)
	}
}

// Int64 writes an int64.
func (e *Encoder) Int64(v int64) {
	if v < -32 || v > 127 {
		e.wideInt64(v)
		return
	}
	e.byte(byte(v))
}

func (e *Encoder) wideInt64(v int64) {
	switch {
	case v >= 0:
		e.Uint64(uint64(v))
	case v >= math.MinInt8:
		e.head8(wireInt8, int(v))
	case v >= math.MinInt16:
		e.head16(wireInt16, int(v))
	case v >= math.MinInt32:
		place := e.reserve(5)
		place[0] = wireInt32
		binary.BigEndian.PutUint32(place[1:], uint32(v))
	default:
		e.head64(wireInt64, uint64(v))
	}
}

// Uint64 writes a uint64.
func (e *Encoder) Uint64(v uint64) {
	switch {
	case v < 128:
		e.byte(byte(v))
	case v <= math.MaxUint8:
		e.head8(wireUint8, int(v))
	case v <= math.MaxUint16:
		e.head16(wireUint16, int(v))
	case v <= math.MaxUint32:
		e.head32(wireUint32, int(v))
	default:
		e.head64(wireUint64, v)
	}
}

// Float64 writes a float64.
func (e *Encoder) Float64(v float64) { e.head64(wireFloat64, math.Float64bits(v)) }

// Complex128 writes a complex128.
func (e *Encoder) Complex128(v complex128) {
	place := e.reserve(18)
	place[0], place[1] = wireFixExt16, extComplex
	binary.LittleEndian.PutUint64(place[2:], math.Float64bits(real(v)))
	binary.LittleEndian.PutUint64(place[10:], math.Float64bits(imag(v)))
}

// String writes a string; its bytes may be invalid UTF-8.
func (e *Encoder) String(v string) {
	if n := len(v); n < 32 {
		place := e.reserve(n + 1)
		place[0] = wireFixStr | byte(n)
		copy(place[1:], v)
		return
	}
	e.longString(v)
}

func (e *Encoder) longString(v string) {
	if len(v) >= loanSize && !e.strange {
		e.lend(loanString, unsafe.StringData(v), len(v))
		return
	}
	e.stringHead(len(v))
	copy(e.reserve(len(v)), v)
}

func (e *Encoder) stringHead(n int) {
	switch {
	case n < 32:
		e.byte(wireFixStr | byte(n))
	case n < 1<<8:
		e.head8(wireStr8, n)
	case n < 1<<16:
		e.head16(wireStr16, n)
	default:
		e.head32(wireStr32, n)
	}
}

// text writes a string that is in a byte slice.
func (e *Encoder) text(v []byte) {
	e.stringHead(len(v))
	copy(e.reserve(len(v)), v)
}

// Raw writes bytes that are MessagePack already: the keys of records.
func (e *Encoder) Raw(encoded string) { copy(e.reserve(len(encoded)), encoded) }

// Bytes writes a byte slice; nil if it is nil.
func (e *Encoder) Bytes(v []byte) {
	if v == nil {
		e.Nil()
		return
	}
	if len(v) >= loanSize && !e.strange {
		e.lend(loanBytes, unsafe.SliceData(v), len(v))
		return
	}
	e.ByteArray(v)
}

// ByteArray writes the bytes of an array.
func (e *Encoder) ByteArray(v []byte) {
	switch n := len(v); {
	case n < 1<<8:
		e.head8(wireBin8, n)
	case n < 1<<16:
		e.head16(wireBin16, n)
	default:
		e.head32(wireBin32, n)
	}
	copy(e.reserve(len(v)), v)
}

// extension writes the start of an extension value and returns the place for
// its n bytes.
func (e *Encoder) extension(code byte, n int) []byte {
	switch {
	case n == 1 || n == 2 || n == 4 || n == 8 || n == 16:
		e.byte(wireFixExt1 + byte(bits.Len(uint(n))-1))
	case n < 1<<8:
		e.head8(wireExt8, n)
	case n < 1<<16:
		e.head16(wireExt16, n)
	default:
		e.head32(wireExt32, n)
	}
	e.byte(code)
	return e.reserve(n)
}
