package bridge

import (
	"reflect"
	"sync"
	"time"
)

// Time reads a time.Time: RFC 3339 with nanoseconds, or a handle to one.
func (d *Decoder) Time() time.Time {
	if d.AtHandle() {
		return *Box[time.Time](d)
	}
	start := d.at
	text := d.String()
	// An offset stays what it is, whether or not it is the local one: what the
	// host was given as text is the same time again.
	t, err := time.ParseInLocation(time.RFC3339Nano, text, time.UTC)
	if err != nil {
		refused(start, "%q is not a time in RFC 3339 format", text)
	}
	return t
}

// Time writes a time.Time: as text, with a handle to it in front where the text
// doesn't say all of it.
func (e *Encoder) Time(v time.Time) {
	if number := timeNumber(); number != numberUnknown && !textSaysAll(v) {
		e.byte(wireFixArray | 2)
		e.Box(number, &v)
	}
	var buffer [64]byte
	e.text(v.AppendFormat(buffer[:0], time.RFC3339Nano))
}

// timeNumber returns the number of time.Time.
var timeNumber = sync.OnceValue(func() uint32 {
	_, number := types().lookup(reflect.TypeFor[time.Time]())
	return number
})

// textSaysAll reports whether a time is the very same one again when it is read from
// its text: it is not of a place, has no monotonic reading, no seconds in its
// offset, and a year of four digits.
func textSaysAll(t time.Time) bool {
	if year := t.Year(); year < 0 || year > 9999 || t != t.Round(0) {
		return false
	}
	location := t.Location()
	if location == time.UTC {
		return true
	}
	// What time.Parse makes of an offset has no name.
	name, offset := t.Zone()
	return name == "" && location.String() == "" && offset != 0 && offset%60 == 0
}
