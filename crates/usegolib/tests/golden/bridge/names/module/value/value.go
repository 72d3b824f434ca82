// Package value is called as what generated code makes an interface of might be.
package value

// Value is an interface.
type Value interface{ Text() string }

// Of returns one.
func Of(v Value) Value { return v }
