package bridge

import (
	"reflect"
	"strconv"
	"strings"
)

// typeExpression writes a type as the schema does: in Go's notation, with the
// import path in front of a name.
func typeExpression(t reflect.Type) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		return t.PkgPath() + "." + t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + typeExpression(t.Elem())
	case reflect.Slice:
		return "[]" + typeExpression(t.Elem())
	case reflect.Array:
		return "[" + strconv.Itoa(t.Len()) + "]" + typeExpression(t.Elem())
	case reflect.Map:
		return "map[" + typeExpression(t.Key()) + "]" + typeExpression(t.Elem())
	case reflect.Chan:
		return t.ChanDir().String() + " " + typeExpression(t.Elem())
	case reflect.Func:
		return "func" + signatureExpression(t)
	case reflect.Struct:
		fields := make([]string, t.NumField())
		for i := range fields {
			fields[i] = fieldExpression(t.Field(i))
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return "any"
		}
		// Listing the methods would keep every method of every type in the
		// library.
		return t.String()
	}
	return t.String()
}

func signatureExpression(t reflect.Type) string {
	var text strings.Builder
	text.WriteByte('(')
	for i := range t.NumIn() {
		if i > 0 {
			text.WriteString(", ")
		}
		if t.IsVariadic() && i == t.NumIn()-1 {
			text.WriteString("..." + typeExpression(t.In(i).Elem()))
		} else {
			text.WriteString(typeExpression(t.In(i)))
		}
	}
	text.WriteByte(')')
	results := make([]string, t.NumOut())
	for i := range results {
		results[i] = typeExpression(t.Out(i))
	}
	switch len(results) {
	case 0:
	case 1:
		text.WriteString(" " + results[0])
	default:
		text.WriteString(" (" + strings.Join(results, ", ") + ")")
	}
	return text.String()
}

func fieldExpression(f reflect.StructField) string {
	text := typeExpression(f.Type)
	if !f.Anonymous {
		text = f.Name + " " + text
	}
	if f.Tag != "" {
		text += " " + strconv.Quote(string(f.Tag))
	}
	return text
}

// shortName writes a type as Go code does.
func shortName(t reflect.Type) string { return t.String() }

// shortExpression drops the import paths of a type expression, leaving the
// last element of each.
func shortExpression(expression string) string {
	var short strings.Builder
	for expression != "" {
		word := strings.IndexAny(expression, "[]*() ,{};")
		if word < 0 {
			word = len(expression) - 1
		}
		part := expression[:word+1]
		short.WriteString(part[strings.LastIndexByte(part, '/')+1:])
		expression = expression[word+1:]
	}
	return short.String()
}

// heldType returns the Go type of what is held.
func heldType(h *held) reflect.Type {
	t := reflect.TypeOf(h.value)
	if h.boxed {
		return t.Elem()
	}
	return t
}

func heldTypeName(h *held) string       { return shortName(heldType(h)) }
func heldTypeExpression(h *held) string { return typeExpression(heldType(h)) }
