// Package contexts has functions that take contexts.
package contexts

import "context"

// Do takes one.
func Do(ctx context.Context, n int) error { return ctx.Err() }

// Two takes two, in odd places.
func Two(n int, first, second context.Context, rest ...string) {}

// Derive returns one.
func Derive(ctx context.Context) context.Context { return ctx }

// Doer has a method that takes one.
type Doer struct{ N int }

// Do does.
func (d *Doer) Do(ctx context.Context) int { return d.N }

// Func is a func that takes one.
type Func func(ctx context.Context, n int) error

// NewFunc returns one.
func NewFunc() Func { return Do }

type hidden struct{}

// Do does.
func (hidden) Do(ctx context.Context) int { return 1 }

// NewHidden returns what can't be named.
func NewHidden() hidden { return hidden{} }
