package bridge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// Each layout below is one that generated trampolines have: its trampoline is
// called with functions of several types that share it.

type (
	small   int8
	words   []string
	byWord  map[string]int
	handler func(int) int
	mixed   struct {
		A int8
		B string
		C [2]int16
		D float32
	}
)

func (m *mixed) Describe(prefix string) string { return fmt.Sprint(prefix, *m) }

func (m mixed) Sum(n int8) (int8, float32) { return m.A + n, m.D }

func trampolinePointerToPointer(d *Decoder, e *Encoder) {
	f := d.Function()
	d.LendAt(0)
	p0 := d.Pointer(0)
	d.End()
	r0 := (*(*func(unsafe.Pointer) unsafe.Pointer)(unsafe.Pointer(&f)))(p0)
	e.Success()
	d.PointerResult(e, 0, r0)
}

func trampolineSliceToSlice(d *Decoder, e *Encoder) {
	f := d.Function()
	d.LendAt(0)
	p0 := d.Slice(0)
	d.End()
	r0 := (*(*func(Slice) Slice)(unsafe.Pointer(&f)))(p0)
	e.Success()
	d.SliceResult(e, 0, r0)
}

func trampolineStringStringToAny(d *Decoder, e *Encoder) {
	f := d.Function()
	d.LendAt(0)
	p0 := d.String()
	d.LendAt(1)
	p1 := d.String()
	d.End()
	r0 := (*(*func(string, string) any)(unsafe.Pointer(&f)))(p0, p1)
	e.Success()
	e.Any(r0)
}

func trampolineIfaceToStringError(d *Decoder, e *Encoder) {
	f := d.Function()
	d.LendAt(0)
	p0 := d.Iface(0)
	d.End()
	r0, err := (*(*func(Iface) (string, error))(unsafe.Pointer(&f)))(p0)
	e.Outcome(err)
	e.String(r0)
}

func trampolineStringToIface(d *Decoder, e *Encoder) {
	f := d.Function()
	d.LendAt(0)
	p0 := d.String()
	d.End()
	r0 := (*(*func(string) Iface)(unsafe.Pointer(&f)))(p0)
	e.Success()
	e.Any(r0.Any())
}

func trampolineMixedToMixed(d *Decoder, e *Encoder) {
	f := d.Function()
	var p0 mixed
	d.LendAt(0)
	d.Into(0, unsafe.Pointer(&p0))
	d.End()
	r0 := (*(*func(mixed) mixed)(unsafe.Pointer(&f)))(p0)
	e.Success()
	d.ResultFrom(e, 0, unsafe.Pointer(&r0))
}

func trampolineReceiverStringToString(d *Decoder, e *Encoder) {
	f := d.Function()
	p0 := d.Receiver()
	d.LendAt(1)
	p1 := d.String()
	d.End()
	d.GiveBack(e)
	r0 := (*(*func(unsafe.Pointer, string) string)(unsafe.Pointer(&f)))(p0, p1)
	e.SuccessString(r0)
}

func trampolineReceiverInt8ToInt8Float32(d *Decoder, e *Encoder) {
	f := d.Function()
	p0 := d.Receiver()
	p1 := d.Int8()
	d.End()
	d.GiveBack(e)
	r0, r1 := (*(*func(unsafe.Pointer, int8) (int8, float32))(unsafe.Pointer(&f)))(p0, p1)
	e.Success()
	e.Results(2)
	e.Int64(int64(r0))
	e.Float64(float64(r1))
}

// Numbers of every width, and more of them than there are registers.
func trampolineMany(d *Decoder, e *Encoder) {
	f := d.Function()
	p0 := d.Int8()
	p1 := d.Uint16()
	p2 := d.Float32()
	p3 := d.Int32()
	p4 := d.Bool()
	p5 := d.Uint64()
	d.LendAt(6)
	p6 := d.String()
	d.LendAt(7)
	p7 := d.Slice(7)
	p8 := d.Iface(8)
	p9 := d.Float64()
	p10 := d.Uint8()
	p11 := d.Bytes()
	d.End()
	r0 := (*(*func(int8, uint16, float32, int32, bool, uint64, string, Slice, Iface, float64, uint8, []byte) string)(unsafe.Pointer(&f)))(
		p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11)
	e.SuccessString(r0)
}

func trampolineIntToInt(d *Decoder, e *Encoder) {
	f := d.Function()
	p0 := d.Int()
	d.End()
	r0 := (*(*func(int) int)(unsafe.Pointer(&f)))(p0)
	e.SuccessInt64(int64(r0))
}

func trampolineContextToError(d *Decoder, e *Encoder) {
	f := d.Function()
	p0 := d.Context()
	d.End()
	if err := (*(*func(context.Context) error)(unsafe.Pointer(&f)))(p0); err != nil {
		e.Failure(err)
		return
	}
	e.Success()
	e.Nil()
}

var mixedFields = [...]Field{
	{"A", "\xa1A", Required}, {"B", "\xa1B", Required}, {"C", "\xa1C", Required}, {"D", "\xa1D", Required},
}

func many(a int8, b uint16, c float32, d int32, e bool, f uint64, g string, h words, i io.Reader, j float64, k uint8, l []byte) string {
	text, _ := io.ReadAll(i)
	return fmt.Sprint(a, b, c, d, e, f, g, h, string(text), j, k, l)
}

// response is what a function that returns these values responds with.
func returning(values func(*Encoder)) string {
	return string(encode(func(e *Encoder) { e.Success(); values(e) }))
}

func implementReader(value any, must bool) (Iface, bool) {
	if must {
		_ = value.(io.Reader)
	}
	v, ok := value.(io.Reader)
	return *(*Iface)(unsafe.Pointer(&v)), ok
}

func TestTrampolinesCallWhatTheyAreGiven(t *testing.T) {
	writeMixed := func(e *Encoder) {
		e.Map(4)
		for i, value := range []func(){
			func() { e.Int64(-3) }, func() { e.String("b") },
			func() { e.Array(2); e.Int64(-300); e.Int64(5); e.Leave() }, func() { e.Float64(1.5) },
		} {
			e.Raw(mixedFields[i].Key)
			value()
		}
		e.Leave()
	}
	m := mixed{-3, "b", [2]int16{-300, 5}, 1.5}
	for name, c := range map[string]struct {
		callable  *Callable
		arguments []func(*Encoder)
		wanted    string
	}{
		"map": {
			&Callable{Call: trampolinePointerToPointer, Function: func(m byWord) map[string]int { m["b"] = 2; delete(m, "a"); return m }},
			[]func(*Encoder){func(e *Encoder) { e.Map(1); e.String("a"); e.Int64(1); e.Leave() }},
			returning(func(e *Encoder) { e.Map(1); e.String("b"); e.Int64(2) }),
		},
		"pointer": {
			&Callable{Call: trampolinePointerToPointer, Function: func(p *int16) *string { s := fmt.Sprint(*p); return &s }},
			[]func(*Encoder){integer(-7)}, returning(func(e *Encoder) { e.String("-7") }),
		},
		"nil pointer": {
			&Callable{Call: trampolinePointerToPointer, Function: func(p *mixed) *int { return nil }},
			[]func(*Encoder){func(e *Encoder) { e.Nil() }}, returning(func(e *Encoder) { e.Nil() }),
		},
		"numbers": {
			&Callable{Call: trampolineSliceToSlice, Function: func(v []int16) []float64 { return []float64{float64(len(v)), float64(v[1])} }},
			[]func(*Encoder){func(e *Encoder) { e.Int16s([]int16{1, -2}) }}, returning(func(e *Encoder) { e.Float64s([]float64{2, -2}) }),
		},
		"variadic": {
			&Callable{Call: trampolineSliceToSlice, Function: func(v ...string) words { slices.Reverse(v); return v }},
			[]func(*Encoder){func(e *Encoder) { encodeStrings(e, []string{"a", "b"}) }}, returning(func(e *Encoder) { encodeStrings(e, []string{"b", "a"}) }),
		},
		"interface": {
			&Callable{Call: trampolineIfaceToStringError, Function: func(r io.Reader) (string, error) { b, err := io.ReadAll(r); return string(b), err }},
			[]func(*Encoder){func(e *Encoder) { e.Bytes([]byte("read")) }}, returning(func(e *Encoder) { e.String("read") }),
		},
		"struct": {
			&Callable{Call: trampolineMixedToMixed, Function: func(m mixed) mixed { return m }},
			[]func(*Encoder){writeMixed}, returning(writeMixed),
		},
		"method of a pointer": {
			&Callable{Call: trampolineReceiverStringToString, Function: (*mixed).Describe, Returns: true},
			[]func(*Encoder){writeMixed, func(e *Encoder) { e.String("m") }},
			string(encode(func(e *Encoder) {
				e.Raw("\x93\x00")
				e.String(m.Describe("m"))
				e.Map(1)
				e.Int64(0)
				writeMixed(e)
			})),
		},
		"method of a value": {
			&Callable{Call: trampolineReceiverInt8ToInt8Float32, Function: (*mixed).Sum},
			[]func(*Encoder){writeMixed, integer(5)},
			returning(func(e *Encoder) { e.Results(2); e.Int64(2); e.Float64(1.5) }),
		},
		"widths and more than registers": {
			&Callable{Call: trampolineMany, Function: many},
			[]func(*Encoder){
				integer(-1), integer(65535), func(e *Encoder) { e.Float64(0.5) }, integer(-70000), func(e *Encoder) { e.Bool(true) },
				func(e *Encoder) { e.Uint64(1 << 63) }, func(e *Encoder) { e.String("text") },
				func(e *Encoder) { encodeStrings(e, []string{"x"}) }, func(e *Encoder) { e.Bytes([]byte("r")) },
				func(e *Encoder) { e.Float64(-2.25) }, integer(255), func(e *Encoder) { e.Bytes([]byte{9}) },
			},
			returning(func(e *Encoder) {
				e.String(many(-1, 65535, 0.5, -70000, true, 1<<63, "text", words{"x"}, strings.NewReader("r"), -2.25, 255, []byte{9}))
			}),
		},
		"named number": {
			&Callable{Call: trampolineIntToInt, Function: func(n int) int { return int(small(n)) }},
			[]func(*Encoder){integer(-128)}, returning(func(e *Encoder) { e.Int64(-128) }),
		},
		"context": {
			&Callable{Call: trampolineContextToError, Function: func(ctx context.Context) error { return ctx.Err() }},
			[]func(*Encoder){func(e *Encoder) { e.Nil() }}, returning(func(e *Encoder) { e.Nil() }),
		},
	} {
		t.Run(name, func(t *testing.T) {
			registerTypes(t, []Type{
				{Name: "example.com/m.mixed", Of: (*mixed)(nil), Class: ClassRecord, Is: IsStruct, Fields: mixedFields[:]},
				{Name: "io.Reader", Of: (*io.Reader)(nil), Class: ClassReference, Implement: implementReader},
			})
			setCallables([]Callable{{Call: c.callable.Call, Function: c.callable.Function, Returns: c.callable.Returns}})
			if got := respond(t, request(0, c.arguments...)); string(got) != c.wanted {
				t.Fatalf("got %q, not %q", got, c.wanted)
			}
		})
	}
}

func TestTrampolinesLendOnlyWhatIsLent(t *testing.T) {
	var kept []string
	keep := func(lent, held string) any { kept = []string{lent, held}; return nil }
	register(t, Callable{Call: trampolineStringStringToAny, Function: keep, Lent: "2"})
	text := func(e *Encoder) { e.String("some text") }
	asked := request(0, text, text)
	respond(t, asked)
	if !within(unsafe.StringData(kept[0]), asked) || within(unsafe.StringData(kept[1]), asked) {
		t.Fatal("lent the wrong argument")
	}
}

func TestTrampolinesReturnWhatIsInAnInterface(t *testing.T) {
	register(t, Callable{Call: trampolineStringToIface, Function: func(s string) fmt.Stringer { return bytes.NewBufferString(s) }})
	got := respond(t, request(0, func(e *Encoder) { e.String("x") }))
	if len(got) < 3 || got[2] != wireFixExt16 {
		t.Fatalf("got %x", got)
	}
	register(t, Callable{Call: trampolineStringToIface, Function: func(string) error { return nil }})
	if got := respond(t, request(0, func(e *Encoder) { e.String("x") })); string(got) != "\x92\x00\xc0" {
		t.Fatalf("got %x", got)
	}
}

func TestTrampolinesCallFuncsBehindHandles(t *testing.T) {
	register(t, Callable{Call: trampolineIntToInt, Function: handler(nil)})
	number, generation := handles.add(&held{value: handler(func(n int) int { return 2 * n })})
	if got := respond(t, request(0, writeHandle(number, generation), integer(4))); string(got) != "\x92\x00\x08" {
		t.Fatalf("got %x", got)
	}
}

func TestTrampolinesRaiseErrors(t *testing.T) {
	register(t, Callable{Call: trampolineContextToError, Function: func(context.Context) error { return errors.New("no") }})
	if got := respond(t, request(0, func(e *Encoder) { e.Nil() })); got[1] != byte(tagFault) {
		t.Fatalf("got %x", got)
	}
}

func trampolineSwappedIfaces(d *Decoder, e *Encoder) {
	f := d.Function()
	p0, p1 := d.Iface(0), d.Iface(1)
	(*(*func(Iface, Iface))(unsafe.Pointer(&f)))(p1, p0)
	e.Success()
	e.Nil()
}

func trampolineSwappedPointers(d *Decoder, e *Encoder) {
	f := d.Function()
	p0, p1 := d.Pointer(0), d.Pointer(1)
	(*(*func(unsafe.Pointer, unsafe.Pointer))(unsafe.Pointer(&f)))(p1, p0)
	e.Success()
	e.Nil()
}

func trampolineSwappedStructs(d *Decoder, e *Encoder) {
	f := d.Function()
	var p0, p1 mixed
	d.Into(0, unsafe.Pointer(&p0))
	d.Into(1, unsafe.Pointer(&p1))
	(*(*func(mixed, mixed))(unsafe.Pointer(&f)))(p1, p0)
	e.Success()
	e.Nil()
}

func trampolineErrorLost(d *Decoder, e *Encoder) {
	f := d.Function()
	p0 := d.Int()
	r0, _ := (*(*func(int) (int, error))(unsafe.Pointer(&f)))(p0)
	e.SuccessInt64(int64(r0))
}

// A trampoline of another layout than its function's is found out before it is used.
func TestLayoutsAreTriedBeforeTheyAreUsed(t *testing.T) {
	wrong := map[string]*Callable{
		"two words":       {Call: trampolineIntToInt, Function: func(n int) string { panic(n) }},
		"other registers": {Call: trampolineIntToInt, Function: func(f float64) int { panic(f) }},
		"other result":    {Call: trampolineIntToInt, Function: func(n int) float64 { panic(n) }},
		"swapped": {
			Call: trampolineReceiverStringToString, Function: func(s string, p *mixed) string { panic(s) },
		},
		"one word for two":   {Call: trampolinePointerToPointer, Function: func(s any) *int { panic(s) }},
		"two words for one":  {Call: trampolineIfaceToStringError, Function: func(p *int) (string, error) { panic(p) }},
		"swapped interfaces": {Call: trampolineSwappedIfaces, Function: func(r io.Reader, w io.Writer) { panic(r) }},
		"swapped funcs":      {Call: trampolineSwappedPointers, Function: func(f func(), g func()) { panic(f) }},
		"swapped channels":   {Call: trampolineSwappedPointers, Function: func(c, d chan int) { panic(c) }},
		"swapped records":    {Call: trampolineSwappedPointers, Function: func(m, n *mixed) { panic(m) }},
		"swapped structs":    {Call: trampolineSwappedStructs, Function: func(m, n mixed) { panic(m) }},
		"the error is lost":  {Call: trampolineErrorLost, Function: func(n int) (int, error) { panic(n) }},
		"not called":         {Call: func(d *Decoder, e *Encoder) { d.Function(); e.Success(); e.Nil() }, Function: func(n int) { panic(n) }},
	}
	for name := range wrong {
		layouts.Clear()
		c := wrong[name]
		registerTypes(t, []Type{{Name: "example.com/m.mixed", Of: (*mixed)(nil), Class: ClassRecord, Is: IsStruct, Fields: mixedFields[:]}})
		setCallables([]Callable{{Call: c.Call, Function: c.Function}})
		if CheckLayouts() == nil {
			t.Errorf("%s: passed", name)
		}
		kind, message, _, _ := problemOf(t, respond(t, request(0, integer(1))))
		if kind != faultPanic || !strings.Contains(message, "not called") {
			t.Errorf("%s: %s %q", name, kind, message)
		}
	}
	layouts.Clear()
	live := handles.count()
	register(t, Callable{Call: trampolineMany, Function: many}, Callable{Call: trampolineSliceToSlice, Function: func([]int16) []float64 { return nil }},
		Callable{Call: trampolineContextToError, Function: func(context.Context) error { return nil }},
		Callable{Call: trampolineIfaceToStringError, Function: func(io.Reader) (string, error) { return "", nil }},
		Callable{Call: trampolineStringToIface, Function: func(string) fmt.Stringer { return nil }})
	if err := CheckLayouts(); err != nil || handles.count() != live {
		t.Error(err, handles.count(), live)
	}
}

type raw []byte

type posted struct {
	Kind    string
	Payload *raw
}

var postedFields = [...]Field{{Name: "Kind", Key: "\xa4kind"}, {Name: "Payload", Key: "\xa7payload", Is: OmitEmpty}}

func trampolinePosted(d *Decoder, e *Encoder) {
	f := d.Function()
	var p0 posted
	d.Into(0, unsafe.Pointer(&p0))
	d.End()
	(*(*func(posted))(unsafe.Pointer(&f)))(p0)
	e.Success()
	e.Nil()
}

// What a codec doesn't read as it was written is not the trampoline's fault.
func TestLayoutsAreTriedWithWhatCodecsRead(t *testing.T) {
	layouts.Clear()
	registerTypes(t, []Type{
		{Name: "example.com/m.posted", Of: (*posted)(nil), Class: ClassRecord, Is: IsStruct, Fields: postedFields[:]},
		{Name: "example.com/m.raw", Of: (*raw)(nil), Class: ClassNamed},
	})
	setCallables([]Callable{{Call: trampolinePosted, Function: func(p posted) { panic(p) }}})
	if err := CheckLayouts(); err != nil {
		t.Fatal(err)
	}
}
