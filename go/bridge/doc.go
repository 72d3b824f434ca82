// Package bridge is the runtime linked into every library that usegolib
// builds. A request comes in as MessagePack, is taken apart by a [Decoder],
// dispatched by symbol index to generated code that calls the user's function,
// and the results go out through an [Encoder] into the caller's buffer.
//
// What crosses, and how, is the contract in docs/abi.md. The package has no
// cgo in it, so that it is vetted, fuzzed and tested in place; the C entry
// points are in the package cabi.
//
// Decoding never returns errors: a request that does not decode raises a
// panic with a private type, which [Call] turns into an error response. No
// other panic comes out of a Decoder, whatever the request holds.
package bridge
