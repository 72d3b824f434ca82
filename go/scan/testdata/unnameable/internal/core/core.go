// Package core is internal.
package core

// Core is the core.
type Core struct {
	// Heat is hot.
	Heat int
}

// Melt melts.
func (c *Core) Melt() {}

// Cell is generic.
type Cell[T any] struct{ Content T }

// Secret has no name outside.
type Secret struct{ Words []string }

// Tell tells.
func (s Secret) Tell() []string { return s.Words }
