package bridge

import (
	"context"
	"os"
	"testing"
	"time"
)

// callSleep sleeps until the context is done, or for so many milliseconds.
func callSleep(d *Decoder, e *Encoder) {
	ctx := d.Context()
	n := d.Int()
	d.End()
	select {
	case <-ctx.Done():
		e.Failure(ctx.Err())
	case <-time.After(time.Duration(n) * time.Millisecond):
		e.Success()
		e.String("slept")
	}
}

// timeout writes a context with a timeout in nanoseconds.
func timeout(n int64) func(*Encoder) {
	return func(e *Encoder) {
		e.arrayHeader(2)
		e.Int64(n)
		e.Nil()
	}
}

func none(e *Encoder) { e.Nil() }

// asking is a request for one of the operations that every library has.
func asking(index builtin, arguments ...uint64) []byte {
	e := NewEncoder(nil)
	e.arrayHeader(1 + len(arguments))
	e.Uint64(uint64(index))
	for _, argument := range arguments {
		e.Uint64(argument)
	}
	return e.Encoded()
}

// started starts a call that takes longer than its grace, and returns its number.
func started(t *testing.T, asked []byte) uint64 {
	t.Helper()
	d := NewDecoder(respond(t, asked))
	if n, _ := d.Array(); n != 2 || envelopeTag(d.Uint64()) != tagRunning {
		t.Fatal("the call ended at once")
	}
	return d.Uint64()
}

// waited waits for a call to end, as the host does, and returns its response.
func waited(t *testing.T, number uint64) []byte {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	respond(t, asking(builtinNotify, number, uint64(write.Fd())))
	if n, err := read.Read(make([]byte, 8)); n != 1 || err != nil {
		t.Fatalf("%d bytes, %v", n, err)
	}
	return respond(t, asking(builtinTake, number))
}

func TestShortCallsWithAContextEndAtOnce(t *testing.T) {
	register(t, Callable{Call: callSleep, Mode: Cancellably})
	for range 20 {
		got := respond(t, request(0, none, integer(1)))
		if string(got) == "\x92\x00\xa5slept" {
			if n := len(pendingCalls.open); n != 0 {
				t.Fatalf("%d calls are left", n)
			}
			return
		}
		// A busy machine can make any call long.
		d := NewDecoder(got)
		if n, _ := d.Array(); n != 2 || envelopeTag(d.Uint64()) != tagRunning {
			t.Fatalf("got %x", got)
		}
		waited(t, d.Uint64())
	}
	t.Fatal("no call ended at once")
}

func TestLongCallsAreWaitedFor(t *testing.T) {
	register(t, Callable{Call: callSleep, Mode: Cancellably})
	number := started(t, request(0, none, integer(120)))
	if again := started(t, asking(builtinTake, number)); again != number {
		t.Fatalf("call %d became %d", number, again)
	}
	if got := waited(t, number); string(got) != "\x92\x00\xa5slept" {
		t.Fatalf("got %x", got)
	}
	kind, message, _, _ := problemOf(t, respond(t, asking(builtinTake, number)))
	if kind != faultMalformed || message == "" {
		t.Fatalf("taken twice: %d %q", kind, message)
	}
}

func TestLongCallsAreCancelled(t *testing.T) {
	register(t, Callable{Call: callSleep, Mode: Cancellably})
	number := started(t, request(0, none, integer(60_000)))
	respond(t, asking(builtinCancel, number))
	kind, message, _, _ := problemOf(t, waited(t, number))
	if kind != faultError || message != "context canceled" {
		t.Fatalf("got %d %q", kind, message)
	}
}

func TestTheHostIsToldAtOnceWhatHasHappened(t *testing.T) {
	register(t, Callable{Call: callSleep, Mode: Cancellably})
	number := started(t, request(0, none, integer(20)))
	<-pendingCalls.open[number].over
	if got := waited(t, number); string(got) != "\x92\x00\xa5slept" {
		t.Fatalf("got %x", got)
	}
	// A pipe that nobody reads is no reason to wait, or to panic.
	number = started(t, request(0, none, integer(20)))
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	respond(t, asking(builtinNotify, number, uint64(write.Fd())))
	<-pendingCalls.open[number].over
	if got := respond(t, asking(builtinTake, number)); string(got) != "\x92\x00\xa5slept" {
		t.Fatalf("got %x", got)
	}
}

func TestTimeouts(t *testing.T) {
	register(t, Callable{Call: callSleep, Mode: Cancellably})
	for _, n := range []int64{-1, 0, 1000} {
		kind, message, typeName, _ := problemOf(t, respond(t, request(0, timeout(n), integer(60_000))))
		if kind != faultDeadline || message != "context deadline exceeded" || typeName != "context.deadlineExceededError" {
			t.Fatalf("got %d %q %q", kind, message, typeName)
		}
	}
}

func TestContextsDeriveFromTheOneThatIsGiven(t *testing.T) {
	type key struct{}
	parent, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "v"))
	given := func(e *Encoder) {
		e.arrayHeader(2)
		e.Nil()
		e.handle(heldDynamic(parent))
	}
	var value any
	look := func(d *Decoder, e *Encoder) {
		ctx := d.Context()
		d.End()
		value = ctx.Value(key{})
		<-ctx.Done()
		e.Failure(ctx.Err())
	}
	register(t, Callable{Call: look, Mode: Cancellably})
	number := started(t, request(0, given))
	cancel()
	if kind, _, _, _ := problemOf(t, waited(t, number)); kind != faultError || value != "v" {
		t.Fatalf("got %d, %v", kind, value)
	}
	refused := func(e *Encoder) {
		e.arrayHeader(2)
		e.Nil()
		e.handle(heldDynamic(new(int)))
	}
	register(t, Callable{Call: look, Mode: Cancellably, Parameters: "ctx"})
	kind, message, _, _ := problemOf(t, respond(t, request(0, refused)))
	if kind != faultArgument || message != "ctx[1]: *int does not implement context.Context (missing method Deadline)" {
		t.Fatalf("got %d %q", kind, message)
	}
}
