package bridge

// A Record reads the fields of one record.
type Record struct {
	// Field is the index of the field whose value is next.
	Field int

	fields  []Field
	start   int
	count   int
	left    int
	next    int
	partial bool
	seen    uint64
	more    []uint64 // the fields behind the first 64
}

// Record begins a record that must have all required fields.
func (d *Decoder) Record(fields []Field) Record { return d.record(fields, false) }

// PartialRecord begins a record that may lack any field.
func (d *Decoder) PartialRecord(fields []Field) Record { return d.record(fields, true) }

func (d *Decoder) record(fields []Field, partial bool) Record {
	start := d.at
	n, ok := d.Map()
	if !ok {
		d.at = start
		d.wrong("map")
	}
	r := Record{fields: fields, start: start, count: n, left: n, partial: partial}
	if len(fields) > 64 {
		r.more = make([]uint64, (len(fields)-1)/64)
	}
	return r
}

// Next reads the next key and sets Field, or ends the record and returns false.
func (r *Record) Next(d *Decoder) bool {
	if r.left == 0 {
		r.finish(d)
		return false
	}
	r.left--
	// Nearly always the fields come in order.
	if r.next < len(r.fields) {
		key := r.fields[r.next].Key
		if rest := d.data[d.at:]; len(rest) >= len(key) && string(rest[:len(key)]) == key {
			d.at += len(key)
			r.found(r.next)
			return true
		}
	}
	r.search(d)
	return true
}

func (r *Record) found(field int) {
	word := &r.seen
	if field >= 64 {
		word = &r.more[field/64-1]
	}
	bit := uint64(1) << (field % 64)
	if *word&bit != 0 {
		malformed(r.start, "field %s is given twice", r.fields[field].name())
	}
	*word |= bit
	r.Field = field
	r.next = field + 1
}

// search looks up a key that is not the next one in order.
func (r *Record) search(d *Decoder) {
	start := d.at
	key := d.text()
	for i := range r.fields {
		// From where the order was left: fields may be left out.
		field := r.next + i
		if field >= len(r.fields) {
			field -= len(r.fields)
		}
		if r.fields[field].name() == string(key) {
			r.found(field)
			return
		}
	}
	malformed(start, "there is no field %q", key)
}

// finish ends the record and raises a failure if a required field is missing.
func (r *Record) finish(d *Decoder) {
	d.Leave()
	// Each field is there once at most.
	if r.partial || r.count == len(r.fields) {
		return
	}
	for i := range r.fields {
		seen := r.seen
		if i >= 64 {
			seen = r.more[i/64-1]
		}
		if r.fields[i].Is&Required != 0 && seen&(1<<(i%64)) == 0 {
			malformed(r.start, "field %s is missing", r.fields[i].name())
		}
	}
}

// name returns the key without its header.
func (f *Field) name() string {
	switch f.Key[0] {
	case wireStr8:
		return f.Key[2:]
	case wireStr16:
		return f.Key[3:]
	case wireStr32:
		return f.Key[5:]
	default:
		return f.Key[1:]
	}
}

// Assign reads a handle in the place of a record and copies the struct that it
// leads to.
func Assign[T any](d *Decoder, v *T) { *v = *Box[T](d) }

// Overlay reads the hidden state in front of a record, if it is there, and
// copies it: the record's fields are then set on top.
func Overlay[T any](d *Decoder, v *T) bool {
	if d.peek() != wireFixArray|2 {
		return false
	}
	d.at++
	Assign(d, v)
	return true
}

// Zero makes a field that its record may leave out what it is when left out.
func Zero[T any](v *T) {
	var zero T
	*v = zero
}

// ReadBy reads a value with the given function and returns it.
func ReadBy[T any](d *Decoder, decode func(*Decoder, *T)) T {
	var v T
	decode(d, &v)
	return v
}

// Read reads a value by its type and returns it.
func Read[T any](d *Decoder) T {
	var v T
	Decode(d, &v)
	return v
}

// Hidden begins a record with hidden state: box points to a copy of the struct.
// The record's fields are written next.
func (e *Encoder) Hidden(number uint32, box any) {
	e.byte(wireFixArray | 2)
	e.Box(number, box)
}
