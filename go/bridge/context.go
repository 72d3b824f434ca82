package bridge

import (
	"context"
	"reflect"
	"time"
)

var contextType = reflect.TypeFor[context.Context]()

// Context reads a context: nil, or an array of a timeout in nanoseconds and a
// handle to the context to derive it from, either of which may be nil.
func (d *Decoder) Context() context.Context {
	base := context.Background()
	if d.pending != nil {
		base = d.pending.base
	}
	if d.Nil() {
		return base
	}
	start := d.at
	if n, _ := d.Array(); n != 2 {
		malformed(start, "a context of %d items", n)
	}
	limited := !d.Nil()
	var timeout time.Duration
	if limited {
		timeout = time.Duration(d.Int64())
	}
	parent := Interface[context.Context](d)
	d.Leave()
	derived := parent != nil
	if !derived {
		parent = base
	}
	if !limited && !derived {
		return base
	}
	o := &origin{Context: parent}
	var inner context.Context
	if limited {
		inner, o.end = context.WithTimeout(o, timeout)
	} else {
		inner, o.end = context.WithCancel(o)
	}
	if derived && d.pending != nil {
		context.AfterFunc(base, o.end)
	}
	return leash(inner, o)
}
