package bridge

import (
	"encoding/binary"
	"runtime"
	"sync"
	"unsafe"
)

// loanSize is the number of bytes from which on a string, a byte slice or a slice
// of numbers is lent to the host instead of copied into the response: the host
// makes its own of it anyway, and copying once less is worth a second call, which
// ends the loan.
const loanSize = 64 << 10

// loan is what one response refers to. The pins keep the garbage collector from
// freeing it, and are what cgo asks for memory that C code knows of.
type loan struct {
	pins runtime.Pinner
	// response is the pooled buffer that the response itself is in, if it is
	// lent as well.
	response *[]byte
}

// loans holds the loans that the host hasn't repaid yet, by number.
var loans = struct {
	sync.Mutex
	last uint64
	open map[uint64]*loan
}{open: map[uint64]*loan{}}

// lend writes a reference to memory that is the host's to read until it repays
// the loan.
func (e *Encoder) lend(kind loanKind, start *byte, length int) {
	e.refer(e.extension(extLoan, 17), kind, start, length)
}

// lendNumbers writes a reference to the memory of numbers.
func (e *Encoder) lendNumbers(kind numberKind, raw []byte) {
	place := e.extension(extLoan, 18)
	e.refer(place, loanNumbers, unsafe.SliceData(raw), len(raw))
	place[17] = byte(kind)
}

// refer fills the place of a reference.
func (e *Encoder) refer(place []byte, kind loanKind, start *byte, length int) {
	if e.loan == nil {
		e.loan = new(loan)
	}
	e.loan.pins.Pin(start)
	place[0] = byte(kind)
	binary.LittleEndian.PutUint64(place[1:], uint64(uintptr(unsafe.Pointer(start))))
	binary.LittleEndian.PutUint64(place[9:], uint64(length))
}

// lendResponse lends the host the pooled buffer that holds the response, and
// returns its start: the number of the loan, and behind the head the response.
func (e *Encoder) lendResponse() (start *byte, number uint64) {
	if e.loan == nil {
		e.loan = new(loan)
	}
	memory := *e.spilled
	start = unsafe.SliceData(memory)
	e.loan.pins.Pin(start)
	e.loan.response = e.spilled
	e.spilled = nil
	number = openLoan(e.loan)
	binary.LittleEndian.PutUint64(memory, number)
	return start, number
}

// openLoan notes what was lent and returns its number.
func openLoan(l *loan) uint64 {
	loans.Lock()
	defer loans.Unlock()
	loans.last++
	loans.open[loans.last] = l
	return loans.last
}

// Repay ends the loan with the given number.
func Repay(number uint64) {
	loans.Lock()
	l := loans.open[number]
	delete(loans.open, number)
	loans.Unlock()
	if l != nil {
		l.pins.Unpin()
		recycle(l.response)
	}
}
