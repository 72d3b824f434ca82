package bridge

import (
	"reflect"
	"slices"
)

// DecodeReflected reads a value into what pointer points to by its static type,
// for types that generated code can't name. Nothing is changed if that fails.
func DecodeReflected(d *Decoder, pointer any) {
	target := reflect.ValueOf(pointer).Elem()
	read := reflect.New(target.Type()).Elem()
	decodeReflected(d, read)
	target.Set(read)
}

// decodeReflected reads a value as the generated code for its type would.
func decodeReflected(d *Decoder, v reflect.Value) {
	t := v.Type()
	if t.Kind() == reflect.Interface {
		decodeReflectedInterface(d, v)
		return
	}
	if entry, _ := types().lookup(t); entry != nil {
		switch entry.class {
		case classData:
			entry.decode(d, v.Addr().Interface())
			return
		case classOpaque, classHandle:
			decodeReflectedHandle(d, v)
			return
		}
	}
	start := d.at
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(d.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		wide := d.Int64()
		if v.OverflowInt(wide) {
			malformed(start, "%d does not fit in %s", wide, shortName(t))
		}
		v.SetInt(wide)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		wide := d.Uint64()
		if v.OverflowUint(wide) {
			malformed(start, "%d does not fit in %s", wide, shortName(t))
		}
		v.SetUint(wide)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(d.Float64())
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(d.Complex128())
	case reflect.String:
		v.SetString(d.String())
	case reflect.Slice:
		decodeReflectedSlice(d, v)
	case reflect.Array:
		decodeReflectedArray(d, v)
	case reflect.Map:
		decodeReflectedMap(d, v)
	case reflect.Pointer:
		decodeReflectedPointer(d, v)
	default:
		decodeReflectedHandle(d, v)
	}
}

func decodeReflectedInterface(d *Decoder, v reflect.Value) {
	start := d.at
	var value any
	if v.Type() == errorType {
		if err := d.Error(); err != nil {
			value = err
		}
	} else {
		value = d.Any()
	}
	if value == nil {
		v.SetZero()
		return
	}
	found := reflect.ValueOf(value)
	if !found.Type().Implements(v.Type()) {
		refused(start, "%s does not implement %s", shortName(found.Type()), shortName(v.Type()))
	}
	v.Set(found)
}

// decodeReflectedHandle reads a handle to a value of v's type.
func decodeReflectedHandle(d *Decoder, v reflect.Value) {
	start := d.at
	if d.Nil() {
		if v.Kind() == reflect.Struct {
			refused(start, "expected %s, got nil", shortName(v.Type()))
		}
		v.SetZero()
		return
	}
	h := d.held()
	if v.Kind() == reflect.Struct {
		// By value: a copy of what the handle leads to.
		pointer := convert(start, h, reflect.PointerTo(v.Type()))
		if pointer.IsNil() {
			refused(start, "expected %s, got nil", shortName(v.Type()))
		}
		v.Set(pointer.Elem())
		return
	}
	v.Set(convert(start, h, v.Type()))
}

func decodeReflectedSlice(d *Decoder, v reflect.Value) {
	t := v.Type()
	if d.Nil() {
		v.SetZero()
		return
	}
	if t.Elem() == byteType {
		v.SetBytes(d.Bytes())
		return
	}
	if t.Elem().PkgPath() == "" && t.Elem().Kind() < reflect.Complex64 && t.Elem().Kind() > reflect.Bool {
		kind := slices.Index(numberKinds[:], t.Elem().Kind().String())
		found := reflect.ValueOf(d.numbersOf(numberKind(kind)))
		v.Set(found.Convert(t))
		return
	}
	n, _ := d.Array()
	items := reflect.MakeSlice(t, n, n)
	for i := range n {
		decodeReflected(d, items.Index(i))
	}
	d.Leave()
	v.Set(items)
}

func decodeReflectedArray(d *Decoder, v reflect.Value) {
	if v.Type().Elem() == byteType {
		reflect.Copy(v, reflect.ValueOf(d.FixedBytes(v.Len())))
		return
	}
	d.FixedArray(v.Len())
	for i := range v.Len() {
		decodeReflected(d, v.Index(i))
	}
	d.Leave()
}

func decodeReflectedMap(d *Decoder, v reflect.Value) {
	t := v.Type()
	n, ok := d.Map()
	if !ok {
		v.SetZero()
		return
	}
	entries := reflect.MakeMapWithSize(t, n)
	for range n {
		start := d.at
		key := reflect.New(t.Key()).Elem()
		decodeReflected(d, key)
		if !key.Comparable() {
			refused(start, "%s can't be a map's key", shortName(key.Type()))
		}
		item := reflect.New(t.Elem()).Elem()
		decodeReflected(d, item)
		entries.SetMapIndex(key, item)
	}
	d.Leave()
	v.Set(entries)
}

func decodeReflectedPointer(d *Decoder, v reflect.Value) {
	t := v.Type().Elem()
	if d.Nil() {
		v.SetZero()
		return
	}
	entry, _ := types().lookup(t)
	if d.AtHandle() || isObject(entry, t) && (entry == nil || entry.class != classData) {
		decodeReflectedHandle(d, v)
		return
	}
	target := reflect.New(t)
	decodeReflected(d, target.Elem())
	v.Set(target)
}
