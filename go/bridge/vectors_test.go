package bridge

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The types that the vectors mention, with the code that would be generated.

type Point struct{ X, Y int64 }

type Person struct {
	FirstName string
	Age       int64
	Nick      string
	Home      Point
	Tags      []string
	Boss      *Point
}

type (
	Celsius float64
	Tree    []Tree
	UUID    [16]byte
)

var fieldsPoint = [...]Field{{"X", "\xa1X", Required}, {"Y", "\xa1Y", Required}}

func decodePoint(d *Decoder, r Record, v *Point) {
	for r.Next(d) {
		switch r.Field {
		case 0:
			v.X = d.Int64()
		case 1:
			v.Y = d.Int64()
		}
	}
}

func encodePoint(e *Encoder, v *Point) {
	e.Map(2)
	e.Raw("\xa1X")
	e.Int64(v.X)
	e.Raw("\xa1Y")
	e.Int64(v.Y)
	e.Leave()
}

var fieldsPerson = [...]Field{
	{"FirstName", "\xaafirst_name", Required},
	{"Age", "\xa3age", Required},
	{"Nick", "\xa4nick", OmitEmpty},
	{"Home", "\xa4Home", Required},
	{"Tags", "\xa4Tags", Required},
	{"Boss", "\xa4Boss", Required},
}

func decodePerson(d *Decoder, r Record, v *Person) {
	for r.Next(d) {
		switch r.Field {
		case 0:
			v.FirstName = d.String()
		case 1:
			v.Age = d.Int64()
		case 2:
			v.Nick = d.String()
		case 3:
			decodePoint(d, d.Record(fieldsPoint[:]), &v.Home)
		case 4:
			v.Tags = decodeStrings(d)
		case 5:
			if d.Nil() {
				v.Boss = nil
			} else {
				v.Boss = new(Point)
				decodePoint(d, d.Record(fieldsPoint[:]), v.Boss)
			}
		}
	}
}

func encodePerson(e *Encoder, v *Person) {
	n := 6
	if v.Nick == "" {
		n--
	}
	e.Map(n)
	e.Raw("\xaafirst_name")
	e.String(v.FirstName)
	e.Raw("\xa3age")
	e.Int64(v.Age)
	if v.Nick != "" {
		e.Raw("\xa4nick")
		e.String(v.Nick)
	}
	e.Raw("\xa4Home")
	encodePoint(e, &v.Home)
	e.Raw("\xa4Tags")
	encodeStrings(e, v.Tags)
	e.Raw("\xa4Boss")
	if v.Boss == nil {
		e.Nil()
	} else {
		encodePoint(e, v.Boss)
	}
	e.Leave()
}

func decodeStrings(d *Decoder) []string {
	n, ok := d.Array()
	if !ok {
		return nil
	}
	v := make([]string, n)
	for i := range v {
		v[i] = d.String()
	}
	d.Leave()
	return v
}

func encodeStrings(e *Encoder, v []string) {
	if v == nil {
		e.Nil()
		return
	}
	e.Array(len(v))
	for i := range v {
		e.String(v[i])
	}
	e.Leave()
}

// vectorTypes is the type table in the order of the vectors' schema, with
// straight-line code for records or without.
func vectorTypes(straight bool) []Type {
	all := []Type{
		{
			Name: "example.com/m.Point", Of: (*Point)(nil), Class: ClassRecord, Is: IsStruct,
			Fields: fieldsPoint[:], Encode: encodePoint, Decode: decodePoint,
		},
		{
			Name: "example.com/m.Person", Of: (*Person)(nil), Class: ClassRecord, Is: IsStruct,
			Fields: fieldsPerson[:], Encode: encodePerson, Decode: decodePerson,
		},
		{Name: "example.com/m.Celsius", Of: (*Celsius)(nil), Class: ClassNamed},
		{Name: "example.com/m.Tree", Of: (*Tree)(nil), Class: ClassNamed},
		{Name: "time.Time", Of: (*time.Time)(nil), Class: ClassAdapted, Is: IsStruct},
		{Name: "time.Duration", Of: (*time.Duration)(nil), Class: ClassAdapted},
		{Name: "github.com/google/uuid.UUID", Of: (*UUID)(nil), Class: ClassAdapted},
	}
	for _, a := range adapters {
		if a.of != nil && a.name != "time.Time" {
			all = append(all, Type{Name: a.name, Of: a.of, Class: ClassAdapted})
		}
	}
	for i := range all {
		if !straight {
			all[i].Encode, all[i].Decode = nil, nil
		}
	}
	return all
}

// registerTypes makes a registry of these types for one test.
func registerTypes(t testing.TB, all []Type) {
	beforeLibrary, beforeTypes := library, types
	Register(Library{Types: [][]Type{all}})
	codecs.Clear()
	r := newRegistry()
	types = func() *registry { return r }
	t.Cleanup(func() {
		library, types = beforeLibrary, beforeTypes
		current.Store(nil)
		codecs.Clear()
	})
}

type vector struct {
	Type  string
	Hex   string
	Value any
	Why   string
}

type vectors struct {
	Valid, Accepted, Invalid []vector
}

func TestVectors(t *testing.T) {
	files, err := filepath.Glob("../../conformance/codec/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, straight := range []bool{true, false} {
		registerTypes(t, vectorTypes(straight))
		for _, file := range files {
			t.Run(fmt.Sprint(filepath.Base(file), straight), func(t *testing.T) { checkVectors(t, file) })
		}
	}
}

func checkVectors(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reader := json.NewDecoder(strings.NewReader(string(text)))
	reader.UseNumber()
	var all vectors
	if err := reader.Decode(&all); err != nil {
		t.Fatal(err)
	}
	for _, v := range all.Valid {
		decoded, err := decodeHex(t, v)
		if err != nil {
			t.Errorf("%s %s: %v", v.Type, v.Hex, err)
			continue
		}
		if got, want := normal(decoded), fmt.Sprint(wanted(v.Value)); got != want {
			t.Errorf("%s %s: got %s, not %s", v.Type, v.Hex, got, want)
		}
		e := NewEncoder(nil)
		encodeValue(e, decoded)
		if got := hex.EncodeToString(e.Encoded()); got != v.Hex {
			t.Errorf("%s %s: encoded as %s", v.Type, v.Hex, got)
		}
	}
	for _, v := range all.Accepted {
		decoded, err := decodeHex(t, v)
		if err != nil {
			t.Errorf("%s %s: %v", v.Type, v.Hex, err)
		} else if got, want := normal(decoded), fmt.Sprint(wanted(v.Value)); got != want {
			t.Errorf("%s %s: got %s, not %s", v.Type, v.Hex, got, want)
		}
	}
	for _, v := range all.Invalid {
		if decoded, err := decodeHex(t, v); err == nil {
			t.Errorf("%s %s (%s): decoded to %s", v.Type, v.Hex, v.Why, normal(decoded))
		}
	}
}

// decodeHex decodes a vector's bytes as its type.
func decodeHex(t *testing.T, v vector) (decoded reflect.Value, err error) {
	t.Helper()
	raw, err := hex.DecodeString(v.Hex)
	if err != nil {
		t.Fatal(err)
	}
	decoded = reflect.New(typeOf(t, v.Type)).Elem()
	defer func() {
		if cause := recover(); cause != nil {
			err = cause.(*failure)
		}
	}()
	d := NewDecoder(raw)
	Decode(d, decoded.Addr().Interface())
	d.End()
	return decoded, nil
}

// typeOf reads a type expression.
func typeOf(t *testing.T, text string) reflect.Type {
	t.Helper()
	leaves := map[string]reflect.Type{
		"any": reflect.TypeFor[any](), "rune": reflect.TypeFor[rune](), "byte": byteType,
		"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
		"complex64": reflect.TypeFor[complex64](), "complex128": reflect.TypeFor[complex128](),
		"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
		"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
		"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
		"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](),
		"uintptr": reflect.TypeFor[uintptr](), "float32": reflect.TypeFor[float32](),
		"float64":                     reflect.TypeFor[float64](),
		"example.com/m.Point":         reflect.TypeFor[Point](),
		"example.com/m.Person":        reflect.TypeFor[Person](),
		"example.com/m.Celsius":       reflect.TypeFor[Celsius](),
		"example.com/m.Tree":          reflect.TypeFor[Tree](),
		"time.Time":                   reflect.TypeFor[time.Time](),
		"time.Duration":               reflect.TypeFor[time.Duration](),
		"github.com/google/uuid.UUID": reflect.TypeFor[UUID](),
	}
	if leaf, ok := leaves[text]; ok {
		return leaf
	}
	if a := adapterOf(text); a != nil {
		return reflect.TypeOf(a.of).Elem()
	}
	if rest, ok := strings.CutPrefix(text, "*"); ok {
		return reflect.PointerTo(typeOf(t, rest))
	}
	if rest, ok := strings.CutPrefix(text, "[]"); ok {
		return reflect.SliceOf(typeOf(t, rest))
	}
	if rest, ok := strings.CutPrefix(text, "map["); ok {
		depth := 0
		for i, r := range rest {
			switch {
			case r == '[':
				depth++
			case r == ']' && depth == 0:
				return reflect.MapOf(typeOf(t, rest[:i]), typeOf(t, rest[i+1:]))
			case r == ']':
				depth--
			}
		}
	}
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if length, element, ok := strings.Cut(rest, "]"); ok {
			if n, err := strconv.Atoi(length); err == nil {
				return reflect.ArrayOf(n, typeOf(t, element))
			}
		}
	}
	t.Fatalf("unknown type %s", text)
	return nil
}

// wanted writes a vector's value as normal does.
func wanted(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case bool:
		return fmt.Sprint(v)
	case string:
		return strconv.Quote(v)
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			f, err := v.Float64()
			if err != nil {
				panic(err)
			}
			return float(f)
		}
		return v.String()
	case []any:
		return list(v)
	case map[string]any:
		for form, content := range v {
			switch form {
			case "$float":
				f, err := strconv.ParseFloat(content.(string), 64)
				if err != nil {
					panic(err)
				}
				return float(f)
			case "$complex":
				return "complex" + list(content.([]any))
			case "$bytes":
				return "0x" + content.(string)
			case "$text":
				raw, err := hex.DecodeString(content.(string))
				if err != nil {
					panic(err)
				}
				return strconv.Quote(string(raw))
			case "$map":
				return "map" + list(content.([]any))
			case "$tuple":
				return tuple(content.([]any))
			}
		}
	}
	panic(fmt.Sprintf("a value of an unknown form: %v", v))
}

func list(items []any) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = wanted(item)
	}
	return "[" + strings.Join(words, " ") + "]"
}

// tuple writes a key: an array, or a record as its pairs.
func tuple(items []any) string {
	text := list(items)
	if len(items) == 0 {
		return text
	}
	pair, ok := items[0].(map[string]any)
	if _, nested := pair["$tuple"]; ok && nested {
		return "map" + text
	}
	return text
}

func float(f float64) string {
	if math.IsNaN(f) {
		return "NaN"
	}
	return fmt.Sprintf("float %016x", math.Float64bits(f))
}

// normal writes a decoded value in one way for all types that look alike on
// the other end.
func normal(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return strconv.Quote(x.Format(time.RFC3339Nano))
	case UUID:
		e := NewEncoder(nil)
		e.UUID(x)
		return strconv.Quote(string(e.Encoded()[2:]))
	case Point:
		return fmt.Sprintf(`map[["X" %d] ["Y" %d]]`, x.X, x.Y)
	case Person:
		nick := ""
		if x.Nick != "" {
			nick = fmt.Sprintf(`["nick" %q] `, x.Nick)
		}
		return fmt.Sprintf(`map[["first_name" %q] ["age" %d] %s["Home" %s] ["Tags" %s] ["Boss" %s]]`,
			x.FirstName, x.Age, nick, normal(reflect.ValueOf(x.Home)),
			normal(reflect.ValueOf(x.Tags)), normal(reflect.ValueOf(x.Boss)))
	case fmt.Stringer:
		// Adapted types are what they say of themselves.
		if adapterOf(v.Type().PkgPath()+"."+v.Type().Name()) != nil {
			return strconv.Quote(x.String())
		}
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return normal(v.Elem())
	case reflect.Bool:
		return fmt.Sprint(v.Bool())
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Float32, reflect.Float64:
		return float(v.Float())
	case reflect.Complex64, reflect.Complex128:
		return "complex[" + float(real(v.Complex())) + " " + float(imag(v.Complex())) + "]"
	case reflect.Map:
		var words []string
		for entries := v.MapRange(); entries.Next(); {
			words = append(words, "["+normal(entries.Key())+" "+normal(entries.Value())+"]")
		}
		return "map[" + strings.Join(words, " ") + "]"
	case reflect.Slice, reflect.Array:
		if v.Type().Elem() == byteType {
			return fmt.Sprintf("0x%x", v.Interface())
		}
		words := make([]string, v.Len())
		for i := range words {
			words[i] = normal(v.Index(i))
		}
		return "[" + strings.Join(words, " ") + "]"
	}
	if v.CanInt() {
		return fmt.Sprint(v.Int())
	}
	return fmt.Sprint(v.Uint())
}
