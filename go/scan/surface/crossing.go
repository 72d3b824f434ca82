package surface

import (
	"fmt"
	"go/types"
	"strings"

	"usegolib.build/scan/schema"
)

// obstacle says what in a type can't cross to Python, or nothing. Only what
// crosses as data is looked into: a func, an interface or a pointer to a struct
// crosses as an object whatever it is made of.
func (s *scanner) obstacle(t types.Type) string {
	return s.obstacleIn(t, map[types.Type]bool{})
}

func (s *scanner) obstacleIn(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return ""
	}
	switch t := t.(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return "unsafe.Pointer"
		case types.Invalid:
			return "an invalid type"
		}
	case *types.Named:
		seen[t] = true
		if name, ok := strings.CutPrefix(t.Obj().Name(), "_Ctype_"); ok {
			return "the C type " + name
		}
		switch u := t.Underlying().(type) {
		case *types.Struct, *types.Signature, *types.Chan:
			return ""
		case *types.Pointer:
			return "" // an object
		default:
			return s.obstacleIn(u, seen)
		}
	case *types.Pointer:
		return s.obstacleIn(t.Elem(), seen)
	case *types.Slice:
		return s.obstacleIn(t.Elem(), seen)
	case *types.Array:
		return s.obstacleIn(t.Elem(), seen)
	case *types.Chan:
		return s.obstacleIn(t.Elem(), seen)
	case *types.Map:
		if found := s.obstacleIn(t.Key(), seen); found != "" {
			return found
		}
		return s.obstacleIn(t.Elem(), seen)
	case *types.Interface:
		if !t.IsMethodSet() {
			return "a constraint interface"
		}
	case *types.TypeParam:
		return "a type parameter"
	}
	return ""
}

// unnameable says which part of a type generated code would have to name but
// can't, to make a value of it. Named slices, arrays and maps are looked into:
// making one means making its elements.
func (s *scanner) unnameable(t types.Type) string {
	return s.unnameableIn(t, map[types.Type]bool{})
}

func (s *scanner) unnameableIn(t types.Type, seen map[types.Type]bool) string {
	t = types.Unalias(t)
	if seen[t] {
		return ""
	}
	seen[t] = true
	var parts []types.Type
	switch t := t.(type) {
	case *types.Named:
		if !s.expressions.Nameable(t) {
			return s.expressions.String(t)
		}
		switch u := t.Underlying().(type) {
		case *types.Slice, *types.Array, *types.Map:
			parts = []types.Type{u}
		}
	case *types.Pointer:
		parts = []types.Type{t.Elem()}
	case *types.Slice:
		parts = []types.Type{t.Elem()}
	case *types.Array:
		parts = []types.Type{t.Elem()}
	case *types.Map:
		parts = []types.Type{t.Key(), t.Elem()}
	default:
		if !s.expressions.Nameable(t) {
			return s.expressions.String(t)
		}
	}
	for _, part := range parts {
		if found := s.unnameableIn(part, seen); found != "" {
			return found
		}
	}
	return ""
}

// refusal says why a function can't be offered, naming the parameter or the
// result, or nothing if it can.
func (s *scanner) refusal(signature *types.Signature) string {
	if signature.TypeParams().Len() > 0 {
		return "it has type parameters of its own"
	}
	for i := range signature.Params().Len() {
		parameter := signature.Params().At(i)
		which := fmt.Sprintf("parameter %d", i+1)
		if name := parameter.Name(); name != "" && name != "_" {
			which = "parameter " + name
		}
		if obstacle := s.obstacle(parameter.Type()); obstacle != "" {
			return which + " has " + obstacle
		}
		if s.unnameable(s.parameter(signature, i)) != "" {
			return which + " has the type " + s.unnameable(parameter.Type()) + ", which other packages can't name"
		}
	}
	for i := range signature.Results().Len() {
		if obstacle := s.obstacle(signature.Results().At(i).Type()); obstacle != "" {
			if signature.Results().Len() == 1 {
				return "the result has " + obstacle
			}
			return fmt.Sprintf("result %d has %s", i+1, obstacle)
		}
	}
	return ""
}

// parameter returns the type a parameter is offered with: its own, or where
// other packages can't name that, the unnamed type underneath, whose values Go
// assigns to it just as well. Not for structs: the values at hand would be of
// the type that can't be named.
func (s *scanner) parameter(signature *types.Signature, n int) types.Type {
	t := types.Unalias(signature.Params().At(n).Type())
	named, ok := t.(*types.Named)
	if !ok || s.expressions.Nameable(named) {
		return t
	}
	switch named.Underlying().(type) {
	case *types.Basic, *types.Struct, *types.Pointer:
		return t
	}
	return named.Underlying()
}

// signature writes parameters and results, reaching their types.
func (s *scanner) signature(signature *types.Signature, from schema.Reach) schema.Signature {
	out := schema.Signature{
		Params:  make([]schema.Parameter, signature.Params().Len()),
		Results: make([]string, signature.Results().Len()),
	}
	for i := range out.Params {
		prefix, t := "", s.parameter(signature, i)
		if slice, ok := t.(*types.Slice); ok && signature.Variadic() && i == len(out.Params)-1 {
			prefix, t = "...", slice.Elem()
		}
		out.Params[i] = schema.Parameter{
			Name: signature.Params().At(i).Name(),
			Type: prefix + s.mention(t, from),
		}
	}
	for i := range out.Results {
		out.Results[i] = s.mention(signature.Results().At(i).Type(), from)
	}
	return out
}

func isGeneric(t types.Type) bool {
	switch t := t.(type) {
	case *types.Alias:
		return t.TypeParams().Len() > t.TypeArgs().Len()
	case *types.Named:
		return t.TypeParams().Len() > t.TypeArgs().Len()
	}
	return false
}

func isConstraint(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && !i.IsMethodSet()
}
