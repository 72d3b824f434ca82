package surface

import (
	"go/types"
	"strings"

	"usegolib.build/scan/lending"
	"usegolib.build/scan/schema"
)

// lend marks the parameters that functions are done with when they return.
func (s *scanner) lend(out *schema.Document) error {
	if s.options.Compiler == "" {
		return nil
	}
	unnameable := map[string]bool{}
	for _, declared := range out.Types {
		// The compiler knows nothing of what is behind an interface.
		unnameable[declared.Name] = declared.Unnameable || declared.Kind == schema.Interface
	}
	var questions []lending.Question
	for _, list := range [][]*schema.Function{out.Symbols, out.Methods} {
		for _, f := range list {
			if question, ok := s.question(f); ok && !unnameable[f.Recv] {
				questions = append(questions, question)
			}
		}
	}
	return lending.Compiler{Path: s.options.Compiler, Listing: s.listing}.Mark(questions)
}

// question returns what to ask about a function, if there is something.
func (s *scanner) question(f *schema.Function) (lending.Question, bool) {
	signature := s.signatures[f]
	if signature == nil {
		return lending.Question{}, false
	}
	q := lending.Question{Function: f, Name: f.Name}
	if len(f.TypeArgs) > 0 {
		for _, instance := range s.out.Generics {
			if instance.Pkg == f.Pkg && instance.Symbol == f.Name {
				q.Name = instance.Name
			}
		}
	}
	worthwhile := false
	for i := range signature.Params().Len() {
		asked := holdsText(s.parameter(signature, i), map[types.Type]bool{})
		worthwhile = worthwhile || asked
		q.Asked = append(q.Asked, asked)
	}
	for i := range signature.Results().Len() {
		t := signature.Results().At(i).Type()
		if !s.expressions.Nameable(t) {
			return lending.Question{}, false
		}
		q.Copied = append(q.Copied, isCopied(t, map[types.Type]bool{}))
	}
	// Tags may look like names behind an import path.
	for _, p := range f.Params {
		worthwhile = worthwhile && !strings.Contains(p.Type, `"`)
	}
	return q, worthwhile
}

// holdsText reports whether values of a type are made of strings or of slices
// of numbers, which have to be copied unless they are lent.
func holdsText(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Slice:
		if element, ok := u.Elem().Underlying().(*types.Basic); ok && element.Info()&types.IsNumeric != 0 {
			return true
		}
		return holdsText(u.Elem(), seen)
	case *types.Array:
		return holdsText(u.Elem(), seen)
	case *types.Map:
		return holdsText(u.Key(), seen) || holdsText(u.Elem(), seen)
	case *types.Struct:
		for field := range u.Fields() {
			if field.Exported() && holdsText(field.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// isCopied reports whether a result is written to the response in full, so that
// nothing of it is left in Go: what has a part behind a handle is not.
func isCopied(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false // recursive ones are handles
	}
	seen[t] = true
	defer delete(seen, t)
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Slice:
		return isCopied(u.Elem(), seen)
	case *types.Array:
		return isCopied(u.Elem(), seen)
	case *types.Map:
		return isCopied(u.Key(), seen) && isCopied(u.Elem(), seen)
	case *types.Struct:
		for field := range u.Fields() {
			if !field.Exported() || !isCopied(field.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}
