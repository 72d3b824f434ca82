package surface

import (
	"go/types"
	"strings"

	"usegolib.build/scan/lending"
	"usegolib.build/scan/schema"
	"usegolib.build/scan/source"
)

// lend marks the parameters that functions are done with when they return.
func (s *scanner) lend(out *schema.Document) error {
	if s.options.Compiler == "" {
		return nil
	}
	s.read(out)
	unnameable := map[string]bool{}
	for _, declared := range out.Types {
		// The compiler knows nothing of what is behind an interface.
		unnameable[declared.Name] = declared.Unnameable || declared.Kind == schema.Interface
	}
	var questions []lending.Question
	for _, list := range [][]*schema.Function{out.Symbols, out.Methods} {
		for _, f := range list {
			// Asking costs more than the copies of what nobody named.
			if question, ok := s.question(f); ok && !f.Implied && !unnameable[f.Recv] {
				questions = append(questions, question)
			}
		}
	}
	return lending.Compiler{Path: s.options.Compiler, Listing: s.listing}.Mark(questions)
}

// read takes back what is said of changes where the source shows that a function only
// reads what holds maps, of which the compiler doesn't say what is written.
func (s *scanner) read(out *schema.Document) {
	for _, list := range [][]*schema.Function{out.Symbols, out.Methods} {
		for _, f := range list {
			signature, uses := s.signatures[f], s.uses[f]
			if signature == nil || uses == nil {
				continue
			}
			for i := range f.Params {
				p := signature.Params().At(i)
				f.Params[i].Changes = f.Params[i].Changes && !onlyReads(p.Type(), uses[p.Name()])
			}
			if recv := signature.Recv(); recv != nil && !f.Pointer {
				f.Changes = f.Changes && !onlyReads(recv.Type(), uses[recv.Name()])
			}
		}
	}
}

// onlyReads reports whether nothing is written to what holds maps by a use of it. What
// is found in a map may lead further.
func onlyReads(t types.Type, use source.Use) bool {
	if lending.ReachOf(t) != lending.Maps {
		return false
	}
	switch use {
	case source.Whole:
		return true
	case source.Entries:
		entries, ok := t.Underlying().(*types.Map)
		return ok && lending.ReachOf(entries.Key()) == lending.Nothing && lending.ReachOf(entries.Elem()) == lending.Nothing
	}
	return false
}

// question returns what to ask about a function, if there is something.
func (s *scanner) question(f *schema.Function) (lending.Question, bool) {
	signature := s.signatures[f]
	if signature == nil || s.inferred(signature) {
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
		t := s.parameter(signature, i)
		// What is only handed back goes nowhere else, whatever it holds.
		seen := s.uses[f][signature.Params().At(i).Name()] == source.Whole
		asked := holdsText(t, map[types.Type]bool{}) && (seen || !hasTextInMaps(t, map[types.Type]bool{}))
		worthwhile = worthwhile || asked
		q.Asked = append(q.Asked, asked)
		reach := lending.ReachOf(t)
		worthwhile = worthwhile || reach == lending.Direct || reach == lending.Deep
		q.Reaches = append(q.Reaches, reach)
	}
	if q.Receiver, q.Receives = s.receiver(f, signature); q.Receives {
		worthwhile = worthwhile || q.Receiver == lending.Direct || q.Receiver == lending.Deep
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

// receiver returns what a method can write to through a receiver that the host
// gives by value, and whether the compiler is to be asked. It isn't about pointers
// to structs, which are mostly handles.
func (s *scanner) receiver(f *schema.Function, signature *types.Signature) (reach lending.Reach, asked bool) {
	if f.Recv == "" || signature.Recv() == nil {
		return lending.Nothing, false
	}
	t := types.Unalias(signature.Recv().Type())
	if pointer, ok := t.(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if _, isStruct := t.Underlying().(*types.Struct); isStruct && f.Pointer {
		return lending.Nothing, false
	}
	if f.Pointer {
		t = types.NewPointer(t)
	}
	return lending.ReachOf(t), true
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

// hasTextInMaps reports whether values of a type hold maps with text in keys or
// values. The compiler doesn't follow these: whatever is put into a map is on the
// heap, so that it has no need to know where it goes from there.
func hasTextInMaps(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch u := t.Underlying().(type) {
	case *types.Map:
		return holdsText(u, map[types.Type]bool{})
	case *types.Slice:
		return hasTextInMaps(u.Elem(), seen)
	case *types.Array:
		return hasTextInMaps(u.Elem(), seen)
	case *types.Pointer:
		return hasTextInMaps(u.Elem(), seen)
	case *types.Struct:
		for field := range u.Fields() {
			if field.Exported() && hasTextInMaps(field.Type(), seen) {
				return true
			}
		}
	}
	return false
}

// isCopied reports whether a result is written to the response in full, so that
// nothing of it is left in Go: what has a part behind a handle is not.
func isCopied(t types.Type, seen map[types.Type]bool) bool {
	if copied, ok := seen[t]; ok {
		return copied
	}
	seen[t] = false // recursive ones are handles
	copied := isCopiedAnew(t, seen)
	seen[t] = copied
	return copied
}

func isCopiedAnew(t types.Type, seen map[types.Type]bool) bool {
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
