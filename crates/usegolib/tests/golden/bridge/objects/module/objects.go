// Package objects has live references.
package objects

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Counter is an object.
type Counter struct {
	Name  string
	Step  int `json:"step"`
	Tags  []string
	Next  *Counter
	OnInc func(int)
	Lock  sync.Mutex
	count int
}

// NewCounter makes one.
func NewCounter(name string) *Counter { return &Counter{Name: name, Step: 1} }

// Inc counts.
func (c *Counter) Inc(n int) int {
	if c.OnInc != nil {
		c.OnInc(n)
	}
	c.count += n * c.Step
	return c.count
}

// Count returns the count.
func (c *Counter) Count() int { return c.count }

// Fail fails.
func (c *Counter) Fail() (int, error) { return 0, &Problem{Code: 7} }

// Chain returns itself.
func (c *Counter) Chain() *Counter { return c }

// Problem is an error that is an object.
type Problem struct{ Code int }

func (p *Problem) Error() string { return fmt.Sprint("problem ", p.Code) }

// Handle has no exported fields.
type Handle struct{ n int }

// Get has a value receiver.
func (h Handle) Get() int { return h.n }

// Set has a pointer receiver.
func (h *Handle) Set(n int) { h.n = n }

// Open returns one by value.
func Open(n int) Handle { return Handle{n} }

// Read takes one by value.
func Read(h Handle) int { return h.n }

// Pair returns several.
func Pair() [2]Handle { return [2]Handle{{1}, {2}} }

// Total takes many.
func Total(hs []Handle, cs ...*Counter) int {
	t := 0
	for _, h := range hs {
		t += h.n
	}
	for _, c := range cs {
		if c != nil {
			t += c.count
		}
	}
	return t
}

// Wrapper embeds an object.
type Wrapper struct {
	*Counter
	hidden
	Label string
}

type hidden struct{ Depth int }

// Wrap makes one.
func Wrap(c *Counter) *Wrapper { return &Wrapper{Counter: c, Label: "w"} }

// Node is recursive.
type Node struct {
	Value    int
	Children []*Node
}

// Grow makes a tree.
func Grow(depth int) *Node {
	n := &Node{Value: depth}
	if depth > 0 {
		n.Children = []*Node{Grow(depth - 1), Grow(depth - 1)}
	}
	return n
}

// Walk sums it.
func Walk(n *Node) int {
	if n == nil {
		return 0
	}
	t := n.Value
	for _, child := range n.Children {
		t += Walk(child)
	}
	return t
}

// Option is a functional option.
type Option func(*Counter)

// WithStep makes one.
func WithStep(n int) Option { return func(c *Counter) { c.Step = n } }

// Build takes them.
func Build(options ...Option) *Counter {
	c := NewCounter("built")
	for _, option := range options {
		option(c)
	}
	return c
}

// Adder returns a func.
func Adder(n int) func(int) int { return func(m int) int { return n + m } }

// Apply takes one.
func Apply(f func(int) int, n int) int { return f(n) }

// Ticker returns a channel.
func Ticker() <-chan int { return make(chan int) }

// Close takes one.
func Close(ticks <-chan int) bool { return ticks != nil }

// Dynamic returns objects as any.
func Dynamic(c *Counter, h Handle) []any { return []any{c, h, &h, Node{}, strings.NewReader("x")} }

// ErrSentinel is a sentinel.
var ErrSentinel = errors.New("sentinel")

// Sentinel returns it, wrapped.
func Sentinel() error { return fmt.Errorf("wrapped: %w", ErrSentinel) }

// IsSentinel compares.
func IsSentinel(err error) bool { return errors.Is(err, ErrSentinel) }

// Last returns the error as a value.
func Last() (error, int) { return &Problem{3}, 1 }
