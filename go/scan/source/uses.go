package source

import "go/ast"

// A Use is what a function's body does with a parameter, if that is nothing but
// reading. The compiler doesn't see what is written into maps; the source of most
// functions shows that nothing can be.
type Use uint8

const (
	// Unknown uses may be anything.
	Unknown Use = iota
	// Entries are looked up and iterated over, besides what Whole allows.
	Entries
	// Whole is that the parameter is handed back, measured or compared with nil as it
	// is, or not used at all.
	Whole
)

// usesOf returns the uses of a function's parameters and receiver by their names.
// Those without a name can't be used.
func usesOf(f *ast.FuncDecl) map[string]Use {
	if f.Body == nil {
		return nil // written in another language
	}
	uses := map[string]Use{"": Whole, "_": Whole}
	for _, list := range []*ast.FieldList{f.Recv, f.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, name := range field.Names {
				if name.Name != "_" {
					uses[name.Name] = Whole
				}
			}
		}
	}
	ast.Walk(reading{uses}, f.Body)
	return uses
}

// reading walks through a body and notes the uses of parameters. Whatever has the
// name of one counts as it, and so does what it doesn't know as any use.
type reading struct{ uses map[string]Use }

// parameter returns the name of the parameter that an expression is, if it is one.
func (r reading) parameter(e ast.Expr) (string, bool) {
	name, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return "", false
	}
	_, found := r.uses[name.Name]
	return name.Name, found && name.Name != "_"
}

func (r reading) note(name string, use Use) { r.uses[name] = min(r.uses[name], use) }

// whole passes over a parameter that is used as it is.
func (r reading) whole(expressions ...ast.Expr) {
	for _, e := range expressions {
		if _, ok := r.parameter(e); !ok && e != nil {
			ast.Walk(r, e)
		}
	}
}

// Visit implements [ast.Visitor].
func (r reading) Visit(node ast.Node) ast.Visitor {
	switch n := node.(type) {
	case *ast.Ident:
		if name, ok := r.parameter(n); ok {
			r.note(name, Unknown)
		}
	case *ast.SelectorExpr:
		ast.Walk(r, n.X)
		return nil
	case *ast.ReturnStmt:
		r.whole(n.Results...)
		return nil
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "len" || f.Name == "cap") {
			r.whole(n.Args...)
			return nil
		}
	case *ast.BinaryExpr:
		if isNil(n.X) || isNil(n.Y) {
			r.whole(n.X, n.Y)
			return nil
		}
	case *ast.RangeStmt:
		if name, ok := r.parameter(n.X); ok {
			r.note(name, Entries)
		} else {
			ast.Walk(r, n.X)
		}
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				ast.Walk(writing(r), e)
			}
		}
		ast.Walk(r, n.Body)
		return nil
	case *ast.IndexExpr:
		if name, ok := r.parameter(n.X); ok {
			r.note(name, Entries)
			ast.Walk(r, n.Index)
			return nil
		}
	case *ast.AssignStmt:
		for _, e := range n.Lhs {
			ast.Walk(writing(r), e)
		}
		for _, e := range n.Rhs {
			ast.Walk(r, e)
		}
		return nil
	case *ast.IncDecStmt:
		ast.Walk(writing(r), n.X)
		return nil
	case *ast.UnaryExpr:
		ast.Walk(writing(r), n.X)
		return nil
	}
	return r
}

// writing walks through what is assigned to, or whose address may be taken: an entry
// that is there is no mere reading.
type writing struct{ uses map[string]Use }

// Visit implements [ast.Visitor].
func (w writing) Visit(node ast.Node) ast.Visitor {
	switch n := node.(type) {
	case *ast.IndexExpr:
		ast.Walk(w, n.X)
		ast.Walk(reading(w), n.Index)
		return nil
	case *ast.SelectorExpr:
		ast.Walk(w, n.X)
		return nil
	case *ast.ParenExpr, *ast.StarExpr, *ast.SliceExpr:
		return w
	}
	return reading(w).Visit(node)
}

func isNil(e ast.Expr) bool {
	name, ok := ast.Unparen(e).(*ast.Ident)
	return ok && name.Name == "nil"
}
