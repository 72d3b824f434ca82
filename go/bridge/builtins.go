package bridge

import (
	"fmt"
	"hash/fnv"
	"io"
	"reflect"
)

func callBuiltin(index builtin, d *Decoder, e *Encoder) {
	switch index {
	case builtinRelease:
		closing := d.Uint64s()
		d.End()
		handles.release(closing)
		e.Success()
		e.Nil()
	case builtinIdentity:
		h := d.onlyHeld()
		e.Success()
		e.Uint64(identity(h))
	case builtinEqual:
		a, b := d.held(), d.held()
		d.End()
		e.Success()
		e.Bool(equal(a, b))
	case builtinHash:
		hash, ofValue := hashOf(d.onlyHeld())
		e.Success()
		e.Array(2)
		e.Uint64(hash)
		e.Bool(ofValue)
		e.Leave()
	case builtinText:
		text, ok := textOf(d.onlyHeld())
		e.Success()
		if ok {
			e.String(text)
		} else {
			e.Nil()
		}
	case builtinTypeName:
		h := d.onlyHeld()
		e.Success()
		e.String(heldTypeExpression(h))
	case builtinSetEnvironment:
		environment := d.Bytes()
		d.End()
		setEnvironment(environment)
		e.Success()
		e.Nil()
	case builtinLiveHandles:
		d.End()
		e.Success()
		e.Int64(handles.count())
	case builtinErrorIs:
		err := d.Error()
		target := d.Error()
		d.End()
		matches := isError(err, target)
		e.Success()
		e.Bool(matches)
	case builtinNotify:
		p, _ := d.pendingCall()
		bell := d.Int32()
		d.End()
		p.notify(int(bell))
		e.Success()
		e.Nil()
	case builtinCancel:
		p, _ := d.pendingCall()
		d.End()
		p.cancel()
		e.Success()
		e.Nil()
	case builtinInterfaces:
		numbers := d.onlyHeld().interfaces()
		e.Success()
		e.Uint64s(numbers)
	case builtinFields:
		h := d.onlyHeld()
		names := append(h.fieldNames(), h.methodNames()...)
		e.Success()
		e.Array(len(names))
		for _, name := range names {
			e.String(name)
		}
		e.Leave()
	case builtinField:
		h, name := d.held(), d.String()
		d.End()
		e.Success()
		e.member(h, name)
	case builtinParse:
		number, text := d.Uint32(), d.String()
		d.End()
		e.parsed(number, text)
	case builtinConvert:
		conversion(d, e)
	case builtinCell:
		newCell(d, e)
	case builtinLoad:
		load(d, e)
	case builtinStore:
		store(d, e)
	case builtinRead:
		r := Interface[io.Reader](d)
		n := d.Int64()
		d.End()
		read(e, r, n)
	case builtinLayouts:
		d.End()
		var indices []uint64
		trampolined(func(index uint64, _ *Callable) { indices = append(indices, index) })
		e.Success()
		e.Uint64s(indices)
	case builtinCheckLayout:
		index := d.Uint64()
		d.End()
		if err := checkLayoutAt(index); err != nil {
			e.Failure(err)
			return
		}
		e.Success()
		e.Nil()
	case builtinIterate:
		iterate(d, e)
	case builtinItem, builtinSetItem, builtinLength, builtinBatch, builtinCopy, builtinEdit:
		callLive(index, d, e)
	default:
		malformed(0, "there is no builtin %d", index)
	}
}

func (d *Decoder) onlyHeld() *held {
	h := d.held()
	d.End()
	return h
}

// identity returns the address that a handle leads to, mixed with its type:
// a struct and its first field have the same address.
func identity(h *held) uint64 {
	kind := fnv.New64a()
	_, _ = kind.Write([]byte(reflect.TypeOf(h.value).String()))
	// Addresses leave the high 16 bits of a word alone.
	return uint64(uintptr(dataWord(h.value))) ^ kind.Sum64()<<48
}

// textOf returns the value as the user's own methods print it, if there are any.
func textOf(h *held) (text string, ok bool) {
	switch v := h.value.(type) {
	case fmt.Stringer:
		return v.String(), true
	case error:
		return v.Error(), true
	}
	return "", false
}
