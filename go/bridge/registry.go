package bridge

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Type is an entry of the type table: what the schema says of a type. Entries
// are in the order of the schema, so that an entry's position is the type's
// number on the wire. They are data that the linker lays out: nothing is run
// for a type before it is used.
type Type struct {
	// Name is the type as the schema writes it.
	Name string
	// Of is a nil pointer to the type or, for a type that generated code can't
	// name, a constant of it. It is nil if there is neither: the type is then
	// recognised by its name when a value of it is first seen.
	Of any
	// Class is how values of the type cross.
	Class Class
	// Is has what else there is to say.
	Is TypeFlags
	// Fields are the fields of a struct that cross.
	Fields []Field
	// Promoted names the fields that are reached through embedded structs.
	Promoted []string
	// Encode and Decode are straight-line code for the fields of a struct, where
	// it was generated: func(*Encoder, *T) and func(*Decoder, Record, *T).
	Encode, Decode any
	// Implement makes a value one of an interface type, which has methods. It says
	// whether the value implements it; if it must and doesn't, it panics as Go does.
	Implement func(value any, must bool) (Iface, bool)
	// Invoke calls a func of the type.
	Invoke *Callable
	// Host makes a func of the type, or an adapter that implements it, of what the
	// host holds; nil where there is no code for that.
	Host func(h *Host) any
}

// Class is how values of a type cross.
type Class uint8

// The classes of types.
const (
	// ClassUnseen types are those that generated code can't name, until a value of
	// them has been seen.
	ClassUnseen Class = iota
	// ClassRecord are structs that cross as records.
	ClassRecord
	// ClassNamed types cross as what they are made of.
	ClassNamed
	// ClassOpaque structs are only handles.
	ClassOpaque
	// ClassReference types are funcs, channels, pointers and interfaces.
	ClassReference
	// ClassAdapted types cross as something of their own: those of adapters.
	ClassAdapted
)

// isData says whether values carry their type's number where that is not known.
func (c Class) isData() bool { return c == ClassRecord || c == ClassNamed || c == ClassAdapted }

// TypeFlags are facts about a type.
type TypeFlags uint8

const (
	// IsObject says that a pointer to the struct crosses as a handle.
	IsObject TypeFlags = 1 << iota
	// IsHidden says that the struct has state that its fields don't show.
	IsHidden
	// IsStruct says that the type's fields can be reached, and values made of it.
	IsStruct
	// IsConstant says that Of is a constant.
	IsConstant
)

// A Field is a field of a struct that crosses.
type Field struct {
	// Name is Go's.
	Name string
	// Key is the field's key as it is on the wire, header included.
	Key string
	// Is says when the field has to be there.
	Is FieldFlags
}

// FieldFlags are facts about a field.
type FieldFlags uint8

const (
	// Required fields are in every whole record.
	Required FieldFlags = 1 << iota
	// OmitEmpty fields are left out of results when they are empty.
	OmitEmpty
)

// A declared type is an entry of the type table and what is known of it while
// the library runs.
type declared struct {
	*Type
	number  uint32
	class   Class
	object  bool
	reflect reflect.Type
	// own crosses values of the type.
	own atomic.Pointer[codec]
	// first is the type's first place in the symbol table, behind the callables.
	first uint32
	// accessors reach the fields, once they are needed.
	accessors atomic.Pointer[[]accessor]
}

// registry finds types by number, by Go type, and the unnameable by name.
type registry struct {
	types []declared
	// owners has the type's number for each place in the symbol table that
	// belongs to a type.
	owners []uint32
	// getters has the getter for each of these places that is one, once it has
	// been used.
	getters []atomic.Pointer[getter]

	lock   sync.RWMutex // guards what follows, and the unseen of types
	byType map[reflect.Type]uint32
	byName map[string]uint32
}

// types returns the registry, which is made when it is first needed: most
// programs use few of a library's types, and many none dynamically.
var types = sync.OnceValue(newRegistry)

func newRegistry() *registry {
	count := 0
	for _, piece := range library.Types {
		count += len(piece)
	}
	r := &registry{
		types:  make([]declared, count),
		byType: make(map[reflect.Type]uint32, count),
		byName: make(map[string]uint32),
	}
	number := uint32(0)
	for entry := range rows(library.Types) {
		t := &r.types[number]
		t.Type, t.number, t.class, t.object = entry, number, entry.Class, entry.Is&IsObject != 0
		t.first = uint32(len(r.owners))
		for range entry.places() {
			r.owners = append(r.owners, number)
		}
		if entry.Of == nil {
			r.byName[entry.Name] = number
		} else {
			t.reflect = reflect.TypeOf(entry.Of)
			if entry.Is&IsConstant == 0 {
				t.reflect = t.reflect.Elem()
			}
			r.byType[t.reflect] = number
		}
		number++
	}
	r.getters = make([]atomic.Pointer[getter], len(r.owners))
	current.Store(r)
	return r
}

// current is the registry, once it is there.
var current atomic.Pointer[registry]

// getterAt returns the getter at a place of the symbol table behind the callables,
// if one is there and has been used.
func getterAt(place uint64) *getter {
	if r := current.Load(); r != nil && place < uint64(len(r.getters)) {
		return r.getters[place].Load()
	}
	return nil
}

// lookup returns the entry of a Go type and its number, or nil if the schema
// doesn't have it.
func (r *registry) lookup(t reflect.Type) (*declared, uint32) {
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
				entry.class, entry.object = ClassOpaque, true
			case reflect.Func, reflect.Chan, reflect.Pointer, reflect.Interface:
				entry.class = ClassReference
			default:
				entry.class = ClassNamed
			}
		} else {
			number = numberUnknown
		}
	}
	r.byType[t] = number
	return number
}

// meet recognises a type that generated code can't name by what is behind the
// handle that comes next.
//
//go:noinline
func (r *registry) meet(d *Decoder, number uint32) {
	start := d.at
	if d.AtHandle() {
		t := heldType(d.held())
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		r.lookup(t)
		d.at = start
	}
	if r.get(number) == nil {
		refused(start, "there is no %s yet", typeName(number))
	}
}

// get returns the entry with that number, or nil.
func (r *registry) get(number uint32) *declared {
	if uint64(number) >= uint64(len(r.types)) {
		return nil
	}
	r.lock.RLock()
	defer r.lock.RUnlock()
	if r.types[number].class == ClassUnseen {
		return nil
	}
	return &r.types[number]
}

// typeName returns the name of the type with that number, for messages.
func typeName(number uint32) string {
	if r := types(); uint64(number) < uint64(len(r.types)) {
		return shortExpression(r.types[number].Name)
	}
	return "Go"
}

// Iface is the two words of an interface value, whatever its methods are.
type Iface struct{ table, data unsafe.Pointer }

// value is Any for an interface that may be nil.
func (i Iface) value() any {
	if i.table == nil {
		return nil
	}
	return i.Any()
}

// Any returns the value in the interface, which has methods.
func (i Iface) Any() any {
	// All interfaces with methods are made alike; the conversion looks at the
	// value's type only.
	return *(*error)(unsafe.Pointer(&i))
}
