package bridge

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"unsafe"
	"weak"
)

// A context with a deadline is held by its timer, one with a parent by that, until
// somebody cancels it. The contexts of calls have nobody who does: the function may
// have kept its context, so that it can't be cancelled when the function returns.
// What the function is given is therefore a leashedContext around it: when the
// garbage collector finds that the function no longer has that, the context is
// cancelled, and what held it lets go.
//
//	timer or parent -> inner context -> origin
//	                        ^             ^
//	                  leashedContext   (weak) tether
//
// What is derived from a leashedContext is known to the inner context, and leads
// back to the leashedContext: it lasts, until it is cancelled, as it does in Go.

// origin is what the inner context is derived from, and with it the way to find
// what ends the inner context as long as that is there.
type origin struct {
	context.Context
	end context.CancelFunc
}

// leashedContext is what the function is given.
type leashedContext struct {
	context.Context
	tether *tether
	// done is the channel that the function waits at; nil before it is asked for.
	// The inner context doesn't know it, so that it can be told whether somebody
	// still has it.
	done chan struct{}
}

// tether is what remains of a leashedContext when it is gone.
type tether struct {
	origin weak.Pointer[origin]
	// lock guards the rest, and the context's done.
	lock sync.Mutex
	// done is the channel of the leashedContext, which may outlast it: goroutines
	// often wait at that and need nothing else.
	done   weak.Pointer[byte]
	closed bool
}

// leash wraps a context that is derived from an origin.
func leash(inner context.Context, o *origin) context.Context {
	l := &tether{origin: weak.Make(o)}
	c := &leashedContext{Context: inner, tether: l}
	runtime.AddCleanup(c, (*tether).loose, l)
	return c
}

// loose ends the inner context, as soon as nobody waits for its end.
func (l *tether) loose() {
	l.lock.Lock()
	done := l.done.Value()
	l.lock.Unlock()
	if done != nil {
		runtime.AddCleanup(done, (*tether).end, l)
		return
	}
	l.end()
}

func (l *tether) end() {
	if o := l.origin.Value(); o != nil {
		o.end()
	}
}

// close closes the channel that the function waits at, if somebody still has it.
func (l *tether) close() {
	l.lock.Lock()
	defer l.lock.Unlock()
	if done := l.done.Value(); done != nil && !l.closed {
		l.closed = true
		close(*(*chan struct{})(unsafe.Pointer(&done)))
	}
}

// Done returns the channel that is closed when the context is done. The package
// context, which asks in order to derive another, gets the inner context's: by that
// it knows that it can do without a goroutine.
func (c *leashedContext) Done() <-chan struct{} {
	if c.Context.Err() != nil || fromPackageContext() {
		return c.Context.Done()
	}
	l := c.tether
	l.lock.Lock()
	defer l.lock.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		l.done = weak.Make(*(**byte)(unsafe.Pointer(&c.done)))
		context.AfterFunc(c.Context, l.close)
	}
	return c.done
}

// Err returns why the context is done, and has its channel say the same.
func (c *leashedContext) Err() error {
	err := c.Context.Err()
	if err != nil {
		c.tether.close()
	}
	return err
}

// deriving remembers which callers of Done are in the package context.
var deriving sync.Map // of bool by program counter

// fromPackageContext says whether the caller's caller is in the package context.
func fromPackageContext() bool {
	var caller [1]uintptr
	if runtime.Callers(3, caller[:]) == 0 {
		return false
	}
	if known, ok := deriving.Load(caller[0]); ok {
		return known.(bool)
	}
	frame, _ := runtime.CallersFrames(caller[:]).Next()
	found := strings.HasPrefix(frame.Function, "context.")
	deriving.Store(caller[0], found)
	return found
}
