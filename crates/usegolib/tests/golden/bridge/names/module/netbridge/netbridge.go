// Package netbridge ends in the name of a package that generated code has.
package netbridge

// Node is named in a type that has no name.
type Node struct{ Text string }

// Wrap has a result of such a type.
func Wrap(node Node) (wrapped struct{ Inner Node }) {
	wrapped.Inner = node
	return wrapped
}
