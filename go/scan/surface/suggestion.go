package surface

import (
	"go/types"
	"slices"
)

// candidates are the types to suggest for a type parameter, likely ones first.
var candidates = []types.Type{
	types.Typ[types.Int], types.Typ[types.String], types.Typ[types.Float64], types.Typ[types.Complex128],
	types.Universe.Lookup("error").Type(),
}

// suggestion returns type arguments that a generic function can be built for,
// as a generics file writes them; the names of its type parameters if its
// constraints ask for something that is not obvious.
func (s *scanner) suggestion(f *types.Func) []string {
	parameters := f.Signature().TypeParams()
	chosen := map[*types.TypeParam]types.Type{}
	arguments := make([]types.Type, parameters.Len())
	texts := make([]string, parameters.Len())
	for i := range arguments {
		arguments[i] = choose(parameters.At(i), chosen)
		if arguments[i] == nil {
			return placeholders(parameters)
		}
		texts[i] = s.expressions.String(arguments[i])
	}
	if _, err := types.Instantiate(types.NewContext(), f.Signature(), arguments, true); err != nil {
		return placeholders(parameters)
	}
	return texts
}

// choose finds a type for a type parameter: the one its constraint spells out
// (~[]T), else the first candidate that satisfies it; nil if there is none.
func choose(parameter *types.TypeParam, chosen map[*types.TypeParam]types.Type) types.Type {
	if t, ok := chosen[parameter]; ok {
		return t
	}
	// A constraint that leads back here finds no choice.
	chosen[parameter] = nil
	constraint := parameter.Constraint().Underlying().(*types.Interface)
	if only := onlyTerm(constraint); only != nil {
		chosen[parameter] = substitute(only, chosen)
		return chosen[parameter]
	}
	for _, candidate := range candidates {
		if types.Satisfies(candidate, constraint) {
			chosen[parameter] = candidate
			break
		}
	}
	return chosen[parameter]
}

// onlyTerm returns the type of a constraint's only term; nil if it has methods,
// or other than one term.
func onlyTerm(constraint *types.Interface) types.Type {
	if constraint.NumEmbeddeds() != 1 || constraint.NumMethods() > 0 {
		return nil
	}
	embedded := constraint.EmbeddedType(0)
	if union, ok := embedded.(*types.Union); ok {
		if union.Len() != 1 {
			return nil
		}
		embedded = union.Term(0).Type()
	}
	if types.IsInterface(embedded) {
		return nil
	}
	return embedded
}

// substitute replaces type parameters by what is chosen for them; nil if a part
// of the type has no choice.
func substitute(t types.Type, chosen map[*types.TypeParam]types.Type) types.Type {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return choose(t, chosen)
	case *types.Basic:
		return t
	case *types.Slice:
		if element := substitute(t.Elem(), chosen); element != nil {
			return types.NewSlice(element)
		}
	case *types.Map:
		key, value := substitute(t.Key(), chosen), substitute(t.Elem(), chosen)
		if key != nil && value != nil {
			return types.NewMap(key, value)
		}
	case *types.Pointer:
		if element := substitute(t.Elem(), chosen); element != nil {
			return types.NewPointer(element)
		}
	case *types.Array:
		if element := substitute(t.Elem(), chosen); element != nil {
			return types.NewArray(element, t.Len())
		}
	case *types.Chan:
		if element := substitute(t.Elem(), chosen); element != nil {
			return types.NewChan(t.Dir(), element)
		}
	case *types.Signature:
		params, results := substituteAll(t.Params(), chosen), substituteAll(t.Results(), chosen)
		if params != nil && results != nil {
			return types.NewSignatureType(nil, nil, nil, params, results, t.Variadic())
		}
	case *types.Named:
		if t.TypeArgs().Len() == 0 && t.TypeParams().Len() == 0 {
			return t
		}
		var arguments []types.Type
		for argument := range t.TypeArgs().Types() {
			arguments = append(arguments, substitute(argument, chosen))
		}
		if !slices.Contains(arguments, nil) {
			if instance, err := types.Instantiate(types.NewContext(), t.Origin(), arguments, true); err == nil {
				return instance
			}
		}
	}
	return nil
}

// substituteAll does so for parameters or results.
func substituteAll(all *types.Tuple, chosen map[*types.TypeParam]types.Type) *types.Tuple {
	var variables []*types.Var
	for one := range all.Variables() {
		t := substitute(one.Type(), chosen)
		if t == nil {
			return nil
		}
		variables = append(variables, types.NewParam(one.Pos(), one.Pkg(), one.Name(), t))
	}
	if variables == nil {
		return new(types.Tuple)
	}
	return types.NewTuple(variables...)
}
