// Package interfaces has interfaces.
package interfaces

import (
	"fmt"
	"io"
)

// Shape has an area.
type Shape interface {
	Area() float64
	Scale(by float64) Shape
}

// Square implements Shape by value.
type Square struct{ Side float64 }

func (s Square) Area() float64          { return s.Side * s.Side }
func (s Square) Scale(by float64) Shape { return Square{s.Side * by} }

// Circle implements Shape by pointer, and has state.
type Circle struct {
	Radius float64
	scaled int
}

func (c *Circle) Area() float64          { return 3 * c.Radius * c.Radius }
func (c *Circle) Scale(by float64) Shape { c.Radius *= by; c.scaled++; return c }

// Angle implements nothing.
type Angle struct{ Degrees float64 }

// Turn makes Angle have a method.
func (a *Angle) Turn() {}

// Side implements Shape as a number.
type Side float64

func (s Side) Area() float64           { return float64(s * s) }
func (s *Side) Scale(by float64) Shape { *s *= Side(by); return s }

func NewCircle(r float64) *Circle { return &Circle{Radius: r} }
func NewAngle(d float64) *Angle   { return &Angle{d} }
func Shapes() []Shape             { s := Side(2); return []Shape{Square{2}, NewCircle(1), nil, &s} }
func Area(s Shape) float64        { return s.Area() }
func Total(shapes ...Shape) (t float64) {
	for _, s := range shapes {
		t += s.Area()
	}
	return t
}
func Print(v fmt.Stringer) string      { return v.String() }
func ReadAll(r io.Reader) (int, error) { b, err := io.ReadAll(r); return len(b), err }
func Holder(s Shape) struct{ S Shape } { return struct{ S Shape }{s} }
