// Package constants has constants and variables.
package constants

import "math"

// Kind is an enumeration.
type Kind uint8

// The kinds.
const (
	// Small is the first.
	Small  Kind = iota
	Medium      // the middle one
	Large
)

const (
	Huge     = 1 << 100
	Negative = -9223372036854775808
	Letter   = 'x'
	Pi       = math.Pi
	Third    = 1.0 / 3
	Whole    = 1e3
	Beyond   = 1e1000
	Tiny     = math.SmallestNonzeroFloat64
	Turn     = 1 + 2i
	Text     = "quoted \"text\" <&> é\n"
	Bytes    = "\xff\x00"
	Yes      = true
)

// Single has a comment of its own.
const Single float32 = 0.1

const unexported = 1

// Default can be assigned.
var Default = map[string]Kind{"small": Small}

var (
	// ErrGone is a sentinel.
	ErrGone error
	A, B    int // two at once
)
