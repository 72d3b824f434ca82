// Package lending finds out which arguments functions are done with when they
// return, so that the host may lend its memory for the call instead of having
// it copied.
//
// The compiler knows: it allocates on the stack what does not escape, and notes
// with every exported function which parameters do and which are written to. A
// probe package that passes its own parameters on to the functions in question
// is compiled, and what the compiler reports of these parameters is read. Lending
// an argument thus asks no more of a function than the compiler asks to keep the
// caller's own variable on the stack.
package lending

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"usegolib.build/scan/golist"
	"usegolib.build/scan/schema"
)

// A Question is a function whose parameters are to be marked.
type Question struct {
	Function *schema.Function
	// Name is what Go calls it: that of the generic function for an instantiation.
	Name string
	// Asked says which parameters hold something worth lending.
	Asked []bool
	// Reaches says what can be written to through the parameters, and Receiver
	// the same of the receiver; that is asked about if Receives is set.
	Reaches  []Reach
	Receiver Reach
	Receives bool
	// Copied says which results the host copies before the call ends, so that
	// an argument may be part of them.
	Copied []bool
}

// Compiler asks the Go compiler.
type Compiler struct {
	// Path is the compiler itself, of the release that wrote the export data.
	Path string
	// Listing tells where the export data is.
	Listing golist.Listing
}

// attempts is how often the probe is compiled without the functions that the
// compiler objected to.
const attempts = 3

// Mark sets [schema.Parameter.Lent] of the parameters asked about, and takes
// [schema.Parameter.Changes] and [schema.Function.Changes] back where nothing
// that the caller sees is written to. Without an answer they stay as they are:
// kept, and changed.
func (c Compiler) Mark(questions []Question) error {
	if len(questions) == 0 {
		return nil
	}
	folder, err := os.MkdirTemp("", "usegolib-lending-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := c.writeImports(filepath.Join(folder, "imports")); err != nil {
		return err
	}
	left := questions
	for range attempts {
		probe := c.probe(left)
		if err := os.WriteFile(filepath.Join(folder, "probe.go"), []byte(probe.text), 0o600); err != nil {
			return err
		}
		report, failure := c.compile(folder)
		if failure == nil {
			probe.answer(left, report)
			return nil
		}
		found := len(left)
		left = probe.withoutBlamed(left, report)
		if len(left) == found {
			return fmt.Errorf("%w: %s", failure, strings.TrimSpace(report))
		}
	}
	return errors.New("the compiler objects to too many functions")
}

// writeImports writes the compiler's -importcfg.
func (c Compiler) writeImports(file string) error {
	var text strings.Builder
	for path, p := range c.Listing {
		if p.Export != "" {
			fmt.Fprintf(&text, "packagefile %s=%s\n", path, p.Export)
		}
	}
	return os.WriteFile(file, []byte(text.String()), 0o600)
}

// compile returns what the compiler says. It inlines nothing, which would only
// take time: what it notes with a function is for callers that don't.
func (c Compiler) compile(folder string) (string, error) {
	command := exec.Command(c.Path,
		"-m", "-l", "-e", "-d=escapemutationscalls=1", "-complete", "-dwarf=false",
		"-p", "usegolib.build/probe", "-importcfg", "imports", "-o", "probe.a", "probe.go")
	command.Dir = folder
	// The compiler is over before collecting what it no longer needs pays off.
	command.Env = append(os.Environ(), "GOGC=400")
	report, err := command.CombinedOutput()
	return string(report), err
}

// diagnostic is a line of the compiler's about a line of the probe.
var diagnostic = regexp.MustCompile(`(?m)^(?:.*[/\\])?probe\.go:(\d+):\d+: (.*)$`)

// unusable is what the compiler says of export data that it can't read.
var unusable = regexp.MustCompile(`could not import (\S+)`)

// withoutBlamed returns the questions that no error is about.
func (p probe) withoutBlamed(questions []Question, report string) []Question {
	blamed := map[int]bool{}
	for _, line := range unusable.FindAllStringSubmatch(report, -1) {
		for i, question := range questions {
			blamed[i] = blamed[i] || question.mentions(line[1])
		}
	}
	for _, line := range diagnostic.FindAllStringSubmatch(report, -1) {
		n, _ := strconv.Atoi(line[1])
		blamed[p.question(n)] = true
	}
	var left []Question
	for i, question := range questions {
		if !blamed[i] {
			left = append(left, question)
		}
	}
	return left
}

// mentions reports whether the probe for the function imports a package.
func (q Question) mentions(path string) bool {
	f := q.Function
	texts := append(slices.Clone(f.Results), f.Recv)
	for _, p := range f.Params {
		texts = append(texts, p.Type)
	}
	return f.Pkg == path || slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(text, path+".")
	})
}

// What the compiler says of the parameters of the probe, by their names there.
var (
	harmless = regexp.MustCompile(`^(?:a(\d+)|receiver)_\d+ does not escape`)
	leaking  = regexp.MustCompile(`^leaking param( content)?: (?:a(\d+)|receiver)_\d+(?: to result r(\d+)_\d+ level=\d+)?$`)
	mutated  = regexp.MustCompile(`^mutates param: (?:a(\d+)|receiver)_\d+ `)
	called   = regexp.MustCompile(`^calls param: (?:a(\d+)|receiver)_\d+ `)
)

// fate is what becomes of one parameter.
type fate struct {
	known, kept, changed bool
	// leaks says that the parameter itself goes where the compiler doesn't
	// follow it, and contentLeaks that something behind it does.
	leaks, contentLeaks bool
}

// changes reports whether what can be reached may have been written to.
func (f fate) changes(reach Reach) bool {
	switch reach {
	case Nothing:
		return false
	case Maps:
		// The compiler doesn't note writes into maps.
		return true
	}
	return !f.known || f.changed || f.leaks || f.contentLeaks && reach == Deep
}

// answer marks the parameters according to the compiler's report.
func (p probe) answer(questions []Question, report string) {
	fates := make([][]fate, len(questions))
	for i, question := range questions {
		// The receiver comes last.
		fates[i] = make([]fate, len(question.Asked)+1)
	}
	for _, line := range diagnostic.FindAllStringSubmatch(report, -1) {
		n, _ := strconv.Atoi(line[1])
		if n = p.question(n); n < 0 {
			continue
		}
		for _, kind := range []*regexp.Regexp{harmless, leaking, mutated, called} {
			found := kind.FindStringSubmatch(line[2])
			if found == nil {
				continue
			}
			content, number, result := false, found[1], ""
			if kind == leaking {
				content, number, result = found[1] != "", found[2], found[3]
			}
			at := len(questions[n].Asked)
			if number != "" {
				at, _ = strconv.Atoi(number)
			}
			if at >= len(fates[n]) {
				continue
			}
			f := &fates[n][at]
			f.known = true
			f.changed = f.changed || kind == mutated
			if kind == leaking {
				at, err := strconv.Atoi(result)
				f.kept = f.kept || err != nil || !questions[n].Copied[at]
				f.contentLeaks = f.contentLeaks || err != nil && content
				f.leaks = f.leaks || err != nil && !content
			}
		}
	}
	for i, question := range questions {
		for at := range question.Asked {
			f, parameter := fates[i][at], &question.Function.Params[at]
			parameter.Changes = parameter.Changes && f.changes(question.Reaches[at])
			switch {
			case !question.Asked[at] || !f.known || f.kept:
			case f.changed:
				parameter.Lent = schema.LentToChange
			default:
				parameter.Lent = schema.LentToRead
			}
		}
		if question.Receives {
			question.Function.Changes = question.Function.Changes && fates[i][len(question.Asked)].changes(question.Receiver)
		}
	}
}
