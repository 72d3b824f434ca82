// Package unnameable hands out values of types that others can't name.
package unnameable

import "example.com/unnameable/internal/core"

type counter struct{ n int }

// Inc counts.
func (c *counter) Inc() int { c.n++; return c.n }

// Counter returns an unexported type.
func Counter() *counter { return new(counter) }

// Counters returns many.
func Counters() map[string][]counter { return nil }

// Take takes what Counter gives.
func Take(c *counter) {}

// Option is the usual functional option.
type Option func(*options)

type options struct{ Size int }

// WithSize makes one.
func WithSize(n int) Option { return func(o *options) { o.Size = n } }

// New takes them.
func New(opts ...Option) {}

type level int

// High is a constant of an unexported type.
const High level = 2

// SetLevel takes an unexported scalar.
func SetLevel(l level) {}

type levels []int

// SetLevels takes an unexported slice, to which any []int can be assigned.
func SetLevels(l levels) {}

type logger interface {
	// Log writes.
	Log(text string, values ...any)
}

// SetLogger takes an unexported interface, which exported methods satisfy.
func SetLogger(l logger) {}

// Core is an internal type under an exported name.
type Core = core.Core

// IntCell is an instance of an internal type under an exported name.
type IntCell = core.Cell[int]

// UseCore takes it by that name.
func UseCore(c *Core, cell IntCell) *core.Core { return c }

// UseSecret takes one without such a name.
func UseSecret(s core.Secret) {}

// Secret gives one.
func Secret() core.Secret { return core.Secret{} }

// Names is made of an unexported type.
type Names []name

type name string

// UseNames takes it.
func UseNames(n Names) Names { return n }

// Anonymous has a field that is unexported in an unnamed struct.
var Anonymous struct {
	Shown  int
	hidden int
}

// Sealed can't be implemented elsewhere.
type Sealed interface{ sealed() }

// Open gives one.
func Open(s Sealed) Sealed { return s }

// Nucleus is a second name of an internal type.
type Nucleus = core.Core

// Text is a name of a predeclared type, Chooser of a type of this package.
type (
	Text    = string
	Chooser = Option
	Pairs   = map[string][]Names
)

type sealed interface{ seal() }

// SetSealed takes an interface that only this package can satisfy.
func SetSealed(s sealed) {}
