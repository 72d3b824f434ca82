package bridge

import (
	"encoding/binary"
	"fmt"
	"iter"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"unsafe"
)

// A Callable is one entry of the symbol table: generated code that reads its
// arguments, calls the user's function and writes its results.
type Callable struct {
	Call func(*Decoder, *Encoder)
	// Parameters names the arguments, separated by spaces, for messages.
	Parameters string
	// Mode says how it is called.
	Mode CallMode
	// Function is what Call calls, where Call is a trampoline: a function, a
	// method of a pointer with the receiver as its first argument, or a nil func
	// of a type whose values it calls.
	Function any
	// Itself is the same function where Call is code of its own, if it can be named.
	Itself any
	// Lent has a digit for each of the function's arguments: what it does with it
	// as a Lending. What is not said is kept.
	Lent string
	// Returns says that a receiver that is given by value goes back.
	Returns bool
	// Lives says which results are live, a bit each.
	Lives uint64
	// known is what the function's type says, once it is needed.
	known atomic.Pointer[signature]
}

// CallMode is how a callable is called.
type CallMode uint8

const (
	// Plainly called functions run on the goroutine of the host's call.
	Plainly CallMode = iota
	// Isolated functions may call runtime.Goexit or iter.Pull, for which they need
	// a goroutine of their own.
	Isolated
	// Cancellably called functions take a context.
	Cancellably
)

// A Library is what the generated code registers.
type Library struct {
	// Digest is the schema's, checked by Initialize.
	Digest uint64
	// Callables are the symbols behind the builtins: functions and methods. They
	// are in pieces, for a large library is compiled in parts.
	Callables [][]Callable
	// Types are the types of the schema, in pieces as well. The symbols of what
	// can be reached of them are behind the callables.
	Types [][]Type
	// Variables are the package variables, whose symbols are the last.
	Variables []Variable
	// Host is the way to the host.
	Host HostEntry
}

// library is the one that this process image holds.
var library struct {
	Library
	// first is the first piece of the callables, and ends has for each piece how
	// many callables there are up to its end.
	first []Callable
	ends  []uint64
	// count is how many callables there are.
	count uint64
}

// Register sets the library. The generated main package calls it once, in its
// init function.
func Register(l Library) {
	library.Library = l
	library.first, library.ends, library.count = nil, nil, 0
	for i, piece := range l.Callables {
		if i == 0 {
			library.first = piece
		}
		library.count += uint64(len(piece))
		library.ends = append(library.ends, library.count)
	}
}

// rows visits the rows of a table in pieces.
func rows[T any](pieces [][]T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, piece := range pieces {
			for i := range piece {
				if !yield(&piece[i]) {
					return
				}
			}
		}
	}
}

// callableAt returns the callable at a place of the symbol table behind the
// builtins, which has to be one.
func callableAt(at uint64) *Callable {
	if at < uint64(len(library.first)) {
		return &library.first[at]
	}
	low, high := 0, len(library.ends)
	for low < high {
		if middle := (low + high) / 2; library.ends[middle] <= at {
			low = middle + 1
		} else {
			high = middle
		}
	}
	piece := library.Callables[low]
	return &piece[at+uint64(len(piece))-library.ends[low]]
}

// call is the state of one call. It lives on the stack of Call: a pool would
// take as long as decoding a few arguments.
type call struct {
	decoder Decoder
	encoder Encoder
	// accessed is the struct of which a field is reached, and place says how.
	accessed *Type
	place    int
	getter   *getter
	variable *Variable
}

// An Overflow is what a response needs besides the caller's buffer.
type Overflow = struct {
	// Response is where the whole response is lent, if it didn't fit: 16 bytes
	// behind the number of the loan.
	Response *byte
	// Loan is the number to give to Repay once the response has been read, and
	// the memory of Go's that it refers to.
	Loan uint64
}

// Call runs one request. The response is in the response buffer if it fits. If
// it doesn't, or refers to memory of Go's, there is an overflow.
func Call(request, response []byte) (length int, overflow *Overflow) {
	// Field by field: a composite literal is built elsewhere and copied, which
	// takes longer than the rest of this function.
	var c call
	c.decoder.data = request
	c.encoder.buffer = response
	returned := false
	defer func() {
		if !returned {
			c.recover(recover())
			onStack(&c.decoder).copyBack()
			if c.encoder.changed != nil || c.decoder.noted != nil {
				onStack(&c.encoder).writeChanges(onStack(&c.decoder))
			}
			length, overflow = c.encoder.at, onStack(&c.encoder).overflow(response)
		}
	}()
	index := onStack(&c.decoder).index()
	if at := index - builtinSlots; at < uint64(len(library.first)) && library.first[at].Mode == Plainly {
		c.decoder.callable = &library.first[at]
		c.decoder.callable.Call(onStack(&c.decoder), onStack(&c.encoder))
	} else if g := getterAt(at - library.count); g != nil {
		c.getter = g
		g.get(onStack(&c.decoder), onStack(&c.encoder))
	} else {
		c.other(index)
	}
	if c.encoder.changed != nil || c.decoder.copies != nil || c.decoder.noted != nil {
		onStack(&c.decoder).copyBack()
		onStack(&c.encoder).writeChanges(onStack(&c.decoder))
	}
	returned = true
	if c.encoder.spilled != nil || c.encoder.loan != nil {
		overflow = onStack(&c.encoder).overflow(response)
	}
	return c.encoder.at, overflow
}

// other runs a request that is not for a plain callable.
//
//go:noinline
func (c *call) other(index uint64) {
	switch index {
	case uint64(builtinTake):
		c.take()
		return
	case uint64(builtinInvoke):
		// What it does is not known.
		c.decoder.callable = &invoked
		c.isolate()
		return
	case uint64(builtinPull):
		s := c.decoder.heldSource()
		s.pull(onStack(c))
		return
	case uint64(builtinStop):
		s := c.decoder.heldSource()
		s.end(onStack(c))
		return
	}
	if index < builtinSlots {
		callBuiltin(builtin(index), onStack(&c.decoder), onStack(&c.encoder))
		return
	}
	at := index - builtinSlots
	if at >= library.count {
		c.ofType(at - library.count)
		return
	}
	c.run(callableAt(at))
}

// run runs a callable in its mode.
func (c *call) run(callable *Callable) {
	c.decoder.callable = callable
	switch callable.Mode {
	case Cancellably:
		c.cancellably()
	case Isolated:
		c.isolate()
	default:
		callable.Call(onStack(&c.decoder), onStack(&c.encoder))
	}
}

// overflow moves a response that fits into the caller's buffer, and notes what
// is lent.
//
//go:noinline
func (e *Encoder) overflow(response []byte) *Overflow {
	if e.spilled != nil {
		if e.at > len(response) {
			start, number := e.lendResponse()
			return &Overflow{Response: start, Loan: number}
		}
		copy(response, e.buffer[:e.at])
		e.recycle()
	}
	if e.loan == nil {
		return nil
	}
	return &Overflow{Loan: openLoan(e.loan)}
}

// index reads the start of a request: an array, and the symbol index in it.
func (d *Decoder) index() uint64 {
	if head := d.data; len(head) > 1 && head[0]&0xf0 == wireFixArray && head[0] != wireFixArray {
		// What is nearly always there; End and the arguments' own checks find
		// a length that lies.
		d.depth = 1
		switch {
		case head[1] < wireFixMap:
			d.at = 2
			return uint64(head[1])
		case head[1] == wireUint8 && len(head) > 2:
			d.at = 3
			return uint64(head[2])
		case head[1] == wireUint16 && len(head) > 3:
			d.at = 4
			return uint64(head[2])<<8 | uint64(head[3])
		}
	}
	for at := d.at; ; at = d.at {
		if d.atExtension(extClosed) {
			d.close()
		} else if d.atExtension(extChanged) {
			d.wanted()
		}
		if d.at == at {
			break
		}
	}
	if d.at > 0 {
		// Places in the request are told without what is in front of it.
		d.data, d.at = d.data[d.at:], 0
		return d.index()
	}
	if n, ok := d.Array(); !ok || n == 0 {
		malformed(0, "a request without a symbol index")
	}
	return d.Uint64()
}

// close closes the handles in front of a request, which the host no longer has.
func (d *Decoder) close() {
	_, payload := d.extension()
	if len(payload)%8 != 0 {
		malformed(0, "%d bytes of closed handles", len(payload))
	}
	var few [16]uint64
	closing := few[:0]
	for ; len(payload) > 0; payload = payload[8:] {
		closing = append(closing, binary.LittleEndian.Uint64(payload))
	}
	handles.release(closing)
}

// onStack hides from the compiler that generated code is given a pointer, which
// would move what it points to to the heap. Generated code and this package
// keep no Decoder and no Encoder beyond the call, and give none to another
// goroutine: an isolated call has its own.
//
// The result is to be used at once, as the argument of a function that is not
// inlined: a call may move the stack, and what is held here across it would not
// move along.
func onStack[T any](pointer *T) *T {
	address := uintptr(unsafe.Pointer(pointer))
	return *(**T)(unsafe.Pointer(&address))
}

// recover writes the response for a panic, if there is one.
func (c *call) recover(cause any) {
	if onStack(&c.encoder).withoutResults() {
		return
	}
	switch cause := cause.(type) {
	case *failure:
		c.encoder.problem(cause.kind, c.locate(cause), "", "")
	case *isolated:
		c.encoder.panicked(cause)
	case *hostError:
		c.encoder.Failure(cause)
	default:
		c.encoder.panicked(describePanic(cause, panicStack()))
	}
}

// describePanic returns what the host is told of a panic: what fmt prints for its
// value, its type, and the error that it is.
func describePanic(cause any, stack string) *isolated {
	err, _ := cause.(error)
	return &isolated{fmt.Sprint(cause), fmt.Sprintf("%T", cause), stack, err}
}

// panicStack returns the stack of the panicking goroutine, from the frame that
// panicked.
func panicStack() string { return stackBelow("panic") }

// stackBelow returns the stack of this goroutine from the frame that called the
// given function. The frames above that are those of the recovery.
func stackBelow(function string) string {
	stack := string(debug.Stack())
	header, frames, found := strings.Cut(stack, "\n")
	if !found {
		return stack
	}
	if at := strings.Index(frames, "\n"+function+"("); at >= 0 {
		_, afterCall, _ := strings.Cut(frames[at+1:], "\n")
		_, afterPlace, _ := strings.Cut(afterCall, "\n")
		frames = afterPlace
	}
	return header + "\n" + frames
}
