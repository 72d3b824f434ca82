// Package uuid stands for the real one.
package uuid

import "encoding/hex"

// UUID is a UUID.
type UUID [16]byte

// String returns its digits.
func (u UUID) String() string { return hex.EncodeToString(u[:]) }

// Version returns its version.
func (u UUID) Version() int { return int(u[6] >> 4) }
