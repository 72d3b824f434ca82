package lending

import (
	"fmt"
	"regexp"
	"strings"
)

// firstLine is the line of the first question's function in the probe: the
// package clause and the imports are one line, each function is another.
const firstLine = 2

// probe writes a package with a function for each question, on a line each.
func (c Compiler) probe(questions []Question) string {
	w := writer{compiler: c, imports: map[string]string{}}
	var body strings.Builder
	for i, question := range questions {
		body.WriteString(w.function(i, question))
		body.WriteByte('\n')
	}
	var head strings.Builder
	head.WriteString("package probe")
	for path, name := range w.imports {
		fmt.Fprintf(&head, "; import %s %q", name, path)
	}
	return head.String() + "\n" + body.String()
}

// writer writes the schema's type expressions as Go code.
type writer struct {
	compiler Compiler
	// imports are the names of the imported packages by path.
	imports map[string]string
}

// function writes a function that passes its parameters a0, a1, ... on and
// returns the results as r0, r1, ...
func (w *writer) function(n int, q Question) string {
	f := q.Function
	var parameters, arguments, results []string
	callee := w.pkg(f.Pkg) + "." + q.Name
	if f.Recv != "" {
		star := ""
		if f.Pointer {
			star = "*"
		}
		parameters = append(parameters, "receiver "+star+w.expression(f.Recv))
		callee = "receiver." + q.Name
	}
	if len(f.TypeArgs) > 0 {
		list := make([]string, len(f.TypeArgs))
		for i, argument := range f.TypeArgs {
			list[i] = w.expression(argument)
		}
		callee += "[" + strings.Join(list, ", ") + "]"
	}
	for i, p := range f.Params {
		name := fmt.Sprintf("a%d", i)
		text, variadic := strings.CutPrefix(p.Type, "...")
		if variadic {
			parameters = append(parameters, name+" ..."+w.expression(text))
			name += "..."
		} else {
			parameters = append(parameters, name+" "+w.expression(text))
		}
		arguments = append(arguments, name)
	}
	for i, text := range f.Results {
		results = append(results, fmt.Sprintf("r%d %s", i, w.expression(text)))
	}
	call := fmt.Sprintf("%s(%s)", callee, strings.Join(arguments, ", "))
	if len(results) > 0 {
		call = "return " + call
	}
	return fmt.Sprintf("func f%d(%s) (%s) { %s }", n, strings.Join(parameters, ", "), strings.Join(results, ", "), call)
}

// qualified matches a name behind an import path.
var qualified = regexp.MustCompile(`([\pL\d_~\-]+(?:[./][\pL\d_~\-]+)*)\.([\pL_][\pL\d_]*)`)

func (w *writer) expression(text string) string {
	return qualified.ReplaceAllStringFunc(text, func(match string) string {
		parts := qualified.FindStringSubmatch(match)
		if w.compiler.Listing[parts[1]] == nil {
			return match
		}
		return w.pkg(parts[1]) + "." + parts[2]
	})
}

func (w *writer) pkg(path string) string {
	if w.imports[path] == "" {
		w.imports[path] = fmt.Sprintf("p%d", len(w.imports))
	}
	return w.imports[path]
}
