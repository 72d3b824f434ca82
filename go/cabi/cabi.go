// Package cabi holds the C entry points of a library: init, call and free, as
// docs/abi.md describes them. It is the only package with cgo in it, its source
// never changes, and it imports none of the others, so that rebuilding a
// changed module doesn't run cgo again. The generated main package connects it
// to the package bridge.
package cabi

/*
#include <stdint.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

// Handlers is what the entry points lead to.
type Handlers struct {
	// Initialize prepares the library and returns init's status.
	Initialize func(abiVersion uint32, digest uint64, environment []byte) int32
	// Call runs a request. If the response doesn't fit, overflow holds it.
	Call func(request, response []byte) (length int, overflow *[]byte)
	// Recycle takes an overflow back once it has been copied.
	Recycle func(overflow *[]byte)
}

var handlers Handlers

// Serve sets the handlers. The generated main package calls it in its init
// function, which the runtime finishes before it lets a C call in.
func Serve(h Handlers) { handlers = h }

//export usegolib_init
func usegolib_init(
	abiVersion C.uint32_t, digest C.uint64_t,
	environment *C.uint8_t, environmentLength C.uint64_t, host C.uintptr_t,
) C.int32_t {
	_ = host // reserved for callbacks
	return C.int32_t(handlers.Initialize(
		uint32(abiVersion), uint64(digest), memory(environment, environmentLength)))
}

//export usegolib_call
func usegolib_call(
	request *C.uint8_t, requestLength C.uint64_t,
	response *C.uint8_t, responseCapacity C.uint64_t, overflow *C.uint64_t,
) C.uint64_t {
	length, spilled := handlers.Call(
		memory(request, requestLength), memory(response, responseCapacity))
	if spilled != nil {
		// C.malloc never returns nil: it ends the process instead.
		copied := C.malloc(C.size_t(length))
		copy(unsafe.Slice((*byte)(copied), length), *spilled)
		handlers.Recycle(spilled)
		*overflow = C.uint64_t(uintptr(copied))
	}
	return C.uint64_t(length)
}

// memory returns the host's memory as a slice, which is only used until the
// entry point returns.
func memory(start *C.uint8_t, length C.uint64_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(start)), int(length))
}
