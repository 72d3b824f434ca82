package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"usegolib.build/scan/schema"
)

// The bridge is generated from the schema alone, so the schema has to be true
// to what Go accepts: these tests write code that uses everything in a schema
// and compile it.

func TestFixturesCompileAsTheSchemaSays(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, modfile := range folders {
		name := filepath.Base(filepath.Dir(modfile))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.CopyFS(folder, os.DirFS(filepath.Dir(modfile))); err != nil {
				t.Fatal(err)
			}
			c := list(t, folder, "./...")
			c.Modules = []string{"example.com/" + name}
			c.Generics = instantiations[name]
			compile(t, folder, document(t, c))
		})
	}
}

func TestStandardLibraryCompilesAsTheSchemaSays(t *testing.T) {
	for _, path := range []string{
		"strings", "time", "net/http", "reflect", "math/big", "sync/atomic", "go/types", "os", "iter",
		"crypto/x509", "database/sql", "archive/zip", "text/template", "net/netip", "log/slog",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c := list(t, ".", path)
			compile(t, module(t, map[string]string{}), document(t, c))
		})
	}
}

// compile builds a package in the folder's module that uses all of a schema.
func compile(t *testing.T, folder string, d *schema.Document) {
	t.Helper()
	user := &user{imports: map[string]string{}, known: map[string]bool{}}
	text := user.source(d)
	file := filepath.Join(folder, "usegolib_check", "check.go")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "build", "-gcflags=-e", "./usegolib_check")
	command.Dir = folder
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, output)
		for _, line := range regexp.MustCompile(`check\.go:(\d+)`).FindAllStringSubmatch(string(output), 5) {
			var number int
			fmt.Sscan(line[1], &number)
			t.Logf("line %d: %s", number, strings.Split(text, "\n")[number-1])
		}
	}
}

// user writes code that uses a schema.
type user struct {
	imports    map[string]string
	known      map[string]bool
	unnameable []string
	body       strings.Builder
}

func (u *user) source(d *schema.Document) string {
	for _, p := range d.Packages {
		u.known[p.Path] = true
	}
	for _, declared := range d.Types {
		u.known[declared.Pkg] = true
		if declared.Unnameable {
			u.unnameable = append(u.unnameable, declared.Name)
		}
	}
	for _, f := range d.Symbols {
		if u.inferred(f.Params) {
			continue
		}
		call := u.pkg(f.Pkg) + "." + f.Name
		if len(f.TypeArgs) > 0 {
			arguments := make([]string, len(f.TypeArgs))
			for i, argument := range f.TypeArgs {
				arguments[i] = u.expression(argument)
			}
			generic, _, _ := strings.Cut(f.Name, "__")
			call = u.pkg(f.Pkg) + "." + generic + "[" + strings.Join(arguments, ", ") + "]"
		}
		u.call(call, f)
	}
	for _, declared := range d.Types {
		if !declared.Unnameable {
			u.declared(declared)
		}
	}
	for _, m := range d.Methods {
		if u.nameable(m.Recv) && !u.inferred(m.Params) {
			fmt.Fprintf(&u.body, "func() {\nvar receiver %s\n", u.expression(m.Recv))
			u.call("receiver."+m.Name, m)
			u.body.WriteString("}()\n")
		}
	}
	for _, a := range d.Aliases {
		if u.nameable(a.Type) {
			fmt.Fprintf(&u.body, "var _ *%s = new(%s.%s)\n", parenthesised(u.expression(a.Type)), u.pkg(a.Pkg), a.Name)
		}
	}
	for _, c := range d.Consts {
		fmt.Fprintf(&u.body, "{ const c = %s.%s }\n", u.pkg(c.Pkg), c.Name)
	}
	for _, v := range d.Vars {
		name := u.pkg(v.Pkg) + "." + v.Name
		fmt.Fprintf(&u.body, "_ = &%s\n", name)
		if u.nameable(v.Type) {
			fmt.Fprintf(&u.body, "%s = *new(%s)\n", name, u.expression(v.Type))
		}
	}
	var imports strings.Builder
	for path, name := range u.imports {
		fmt.Fprintf(&imports, "import %s %q\n", name, path)
	}
	return "package usegolib_check\n\n" + imports.String() + "\nfunc use() {\n" + u.body.String() + "}\n"
}

// call calls a function with variables of the schema's types and gives its
// results to variables of the schema's types.
func (u *user) call(function string, f *schema.Function) {
	u.body.WriteString("func() {\n")
	arguments := make([]string, len(f.Params))
	for i, p := range f.Params {
		arguments[i] = fmt.Sprintf("p%d", i)
		expression, variadic := strings.CutPrefix(p.Type, "...")
		if variadic {
			expression = "[]" + expression
			arguments[i] += "..."
		}
		fmt.Fprintf(&u.body, "var p%d %s\n", i, u.expression(expression))
	}
	results := make([]string, len(f.Results))
	for i := range f.Results {
		results[i] = fmt.Sprintf("r%d", i)
	}
	if len(results) > 0 {
		u.body.WriteString(strings.Join(results, ", ") + " := ")
	}
	fmt.Fprintf(&u.body, "%s(%s)\n", function, strings.Join(arguments, ", "))
	for i, r := range f.Results {
		if u.nameable(r) {
			fmt.Fprintf(&u.body, "var _ *%s = &r%d\n", parenthesised(u.expression(r)), i)
		} else {
			fmt.Fprintf(&u.body, "_ = r%d\n", i)
		}
	}
	u.body.WriteString("}()\n")
}

func (u *user) declared(declared *schema.Type) {
	name := u.expression(declared.Name)
	fmt.Fprintf(&u.body, "func() {\nvar x %s\n_ = x\n", name)
	if declared.Kind == schema.Value && u.nameable(declared.Underlying) {
		fmt.Fprintf(&u.body, "_ = (%s)(*new(%s))\n", name, u.expression(declared.Underlying))
	}
	if declared.Comparable {
		fmt.Fprintf(&u.body, "_ = map[%s]bool{}\n", name)
	}
	for _, field := range slices.Concat(declared.Fields, declared.Promoted) {
		fmt.Fprintf(&u.body, "_ = x.%s\n", field.Name)
		if u.nameable(field.Type) {
			fmt.Fprintf(&u.body, "var _ *%s = &x.%s\n", parenthesised(u.expression(field.Type)), field.Name)
		}
	}
	if declared.Signature != nil && !u.inferred(declared.Signature.Params) {
		u.call("x", &schema.Function{Params: declared.Signature.Params, Results: declared.Signature.Results})
	}
	u.body.WriteString("}()\n")
}

// inferred reports whether there are parameters of types that no other package can
// name.
func (u *user) inferred(params []schema.Parameter) bool {
	return slices.ContainsFunc(params, func(p schema.Parameter) bool { return !u.nameable(p.Type) })
}

func (u *user) nameable(expression string) bool {
	return !slices.ContainsFunc(u.unnameable, func(name string) bool {
		return strings.Contains(expression, name)
	})
}

var qualifiedName = regexp.MustCompile(`([\pL\d_~\-]+(?:[./][\pL\d_~\-]+)*)\.([\pL_][\pL\d_]*)`)

// expression writes a type expression with the names that packages are
// imported under.
func (u *user) expression(text string) string {
	return qualifiedName.ReplaceAllStringFunc(text, func(match string) string {
		parts := qualifiedName.FindStringSubmatch(match)
		if !u.known[parts[1]] {
			return match
		}
		return u.pkg(parts[1]) + "." + parts[2]
	})
}

func (u *user) pkg(path string) string {
	if u.imports[path] == "" {
		u.imports[path] = fmt.Sprintf("pkg%d", len(u.imports))
	}
	return u.imports[path]
}

// parenthesised keeps a pointer to a channel or func from being read otherwise.
func parenthesised(expression string) string {
	return "(" + expression + ")"
}
