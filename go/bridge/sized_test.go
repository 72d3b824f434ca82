package bridge

import (
	"encoding/binary"
	"math"
	"testing"
)

func TestSizedNumbersAreOfTheirTypes(t *testing.T) {
	for _, test := range []struct {
		kind numberKind
		bits uint64
		want any
	}{
		{kindInt8, 0xffff_ffff_ffff_ff80, int8(-128)},
		{kindInt16, 0xffff_ffff_ffff_fffe, int16(-2)},
		{kindInt32, 5, int32(5)},
		{kindInt64, 1 << 63, int64(math.MinInt64)},
		{kindUint8, 255, uint8(255)},
		{kindUint16, 5, uint16(5)},
		{kindUint32, 5, uint32(5)},
		{kindUint64, math.MaxUint64, uint64(math.MaxUint64)},
		{kindFloat32, math.Float64bits(1.5), float32(1.5)},
		{kindFloat64, math.Float64bits(-0.1), -0.1},
		{kindInt, 7, 7},
		{kindUint, 7, uint(7)},
		{kindUintptr, 7, uintptr(7)},
		{kindComplex64, uint64(math.Float32bits(-2))<<32 | uint64(math.Float32bits(1.5)), complex64(1.5 - 2i)},
	} {
		message := binary.LittleEndian.AppendUint64([]byte{wireExt8, 9, byte(extSized), byte(test.kind)}, test.bits)
		d := NewDecoder(message)
		if got := d.Any(); got != test.want {
			t.Errorf("kind %d: %T %v, want %T %v", test.kind, got, got, test.want, test.want)
		}
	}
}
