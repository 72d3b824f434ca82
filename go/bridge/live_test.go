package bridge

import (
	"reflect"
	"testing"
)

type (
	testName  string
	testLevel int
	testBag   map[testName]testLevel
)

// live returns what writes a handle to the container in a place, for requests, and
// what was written.
func live(t *testing.T, place any) func(*Encoder) {
	t.Helper()
	p := reflect.ValueOf(place)
	return func(e *Encoder) { codecOf(p.Type().Elem()).writeLive(e, p.UnsafePointer()) }
}

// builtinRequest returns the request of a builtin.
func builtinRequest(index builtin, arguments ...func(*Encoder)) []byte {
	return request(int(index)-builtinSlots, arguments...)
}

// answer returns what is behind the mark of a result.
func answer(t *testing.T, asked []byte) string {
	t.Helper()
	response := make([]byte, 256)
	n, overflow := Call(asked, response)
	if overflow != nil || n < 2 || response[0] != wireFixArray|2 || response[1] != byte(tagResult) {
		t.Fatalf("%x has the response %x", asked, response[:n])
	}
	return string(response[2:n])
}

func text(v string) func(*Encoder) { return func(e *Encoder) { e.String(v) } }

func TestItemsOfMapsAreFoundByText(t *testing.T) {
	const absent = "\xd4\x08\x00"
	for _, one := range []struct {
		place any
		found string
	}{
		{&map[string]int{"k": 5}, "\x05"},
		{&map[string]int64{"k": -5}, "\xfb"},
		{&testBag{"k": 300}, "\xcd\x01\x2c"},
		{&map[testName]string{"k": "text"}, "\xa4text"},
		{&map[string]float64{"k": 1.5}, "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00"},
		{&map[string]bool{"k": true}, "\xc3"},
		{&map[string]uint8{"k": 7}, "\x07"},
		{&map[string][]byte{"k": []byte("b")}, "\xc4\x01b"},
	} {
		container := live(t, one.place)
		if got := answer(t, builtinRequest(builtinItem, container, text("k"))); got != one.found {
			t.Errorf("%T: %x, not %x", one.place, got, one.found)
		}
		if got := answer(t, builtinRequest(builtinItem, container, text("none"))); got != absent {
			t.Errorf("%T without the key: %x", one.place, got)
		}
		nothing := reflect.New(reflect.TypeOf(one.place).Elem()).Interface()
		if got := answer(t, builtinRequest(builtinItem, live(t, nothing), text("k"))); got != absent {
			t.Errorf("a nil %T: %x", nothing, got)
		}
	}
}

func TestAMapThatIsAssignedToIsMadeFirst(t *testing.T) {
	var bag testBag
	answer(t, builtinRequest(builtinSetItem, live(t, &bag), text("k"), integer(5)))
	if bag["k"] != 5 {
		t.Fatal(bag)
	}
}

func TestSlicesInMapsAreStoredWhenTheyGrow(t *testing.T) {
	header := map[string][]int{"k": {1}}
	outer := &container{
		held:  held{value: &header, boxed: true, container: true},
		codec: codecOf(reflect.TypeOf(header)),
	}
	inner := &container{
		held:  held{value: &[]int{}, boxed: true, container: true},
		codec: codecOf(reflect.TypeOf([]int{})),
		owner: &element{of: outer, key: reflect.ValueOf("k")},
	}
	inner.splice(1, 1, reflect.ValueOf([]int{2, 3}))
	inner.splice(0, 1, reflect.ValueOf([]int(nil)))
	if got := header["k"]; !reflect.DeepEqual(got, []int{2, 3}) {
		t.Fatal(got)
	}
}
