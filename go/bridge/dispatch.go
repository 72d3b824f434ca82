package bridge

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
)

// A Callable is one entry of the symbol table: generated code that reads its
// arguments, calls the user's function and writes its results.
type Callable struct {
	Call func(*Decoder, *Encoder)
	// Parameters names the arguments, separated by spaces, for messages.
	Parameters string
	// Isolated says that the function may call runtime.Goexit, which only a
	// goroutine of its own survives.
	Isolated bool
}

// A Library is what the generated code registers.
type Library struct {
	// Digest is the schema's, checked by Initialize.
	Digest uint64
	// Callables are the symbols behind the builtins.
	Callables []Callable
	// Types makes the entries of the type registry, when they are first needed.
	Types func() []Type
}

// library is the one that this process image holds.
var library Library

// Register sets the library. The generated main package calls it once, in its
// init function.
func Register(l Library) { library = l }

// builtinSlots is the index of the first symbol behind the builtins.
const builtinSlots = 16

// call is the state of one call, reused by later ones.
type call struct {
	decoder Decoder
	encoder Encoder
	// callable is the one that runs, for messages; nil before it is known.
	callable *Callable
}

var calls = sync.Pool{New: func() any { return new(call) }}

// Call runs one request. The response is in the response buffer if it fits,
// and overflow is nil; else the response is overflow, to be given to Recycle
// once it has been copied.
func Call(request, response []byte) (length int, overflow *[]byte) {
	c := calls.Get().(*call)
	c.decoder = Decoder{data: request, borrowing: true}
	c.encoder.buffer, c.encoder.at, c.encoder.depth = response, 0, 0
	c.run()
	length = c.encoder.at
	if spilled := c.encoder.spilled; spilled != nil {
		if length <= len(response) {
			copy(response, (*spilled)[:length])
			c.encoder.recycle()
		} else {
			overflow = spilled
			c.encoder.spilled = nil
		}
	}
	// Nothing of the host's memory is kept.
	c.decoder.data, c.encoder.buffer, c.callable = nil, nil, nil
	calls.Put(c)
	return length, overflow
}

// Recycle takes back the overflow of a Call.
func Recycle(overflow *[]byte) {
	e := Encoder{spilled: overflow}
	e.recycle()
}

// run dispatches the request and turns panics into responses.
func (c *call) run() {
	defer c.recover()
	d, e := &c.decoder, &c.encoder
	if n, ok := d.Array(); !ok || n == 0 {
		malformed(0, "a request without a symbol index")
	}
	index := d.Uint64()
	if index < builtinSlots {
		callBuiltin(index, d, e)
		return
	}
	index -= builtinSlots
	if index >= uint64(len(library.Callables)) {
		malformed(0, "symbol index %d of %d", index+builtinSlots, len(library.Callables)+builtinSlots)
	}
	c.callable = &library.Callables[index]
	if c.callable.Isolated {
		isolate(c.callable.Call, d, e)
		return
	}
	c.callable.Call(d, e)
}

// recover writes the response for a panic, if there is one.
func (c *call) recover() {
	switch cause := recover().(type) {
	case nil:
	case *failure:
		c.encoder.problem(cause.kind, c.locate(cause), "", "")
	case *isolated:
		c.encoder.problem(kindPanic, cause.message, cause.typeName, cause.stack)
	default:
		message, typeName := describePanic(cause)
		c.encoder.problem(kindPanic, message, typeName, panicStack())
	}
}

// describePanic returns what fmt prints for the value of a panic, and its type.
func describePanic(cause any) (message, typeName string) {
	return fmt.Sprint(cause), fmt.Sprintf("%T", cause)
}

// panicStack returns the stack of the panicking goroutine, from the frame that
// panicked.
func panicStack() string {
	stack := string(debug.Stack())
	header, frames, found := strings.Cut(stack, "\n")
	if !found {
		return stack
	}
	// The frames in front are those of the recovery.
	if at := strings.Index(frames, "\npanic("); at >= 0 {
		_, afterCall, _ := strings.Cut(frames[at+1:], "\n")
		_, afterPlace, _ := strings.Cut(afterCall, "\n")
		frames = afterPlace
	}
	return header + "\n" + frames
}
