package bridge

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

func handleOf(number, generation uint32) uint64 {
	return uint64(generation)<<32 | uint64(number)
}

func TestSlotsOfAllNumbersAreApart(t *testing.T) {
	seen := make(map[[2]int]uint32)
	for number := range uint32(100_000) {
		chunk, place := locate(number)
		if place < 0 || place >= firstChunk<<chunk {
			t.Fatalf("slot %d is at %d of %d in chunk %d", number, place, firstChunk<<chunk, chunk)
		}
		if other, taken := seen[[2]int{chunk, place}]; taken {
			t.Fatalf("slots %d and %d are one", number, other)
		}
		seen[[2]int{chunk, place}] = number
	}
	var table handleTable
	if chunk, _ := locate(math.MaxUint32); chunk >= len(table.chunks) {
		t.Fatalf("the last slot is in chunk %d of %d", chunk, len(table.chunks))
	}
}

func TestStaleHandlesAreFound(t *testing.T) {
	var table handleTable
	number, generation := table.add(&held{value: "first"})
	if h := table.get(number, generation); h == nil || h.value != "first" {
		t.Fatalf("got %v", h)
	}
	table.release([]uint64{handleOf(number, generation), handleOf(number, generation), math.MaxUint64, 0})
	if table.get(number, generation) != nil || table.count() != 0 {
		t.Fatal("the handle is still open")
	}
	again, next := table.add(&held{value: "second"})
	if again != number || next == generation {
		t.Fatalf("slot %d generation %d after slot %d generation %d", again, next, number, generation)
	}
	if table.get(number, generation) != nil {
		t.Fatal("the old handle leads to the new value")
	}
}

func TestUsedUpSlotsAreRetired(t *testing.T) {
	var table handleTable
	number, generation := table.add(&held{value: 1})
	table.slot(number).generation = math.MaxUint32
	table.slot(number).held.Load().generation = math.MaxUint32
	table.release([]uint64{handleOf(number, math.MaxUint32)})
	if again, _ := table.add(&held{value: 2}); again == number {
		t.Fatal("the slot is used again")
	}
	if table.get(number, generation) != nil {
		t.Fatal("the first handle leads somewhere")
	}
}

func TestHandlesAreSafeUnderThreads(t *testing.T) {
	var table handleTable
	var group sync.WaitGroup
	for worker := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			random := rand.New(rand.NewPCG(uint64(worker), 1))
			open := make(map[uint64]int)
			for i := range 5000 {
				number, generation := table.add(&held{value: i})
				open[handleOf(number, generation)] = i
				// Handles of others, most of them closed.
				table.get(random.Uint32N(1000), random.Uint32N(20))
				if random.IntN(3) > 0 {
					for handle, value := range open {
						h := table.get(uint32(handle), uint32(handle>>32))
						if h == nil || h.value != value {
							t.Errorf("handle %x: got %v, not %d", handle, h, value)
						}
						table.release([]uint64{handle})
						delete(open, handle)
						break
					}
				}
			}
			for handle := range open {
				table.release([]uint64{handle})
			}
		}()
	}
	group.Wait()
	if table.count() != 0 {
		t.Fatalf("%d handles are left", table.count())
	}
}

type thing struct{ N int }

func writeHandle(number, generation uint32) func(*Encoder) {
	return func(e *Encoder) {
		payload := e.extension(extHandle, 16)
		binary.LittleEndian.PutUint32(payload, number)
		binary.LittleEndian.PutUint32(payload[4:], generation)
		binary.LittleEndian.PutUint32(payload[8:], 0)
	}
}

func TestClosedHandlesAreRefused(t *testing.T) {
	registerTypes(t, []Type{{Name: "example.com/m.thing", Of: (*thing)(nil), Class: ClassOpaque, Is: IsObject | IsStruct}})
	setCallables([]Callable{{
		Call: func(d *Decoder, e *Encoder) {
			v := Box[thing](d)
			d.End()
			e.Success()
			e.Int64(int64(v.N))
		},
		Parameters: "t",
	}})
	number, generation := handles.add(&held{value: &thing{5}, number: 0})
	asked := request(0, writeHandle(number, generation))
	if got := respond(t, asked); string(got) != "\x92\x00\x05" {
		t.Fatalf("got %x", got)
	}
	release := encode(func(e *Encoder) {
		e.Array(2)
		e.Int64(int64(builtinRelease))
		e.Uint64s([]uint64{handleOf(number, generation)})
	})
	if got := respond(t, release); string(got) != "\x92\x00\xc0" {
		t.Fatalf("got %x", got)
	}
	kind, message, _, _ := problemOf(t, respond(t, asked))
	if kind != faultClosed || message != "t: this m.thing object is closed" {
		t.Fatalf("got %d %q", kind, message)
	}
}

func BenchmarkCreateAndRelease(b *testing.B) {
	var table handleTable
	for b.Loop() {
		number, generation := table.add(&held{value: b})
		table.release([]uint64{handleOf(number, generation)})
	}
}

func BenchmarkLookup(b *testing.B) {
	var table handleTable
	number, generation := table.add(&held{value: b})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			table.get(number, generation)
		}
	})
}

func TestRequestsCloseHandlesFirst(t *testing.T) {
	register(t, Callable{Call: callAdd, Parameters: "a b"})
	before := handles.count()
	var closed []byte
	for range 40 {
		number, generation := handles.add(&held{value: new(int)})
		closed = binary.LittleEndian.AppendUint32(closed, number)
		closed = binary.LittleEndian.AppendUint32(closed, generation)
	}
	prefix := func(handles []byte) []byte {
		head := binary.BigEndian.AppendUint32([]byte{wireExt32}, uint32(len(handles)))
		return append(append(head, byte(extClosed)), handles...)
	}
	// Two parts, and a handle that is closed twice.
	asked := append(prefix(closed[:80]), prefix(closed[72:])...)
	asked = append(asked, request(0, integer(1), integer(2))...)
	if got := string(respond(t, asked)); got != "\x92\x00\x03" {
		t.Fatalf("got %x", got)
	}
	if after := handles.count(); after != before {
		t.Fatalf("%d handles are left", after-before)
	}
	// Places are told without the prefix.
	asked = append(prefix(nil), request(0, integer(1), func(e *Encoder) { e.Bool(true) })...)
	if got := string(respond(t, asked)); !strings.Contains(got, "b: expected int64, got bool") {
		t.Fatalf("got %q", got)
	}
	asked = append(prefix([]byte{1}), request(0)...)
	if got := string(respond(t, asked)); !strings.Contains(got, "1 bytes of closed handles") {
		t.Fatalf("got %q", got)
	}
}
