// Package unnameable hands out values of types that others can't name.
package unnameable

import "example.com/unnameable/internal/core"

type counter struct{ n int }

// Inc counts.
func (c *counter) Inc(by int) int { c.n += by; return c.n }

// Next returns the same type.
func (c *counter) Next() *counter { return &counter{c.n + 1} }

// Level returns a scalar of an unexported type.
func (c *counter) Level() level { return level(c.n) }

// Set takes an unexported slice.
func (c *counter) Set(values levels) (int, error) { c.n = len(values); return c.n, nil }

// Counter returns an unexported type.
func Counter() *counter { return new(counter) }

// Counters returns many.
func Counters() map[string][]counter { return map[string][]counter{"a": {{1}, {2}}} }

// Pointers returns many.
func Pointers() []*counter { return []*counter{{1}, nil} }

// Value returns one by value.
func Value() counter { return counter{5} }

type level int

// Name has a value receiver.
func (l level) Name() string { return [...]string{"low", "high"}[l%2] }

// Raise has a pointer receiver.
func (l *level) Raise() { *l++ }

// Top returns one.
func Top() level { return 1 }

type levels []int

// SetLevels takes an unexported slice, to which any []int can be assigned.
func SetLevels(l levels) int { return len(l) }

// Levels returns one.
func Levels() levels { return levels{1, 2} }

// Reset empties it.
func (l levels) Reset() {
	for i := range l {
		l[i] = 0
	}
}

// Names is made of an unexported type.
type Names []name

type name string

// AllNames returns them.
func AllNames() Names { return Names{"a", "b"} }

// Record has a field of an unexported type.
type Record struct {
	Level level
	Many  map[name][]*level
}

// EchoRecord returns its argument.
func EchoRecord(r Record) Record { return r }

// Secret gives one.
func Secret() *core.Secret { return core.New("psst") }

// Anonymous has a field that is unexported in an unnamed struct.
var Anonymous struct {
	Shown  int
	hidden int
}

// Lowest is a variable of an unexported type.
var Lowest level

// Sealed can't be implemented elsewhere.
type Sealed interface{ sealed() }

func (c *counter) sealed() {}

// Open gives one.
func Open() Sealed { return &counter{9} }

// Unseal takes one.
func Unseal(s Sealed) int { return s.(*counter).n }

// Option is the usual functional option.
type Option func(*options)

type options struct{ size int }

// WithSize makes one.
func WithSize(n int) Option { return func(o *options) { o.size = n } }

// New takes them.
func New(opts ...Option) int {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return o.size
}

type logger interface {
	// Log writes.
	Log(text string, values ...any) string
}

// Quiet logs.
type Quiet struct{ Prefix string }

// Log writes nothing.
func (q Quiet) Log(text string, values ...any) string { return q.Prefix + text }

// Say takes an unexported interface.
func Say(l logger, text string) string { return l.Log(text) }

type code string

// Error says it.
func (c code) Error() string { return string(c) }

// Missing shows the type.
const Missing = code("missing")
