// Package scalars has functions on values without structure.
package scalars

import (
	"errors"
	"io"
)

func Add(a, b int64) int64    { return a + b }
func Echo(text string) string { return text }
func Flip(b bool) bool        { return !b }
func Reverse(data []byte) []byte {
	reversed := make([]byte, len(data))
	for i, b := range data {
		reversed[len(data)-1-i] = b
	}
	return reversed
}
func Sum(xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return total
}
func Join(sep string, words ...string) string {
	joined := ""
	for i, word := range words {
		if i > 0 {
			joined += sep
		}
		joined += word
	}
	return joined
}
func Narrow(a int8, b uint16, c float32, d complex64) (int8, uint16, float32, complex64) {
	return a, b, c, d
}
func Divide(a, b int) (int, error) {
	if b == 0 {
		return 0, errors.New("division by zero")
	}
	return a / b, nil
}
func Fail(text string) error {
	switch text {
	case "":
		return nil
	case "EOF":
		return io.EOF
	}
	return errors.New(text)
}
func Panic(text string)                      { panic(text) }
func Nothing()                               {}
func Words(sentence string) [][]string       { return [][]string{{sentence}, nil} }
func Clash(d, e int, len string, _ bool) int { return d + e + len_(len) }

func len_(s string) int { return len(s) }
