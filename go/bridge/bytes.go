package bridge

import (
	"encoding/binary"
	"unsafe"
)

// Bytes reads a byte slice: nil, bin, or a buffer borrowed from the host. It is
// a copy unless it is lent.
func (d *Decoder) Bytes() []byte {
	if d.Nil() {
		return nil
	}
	start := d.at
	if code, payload := d.extension(); code != 0 {
		if code != extBorrowed && code != extChanged {
			d.at = start
			d.wrong("bytes")
		}
		found := d.borrowed(start, payload)
		if code == extChanged && found != nil {
			return d.bytesBack(found)
		}
		if d.lent == LentToRead && found != nil {
			return found
		}
		return append([]byte{}, found...)
	}
	found := d.bin()
	// What goes back is compared with what is in the request.
	if d.lent == LentToRead || d.lent == LentToChange && d.back == 0 {
		// What is appended to it is not to overwrite what is read next.
		return found[:len(found):len(found)]
	}
	return append([]byte{}, found...)
}

// bytesBack returns the bytes of a buffer that the host wants changed: its own
// memory if the function is done with that when it returns, else a copy.
func (d *Decoder) bytesBack(raw []byte) []byte {
	if d.lent != Kept {
		return raw[:len(raw):len(raw)]
	}
	own := append([]byte{}, raw...)
	d.copiesBack(raw, own)
	return own
}

// FixedBytes reads the n bytes of an array. They are the request's own, to be
// copied by the caller.
func (d *Decoder) FixedBytes(n int) []byte {
	start := d.at
	var found []byte
	if code, payload := d.extension(); code == extBorrowed {
		found = d.borrowed(start, payload)
	} else if code != 0 {
		d.at = start
		d.wrong("bytes")
	} else {
		found = d.bin()
	}
	if len(found) != n {
		malformed(start, "expected %d bytes, got %d", n, len(found))
	}
	return found
}

// borrowed returns the host's memory that an extension value refers to. It is
// the host's until the call ends.
func (d *Decoder) borrowed(start int, payload []byte) []byte {
	if d.untrusted || len(payload) != 16 {
		malformed(start, "a borrowed buffer that can't be one")
	}
	address := uintptr(binary.LittleEndian.Uint64(payload))
	length := binary.LittleEndian.Uint64(payload[8:])
	if length == 0 {
		return nil
	}
	if address == 0 || length > 1<<62 {
		malformed(start, "a borrowed buffer that can't be one")
	}
	// The address is of C memory, which the garbage collector doesn't move:
	// it is read as a pointer, not converted, because conversions are checked.
	pointer := *(*unsafe.Pointer)(unsafe.Pointer(&address))
	return unsafe.Slice((*byte)(pointer), int(length))
}
