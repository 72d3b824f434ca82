package surface

import (
	"cmp"
	"go/types"
	"go/version"
	"slices"

	"usegolib.build/scan/schema"
)

// Generic functions are offered for what Python's own values are in Go, without
// anybody asking: so many of the possible combinations of types for each function,
// and so many for the whole library.
const (
	mostOfFunction = 16
	mostOfLibrary  = 2000
)

// argumentsOfPython are the types that Python's values have in Go: those that
// fit every call first.
var argumentsOfPython = []types.Type{
	anyType, types.Typ[types.Int], types.Typ[types.String], types.Typ[types.Float64],
}

var anyType = types.Universe.Lookup("any").Type()

// parametrized is a generic function's signature, or a generic type.
type parametrized interface {
	types.Type
	TypeParams() *types.TypeParamList
}

// implied is a generic function with the instantiations that are to be made of it.
type implied struct {
	f       *types.Func
	out     schema.GenericDeclaration
	choices [][]types.Type
}

// instantiateImplied offers generic functions that the generics file doesn't name.
// Those that were missed come first.
func (s *scanner) instantiateImplied(packages []*types.Package) {
	named := map[string]bool{}
	for _, wanted := range s.options.Generics {
		named[wanted.Pkg+"."+wanted.Name] = true
	}
	var functions []*implied
	for _, p := range packages {
		s.guard(p.Path(), func() {
			for _, object := range exported(p) {
				f, ok := object.(*types.Func)
				if !ok || f.Signature().TypeParams().Len() == 0 {
					continue
				}
				g := &implied{f: f, out: s.generic(f)}
				if !named[p.Path()+"."+f.Name()] {
					g.choices = s.choices(p, f.Signature())
				}
				functions = append(functions, g)
			}
		})
	}
	s.budget = mostOfLibrary
	for _, wanted := range s.options.Missed {
		at := slices.IndexFunc(functions, func(g *implied) bool {
			return g.out.Pkg == wanted.Pkg && g.out.Name == wanted.Name
		})
		if at < 0 {
			continue
		}
		if err := s.instance(packages, wanted, true); err != nil {
			refused := schema.RefusedInstance{TypeArgs: wanted.TypeArgs, Reason: err.Error()}
			functions[at].out.Refused = append(functions[at].out.Refused, refused)
			continue
		}
		s.budget--
	}
	// In rounds, so that every function has its share.
	for round := range mostOfFunction {
		for _, g := range functions {
			if round < len(g.choices) && s.budget > 0 && s.imply(g, g.choices[round]) {
				s.budget--
			} else if round < len(g.choices) && s.budget <= 0 {
				g.out.LeftOut++
			}
		}
	}
	for _, g := range functions {
		g.out.LeftOut += max(0, len(g.choices)-mostOfFunction)
		s.out.GenericFunctions = append(s.out.GenericFunctions, g.out)
	}
}

// imply offers one instantiation, if it can be called.
func (s *scanner) imply(g *implied, arguments []types.Type) (done bool) {
	instance, err := types.Instantiate(types.NewContext(), g.f.Signature(), arguments, true)
	if err != nil {
		return false
	}
	signature := instance.(*types.Signature)
	if s.refusal(signature) != nil {
		return false
	}
	symbol, written := s.write(g.f, signature, arguments, true)
	s.offer(schema.GenericInstance{Pkg: g.out.Pkg, Name: g.out.Name, TypeArgs: written, Symbol: symbol})
	return true
}

// generic describes a generic function as it is declared.
func (s *scanner) generic(f *types.Func) schema.GenericDeclaration {
	signature := f.Signature()
	out := schema.GenericDeclaration{
		Pkg: f.Pkg().Path(), Name: f.Name(), Doc: s.sources.Find(f, "").Doc,
		Params: []schema.Parameter{}, Results: []string{},
	}
	for parameter := range signature.TypeParams().TypeParams() {
		described := schema.GenericParameter{Name: parameter.Obj().Name()}
		if only := onlyTerm(parameter.Constraint().Underlying().(*types.Interface)); only != nil {
			described.Type = s.expressions.String(only)
		}
		out.TypeParams = append(out.TypeParams, described)
	}
	for i := range signature.Params().Len() {
		parameter := signature.Params().At(i)
		prefix, t := "", parameter.Type()
		if slice, ok := t.(*types.Slice); ok && signature.Variadic() && i == signature.Params().Len()-1 {
			prefix, t = "...", slice.Elem()
		}
		out.Params = append(out.Params, schema.Parameter{Name: parameter.Name(), Type: prefix + s.expressions.String(t)})
	}
	for result := range signature.Results().Variables() {
		out.Results = append(out.Results, s.expressions.String(result.Type()))
	}
	return out
}

// choices returns the type arguments that a generic function or type can be instantiated
// with, those first that fit most calls.
func (s *scanner) choices(p *types.Package, generic parametrized) [][]types.Type {
	parameters := generic.TypeParams()
	var free []int
	for i := range parameters.Len() {
		if onlyTerm(parameters.At(i).Constraint().Underlying().(*types.Interface)) == nil {
			free = append(free, i)
		}
	}
	// Beyond that many there are more combinations than are worth a look.
	if len(free) > 4 {
		return nil
	}
	told := map[*types.TypeParam]bool{}
	if signature, ok := generic.(*types.Signature); ok {
		for parameter := range signature.Params().Variables() {
			tells(parameter.Type(), told)
		}
	}
	all := combinations(len(free))
	// What no argument tells is any, in a call that doesn't name it.
	slices.SortStableFunc(all, func(a, b []int) int {
		untold := func(picked []int) (count int) {
			for n, i := range free {
				if !told[parameters.At(i)] && argumentsOfPython[picked[n]] != anyType {
					count++
				}
			}
			return count
		}
		return cmp.Compare(untold(a), untold(b))
	})
	var found [][]types.Type
	for _, picked := range all {
		chosen := map[*types.TypeParam]types.Type{}
		for n, i := range free {
			chosen[parameters.At(i)] = argumentsOfPython[picked[n]]
		}
		arguments := make([]types.Type, parameters.Len())
		for i := range arguments {
			arguments[i] = choose(parameters.At(i), chosen)
		}
		if slices.Contains(arguments, nil) || !s.satisfied(p, generic, arguments) {
			continue
		}
		found = append(found, arguments)
	}
	return found
}

// tells collects the type parameters that a value given for a type tells. A callable of
// the host's tells none.
func tells(t types.Type, told map[*types.TypeParam]bool) {
	switch t := t.(type) {
	case *types.TypeParam:
		if told[t] {
			return
		}
		told[t] = true
		if only := onlyTerm(t.Constraint().Underlying().(*types.Interface)); only != nil {
			tells(only, told)
		}
	case *types.Map:
		tells(t.Key(), told)
		tells(t.Elem(), told)
	case interface{ Elem() types.Type }:
		tells(t.Elem(), told)
	case interface{ TypeArgs() *types.TypeList }:
		for argument := range t.TypeArgs().Types() {
			tells(argument, told)
		}
	}
}

// satisfied says whether type arguments satisfy their constraints, in the version
// of the language that the bridge is written in.
func (s *scanner) satisfied(p *types.Package, generic parametrized, arguments []types.Type) bool {
	if _, err := types.Instantiate(types.NewContext(), generic, arguments, true); err != nil {
		return false
	}
	module := s.listing[p.Path()].Module
	if module == nil || !module.Main || version.Compare("go"+cmp.Or(module.GoVersion, "1.16"), "go1.20") >= 0 {
		return true
	}
	for i, argument := range arguments {
		// The bridge is in the module itself. Before Go 1.20, an interface did not satisfy comparable.
		constraint := generic.TypeParams().At(i).Constraint().Underlying().(*types.Interface)
		if types.IsInterface(argument) && constraint.IsComparable() {
			return false
		}
	}
	return true
}

// combinations returns all ways to pick one of argumentsOfPython n times: those of
// one type first, and of the others those with fewer types.
func combinations(n int) [][]int {
	all := [][]int{nil}
	for range n {
		var longer [][]int
		for _, start := range all {
			for i := range argumentsOfPython {
				longer = append(longer, append(slices.Clone(start), i))
			}
		}
		all = longer
	}
	kinds := func(picked []int) int {
		return len(slices.Compact(slices.Sorted(slices.Values(picked))))
	}
	slices.SortStableFunc(all, func(a, b []int) int { return cmp.Compare(kinds(a), kinds(b)) })
	return all
}
