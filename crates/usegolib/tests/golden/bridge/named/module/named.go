// Package named has named types that aren't structs.
package named

// Kind is an int.
type Kind int

const (
	// First is the first.
	First Kind = iota
	Second
)

func (k Kind) String() string { return [...]string{"first", "second"}[k] }

// Raise has a pointer receiver.
func (k *Kind) Raise(by int) int { *k += Kind(by); return int(*k) }

// Flag, Ratio, Name and Wave are scalars.
type (
	Flag  bool
	Ratio float64
	Name  string
	Wave  complex64
	Wide  uint64
	Long  int64
	Octet byte
)

// Names has methods.
type Names []Name

// Add appends.
func (n *Names) Add(name Name) { *n = append(*n, name) }

// Upper changes the names in place.
func (n Names) Upper() int {
	for i := range n {
		n[i] += "!"
	}
	return len(n)
}

// Table is a map with a method.
type Table map[string][]Kind

// Set changes the map.
func (t Table) Set(key string, kinds ...Kind) { t[key] = kinds }

// Tree is made of itself.
type Tree []Tree

// Grid is an array.
type Grid [2][2]Kind

// ID is bytes.
type ID [4]byte

// Hex has a value receiver.
func (id ID) First() byte { return id[0] }

// Blob and Numbers are slices.
type (
	Blob    []byte
	Numbers []float64
	Octets  []Octet
	Value   any
)

// Len counts.
func (b Blob) Len() int { return len(b) }

func EchoKind(k Kind) Kind          { return k }
func EchoKinds(k []Kind) []Kind     { return k }
func EchoNames(n Names) Names       { return n }
func EchoTable(t Table) Table       { return t }
func EchoTree(t Tree) Tree          { return t }
func EchoGrid(g Grid) Grid          { return g }
func EchoID(id ID) ID               { return id }
func EchoBlob(b Blob) Blob          { return b }
func EchoNumbers(n Numbers) Numbers { return n }
func EchoOctets(o Octets) Octets    { return o }
func EchoValues(v []Value) []Value  { return v }
func EchoPointer(k *Kind) *Kind     { return k }
func Scalars(a Flag, b Ratio, c Name, d Wave, e Wide, f Long) (Flag, Ratio, Name, Wave, Wide, Long) {
	return a, b, c, d, e, f
}
func AsAny(k Kind) any                    { return k }
func AsAnys(k Kind, n Names) []any        { return []any{k, n, &k, Tree{{}}} }
func Map(m map[Name]Ratio) map[Name]Ratio { return m }
