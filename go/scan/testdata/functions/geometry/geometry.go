// Package geometry is imported with a dot.
package geometry

// Point is a pair of coordinates.
type Point struct {
	X, Y float64 // in metres
}
