package bridge

import (
	"reflect"
	"runtime"
	"testing"
)

// hostile runs a decoder on bytes that may be anything: only failures may come
// out, and no more may be allocated than the bytes account for.
func hostile(t *testing.T, data []byte, decode func(*Decoder)) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	func() {
		defer func() {
			if cause := recover(); cause != nil {
				if _, ok := cause.(*failure); !ok {
					t.Fatalf("a panic came out: %v", cause)
				}
			}
		}()
		d := NewDecoder(data)
		decode(d)
		d.End()
	}()
	runtime.ReadMemStats(&after)
	// A byte can be an item of a slice, an entry of a map or a struct.
	if allocated, limit := after.TotalAlloc-before.TotalAlloc, uint64(1<<20+1000*len(data)); allocated > limit {
		t.Fatalf("%d bytes were allocated for %d", allocated, len(data))
	}
}

func seed(f *testing.F) {
	for _, raw := range []string{
		"", "\xc0", "\x05", "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", "\xa1x", "\xc4\x01x",
		"\xdd\xff\xff\xff\xff", "\xdf\xff\xff\xff\xff", "\xdb\xff\xff\xff\xff", "\xc6\xff\xff\xff\xff",
		"\xc9\xff\xff\xff\xff\x02", "\xd5\x02\x00\x01", "\x92\xd7\x04\x00\x00\x00\x00\x00\x00\x00\x00\x82\xa1X\x01\xa1Y\x02",
		"\x82\x01\x02\x93\x01\x02\x03\x04", "\x81\xc4\x01x\x01", "\xd8\x03\x01\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00",
		"\xd8\x01\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"\x86\xaafirst_name\xa1a\xa3age\x01\xa4nick\xa1n\xa4Home\x82\xa1X\x01\xa1Y\x02\xa4Tags\x91\xa1t\xa4Boss\xc0",
	} {
		f.Add([]byte(raw))
	}
}

func FuzzAny(f *testing.F) {
	registerTypes(f, vectorTypes(true))
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		hostile(t, data, func(d *Decoder) { d.Any() })
	})
}

func FuzzTables(f *testing.F) {
	registerTypes(f, vectorTypes(false))
	seed(f)
	all := []reflect.Type{
		reflect.TypeFor[Person](), reflect.TypeFor[[]Point](), reflect.TypeFor[map[string][]Person](),
		reflect.TypeFor[Tree](), reflect.TypeFor[[]float64](), reflect.TypeFor[map[any]any](),
		reflect.TypeFor[[3][2]uint8](), reflect.TypeFor[*[]*int16](), reflect.TypeFor[map[[2]Point]complex64](),
		reflect.TypeFor[error](), reflect.TypeFor[func()](), reflect.TypeFor[*thing](), reflect.TypeFor[UUID](),
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, typ := range all {
			hostile(t, data, func(d *Decoder) { Decode(d, reflect.New(typ).Interface()) })
		}
	})
}

func FuzzCall(f *testing.F) {
	registerTypes(f, vectorTypes(true))
	setCallables([]Callable{{
		Call: func(d *Decoder, e *Encoder) {
			var p Person
			decodePerson(d, d.Record(fieldsPerson[:]), &p)
			v := d.Any()
			d.End()
			e.Success()
			e.Results(2)
			encodePerson(e, &p)
			e.Any(v)
		},
		Parameters: "p v",
	}})
	f.Add(request(0))
	f.Add([]byte("\x93\x10\x86\xaafirst_name\xa1a\xa3age\x01\xa4nick\xa1n\xa4Home\x82\xa1X\x01\xa1Y\x02\xa4Tags\x91\xa1t\xa4Boss\xc0\x81\x01\x02"))
	f.Add([]byte("\x92\x00\xd4\x02\x07"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// Addresses in hostile bytes can't be followed, and the environment of
		// the test is not theirs to change.
		if index, ok := symbolIndex(data); !ok || builtin(index) == builtinSetEnvironment {
			return
		}
		c := call{decoder: Decoder{reader: reader{data: data}, untrusted: true}, encoder: Encoder{untrusted: true}}
		func() {
			defer func() {
				if cause := recover(); cause != nil {
					c.recover(cause)
				}
			}()
			c.other(c.decoder.index())
		}()
		response := c.encoder.Encoded()
		d := NewDecoder(response)
		if n, ok := d.Array(); !ok || n < 2 || n > 3 {
			t.Fatalf("response %x", response)
		}
		d.at = 0
		d.depth = 0
		d.skip()
		d.End()
	})
}

// symbolIndex reads the start of a request, if it has one.
func symbolIndex(data []byte) (index uint64, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	d := NewDecoder(data)
	d.Array()
	return d.Uint64(), true
}

func TestNestingIsLimitedAtBothEnds(t *testing.T) {
	registerTypes(t, vectorTypes(true))
	for _, depth := range []int{depthLimit, depthLimit + 1} {
		deep := make([]byte, depth, depth+1)
		for i := range deep {
			deep[i] = wireFixArray | 1
		}
		deep = append(deep, wireNil)
		var decoded any
		failed := fails(func() { decoded = NewDecoder(deep).Any() })
		if failed != (depth > depthLimit) {
			t.Fatalf("depth %d: failed %v", depth, failed)
		}
		if !failed && fails(func() { NewEncoder(nil).Any(decoded) }) {
			t.Fatalf("depth %d does not go back", depth)
		}
	}
	cycle := map[string]any{}
	cycle["self"] = cycle
	if !fails(func() { NewEncoder(nil).Any(cycle) }) {
		t.Fatal("a cycle ends")
	}
	tree := Tree{nil}
	tree[0] = tree
	if !fails(func() { NewEncoder(nil).Any(tree) }) {
		t.Fatal("a cycle ends")
	}
}

func fails(run func()) (failed bool) {
	defer func() {
		if cause := recover(); cause != nil {
			_ = cause.(*failure)
			failed = true
		}
	}()
	run()
	return false
}
