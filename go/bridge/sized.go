package bridge

import (
	"encoding/binary"
	"math"
)

// kindComplex64 is the kind of a complex64 there: its bits are two float32.
const kindComplex64 numberKind = 13

// sized reads a number of a type that isn't the default one.
func (d *Decoder) sized() any {
	start := d.at
	_, payload := d.extension()
	if len(payload) != 9 {
		malformed(start, "a number of %d bytes", len(payload))
	}
	bits := binary.LittleEndian.Uint64(payload[1:])
	switch kind := numberKind(payload[0]); kind {
	case kindInt8:
		return int8(bits)
	case kindInt16:
		return int16(bits)
	case kindInt32:
		return int32(bits)
	case kindInt64:
		return int64(bits)
	case kindUint8:
		return uint8(bits)
	case kindUint16:
		return uint16(bits)
	case kindUint32:
		return uint32(bits)
	case kindUint64:
		return bits
	case kindFloat32:
		return float32(math.Float64frombits(bits))
	case kindFloat64:
		return math.Float64frombits(bits)
	case kindInt:
		return int(bits)
	case kindUint:
		return uint(bits)
	case kindUintptr:
		return uintptr(bits)
	case kindComplex64:
		return complex(math.Float32frombits(uint32(bits)), math.Float32frombits(uint32(bits>>32)))
	default:
		malformed(start, "a number of kind %d", kind)
		return nil
	}
}
