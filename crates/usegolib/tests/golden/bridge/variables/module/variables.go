// Package variables has variables.
package variables

import (
	"errors"
	"sync"
)

// Calendar is an object.
type Calendar struct{ days int }

// Add has a pointer receiver.
func (c *Calendar) Add(n int) int { c.days += n; return c.days }

// Settings is a record.
type Settings struct {
	Level int
	Names []string
}

var (
	// Count is data.
	Count = 1
	// Names is data.
	Names = []string{"a"}
	// Default is a record.
	Default = Settings{Level: 3}
	// Shared is an object by value.
	Shared Calendar
	// Pointer is an object.
	Pointer = &Calendar{days: 10}
	// Guard is a lock.
	Guard sync.Mutex
	// ErrNone is a sentinel.
	ErrNone = errors.New("none")
	// Anything is dynamic.
	Anything any = Settings{Level: 1}
	// Hook is a func.
	Hook func(int) int
	// Inline has no name.
	Inline = struct{ A, B int }{1, 2}
)

// Days shows the shared calendar.
func Days() int { return Shared.days }

// Level shows the default.
func Level() int { return Default.Level }
