// Package golist reads what "go list -e -export -deps -json" prints: the
// packages of a build, where their sources are and where the compiler left
// their export data. Nothing is executed here.
package golist

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Package is one object of the list, with the fields the scanner uses.
type Package struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	Export     string
	Standard   bool
	DepOnly    bool
	Module     *Module
	Error      *Error
	DepsErrors []*Error
}

// Module is the module a package belongs to.
type Module struct {
	Path string
	// Main says that it is the one that is built in.
	Main bool
	// GoVersion is the version of the language that it is written in.
	GoVersion string
}

// Error is what kept a package from loading or compiling.
type Error struct {
	Pos string
	Err string
}

// Listing is all packages of a list by import path.
type Listing map[string]*Package

// Read decodes the concatenated JSON objects that go list prints.
func Read(r io.Reader) (Listing, error) {
	listing := Listing{}
	decoder := json.NewDecoder(r)
	for {
		p := new(Package)
		err := decoder.Decode(p)
		if errors.Is(err, io.EOF) {
			return listing, nil
		}
		if err != nil {
			return nil, fmt.Errorf("go list output, after %d packages: %w", len(listing), err)
		}
		listing[p.ImportPath] = p
	}
}

// Sources returns the paths of the package's Go files, those that use cgo
// included, sorted by base name.
func (p *Package) Sources() []string {
	names := slices.Concat(p.GoFiles, p.CgoFiles)
	slices.Sort(names)
	for i, name := range names {
		if !filepath.IsAbs(name) {
			names[i] = filepath.Join(p.Dir, name)
		}
	}
	return names
}

// Failure says why the package can't be built, in Go's own words; it is empty
// if nothing is known to be wrong.
func (p *Package) Failure() string {
	failed := p.Error
	if failed == nil && p.Export == "" && len(p.DepsErrors) > 0 {
		failed = p.DepsErrors[0]
	}
	if failed == nil {
		return ""
	}
	message := strings.TrimSpace(failed.Err)
	if failed.Pos != "" && !strings.Contains(message, failed.Pos) {
		message = failed.Pos + ": " + message
	}
	return message
}
