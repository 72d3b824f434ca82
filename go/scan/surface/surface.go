// Package surface works out what a module offers to Python: it walks the
// exported objects of the module's packages, taken from the compiler's export
// data, and writes every function, type, method, constant and variable that a
// caller can get hold of as the schema has it.
//
// Types are reached in three circles. The module's own types and those its
// surface names are written with their fields and methods; what only these
// mention is declared and no more. A name that can't be offered is kept with
// the reason.
package surface

import (
	"cmp"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"

	"usegolib.build/scan/expression"
	"usegolib.build/scan/golist"
	"usegolib.build/scan/schema"
	"usegolib.build/scan/source"
)

// Options say what to scan.
type Options struct {
	// Module is the module's path.
	Module string
	// Packages are the import paths whose surface is wanted.
	Packages []string
	// Std says that the module is a package of the standard library.
	Std bool
	// Generics are the instantiations of generic functions to offer.
	Generics []Instantiation
}

// Scan writes the schema of the packages. Packages that fail are in it with
// their reasons; the error is an [*InstantiationError].
func Scan(listing golist.Listing, options Options) (*schema.Document, error) {
	s := newScanner(listing, options)
	packages := s.load()
	s.adoptAliases(packages)
	if err := s.instantiate(packages); err != nil {
		return nil, err
	}
	for _, p := range packages {
		s.guard(p.Path(), func() { s.scanPackage(p) })
	}
	s.declareReached()
	return s.document(), nil
}

type scanner struct {
	listing     golist.Listing
	options     Options
	targets     map[string]bool
	fset        *token.FileSet
	importer    types.Importer
	sources     *source.Index
	expressions *expression.Writer
	types       map[string]*entry
	queues      map[schema.Reach][]*entry
	out         schema.Document
}

func newScanner(listing golist.Listing, options Options) *scanner {
	s := &scanner{
		listing:     listing,
		options:     options,
		targets:     map[string]bool{},
		fset:        token.NewFileSet(),
		expressions: expression.NewWriter(),
		types:       map[string]*entry{},
		queues:      map[schema.Reach][]*entry{},
	}
	s.importer = importer.ForCompiler(s.fset, "gc", s.exportData)
	s.sources = source.NewIndex(listing, s.fset)
	return s
}

func (s *scanner) exportData(path string) (io.ReadCloser, error) {
	p := s.listing[path]
	if p == nil {
		return nil, fmt.Errorf("package %s is not in the go list output", path)
	}
	if p.Export == "" {
		return nil, fmt.Errorf("package %s has no export data", path)
	}
	return os.Open(p.Export)
}

// load imports the wanted packages that can be used, in import path order, and
// notes the others as excluded.
func (s *scanner) load() []*types.Package {
	var packages []*types.Package
	var paths []string
	wanted := slices.Compact(slices.Sorted(slices.Values(s.options.Packages)))
	for _, path := range wanted {
		p := s.listing[path]
		if p == nil {
			s.exclude(path, "go list did not report the package")
			continue
		}
		if !expression.Importable(path, p.Name) && path != "unsafe" {
			continue
		}
		if failure := p.Failure(); failure != "" {
			s.exclude(path, failure)
			continue
		}
		if len(p.GoFiles)+len(p.CgoFiles) == 0 {
			continue // only tests
		}
		if p.Export == "" {
			s.exclude(path, "the compiler left no export data for it")
			continue
		}
		imported, err := s.importPackage(path)
		if err != nil {
			s.exclude(path, err.Error())
			continue
		}
		s.targets[path] = true
		packages = append(packages, imported)
		paths = append(paths, path)
	}
	s.sources.Load(paths)
	return packages
}

// importPackage reads export data; the reader panics on data it doesn't know.
func (s *scanner) importPackage(path string) (imported *types.Package, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("reading export data: %v", problem)
		}
	}()
	return s.importer.Import(path)
}

// guard keeps a failure on one package from taking the others down.
func (s *scanner) guard(path string, scan func()) {
	functions, consts, vars := len(s.out.Symbols), len(s.out.Consts), len(s.out.Vars)
	unsupported, packages := len(s.out.Unsupported), len(s.out.Packages)
	defer func() {
		problem := recover()
		if problem == nil {
			return
		}
		s.out.Symbols = s.out.Symbols[:functions]
		s.out.Consts = s.out.Consts[:consts]
		s.out.Vars = s.out.Vars[:vars]
		s.out.Unsupported = s.out.Unsupported[:unsupported]
		s.out.Packages = s.out.Packages[:packages]
		s.exclude(path, fmt.Sprintf("the scanner failed on it: %v", problem))
	}()
	scan()
}

func (s *scanner) exclude(path, reason string) {
	s.out.Excluded = append(s.out.Excluded, schema.ExcludedPackage{Path: path, Reason: reason})
}

// adoptAliases lets exported aliases name types that can't be named otherwise.
func (s *scanner) adoptAliases(packages []*types.Package) {
	for _, p := range packages {
		for _, object := range exported(p) {
			if name, ok := object.(*types.TypeName); ok && name.IsAlias() && !isGeneric(name.Type()) {
				s.expressions.Adopt(name)
			}
		}
	}
}

func (s *scanner) scanPackage(p *types.Package) {
	s.out.Packages = append(s.out.Packages, schema.Package{
		Path: p.Path(), Name: p.Name(), Doc: s.sources.PackageDoc(p.Path()),
	})
	for _, object := range exported(p) {
		switch o := object.(type) {
		case *types.Func:
			s.function(o)
		case *types.TypeName:
			s.typeName(o)
		case *types.Const:
			s.constant(o)
		case *types.Var:
			s.variable(o)
		}
	}
}

func (s *scanner) function(f *types.Func) {
	signature := f.Signature()
	if signature.TypeParams().Len() > 0 {
		if !s.instantiated(f) {
			s.unsupported(f, "", fmt.Sprintf(
				"generic function: name the type arguments it is to be built for in a generics file, "+
					`{"instantiations": [{"pkg": %q, "name": %q, "type_args": [%s]}]}`,
				f.Pkg().Path(), f.Name(), placeholders(signature.TypeParams())))
		}
		return
	}
	s.symbol(f, f.Name(), signature, nil)
}

func (s *scanner) symbol(f *types.Func, name string, signature *types.Signature, arguments []string) {
	if reason := s.refusal(signature); reason != "" {
		s.unsupported(f, "", reason)
		return
	}
	written := s.signature(signature, schema.Own)
	note := s.sources.Find(f, "")
	s.out.Symbols = append(s.out.Symbols, &schema.Function{
		Pkg: f.Pkg().Path(), Name: name, Params: written.Params, Results: written.Results,
		Doc: note.Doc, Pos: note.Pos, TypeArgs: arguments,
	})
}

func (s *scanner) typeName(name *types.TypeName) {
	t := types.Unalias(name.Type())
	switch {
	case isGeneric(name.Type()):
		s.unsupported(name, "", "generic type: only its instantiations in signatures and fields can be used")
	case isConstraint(t):
		s.unsupported(name, "", "constraint interface: it can only bound type parameters, no value has it")
	case s.obstacle(t) != "":
		s.unsupported(name, "", s.obstacle(t))
	default:
		s.mention(t, schema.Own)
	}
}

func (s *scanner) variable(v *types.Var) {
	if obstacle := s.obstacle(v.Type()); obstacle != "" {
		s.unsupported(v, "", "its type has "+obstacle)
		return
	}
	s.out.Vars = append(s.out.Vars, schema.Variable{
		Pkg: v.Pkg().Path(), Name: v.Name(), Type: s.mention(v.Type(), schema.Own),
		Doc: s.sources.Find(v, "").Doc,
	})
}

func (s *scanner) unsupported(object types.Object, recv, reason string) {
	s.out.Unsupported = append(s.out.Unsupported, s.refused(object, recv, reason))
}

func (s *scanner) refused(object types.Object, recv, reason string) schema.Unsupported {
	return schema.Unsupported{
		Pkg: object.Pkg().Path(), Name: object.Name(), Recv: recv,
		Signature: declaration(object), Reason: reason,
	}
}

// declaration writes an object as Go code declares it, package names in front
// of the types of other packages.
func declaration(object types.Object) string {
	return types.ObjectString(object, func(p *types.Package) string {
		if p == object.Pkg() {
			return ""
		}
		return p.Name()
	})
}

// exported returns the package's exported objects in name order.
func exported(p *types.Package) []types.Object {
	var objects []types.Object
	for _, name := range p.Scope().Names() {
		if token.IsExported(name) {
			objects = append(objects, p.Scope().Lookup(name))
		}
	}
	return objects
}

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
		return cmp.Or(cmp.Compare(a.Pkg, b.Pkg), cmp.Compare(a.Name, b.Name))
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

func placeholders(parameters *types.TypeParamList) string {
	names := make([]string, parameters.Len())
	for i := range names {
		names[i] = `"` + parameters.At(i).Obj().Name() + `"`
	}
	return strings.Join(names, ", ")
}
