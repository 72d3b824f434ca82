// Package subject is what the benchmarks call, through usegolib and through hand-written bindings.
package subject

import (
	"context"
	"errors"
	"runtime"
)

// Nested is a record in a record.
type Nested struct {
	A int64
	B float64
	C string
}

// Record has the fields that real data has.
type Record struct {
	Name   string
	Email  string
	Age    int64
	Tags   []string
	Scores map[string]int64
	Nested Nested
}

// Counter is an object with a method and a field.
type Counter struct {
	Step  int64
	total int64
}

// NewCounter returns a counter.
func NewCounter() *Counter { return &Counter{Step: 1} }

// Inc adds n and returns the total.
func (c *Counter) Inc(n int64) int64 {
	c.total += n
	return c.total
}

// Over says whether a context is over.
func Over(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// Background returns a context that is never over, and what ends it.
func Background() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

// Add returns the sum of a and b.
func Add(a, b int64) int64 { return a + b }

// EchoString returns s.
func EchoString(s string) string { return s }

// EchoBytes returns b.
func EchoBytes(b []byte) []byte { return b }

// EchoRecords returns records.
func EchoRecords(records []Record) []Record { return records }

// Reading is what an instrument says.
type Reading struct {
	ID    int64
	Value float64
	Unit  string
	Valid bool
}

// Readings makes n structs.
func Readings(n int) []Reading {
	readings := make([]Reading, n)
	for i := range readings {
		readings[i] = Reading{int64(i), float64(i) / 7, "kelvin", i%2 == 0}
	}
	return readings
}

// Holder is an object with containers.
type Holder struct {
	Ints     []int64
	Counts   map[string]int64
	Readings []Reading
	hidden   int
}

// NewHolder returns a holder of so many ints and readings.
func NewHolder(ints, readings int) *Holder {
	return &Holder{Ints: MakeInts(ints), Counts: map[string]int64{"key": 5}, Readings: Readings(readings)}
}

// MakeInts returns n numbers.
func MakeInts(n int) []int64 {
	v := make([]int64, n)
	for i := range v {
		v[i] = int64(i)
	}
	return v
}

// EchoCounts returns counts.
func EchoCounts(counts map[string]int64) map[string]int64 { return counts }

// SumFloats adds up.
func SumFloats(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

// CountFloats returns how many there are.
func CountFloats(v []float64) int { return len(v) }

// MakeFloats returns n numbers.
func MakeFloats(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = float64(i) + 0.5
	}
	return v
}

// Burn is CPU work in n steps.
func Burn(n int) uint64 {
	x := uint64(88172645463325252)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// Mallocs returns how many heap objects Go has allocated so far.
func Mallocs() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}

// Fail returns an error, in a package without error variables.
func Fail() error { return errors.New("failed") }

// SumCounts only reads a map, which can be seen.
func SumCounts(counts map[string]int64) (sum int64) {
	for _, count := range counts {
		sum += count
	}
	return sum
}

// PassCounts passes a map on, which may then be written to.
func PassCounts(counts map[string]int64) int64 { return SumCounts(counts) }

var million = MakeFloats(1_000_000)

// Million returns a million numbers.
func Million() []float64 { return million }
