package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"
)

func TestUses(t *testing.T) {
	for body, want := range map[string]Use{
		``:                                     Whole,
		`return m`:                             Whole,
		`return (m), len(m)`:                   Whole,
		`if m == nil || nil != m { return }`:   Whole,
		`return n.m`:                           Whole,
		`func() { _ = len(m) }()`:              Whole,
		`return m["a"]`:                        Entries,
		`v, ok := m["a"]; use(v, ok)`:          Entries,
		`for k, v := range m { use(k, v) }`:    Entries,
		`for range m { n++ }`:                  Entries,
		`x[m["a"]] = 1`:                        Entries,
		`use(m["a"])`:                          Entries,
		`m["a"] = 1`:                           Unknown,
		`m["a"]++`:                             Unknown,
		`m["a"] += 1`:                          Unknown,
		`m["a"]["b"] = 1`:                      Unknown,
		`(m)["a"] = 1`:                         Unknown,
		`m["a"], x = 1, 2`:                     Unknown,
		`p := &m["a"]; *p = 1`:                 Unknown,
		`m[0].X = 1`:                           Unknown,
		`for m["a"] = range x { }`:             Unknown,
		`for k, m["a"] = range x { }`:          Unknown,
		`select { case m["a"] = <-c: }`:        Unknown,
		`delete(m, "a")`:                       Unknown,
		`clear(m)`:                             Unknown,
		`use(m)`:                               Unknown,
		`n := m; n["a"] = 1`:                   Unknown,
		`p := &m; (*p)["a"] = 1`:               Unknown,
		`m.Set("a")`:                           Unknown,
		`defer func() { m["a"] = 1 }()`:        Unknown,
		`return func() { m["a"] = 1 }`:         Unknown,
		`return T{m}`:                          Unknown,
		`return use(m)`:                        Unknown,
		`c <- m`:                               Unknown,
		`for k := range m { m[k] = 1 }`:        Unknown,
		`if n := m; n != nil { n["a"] = 1 }`:   Unknown,
		`if x := T(m); x != nil { x["a"] = 1}`: Unknown,
		`n := m[1:]; n[0] = 1`:                 Unknown,
	} {
		source := "package p\nfunc F(m M, _ int, n N) {\n" + body + "\n}\n"
		file, err := parser.ParseFile(token.NewFileSet(), "f.go", source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		uses := usesOf(file.Decls[0].(*ast.FuncDecl))
		if uses["m"] != want {
			t.Errorf("%s: %d, not %d", body, uses["m"], want)
		}
		if uses["_"] != Whole {
			t.Errorf("%s: what has no name is used", body)
		}
	}
}

func TestWhatHasNoBodyMayDoAnything(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "f.go", "package p\nfunc F(m M)\n", 0)
	if err != nil {
		t.Fatal(err)
	}
	if uses := usesOf(file.Decls[0].(*ast.FuncDecl)); uses["m"] != Unknown {
		t.Errorf("%v", uses)
	}
}
