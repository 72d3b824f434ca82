package surface

import (
	"cmp"
	"slices"

	"usegolib.build/scan/schema"
)

// document gathers the types in their final order, and their methods.
func (s *scanner) document() *schema.Document {
	entries := make([]*entry, 0, len(s.types))
	for _, e := range s.types {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b *entry) int {
		return cmp.Or(
			cmp.Compare(a.rank(), b.rank()),
			cmp.Compare(a.out.Pkg, b.out.Pkg),
			cmp.Compare(a.out.Name, b.out.Name),
		)
	})
	for _, e := range entries {
		s.out.Types = append(s.out.Types, e.out)
		s.out.Methods = append(s.out.Methods, e.methods...)
		s.out.Unsupported = append(s.out.Unsupported, e.unsupported...)
	}
	slices.SortStableFunc(s.out.Unsupported, func(a, b schema.Unsupported) int {
		return cmp.Or(cmp.Compare(a.Pkg, b.Pkg), cmp.Compare(a.Recv, b.Recv), cmp.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(s.out.Symbols, func(a, b *schema.Function) int {
		// Those that nobody named are last: a manifest has them elsewhere.
		return cmp.Or(order(a.Implied)-order(b.Implied), cmp.Compare(a.Pkg, b.Pkg), cmp.Compare(a.Name, b.Name))
	})
	slices.SortStableFunc(s.out.Excluded, func(a, b schema.ExcludedPackage) int {
		return cmp.Compare(a.Path, b.Path)
	})
	out := &s.out
	out.Symbols = orEmpty(out.Symbols)
	out.Packages = orEmpty(out.Packages)
	out.Types = orEmpty(out.Types)
	out.Methods = orEmpty(out.Methods)
	out.Generics = orEmpty(out.Generics)
	out.Consts = orEmpty(out.Consts)
	out.Vars = orEmpty(out.Vars)
	out.Unsupported = orEmpty(out.Unsupported)
	out.Excluded = orEmpty(out.Excluded)
	return out
}

// orEmpty makes JSON write [] where a nil slice would be null.
func orEmpty[S ~[]E, E any](list S) S {
	if list == nil {
		return S{}
	}
	return list
}

func order(b bool) int {
	if b {
		return 1
	}
	return 0
}
