package bridge

import (
	"context"
	"io"
	"io/fs"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// findings are what errors.Is and errors.As say of an error: the errors that it is
// or wraps are looked at once each, and not asked for each thing that they may be.
type findings struct {
	kind faultKind
	// errno is the system's number of the error; 0 if it has none.
	errno syscall.Errno
	// variables are the package variables that it is, and types the numbers of its
	// types, its own first.
	variables, types []uint32
	wraps            bool
	// left is how many errors are looked at yet.
	left int
}

func findingsOf(err error) findings {
	f := findings{kind: faultError, left: mostWrapped}
	all, cause := unwrapped(err)
	f.wraps = all != nil || cause != nil
	f.walk(err, sentinels())
	return f
}

func (f *findings) isEmpty() bool {
	return f.errno == 0 && !f.wraps && len(f.variables)+len(f.types) == 0
}

// walk looks at an error and at what it wraps, in the order of errors.Is.
func (f *findings) walk(err error, known *sentinelTable) {
	for err != nil && f.left > 0 {
		f.left--
		f.look(err, known)
		all, cause := unwrapped(err)
		for _, one := range all {
			f.walk(one, known)
		}
		err = cause
	}
}

func (f *findings) look(err error, known *sentinelTable) {
	t := reflect.TypeOf(err)
	comparable := t.Comparable() && reflect.ValueOf(err).Comparable()
	if comparable {
		f.standard(err)
		f.variables = append(f.variables, known.byValue[err]...)
	}
	if number := errorTypeNumber(t); number != numberUnknown {
		f.types = append(f.types, number)
	}
	for _, one := range errorInterfaces() {
		if _, ok := one.Implement(err, false); ok {
			f.types = append(f.types, one.number)
		}
	}
	if timed, ok := err.(interface{ Timeout() bool }); ok && f.errno == 0 && timed.Timeout() {
		f.errno = syscall.ETIMEDOUT
	}
	own, ok := err.(interface{ Is(error) bool })
	if !ok {
		return
	}
	for _, one := range standardErrors {
		if own.Is(one.err) {
			f.standard(one.err)
		}
	}
	for _, one := range known.all {
		if one.err != nil && own.Is(one.err) {
			f.variables = append(f.variables, one.position)
		}
	}
}

// standardErrors are the errors that the host has names for.
var standardErrors = [...]struct {
	err   error
	kind  faultKind
	errno syscall.Errno
}{
	{io.EOF, faultEOF, 0},
	{context.DeadlineExceeded, faultDeadline, syscall.ETIMEDOUT},
	{os.ErrDeadlineExceeded, faultDeadline, syscall.ETIMEDOUT},
	{fs.ErrNotExist, faultError, syscall.ENOENT},
	{fs.ErrExist, faultError, syscall.EEXIST},
	{fs.ErrPermission, faultError, syscall.EACCES},
}

// standard notes what the host knows an error as.
func (f *findings) standard(err error) {
	if number, ok := err.(syscall.Errno); ok {
		f.errno = number
		return
	}
	for _, one := range standardErrors {
		if err != one.err {
			continue
		}
		if f.kind == faultError {
			f.kind = one.kind
		}
		if f.errno == 0 {
			f.errno = one.errno
		}
		return
	}
}

// errorInterfaces are the interfaces of the schema that only errors implement.
var errorInterfaces = sync.OnceValue(func() []*declared {
	var found []*declared
	all := types().types
	for i := range all {
		one := &all[i]
		if one.Implement != nil && one.reflect != nil && one.reflect.Implements(errorType) {
			found = append(found, one)
		}
	}
	return found
})

// errorTypeNumber returns the number of an error's type, which is that of T for a *T.
func errorTypeNumber(t reflect.Type) uint32 {
	_, number := types().lookup(t)
	if number == numberUnknown && t.Kind() == reflect.Pointer {
		_, number = types().lookup(t.Elem())
	}
	return number
}

// A sentinel is a package variable that can be an error.
type sentinel struct {
	position uint32
	variable reflect.Value
	// words is how many words of the variable tell that it has changed: both of an
	// interface, or a pointer. Other values are compared.
	words int
	// was is what these words were, and err the error, when the table was made.
	was [2]unsafe.Pointer
	err error
}

// sentinelTable finds the package variables that are a certain error.
type sentinelTable struct {
	all     []sentinel
	byValue map[error][]uint32
}

// errorVariables are the package variables whose type is, or implements, error.
var errorVariables = sync.OnceValue(func() []sentinel {
	var found []sentinel
	for at := range library.Variables {
		pointer := reflect.ValueOf(library.Variables[at].Pointer)
		if pointer.Kind() != reflect.Pointer || !pointer.Type().Elem().Implements(errorType) {
			continue
		}
		one := sentinel{position: uint32(at), variable: pointer.Elem()}
		switch one.variable.Kind() {
		case reflect.Interface:
			one.words = 2
		case reflect.Pointer:
			one.words = 1
		}
		found = append(found, one)
	}
	return found
})

// knownSentinels is the table as it was when it was last needed.
var knownSentinels atomic.Pointer[sentinelTable]

// sentinels returns the table of the variables as they are now: most programs never
// assign one.
func sentinels() *sentinelTable {
	if known := knownSentinels.Load(); known != nil && known.isCurrent() {
		return known
	}
	table := &sentinelTable{byValue: map[error][]uint32{}}
	for _, one := range errorVariables() {
		one.was = one.now()
		one.err, _ = one.variable.Interface().(error)
		table.all = append(table.all, one)
		if one.err != nil && reflect.ValueOf(one.err).Comparable() {
			table.byValue[one.err] = append(table.byValue[one.err], one.position)
		}
	}
	knownSentinels.Store(table)
	return table
}

func (t *sentinelTable) isCurrent() bool {
	for i := range t.all {
		one := &t.all[i]
		if one.words > 0 {
			if one.now() != one.was {
				return false
			}
		} else if one.variable.Comparable() && one.variable.Interface() != any(one.err) {
			return false
		}
	}
	return true
}

// now returns the words that tell whether the variable has changed.
func (s *sentinel) now() (words [2]unsafe.Pointer) {
	switch p := s.variable.Addr().UnsafePointer(); s.words {
	case 2:
		words = *(*[2]unsafe.Pointer)(p)
	case 1:
		words[0] = *(*unsafe.Pointer)(p)
	}
	return words
}
