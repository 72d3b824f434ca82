package bridge

import (
	"context"
	"runtime"
	"testing"
	"time"
)

// given returns a context as a function is given it, and the one inside.
func given(write func(*Encoder)) (ctx, inner context.Context) {
	ctx = NewDecoder(encode(write)).Context()
	return ctx, ctx.(*leashedContext).Context
}

// derivedFrom writes a context that is derived from a parent.
func derivedFrom(parent context.Context) func(*Encoder) {
	return func(e *Encoder) {
		e.arrayHeader(2)
		e.Nil()
		e.handle(heldDynamic(parent))
	}
}

// ends says whether a context ends when the garbage collector has had its turns.
func ends(ctx context.Context) bool {
	for range 8 {
		runtime.GC()
		if ctx.Err() != nil {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

func TestContextsEndWhenTheFunctionHasDroppedThem(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, write := range map[string]func(*Encoder){
		"with a timeout": timeout(int64(time.Hour)),
		"with a parent":  derivedFrom(parent),
	} {
		var kept []any
		for what, use := range map[string]func(ctx context.Context){
			"nothing":            func(ctx context.Context) {},
			"its end asked for":  func(ctx context.Context) { <-time.After(0); _ = ctx.Done() },
			"derived, cancelled": func(ctx context.Context) { _, stop := context.WithCancel(ctx); stop() },
			"with a value":       func(ctx context.Context) { context.WithValue(ctx, &kept, 1).Done() },
			"nobody waits for it": func(ctx context.Context) {
				select {
				case <-ctx.Done():
				default:
				}
			},
			"kept":                   func(ctx context.Context) { kept = append(kept, ctx) },
			"kept, with a value":     func(ctx context.Context) { kept = append(kept, context.WithValue(ctx, &kept, 1)) },
			"kept, derived":          func(ctx context.Context) { d, stop := context.WithCancel(ctx); kept = append(kept, d, stop) },
			"its channel kept":       func(ctx context.Context) { kept = append(kept, ctx.Done()) },
			"somebody waits":         func(ctx context.Context) { done := ctx.Done(); go func() { <-done }() },
			"a goroutine waits":      func(ctx context.Context) { go func() { <-ctx.Done() }() },
			"something is to be run": func(ctx context.Context) { context.AfterFunc(ctx, func() {}) },
		} {
			kept = nil
			var inner context.Context
			func() {
				var ctx context.Context
				ctx, inner = given(write)
				use(ctx)
			}()
			// Waiting goroutines have asked for the channel by then.
			time.Sleep(time.Millisecond)
			wanted := len(kept) == 0 && what != "somebody waits" && what != "a goroutine waits" && what != "something is to be run"
			if found := ends(inner); found != wanted {
				t.Errorf("%s, %s: ended %v", name, what, found)
			}
			runtime.KeepAlive(kept)
		}
	}
}

func TestContextsThatAreGivenEndInTime(t *testing.T) {
	type key struct{}
	for name, write := range map[string]func(parent context.Context) func(*Encoder){
		"with a timeout": func(context.Context) func(*Encoder) { return timeout(int64(20 * time.Millisecond)) },
		"with a parent": func(parent context.Context) func(*Encoder) {
			return derivedFrom(context.WithValue(parent, key{}, "v"))
		},
	} {
		parent, cancel := context.WithCancelCause(context.Background())
		time.AfterFunc(20*time.Millisecond, func() { cancel(context.DeadlineExceeded) })
		ctx, _ := given(write(parent))
		derived, stop := context.WithCancel(context.WithValue(ctx, key{}, "w"))
		t.Cleanup(stop)
		run := make(chan bool)
		context.AfterFunc(ctx, func() { close(run) })
		first, second := ctx.Done(), ctx.Done()
		if ctx.Err() != nil || first != second {
			t.Errorf("%s: over at once, or of two minds", name)
		}
		_, limited := ctx.Deadline()
		if limited != (name == "with a timeout") || ctx.Value(key{}) != map[bool]any{false: "v"}[limited] || derived.Value(key{}) != "w" {
			t.Errorf("%s: the deadline or the values are not those given", name)
		}
		done := ctx.Done()
		for _, channel := range []<-chan struct{}{derived.Done(), done} {
			select {
			case <-channel:
			case <-time.After(20 * time.Second):
				t.Errorf("%s: not over", name)
			}
		}
		<-run
		<-ctx.Done()
		if ctx.Err() == nil || derived.Err() == nil || context.Cause(ctx) != context.DeadlineExceeded || context.Cause(derived) != context.DeadlineExceeded {
			t.Errorf("%s: %v, %v, %v", name, ctx.Err(), derived.Err(), context.Cause(derived))
		}
	}
}

func TestErrAndDoneAgree(t *testing.T) {
	parent, cancel := context.WithCancel(context.Background())
	ctx, _ := given(derivedFrom(parent))
	done := ctx.Done()
	cancel()
	if ctx.Err() == nil {
		t.Fatal("not over")
	}
	select {
	case <-done:
	default:
		t.Fatal("Err says that it is over, Done doesn't")
	}
}

func TestDerivingFromAGivenContextTakesNoGoroutine(t *testing.T) {
	ctx, _ := given(timeout(int64(time.Hour)))
	ctx.Done()
	before := runtime.NumGoroutine()
	for range 100 {
		_, stop := context.WithCancel(context.WithValue(ctx, new(int), 1))
		defer stop()
		context.AfterFunc(ctx, func() {})
	}
	if after := runtime.NumGoroutine(); after > before+10 {
		t.Fatalf("%d goroutines became %d", before, after)
	}
}

func BenchmarkContext(b *testing.B) {
	asked := encode(timeout(int64(time.Hour)))
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			NewDecoder(asked).Context()
		}
	})
	ctx := NewDecoder(asked).Context()
	b.Run("done", func(b *testing.B) {
		for b.Loop() {
			ctx.Done()
		}
	})
	b.Run("derive", func(b *testing.B) {
		for b.Loop() {
			_, stop := context.WithCancel(ctx)
			stop()
		}
	})
}
