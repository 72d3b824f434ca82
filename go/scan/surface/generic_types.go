package surface

import (
	"go/types"
	"slices"

	"usegolib.build/scan/schema"
)

// instanceOfType declares a requested instantiation of a generic type.
func (s *scanner) instanceOfType(name *types.TypeName, wanted schema.Instantiation) error {
	generic, ok := name.Type().(parametrized)
	if !ok || !isGeneric(generic) {
		return &InstantiationError{Instantiation: wanted, Message: wanted.Name + " is not generic"}
	}
	instance, arguments, err := s.instanceOf(name, generic, wanted)
	if err != nil {
		return err
	}
	if obstacle := s.obstacle(instance); obstacle != nil {
		return &InstantiationError{Instantiation: wanted, Reason: &schema.Reason{Obstacle: *obstacle}}
	}
	s.declareInstance(instance, arguments)
	return nil
}

func (s *scanner) declareInstance(instance types.Type, arguments []types.Type) {
	for _, argument := range arguments {
		s.mention(argument, schema.Own)
	}
	s.mention(instance, schema.Own)
}

// missedTypes declares the instantiations of generic types that Python asked for in
// vain, and returns those that can't be made, by package and name.
func (s *scanner) missedTypes(packages []*types.Package) map[string][]schema.RefusedInstance {
	refused := map[string][]schema.RefusedInstance{}
	for _, wanted := range s.options.Missed {
		at := slices.IndexFunc(packages, func(p *types.Package) bool { return p.Path() == wanted.Pkg })
		if at < 0 {
			continue
		}
		name, ok := packages[at].Scope().Lookup(wanted.Name).(*types.TypeName)
		if !ok {
			continue
		}
		if err := s.instanceOfType(name, wanted); err != nil {
			key := wanted.Pkg + "." + wanted.Name
			refused[key] = append(refused[key], schema.RefusedInstance{TypeArgs: wanted.TypeArgs, Reason: err.Error()})
			continue
		}
		s.budget--
	}
	return refused
}

// impliedType is a generic type with the instantiations that are to be made of it.
type impliedType struct {
	out     schema.GenericTypeDeclaration
	choices [][]types.Type
	generic parametrized
}

// instantiateTypes describes the generic types. One of which nothing hands out an
// instantiation gets some for what Python's own values are in Go, as generic functions
// do: its values can be made, and have methods.
func (s *scanner) instantiateTypes(packages []*types.Package) {
	there := s.instancesThatAreThere()
	refused := s.missedTypes(packages)
	var implied []*impliedType
	for _, name := range s.generics {
		s.guard(name.Pkg().Path(), func() {
			generic := name.Type().(parametrized)
			if isConstraint(generic) {
				s.unsupported(name, nil, schema.Obstacle{Kind: schema.Constraint})
				return
			}
			g := &impliedType{generic: generic, out: schema.GenericTypeDeclaration{
				Pkg: name.Pkg().Path(), Name: name.Name(), Doc: s.sources.Find(name, "").Doc,
				TypeParams: placeholders(generic.TypeParams()),
				Refused:    refused[name.Pkg().Path()+"."+name.Name()],
			}}
			alias, isAlias := generic.(*types.Alias)
			switch {
			case there[name]:
			case isAlias:
				g.out.Alias = s.expressions.String(alias.Rhs())
			case !types.IsInterface(generic): // of which no values can be made
				g.choices = s.choices(name.Pkg(), generic)
			}
			if !isAlias && !there[name] && len(g.choices) == 0 && !s.instancesThatAreThere()[name] {
				s.unsupported(name, nil, schema.Obstacle{Kind: schema.GenericType})
				return
			}
			implied = append(implied, g)
		})
	}
	for round := range mostOfFunction {
		for _, g := range implied {
			switch {
			case round >= len(g.choices):
			case s.budget <= 0:
				g.out.LeftOut++
			case s.implyType(g.generic, g.choices[round]):
				s.budget--
			}
		}
	}
	for _, g := range implied {
		g.out.LeftOut += max(0, len(g.choices)-mostOfFunction)
		s.out.GenericTypes = append(s.out.GenericTypes, g.out)
	}
	s.declareReached()
}

// instancesThatAreThere are the generic types of which an instantiation is declared.
func (s *scanner) instancesThatAreThere() map[*types.TypeName]bool {
	there := map[*types.TypeName]bool{}
	for _, e := range s.types {
		if named, ok := e.typ.(*types.Named); ok && named.TypeArgs().Len() > 0 {
			there[named.Obj()] = true
			there[s.expressions.Name(named)] = true
		}
	}
	return there
}

// implyType declares one instantiation, if its values can cross.
func (s *scanner) implyType(generic parametrized, arguments []types.Type) (done bool) {
	instance, err := types.Instantiate(types.NewContext(), generic, arguments, true)
	if err != nil || s.obstacle(instance) != nil {
		return false
	}
	s.declareInstance(instance, arguments)
	return true
}
