package bridge

import (
	"encoding/binary"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// lender returns a decoder of arguments that are treated so.
func lender(lent Lending, data ...[]byte) *Decoder {
	return &Decoder{reader: reader{data: slicesOf(data)}, lent: lent}
}

func slicesOf(data [][]byte) (all []byte) {
	for _, part := range data {
		all = append(all, part...)
	}
	return all
}

// within reports whether a value's memory is part of other memory.
func within(start *byte, memory []byte) bool {
	first := uintptr(unsafe.Pointer(unsafe.SliceData(memory)))
	at := uintptr(unsafe.Pointer(start))
	return at >= first && at < first+uintptr(len(memory))
}

func TestWhatIsKeptIsCopied(t *testing.T) {
	text, raw := []byte("\xa3abc"), []byte("\xc4\x03xyz")
	for _, lent := range []Lending{Kept, LentToChange, LentToRead} {
		d := lender(lent, text, raw)
		s, b := d.String(), d.Bytes()
		if s != "abc" || string(b) != "xyz" {
			t.Fatalf("%d: got %q and %q", lent, s, b)
		}
		if within(unsafe.StringData(s), d.data) != (lent != Kept) || within(unsafe.SliceData(b), d.data) != (lent != Kept) {
			t.Errorf("%d: copied or not as it should not", lent)
		}
		if cap(b) != 3 && lent != Kept {
			t.Errorf("%d: %d bytes of the request behind it can be overwritten", lent, cap(b)-3)
		}
	}
}

// hostMemory doesn't move, as that of a stack does.
var hostMemory [64]byte

func TestTheHostsMemoryIsOnlyLentToRead(t *testing.T) {
	memory := hostMemory[:]
	for _, lent := range []Lending{Kept, LentToChange, LentToRead} {
		b := lender(lent, borrow(memory)).Bytes()
		items := lender(lent, borrow(memory)).Int64s()
		if len(b) != 64 || len(items) != 8 {
			t.Fatalf("%d: got %d bytes and %d items", lent, len(b), len(items))
		}
		shared := within(unsafe.SliceData(b), memory)
		if shared != (lent == LentToRead) || within((*byte)(unsafe.Pointer(unsafe.SliceData(items))), memory) != shared {
			t.Errorf("%d: copied or not as it should not", lent)
		}
	}
	odd := memory[1:57]
	if items := lender(LentToRead, borrow(odd)).Int64s(); within((*byte)(unsafe.Pointer(unsafe.SliceData(items))), memory) {
		t.Error("a slice of items that are not aligned")
	}
}

// callLend returns a string and bytes of the size that it is told.
func callLend(d *Decoder, e *Encoder) {
	n := d.Int()
	d.End()
	e.Success()
	e.Results(2)
	e.String(strings.Repeat("s", n))
	e.Bytes([]byte(strings.Repeat("b", n)))
}

func TestLargeResultsAreLentUntilRepaid(t *testing.T) {
	register(t, Callable{Call: callLend, Parameters: "n"})
	response := make([]byte, 1<<20)
	before := len(loans.open)
	n, overflow := Call(request(0, integer(loanSize-1)), response)
	if overflow != nil || n < 2*loanSize-2 {
		t.Fatalf("small results: %d bytes, overflow %v", n, overflow)
	}
	n, overflow = Call(request(0, integer(loanSize)), response)
	if overflow == nil || overflow.Response != nil || overflow.Loan == 0 || n > 50 {
		t.Fatalf("large results: %d bytes, overflow %v", n, overflow)
	}
	runtime.GC()
	for i, wanted := range []string{"s", "b"} {
		// An ext 8 head of 3 bytes, the kind, the address and the length.
		payload := response[3+20*i+3:]
		if kind := loanKind(payload[0]); kind != []loanKind{loanString, loanBytes}[i] {
			t.Fatalf("kind %d", kind)
		}
		address := uintptr(binary.LittleEndian.Uint64(payload[1:]))
		length := int(binary.LittleEndian.Uint64(payload[9:]))
		lent := unsafe.String(*(**byte)(unsafe.Pointer(&address)), length)
		if lent != strings.Repeat(wanted, loanSize) {
			t.Fatalf("%d bytes that are not those returned", len(lent))
		}
	}
	if open := len(loans.open) - before; open != 1 {
		t.Fatalf("%d loans", open)
	}
	// A response may be too long for the buffer and refer to Go's memory.
	n, both := Call(request(0, integer(loanSize)), make([]byte, 4))
	if both == nil || both.Response == nil || both.Loan == 0 || n > 50 {
		t.Fatalf("large results in a small buffer: %d bytes, overflow %v", n, both)
	}
	Repay(both.Loan)
	Repay(overflow.Loan)
	Repay(overflow.Loan)
	if len(loans.open) != before {
		t.Fatal("the loan is still open")
	}
}

func TestLargeNumbersAreLentWithTheirKind(t *testing.T) {
	items := make([]float64, loanSize/8)
	items[len(items)-1] = 1.5
	register(t, Callable{Call: func(d *Decoder, e *Encoder) {
		d.End()
		e.Success()
		e.Float64s(items)
	}})
	response := make([]byte, 100)
	n, overflow := Call(request(0), response)
	if overflow == nil || overflow.Response != nil || n > 30 {
		t.Fatalf("%d bytes, overflow %v", n, overflow)
	}
	payload := response[n-18 : n]
	if loanKind(payload[0]) != loanNumbers || numberKind(payload[17]) != kindFloat64 {
		t.Fatalf("a loan of kind %d of %d", payload[0], payload[17])
	}
	address := uintptr(binary.LittleEndian.Uint64(payload[1:]))
	if address != uintptr(unsafe.Pointer(&items[0])) || binary.LittleEndian.Uint64(payload[9:]) != loanSize {
		t.Fatal("not the memory of the result")
	}
	Repay(overflow.Loan)
}

func TestAResponseThatIsLentIsUsedAgain(t *testing.T) {
	register(t, Callable{Call: callLong, Parameters: "n"})
	asked := request(0, integer(30_000))
	before := len(loans.open)
	_, first := Call(asked, nil)
	_, second := Call(asked, nil)
	if first.Response == second.Response {
		t.Fatal("one buffer for two responses")
	}
	Repay(first.Loan)
	Repay(second.Loan)
	if len(loans.open) != before {
		t.Fatal("the loans are still open")
	}
	if n := testing.AllocsPerRun(100, func() {
		_, overflow := Call(asked, nil)
		Repay(overflow.Loan)
	}); n > 6 {
		t.Fatalf("%v allocations", n)
	}
}

func TestOnlyTheHostIsLentTo(t *testing.T) {
	e := NewEncoder(nil)
	e.String(strings.Repeat("s", loanSize))
	if len(e.Encoded()) < loanSize {
		t.Fatal("an address in a response that is not the host's")
	}
}
