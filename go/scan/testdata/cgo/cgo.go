// Package cgo calls C.
package cgo

/*
#include <stdint.h>

struct pair { int a; int b; };
struct unknown;
static struct unknown *somewhere(void) { return (struct unknown *)1; }
static int twice(int n) { return 2 * n; }
*/
import "C"

import "unsafe"

// Twice doubles in C.
func Twice(n int) int { return int(C.twice(C.int(n))) }

// Number is a Go type with a C type underneath.
type Number C.int

// Next needs no C.
func (n Number) Next() Number { return n + 1 }

// Raw takes a C type.
func Raw(n C.int) C.int { return n }

// Address takes a bare address.
func Address(p unsafe.Pointer) {}

// Inside gives one.
func Inside() (int, []unsafe.Pointer) { return 0, nil }

// Pair is a C struct under a Go name.
type Pair = C.struct_pair

// Handle is an address.
type Handle unsafe.Pointer

// Holder has fields that can't cross.
type Holder struct {
	Count   int
	Address unsafe.Pointer
	Pair    C.struct_pair
}

// Global can't cross.
var Global unsafe.Pointer

// Call can be held, but not called.
type Call func(unsafe.Pointer)

// Unknown is a C struct that is only declared.
type Unknown C.struct_unknown

// Somewhere gives an address of one.
func Somewhere() *Unknown { return (*Unknown)(C.somewhere()) }

// IsThere is a method of it.
func (u *Unknown) IsThere() bool { return u != nil }

// Forget takes one.
func Forget(u *Unknown) {}
