// Package kinds has every kind of type.
package kinds

// The named values.
type (
	// Celsius is a scalar with methods.
	Celsius  float64
	Words    []string
	Table    map[string]Celsius
	Digest   [16]byte
	Anything interface{}
	Wrapped  Words
)

// String writes it.
func (c Celsius) String() string { return "" }

// Add appends.
func (w *Words) Add(word string) {}

// Node is recursive through a pointer.
type Node struct {
	Value int
	Next  *Node
}

// Tree is recursive through a named slice.
type Tree struct {
	Children Forest
}

// Forest is a slice of trees.
type Forest []Tree

// Directory is recursive through a map in another struct.
type Directory struct{ Entries Listing }

// Listing holds directories.
type Listing struct{ Directories map[string]Directory }

// Handler is a named func.
type Handler func(path string, words ...string) (Celsius, error)

// Serve is a method of a func.
func (h Handler) Serve() {}

// Pipe is a named channel.
type Pipe chan<- Node

// Reference is a named pointer.
type Reference *Node

// Shape is an interface.
type Shape interface {
	Area() float64
}

// Empty has no fields.
type Empty struct{}

// Key can be a map key.
type Key struct{ A, B int }

// NotKey can't.
type NotKey struct{ A []int }

// Failure is an error.
type Failure struct{ Code int }

func (f *Failure) Error() string { return "" }

// Unnamed mentions types without names.
func Unnamed(
	a struct{ A, B int },
	b interface{ Area() float64 },
	c <-chan int,
	d chan (<-chan string),
	e **int,
	f *Shape,
	g *error,
	h *Pipe,
	i []func(int) func() error,
	j map[Key]struct{},
	k *[]string,
	l chan<- func(),
) {
}

// Complex has the rest of the scalars.
func Complex(a complex64, b complex128, c uintptr, d [0]int) {}
