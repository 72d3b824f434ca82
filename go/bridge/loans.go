package bridge

import (
	"encoding/binary"
	"runtime"
	"sync"
	"unsafe"
)

// loanSize is the number of bytes from which on a string or byte slice is lent
// to the host instead of copied into the response: the host makes its own copy
// anyway, and copying once less is worth a second call, which ends the loan.
const loanSize = 64 << 10

// loan is what one response refers to. The pins keep the garbage collector from
// freeing it, and are what cgo asks for memory that C code knows of.
type loan struct {
	pins runtime.Pinner
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
	if e.loan == nil {
		e.loan = new(loan)
	}
	e.loan.pins.Pin(start)
	place := e.extension(extLoan, 17)
	place[0] = byte(kind)
	binary.LittleEndian.PutUint64(place[1:], uint64(uintptr(unsafe.Pointer(start))))
	binary.LittleEndian.PutUint64(place[9:], uint64(length))
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
	}
}
