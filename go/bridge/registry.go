package bridge

import (
	"reflect"
	"sync"
)

// A Type is an entry of the type registry: what the schema says of a type, for
// values whose type is only known at run time. Entries are in the order of
// the schema, so that an entry's position is the type's number on the wire.
type Type struct {
	name    string
	reflect reflect.Type
	// class is how values of the type cross.
	class class
	// object says that a pointer to the struct crosses as a handle.
	object bool
	// encode and decode are the generated code of a type of class data;
	// they take a pointer to the value.
	encode func(e *Encoder, pointer any)
	decode func(d *Decoder, pointer any)
}

type class uint8

const (
	classUnknown class = iota // not named by generated code, not yet seen
	classData                 // as encode and decode say
	classNamed                // as its underlying type
	classOpaque               // a struct that is a handle
	classHandle               // a func, channel, pointer or interface
)

// Data is the entry of a struct that crosses as a record, and of the types
// that cross as something of their own. If object is true, pointers to it are
// handles.
func Data[T any](name string, object bool, encode func(*Encoder, *T), decode func(*Decoder, *T)) Type {
	return Type{
		name:    name,
		reflect: reflect.TypeFor[T](),
		class:   classData,
		object:  object,
		encode:  func(e *Encoder, pointer any) { encode(e, pointer.(*T)) },
		decode:  func(d *Decoder, pointer any) { decode(d, pointer.(*T)) },
	}
}

// Named is the entry of a named scalar, slice, array or map.
func Named[T any](name string) Type {
	return Type{name: name, reflect: reflect.TypeFor[T](), class: classNamed}
}

// NamedLike is the entry of a type that generated code can't name, but has a
// constant of.
func NamedLike[T any](name string, _ T) Type { return Named[T](name) }

// Struct is the entry of a struct that is only a handle.
func Struct[T any](name string) Type {
	return Type{name: name, reflect: reflect.TypeFor[T](), class: classOpaque, object: true}
}

// Reference is the entry of a func, channel, pointer or interface.
func Reference[T any](name string) Type {
	return Type{name: name, reflect: reflect.TypeFor[T](), class: classHandle}
}

// Unnameable is the entry of a type that generated code can't name. It is
// recognised by its name when a value of it is first seen.
func Unnameable(name string) Type { return Type{name: name} }

// registry finds types by number, by Go type, and the unnameable by name.
type registry struct {
	types []Type

	lock   sync.RWMutex // guards what follows, and the unnameable of types
	byType map[reflect.Type]uint32
	byName map[string]uint32
}

// types returns the registry, which is made when it is first needed: most
// programs use few of a library's types, and many none dynamically.
var types = sync.OnceValue(newRegistry)

func newRegistry() *registry {
	r := &registry{byType: make(map[reflect.Type]uint32), byName: make(map[string]uint32)}
	if library.Types != nil {
		r.types = library.Types()
	}
	for i := range r.types {
		if t := r.types[i].reflect; t != nil {
			r.byType[t] = uint32(i)
		} else {
			r.byName[r.types[i].name] = uint32(i)
		}
	}
	return r
}

// lookup returns the entry of a Go type and its number, or nil if the schema
// doesn't have it.
func (r *registry) lookup(t reflect.Type) (*Type, uint32) {
	r.lock.RLock()
	number, found := r.byType[t]
	r.lock.RUnlock()
	if !found {
		number = r.recognise(t)
	}
	if number == numberUnknown {
		return nil, number
	}
	return &r.types[number], number
}

// recognise looks for a type among the unnameable ones, and remembers the
// outcome.
func (r *registry) recognise(t reflect.Type) uint32 {
	r.lock.Lock()
	defer r.lock.Unlock()
	if number, found := r.byType[t]; found {
		return number
	}
	number, found := uint32(numberUnknown), false
	if len(r.byName) > 0 {
		if number, found = r.byName[typeExpression(t)]; found {
			entry := &r.types[number]
			entry.reflect = t
			switch t.Kind() {
			case reflect.Struct:
				entry.class, entry.object = classOpaque, true
			case reflect.Func, reflect.Chan, reflect.Pointer, reflect.Interface:
				entry.class = classHandle
			default:
				entry.class = classNamed
			}
		} else {
			number = numberUnknown
		}
	}
	r.byType[t] = number
	return number
}

// get returns the entry with that number, or nil.
func (r *registry) get(number uint32) *Type {
	if uint64(number) >= uint64(len(r.types)) {
		return nil
	}
	r.lock.RLock()
	defer r.lock.RUnlock()
	if r.types[number].class == classUnknown {
		return nil
	}
	return &r.types[number]
}

// typeName returns the name of the type with that number, for messages.
func typeName(number uint32) string {
	all := types().types
	if uint64(number) >= uint64(len(all)) {
		return "Go"
	}
	return shortExpression(all[number].name)
}
