// Package cabi holds the C entry points of a library: init, call and free, as
// docs/abi.md describes them, and the way back to the host's. It is the only
// package with cgo in it, its source never changes, and it imports none of the
// others, so that rebuilding a changed module doesn't run cgo again. The
// generated main package connects it to the package bridge.
package cabi

/*
#include <stdint.h>
#include <stdlib.h>

typedef uint64_t usegolib_host(
	uint64_t slot, uint64_t operation,
	const uint8_t *request, uint64_t request_length,
	uint8_t *response, uint64_t response_capacity, uint64_t *overflow);

static uint64_t usegolib_ask(
	uintptr_t host, uint64_t slot, uint64_t operation,
	const uint8_t *request, uint64_t request_length,
	uint8_t *response, uint64_t response_capacity, uint64_t *overflow)
{
	return ((usegolib_host *)host)(
		slot, operation, request, request_length, response, response_capacity, overflow);
}
*/
import "C"

import "unsafe"

// Handlers is what the entry points lead to.
type Handlers struct {
	// Initialize prepares the library and returns init's status.
	Initialize func(abiVersion uint32, digest uint64, environment []byte) int32
	// Call runs a request. If the response doesn't fit, or refers to memory of
	// Go's, there is an overflow.
	Call func(request, response []byte) (length int, overflow *Overflow)
	// Repay ends a loan.
	Repay func(loan uint64)
}

// Overflow is what a response needs besides the host's buffer.
type Overflow = struct {
	// Response is where the whole response is lent, if it didn't fit: behind the
	// number of the loan.
	Response *byte
	// Loan is the number to repay when the response is done with, and the memory
	// of Go's that it refers to.
	Loan uint64
}

var handlers Handlers

// host is the host's entry point, as init was given it; 0 if it has none.
var host C.uintptr_t

// Serve sets the handlers. The generated main package calls it in its init
// function, which the runtime finishes before it lets a C call in.
func Serve(h Handlers) { handlers = h }

//export usegolib_init
func usegolib_init(
	abiVersion C.uint32_t, digest C.uint64_t,
	environment *C.uint8_t, environmentLength C.uint64_t, entry C.uintptr_t,
) C.int32_t {
	host = entry
	return C.int32_t(handlers.Initialize(
		uint32(abiVersion), uint64(digest), memory(environment, environmentLength)))
}

//export usegolib_call
func usegolib_call(
	request *C.uint8_t, requestLength C.uint64_t,
	response *C.uint8_t, responseCapacity C.uint64_t, overflow *C.uint64_t,
) C.uint64_t {
	length, needed := handlers.Call(
		memory(request, requestLength), memory(response, responseCapacity))
	if needed != nil {
		*overflow = C.uint64_t(handOver(needed))
	}
	return C.uint64_t(length)
}

// The marks of an overflow, in its low bits (docs/abi.md).
const (
	markLoan            = 1
	markResponseAndLoan = 3
)

// loanHead is the size of what is in front of a response that is lent: the loan,
// and padding.
const loanHead = 16

// handOver returns what usegolib_free takes: the address of the loan in front of
// the response, which is pinned, or the loan alone.
func handOver(overflow *Overflow) uint64 {
	if overflow.Response == nil {
		return overflow.Loan<<2 | markLoan
	}
	return uint64(uintptr(unsafe.Pointer(overflow.Response))) | markResponseAndLoan
}

//export usegolib_repay
func usegolib_repay(loan C.uint64_t) { handlers.Repay(uint64(loan)) }

// Ask has the host do something with what it holds in a slot. The answer is in
// the response buffer if it fits; else it is in a block at *overflow, to be given
// to FreeAnswer, and the length is that of the block. The buffers, and what
// overflow points to, are in Go's heap, for Go code that runs meanwhile may move
// the stack. It says whether there is a host to ask.
func Ask(slot, operation uint64, request, response []byte, overflow *uint64) (length int, ok bool) {
	if host == 0 {
		return 0, false
	}
	n := C.usegolib_ask(
		host, C.uint64_t(slot), C.uint64_t(operation),
		(*C.uint8_t)(unsafe.SliceData(request)), C.uint64_t(len(request)),
		(*C.uint8_t)(unsafe.SliceData(response)), C.uint64_t(len(response)),
		(*C.uint64_t)(overflow))
	return int(n), true
}

// FreeAnswer frees the block of an answer.
func FreeAnswer(overflow uint64) {
	C.free(*(*unsafe.Pointer)(unsafe.Pointer(&overflow)))
}

// memory returns the host's memory as a slice, which is only used until the
// entry point returns.
func memory(start *C.uint8_t, length C.uint64_t) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(start)), int(length))
}
