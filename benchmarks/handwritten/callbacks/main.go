// Command callbacks is the usual hand-written way for Go to call a callback of C's.
package main

/*
typedef long long callback(long long n);

static long long call(callback *f, long long n) { return f(n); }
*/
import "C"

// Repeat calls f so many times and adds up what it returns.
//
//export Repeat
func Repeat(f *C.callback, times C.longlong) C.longlong {
	sum := C.longlong(0)
	for i := range times {
		sum += C.call(f, i)
	}
	return sum
}

func main() {}
