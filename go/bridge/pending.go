package bridge

import (
	"context"
	"sync"
	"syscall"
	"time"
)

// grace is how long the host's thread waits in Go for a call that can be
// cancelled. Most have ended by then, and cost no second entry.
const grace = 5 * time.Millisecond

// pendingCall is a call that can be cancelled. It runs on a goroutine of its own,
// so that the host's thread can come back before it has ended. The request and
// the memory that is borrowed in it stay the host's until the response has been
// taken.
type pendingCall struct {
	state *call
	// base is cancelled by the host; the contexts that the function is given
	// derive from it. They are not cancelled when the function has returned: it
	// may have kept them, as http.NewRequestWithContext does.
	base   context.Context
	cancel context.CancelFunc
	// over is closed when the call has ended.
	over chan struct{}
	// attendant is the host's thread, which waits in Go or at the bell.
	attendant *attendant

	lock sync.Mutex
	// ended says that there is a response, and cause what it is to be panicked
	// with; see call.start.
	ended bool
	cause any
	// bell is the descriptor that the host waits at; negative if there is none.
	bell int
}

// pendingCalls holds the calls that the host waits for, by number.
var pendingCalls = struct {
	sync.Mutex
	last uint64
	open map[uint64]*pendingCall
}{open: map[uint64]*pendingCall{}}

// cancellably runs a callable that takes a context. If it doesn't end at once,
// the response is its number, by which the host asks on.
func (c *call) cancellably() {
	p := c.newPending(&call{decoder: c.decoder})
	if !p.attendant.await(p.over, grace) {
		p.open(&c.encoder)
		return
	}
	c.adopt(p.state, p.cause)
}

// goOn leaves what remains of a call to a goroutine, because it takes its time: it
// is given a context that ends when the host cancels the call. The response is the
// call's number.
func (c *call) goOn(rest func(context.Context, *Decoder, *Encoder)) {
	state := &call{}
	state.decoder.callable = &Callable{Call: func(d *Decoder, e *Encoder) { rest(d.pending.base, d, e) }}
	c.newPending(state).open(&c.encoder)
}

// newPending starts a call on a goroutine of its own.
func (c *call) newPending(state *call) *pendingCall {
	// The response outlives this entry from C: it can't be in the host's buffer.
	state.encoder.untrusted = c.encoder.untrusted
	p := &pendingCall{state: state, over: make(chan struct{}), bell: -1}
	p.base, p.cancel = context.WithCancel(context.Background())
	p.attendant = newAttendant(p.news)
	state.decoder.pending, state.decoder.attendant = p, p.attendant
	state.start(p.end)
	return p
}

// open writes the response that says that the call goes on.
func (p *pendingCall) open(e *Encoder) {
	pendingCalls.Lock()
	pendingCalls.last++
	number := pendingCalls.last
	pendingCalls.open[number] = p
	pendingCalls.Unlock()
	e.running(number)
}

// end notes that the call has ended, and tells the host if it waits.
func (p *pendingCall) end(cause any) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.ended, p.cause = true, cause
	p.attendant.leave()
	close(p.over)
	p.ring()
}

// news tells the host, if it waits, that there is something to do.
func (p *pendingCall) news() {
	p.lock.Lock()
	defer p.lock.Unlock()
	if !p.ended {
		p.ring()
	}
}

// ring writes to the host's descriptor. The lock is held, so that the host, once
// it has taken the response, may use the descriptor for other things.
func (p *pendingCall) ring() {
	if p.bell >= 0 {
		write(syscall.Write, p.bell, []byte{0})
	}
}

// write writes to a descriptor, which is of a type of its own on some systems. A
// pipe that is full already wakes its reader, and one without a reader has
// nobody to tell.
func write[D ~int | ~uintptr](system func(D, []byte) (int, error), descriptor int, data []byte) {
	for {
		if _, err := system(D(descriptor), data); err != syscall.EINTR {
			return
		}
	}
}

// notify has the call's news told at a descriptor of the host's.
func (p *pendingCall) notify(bell int) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.bell = bell
	if p.ended || p.attendant.hasErrand() {
		p.ring()
	}
}

// take makes the response of a call that has ended this one's. It does what the call
// asks for until then, as long as there is something.
func (c *call) take() {
	p, number := c.decoder.pendingCall()
	c.decoder.End()
	p.lock.Lock()
	ended := p.ended
	p.lock.Unlock()
	if !ended && (!p.attendant.hasErrand() || !p.attendant.await(p.over, grace)) {
		c.encoder.running(number)
		return
	}
	pendingCalls.Lock()
	delete(pendingCalls.open, number)
	pendingCalls.Unlock()
	c.adopt(p.state, p.cause)
}

// running writes the response that says that a call goes on.
func (e *Encoder) running(number uint64) {
	e.arrayHeader(2)
	e.Uint64(uint64(tagRunning))
	e.Uint64(number)
}

// pendingCall reads the number of a call that the host waits for.
func (d *Decoder) pendingCall() (p *pendingCall, number uint64) {
	start := d.at
	number = d.Uint64()
	pendingCalls.Lock()
	p = pendingCalls.open[number]
	pendingCalls.Unlock()
	if p == nil {
		malformed(start, "there is no call %d to wait for", number)
	}
	return p, number
}
