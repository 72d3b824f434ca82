// Package surface works out what a module offers to Python: it walks the
// exported objects of the module's packages, taken from the compiler's export
// data, and writes every function, type, method, constant and variable that a
// caller can get hold of as the schema has it.
//
// Types are reached from the module's own ones, nearest first, and written with
// their fields and methods, and so is what these mention. Beyond a number of types
// that hardly any module reaches, those that are mentioned are declared and no more.
// A name that can't be offered is kept with the reason.
package surface

import (
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
	// Modules are the paths of the modules that are scanned; a package of the
	// standard library is in none.
	Modules []string
	// Packages are the import paths whose surface is wanted.
	Packages []string
	// Generics are the instantiations of generic functions and types to offer.
	Generics []schema.Instantiation
	// Missed are instantiations that Python asked for in vain. One that is not
	// possible is noted, and no error.
	Missed []schema.Instantiation
	// Adapted are the types that cross as something more useful than their
	// structure: with their methods, wherever they are met.
	Adapted []string
	// Nearest is how many types that are not the surface's own are written with their
	// fields and methods; a number that hardly any module reaches if it is 0.
	Nearest int
	// Compiler is the path of the Go compiler, to be asked what functions do
	// with their arguments; not asked if empty.
	Compiler string
	// Warn is told of what went wrong without consequences for the schema's
	// correctness.
	Warn func(message string)
}

// Scan writes the schema of the packages. Packages that fail are in it with
// their reasons; the error is an [*InstantiationError].
func Scan(listing golist.Listing, options Options) (*schema.Document, error) {
	s := newScanner(listing, options)
	packages := s.adoptAliases(s.load())
	s.sources.Load(packages)
	if err := s.instantiate(packages); err != nil {
		return nil, err
	}
	s.instantiateImplied(packages)
	for _, p := range packages {
		s.guard(p.Path(), func() { s.scanPackage(p) })
	}
	s.declareAdapted()
	s.declareReached()
	s.instantiateTypes(packages)
	if len(s.out.Packages) == 0 {
		s.out.Excluded = append(s.out.Excluded, s.skipped...)
	}
	out := s.document()
	if err := s.lend(out); err != nil && options.Warn != nil {
		options.Warn(fmt.Sprintf("all arguments will be copied: what functions do with them is not known: %v", err))
	}
	return out, nil
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
	// near counts the types that are near.
	near    int
	skipped []schema.ExcludedPackage
	// signatures are those behind the functions and methods that are offered.
	signatures map[*schema.Function]*types.Signature
	// uses says what these do with their parameters.
	uses      map[*schema.Function]map[string]source.Use
	instances instances
	// generics are the generic types, and budget is how many more instantiations there may
	// be that nobody named.
	generics []*types.TypeName
	budget   int
	out      schema.Document
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
		signatures:  map[*schema.Function]*types.Signature{},
		uses:        map[*schema.Function]map[string]source.Use{},
		instances:   instances{map[string]string{}, map[string]bool{}},
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
	wanted := slices.Compact(slices.Sorted(slices.Values(s.options.Packages)))
	for _, path := range wanted {
		p := s.listing[path]
		if p == nil {
			s.exclude(path, "go list did not report the package")
			continue
		}
		if !expression.Importable(path, p.Name) {
			s.skip(path, "other packages can't import it: it is a command, internal or vendored")
			continue
		}
		if failure := p.Failure(); failure != "" {
			s.exclude(path, failure)
			continue
		}
		if len(p.GoFiles)+len(p.CgoFiles) == 0 {
			s.skip(path, "it has only tests")
			continue
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
	}
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

// guard keeps a failure on one package from taking the others down, and
// reports whether there was none.
func (s *scanner) guard(path string, scan func()) (done bool) {
	before := s.out
	defer func() {
		if problem := recover(); problem != nil {
			s.out = before
			s.exclude(path, fmt.Sprintf("the scanner failed on it: %v", problem))
		}
	}()
	scan()
	return true
}

func (s *scanner) exclude(path, reason string) {
	s.out.Excluded = append(s.out.Excluded, schema.ExcludedPackage{Path: path, Reason: reason})
}

// skip notes a package that nobody expects to be importable: worth a word only
// if nothing else is there.
func (s *scanner) skip(path, reason string) {
	s.skipped = append(s.skipped, schema.ExcludedPackage{Path: path, Reason: reason})
}

// adoptAliases lets exported aliases name types that can't be named otherwise,
// generic ones first, by which instances have names too. It returns the packages
// that could be read.
func (s *scanner) adoptAliases(packages []*types.Package) []*types.Package {
	for _, generic := range []bool{true, false} {
		packages = slices.DeleteFunc(packages, func(p *types.Package) bool {
			return !s.guard(p.Path(), func() {
				for _, object := range exported(p) {
					if name, ok := object.(*types.TypeName); ok && name.IsAlias() && isGeneric(name.Type()) == generic {
						s.expressions.Adopt(name)
					}
				}
			})
		})
	}
	return packages
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
		if !s.isInstantiated(f) {
			s.unsupported(f, nil, schema.Obstacle{Kind: schema.GenericFunction, Suggestion: &schema.Instantiation{
				Pkg: f.Pkg().Path(), Name: f.Name(), TypeArgs: s.suggestion(f),
			}})
		}
		return
	}
	s.symbol(f, f.Name(), signature, nil, false)
}

func (s *scanner) symbol(f *types.Func, name string, signature *types.Signature, arguments []string, implied bool) {
	if reason := s.refusal(signature); reason != nil {
		s.unsupported(f, reason.Place, reason.Obstacle)
		return
	}
	written := s.signature(signature, schema.Own)
	note := s.sources.Find(f, "")
	symbol := &schema.Function{
		Pkg: f.Pkg().Path(), Name: name, Params: written.Params, Results: written.Results,
		Doc: note.Doc, Pos: note.Pos, TypeArgs: arguments, Implied: implied,
	}
	s.signatures[symbol], s.uses[symbol] = signature, note.Uses
	s.out.Symbols = append(s.out.Symbols, symbol)
}

func (s *scanner) typeName(name *types.TypeName) {
	t := types.Unalias(name.Type())
	switch {
	case isGeneric(name.Type()):
		s.generics = append(s.generics, name)
	case isConstraint(t):
		s.unsupported(name, nil, schema.Obstacle{Kind: schema.Constraint})
	case s.obstacle(t) != nil:
		s.unsupported(name, nil, *s.obstacle(t))
	default:
		text := s.mention(t, schema.Own)
		if named, ok := t.(*types.Named); name.IsAlias() && !(ok && s.expressions.Name(named) == name) {
			s.out.Aliases = append(s.out.Aliases, schema.Alias{
				Pkg: name.Pkg().Path(), Name: name.Name(), Type: text, Doc: s.sources.Find(name, "").Doc,
			})
		}
	}
}

func (s *scanner) variable(v *types.Var) {
	if obstacle := s.obstacle(v.Type()); obstacle != nil {
		s.unsupported(v, &schema.Place{Kind: schema.InType}, *obstacle)
		return
	}
	s.out.Vars = append(s.out.Vars, schema.Variable{
		Pkg: v.Pkg().Path(), Name: v.Name(), Type: s.mention(v.Type(), schema.Own),
		Doc: s.sources.Find(v, "").Doc,
	})
}

func (s *scanner) unsupported(object types.Object, place *schema.Place, obstacle schema.Obstacle) {
	s.out.Unsupported = append(s.out.Unsupported, schema.Unsupported{
		Pkg: object.Pkg().Path(), Name: object.Name(), Signature: declaration(object),
		Reason: schema.Reason{Place: place, Obstacle: obstacle},
	})
}

// declaration writes an object as Go code declares it, package names in front
// of the types of other packages; of a type only the head.
func declaration(object types.Object) string {
	qualifier := func(p *types.Package) string {
		if p == object.Pkg() {
			return ""
		}
		return p.Name()
	}
	if _, ok := object.(*types.TypeName); ok {
		return "type " + types.TypeString(object.Type(), qualifier)
	}
	return strings.ReplaceAll(types.ObjectString(object, qualifier), "_Ctype_", "C.")
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

func placeholders(parameters *types.TypeParamList) []string {
	names := make([]string, parameters.Len())
	for i := range names {
		names[i] = parameters.At(i).Obj().Name()
	}
	return names
}
