// Command binding is the usual hand-written C binding of two functions of the subject.
package main

// #include <stdlib.h>
import "C"

import "bench.test/subject"

// Add crosses as it is.
//
//export Add
func Add(a, b C.longlong) C.longlong { return C.longlong(subject.Add(int64(a), int64(b))) }

// EchoString copies into Go and out to memory that the caller frees.
//
//export EchoString
func EchoString(s *C.char) *C.char { return C.CString(subject.EchoString(C.GoString(s))) }

func main() {}
