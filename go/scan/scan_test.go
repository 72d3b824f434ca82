package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"usegolib.build/scan/schema"
	"usegolib.build/scan/surface"
)

// module makes a module of the given files in a temporary folder.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	files["go.mod"] = "module example.com/temporary\n\ngo 1.24\n"
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func function(t *testing.T, list []*schema.Function, recv, name string) *schema.Function {
	t.Helper()
	at := slices.IndexFunc(list, func(f *schema.Function) bool { return f.Recv == recv && f.Name == name })
	if at < 0 {
		t.Fatalf("%s %s is missing", recv, name)
	}
	return list[at]
}

func TestSyntaxErrorIsTheCompilersMessage(t *testing.T) {
	folder := module(t, map[string]string{
		"good/good.go": "package good\n\nfunc Good() {}\n",
		"bad/bad.go":   "package bad\n\nfunc Bad( {}\n",
	})
	c := list(t, folder, "./...")
	c.Modules = []string{"example.com/temporary"}
	d := document(t, c)
	if len(d.Excluded) != 1 || !strings.Contains(d.Excluded[0].Reason, "syntax error") {
		t.Errorf("excluded: %+v", d.Excluded)
	}
	function(t, d.Symbols, "", "Good")
}

func TestImpossibleInstantiations(t *testing.T) {
	for _, test := range []struct {
		function   string
		arguments  []string
		constraint string
		message    string
	}{
		{"Sum", []string{"string"}, "Number", "type argument string does not satisfy the constraint Number"},
		{"MapOf", []string{"[]int", "int"}, "comparable", "does not satisfy comparable"},
		{"Id", []string{"int", "string"}, "", "takes 1 type arguments, not 2"},
		{"Id", []string{"Missing"}, "", "undefined: Missing"},
		{"Id", []string{"example.com/elsewhere.T"}, "", "package example.com/elsewhere is not among"},
		{"Id", []string{"Box"}, "", "Box"},
		{"Id", []string{"1 + 2"}, "", "not a type"},
		{"Id", []string{"func("}, "", "func("},
		{"Id", []string{"example.com/generics.unexported"}, "", "unexported"},
		{"Nothing", []string{"int"}, "", "no exported function or type Nothing"},
		{"IntBox", []string{"int"}, "", "is not generic"},
	} {
		t.Run(test.function+" "+strings.Join(test.arguments, " "), func(t *testing.T) {
			c := list(t, "testdata/generics", "./...")
			c.Modules = []string{"example.com/generics"}
			c.Generics = []schema.Instantiation{{Pkg: "example.com/generics", Name: test.function, TypeArgs: test.arguments}}
			status, stdout, stderr := execute(t, c)
			if status != exitInstantiated || stdout != "" {
				t.Errorf("status %d, output %q", status, stdout)
			}
			lines := strings.Split(strings.TrimSpace(stderr), "\n")
			var got surface.InstantiationError
			if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
				t.Fatalf("%v in %s", err, stderr)
			}
			if got.Name != test.function || got.Constraint != test.constraint || !strings.Contains(got.Message, test.message) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestInstantiationsThatCannotCrossSayWhere(t *testing.T) {
	for levels, refused := range map[int]bool{60: false, 61: true, 5000: true} {
		argument := strings.Repeat("[]", levels) + "int"
		c := list(t, "testdata/generics", "./...")
		c.Modules = []string{"example.com/generics"}
		c.Generics = []schema.Instantiation{{Pkg: "example.com/generics", Name: "Id", TypeArgs: []string{argument}}}
		status, _, stderr := execute(t, c)
		if !refused {
			if status != 0 {
				t.Errorf("%d levels: status %d, %s", levels, status, stderr)
			}
			continue
		}
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		var got surface.InstantiationError
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
			t.Fatalf("%v in %s", err, stderr)
		}
		want := schema.Reason{
			Place:    &schema.Place{Kind: schema.InArgument, Name: argument},
			Obstacle: schema.Obstacle{Kind: schema.TooDeep},
		}
		if status != exitInstantiated || !reflect.DeepEqual(got.Reason, &want) {
			t.Errorf("%d levels: status %d, %s", levels, status, stderr)
		}
	}
}

func TestUnusableExportDataExcludesThePackage(t *testing.T) {
	c := list(t, "testdata/functions", "./...")
	c.Modules = []string{"example.com/functions"}
	garbage := filepath.Join(t.TempDir(), "garbage")
	if err := os.WriteFile(garbage, []byte("!<arch>\nnothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(c.List)
	if err != nil {
		t.Fatal(err)
	}
	var changed strings.Builder
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	for decoder.More() {
		var p map[string]any
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if p["ImportPath"] == "example.com/functions/geometry" {
			p["Export"] = garbage
		}
		line, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		changed.Write(line)
	}
	if err := os.WriteFile(c.List, []byte(changed.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	d := document(t, c)
	if len(d.Excluded) != 1 || d.Excluded[0].Path != "example.com/functions/geometry" {
		t.Errorf("excluded: %+v", d.Excluded)
	}
	function(t, d.Symbols, "", "AddGrouped")
}

func TestNothingImportable(t *testing.T) {
	folder := module(t, map[string]string{"main.go": "package main\n\nfunc main() {}\n"})
	c := list(t, folder, "./...")
	status, stdout, stderr := execute(t, c)
	if status != exitFailed || !strings.Contains(stdout, "it is a command") {
		t.Errorf("status %d, %s, %s", status, stdout, stderr)
	}
}

func TestBadInputs(t *testing.T) {
	if status, _, stderr := execute(t, config{List: "missing.json"}); status != exitFailed || !strings.Contains(stderr, "missing.json") {
		t.Errorf("missing list: status %d, %s", status, stderr)
	}
	file := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(file, []byte(`{"ImportPath": "a"} {"ImportPath": 1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := execute(t, config{List: file}); status != exitFailed || !strings.Contains(stderr, "after 1 packages") {
		t.Errorf("broken list: status %d, %s", status, stderr)
	}
}

// The standard library is where newer Go features and odd declarations are:
// every type expression has to resolve there too.
func TestStandardLibrary(t *testing.T) {
	for _, path := range []string{
		"strings", "net/url", "regexp", "time", "net/http", "iter", "reflect", "math/big", "sync/atomic",
		"go/types", "os", "encoding/json", "unicode", "database/sql", "crypto/x509", "unique", "syscall",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c := list(t, ".", path)
			d := document(t, c)
			if len(d.Packages) != 1 || d.Packages[0].Doc == "" {
				t.Fatalf("packages: %+v", d.Packages)
			}
			check(t, d)
		})
	}
}

// check resolves every type expression of a document.
func check(t *testing.T, d *schema.Document) {
	t.Helper()
	names := map[string]bool{}
	for _, declared := range d.Types {
		if names[declared.Name] {
			t.Errorf("%s is declared twice", declared.Name)
		}
		names[declared.Name] = true
	}
	for _, f := range slices.Concat(d.Symbols, d.Methods) {
		for _, p := range f.Params {
			resolve(t, names, strings.TrimPrefix(p.Type, "..."))
		}
		for _, r := range f.Results {
			resolve(t, names, r)
		}
		if f.Recv != "" && !names[f.Recv] {
			t.Errorf("receiver %s is not declared", f.Recv)
		}
	}
	for _, declared := range d.Types {
		if declared.Kind == schema.Value {
			resolve(t, names, declared.Underlying)
		}
		for _, field := range slices.Concat(declared.Fields, declared.Promoted) {
			resolve(t, names, field.Type)
		}
		if s := declared.Signature; s != nil {
			for _, p := range s.Params {
				resolve(t, names, strings.TrimPrefix(p.Type, "..."))
			}
			for _, r := range s.Results {
				resolve(t, names, r)
			}
		}
	}
	for _, v := range d.Vars {
		resolve(t, names, v.Type)
	}
}

var predeclared = strings.Fields("bool string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr " +
	"float32 float64 complex64 complex128 any error")

// resolve takes a type expression apart as far as the schema's readers do.
func resolve(t *testing.T, names map[string]bool, text string) {
	t.Helper()
	if names[text] || slices.Contains(predeclared, text) {
		return
	}
	switch {
	case strings.HasPrefix(text, "*"):
		resolve(t, names, text[1:])
	case strings.HasPrefix(text, "[]"):
		resolve(t, names, text[2:])
	case strings.HasPrefix(text, "["):
		_, element, _ := strings.Cut(text, "]")
		resolve(t, names, element)
	case strings.HasPrefix(text, "map["):
		depth := 0
		for i, r := range text[4:] {
			switch {
			case r == '[':
				depth++
			case r == ']' && depth > 0:
				depth--
			case r == ']':
				resolve(t, names, text[4:4+i])
				resolve(t, names, text[5+i:])
				return
			}
		}
		t.Errorf("malformed %s", text)
	default:
		t.Errorf("%s is not declared", text)
	}
}

func TestAdaptersKeepTheirMethodsWhereverTheyAre(t *testing.T) {
	folder := module(t, map[string]string{"t.go": `package temporary

import "io/fs"

// Info is near; the time.Time that it mentions would be far.
func Info() fs.FileInfo { return nil }
`})
	c := list(t, folder, ".")
	c.Modules = []string{"example.com/temporary"}
	d := document(t, c)
	format := function(t, d.Methods, "time.Time", "Format")
	if format.Doc == "" || !strings.HasPrefix(format.Pos, "format.go:") || format.Params[0].Name != "layout" {
		t.Errorf("got %+v", format)
	}
	name := function(t, d.Methods, "io/fs.FileInfo", "Name")
	if name.Doc != "base name of the file" {
		t.Errorf("got %+v", name)
	}
}

func TestTypesAreReachedNearestFirst(t *testing.T) {
	folder := module(t, map[string]string{"t.go": `package temporary

import "io/fs"

// Entry leads to fs.FileInfo, and that to fs.FileMode.
func Entry() fs.DirEntry { return nil }
`})
	c := list(t, folder, ".")
	c.Modules = []string{"example.com/temporary"}
	reach := func(nearest int) map[string]schema.Reach {
		c.Nearest = nearest
		found := map[string]schema.Reach{}
		for _, declared := range document(t, c).Types {
			found[declared.Name] = declared.Reach
		}
		return found
	}
	whole := reach(0)
	for _, name := range []string{"io/fs.DirEntry", "io/fs.FileInfo", "io/fs.FileMode", "time.Time"} {
		if whole[name] != schema.Near {
			t.Errorf("%s is %q", name, whole[name])
		}
	}
	few := reach(1)
	if few["io/fs.DirEntry"] != schema.Near || few["io/fs.FileInfo"] != schema.Far {
		t.Errorf("got %v", few)
	}
}

// BenchmarkSmallModule measures what a build of a small module pays.
func BenchmarkSmallModule(b *testing.B) {
	c := list(b, "testdata/embedding", "./...")
	c.Modules = []string{"example.com/embedding"}
	for b.Loop() {
		if status, _, stderr := execute(b, c); status != 0 {
			b.Fatal(stderr)
		}
	}
}

// BenchmarkLargePackage measures a package with some hundred types.
func BenchmarkLargePackage(b *testing.B) {
	c := list(b, ".", "net/http")
	for b.Loop() {
		if status, _, stderr := execute(b, c); status != 0 {
			b.Fatal(stderr)
		}
	}
}
