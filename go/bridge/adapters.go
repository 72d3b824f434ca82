package bridge

import (
	"encoding/hex"
	"time"
	"unsafe"
)

// An adapter crosses values of one type as something of their own. The methods
// of Encoder and Decoder that it calls are what generated code calls, too; a
// type that crosses as the number that it is made of needs no adapter.
type adapter struct {
	// name is the type as the schema writes it.
	name string
	// of is a nil pointer to the type, if this package can import that.
	of     any
	encode func(e *Encoder, p unsafe.Pointer)
	decode func(d *Decoder, p unsafe.Pointer)
}

var adapters = [...]adapter{
	{
		name: "time.Time", of: (*time.Time)(nil),
		encode: func(e *Encoder, p unsafe.Pointer) { e.Time(*(*time.Time)(p)) },
		decode: func(d *Decoder, p unsafe.Pointer) { *(*time.Time)(p) = d.Time() },
	},
	{
		name:   "github.com/google/uuid.UUID",
		encode: func(e *Encoder, p unsafe.Pointer) { e.UUID(*(*[16]byte)(p)) },
		decode: func(d *Decoder, p unsafe.Pointer) { *(*[16]byte)(p) = d.UUID() },
	},
}

// adapterOf returns the adapter of the type with that name, or nil.
func adapterOf(name string) *adapter {
	for i := range adapters {
		if adapters[i].name == name {
			return &adapters[i]
		}
	}
	return nil
}

// UUID reads a UUID in any form that uuid.Parse takes: with dashes, without,
// in braces, or as a URN.
func (d *Decoder) UUID() (id [16]byte) {
	start := d.at
	text := d.text()
	if !parseUUID(&id, text) {
		refused(start, "%q is not a UUID", text)
	}
	return id
}

// dashes are where a UUID's canonical form has them.
var dashes = [...]int{8, 13, 18, 23}

func parseUUID(id *[16]byte, text []byte) bool {
	const urn = "urn:uuid:"
	switch len(text) {
	case 36:
	case 36 + len(urn):
		for i := range urn {
			lower := text[i]
			if lower >= 'A' && lower <= 'Z' {
				lower += 'a' - 'A'
			}
			if lower != urn[i] {
				return false
			}
		}
		text = text[len(urn):]
	case 38:
		if text[0] != '{' || text[37] != '}' {
			return false
		}
		text = text[1:37]
	case 32:
		_, err := hex.Decode(id[:], text)
		return err == nil
	default:
		return false
	}
	var digits [32]byte
	packed := digits[:0]
	from := 0
	for _, dash := range dashes {
		if text[dash] != '-' {
			return false
		}
		packed = append(packed, text[from:dash]...)
		from = dash + 1
	}
	packed = append(packed, text[from:]...)
	_, err := hex.Decode(id[:], packed)
	return err == nil
}

// UUID writes a UUID in its canonical form.
func (e *Encoder) UUID(id [16]byte) {
	e.head8(wireStr8, 36)
	place := e.reserve(36)
	from := 0
	for i, dash := range dashes {
		to := [...]int{4, 6, 8, 10}[i]
		hex.Encode(place[dash-2*(to-from):], id[from:to])
		place[dash] = '-'
		from = to
	}
	hex.Encode(place[24:], id[10:])
}
