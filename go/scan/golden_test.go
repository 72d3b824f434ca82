package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"usegolib.build/scan/golist"
	"usegolib.build/scan/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// goldens is where the schemas of the fixtures are kept. The Rust side parses
// and writes the same files.
const goldens = "../../conformance/schema"

// instantiations are what the generics fixture is built with.
var instantiations = map[string][]schema.Instantiation{
	"generics": {
		{Pkg: "example.com/generics", Name: "Id", TypeArgs: []string{"int64"}},
		{Pkg: "example.com/generics", Name: "Id", TypeArgs: []string{"[]byte"}},
		{Pkg: "example.com/generics", Name: "Id", TypeArgs: []string{"*Box[int]"}},
		{Pkg: "example.com/generics", Name: "Id", TypeArgs: []string{"example.com/generics/shapes.Square"}},
		{Pkg: "example.com/generics", Name: "Sum", TypeArgs: []string{"Length"}},
		{Pkg: "example.com/generics", Name: "MapOf", TypeArgs: []string{"[2]string", "map[string]shapes.Square"}},
	},
	"lending": {
		{Pkg: "example.com/lending", Name: "Pick", TypeArgs: []string{"string"}},
		{Pkg: "example.com/lending", Name: "Pick", TypeArgs: []string{"*Record"}},
	},
}

func TestGoldens(t *testing.T) {
	folders, err := filepath.Glob("testdata/*/go.mod")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, modfile := range folders {
		folder := filepath.Dir(modfile)
		name := filepath.Base(folder)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := list(t, folder, "./...")
			c.Modules = []string{"example.com/" + name}
			c.Generics = instantiations[name]
			got := scanned(t, c)
			if again := scanned(t, c); !bytes.Equal(got, again) {
				t.Error("two scans differ")
			}
			golden := filepath.Join(goldens, name+".json")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs from what is scanned (rewrite it with go test -update):\n%s", golden, difference(want, got))
			}
		})
	}
}

// list runs go list as the builder does and returns a config for it, in which
// the listed packages are the targets.
func list(t testing.TB, folder string, patterns ...string) config {
	t.Helper()
	arguments := append([]string{
		"list", "-e", "-export", "-deps", "-buildmode=c-shared", "-trimpath",
		"-json=ImportPath,Name,Dir,GoFiles,CgoFiles,Export,Standard,Module,DepOnly,Error,DepsErrors",
	}, patterns...)
	command := exec.Command("go", arguments...)
	command.Dir = folder
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	file := filepath.Join(t.TempDir(), "list.json")
	if err := os.WriteFile(file, output, 0o600); err != nil {
		t.Fatal(err)
	}
	listing, err := golist.Read(bytes.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	tools, err := exec.Command("go", "env", "GOTOOLDIR").Output()
	if err != nil {
		t.Fatalf("go env: %v", err)
	}
	c := config{
		List: file, Adapted: []string{"time.Time", "time.Duration"},
		Compiler: filepath.Join(strings.TrimSpace(string(tools)), "compile"),
	}
	for path, p := range listing {
		if !p.DepOnly {
			c.Packages = append(c.Packages, path)
		}
	}
	return c
}

// execute runs the whole program on a config.
func execute(t testing.TB, c config) (status int, stdout, stderr string) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, problems bytes.Buffer
	status = run([]string{"-config", file}, &out, &problems)
	return status, out.String(), problems.String()
}

// scanned returns the indented schema.
func scanned(t *testing.T, c config) []byte {
	t.Helper()
	status, stdout, stderr := execute(t, c)
	if status != 0 || strings.Contains(stderr, "warning") {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(stdout), "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// document scans and decodes.
func document(t *testing.T, c config) *schema.Document {
	t.Helper()
	d := new(schema.Document)
	if err := json.Unmarshal(scanned(t, c), d); err != nil {
		t.Fatal(err)
	}
	return d
}

// difference shows where two texts begin to differ.
func difference(want, got []byte) string {
	wanted, scanned := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i, line := range scanned {
		if i >= len(wanted) || wanted[i] != line {
			from, to := max(0, i-3), min(len(scanned), i+4)
			expected := "the end"
			if i < len(wanted) {
				expected = wanted[i]
			}
			return strings.Join(scanned[from:to], "\n") + "\nwanted: " + expected
		}
	}
	return "the golden file is longer"
}
