// Package lending has functions that keep, change and only read their arguments.
package lending

import (
	"errors"
	"sort"
	"strings"
)

// Record is data.
type Record struct {
	Name string
	Tags []string
}

// Guarded keeps something to itself, so that results of it stay in Go.
type Guarded struct {
	Name   string
	secret int
}

// Sum only reads.
func Sum(xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return total
}

// Fill writes.
func Fill(xs []float64) {
	for i := range xs {
		xs[i] = 1
	}
}

// Sort has it written to by others.
func Sort(xs []float64) { sort.Float64s(xs) }

// Echo returns it, and results are copied.
func Echo(s string) string { return s }

// EchoAll returns it, and results are copied.
func EchoAll(records []Record) []Record { return records }

// Guard returns a part of it in what stays in Go.
func Guard(name string) Guarded { return Guarded{Name: name} }

// Box returns it behind a pointer.
func Box(name string) *Record { return &Record{Name: name} }

// Any returns it as what may be anything.
func Any(s string) any { return s }

// Fail returns it in an error.
func Fail(s string) error { return errors.New(s) }

// Crash panics with it.
func Crash(s string) { panic(s) }

var kept []string

// Keep keeps it.
func Keep(s string) { kept = append(kept, s) }

// KeepPart keeps a part of it.
func KeepPart(records []Record) { kept = append(kept, records[0].Name) }

// Keys keeps keys, which the compiler doesn't follow.
func Keys(m map[string]int) {
	for key := range m {
		kept = append(kept, key)
	}
}

// Value keeps a value, which it doesn't either.
func Value(m map[int]string) { kept = append(kept, m[1]) }

// Start gives it to another goroutine.
func Start(s string, done chan<- int) { go func() { done <- len(s) }() }

// Has gives it to the standard library.
func Has(s, part string) bool { return strings.Contains(s, part) }

// Count takes several.
func Count(sep string, parts ...string) (n int, err error) {
	for _, part := range parts {
		n += strings.Count(part, sep)
	}
	return n, nil
}

// Each gives it to a function that nothing is known of.
func Each(parts []string, f func(string)) {
	for _, part := range parts {
		f(part)
	}
}

// Pick is generic.
func Pick[T any](list []T, n int) T { return list[n] }

// Store is an object.
type Store struct{ names map[string]bool }

// Add keeps it.
func (s *Store) Add(name string) { s.names[name] = true }

// Has doesn't.
func (s *Store) Has(name string) bool { return s.names[name] }

// Words has methods by value.
type Words []string

// Append keeps it in what goes back.
func (w Words) Append(word string) Words { return append(w, word) }

// Namer is implemented by who knows whom.
type Namer interface{ Rename(name string) }
