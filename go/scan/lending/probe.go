package lending

import (
	"fmt"
	"iter"
	"regexp"
	"strings"
)

// Questions share functions of the probe: half of what a function takes to be
// compiled is the same for every function. But the compiler tells only so many
// results apart, and takes what goes to others for kept.
const (
	together         = 16
	resultsToldApart = 5
)

// A probe is the source of a package that asks questions.
type probe struct {
	text string
	// asked has for each line, from 1, the question that it is for, or -1.
	asked []int
}

// question returns the question that a line is for, or -1.
func (p probe) question(line int) int {
	if line < 1 || line > len(p.asked) {
		return -1
	}
	return p.asked[line-1]
}

// probe writes a package with functions that ask questions. What is written for
// a question has lines of its own.
func (c Compiler) probe(questions []Question) probe {
	w := writer{compiler: c, imports: map[string]string{}}
	var body strings.Builder
	// The package clause and the imports are one line.
	asked := []int{-1}
	line := func(question int, text string) {
		body.WriteString(text)
		body.WriteByte('\n')
		asked = append(asked, question)
	}
	for first, group := range groups(questions) {
		parts := make([]parts, len(group))
		for i, question := range group {
			parts[i] = w.parts(i, question)
		}
		line(-1, fmt.Sprintf("func f%d(", first))
		for i := range parts {
			line(first+i, parts[i].parameters)
		}
		line(-1, ") (")
		for i := range parts {
			line(first+i, parts[i].results)
		}
		line(-1, ") {")
		for i := range parts {
			line(first+i, parts[i].call)
		}
		line(-1, "return }")
	}
	var head strings.Builder
	head.WriteString("package probe")
	for path, name := range w.imports {
		fmt.Fprintf(&head, "; import %s %q", name, path)
	}
	return probe{text: head.String() + "\n" + body.String(), asked: asked}
}

// groups visits the questions that share a function, each time with the number of
// the first one.
func groups(questions []Question) iter.Seq2[int, []Question] {
	return func(yield func(int, []Question) bool) {
		for first := 0; first < len(questions); {
			end, results := first+1, questions[first].results()
			for end < len(questions) && end < first+together {
				if results += questions[end].results(); results > resultsToldApart {
					break
				}
				end++
			}
			if !yield(first, questions[first:end]) {
				return
			}
			first = end
		}
	}
}

// scalars are types whose values hold nothing of an argument: such results are
// not looked at.
var scalars = map[string]bool{
	"bool": true, "int": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint": true, "uint8": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true,
	"float32": true, "float64": true, "complex64": true, "complex128": true,
}

// results returns how many results an argument may be part of.
func (q Question) results() int {
	count := 0
	for _, text := range q.Function.Results {
		if !scalars[text] {
			count++
		}
	}
	return count
}

// parts is what a function of the probe has for one question.
type parts struct{ parameters, results, call string }

// writer writes the schema's type expressions as Go code.
type writer struct {
	compiler Compiler
	// imports are the names of the imported packages by path.
	imports map[string]string
}

// parts writes what passes the parameters a0_n, a1_n, ... on and returns the
// results as r0_n, r1_n, ...
func (w *writer) parts(n int, q Question) parts {
	f := q.Function
	var parameters, arguments, results, types []string
	callee := w.pkg(f.Pkg) + "." + q.Name
	if f.Recv != "" {
		star := ""
		if f.Pointer {
			star = "*"
		}
		receiver := fmt.Sprintf("receiver_%d", n)
		parameters = append(parameters, receiver+" "+star+w.expression(f.Recv)+",")
		callee = receiver + "." + q.Name
	}
	if len(f.TypeArgs) > 0 {
		list := make([]string, len(f.TypeArgs))
		for i, argument := range f.TypeArgs {
			list[i] = w.expression(argument)
		}
		callee += "[" + strings.Join(list, ", ") + "]"
	}
	for i, p := range f.Params {
		name := fmt.Sprintf("a%d_%d", i, n)
		text, variadic := strings.CutPrefix(p.Type, "...")
		if variadic {
			parameters = append(parameters, name+" []"+w.expression(text)+",")
			name += "..."
		} else {
			parameters = append(parameters, name+" "+w.expression(text)+",")
		}
		arguments = append(arguments, name)
	}
	for i, text := range f.Results {
		if scalars[text] {
			results = append(results, "_")
			continue
		}
		name := fmt.Sprintf("r%d_%d", i, n)
		results = append(results, name)
		types = append(types, name+" "+w.expression(text)+",")
	}
	call := fmt.Sprintf("%s(%s)", callee, strings.Join(arguments, ", "))
	if len(results) > 0 {
		call = strings.Join(results, ", ") + " = " + call
	}
	return parts{strings.Join(parameters, " "), strings.Join(types, " "), call}
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
