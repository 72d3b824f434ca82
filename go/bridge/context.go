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
	ctx := context.Background()
	p := d.pending
	if p != nil {
		ctx = p.base
	}
	if d.Nil() {
		return ctx
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
	if given := Interface[context.Context](d); given != nil {
		ctx = given
		if p != nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithCancel(given)
			context.AfterFunc(p.base, cancel)
		}
	}
	d.Leave()
	if limited {
		var expire context.CancelFunc
		ctx, expire = context.WithTimeout(ctx, timeout)
		if p != nil {
			// It ends in its time: the function may have kept it.
			context.AfterFunc(ctx, expire)
		} else {
			context.AfterFunc(ctx, expire)
		}
	}
	return ctx
}
