package bridge

import (
	"context"
	"reflect"
	"sync"
	"time"
)

// waitSlice is how long the host waits in one piece for a call that can be
// cancelled. In between it looks after its signals.
const waitSlice = 50 * time.Millisecond

// running is a call that can be cancelled. It runs on a goroutine of its own,
// so that the host's thread can come back before it has ended. The request and
// the memory that is borrowed in it stay the host's until the response has been
// taken.
type running struct {
	state *call
	ended <-chan any
	// cause is what came from ended, once something did.
	cause any
	done  bool
	// base is cancelled by the host; the contexts that the function is given
	// derive from it. They are not cancelled when the function has returned: it
	// may have kept them, as http.NewRequestWithContext does.
	base   context.Context
	cancel context.CancelFunc
	// expire ends the contexts that have a deadline.
	expire []context.CancelFunc
}

// cancellable holds the calls that the host waits for, by number.
var cancellable = struct {
	sync.Mutex
	last uint64
	open map[uint64]*running
}{open: map[uint64]*running{}}

// cancellably runs a callable that takes a context. If it doesn't end at once,
// the response says which number to wait for.
func (c *call) cancellably() {
	state := &call{decoder: c.decoder, callable: c.callable}
	// The response outlives this entry from C: it can't be in the host's buffer.
	state.encoder.untrusted = c.encoder.untrusted
	r := &running{state: state}
	r.base, r.cancel = context.WithCancel(context.Background())
	state.decoder.running = r
	r.ended = state.start()
	if r.wait() {
		c.adopt(state, r.cause)
		return
	}
	cancellable.Lock()
	cancellable.last++
	number := cancellable.last
	cancellable.open[number] = r
	cancellable.Unlock()
	c.encoder.arrayHeader(2)
	c.encoder.Uint64(uint64(tagRunning))
	c.encoder.Uint64(number)
}

// wait waits for a slice of time, and says whether the call has ended.
func (r *running) wait() bool {
	if r.done {
		return true
	}
	slice := time.NewTimer(waitSlice)
	defer slice.Stop()
	select {
	case r.cause = <-r.ended:
		r.done = true
	case <-slice.C:
	}
	return r.done
}

// runningCall reads the number of a call that the host waits for.
func (d *Decoder) runningCall() (r *running, number uint64) {
	number = d.Uint64()
	d.End()
	cancellable.Lock()
	r = cancellable.open[number]
	cancellable.Unlock()
	if r == nil {
		malformed(0, "there is no call %d to wait for", number)
	}
	return r, number
}

// take makes the response of a call that has ended this one's.
func (c *call) take() {
	r, number := c.decoder.runningCall()
	if !r.done {
		malformed(0, "call %d has not ended", number)
	}
	cancellable.Lock()
	delete(cancellable.open, number)
	cancellable.Unlock()
	c.adopt(r.state, r.cause)
}

var contextType = reflect.TypeFor[context.Context]()

// Context reads a context: nil, or an array of a timeout in nanoseconds and a
// handle to the context to derive it from, either of which may be nil.
func (d *Decoder) Context() context.Context {
	ctx := context.Background()
	r := d.running
	if r != nil {
		ctx = r.base
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
		if r != nil {
			var cancel context.CancelFunc
			ctx, cancel = context.WithCancel(given)
			context.AfterFunc(r.base, cancel)
		}
	}
	d.Leave()
	if limited {
		var expire context.CancelFunc
		ctx, expire = context.WithTimeout(ctx, timeout)
		if r != nil {
			r.expire = append(r.expire, expire)
		} else {
			context.AfterFunc(ctx, expire)
		}
	}
	return ctx
}
