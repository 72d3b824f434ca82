package bridge

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"unsafe"
)

// What trampolines are tried with: values that are told apart, one for each
// argument and result, and no two alike.

// sampleDepth is how deep samples are filled.
const sampleDepth = 2

// sampleError is the error of a function that raises one.
type sampleError struct{ number int }

func (e *sampleError) Error() string { return fmt.Sprint("sample ", e.number) }

// sampleObject is what is in an interface with methods, whatever these are: it
// is passed, and no method is called.
type sampleObject struct{ number int }

func (o *sampleObject) sample() {}

// sampleInterface makes the words of an interface with methods.
func sampleInterface(v any, _ bool) (Iface, bool) {
	object, ok := v.(interface{ sample() })
	return *(*Iface)(unsafe.Pointer(&object)), ok
}

// sampled returns the codecs of a function type, of which those of interfaces
// take samples for values that implement them.
func sampled(t reflect.Type) *signature {
	s := signatureOf(t)
	for i, c := range s.in {
		if c.shape == shapeInterface {
			own := newCodec(c.t)
			own.declared = &declared{Type: &Type{Implement: sampleInterface}}
			s.in[i] = own
		}
	}
	return s
}

// samples makes a value for each codec.
func samples(codecs []*codec) []reflect.Value {
	made := make([]reflect.Value, len(codecs))
	for i, c := range codecs {
		v := reflect.New(c.t).Elem()
		made[i] = v
		switch {
		case c.shape == shapeInterface:
			*(*Iface)(v.Addr().UnsafePointer()), _ = sampleInterface(&sampleObject{i}, true)
		case c.shape == shapeError:
			v.Set(reflect.ValueOf(&sampleError{i}))
		case v.Kind() == reflect.Func:
			v.Set(reflect.MakeFunc(c.t, nil))
		case v.Kind() == reflect.Chan && c.t.ChanDir() == reflect.BothDir:
			v.Set(reflect.MakeChan(c.t, 0))
		default:
			fill(v, i+1, sampleDepth)
		}
	}
	return made
}

// fill makes a value of its number, and what is in it so many levels deep.
func fill(v reflect.Value, number, depth int) {
	t := v.Type()
	if _, isNumber := numberOf(t); !isNumber && codecOf(t).shape == shapeAdapted {
		// Its adapter takes some values only; the zero value is one.
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(number%2 == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(-number - 1))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(number) + 1<<(t.Bits()-1))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(number) + 0.5)
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(number), -0.5))
	case reflect.String:
		v.SetString(fmt.Sprint("text ", number))
	case reflect.Interface:
		if t.NumMethod() == 0 {
			v.Set(reflect.ValueOf(number))
		}
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(t, 1, 1))
			fill(v.Index(0), number, depth-1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), number+i, depth-1)
		}
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(t.Elem()))
			fill(v.Elem(), number, depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		if key := t.Key(); depth > 0 && codecOf(key).shape == shapeString {
			k, item := reflect.New(key).Elem(), reflect.New(t.Elem()).Elem()
			fill(k, number, 0)
			fill(item, number, depth-1)
			v.SetMapIndex(k, item)
		}
	case reflect.Struct:
		if c := codecOf(t); c.shape == shapeRecord && depth > 0 {
			for i := range c.declared.Fields {
				fill(v.FieldByName(c.declared.Fields[i].Name), number+i, depth-1)
			}
		}
	}
}

// reread returns what a codec reads of what it writes. That need not be the value
// itself: a pointer to a nil slice is nil then.
func reread(c *codec, v reflect.Value) reflect.Value {
	e := NewEncoder(nil)
	c.write(e, v.Addr().UnsafePointer())
	place := reflect.New(c.t)
	c.read(NewDecoder(e.Encoded()), place.UnsafePointer())
	settled(e.Encoded())
	return place.Elem()
}

// same says whether two values of a codec's type are alike: handles of them lead
// to the same, and the rest is equal.
func same(c *codec, one, other reflect.Value) bool {
	return bytes.Equal(written(c, one), written(c, other))
}

// written returns a value as it is written.
func written(c *codec, v reflect.Value) []byte {
	place := reflect.New(c.t)
	place.Elem().Set(v)
	e := NewEncoder(nil)
	c.write(e, place.UnsafePointer())
	return settled(e.Encoded())
}

// settled closes the handles in a message. It returns the message with the
// addresses that they lead to in their place: every handle has a number of its
// own.
func settled(message []byte) []byte {
	var opened []uint64
	message = bytes.Clone(message)
	for at := 0; at+18 <= len(message); at++ {
		if message[at] != wireFixExt16 || message[at+1] != byte(extHandle) {
			continue
		}
		number, generation := binary.LittleEndian.Uint32(message[at+2:]), binary.LittleEndian.Uint32(message[at+6:])
		h := handles.get(number, generation)
		if h == nil {
			continue
		}
		opened = append(opened, uint64(number)|uint64(generation)<<32)
		address := uint64(uintptr(dataWord(h.value)))
		if c := h.asContainer(); c != nil && c.returned {
			// The map itself.
			address = uint64(*(*uintptr)(dataWord(h.value)))
		} else if h.boxed {
			// A copy.
			address = 0
		}
		binary.LittleEndian.PutUint64(message[at+2:], address)
		at += 17
	}
	handles.release(opened)
	return message
}
