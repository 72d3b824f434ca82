// Package string is called as a type is.
package string

// Type has the name of a keyword.
type Type struct{ Text string }

// New makes one.
func New(text string) Type { return Type{text} }
