// Package names has names that could collide with those of generated code.
package names

import (
	stdstring "strings"

	"example.com/names/bridge"
	"example.com/names/string"
)

// Call16 has the names of everything.
func Call16(d, e, err, names, bridge, r0, p1, nil, len, d_2 int, _ int) (result, r1 int, fail error) {
	return d + e + err + names + bridge + r0 + p1 + nil + len + d_2, 1, fail
}

// Encode has a keyword-like package among its parameters.
func Encode(string string.Type, builder *stdstring.Builder, decoder bridge.Decoder) string.Type {
	builder.WriteString(string.Text + decoder.Text)
	return string
}

// Receiver has parameters called as the receiver is.
type Receiver struct{ Receiver, V, N, D, E int }

// Call has them.
func (r *Receiver) Call(receiver, byValue, v, n, k, i int) int {
	return receiver + byValue + v + n + k + i + r.Receiver
}

// Main is a variable.
var Main, Init, Types = 1, 2, map[int]Receiver{}

// Überall is not ASCII.
func Überall(größe int) int { return größe }
