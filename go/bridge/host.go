package bridge

import (
	"encoding/binary"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"
)

// The host holds values for Go: functions and objects of its own, and exceptions on
// their way. Each is in a slot of the host's, with a generation as handles have.
// What Go knows of one is a Host, and when Go's garbage collector finds that
// nothing has that any more, the slot is given back. That only queues it: the host
// lets go of the value when it next runs.

// A HostEntry is the way to the host.
type HostEntry struct {
	// Ask has the host do something with what is in a slot: see cabi.Ask.
	Ask func(slot, operation uint64, request, response []byte, overflow *uint64) (length int, ok bool)
	// Free frees an answer that didn't fit.
	Free func(overflow uint64)
}

// tell asks the host for something that needs no answer but a number.
func tell(slot uint64, operation hostOperation, request []byte) int {
	if library.Host.Ask == nil {
		return 0
	}
	var overflow uint64
	n, _ := library.Host.Ask(slot, uint64(operation), request, nil, &overflow)
	return n
}

// A Host is a value that the host holds for Go.
type Host struct {
	slot uint64
	// attendant is where it is asked, while that can be: the thread that waits for the
	// call that it came with last.
	attendant atomic.Pointer[attendant]
}

// ask has the host do something with the value; see HostEntry.
func (h *Host) ask(operation hostOperation, request, response []byte, overflow *uint64) (length int, ok bool) {
	if a := h.attendant.Load(); a != nil {
		return h.askThere(a, operation, request, response, overflow)
	}
	return library.Host.Ask(h.slot, uint64(operation), request, response, overflow)
}

// askThere is ask for a value that has an attendant.
func (h *Host) askThere(a *attendant, operation hostOperation, request, response []byte, overflow *uint64) (length int, ok bool) {
	ask := func() {
		length, ok = library.Host.Ask(h.slot, uint64(operation), request, response, overflow)
	}
	if !a.do(ask) {
		ask()
	}
	return length, ok
}

// keepHost returns the Host of a slot, which the host keeps from now on until Go
// gives it back; nil if there is nothing in the slot.
func keepHost(slot uint64) *Host {
	if tell(slot, hostKeep, nil) == 0 {
		return nil
	}
	return adoptHost(slot)
}

// adoptHost is keepHost for a slot that the host has kept already.
func adoptHost(slot uint64) *Host {
	h := &Host{slot: slot}
	runtime.AddCleanup(h, releaseHost, slot)
	return h
}

func releaseHost(slot uint64) { tell(slot, hostRelease, nil) }

// atHost says whether the next value is one that the host holds.
func (d *Decoder) atHost() bool {
	next := d.data[d.at:]
	return len(next) >= 10 && next[0] == wireFixExt8 && extCode(next[1]) == extHost || d.atOwn()
}

// host reads a value that the host holds.
func (d *Decoder) host() *Host {
	start := d.at
	_, payload := d.extension()
	if len(payload) != 8 && len(payload) != ownFunction && len(payload) != ownMethod {
		malformed(start, "a host's value of %d bytes", len(payload))
	}
	if d.untrusted {
		malformed(start, "a host's value in a message of nobody's")
	}
	h := keepHost(binary.LittleEndian.Uint64(payload))
	if h == nil {
		malformed(start, "the host holds nothing there")
	}
	h.attendant.Store(d.attendant)
	return h
}

// hosted finds what funcs and adapters of the host's were made of.
var hosted = struct {
	sync.Mutex
	// count is how many funcs are in funcs.
	count atomic.Int64
	// funcs has the funcs by their address, which may be used again once they are
	// gone: then the weak pointer is nil.
	funcs map[uintptr]hostedFunc
}{funcs: map[uintptr]hostedFunc{}}

type hostedFunc struct {
	closure weak.Pointer[byte]
	host    weak.Pointer[Host]
}

// noteFunc remembers what a func, which is one word, was made of.
func (h *Host) noteFunc(closure unsafe.Pointer) {
	entry := hostedFunc{weak.Make((*byte)(closure)), weak.Make(h)}
	address := uintptr(closure)
	hosted.Lock()
	if _, found := hosted.funcs[address]; !found {
		hosted.count.Add(1)
	}
	hosted.funcs[address] = entry
	hosted.Unlock()
	runtime.AddCleanup((*byte)(closure), forgetFunc, address)
}

// forgetFunc forgets the func at an address, unless there is another one by now.
func forgetFunc(address uintptr) {
	hosted.Lock()
	defer hosted.Unlock()
	if entry, found := hosted.funcs[address]; found && entry.closure.Value() == nil {
		delete(hosted.funcs, address)
		hosted.count.Add(-1)
	}
}

// A HostObject is what an adapter is made of: a type that has the methods of an
// interface and asks the host for each. It has no exported methods of its own, so
// that the adapter has just those.
type HostObject struct{ host *Host }

// NewHostObject returns what an adapter of a value is made of.
func NewHostObject(h *Host) HostObject { return HostObject{h} }

func (o *HostObject) held() *Host { return o.host }

// hostObject is any adapter.
type hostObject interface{ held() *Host }

// An object that the host gives again as the same interface is the same adapter, as long
// as Go has that: Go compares them. The host then names the same slot.

// adapted finds the adapters that there are.
var adapted = struct {
	sync.Mutex
	// objects has them by the slots of what they were made of.
	objects map[uint64]adaptedObject
}{objects: map[uint64]adaptedObject{}}

type adaptedObject struct {
	// word is the adapter's type, as the first word of an any has it.
	word    unsafe.Pointer
	adapter weak.Pointer[byte]
}

// noteObject remembers an adapter.
func (h *Host) noteObject(adapter any) {
	pointer := (*byte)(dataWord(adapter))
	adapted.Lock()
	adapted.objects[h.slot] = adaptedObject{wordOf(adapter), weak.Make(pointer)}
	adapted.Unlock()
	runtime.AddCleanup(pointer, forgetObject, h.slot)
}

// forgetObject forgets the adapter of a slot, unless there is another one by now.
func forgetObject(slot uint64) {
	adapted.Lock()
	defer adapted.Unlock()
	if entry, found := adapted.objects[slot]; found && entry.adapter.Value() == nil {
		delete(adapted.objects, slot)
	}
}

// knownObject returns the adapter of what the host names next, if there is one, without
// reading it. One that another thread attends to is left to that.
func (d *Decoder) knownObject() any {
	next := d.data[d.at:]
	if d.untrusted || len(next) < 10 || next[0] != wireFixExt8 || extCode(next[1]) != extHost {
		return nil
	}
	adapted.Lock()
	entry := adapted.objects[binary.LittleEndian.Uint64(next[2:])]
	adapted.Unlock()
	pointer := entry.adapter.Value()
	if pointer == nil {
		return nil
	}
	adapter := assemble(entry.word, unsafe.Pointer(pointer))
	h := adapter.(hostObject).held()
	if a := h.attendant.Load(); a != d.attendant {
		if a != nil && !a.isGone() {
			return nil
		}
		h.attendant.Store(d.attendant)
	}
	return adapter
}

// hostOf returns what a value was made of, if it is one of the host's and has no type
// that the host's own value would lose: a func of a declared type is one of Go's.
func hostOf(v any) *Host {
	switch v := v.(type) {
	case hostObject:
		return v.held()
	case *hostError:
		return v.host
	}
	if hosted.count.Load() == 0 {
		return nil
	}
	if t := reflect.TypeOf(v); t.Kind() != reflect.Func || t.Name() != "" {
		return nil
	}
	closure := dataWord(v)
	hosted.Lock()
	defer hosted.Unlock()
	entry := hosted.funcs[uintptr(closure)]
	if entry.closure.Value() != (*byte)(closure) {
		return nil
	}
	return entry.host.Value()
}
