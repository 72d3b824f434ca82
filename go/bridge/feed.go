package bridge

import "reflect"

// feed calls the yield of a sequence, a func that the host has a handle to, with items
// that are there already: a crossing for each would take longer than what is done with
// it. It writes for how many of them the yield returned true; it isn't called again
// after it returned false.
func feed(d *Decoder, e *Encoder) {
	start := d.at
	h := d.held()
	t := reflect.TypeOf(h.value)
	if t.Kind() != reflect.Func || !isYield(t) || t.NumIn() == 0 {
		refused(start, "expected the yield of a sequence, got %s", heldTypeName(h))
	}
	columns := make([]reflect.Value, t.NumIn())
	for i := range columns {
		start = d.at
		column := reflect.New(reflect.SliceOf(t.In(i)))
		codecOf(column.Type().Elem()).read(d, column.UnsafePointer())
		columns[i] = column.Elem()
		if columns[i].Len() != columns[0].Len() {
			malformed(start, "%d values beside %d", columns[i].Len(), columns[0].Len())
		}
	}
	d.End()
	taken := feedKnown(h.value, columns)
	if taken < 0 {
		taken = feedReflected(reflect.ValueOf(h.value), columns)
	}
	e.Success()
	e.Int64(int64(taken))
}

// isYield says whether a type of funcs is that of a sequence's yield.
func isYield(t reflect.Type) bool {
	return t.NumIn() <= 2 && !t.IsVariadic() && t.NumOut() == 1 && t.Out(0).Kind() == reflect.Bool
}

// feedKnown is feedReflected for the most frequent types; it returns a negative number
// for others.
func feedKnown(yield any, columns []reflect.Value) (taken int) {
	switch yield := yield.(type) {
	case func(int) bool:
		return feedItems(yield, columns)
	case func(int64) bool:
		return feedItems(yield, columns)
	case func(float64) bool:
		return feedItems(yield, columns)
	case func(string) bool:
		return feedItems(yield, columns)
	case func([]byte) bool:
		return feedItems(yield, columns)
	case func(any) bool:
		return feedItems(yield, columns)
	case func(string, int) bool:
		return feedPairs(yield, columns)
	case func(string, string) bool:
		return feedPairs(yield, columns)
	case func(string, any) bool:
		return feedPairs(yield, columns)
	case func(int, string) bool:
		return feedPairs(yield, columns)
	}
	return -1
}

func feedItems[T any](yield func(T) bool, columns []reflect.Value) (taken int) {
	for i, item := range columns[0].Interface().([]T) {
		if !yield(item) {
			return i
		}
	}
	return columns[0].Len()
}

func feedPairs[K, V any](yield func(K, V) bool, columns []reflect.Value) (taken int) {
	values := columns[1].Interface().([]V)
	for i, key := range columns[0].Interface().([]K) {
		if !yield(key, values[i]) {
			return i
		}
	}
	return len(values)
}

func feedReflected(yield reflect.Value, columns []reflect.Value) (taken int) {
	arguments := make([]reflect.Value, len(columns))
	for i := range columns[0].Len() {
		for n, column := range columns {
			arguments[n] = column.Index(i)
		}
		if !yield.Call(arguments)[0].Bool() {
			return i
		}
	}
	return columns[0].Len()
}
