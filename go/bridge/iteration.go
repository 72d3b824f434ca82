package bridge

import (
	"context"
	"sync"
	"time"
	"unsafe"
)

// An iteration is a loop of the host's over a sequence of Go's, a func(yield func(...) bool).
//
// The sequence runs on a goroutine of its own, and only while the host waits for
// items: it is held in yield as soon as it has given as many as were asked for. So
// the host gets a batch with each entry, and the sequence is never ahead of it by
// more than that. A sequence that takes its time is not waited for until a batch is
// full: what is there is handed over.
type iteration struct {
	// run calls the sequence with a yield that adds to the columns.
	run func()
	// columns have the items that the host has not been given, a column for each
	// value that an item consists of.
	columns []column
	// done is closed when the sequence has returned.
	done chan struct{}
	// ready says that the host need not wait any longer, and resume that the
	// sequence may go on.
	ready, resume chan struct{}

	lock sync.Mutex
	// length is how many items there are, and limit how many there may be before
	// the sequence is held.
	length, limit int
	// size is how many the host is to get at once.
	size int
	// single says that one of the items can't cross, so that they are handed over
	// one by one.
	single bool
	// late says that the sequence takes its time for what the host waits for.
	late bool
	// quick says that some batch was not late.
	quick bool

	started, stopped, ended, pulling bool
	// cause is what the call is to be panicked with that asks for the item after
	// the last; see call.start.
	cause any
}

// column has one value of each item.
type column struct {
	// codec is that of the slice.
	codec *codec
	// items is where the slice is.
	items unsafe.Pointer
}

const (
	// lull is how long a sequence may take for a batch before what there is of it
	// is handed over.
	lull = 200 * time.Microsecond
	// firstBatch is how many items are handed over behind the first one.
	firstBatch = 16
	// mostItems and mostBytes limit what is handed over at once.
	mostItems = 1024
	mostBytes = 64 << 10
)

func newIteration() *iteration {
	return &iteration{
		done:  make(chan struct{}),
		ready: make(chan struct{}, 1), resume: make(chan struct{}, 1),
		size: 1,
	}
}

// wake sends to a channel that holds one item, if it doesn't do so already.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// begin is the start of a yield: it says whether an item may be added, and holds
// the lock if so.
func (it *iteration) begin() bool {
	it.lock.Lock()
	if it.stopped {
		it.lock.Unlock()
		return false
	}
	return true
}

// added is the end of a yield, whose item is in the columns: it returns when the
// host wants another one, or says that it wants none.
func (it *iteration) added() bool {
	it.length++
	for it.length >= it.limit && !it.stopped {
		wake(it.ready)
		it.lock.Unlock()
		<-it.resume
		it.lock.Lock()
	}
	wanted := !it.stopped
	it.lock.Unlock()
	return wanted
}

// produce runs the sequence to its end.
func (it *iteration) produce() {
	returned := false
	defer func() {
		cause := causeOf(recover(), returned)
		it.lock.Lock()
		defer it.lock.Unlock()
		it.ended, it.cause = true, cause
		close(it.done)
		wake(it.ready)
	}()
	it.run()
	returned = true
}

// pull writes the response of a call that asks for the next items.
func (it *iteration) pull(c *call) {
	it.lock.Lock()
	if it.pulling {
		it.lock.Unlock()
		refused(-1, "the iterator is in use already")
	}
	it.pulling = true
	select {
	case <-it.ready:
	default:
	}
	it.limit, it.late = it.size, false
	if it.ended || it.stopped || it.single && it.length > 0 {
		wake(it.ready)
	} else if !it.started {
		it.started = true
		go it.produce()
	}
	wake(it.resume)
	it.lock.Unlock()
	if it.await(lull) || it.has() || it.await(grace-lull) {
		it.deliver(&c.encoder)
		return
	}
	c.goOn(func(ctx context.Context, _ *Decoder, e *Encoder) {
		select {
		case <-it.ready:
		case <-ctx.Done():
		}
		it.deliver(e)
	})
}

// await waits for the batch, and says whether it came.
func (it *iteration) await(patience time.Duration) bool {
	select {
	case <-it.ready:
		return true
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-it.ready:
		return true
	case <-timer.C:
		return false
	}
}

// has says whether there is an item. If there isn't, the first one is to be handed
// over at once.
func (it *iteration) has() bool {
	it.lock.Lock()
	defer it.lock.Unlock()
	it.limit, it.late = 1, true
	return it.length > 0
}

// deliver writes the response: the items that are there, and whether there may be
// more. The sequence's panic is raised when there are none.
func (it *iteration) deliver(e *Encoder) {
	it.lock.Lock()
	defer it.lock.Unlock()
	it.pulling = false
	if it.length == 0 && it.cause != nil {
		cause := it.cause
		it.cause = nil
		panic(cause)
	}
	count := it.length
	if it.single {
		count = min(1, count)
	}
	it.limit = 0
	if problem := it.write(e, count); problem != nil {
		it.single = true
		if count > 1 {
			problem, count = it.write(e, 1), 1
		}
		if problem != nil {
			it.drop(1)
			panic(problem)
		}
	}
	it.drop(count)
	if count == 0 {
		return
	}
	bytes := e.at
	if e.loan != nil {
		bytes += count * loanSize
	}
	switch {
	case it.late:
		it.size = count
	case !it.quick:
		// The first one shows already that the sequence doesn't take its time.
		it.quick, it.size = true, firstBatch
	default:
		it.size *= 2
	}
	it.size = max(1, min(it.size, mostItems, mostBytes*count/bytes))
}

// write writes the first items; what is wrong, if one can't cross.
func (it *iteration) write(e *Encoder, count int) (problem *failure) {
	defer func() {
		if count == 0 {
			return
		}
		switch cause := recover().(type) {
		case nil:
		case *failure:
			e.at, e.depth, e.loan = 0, 0, nil
			problem = cause
		default:
			panic(cause)
		}
	}()
	more := !it.ended && !it.stopped || it.cause != nil || count < it.length
	onStack(e).Success()
	onStack(e).Array(2 + len(it.columns))
	onStack(e).Bool(more)
	onStack(e).Int64(int64(count))
	for _, column := range it.columns {
		items := *(*Slice)(column.items)
		items.length = count
		column.codec.write(onStack(e), unsafe.Pointer(&items))
	}
	onStack(e).Leave()
	return nil
}

// drop removes the first items.
func (it *iteration) drop(count int) {
	it.length -= count
	for _, column := range it.columns {
		items := column.codec.slice(column.items)
		rest := items.Slice(count, items.Len())
		if it.length == 0 {
			// The memory is used again; what was in it is not kept.
			items.Clear()
			rest = items.Slice(0, 0)
		}
		items.Set(rest)
	}
}

// stop tells the sequence that no more is wanted. It returns false from yield,
// and has no other way to learn of it.
func (it *iteration) stop() {
	it.lock.Lock()
	defer it.lock.Unlock()
	it.stopped = true
	if !it.started {
		it.started, it.ended = true, true
		close(it.done)
	}
	wake(it.ready)
	wake(it.resume)
}

// end writes the response of a call that stops the sequence and waits until it has
// returned.
func (it *iteration) end(c *call) {
	it.stop()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-it.done:
		it.over(&c.encoder)
	case <-timer.C:
		c.goOn(func(ctx context.Context, _ *Decoder, e *Encoder) {
			select {
			case <-it.done:
				it.over(e)
			case <-ctx.Done():
				e.Success()
				e.Nil()
			}
		})
	}
}

// over writes the response of a call that has waited for the end.
func (it *iteration) over(e *Encoder) {
	it.lock.Lock()
	cause := it.cause
	it.cause = nil
	it.lock.Unlock()
	if cause != nil {
		panic(cause)
	}
	onStack(e).Success()
	onStack(e).Nil()
}
