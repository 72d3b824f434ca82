// Package exits ends goroutines.
package exits

import "runtime"

// Exit ends the goroutine that calls it.
func Exit() int {
	runtime.Goexit()
	return 1
}

// Return returns.
func Return(n int) int { return n }

// Panic panics.
func Panic() { panic("isolated") }
