package surface

import (
	"go/types"
	"slices"
	"strings"

	"usegolib.build/scan/lending"
	"usegolib.build/scan/schema"
)

// deepestLevels is how many levels a type may have that crosses. Whoever reads
// type expressions refuses deeper ones.
const deepestLevels = 60

// obstacle says what in a type can't cross to Python, or nothing. Only what
// crosses as data is looked into: a func, an interface or a pointer to a struct
// crosses as an object whatever it is made of.
func (s *scanner) obstacle(t types.Type) *schema.Obstacle {
	return s.obstacleIn(t, map[types.Type]bool{})
}

func (s *scanner) obstacleIn(t types.Type, seen map[types.Type]bool) *schema.Obstacle {
	if exceeds(t, deepestLevels) {
		return &schema.Obstacle{Kind: schema.TooDeep}
	}
	return s.levelObstacle(t, seen)
}

// levelObstacle looks into a type whose depth is known to be bounded.
func (s *scanner) levelObstacle(t types.Type, seen map[types.Type]bool) *schema.Obstacle {
	t = types.Unalias(t)
	if seen[t] {
		return nil
	}
	switch t := t.(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer:
			return &schema.Obstacle{Kind: schema.UnsafePointer}
		case types.Invalid:
			return &schema.Obstacle{Kind: schema.Invalid}
		}
	case *types.Named:
		seen[t] = true
		if name, ok := strings.CutPrefix(t.Obj().Name(), "_Ctype_"); ok {
			return &schema.Obstacle{Kind: schema.CType, Type: name}
		}
		switch u := t.Underlying().(type) {
		case *types.Struct, *types.Signature, *types.Chan:
			return nil
		case *types.Pointer:
			return nil // an object
		default:
			return s.obstacleIn(u, seen)
		}
	case *types.Pointer:
		return s.levelObstacle(t.Elem(), seen)
	case *types.Slice:
		return s.levelObstacle(t.Elem(), seen)
	case *types.Array:
		return s.levelObstacle(t.Elem(), seen)
	case *types.Chan:
		return s.levelObstacle(t.Elem(), seen)
	case *types.Map:
		if found := s.levelObstacle(t.Key(), seen); found != nil {
			return found
		}
		return s.levelObstacle(t.Elem(), seen)
	case *types.Interface:
		if !t.IsMethodSet() {
			return &schema.Obstacle{Kind: schema.Constraint}
		}
	case *types.TypeParam:
		return &schema.Obstacle{Kind: schema.TypeParameter}
	}
	return nil
}

// exceeds reports whether the expression of a type has more than so many levels.
func exceeds(t types.Type, levels int) bool {
	if levels < 0 {
		return true
	}
	within := func(t types.Type) bool { return exceeds(t, levels-1) }
	among := func(tuple *types.Tuple) bool {
		for v := range tuple.Variables() {
			if within(v.Type()) {
				return true
			}
		}
		return false
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return slices.ContainsFunc(slices.Collect(t.TypeArgs().Types()), within)
	case *types.Pointer:
		return within(t.Elem())
	case *types.Slice:
		return within(t.Elem())
	case *types.Array:
		return within(t.Elem())
	case *types.Chan:
		return within(t.Elem())
	case *types.Map:
		return within(t.Key()) || within(t.Elem())
	case *types.Signature:
		return among(t.Params()) || among(t.Results())
	case *types.Struct:
		for field := range t.Fields() {
			if within(field.Type()) {
				return true
			}
		}
	case *types.Interface:
		for method := range t.Methods() {
			if within(method.Type()) {
				return true
			}
		}
	}
	return false
}

// givable says what keeps generated code from making a value of a type.
func (s *scanner) givable(t types.Type) *schema.Obstacle {
	if obstacle := s.obstacle(t); obstacle != nil {
		return obstacle
	}
	if s.unnameable(t) != "" {
		return &schema.Obstacle{Kind: schema.Unnameable, Type: s.unnameable(t)}
	}
	return nil
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
func (s *scanner) refusal(signature *types.Signature) *schema.Reason {
	if signature.TypeParams().Len() > 0 {
		return &schema.Reason{Obstacle: schema.Obstacle{Kind: schema.TypeParameters}}
	}
	for i := range signature.Params().Len() {
		parameter := signature.Params().At(i)
		if obstacle := s.obstacle(parameter.Type()); obstacle != nil {
			place := &schema.Place{Kind: schema.InParameter, Number: i + 1}
			if name := parameter.Name(); name != "_" {
				place.Name = name
			}
			return &schema.Reason{Place: place, Obstacle: *obstacle}
		}
	}
	for i := range signature.Results().Len() {
		if obstacle := s.obstacle(signature.Results().At(i).Type()); obstacle != nil {
			place := &schema.Place{Kind: schema.InResult, Number: i + 1, Of: signature.Results().Len()}
			return &schema.Reason{Place: place, Obstacle: *obstacle}
		}
	}
	return nil
}

// parameter returns the type a parameter is offered with: its own, or where
// other packages can't name that, the unnamed type underneath if they can name
// that one, whose values Go assigns to it just as well. Not for structs: the
// values at hand would be of the type that can't be named.
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
	if s.unnameable(named.Underlying()) != "" {
		return t
	}
	return named.Underlying()
}

// inferred reports whether a function has a parameter whose type other packages
// can't name: they pass values that they were given, and the compiler infers the
// type.
func (s *scanner) inferred(signature *types.Signature) bool {
	for i := range signature.Params().Len() {
		if s.unnameable(s.parameter(signature, i)) != "" {
			return true
		}
	}
	return false
}

// signature writes parameters and results, reaching their types.
func (s *scanner) signature(signature *types.Signature, from schema.Reach) schema.Signature {
	out := schema.Signature{
		Params:  make([]schema.Parameter, signature.Params().Len()),
		Results: make([]string, signature.Results().Len()),
	}
	for i := range out.Params {
		prefix, t := "", s.parameter(signature, i)
		// Whoever knows better takes it back: see lend.
		changes := lending.ReachOf(t) != lending.Nothing
		if slice, ok := t.(*types.Slice); ok && signature.Variadic() && i == len(out.Params)-1 {
			prefix, t = "...", slice.Elem()
		}
		out.Params[i] = schema.Parameter{
			Name:    signature.Params().At(i).Name(),
			Type:    prefix + s.mention(t, from),
			Changes: changes,
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
