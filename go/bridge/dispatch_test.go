package bridge

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"
)

func encode(write func(*Encoder)) []byte {
	e := NewEncoder(nil)
	write(e)
	return e.Encoded()
}

// request encodes a request for the n-th symbol behind the builtins.
func request(index int, arguments ...func(*Encoder)) []byte {
	return encode(func(e *Encoder) {
		e.Array(1 + len(arguments))
		e.Int64(int64(builtinSlots + index))
		for _, write := range arguments {
			write(e)
		}
	})
}

func integer(v int64) func(*Encoder) { return func(e *Encoder) { e.Int64(v) } }

// problemOf decodes an error response.
func problemOf(t *testing.T, response []byte) (kind faultKind, message, typeName, stack string) {
	t.Helper()
	d := NewDecoder(response)
	d.FixedArray(2)
	if envelopeTag(d.Uint64()) != tagFault {
		t.Fatalf("not an error response: %x", response)
	}
	if parts, _ := d.Array(); parts < errorParts || parts > errorParts+2 {
		t.Fatalf("an error of %d parts", parts)
	}
	kind = faultKind(d.Uint64())
	return kind, d.String(), d.String(), d.String()
}

func callAdd(d *Decoder, e *Encoder) {
	a := d.Int64()
	b := d.Int64()
	d.End()
	e.Success()
	e.Int64(a + b)
}

func callFail(d *Decoder, e *Encoder) {
	d.End()
	e.Failure(fmt.Errorf("wrapped: %w", errors.New("no luck")))
}

// nothing stays nil.
var nothing map[string]int

func callPanic(d *Decoder, e *Encoder) { nothing["x"] = 1 }

func callGoexit(d *Decoder, e *Encoder) { runtime.Goexit() }

func callLong(d *Decoder, e *Encoder) {
	n := d.Int()
	e.Success()
	e.String(strings.Repeat("x", n))
}

func register(t testing.TB, callables ...Callable) {
	before := library
	Register(Library{Callables: [][]Callable{callables}})
	t.Cleanup(func() { library = before })
}

// setCallables gives the library these callables, and leaves its types.
func setCallables(callables []Callable) {
	l := library.Library
	l.Callables = [][]Callable{callables}
	Register(l)
}

func TestTablesMayBeInPieces(t *testing.T) {
	number := func(n int) Callable {
		return Callable{Call: func(d *Decoder, e *Encoder) {
			d.End()
			e.Success()
			e.Int64(int64(n))
		}}
	}
	registerTypes(t, nil)
	for _, lengths := range [][]int{{5}, {2, 3}, {0, 1, 0, 0, 3, 1}, {1, 1, 1, 1, 1}} {
		var pieces [][]Callable
		count := 0
		for _, length := range lengths {
			piece := make([]Callable, length)
			for i := range piece {
				piece[i] = number(count)
				count++
			}
			pieces = append(pieces, piece)
		}
		Register(Library{Callables: pieces})
		for n := range count {
			if got := respond(t, request(n)); string(got) != "\x92\x00"+string(rune(n)) {
				t.Errorf("%v: callable %d responds %x", lengths, n, got)
			}
		}
		if kind, _, _, _ := problemOf(t, respond(t, request(count))); kind != faultMalformed {
			t.Errorf("%v: there is a callable behind the last", lengths)
		}
	}
}

func TestCallWritesIntoTheCallersBuffer(t *testing.T) {
	register(t, Callable{Call: callAdd, Parameters: "a b"})
	response := make([]byte, 16)
	n, overflow := Call(request(0, integer(1), integer(300)), response)
	if overflow != nil || string(response[:n]) != "\x92\x00\xcd\x01\x2d" {
		t.Fatalf("got %x, overflow %v", response[:n], overflow)
	}
}

func TestCallDoesNotAllocate(t *testing.T) {
	register(t, Callable{Call: callAdd, Parameters: "a b"})
	asked, response := request(0, integer(1), integer(300)), make([]byte, 16)
	if n := testing.AllocsPerRun(1000, func() { Call(asked, response) }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

// lentResponse returns the response that an overflow lends.
func lentResponse(overflow *Overflow, length int) string {
	head := unsafe.Slice(overflow.Response, spillHead)
	if binary.LittleEndian.Uint64(head) != overflow.Loan {
		return "the loan is not in front"
	}
	return string(unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(overflow.Response), spillHead)), length))
}

func TestOverflowIsUsedOnlyWhenTheResponseDoesNotFit(t *testing.T) {
	register(t, Callable{Call: callLong, Parameters: "n"})
	for _, size := range []int{0, 1, 30, 31, 32, 100, 300, loanSize - 1} {
		asked := request(0, integer(int64(size)))
		whole, overflow := Call(asked, nil)
		if overflow == nil || !strings.HasSuffix(lentResponse(overflow, whole), strings.Repeat("x", size)) {
			t.Fatalf("size %d: no whole overflow", size)
		}
		Repay(overflow.Loan)
		for _, capacity := range []int{whole - 1, whole, whole + 1} {
			response := make([]byte, capacity)
			n, overflow := Call(asked, response)
			if n != whole || (overflow != nil) != (capacity < whole) {
				t.Fatalf("size %d in %d: length %d, overflow %v", size, capacity, n, overflow != nil)
			}
			if overflow == nil && !strings.HasSuffix(string(response[:n]), strings.Repeat("x", size)) {
				t.Fatalf("size %d in %d: not in the buffer", size, capacity)
			}
		}
	}
}

// deep needs more stack than a goroutine has at first.
//
//go:noinline
func deep(n int) int {
	var frame [128]int
	if n > 0 {
		frame[n%128] = deep(n - 1)
	}
	return frame[n%128] + 1
}

func TestBytesAreReaders(t *testing.T) {
	data := func(e *Encoder) { e.Bytes([]byte("abc")) }
	decoded := NewDecoder(encode(data))
	if r, ok := Interface[io.Reader](decoded).(*bytes.Reader); !ok || r.Len() != 3 {
		t.Fatalf("got %T", r)
	}
	closing := Interface[io.ReadSeekCloser](NewDecoder(encode(data)))
	text, err := io.ReadAll(closing)
	if string(text) != "abc" || err != nil || closing.Close() != nil {
		t.Fatalf("got %q, %v", text, err)
	}
	register(t, Callable{Call: func(d *Decoder, e *Encoder) { Interface[io.Writer](d) }, Parameters: "w"})
	kind, message, _, _ := problemOf(t, respond(t, request(0, data)))
	if kind != faultArgument || message != "w: []uint8 does not implement io.Writer (missing method Write)" {
		t.Fatalf("got %d %q", kind, message)
	}
}

func TestTheStackMayMoveDuringACall(t *testing.T) {
	register(t, Callable{Call: func(d *Decoder, e *Encoder) {
		n := d.Int()
		deep(1000)
		e.Success()
		e.String(strings.Repeat("x", n))
	}})
	for _, size := range []int{10, 1000} {
		result := make(chan string)
		go func() {
			response := make([]byte, 100)
			n, overflow := Call(request(0, integer(int64(size))), response)
			if overflow != nil {
				response = []byte(lentResponse(overflow, n))
				Repay(overflow.Loan)
			}
			d := NewDecoder(response[:min(n, len(response))])
			d.FixedArray(2)
			d.Uint64()
			result <- d.String()
		}()
		if got := <-result; got != strings.Repeat("x", size) {
			t.Fatalf("size %d: %q", size, got)
		}
	}
}

func respond(t *testing.T, asked []byte) []byte {
	t.Helper()
	response := make([]byte, 1<<16)
	n, overflow := Call(asked, response)
	if overflow != nil {
		t.Fatalf("a response of %d bytes", n)
	}
	return response[:n]
}

func TestErrorsCarryMessageAndType(t *testing.T) {
	register(t, Callable{Call: callFail})
	kind, message, typeName, _ := problemOf(t, respond(t, request(0)))
	if kind != faultError || message != "wrapped: no luck" || typeName != "*fmt.wrapError" {
		t.Fatalf("got %d %q %q", kind, message, typeName)
	}
}

func TestPanicsAreRecoveredWithTheirStack(t *testing.T) {
	for _, mode := range []CallMode{Plainly, Isolated, Cancellably} {
		register(t, Callable{Call: callPanic, Mode: mode})
		kind, message, typeName, stack := problemOf(t, respond(t, request(0)))
		if kind != faultPanic || message != "assignment to entry in nil map" || typeName != "runtime.plainError" && typeName != "runtime.boundsError" && !strings.Contains(typeName, "rror") {
			t.Fatalf("got %d %q %q", kind, message, typeName)
		}
		lines := strings.Split(stack, "\n")
		if len(lines) < 2 || !strings.HasPrefix(lines[0], "goroutine ") || !strings.Contains(lines[1], "callPanic") {
			t.Fatalf("stack: %s", stack)
		}
	}
}

func TestGoexitEndsAnIsolatedCallOnly(t *testing.T) {
	register(t, Callable{Call: callGoexit, Mode: Isolated})
	kind, message, _, stack := problemOf(t, respond(t, request(0)))
	if kind != faultPanic || message != "runtime.Goexit was called" || !strings.Contains(stack, "callGoexit") {
		t.Fatalf("got %d %q %s", kind, message, stack)
	}
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	register(t, Callable{Call: callAdd, Parameters: "a b"})
	text := func(e *Encoder) { e.String("x") }
	for _, test := range []struct {
		name    string
		asked   []byte
		kind    faultKind
		message string
	}{
		{"empty", nil, faultMalformed, "the message ends early"},
		{"no array", []byte{1}, faultMalformed, "expected array, got int"},
		{"no such symbol", request(1), faultMalformed, "symbol index 49 of 49"},
		{"no such builtin", []byte{0x91, 47}, faultMalformed, "there is no builtin 47"},
		{"wrong kind", request(0, integer(1), text), faultMalformed, "b: expected int64, got str"},
		{"missing argument", request(0, integer(1)), faultMalformed, "the message ends early"},
		{"more arguments", request(0, integer(1), integer(2), text), faultMalformed, "argument 3: 2 trailing bytes"},
		{"lying length", []byte{0xdd, 0xff, 0xff, 0xff, 0xff}, faultMalformed, "an array of 4294967295 items in 0 bytes"},
	} {
		kind, message, _, _ := problemOf(t, respond(t, test.asked))
		if kind != test.kind || message != test.message {
			t.Errorf("%s: got %d %q", test.name, kind, message)
		}
	}
}

// callChange takes a number by value, adds to it and ends as it is told.
func callChange(d *Decoder, e *Encoder) {
	counter := d.Int64()
	how := d.String()
	d.End()
	e.Changes(0, func(e *Encoder) { e.Int64(counter) })
	counter += 10
	switch how {
	case "error":
		e.Failure(errors.New("no luck"))
		return
	case "panic":
		panic("at the disco")
	case "exit":
		runtime.Goexit()
	case "slow":
		time.Sleep(2 * grace)
	case "too deep":
		cycle := []any{nil}
		cycle[0] = cycle
		e.Changes(1, func(e *Encoder) { e.Any(cycle) })
		e.Failure(errors.New("no luck"))
		return
	}
	e.Success()
	e.Bool(true)
}

func TestChangesGoBackWhateverComesOfTheCall(t *testing.T) {
	for _, mode := range []CallMode{Plainly, Isolated, Cancellably} {
		register(t, Callable{Call: callChange, Mode: mode, Parameters: "counter how"})
		for how, wanted := range map[string]envelopeTag{
			"": tagResult, "error": tagFault, "panic": tagFault, "exit": tagFault, "slow": tagResult, "too deep": tagFault,
		} {
			if how == "exit" && mode == Plainly {
				continue
			}
			response := respond(t, request(0, integer(5), func(e *Encoder) { e.String(how) }))
			if d := NewDecoder(response); how == "slow" && mode == Cancellably {
				d.FixedArray(2)
				if tag := envelopeTag(d.Uint64()); tag != tagRunning {
					t.Fatalf("tag %s", tag)
				}
				response = waited(t, d.Uint64())
			}
			d := NewDecoder(response)
			n, _ := d.Array()
			if tag := envelopeTag(d.Uint64()); tag != wanted {
				t.Fatalf("%d, %q: tag %s", mode, how, tag)
			}
			d.skip()
			if how == "too deep" {
				// The error is told at least.
				if n != 2 {
					t.Fatalf("%d, %q: %d items", mode, how, n)
				}
				d.End()
				continue
			}
			if count, _ := d.Map(); n != 3 || count != 1 || d.Int64() != 0 || d.Int64() != 15 {
				t.Fatalf("%d, %q: %x", mode, how, response)
			}
			d.End()
		}
	}
	// A request that is refused has changed nothing.
	kind, _, _, _ := problemOf(t, respond(t, request(0, integer(5))))
	if kind != faultMalformed {
		t.Fatalf("kind %s", kind)
	}
}
