package bridge

import (
	"encoding/binary"
	"sync"
	"unsafe"
)

// A Question is a call of something that the host holds: its arguments are written
// as a result is, the host answers, and the results are read as arguments are.
// Generated code asks so, for a func(int) bool,
//
//	return func(p0 int) (r0 bool) {
//		q, e := bridge.Ask(h, 1)
//		defer q.Close(nil)
//		e.Int64(int64(p0))
//		if d := q.Answer(); d != nil {
//			r0 = d.Bool()
//			q.End()
//		}
//		return r0
//	}
//
// and gives Close the place of the error result if there is one. What goes wrong,
// an exception of the host's first of all, is for Close to raise.
type Question struct {
	host      *Host
	operation hostOperation
	encoder   Encoder
	decoder   Decoder
	// raised is what the host answered with instead of results.
	raised *hostError
	// shown are the slices whose memory the host sees while it answers.
	shown [][]byte
	// overflow is the block with the answer, if that is not in response.
	overflow uint64
	// A Question is in the heap, and its buffers with it: while the host answers,
	// Go code may run on this goroutine and move its stack.
	request  [512]byte
	response [512]byte
}

// questions are those that nobody asks.
var questions = sync.Pool{New: func() any { return new(Question) }}

// Ask begins a call of a func that the host holds, with so many arguments. The
// Encoder takes them.
func Ask(h *Host, arguments int) (*Question, *Encoder) {
	return ask(h, hostCall, arguments)
}

// AskMethod begins a call of a method of an object that the host holds, by the
// number that it has in the adapter's interface.
func AskMethod(o *HostObject, method, arguments int) (*Question, *Encoder) {
	return ask(o.host, hostMethods+hostOperation(method), arguments)
}

func ask(h *Host, operation hostOperation, arguments int) (*Question, *Encoder) {
	q := questions.Get().(*Question)
	q.host, q.operation = h, operation
	e := &q.encoder
	e.buffer = q.request[:]
	// The host copies what it is given.
	e.untrusted = true
	e.at, e.depth = 0, 1
	if arguments < 16 {
		e.buffer[0] = wireFixArray | byte(arguments)
		e.at = 1
	} else {
		e.arrayHeader(arguments)
	}
	return q, e
}

// Answer asks the host and returns where the results are; nil if there are none,
// which Close will tell.
func (q *Question) Answer() *Decoder {
	if q.host == nil {
		q.raised = &hostError{message: "usegolib: an adapter without an object"}
		return nil
	}
	request := q.encoder.buffer[:q.encoder.at]
	n, ok := q.host.ask(q.operation, request, q.response[:], &q.overflow)
	if !ok {
		q.raised = &hostError{message: "usegolib: the library has no host to call"}
		return nil
	}
	d := &q.decoder
	if q.overflow == 0 && n <= len(q.response) {
		d.data = q.response[:n]
	} else if q.overflow != 0 {
		d.data = block(q.overflow, n)
	} else {
		d.data = nil
	}
	d.at, d.depth = 0, 1
	// Nothing that is given to Go outlives the answer.
	d.lent, d.pending, d.callable = Kept, nil, nil
	d.attendant = q.host.attendant.Load()
	if len(d.data) > 2 && d.data[0] == wireFixArray|2 && envelopeTag(d.data[1]) == tagResult {
		d.at = 2
		return d
	}
	return q.read()
}

// block returns memory of C's as a slice.
func block(address uint64, length int) []byte {
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), length)
}

// read reads an answer of another form: an exception, or results that refer to
// something.
func (q *Question) read() *Decoder {
	d := &q.decoder
	d.depth = 0
	n, _ := d.Array()
	tag := envelopeTag(d.Uint64())
	switch {
	case tag == tagFault && (n == 2 || n == 3):
		q.raised = d.exception()
	case tag == tagResult && n == 3:
		// What keeps what the results refer to is behind them.
		return d
	default:
		malformed(0, "the host's answer is not [0, result] or [1, exception]")
	}
	if n == 3 {
		q.abandon()
	}
	d.Leave()
	d.End()
	return nil
}

// abandoned are the slices that the host never ceases to look at.
var abandoned struct {
	sync.Mutex
	slices [][]byte
}

// abandon keeps what the host was shown for ever: it says that it still looks.
func (q *Question) abandon() {
	if q.decoder.Bool() {
		abandoned.Lock()
		defer abandoned.Unlock()
		abandoned.slices = append(abandoned.slices, q.shown...)
	}
}

// End ends the results, which the host keeps what they refer to for until then.
func (q *Question) End() {
	d := &q.decoder
	if d.at != len(d.data) && d.atHost() {
		_, payload := d.extension()
		if len(payload) == 8 {
			releaseHost(binary.LittleEndian.Uint64(payload))
		}
	}
	d.End()
}

// Close ends a question. What was raised becomes *err, if there is a place for it;
// else it is a panic where a call of the host's is on this goroutine's stack, which
// recovers it, and is only reported on any other goroutine, where it would end the
// process.
func (q *Question) Close(err *error) {
	cause := recover()
	raised, host := q.raised, q.host
	q.free()
	switch cause := cause.(type) {
	case nil:
	case *failure:
		raised = &hostError{message: "usegolib: " + cause.message}
	default:
		panic(cause)
	}
	if raised == nil {
		return
	}
	raised.raise(host, err)
}

// free gives the question's memory back.
func (q *Question) free() {
	if q.overflow != 0 {
		library.Host.Free(q.overflow)
		q.overflow = 0
	}
	q.encoder.recycle()
	q.decoder.data = nil
	q.host, q.raised = nil, nil
	if q.shown != nil {
		clear(q.shown)
		q.shown = q.shown[:0]
	}
	questions.Put(q)
}
