package bridge

import (
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
)

// A held value is one that the host has a handle to. It never changes; closing
// the handle takes it out of its slot.
type held struct {
	// value is the Go value, or a pointer to it if it is boxed.
	value      any
	generation uint32
	// number is the type's number in the schema.
	number uint32
	// boxed says that the handle stands for a value that value points to: a struct,
	// or what a container has.
	boxed bool
	// container says that this is the first field of a container.
	container bool
}

// slot is a place for a held value. Its generation is raised when it is freed,
// so that old handles to it are found out.
type slot struct {
	held       atomic.Pointer[held]
	generation uint32 // guarded by handleTable.lock
}

// firstChunk is the number of slots in the first chunk; each further chunk is
// as large as all before it and firstChunk more.
const firstChunk = 64

// handleTable finds held values by slot. Lookups take no lock: chunks never
// move, and a slot holds one pointer.
type handleTable struct {
	chunks [27]atomic.Pointer[[]slot]

	lock sync.Mutex
	free []uint32
	used uint32
	live int64
}

// handles is the table of this library.
var handles handleTable

// locate splits a slot's number into its chunk and its place in that.
func locate(number uint32) (chunk, place int) {
	at := uint64(number) + firstChunk
	chunk = bits.Len64(at) - bits.Len64(firstChunk)
	return chunk, int(at - firstChunk<<chunk)
}

// slot returns the slot with that number, or nil if it was never used.
func (t *handleTable) slot(number uint32) *slot {
	chunk, place := locate(number)
	slots := t.chunks[chunk].Load()
	if slots == nil {
		return nil
	}
	return &(*slots)[place]
}

// add holds a value and returns its slot and generation.
func (t *handleTable) add(h *held) (number, generation uint32) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if last := len(t.free) - 1; last >= 0 {
		number = t.free[last]
		t.free = t.free[:last]
	} else {
		if t.used == math.MaxUint32 {
			unable("more than %d objects are alive", t.used)
		}
		number = t.used
		t.used++
		if chunk, _ := locate(number); t.chunks[chunk].Load() == nil {
			slots := make([]slot, firstChunk<<chunk)
			t.chunks[chunk].Store(&slots)
		}
	}
	place := t.slot(number)
	if place.generation == 0 {
		// No handle has generation 0, so that zeroed memory is never one.
		place.generation = 1
	}
	h.generation = place.generation
	place.held.Store(h)
	t.live++
	return number, h.generation
}

// get returns the held value, or nil if the handle was closed.
func (t *handleTable) get(number, generation uint32) *held {
	place := t.slot(number)
	if place == nil {
		return nil
	}
	if h := place.held.Load(); h != nil && h.generation == generation {
		return h
	}
	return nil
}

// release closes handles, each with the slot in its low half and the
// generation in its high half. Those closed already are passed over.
func (t *handleTable) release(closing []uint64) {
	for _, s := range t.remove(closing) {
		s.stop()
	}
}

// remove closes handles, and returns the sources among what they held.
func (t *handleTable) remove(closing []uint64) (sources []source) {
	t.lock.Lock()
	defer t.lock.Unlock()
	for _, handle := range closing {
		number, generation := uint32(handle), uint32(handle>>32)
		h := t.get(number, generation)
		if h == nil {
			continue
		}
		switch s := h.value.(type) {
		case *iteration:
			sources = append(sources, s)
		case *reception:
			sources = append(sources, s)
		}
		place := t.slot(number)
		place.held.Store(nil)
		t.live--
		place.generation++
		// A slot whose generations are used up is not used again.
		if place.generation != 0 {
			t.free = append(t.free, number)
		}
	}
	return sources
}

// count returns how many handles are open.
func (t *handleTable) count() int64 {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.live
}
