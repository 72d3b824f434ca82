package bridge

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// A Decoder reads Go values as docs/abi.md says. Its methods read the next value
// and raise a failure, recovered by [Call], if that is not of the wanted kind. It
// never keeps the message's memory: what it returns is copied, unless said
// otherwise or allowed by Lend.
type Decoder struct {
	reader
	// untrusted says that the message may come from elsewhere than the host of
	// this process, so that addresses in it are not followed.
	untrusted bool
	// lent says what the function does with the argument that is read.
	lent Lending
	// pending is the call that can be cancelled, if this is the request of one.
	pending *pendingCall
	// attendant is the thread that waits for the call, if that isn't the thread that
	// it runs on.
	attendant *attendant
	// callable is what is called; nil before it is known.
	callable *Callable
	// back says which arguments the host wants back, a bit for each.
	back uint64
	// copies are the buffers of the host's that are written to when the call ends.
	copies *copied
	// given is the receiver if it was given by value and goes back.
	given unsafe.Pointer
	// noted is what was read that may go back with its argument; nil if there is nothing.
	noted *noted
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
	return &Decoder{reader: reader{data: data}, untrusted: true}
}

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

// String reads a string. Its bytes may be invalid UTF-8.
func (d *Decoder) String() string {
	text := d.text()
	if d.lent != Kept {
		return unsafe.String(unsafe.SliceData(text), len(text))
	}
	return string(text)
}
