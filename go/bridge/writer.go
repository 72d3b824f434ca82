package bridge

import (
	"encoding/binary"
	"math"
	"math/bits"
	"sync"
)

// A writer writes MessagePack. It knows neither what values mean nor what the
// message is: a response, or a request of Go's.
type writer struct {
	buffer []byte
	at     int
	// spilled is the pooled buffer, once the caller's was too small. Its head is
	// left free.
	spilled *[]byte
	depth   int32
}

// spills holds the buffers of responses that don't fit the caller's.
var spills sync.Pool

// spillHead is the size of what is in front of a response that is lent to the
// host: the number of the loan, and padding.
const spillHead = 16

// spillLimit is the size of the largest buffer kept for reuse. The host makes
// its own buffer larger for what it saw once, so a large one is seldom needed
// again, and is left to the garbage collector.
const spillLimit = 1 << 20

// grow makes room for what is to be written up to w.at.
//
//go:noinline
func (w *writer) grow() {
	wanted := max(2*len(w.buffer), spillHead+w.at, 1024)
	larger, _ := spills.Get().(*[]byte)
	if larger == nil || len(*larger) < wanted {
		fresh := make([]byte, 1<<bits.Len(uint(wanted-1)))
		larger = &fresh
	}
	buffer := (*larger)[spillHead:]
	copy(buffer, w.buffer)
	recycle(w.spilled)
	w.spilled = larger
	w.buffer = buffer
}

// recycle gives the pooled buffer back.
func (w *writer) recycle() {
	recycle(w.spilled)
	w.spilled = nil
}

// recycle gives a pooled buffer back, if it is one.
func recycle(spilled *[]byte) {
	if spilled != nil && len(*spilled) <= spillLimit {
		spills.Put(spilled)
	}
}

// reserve returns the place for the next n bytes.
func (w *writer) reserve(n int) []byte {
	w.at += n
	if w.at > len(w.buffer) {
		w.grow()
	}
	return w.buffer[w.at-n : w.at]
}

func (w *writer) byte(b byte) {
	w.reserve(1)[0] = b
}

func (w *writer) head8(code byte, value int) {
	place := w.reserve(2)
	place[0], place[1] = code, byte(value)
}

func (w *writer) head16(code byte, value int) {
	place := w.reserve(3)
	place[0] = code
	binary.BigEndian.PutUint16(place[1:], uint16(value))
}

func (w *writer) head32(code byte, value int) {
	if value > math.MaxUint32 {
		inexpressible("a value of %d items; 2^32-1 can cross", value)
	}
	place := w.reserve(5)
	place[0] = code
	binary.BigEndian.PutUint32(place[1:], uint32(value))
}

func (w *writer) head64(code byte, value uint64) {
	place := w.reserve(9)
	place[0] = code
	binary.BigEndian.PutUint64(place[1:], value)
}

// Nil writes nil.
func (w *writer) Nil() { w.byte(wireNil) }

// Bool writes a bool.
func (w *writer) Bool(v bool) {
	if v {
		w.byte(wireTrue)
	} else {
		w.byte(wireFalse)
	}
}

// Int64 writes an int64.
func (w *writer) Int64(v int64) {
	if v < -32 || v > 127 {
		w.wideInt64(v)
		return
	}
	w.byte(byte(v))
}

func (w *writer) wideInt64(v int64) {
	switch {
	case v >= 0:
		w.Uint64(uint64(v))
	case v >= math.MinInt8:
		w.head8(wireInt8, int(v))
	case v >= math.MinInt16:
		w.head16(wireInt16, int(v))
	case v >= math.MinInt32:
		place := w.reserve(5)
		place[0] = wireInt32
		binary.BigEndian.PutUint32(place[1:], uint32(v))
	default:
		w.head64(wireInt64, uint64(v))
	}
}

// Uint64 writes a uint64.
func (w *writer) Uint64(v uint64) {
	switch {
	case v < 128:
		w.byte(byte(v))
	case v <= math.MaxUint8:
		w.head8(wireUint8, int(v))
	case v <= math.MaxUint16:
		w.head16(wireUint16, int(v))
	case v <= math.MaxUint32:
		w.head32(wireUint32, int(v))
	default:
		w.head64(wireUint64, v)
	}
}

// Float64 writes a float64.
func (w *writer) Float64(v float64) { w.head64(wireFloat64, math.Float64bits(v)) }

func (w *writer) stringHead(n int) {
	switch {
	case n < 32:
		w.byte(wireFixStr | byte(n))
	case n < 1<<8:
		w.head8(wireStr8, n)
	case n < 1<<16:
		w.head16(wireStr16, n)
	default:
		w.head32(wireStr32, n)
	}
}

// text writes a string that is in a byte slice.
func (w *writer) text(v []byte) {
	w.stringHead(len(v))
	copy(w.reserve(len(v)), v)
}

// Raw writes bytes that are MessagePack already: the keys of records.
func (w *writer) Raw(encoded string) { copy(w.reserve(len(encoded)), encoded) }

// ByteArray writes the bytes of an array.
func (w *writer) ByteArray(v []byte) {
	switch n := len(v); {
	case n < 1<<8:
		w.head8(wireBin8, n)
	case n < 1<<16:
		w.head16(wireBin16, n)
	default:
		w.head32(wireBin32, n)
	}
	copy(w.reserve(len(v)), v)
}

// extension writes the start of an extension value and returns the place for
// its n bytes.
func (w *writer) extension(code extCode, n int) []byte {
	switch {
	case n == 1 || n == 2 || n == 4 || n == 8 || n == 16:
		w.byte(wireFixExt1 + byte(bits.Len(uint(n))-1))
	case n < 1<<8:
		w.head8(wireExt8, n)
	case n < 1<<16:
		w.head16(wireExt16, n)
	default:
		w.head32(wireExt32, n)
	}
	w.byte(byte(code))
	return w.reserve(n)
}

// Array writes the start of an array. After its items, the generated code
// calls Leave.
func (w *writer) Array(length int) {
	w.enter()
	w.arrayHeader(length)
}

func (w *writer) arrayHeader(length int) {
	switch {
	case length < 16:
		w.byte(wireFixArray | byte(length))
	case length < 1<<16:
		w.head16(wireArray16, length)
	default:
		w.head32(wireArray32, length)
	}
}

// Map writes the start of a map. After its entries, the generated code calls
// Leave.
func (w *writer) Map(length int) {
	w.enter()
	switch {
	case length < 16:
		w.byte(wireFixMap | byte(length))
	case length < 1<<16:
		w.head16(wireMap16, length)
	default:
		w.head32(wireMap32, length)
	}
}

func (w *writer) enter() {
	w.depth++
	if w.depth > depthLimit {
		tooDeep()
	}
}

//go:noinline
func tooDeep() { inexpressible("a value is nested more than %d levels deep", depthLimit) }

// Leave ends an array or a map.
func (w *writer) Leave() { w.depth-- }
