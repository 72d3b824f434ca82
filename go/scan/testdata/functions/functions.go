// Package functions has every way to write a parameter list.
package functions

import (
	"errors"

	. "example.com/functions/geometry"
)

// AddGrouped adds. Its parameters share one type.
func AddGrouped(a, b int64) int64 { return a + b }

// Mixed has groups of several types.
func Mixed(
	a, b int, // two
	c string,
	_ bool,
) (sum int, err error) {
	return a + b, nil
}

func Unnamed(int, string) {}

// Variadic takes any number of words.
//
// Deprecated: use Unnamed.
//
//go:noinline
func Variadic(first string, words ...string) []string { return words }

// Predeclared shows that aliases of predeclared types are resolved.
func Predeclared(b byte, r rune, a any, i interface{}, bs []byte) error {
	return errors.New("no")
}

// Dotted takes types of a dot import.
func Dotted(p Point, ps map[string][]*Point) [2]Point { return [2]Point{} }

/*
Block has a block comment,
of two lines.
*/
func Block(f func(a, b int) (string, error)) {}

func unexported() {}
