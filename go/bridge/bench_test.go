package bridge

import (
	"reflect"
	"strconv"
	"testing"
	"unsafe"
)

func BenchmarkCall(b *testing.B) {
	register(b, Callable{Call: callAdd, Parameters: "a b"})
	asked, response := request(0, integer(1), integer(2)), make([]byte, 16)
	for b.Loop() {
		Call(asked, response)
	}
}

func BenchmarkRecords(b *testing.B) {
	registerTypes(b, vectorTypes(false))
	tables := codecOf(reflect.TypeFor[[]Person]())
	people := make([]Person, 1000)
	for i := range people {
		people[i] = Person{
			FirstName: "Ada " + strconv.Itoa(i), Age: int64(i), Nick: "n",
			Tags: []string{"a", "bc"}, Home: Point{1, 2},
		}
	}
	write := func(e *Encoder) {
		e.Array(len(people))
		for i := range people {
			encodePerson(e, &people[i])
		}
		e.Leave()
	}
	encoded := append([]byte{}, encode(write)...)
	buffer := make([]byte, len(encoded))
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			write(NewEncoder(buffer))
		}
	})
	b.Run("encode by tables", func(b *testing.B) {
		for b.Loop() {
			tables.write(NewEncoder(buffer), unsafe.Pointer(&people))
		}
	})
	b.Run("decode by tables", func(b *testing.B) {
		for b.Loop() {
			var read []Person
			tables.read(NewDecoder(encoded), unsafe.Pointer(&read))
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			d := NewDecoder(encoded)
			n, _ := d.Array()
			read := make([]Person, n)
			for i := range read {
				decodePerson(d, d.Record(fieldsPerson[:]), &read[i])
			}
		}
	})
}

func BenchmarkMap(b *testing.B) {
	m := make(map[string]int64)
	for i := range 1000 {
		m["key "+strconv.Itoa(i)] = int64(i) * 1000
	}
	write := func(e *Encoder) {
		e.Map(len(m))
		for k, x := range m {
			e.String(k)
			e.Int64(x)
		}
		e.Leave()
	}
	encoded := append([]byte{}, encode(write)...)
	buffer := make([]byte, len(encoded))
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			write(NewEncoder(buffer))
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			d := NewDecoder(encoded)
			n, _ := d.Map()
			read := make(map[string]int64, n)
			for range n {
				k := d.String()
				read[k] = d.Int64()
			}
		}
	})
}

func BenchmarkMaps(b *testing.B) {
	entries := map[string]int{}
	for n := range 1000 {
		entries["key number "+strconv.Itoa(n)] = n
	}
	c := codecOf(reflect.TypeFor[map[string]int]())
	reflected := newCodec(reflect.TypeFor[map[string]int]())
	reflected.entries = nil
	encoded := append([]byte{}, encode(func(e *Encoder) { c.writeMap(e, unsafe.Pointer(&entries)) })...)
	buffer := make([]byte, len(encoded))
	for name, c := range map[string]*codec{"by layout": c, "by reflection": reflected} {
		b.Run("decode "+name, func(b *testing.B) {
			for b.Loop() {
				c.readMap(NewDecoder(encoded))
			}
		})
		b.Run("encode "+name, func(b *testing.B) {
			for b.Loop() {
				c.writeMap(NewEncoder(buffer), unsafe.Pointer(&entries))
			}
		})
	}
}
