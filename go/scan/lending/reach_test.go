package lending

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
	"time"
)

func reachOf(t *testing.T, source, name string) Reach {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", "package p\n"+source, 0)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: importer.Default()}
	p, err := config.Check("p", files, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return ReachOf(p.Scope().Lookup(name).Type())
}

func TestReach(t *testing.T) {
	const source = `
type (
	Number int
	Row []int
	Rows []Row
	Named struct{ M map[string]int }
	Tree struct{ Left, Right *Tree }
	Loop struct{ Next *Loop; In *Inside }
	Inside struct{ Back *Loop; M map[int]int }
	Hidden struct{ m map[int]int }
)`
	for name, expected := range map[string]Reach{
		"Number": Nothing, "Row": Direct, "Rows": Deep, "Named": Maps, "Tree": Deep, "Loop": Maps, "Inside": Maps,
		"Hidden": Nothing,
	} {
		if found := reachOf(t, source, name); found != expected {
			t.Errorf("%s: found %d, expected %d", name, found, expected)
		}
	}
}

// Each of these types has two ways to the next: more than could be gone.
func TestReachOfManyWays(t *testing.T) {
	var source strings.Builder
	const last = 200
	for i := range last {
		fmt.Fprintf(&source, "type T%d struct{ A, B *T%d }\n", i, i+1)
	}
	fmt.Fprintf(&source, "type T%d struct{ N int }\n", last)
	done := make(chan Reach)
	go func() { done <- reachOf(t, source.String(), "T0") }()
	select {
	case found := <-done:
		if found != Deep {
			t.Errorf("found %d", found)
		}
	case <-time.After(time.Minute):
		t.Fatal("every way is gone")
	}
}
