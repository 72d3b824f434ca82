// Package layouts has a function of each layout that a trampoline calls: what
// lies alike shares one.
package layouts

import (
	"fmt"
	"io"
)

// Size is how the items of a Shelf are measured.
type Size int16

// A Box crosses as a record.
type Box struct {
	Label  string `json:"label"`
	Size   Size   `json:"size,omitempty"`
	Corner [2]float32
}

// A Shelf crosses as a handle: it has state of its own.
type Shelf struct {
	Name  string
	boxes []Box
}

// Sizes are numbers with a name.
type Sizes []Size

// ByLabel is a map with a name.
type ByLabel map[string]*Box

// A Filter is a func with a name.
type Filter func(box Box, limit Size) (bool, error)

// A Sized can be measured.
type Sized interface{ Measure() Size }

// Default is a package variable.
var Default = Box{Label: "default"}

// Tell has a number of each width, and more of them than there are registers.
func Tell(a int8, b uint16, c int32, d uint64, e float32, f float64, g bool, h complex64, i uintptr, j Size) string {
	return fmt.Sprint(a, b, c, d, e, f, g, h, i, j)
}

// Wide is told from Narrow by a width.
func Wide(n int64) int64 { return n }

// Narrow is told from Wide by a width.
func Narrow(n int8) int8 { return n }

// Resize shares the trampoline of other functions from int16 to int16.
func Resize(size Size) Size { return size }

// Grow is one of these.
func Grow(n int16) int16 { return n + 1 }

// Join takes what slices of all kinds are passed as.
func Join(sep string, words ...string) string { return fmt.Sprint(sep, words) }

// Total shares no trampoline with Join: it gives a number.
func Total(sep string, sizes Sizes) int { return len(sizes) }

// Boxes and Doubled share theirs.
func Boxes(boxes []Box) []Box { return boxes }

// Doubled shares its trampoline with Boxes.
func Doubled(values []float64) Sizes { return nil }

// Index and Copied share theirs: a map is a pointer, and so is a func.
func Index(m map[string]int) ByLabel { return nil }

// Copied shares its trampoline with Index.
func Copied(box *Box) *Shelf { return &Shelf{Name: box.Label} }

// Feed shares it too.
func Feed(boxes chan Box) Filter { return nil }

// Turn takes and gives a struct and an array by value: their very types.
func Turn(box Box, corner [2]float32) (Box, [2]float32) { return box, corner }

// Checksum takes bytes, and an array of them.
func Checksum(data []byte, salt [4]byte) []byte { return data }

// Print takes any value.
func Print(value any, err error) (any, error) { return value, err }

// Pour takes interfaces with methods, which lie alike whatever these are.
func Pour(from io.Reader, to io.Writer) (fmt.Stringer, error) { return nil, nil }

// Measure is a method of a value, which is called by a pointer.
func (b Box) Measure() Size { return b.Size }

// Rename is a method of a pointer to a record, which comes back.
func (b *Box) Rename(label string) { b.Label = label }

// Put is a method of an object.
func (s *Shelf) Put(box *Box) int { s.boxes = append(s.boxes, *box); return len(s.boxes) }

// Sort is a method of a named slice.
func (s Sizes) Sort() {}
