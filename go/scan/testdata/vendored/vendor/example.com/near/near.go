// Package near is one step away.
package near

import "example.com/far"

// Thing is near.
type Thing struct {
	// Distant is of a type further out.
	Distant far.Thing
	Count   far.Count
	hidden  int
}

// Do does.
func (t *Thing) Do(list far.List, call far.Call) (far.Doer, error) { return nil, nil }

// Kind is a near scalar.
type Kind int

// Doer is a near interface.
type Doer interface {
	// Do does.
	Do(w *far.Thing) struct{ Inner far.Other }
}
