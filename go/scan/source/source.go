// Package source finds doc comments and positions of exported things in Go
// files. Export data knows types exactly but no comments; the files are parsed
// for those alone, one at a time and only where something is looked up.
package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"usegolib.build/scan/golist"
)

// Note is what the source says about one declared thing.
type Note struct {
	// Doc is the doc comment without comment marks.
	Doc string
	// Pos is "file.go:12".
	Pos string
	// Uses says what a function does with its parameters, by their names.
	Uses map[string]Use
}

// Index finds the notes of a listing's packages.
type Index struct {
	listing  golist.Listing
	exported *token.FileSet
	packages map[string]*packageNotes
}

type packageNotes struct {
	files map[string]bool   // base names parsed so far
	docs  map[string]string // package clause docs by base name
	named map[string]Note   // "Name", "Type.Method", "Type.Field"
	lines map[string]Note   // "file.go:12 Name"
}

// NewIndex returns an index of the listing's packages. Positions of objects
// given to [Index.Find] are looked up in fset.
func NewIndex(listing golist.Listing, fset *token.FileSet) *Index {
	return &Index{listing: listing, exported: fset, packages: map[string]*packageNotes{}}
}

// Load reads the package clauses of the packages, and the files that declare
// their exported objects, several at a time. Other files, like tables of
// unexported data, are left alone.
func (x *Index) Load(packages []*types.Package) {
	type job struct {
		notes *packageNotes
		file  string
		mode  parser.Mode
		fset  *token.FileSet
		tree  *ast.File
	}
	var jobs []*job
	for _, p := range packages {
		needed := x.declaring(p)
		for _, file := range x.listing[p.Path()].Sources() {
			mode := parser.PackageClauseOnly
			if needed[filepath.Base(file)] {
				mode = parser.SkipObjectResolution
			}
			jobs = append(jobs, &job{notes: x.notes(p.Path()), file: file, mode: mode})
		}
	}
	var group sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, j := range jobs {
		group.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; group.Done() }()
			j.fset = token.NewFileSet()
			j.tree = parse(j.fset, j.file, j.mode)
		}()
	}
	group.Wait()
	for _, j := range jobs {
		if j.mode == parser.PackageClauseOnly {
			j.notes.clause(j.file, j.tree)
		} else {
			j.notes.add(j.fset, j.file, j.tree)
		}
	}
}

// declaring returns the base names of the files with exported declarations.
func (x *Index) declaring(p *types.Package) map[string]bool {
	files := map[string]bool{}
	note := func(object types.Object) {
		files[filepath.Base(x.exported.Position(object.Pos()).Filename)] = true
	}
	for _, name := range p.Scope().Names() {
		if !token.IsExported(name) {
			continue
		}
		object := p.Scope().Lookup(name)
		note(object)
		if named, ok := object.Type().(*types.Named); ok {
			for method := range named.Methods() {
				note(method)
			}
		}
	}
	return files
}

// PackageDoc returns the doc comments of the package's package clauses.
func (x *Index) PackageDoc(path string) string {
	notes := x.packages[path]
	if notes == nil {
		return ""
	}
	var docs []string
	for _, file := range x.listing[path].Sources() {
		if doc := notes.docs[filepath.Base(file)]; doc != "" {
			docs = append(docs, doc)
		}
	}
	return strings.Join(docs, "\n\n")
}

// Find returns the note of a declared object. owner is the name of the type
// that declares a field or a method, empty if it isn't known or there is none.
func (x *Index) Find(object types.Object, owner string) Note {
	if object.Pkg() == nil {
		return Note{}
	}
	path := object.Pkg().Path()
	p := x.listing[path]
	if p == nil {
		return Note{}
	}
	notes := x.notes(path)
	position := x.exported.Position(object.Pos())
	base := filepath.Base(position.Filename)
	if !notes.files[base] {
		x.parseFor(p, notes, base)
	}
	if note, ok := notes.lines[lineKey(base, position.Line, object.Name())]; ok {
		return note
	}
	// Positions in export data of cgo and generated files are not those of
	// the file that people wrote; names are.
	switch {
	case owner != "":
		return notes.named[owner+"."+object.Name()]
	case object.Parent() == object.Pkg().Scope():
		return notes.named[object.Name()]
	}
	return Note{}
}

func (x *Index) notes(path string) *packageNotes {
	notes := x.packages[path]
	if notes == nil {
		notes = &packageNotes{
			files: map[string]bool{},
			docs:  map[string]string{},
			named: map[string]Note{},
			lines: map[string]Note{},
		}
		x.packages[path] = notes
	}
	return notes
}

// parseFor parses the file with the base name, or all files of the package
// if it has none of that name.
func (x *Index) parseFor(p *golist.Package, notes *packageNotes, base string) {
	sources := p.Sources()
	for _, file := range sources {
		if filepath.Base(file) == base {
			sources = []string{file}
			break
		}
	}
	for _, file := range sources {
		if name := filepath.Base(file); !notes.files[name] {
			fset := token.NewFileSet()
			notes.add(fset, file, parse(fset, file, parser.SkipObjectResolution))
		}
	}
	notes.files[base] = true
}

// parse returns nil for a file that can't be read: docs are not worth failing.
func parse(fset *token.FileSet, file string, mode parser.Mode) *ast.File {
	tree, _ := parser.ParseFile(fset, file, nil, parser.ParseComments|mode)
	return tree
}

// clause notes the comment of a file's package clause.
func (n *packageNotes) clause(file string, tree *ast.File) {
	if tree == nil {
		return
	}
	if doc := text(tree.Doc); doc != "" {
		n.docs[filepath.Base(file)] = doc
	}
}

// add notes everything in a file.
func (n *packageNotes) add(fset *token.FileSet, file string, tree *ast.File) {
	base := filepath.Base(file)
	n.files[base] = true
	if tree == nil {
		return
	}
	n.clause(file, tree)
	c := &fileNotes{packageNotes: n, fset: fset, base: base}
	for _, declaration := range tree.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			owner := ""
			if d.Recv != nil && len(d.Recv.List) == 1 {
				owner = receiver(d.Recv.List[0].Type)
			}
			c.noteUses(owner, d.Name, text(d.Doc), usesOf(d))
		case *ast.GenDecl:
			c.general(d)
		}
	}
}

type fileNotes struct {
	*packageNotes
	fset *token.FileSet
	base string
}

func (c *fileNotes) note(owner string, name *ast.Ident, doc string) {
	c.noteUses(owner, name, doc, nil)
}

func (c *fileNotes) noteUses(owner string, name *ast.Ident, doc string, uses map[string]Use) {
	if !name.IsExported() {
		// Unexported types may still be reached, but only as owners' names.
		if owner != "" || doc == "" {
			return
		}
	}
	line := c.fset.PositionFor(name.Pos(), false).Line
	note := Note{Doc: doc, Pos: fmt.Sprintf("%s:%d", c.base, line), Uses: uses}
	c.lines[lineKey(c.base, line, name.Name)] = note
	key := name.Name
	if owner != "" {
		key = owner + "." + key
	}
	c.named[key] = note
}

func (c *fileNotes) general(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			c.note("", s.Name, first(s.Doc, only(d), s.Comment))
			c.members(s.Name.Name, s.Type)
		case *ast.ValueSpec:
			for _, name := range s.Names {
				c.note("", name, first(s.Doc, only(d), s.Comment))
			}
		}
	}
}

// members notes the fields of structs and the methods of interfaces, also of
// unnamed ones inside a declared type.
func (c *fileNotes) members(owner string, expression ast.Expr) {
	ast.Inspect(expression, func(node ast.Node) bool {
		field, ok := node.(*ast.Field)
		if !ok {
			return true
		}
		doc := first(field.Doc, field.Comment)
		for _, name := range field.Names {
			c.note(owner, name, doc)
		}
		if len(field.Names) == 0 {
			if name := embedded(field.Type); name != nil {
				c.note(owner, name, doc)
			}
		}
		return true
	})
}

// only returns the declaration's own comment where it speaks of one thing.
func only(d *ast.GenDecl) *ast.CommentGroup {
	if d.Lparen.IsValid() && len(d.Specs) > 1 {
		return nil
	}
	return d.Doc
}

func first(groups ...*ast.CommentGroup) string {
	for _, group := range groups {
		if doc := text(group); doc != "" {
			return doc
		}
	}
	return ""
}

func text(group *ast.CommentGroup) string {
	return strings.TrimRight(group.Text(), "\n")
}

// receiver returns the name of a receiver's type.
func receiver(expression ast.Expr) string {
	if name := embedded(expression); name != nil {
		return name.Name
	}
	return ""
}

// embedded returns the identifier that names an embedded field or a receiver.
func embedded(expression ast.Expr) *ast.Ident {
	switch e := expression.(type) {
	case *ast.Ident:
		return e
	case *ast.StarExpr:
		return embedded(e.X)
	case *ast.ParenExpr:
		return embedded(e.X)
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return embedded(e.X)
	case *ast.IndexListExpr:
		return embedded(e.X)
	}
	return nil
}

func lineKey(base string, line int, name string) string {
	return fmt.Sprintf("%s:%d %s", base, line, name)
}
