// Package embedding promotes fields and methods.
package embedding

import (
	"io"

	"example.com/embedding/base"
)

// Base is embedded.
type Base struct {
	ID   int    `json:"id"` // the number
	Name string // hidden by Outer's
}

// Describe is promoted.
func (b Base) Describe() string { return b.Name }

// Rename is promoted with a pointer receiver.
func (b *Base) Rename(name string) { b.Name = name }

type hidden struct {
	Depth   int
	private int
}

// Dig is promoted from an unexported type.
func (h *hidden) Dig() { h.Depth++ }

// Outer embeds by value.
type Outer struct {
	Base
	Name string
}

// Tagged embeds under a name of its own.
type Tagged struct {
	Base `json:"base"`
	*base.Far
}

// Deep embeds an unexported struct.
type Deep struct {
	hidden
	Level int
}

type deeper struct {
	hidden
	Level string
	Next  *Deepest
}

// Deepest embeds what embeds, shadows a field, and is there again in another.
type Deepest struct {
	deeper
	private `json:"-"`
	*pointed
	Base
	Level int
}

type private struct{ Ignored int }

type pointed struct{ Pointed int }

// Left and Right make Name ambiguous in Both.
type Left struct{ Name, Only string }

// Right is the other one.
type Right struct{ Name string }

// Both embeds two structs with a Name.
type Both struct {
	Left
	Right
}

// Stream embeds interfaces.
type Stream struct {
	io.Reader
	Closer
}

// Closer closes.
type Closer interface {
	// Close ends it.
	Close() error
}

// ReadCloser embeds interfaces into an interface.
type ReadCloser interface {
	Closer
	io.Reader
	// Reset starts over.
	Reset(from io.Reader)
	private()
}

// Loop embeds a pointer to itself.
type Loop struct {
	*Loop
	Value int
}
