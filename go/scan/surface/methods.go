package surface

import (
	"go/types"

	"usegolib.build/scan/lending"
	"usegolib.build/scan/schema"
	"usegolib.build/scan/source"
)

// describeMethods writes the exported methods of a type, promoted ones too.
func (s *scanner) describeMethods(e *entry) {
	values := types.NewMethodSet(e.typ)
	all := values
	switch e.typ.Underlying().(type) {
	case *types.Interface, *types.Pointer:
	default:
		all = types.NewMethodSet(types.NewPointer(e.typ))
	}
	for i := range all.Len() {
		selection := all.At(i)
		method := selection.Obj().(*types.Func)
		if !method.Exported() {
			// Only types of the method's own package can have it.
			e.out.Sealed = e.out.Sealed || e.out.Kind == schema.Interface
			continue
		}
		pointer := values.Lookup(method.Pkg(), method.Name()) == nil
		e.out.PointerMethods = e.out.PointerMethods || pointer
		e.out.ValueMethods = e.out.ValueMethods || !pointer
		signature := selection.Type().(*types.Signature)
		if reason := s.refusal(signature); reason != nil {
			e.out.Sealed = e.out.Sealed || e.out.Kind == schema.Interface
			e.unsupported = append(e.unsupported, schema.Unsupported{
				Pkg: e.out.Pkg, Name: method.Name(), Recv: e.out.Name,
				Signature: declaration(method), Reason: *reason,
			})
			continue
		}
		// Nobody else can write a method with such a parameter.
		e.out.Sealed = e.out.Sealed || e.out.Kind == schema.Interface && s.inferred(signature)
		written := s.signature(signature, e.reach)
		note := s.methodNote(e.typ, method)
		described := &schema.Function{
			Pkg: e.out.Pkg, Name: method.Name(), Recv: e.out.Name, Pointer: pointer,
			Changes: pointer || lending.ReachOf(e.typ) != lending.Nothing,
			Params:  written.Params, Results: written.Results, Doc: note.Doc, Pos: note.Pos,
		}
		s.signatures[described], s.uses[described] = signature, note.Uses
		e.methods = append(e.methods, described)
	}
}

// methodNote finds a method's documentation where the method is declared.
func (s *scanner) methodNote(t types.Type, method *types.Func) source.Note {
	origin := method.Origin()
	owner := ""
	if recv := origin.Signature().Recv(); recv != nil {
		owner = typeNameOf(recv.Type())
	}
	if owner == "" {
		owner = interfaceDeclaring(t, method)
	}
	return s.sources.Find(origin, owner)
}

// interfaceDeclaring names the interface that declares a method, searching
// embedded interfaces: their methods don't say where they come from.
func interfaceDeclaring(t types.Type, method *types.Func) string {
	i, ok := t.Underlying().(*types.Interface)
	if !ok {
		return ""
	}
	for explicit := range i.ExplicitMethods() {
		if explicit.Name() == method.Name() {
			return typeNameOf(t)
		}
	}
	for embedded := range i.EmbeddedTypes() {
		if owner := interfaceDeclaring(embedded, method); owner != "" {
			return owner
		}
	}
	return ""
}

// typeNameOf returns the name of T for T and *T, empty for an unnamed type.
func typeNameOf(t types.Type) string {
	t = types.Unalias(t)
	if pointer, ok := t.(*types.Pointer); ok {
		t = types.Unalias(pointer.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}
