// Package core can't be imported.
package core

// Secret has a method.
type Secret struct{ word string }

// New makes one.
func New(word string) *Secret { return &Secret{word} }

// Tell tells.
func (s Secret) Tell() string { return s.word }

// Again returns the same type.
func (s *Secret) Again(times int) *Secret { s.word += "!"; return s }
