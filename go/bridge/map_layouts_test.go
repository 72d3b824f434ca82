package bridge

import (
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"testing"
	"time"
	"unsafe"
)

type word string

func roundTripOfMap[K comparable, V any](t *testing.T, usual bool, entries map[K]V) {
	t.Helper()
	c := codecOf(reflect.TypeFor[map[K]V]())
	if (c.entries != nil) != usual {
		t.Errorf("%s: is it a usual layout? %v", c.t, c.entries != nil)
	}
	written := encode(func(e *Encoder) { c.writeMap(e, unsafe.Pointer(&entries)) })
	read := c.readMap(NewDecoder(written))
	got := *(*map[K]V)(unsafe.Pointer(&read))
	if !reflect.DeepEqual(got, entries) {
		t.Fatalf("%s: what was read differs: %.200v", c.t, got)
	}
	// It is a map like any other, to those who know its type, and to the collector.
	more := maps.Clone(got)
	for k := range entries {
		delete(got, k)
	}
	runtime.GC()
	for k, v := range more {
		got[k] = v
	}
	runtime.GC()
	if len(got) != len(entries) || !reflect.DeepEqual(got, entries) {
		t.Errorf("%s: what was put back differs: %.200v", c.t, got)
	}
}

func manyEntries[K comparable, V any](key func(n int) K, item func(n int) V) map[K]V {
	entries := map[K]V{}
	for n := range 1000 {
		entries[key(n)] = item(n)
	}
	return entries
}

func TestMapsOfAllLayouts(t *testing.T) {
	text := func(n int) string { return fmt.Sprintf("text %d", n) }
	number := func(n int) int { return n*1_000_003 - 5_000 }
	roundTripOfMap(t, true, manyEntries(text, number))
	roundTripOfMap(t, true, manyEntries(text, text))
	roundTripOfMap(t, true, manyEntries(number, text))
	roundTripOfMap(t, true, manyEntries(number, number))
	roundTripOfMap(t, true, manyEntries(text, func(n int) float64 { return float64(n) / 3 }))
	roundTripOfMap(t, true, manyEntries(text, func(n int) float32 { return float32(n) / 4 }))
	roundTripOfMap(t, true, manyEntries(text, func(n int) bool { return n%2 == 0 }))
	roundTripOfMap(t, true, manyEntries(text, func(n int) []string { return []string{text(n), text(n + 1)} }))
	roundTripOfMap(t, true, manyEntries(text, func(n int) any { return []any{n, text(n)} }))
	roundTripOfMap(t, true, manyEntries(text, func(n int) *int { m := number(n); return &m }))
	roundTripOfMap(t, true, manyEntries(text, func(n int) map[string]int { return map[string]int{text(n): n} }))
	roundTripOfMap(t, true, manyEntries(func(n int) word { return word(text(n)) }, number))
	roundTripOfMap(t, true, manyEntries(func(n int) uint64 { return ^uint64(n) }, text))
	roundTripOfMap(t, true, manyEntries(func(n int) time.Duration { return time.Duration(n) }, text))
	roundTripOfMap(t, false, manyEntries(func(n int) float64 { return float64(n) / 3 }, text))
	roundTripOfMap(t, false, manyEntries(func(n int) [2]string { return [2]string{text(n), text(n)} }, text))
	roundTripOfMap(t, false, manyEntries(text, func(n int) [2]int { return [2]int{n, n} }))
	roundTripOfMap(t, false, manyEntries(text, func(n int) int16 { return int16(n) }))
	roundTripOfMap(t, false, manyEntries(func(n int) any { return text(n) }, text))
}
