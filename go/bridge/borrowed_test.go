package bridge

import (
	"encoding/binary"
	"slices"
	"testing"
	"unsafe"
)

// borrow encodes a borrowed buffer of what is in memory.
func borrow(memory []byte) []byte {
	payload := make([]byte, 18)
	payload[0], payload[1] = wireFixExt16, byte(extBorrowed)
	address := uintptr(unsafe.Pointer(unsafe.SliceData(memory)))
	binary.LittleEndian.PutUint64(payload[2:], uint64(address))
	binary.LittleEndian.PutUint64(payload[10:], uint64(len(memory)))
	return payload
}

func TestBorrowedNumbersAreCopied(t *testing.T) {
	for _, count := range []int{0, 1, 7, 8, 9, 1000} {
		items := make([]float64, count)
		for i := range items {
			items[i] = float64(i) / 3
		}
		wanted := slices.Clone(items)
		asked := borrow(rawBytes(items))
		read := (&Decoder{reader: reader{data: asked}}).Float64s()
		var reflected []float64
		Decode(&Decoder{reader: reader{data: asked}}, &reflected)
		clear(items)
		if !slices.Equal(read, wanted) || !slices.Equal(reflected, wanted) {
			t.Fatalf("%d items: got %v and %v", count, read, reflected)
		}
	}
}

func TestBorrowedNumbersAreWhole(t *testing.T) {
	defer func() {
		if cause, ok := recover().(*failure); !ok || cause.message != "9 bytes of packed numbers of 8 bytes each" {
			t.Fatalf("got %v", cause)
		}
	}()
	(&Decoder{reader: reader{data: borrow(make([]byte, 9))}}).Int64s()
}

func TestBorrowingIsForTheHostOnly(t *testing.T) {
	defer func() {
		if _, ok := recover().(*failure); !ok {
			t.Fatal("followed an address")
		}
	}()
	NewDecoder(borrow(make([]byte, 8))).Int64s()
}
