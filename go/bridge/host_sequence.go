package bridge

import (
	"encoding/binary"
	"reflect"
)

// What the host can iterate over is a sequence in Go: a func that calls a yield with
// each item. Go asks the host for the next items and calls the yield itself. The host
// never does: between the sequence and its yield there would be C code then, and a
// sequence that iter.Pull runs could not be switched away from there.

// hostedSequence makes a func of a sequence's type of what the host holds.
func (h *Host) hostedSequence(t reflect.Type) any {
	yield := t.In(0)
	if made := h.knownSequence(t, yield); made != nil {
		return made
	}
	made := reflect.MakeFunc(t, func(arguments []reflect.Value) []reflect.Value {
		add := arguments[0]
		run := h.iterate()
		if run == nil {
			h.run(t, add)
			return nil
		}
		defer run.stop()
		columns, places := make([]reflect.Value, yield.NumIn()), make([]any, yield.NumIn())
		for i := range columns {
			place := reflect.New(reflect.SliceOf(yield.In(i)))
			columns[i], places[i] = place.Elem(), place.Interface()
		}
		values := make([]reflect.Value, len(columns))
		for count := run.next(places...); count > 0; count = run.next(places...) {
			for i := range count {
				for n, column := range columns {
					values[n] = column.Index(i)
				}
				if !add.Call(values)[0].Bool() {
					return nil
				}
			}
		}
		return nil
	})
	return made.Interface()
}

// knownSequence is hostedSequence for the most frequent types; nil for others.
func (h *Host) knownSequence(t, yield reflect.Type) any {
	switch reflect.Zero(yield).Interface().(type) {
	case func(int) bool:
		return sequenceOfItems[int](h, t)
	case func(int64) bool:
		return sequenceOfItems[int64](h, t)
	case func(float64) bool:
		return sequenceOfItems[float64](h, t)
	case func(string) bool:
		return sequenceOfItems[string](h, t)
	case func([]byte) bool:
		return sequenceOfItems[[]byte](h, t)
	case func(any) bool:
		return sequenceOfItems[any](h, t)
	case func(string, int) bool:
		return sequenceOfPairs[string, int](h, t)
	case func(string, string) bool:
		return sequenceOfPairs[string, string](h, t)
	case func(string, any) bool:
		return sequenceOfPairs[string, any](h, t)
	case func(int, string) bool:
		return sequenceOfPairs[int, string](h, t)
	}
	return nil
}

func sequenceOfItems[T any](h *Host, t reflect.Type) any {
	return func(yield func(T) bool) {
		run := h.iterate()
		if run == nil {
			h.run(t, reflect.ValueOf(yield))
			return
		}
		defer run.stop()
		var items []T
		for run.next(&items) > 0 {
			for _, item := range items {
				if !yield(item) {
					return
				}
			}
		}
	}
}

func sequenceOfPairs[K, V any](h *Host, t reflect.Type) any {
	return func(yield func(K, V) bool) {
		run := h.iterate()
		if run == nil {
			h.run(t, reflect.ValueOf(yield))
			return
		}
		defer run.stop()
		var keys []K
		var values []V
		for run.next(&keys, &values) > 0 {
			for i, key := range keys {
				if !yield(key, values[i]) {
					return
				}
			}
		}
	}
}

// hostRun is one loop over what the host can iterate over.
type hostRun struct {
	host *Host
	// over says that the host has no more items, or has failed.
	over bool
}

// iterate begins a loop; nil if the host holds a callable, which wants the yield.
func (h *Host) iterate() (run *hostRun) {
	q, _ := ask(h, hostIterate, 0)
	defer q.Close(nil)
	d := q.Answer()
	if d == nil {
		// What went wrong is raised, or reported where it can't be: then there are no
		// items.
		return &hostRun{over: true}
	}
	if d.Nil() {
		q.End()
		return nil
	}
	start := d.at
	code, payload := d.extension()
	if code != extHost || len(payload) != 8 {
		malformed(start, "an iterator without a slot")
	}
	run = &hostRun{host: adoptHost(binary.LittleEndian.Uint64(payload))}
	run.host.attendant.Store(h.attendant.Load())
	q.End()
	return run
}

// next reads the next items into slices, one for each value that an item has. It
// returns how many there are; none at the end.
func (r *hostRun) next(columns ...any) (count int) {
	if r.over {
		return 0
	}
	// Unless there are items.
	r.over = true
	q, _ := ask(r.host, hostNext, 0)
	defer q.Close(nil)
	d := q.Answer()
	if d == nil {
		return 0
	}
	if d.Nil() {
		q.End()
		return 0
	}
	start := d.at
	d.FixedArray(1 + len(columns))
	count = d.Int()
	for _, column := range columns {
		place := reflect.ValueOf(column)
		codecOf(place.Type().Elem()).read(d, place.UnsafePointer())
		if place.Elem().Len() != count {
			malformed(start, "%d values for %d items", place.Elem().Len(), count)
		}
	}
	d.Leave()
	q.End()
	r.over = false
	return count
}

// stop ends a loop that has not come to the end.
func (r *hostRun) stop() {
	if r.over {
		return
	}
	r.over = true
	q, _ := ask(r.host, hostStop, 0)
	defer q.Close(nil)
	if q.Answer() != nil {
		q.decoder.Nil()
		q.End()
	}
}

// run has a callable of the host's, which is a sequence itself, call a yield.
func (h *Host) run(t reflect.Type, yield reflect.Value) {
	sequence := reflect.ValueOf(h.makeFunc(t))
	if !onCoroutine() {
		sequence.Call([]reflect.Value{yield})
		return
	}
	// The yield switches away, which it can't from within the host. So the host runs on
	// another goroutine.
	items, wanted := make(chan []reflect.Value), make(chan bool)
	ended := make(chan any, 1)
	add := reflect.MakeFunc(yield.Type(), func(values []reflect.Value) []reflect.Value {
		items <- values
		return []reflect.Value{reflect.ValueOf(<-wanted).Convert(yield.Type().Out(0))}
	})
	go runApart(sequence, add, ended)
	more := true
	defer func() {
		// The yield has panicked, or the coroutine is to end.
		for over := !more; !over; {
			select {
			case wanted <- false:
			case <-items:
			case <-ended:
				over = true
			}
		}
	}()
	for {
		select {
		case values := <-items:
			wanted <- yield.Call(values)[0].Bool()
		case cause := <-ended:
			more = false
			if cause != nil {
				panic(cause)
			}
			return
		}
	}
}

// runApart runs a sequence on a goroutine of its own, and says what is to be panicked
// with where it is ranged over.
func runApart(sequence, yield reflect.Value, ended chan<- any) {
	returned := false
	defer func() { ended <- causeOf(recover(), returned) }()
	sequence.Call([]reflect.Value{yield})
	returned = true
}
