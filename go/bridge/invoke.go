package bridge

import "reflect"

// invoked is what the builtin runs as, on a goroutine of its own.
var invoked = Callable{Call: invoke}

// invoke calls the func behind a handle. It is for funcs whose type is not in
// the schema, values of a map[string]any, say: arguments and results are dynamic
// values, in an array each.
func invoke(d *Decoder, e *Encoder) {
	start := d.at
	h := d.held()
	function := reflect.ValueOf(h.value)
	if function.Kind() != reflect.Func {
		refused(start, "expected a func, got %s", heldTypeName(h))
	}
	t := function.Type()
	start = d.at
	count, _ := d.Array()
	if fixed := t.NumIn(); t.IsVariadic() {
		if count < fixed-1 {
			refused(start, "%s takes at least %d arguments, got %d", shortName(t), fixed-1, count)
		}
	} else if count != fixed {
		refused(start, "%s takes %d arguments, got %d", shortName(t), fixed, count)
	}
	arguments := make([]reflect.Value, count)
	for i := range arguments {
		wanted := t.In(min(i, t.NumIn()-1))
		if t.IsVariadic() && i >= t.NumIn()-1 {
			wanted = wanted.Elem()
		}
		arguments[i] = d.dynamic(wanted)
	}
	d.Leave()
	d.End()
	results, failed := e.outcome(t, function.Call(arguments))
	if failed && len(results) == 0 {
		return
	}
	e.Array(len(results))
	for _, result := range results {
		e.Any(result.Interface())
	}
	e.Leave()
}

// dynamic reads a dynamic value as one of the wanted type: it is assigned or,
// between numbers that can say the same, converted.
func (d *Decoder) dynamic(wanted reflect.Type) reflect.Value {
	start := d.at
	value := d.Any()
	target := reflect.New(wanted).Elem()
	if value == nil {
		switch wanted.Kind() {
		case reflect.Interface, reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan:
			return target
		}
		refused(start, "expected %s, got nil", shortName(wanted))
	}
	if assign(target, reflect.ValueOf(value)) {
		return target
	}
	refused(start, "expected %s, got %s", shortName(wanted), shortName(reflect.TypeOf(value)))
	return target
}

// assign sets target to what a dynamic value says: the host's lists and dicts
// come as []any and map[string]any, its numbers as int and float64.
func assign(target, value reflect.Value) bool {
	if value.Kind() == reflect.Interface {
		if value.IsNil() {
			return target.Kind() == reflect.Interface
		}
		value = value.Elem()
	}
	t := target.Type()
	if value.Type().AssignableTo(t) {
		target.Set(value)
		return true
	}
	switch t.Kind() {
	case reflect.Pointer:
		return false
	case reflect.Slice:
		if value.Kind() != reflect.Slice {
			return false
		}
		items := reflect.MakeSlice(t, value.Len(), value.Len())
		for i := range value.Len() {
			if !assign(items.Index(i), value.Index(i)) {
				return false
			}
		}
		target.Set(items)
		return true
	case reflect.Map:
		if value.Kind() != reflect.Map {
			return false
		}
		entries := reflect.MakeMapWithSize(t, value.Len())
		for from := value.MapRange(); from.Next(); {
			key, item := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			if !assign(key, from.Key()) || !assign(item, from.Value()) {
				return false
			}
			entries.SetMapIndex(key, item)
		}
		target.Set(entries)
		return true
	}
	return convertScalar(target, value)
}

// convertScalar sets target to a scalar that means the same.
func convertScalar(target, value reflect.Value) bool {
	t := target.Type()
	if !value.CanConvert(t) || isText(t) != isText(value.Type()) || (t.Kind() == reflect.Bool) != (value.Kind() == reflect.Bool) {
		return false
	}
	converted := value.Convert(t)
	if !isText(t) && t.Kind() != reflect.Bool {
		// And back: 1.5 is no int, 300 no uint8, -1 no uint.
		if back := converted.Convert(value.Type()); !back.Equal(value) || isNegative(converted) != isNegative(value) {
			return false
		}
	}
	target.Set(converted)
	return true
}

func isText(t reflect.Type) bool { return t.Kind() == reflect.String }

func isNegative(v reflect.Value) bool {
	switch {
	case v.CanInt():
		return v.Int() < 0
	case v.CanFloat():
		return v.Float() < 0
	}
	return false
}
