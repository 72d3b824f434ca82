package subject

import (
	"io"
	"iter"
	"sort"
)

// Repeat calls f so many times and adds up what it returns.
func Repeat(f func(int) int, times int) int {
	sum := 0
	for i := range times {
		sum += f(i)
	}
	return sum
}

// RepeatElsewhere is Repeat on another goroutine.
func RepeatElsewhere(f func(int) int, times int) int {
	sum := make(chan int)
	go func() { sum <- Repeat(f, times) }()
	return <-sum
}

// Doer is an interface of one method.
type Doer interface{ Do(n int) int }

// RepeatMethod is Repeat with a method.
func RepeatMethod(d Doer, times int) int {
	sum := 0
	for i := range times {
		sum += d.Do(i)
	}
	return sum
}

// SortedPositions sorts so many positions by less.
func SortedPositions(count int, less func(a, b int) bool) []int {
	positions := make([]int, count)
	for i := range positions {
		positions[i] = i
	}
	sort.Slice(positions, func(i, j int) bool { return less(positions[i], positions[j]) })
	return positions
}

// Copy copies from a reader to a writer.
func Copy(to io.Writer, from io.Reader) (int64, error) { return io.Copy(to, from) }

// Numbers is a sequence of the first numbers.
func Numbers(count int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range count {
			if !yield(i) {
				return
			}
		}
	}
}

// Total adds up a sequence.
func Total(numbers iter.Seq[int]) int {
	sum := 0
	for n := range numbers {
		sum += n
	}
	return sum
}
