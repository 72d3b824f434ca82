package bridge

import (
	"sync"
	"time"
)

// An attendant is a thread of the host's while it waits for a call that runs on a
// goroutine of its own. What the call asks the host for is done there: on the thread
// that made the call, which may hold locks, or be the only one that may do things.
//
// It does one thing at a time. While it is busy, what others ask for is done on their
// own threads: they may be what it waits for.
type attendant struct {
	lock sync.Mutex
	// errand is what is to be done, from when it is asked for.
	errand *errand
	// busy says that there is an errand, which may have been begun.
	busy bool
	// gone says that nothing is done here any more.
	gone bool
	// wanted says that there is an errand, to a thread that waits in Go.
	wanted chan struct{}
	// ring tells a thread that waits elsewhere.
	ring func()
}

// An errand is something to be done on another thread.
type errand struct {
	run  func()
	done chan struct{}
}

func newAttendant(ring func()) *attendant {
	return &attendant{wanted: make(chan struct{}, 1), ring: ring}
}

// do runs something on the attendant's thread; it says false, and runs nothing, if
// that has something else to do.
func (a *attendant) do(run func()) bool {
	a.lock.Lock()
	if a.busy || a.gone {
		a.lock.Unlock()
		return false
	}
	e := &errand{run, make(chan struct{})}
	a.busy, a.errand = true, e
	wake(a.wanted)
	a.lock.Unlock()
	a.ring()
	<-e.done
	return e.run == nil
}

// hasErrand says whether there is something to be done.
func (a *attendant) hasErrand() bool {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.errand != nil
}

// isGone says whether nothing is done here any more.
func (a *attendant) isGone() bool {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.gone
}

// attend does what there is to do. It is called on the attendant's thread.
func (a *attendant) attend() {
	a.lock.Lock()
	e := a.errand
	a.errand = nil
	a.lock.Unlock()
	if e == nil {
		return
	}
	defer func() {
		a.lock.Lock()
		a.busy = false
		a.lock.Unlock()
		close(e.done)
	}()
	e.run()
	e.run = nil
}

// leave is called when the call has ended: what is still to be done is left to those
// who asked for it.
func (a *attendant) leave() {
	a.lock.Lock()
	e := a.errand
	a.errand, a.gone = nil, true
	a.lock.Unlock()
	if e != nil {
		close(e.done)
	}
}

// await attends until the call is over, or has had nothing to ask for so long. It says
// whether it is over.
func (a *attendant) await(over <-chan struct{}, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case <-over:
			return true
		case <-a.wanted:
			a.attend()
			timer.Reset(patience)
		case <-timer.C:
			return false
		}
	}
}
