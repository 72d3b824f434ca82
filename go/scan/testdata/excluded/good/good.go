// Package good is fine.
package good

import "example.com/excluded/internal/inner"

// Works works.
func Works() int { return inner.One }
