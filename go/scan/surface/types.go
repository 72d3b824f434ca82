package surface

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
	"strings"

	"usegolib.build/scan/schema"
)

// entry is one type of the schema in the making.
type entry struct {
	typ         types.Type
	reach       schema.Reach
	out         *schema.Type
	methods     []*schema.Function
	unsupported []schema.Unsupported
}

// rank orders named types by reach, unnamed ones behind them.
func (e *entry) rank() int {
	if e.out.Pkg == "" {
		return 3
	}
	return distance(e.reach)
}

func distance(reach schema.Reach) int {
	switch reach {
	case schema.Own:
		return 0
	case schema.Near:
		return 1
	}
	return 2
}

// deepest is how far instantiations may nest before they count as far away:
// methods of generic types can mention ever larger instances.
const deepest = 4

// nearest is how many types that are not the surface's own are written with their
// fields and methods: those that are reached in the fewest steps. A package that hands
// out types of net/http reaches some hundreds.
const nearest = 4000

// mention returns the expression of a type that something at the given
// distance mentions, and declares the types in it.
func (s *scanner) mention(t types.Type, from schema.Reach) string {
	t = types.Unalias(t)
	text := s.expressions.String(t)
	switch t := t.(type) {
	case *types.Named:
		if t.Obj().Pkg() != nil {
			s.declare(t, text, s.reach(t, text, from))
		}
	case *types.Pointer:
		if isHandle(t.Elem()) {
			s.declare(t, text, from)
		}
		s.mention(t.Elem(), from)
	case *types.Slice:
		s.mention(t.Elem(), from)
	case *types.Array:
		s.mention(t.Elem(), from)
	case *types.Map:
		s.mention(t.Key(), from)
		s.mention(t.Elem(), from)
	case *types.Struct, *types.Signature, *types.Chan:
		s.declare(t, text, from)
	case *types.Interface:
		if !t.Empty() {
			s.declare(t, text, from)
		}
	}
	return text
}

// isHandle reports whether a pointer to the type is a declared type itself.
func isHandle(element types.Type) bool {
	switch element.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Chan, *types.Signature:
		return true
	}
	return false
}

func (s *scanner) reach(t *types.Named, text string, from schema.Reach) schema.Reach {
	switch {
	case nesting(t) > deepest:
		return schema.Far
	case s.isOwn(t.Obj().Pkg()):
		return schema.Own
	case slices.Contains(s.options.Adapted, text) || from == schema.Own:
		return schema.Near
	case from == schema.Near && s.near < cmp.Or(s.options.Nearest, nearest):
		return schema.Near
	}
	return schema.Far
}

// isOwn reports whether a package belongs to the surface: it is scanned, or it
// is one of the modules' internal packages, whose types only the scanned ones
// can hand out.
func (s *scanner) isOwn(p *types.Package) bool {
	if s.targets[p.Path()] {
		return true
	}
	listed := s.listing[p.Path()]
	return listed != nil && listed.Module != nil &&
		slices.Contains(s.options.Modules, listed.Module.Path) && strings.Contains("/"+p.Path()+"/", "/internal/")
}

func nesting(t types.Type) int {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return 0
	}
	inner := 0
	for i := range named.TypeArgs().Len() {
		inner = max(inner, 1+nesting(named.TypeArgs().At(i)))
	}
	return inner
}

func (s *scanner) declare(t types.Type, name string, reach schema.Reach) {
	e := s.types[name]
	if e != nil && distance(e.reach) <= distance(reach) {
		return
	}
	if reach == schema.Near {
		s.near++
	}
	if e == nil {
		e = &entry{typ: t, out: &schema.Type{Name: name}}
		s.types[name] = e
	}
	e.reach = reach
	s.queues[reach] = append(s.queues[reach], e)
}

// declareReached writes the types that were mentioned, nearest first, until
// none is left.
func (s *scanner) declareReached() {
	for {
		var next *entry
		for _, reach := range []schema.Reach{schema.Own, schema.Near, schema.Far} {
			if queue := s.queues[reach]; len(queue) > 0 {
				next, s.queues[reach] = queue[0], queue[1:]
				if next.reach == reach {
					break
				}
				next = nil // meanwhile found to be nearer
			}
		}
		switch {
		case next != nil:
			s.describe(next)
		case len(s.queues[schema.Own])+len(s.queues[schema.Near])+len(s.queues[schema.Far]) == 0:
			return
		}
	}
}

// describe writes one type, as much of it as its reach allows. One that the
// scanner fails on becomes an object that nothing is known of.
func (s *scanner) describe(e *entry) {
	name := e.out.Name
	defer func() {
		if problem := recover(); problem != nil {
			e.out = &schema.Type{Name: name, Ident: name, Kind: schema.Struct, Hidden: true, Unnameable: true, Reach: schema.Far}
			e.methods = nil
			e.unsupported = []schema.Unsupported{{Name: name, Reason: schema.Reason{
				Obstacle: schema.Obstacle{Kind: schema.Failed, Message: fmt.Sprint(problem)},
			}}}
		}
	}()
	out := &schema.Type{
		Name:       name,
		Ident:      name,
		Reach:      e.reach,
		Comparable: types.Comparable(e.typ),
		Unnameable: !s.expressions.Nameable(e.typ),
	}
	e.out, e.methods, e.unsupported = out, nil, nil
	if named, ok := e.typ.(*types.Named); ok {
		name := s.expressions.Name(named)
		out.Pkg, out.Ident = name.Pkg().Path(), s.expressions.Ident(named)
		if e.reach != schema.Far {
			out.Doc = cmp.Or(s.sources.Find(name, "").Doc, s.sources.Find(named.Origin().Obj(), "").Doc)
		}
	}
	switch u := e.typ.Underlying().(type) {
	case *types.Struct:
		out.Kind = schema.Struct
		s.describeStruct(e, u)
	case *types.Interface:
		out.Kind = schema.Interface
		if u.Empty() {
			out.Kind, out.Underlying = schema.Value, "any"
		}
	case *types.Signature:
		out.Kind = schema.Func
		if e.reach != schema.Far && s.refusal(u) == nil {
			signature := s.signature(u, e.reach)
			out.Signature = &signature
		}
	case *types.Chan:
		out.Kind, out.Underlying = schema.Chan, s.expressions.String(u)
		if e.reach != schema.Far && s.obstacle(u.Elem()) == nil {
			s.mention(u.Elem(), e.reach)
		}
	case *types.Pointer:
		out.Kind, out.Underlying = schema.Pointer, s.expressions.String(u)
		if e.reach != schema.Far && s.obstacle(u.Elem()) == nil {
			s.mention(u.Elem(), e.reach)
		}
	default:
		out.Kind, out.Underlying = schema.Value, s.mention(u, e.reach)
	}
	if e.reach != schema.Far {
		s.describeMethods(e)
	}
}
