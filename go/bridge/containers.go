package bridge

import "encoding/binary"

// Array reads the start of an array and returns its length, or false for nil.
// After its items, the generated code calls Leave.
func (d *Decoder) Array() (length int, ok bool) {
	b := d.peek()
	switch {
	case b&0xf0 == wireFixArray:
		d.at++
		length = int(b & 0x0f)
	case b == wireArray16:
		d.at++
		length = int(binary.BigEndian.Uint16(d.take(2)))
	case b == wireArray32:
		d.at++
		length = int(binary.BigEndian.Uint32(d.take(4)))
	case b == wireNil:
		d.at++
		return 0, false
	default:
		d.wrong("array")
	}
	// Every item takes at least a byte: a length that lies is found here,
	// before anything is allocated for it.
	if length > len(d.data)-d.at {
		malformed(d.at, "an array of %d items in %d bytes", length, len(d.data)-d.at)
	}
	d.enter()
	return length, true
}

// FixedArray reads the start of an array that must have the given length.
func (d *Decoder) FixedArray(length int) {
	start := d.at
	n, ok := d.Array()
	if !ok {
		d.at = start
		d.wrong("array")
	}
	if n != length {
		malformed(start, "expected an array of %d items, got %d", length, n)
	}
}

// Map reads the start of a map and returns its length, or false for nil.
// After its entries, the generated code calls Leave.
func (d *Decoder) Map() (length int, ok bool) {
	b := d.peek()
	switch {
	case b&0xf0 == wireFixMap:
		d.at++
		length = int(b & 0x0f)
	case b == wireMap16:
		d.at++
		length = int(binary.BigEndian.Uint16(d.take(2)))
	case b == wireMap32:
		d.at++
		length = int(binary.BigEndian.Uint32(d.take(4)))
	case b == wireNil:
		d.at++
		return 0, false
	default:
		d.wrong("map")
	}
	if length > (len(d.data)-d.at)/2 {
		malformed(d.at, "a map of %d entries in %d bytes", length, len(d.data)-d.at)
	}
	d.enter()
	return length, true
}

func (d *Decoder) enter() {
	d.depth++
	if d.depth > depthLimit {
		d.tooDeep()
	}
}

//go:noinline
func (d *Decoder) tooDeep() { malformed(d.at, "nested more than %d levels deep", depthLimit) }

// Leave ends an array or a map.
func (d *Decoder) Leave() { d.depth-- }

// Array writes the start of an array. After its items, the generated code
// calls Leave.
func (e *Encoder) Array(length int) {
	e.enter()
	e.arrayHeader(length)
}

func (e *Encoder) arrayHeader(length int) {
	switch {
	case length < 16:
		e.byte(wireFixArray | byte(length))
	case length < 1<<16:
		e.head16(wireArray16, length)
	default:
		e.head32(wireArray32, length)
	}
}

// Map writes the start of a map. After its entries, the generated code calls
// Leave.
func (e *Encoder) Map(length int) {
	e.enter()
	switch {
	case length < 16:
		e.byte(wireFixMap | byte(length))
	case length < 1<<16:
		e.head16(wireMap16, length)
	default:
		e.head32(wireMap32, length)
	}
}

func (e *Encoder) enter() {
	e.depth++
	if e.depth > depthLimit {
		tooDeep()
	}
}

//go:noinline
func tooDeep() { inexpressible("the result is nested more than %d levels deep", depthLimit) }

// Leave ends an array or a map.
func (e *Encoder) Leave() { e.depth-- }
