// Package containers has slices, arrays, maps and pointers.
package containers

func Strings(v []string) []string                                { return v }
func Nested(v [][]int64) [][]int64                               { return v }
func Bytes(v [][]byte) [][]byte                                  { return v }
func Array(v [3]string) [3]string                                { return v }
func Key(v *[32]byte) *[32]byte                                  { return v }
func Digest(v [4]byte) [4]byte                                   { return v }
func Digests(v [][4]byte) [][4]byte                              { return v }
func Matrix(v [2][2]float64) [2][2]float64                       { return v }
func Map(v map[string]int64) map[string]int64                    { return v }
func Deep(v map[string]map[int][]bool) map[string]map[int][]bool { return v }
func ByArray(v map[[2]int]string) map[[2]int]string              { return v }
func Pointer(v *int) *int                                        { return v }
func Pointers(v []*string) []*string                             { return v }
func ToSlice(v *[]string) *[]string                              { return v }
func Floats(v []float32) []float32                               { return v }
func Ints(v []int) []int                                         { return v }
func Runes(v []rune) []rune                                      { return v }
func Any(v any) any                                              { return v }
func Anys(v []any) []any                                         { return v }
func AnyMap(v map[string]any) map[string]any                     { return v }
func Mixed(v map[any]any) map[any]any                            { return v }
func AnyPointer(v *any) *any                                     { return v }
func Errors(v []error) []error                                   { return v }
func TypeOf(v any) string                                        { return typeOf(v) }
func Cycle() any {
	m := map[string]any{}
	m["self"] = m
	return m
}
func Sum(xs []float64) (t float64) {
	for _, x := range xs {
		t += x
	}
	return t
}

func Unnamed(v []map[string][]int) any { return v }
