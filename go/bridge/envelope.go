package bridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Success begins a response with one result, which is written next.
func (e *Encoder) Success() {
	place := e.reserve(2)
	place[0], place[1] = wireFixArray|2, byte(tagResult)
}

// SuccessInt64 writes the response of a function with just this result.
func (e *Encoder) SuccessInt64(v int64) {
	if v >= -32 && v <= 127 && len(e.buffer) > 2 {
		e.buffer[0], e.buffer[1], e.buffer[2] = wireFixArray|2, byte(tagResult), byte(v)
		e.at = 3
		return
	}
	e.Success()
	e.Int64(v)
}

// SuccessString writes the response of a function with just this result.
func (e *Encoder) SuccessString(v string) {
	if n := len(v); n < 32 && len(e.buffer) > n+2 {
		e.buffer[0], e.buffer[1], e.buffer[2] = wireFixArray|2, byte(tagResult), wireFixStr|byte(n)
		e.at = 3 + copy(e.buffer[3:], v)
		return
	}
	e.Success()
	e.String(v)
}

// Results begins the array of several results.
func (e *Encoder) Results(n int) { e.arrayHeader(n) }

// Failure writes the response of a function that returned an error.
func (e *Encoder) Failure(err error) {
	e.at = 0
	place := e.reserve(2)
	place[0], place[1] = wireFixArray|2, byte(tagFault)
	e.errorValue(err)
}

// Error writes an error as a value; nil if it is nil.
func (e *Encoder) Error(err error) {
	if err == nil {
		e.Nil()
		return
	}
	e.errorValue(err)
}

func (e *Encoder) errorValue(err error) {
	kind := faultError
	switch {
	case errors.Is(err, io.EOF):
		kind = faultEOF
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		kind = faultDeadline
	}
	message := err.Error()
	e.arrayHeader(5)
	e.Uint64(uint64(kind))
	e.String(message)
	e.String(fmt.Sprintf("%T", err))
	e.String("")
	e.handle(heldDynamic(err))
}

// problem writes the response of a call that did not get through the user's
// function.
func (e *Encoder) problem(kind faultKind, message, typeName, stack string) {
	e.at, e.depth = 0, 0
	e.arrayHeader(2)
	e.Uint64(uint64(tagFault))
	e.arrayHeader(5)
	e.Uint64(uint64(kind))
	e.String(message)
	e.String(typeName)
	e.String(stack)
	e.Nil()
}

// Error reads an error: nil, a handle to one, or the text of a new one.
func (d *Decoder) Error() error {
	if d.Nil() {
		return nil
	}
	start := d.at
	if !d.AtHandle() {
		return errors.New(d.String())
	}
	h := d.held()
	if err, ok := h.value.(error); ok {
		return err
	}
	refused(start, "%s does not implement error (missing method Error)", heldTypeName(h))
	return nil
}

// anyError reads an error that may also be a value of a type that is one, as
// constants are; nil if it isn't.
func (d *Decoder) anyError() error {
	if describe(d.peek()) != "array" {
		return d.Error()
	}
	err, _ := d.Any().(error)
	return err
}
