// Package generics has instances of generic types.
package generics

// Box is generic.
type Box[T any] struct {
	Value T `json:"value"`
}

// Get returns the value.
func (b Box[T]) Get() T { return b.Value }

// Set sets it.
func (b *Box[T]) Set(v T) { b.Value = v }

// Pair is generic in two ways.
type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

// IntBox returns an instance.
func IntBox(n int) *Box[int] { return &Box[int]{n} }

// Pairs returns instances.
func Pairs() []Pair[string, Box[int]] { return []Pair[string, Box[int]]{{"a", Box[int]{1}}} }

// Id is a generic function.
func Id[T any](v T) T { return v }

// Convert has two.
func Convert[K comparable, V any](k K, v V) map[K]V { return map[K]V{k: v} }
