// Package expression writes Go types the way the schema does: aliases
// resolved, import paths in front of names, no parameter names. Equal types
// have equal expressions, so an expression is a type's key.
package expression

import (
	"fmt"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// Writer writes type expressions.
type Writer struct {
	// aliases are exported names of types that have no usable name of their
	// own, by the expression with that unusable name.
	aliases map[string]*types.TypeName
	// generics are exported generic aliases of generic types that have no usable
	// name, by these.
	generics map[*types.TypeName]*types.TypeName
}

// NewWriter returns a writer that knows no aliases.
func NewWriter() *Writer {
	return &Writer{aliases: map[string]*types.TypeName{}, generics: map[*types.TypeName]*types.TypeName{}}
}

// Adopt makes an exported alias the name of the type it stands for, if code
// outside of the module can't write the type's own name. The first alias of a
// type wins.
func (w *Writer) Adopt(alias *types.TypeName) {
	named, ok := types.Unalias(alias.Type()).(*types.Named)
	if !ok {
		return
	}
	if a, ok := alias.Type().(*types.Alias); ok && a.TypeParams().Len() > a.TypeArgs().Len() {
		w.adoptGeneric(alias, a, named)
		return
	}
	if w.Nameable(named) {
		return
	}
	key := w.declared(named)
	if w.aliases[key] == nil {
		w.aliases[key] = alias
	}
}

// adoptGeneric does so for a generic alias that only renames a generic type: its
// parameters are the type's arguments.
func (w *Writer) adoptGeneric(alias *types.TypeName, a *types.Alias, named *types.Named) {
	name := named.Obj()
	if ownName(name) || w.generics[name] != nil || named.TypeArgs().Len() != a.TypeParams().Len() {
		return
	}
	for i := range a.TypeParams().Len() {
		if named.TypeArgs().At(i) != a.TypeParams().At(i) {
			return
		}
	}
	w.generics[name] = alias
}

// Name returns the object whose name a named type goes by: its own, or that of
// an alias.
func (w *Writer) Name(t *types.Named) *types.TypeName {
	if ownName(t.Obj()) && arguments(t) == nil {
		return t.Obj()
	}
	if alias := w.aliases[w.declared(t)]; alias != nil {
		return alias
	}
	return w.origin(t)
}

// origin returns the object that names a type without its arguments.
func (w *Writer) origin(t *types.Named) *types.TypeName {
	if alias := w.generics[t.Obj()]; alias != nil {
		return alias
	}
	return t.Obj()
}

// Ident returns a named type's name inside its package, type arguments
// included.
func (w *Writer) Ident(t *types.Named) string {
	name := w.Name(t)
	if name != w.origin(t) {
		return name.Name()
	}
	return name.Name() + w.bracketed(t)
}

// String returns the type's expression.
func (w *Writer) String(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return basic(t)
	case *types.Named:
		name := w.Name(t)
		if name != w.origin(t) {
			return name.Pkg().Path() + "." + name.Name()
		}
		return w.declared(t)
	case *types.Pointer:
		return "*" + w.String(t.Elem())
	case *types.Slice:
		return "[]" + w.String(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), w.String(t.Elem()))
	case *types.Map:
		return "map[" + w.String(t.Key()) + "]" + w.String(t.Elem())
	case *types.Chan:
		return w.channel(t)
	case *types.Signature:
		return "func" + w.signature(t)
	case *types.Struct:
		return w.structure(t)
	case *types.Interface:
		return w.interfaces(t)
	default:
		return t.String()
	}
}

// declared writes the type under the name it was declared with, or that of a
// generic alias of it.
func (w *Writer) declared(t *types.Named) string {
	name := w.origin(t)
	if name.Pkg() == nil {
		return name.Name()
	}
	return name.Pkg().Path() + "." + name.Name() + w.bracketed(t)
}

func (w *Writer) bracketed(t *types.Named) string {
	list := arguments(t)
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i, argument := range list {
		texts[i] = w.String(argument)
	}
	return "[" + strings.Join(texts, ",") + "]"
}

func (w *Writer) channel(t *types.Chan) string {
	element := w.String(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		return "chan<- " + element
	case types.RecvOnly:
		return "<-chan " + element
	}
	if strings.HasPrefix(element, "<-") {
		return "chan (" + element + ")"
	}
	return "chan " + element
}

func (w *Writer) signature(t *types.Signature) string {
	params := make([]string, t.Params().Len())
	for i := range params {
		params[i] = w.String(t.Params().At(i).Type())
	}
	if t.Variadic() {
		last := len(params) - 1
		params[last] = "..." + strings.TrimPrefix(params[last], "[]")
	}
	out := "(" + strings.Join(params, ", ") + ")"
	results := make([]string, t.Results().Len())
	for i := range results {
		results[i] = w.String(t.Results().At(i).Type())
	}
	switch len(results) {
	case 0:
		return out
	case 1:
		return out + " " + results[0]
	}
	return out + " (" + strings.Join(results, ", ") + ")"
}

func (w *Writer) structure(t *types.Struct) string {
	fields := make([]string, t.NumFields())
	for i := range fields {
		field := t.Field(i)
		text := w.String(field.Type())
		if !field.Embedded() {
			text = field.Name() + " " + text
		}
		if tag := t.Tag(i); tag != "" {
			text += " " + strconv.Quote(tag)
		}
		fields[i] = text
	}
	return "struct{" + strings.Join(fields, "; ") + "}"
}

func (w *Writer) interfaces(t *types.Interface) string {
	if t.Empty() {
		return "any"
	}
	if !t.IsMethodSet() {
		return t.String()
	}
	methods := make([]string, t.NumMethods())
	for i := range methods {
		method := t.Method(i)
		name := method.Name()
		if !method.Exported() && method.Pkg() != nil {
			name = method.Pkg().Path() + "." + name
		}
		methods[i] = name + w.signature(method.Signature())
	}
	slices.Sort(methods)
	return "interface{" + strings.Join(methods, "; ") + "}"
}

func basic(t *types.Basic) string {
	if t.Kind() == types.UnsafePointer {
		return "unsafe.Pointer"
	}
	// byte and rune are basic types of their own name.
	if int(t.Kind()) < len(types.Typ) {
		return types.Typ[t.Kind()].Name()
	}
	return t.Name()
}

func arguments(t *types.Named) []types.Type {
	if t.TypeArgs().Len() == 0 {
		return nil
	}
	return slices.Collect(t.TypeArgs().Types())
}
