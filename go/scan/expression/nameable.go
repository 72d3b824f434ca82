package expression

import (
	"go/types"
	"slices"
	"strings"
)

// Importable reports whether code outside of its module can import a package.
func Importable(path, name string) bool {
	if name == "main" || path == "unsafe" || path == "C" {
		return false
	}
	elements := strings.Split(path, "/")
	return !slices.Contains(elements, "internal") && !slices.Contains(elements, "vendor")
}

// Nameable reports whether code outside of the module can write the type.
func (w *Writer) Nameable(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() != types.Invalid
	case *types.Named:
		name := w.origin(t)
		if w.Name(t) != name {
			return true
		}
		return ownName(name) && w.all(arguments(t)) && !isIncomplete(t)
	case *types.Pointer:
		return w.Nameable(t.Elem())
	case *types.Slice:
		return w.Nameable(t.Elem())
	case *types.Array:
		return w.Nameable(t.Elem())
	case *types.Chan:
		return w.Nameable(t.Elem())
	case *types.Map:
		return w.Nameable(t.Key()) && w.Nameable(t.Elem())
	case *types.Signature:
		return w.nameableSignature(t)
	case *types.Struct:
		for field := range t.Fields() {
			if !field.Exported() || !w.Nameable(field.Type()) {
				return false
			}
		}
		return true
	case *types.Interface:
		if !t.IsMethodSet() {
			return false
		}
		for i := range t.NumMethods() {
			if m := t.Method(i); !m.Exported() || !w.nameableSignature(m.Signature()) {
				return false
			}
		}
		return true
	}
	return false
}

// isIncomplete reports whether a type is a C struct that is only declared. Go
// allows pointers to it, but neither values nor its use as a type argument.
func isIncomplete(t *types.Named) bool {
	u, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for field := range u.Fields() {
		if named, ok := field.Type().(*types.Named); ok {
			pkg, name := named.Obj().Pkg(), named.Obj().Name()
			// Both are in packages of the runtime.
			if (name == "Incomplete" || name == "NotInHeap") && pkg != nil && strings.Contains(pkg.Path(), "runtime") {
				return true
			}
		}
	}
	return false
}

func (w *Writer) nameableSignature(t *types.Signature) bool {
	for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
		for i := range tuple.Len() {
			if !w.Nameable(tuple.At(i).Type()) {
				return false
			}
		}
	}
	return true
}

func (w *Writer) all(list []types.Type) bool {
	for _, t := range list {
		if !w.Nameable(t) {
			return false
		}
	}
	return true
}

// ownName reports whether the name a type was declared with can be written
// outside of its module.
func ownName(name *types.TypeName) bool {
	pkg := name.Pkg()
	if pkg == nil {
		return true
	}
	return name.Exported() && name.Parent() == pkg.Scope() && Importable(pkg.Path(), pkg.Name())
}
