// Package far is two steps away.
package far

// Thing is far: an object without fields.
type Thing struct{ Field Unreached }

// Method is not listed.
func (t Thing) Method() {}

// Unreached is not reached.
type Unreached struct{}

// Count is a value.
type Count uint16

// List is a value of values.
type List []Element

// Element is reached by List.
type Element map[string]Other

// Other is far.
type Other struct{}

// Call is a func.
type Call func(Unreached)

// Doer is an interface.
type Doer interface{ Do(Unreached) }
