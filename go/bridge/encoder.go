package bridge

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// An Encoder writes Go values as docs/abi.md says, straight into the caller's
// buffer for as long as that lasts, then into a pooled one.
type Encoder struct {
	writer
	// loan is what the message refers to, if it does.
	loan *loan
	// changed is the last argument to be written behind the result.
	changed *change
	// given is what the changed arguments came with, once they are written.
	given *givenValues
	// failed is where a response with an error ends, if results follow beside it.
	failed int
	// untrusted says that others than the host of this process may read the
	// message, so that no addresses are written.
	untrusted bool
}

// NewEncoder returns an Encoder that writes into buffer first.
func NewEncoder(buffer []byte) *Encoder {
	return &Encoder{writer: writer{buffer: buffer}, untrusted: true}
}

// Encoded returns what has been written. It is valid until the Encoder is
// used again.
func (e *Encoder) Encoded() []byte { return e.buffer[:e.at] }

// Complex128 writes a complex128.
func (e *Encoder) Complex128(v complex128) {
	place := e.reserve(18)
	place[0], place[1] = wireFixExt16, byte(extComplex)
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
	if len(v) >= loanSize && !e.untrusted {
		e.lend(loanString, unsafe.StringData(v), len(v))
		return
	}
	e.stringHead(len(v))
	copy(e.reserve(len(v)), v)
}

// Bytes writes a byte slice; nil if it is nil.
func (e *Encoder) Bytes(v []byte) {
	if v == nil {
		e.Nil()
		return
	}
	if len(v) >= loanSize && !e.untrusted {
		e.lend(loanBytes, unsafe.SliceData(v), len(v))
		return
	}
	e.ByteArray(v)
}
