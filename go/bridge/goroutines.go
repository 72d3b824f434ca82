package bridge

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// isRecovered says whether a panic on this goroutine would be recovered by what
// runs a request of the host's.
func isRecovered() bool {
	found, coroutine := false, false
	visitStack(func(function string) bool {
		found = recovers(function)
		coroutine = coroutine || function == coroutineStart
		return !found
	})
	if coroutine {
		return pulledRecovers()
	}
	return found
}

// onCoroutine says whether this goroutine is one of iter.Pull's, which runs when
// another one lets it, and in its place.
func onCoroutine() (found bool) {
	visitStack(func(function string) bool {
		found = function == coroutineStart
		return !found
	})
	return found
}

// coroutineStart is the function that goroutines of iter.Pull begin with.
const coroutineStart = "runtime.corostart"

// visitStack visits the functions of this goroutine's stack.
func visitStack(visit func(function string) bool) {
	var counters [64]uintptr
	for skip := 3; ; skip += len(counters) {
		n := runtime.Callers(skip, counters[:])
		if n == 0 {
			return
		}
		frames := runtime.CallersFrames(counters[:n])
		for {
			frame, more := frames.Next()
			if !visit(frame.Function) {
				return
			}
			if !more {
				break
			}
		}
		if n < len(counters) {
			return
		}
	}
}

// recovers says whether a function of this package recovers panics.
func recovers(function string) bool {
	name, ours := strings.CutPrefix(function, packagePath+".")
	if !ours {
		return false
	}
	switch name {
	case "Call", "(*iteration).produce", "runApart":
		return true
	}
	return strings.HasPrefix(name, "(*call).start.")
}

// pulledRecovers is isRecovered for a coroutine of iter.Pull: a panic there goes on in
// whoever asked for the next value, which is who waits for this goroutine. The
// runtime tells of that in its tracebacks only.
func pulledRecovers() bool {
	own := string(debug.Stack())
	space := make([]byte, 64<<10)
	n := runtime.Stack(space, true)
	for n == len(space) && n < 64<<20 {
		space = make([]byte, 2*n)
		n = runtime.Stack(space, true)
	}
	return pulledBy(own, strings.Split(string(space[:n]), "\n\n"))
}

// pulledBy finds, in the tracebacks of all goroutines, the one that waits for the one
// of a traceback, and says whether it recovers.
func pulledBy(traceback string, all []string) bool {
	// More would be coroutines that pull from each other in a circle.
	for range all {
		_, by, found := strings.Cut(traceback, "created by iter.Pull")
		if !found {
			return false
		}
		by, _, _ = strings.Cut(by, "\n")
		_, number, found := strings.Cut(by, " in goroutine ")
		if !found {
			return false
		}
		traceback = ""
		for _, one := range all {
			// Any other one doesn't wait for a coroutine.
			if strings.HasPrefix(one, "goroutine "+number+" [coroutine") {
				traceback = one
			}
		}
		for line := range strings.SplitSeq(traceback, "\n") {
			if at := strings.LastIndexByte(line, '('); at > 0 && recovers(line[:at]) {
				return true
			}
		}
	}
	return false
}

// packagePath is this package's import path, which the library's builder chose.
var packagePath = func() string {
	var counters [1]uintptr
	runtime.Callers(1, counters[:])
	frame, _ := runtime.CallersFrames(counters[:]).Next()
	path, _, _ := strings.Cut(frame.Function[strings.LastIndexByte(frame.Function, '/')+1:], ".")
	return frame.Function[:strings.LastIndexByte(frame.Function, '/')+1] + path
}()
