// Scan reads the output of "go list -e -export -deps -json" and writes what
// the listed packages export, as the schema that usegolib builds bridges from.
// It reads export data and source files and executes nothing but the compiler.
//
//	scan -config FILE
//
// FILE holds JSON: the path of the go list output ("list"), the paths of the
// modules that are scanned ("modules"; none for the standard library), the import
// paths to scan ("packages"; the others in the list are dependencies), which
// instantiations of generic functions to offer ("generics"; "missed" where they are
// possible), and the path of the
// Go compiler ("compiler"; without it, functions are taken to keep their
// arguments).
//
// The schema is written to standard output. The exit status is 0, 1 if nothing
// could be scanned, 2 for wrong usage, 3 if a requested instantiation is not
// possible; then the last line on standard error is a JSON object that names it.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"usegolib.build/scan/golist"
	"usegolib.build/scan/schema"
	"usegolib.build/scan/surface"
)

const (
	exitFailed       = 1
	exitUsage        = 2
	exitInstantiated = 3
)

// config is what the builder asks for.
type config struct {
	List     string                 `json:"list"`
	Modules  []string               `json:"modules"`
	Packages []string               `json:"packages"`
	Generics []schema.Instantiation `json:"generics"`
	Missed   []schema.Instantiation `json:"missed"`
	Adapted  []string               `json:"adapted"`
	Compiler string                 `json:"compiler"`
	Nearest  int                    `json:"nearest"`
}

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(arguments []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("scan", flag.ContinueOnError)
	flags.SetOutput(stderr)
	file := flags.String("config", "", "JSON `file` that says what to scan")
	if err := flags.Parse(arguments); err != nil {
		return exitUsage
	}
	if *file == "" || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "usage: scan -config FILE")
		return exitUsage
	}
	document, err := scan(*file, func(message string) { fmt.Fprintf(stderr, "scan: warning: %s\n", message) })
	if impossible := (*surface.InstantiationError)(nil); errors.As(err, &impossible) {
		fmt.Fprintf(stderr, "scan: %v\n", err)
		// Strings and slices of strings always marshal.
		_ = json.NewEncoder(stderr).Encode(impossible)
		return exitInstantiated
	}
	if err != nil {
		fmt.Fprintf(stderr, "scan: %v\n", err)
		return exitFailed
	}
	if err := write(stdout, document); err != nil {
		fmt.Fprintf(stderr, "scan: writing the schema: %v\n", err)
		return exitFailed
	}
	for _, excluded := range document.Excluded {
		fmt.Fprintf(stderr, "scan: %s is left out: %s\n", excluded.Path, excluded.Reason)
	}
	if len(document.Packages) == 0 {
		fmt.Fprintln(stderr, "scan: no package can be used")
		return exitFailed
	}
	return 0
}

func scan(file string, warn func(string)) (*schema.Document, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var c config
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	list, err := os.Open(c.List)
	if err != nil {
		return nil, err
	}
	defer list.Close()
	listing, err := golist.Read(bufio.NewReader(list))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.List, err)
	}
	return surface.Scan(listing, surface.Options{
		Modules: c.Modules, Packages: c.Packages, Generics: c.Generics, Missed: c.Missed,
		Adapted: c.Adapted, Compiler: c.Compiler, Nearest: c.Nearest, Warn: warn,
	})
}

func write(w io.Writer, document *schema.Document) error {
	buffered := bufio.NewWriter(w)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return err
	}
	return buffered.Flush()
}
