// Package generics has generic functions and types.
package generics

import "example.com/generics/shapes"

// Number is what Sum can add.
type Number interface {
	~int | ~int64 | ~float64
}

// Id returns what it is given.
func Id[T any](value T) T { return value }

// Sum adds.
func Sum[T Number](values ...T) (total T) {
	for _, v := range values {
		total += v
	}
	return total
}

// MapOf makes a map of one entry.
func MapOf[K comparable, V any](key K, value V) map[K]V { return map[K]V{key: value} }

// Never is not instantiated.
func Never[T any]() {}

// Chunk spells out what its other type parameter is.
func Chunk[Map ~map[K][]V, K ~string, V Number](m Map) []V { return nil }

// Odd asks for a method.
func Odd[T interface{ IsOdd() bool }](value T) bool { return value.IsOdd() }

// Box holds one value.
type Box[T any] struct {
	// Value is what is inside.
	Value T `json:"value"`
}

// Get takes the value out.
func (b Box[T]) Get() T { return b.Value }

// Set puts another value in.
func (b *Box[T]) Set(value T) { b.Value = value }

// Pair makes boxes of boxes.
func (b Box[T]) Pair() [2]Box[T] { return [2]Box[T]{b, b} }

// IntBox mentions one instantiation.
func IntBox(n int) *Box[int] { return &Box[int]{n} }

// Nested mentions others.
func Nested() Box[map[string]shapes.Square] { return Box[map[string]shapes.Square]{} }

// List is an alias with a type parameter.
type List[T any] = []Box[T]

// Strings uses it.
func Strings() List[string] { return nil }

// Tree is recursive.
type Tree[K comparable, V any] struct {
	Key         K
	Value       V
	Left, Right *Tree[K, V]
}

// Words is a tree.
var Words Tree[string, int]

// Length is a defined number.
type Length int64
