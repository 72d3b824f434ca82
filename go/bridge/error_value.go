package bridge

import (
	"errors"
	"fmt"
	"reflect"
)

// errorParts is how many parts every error has (docs/abi.md, Envelope). What else is
// known of it is behind them, if there is something, and then what was returned
// beside it.
const errorParts = 5

// Outcome begins the response of a function with an error result. Its other results
// are written next: they are the result or, beside an error, its last part.
func (e *Encoder) Outcome(err error) {
	if err == nil {
		e.Success()
		return
	}
	e.fail()
	e.arrayHeader(errorParts + 2)
	if raised := hostErrorIn(err); raised != nil {
		e.exception(raised)
		e.Nil()
		e.failed = e.at
		return
	}
	f := findingsOf(err)
	e.errorWith(err, &f)
	if f.isEmpty() {
		e.Nil()
	} else {
		e.findings(err, &f, 0)
	}
	// Whatever becomes of the results, what is written so far holds.
	e.failed = e.at
}

// Failure writes the response of a function that returned an error, and nothing else.
func (e *Encoder) Failure(err error) {
	e.fail()
	if raised := hostErrorIn(err); raised != nil {
		e.arrayHeader(errorParts)
		e.exception(raised)
		return
	}
	e.errorValue(err, 0)
}

func (e *Encoder) fail() {
	e.at = 0
	place := e.reserve(2)
	place[0], place[1] = wireFixArray|2, byte(tagFault)
}

// withoutResults cuts the results off that can't cross beside an error: it is the
// error that has to. It says whether there is one.
func (e *Encoder) withoutResults() bool {
	if e.failed == 0 {
		return false
	}
	e.at, e.depth = e.failed, 0
	e.buffer[2] = wireFixArray | (errorParts + 1)
	return true
}

// Error writes an error as a value; nil if it is nil.
func (e *Encoder) Error(err error) {
	if err == nil {
		e.Nil()
		return
	}
	e.errorValue(err, 0)
}

// errorValue writes an error that so many others wrap.
func (e *Encoder) errorValue(err error, wrapped int) {
	if e.given != nil && e.asGiven(err) {
		return
	}
	if raised, ok := err.(*hostError); ok && raised.host != nil {
		e.arrayHeader(errorParts)
		e.exception(raised)
		return
	}
	f := findingsOf(err)
	if f.isEmpty() {
		e.arrayHeader(errorParts)
		e.errorWith(err, &f)
		return
	}
	e.arrayHeader(errorParts + 1)
	e.errorWith(err, &f)
	e.findings(err, &f, wrapped)
}

// errorWith writes the parts of every error.
func (e *Encoder) errorWith(err error, f *findings) {
	e.Uint64(uint64(f.kind))
	e.String(err.Error())
	e.String(fmt.Sprintf("%T", err))
	e.String("")
	e.handle(heldDynamic(err))
}

// exception writes the parts of an exception of the host's, which it raises again.
func (e *Encoder) exception(raised *hostError) {
	e.Uint64(uint64(faultHost))
	e.String(raised.message)
	e.String("")
	e.String("")
	e.handle(&held{value: raised, number: numberUnknown})
}

// mostWrapped is how deep the errors that an error wraps are looked at and sent. One
// that wraps itself is looked at as often.
const mostWrapped = 32

// findings writes what is known of an error, and the errors that it wraps.
func (e *Encoder) findings(err error, f *findings, wrapped int) {
	e.Array(5)
	e.Uint64(uint64(f.errno))
	e.positions(f.variables)
	e.positions(f.types)
	all, cause := unwrapped(err)
	switch {
	case wrapped == mostWrapped:
		e.Nil()
	case all != nil:
		e.Array(len(all))
		for _, one := range all {
			if one == nil {
				e.Nil()
			} else {
				e.errorValue(one, wrapped+1)
			}
		}
		e.Leave()
	case cause != nil:
		e.Array(1)
		e.errorValue(cause, wrapped+1)
		e.Leave()
	default:
		e.Nil()
	}
	e.Bool(all != nil)
	e.Leave()
}

func (e *Encoder) positions(all []uint32) {
	e.arrayHeader(len(all))
	for _, one := range all {
		e.Uint64(uint64(one))
	}
}

// unwrapped returns what an error wraps: several errors, or one, or nothing.
func unwrapped(err error) (all []error, cause error) {
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		return nil, err.Unwrap()
	case interface{ Unwrap() []error }:
		return err.Unwrap(), nil
	}
	return nil, nil
}

// mostSearched is how many errors that an error wraps are searched. Without an end
// one that wraps itself would be searched for ever, as errors.Is does.
const mostSearched = 10_000

// search goes through an error and what it wraps in the order of errors.Is, until
// found says that it has what it looked for. It says whether it did.
func search(err error, found func(error) bool) bool {
	left := mostSearched
	var visit func(error) bool
	visit = func(err error) bool {
		for ; err != nil && left > 0; left-- {
			if found(err) {
				return true
			}
			all, cause := unwrapped(err)
			for _, one := range all {
				left--
				if visit(one) {
					return true
				}
			}
			err = cause
		}
		return false
	}
	return visit(err)
}

// isError says what errors.Is does.
func isError(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	comparable := reflect.TypeOf(target).Comparable()
	return search(err, func(one error) bool {
		if comparable && one == target {
			return true
		}
		own, ok := one.(interface{ Is(error) bool })
		return ok && own.Is(target)
	})
}

// Error reads an error: nil, a handle to one, a value of a type that is one, an
// exception of the host's, or the text of a new one.
func (d *Decoder) Error() error {
	start := d.at
	switch describe(d.peek()) {
	case "str":
		err := errors.New(d.String())
		d.note(start, err)
		return err
	case "nil":
		d.at++
		return nil
	}
	if d.AtHandle() {
		h := d.held()
		if err, ok := h.err(); ok {
			return err
		}
		refused(start, "%s does not implement error (missing method Error)", heldTypeName(h))
	}
	if d.atException() {
		err := d.givenException()
		d.note(start, err)
		return err
	}
	value := d.Any()
	err, ok := value.(error)
	if !ok {
		refused(start, "%T does not implement error (missing method Error)", value)
	}
	d.note(start, err)
	return err
}

// atException says whether an exception is next: an array of four items, where any
// other error is none or one of two.
func (d *Decoder) atException() bool { return d.peek() == wireFixArray|4 }

// err returns the error that is held: the very value that Go gave, not a pointer to
// it, unless only that is one.
func (h *held) err() (err error, ok bool) {
	if h.boxed {
		if err, ok = reflect.ValueOf(h.value).Elem().Interface().(error); ok {
			return err, true
		}
	}
	err, ok = h.value.(error)
	return err, ok
}
