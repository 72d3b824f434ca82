package bridge

import (
	"hash/maphash"
	"reflect"
)

// equal says whether two handles stand for what Go's == calls equal: the same pointer
// or, where both stand for values of one struct type, equal values.
func equal(a, b *held) bool {
	if identity(a) == identity(b) {
		return true
	}
	if !a.boxed || !b.boxed {
		return false
	}
	v, w := a.box().Elem(), b.box().Elem()
	// An interface in the struct may hold what can't be compared; Go would panic.
	return v.Type() == w.Type() && v.Comparable() && w.Comparable() && v.Equal(w)
}

// hashSeed is of all hashes of values.
var hashSeed = maphash.MakeSeed()

// hashOf returns a number that is the same for handles that are equal, and whether it
// is that of a value, which may change.
func hashOf(h *held) (hash uint64, ofValue bool) {
	if !h.boxed {
		return identity(h), false
	}
	v := h.box().Elem()
	if !v.Comparable() {
		return uint64(reflect.ValueOf(v.Type()).Pointer()), true
	}
	return maphash.Comparable(hashSeed, v.Interface()), true
}
