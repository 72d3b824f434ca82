// Package schema mirrors the data model that usegolib builds on: what a Go
// module exports, as JSON. The model itself is defined on the Rust side
// (crates/usegolib/src/schema/mod.rs), which refuses unknown fields; shared
// vectors in conformance/schema hold the two together.
//
// Types are written as Go type expressions whose leaves are predeclared types
// or names of [Document.Types].
package schema

// Document is everything a module exports.
type Document struct {
	Symbols  []*Function       `json:"symbols"`
	Packages []Package         `json:"packages"`
	Types    []*Type           `json:"types"`
	Methods  []*Function       `json:"methods"`
	Generics []GenericInstance `json:"generics"`
	// GenericFunctions are what Generics has instantiations of, and could have.
	GenericFunctions []GenericDeclaration `json:"generic_functions,omitempty"`
	// GenericTypes are those that Types has instantiations of, and could have.
	GenericTypes []GenericTypeDeclaration `json:"generic_types,omitempty"`
	Aliases      []Alias                  `json:"aliases,omitempty"`
	Consts       []Constant               `json:"consts"`
	Vars         []Variable               `json:"vars"`
	Unsupported  []Unsupported            `json:"unsupported"`
	Excluded     []ExcludedPackage        `json:"excluded"`
}

// Package is one importable package.
type Package struct {
	Path string `json:"path"`
	Name string `json:"name"`
	Doc  string `json:"doc,omitempty"`
}

// ExcludedPackage is a package that is left out, with the reason: usually the
// compiler's own message.
type ExcludedPackage struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Function is a package-level function, an instantiation of a generic one, or
// (with Recv) a method. Changes says that a method may change its receiver.
type Function struct {
	Pkg      string      `json:"pkg"`
	Name     string      `json:"name"`
	Recv     string      `json:"recv,omitempty"`
	Pointer  bool        `json:"pointer,omitempty"`
	Changes  bool        `json:"changes,omitempty"`
	Params   []Parameter `json:"params"`
	Results  []string    `json:"results"`
	Doc      string      `json:"doc,omitempty"`
	Pos      string      `json:"pos,omitempty"`
	TypeArgs []string    `json:"type_args,omitempty"`
	// Implied says that nobody named this instantiation.
	Implied bool `json:"implied,omitempty"`
}

// Parameter is one parameter; a variadic one has type "...T". Changes says that
// the function may write to memory that its caller sees, too.
type Parameter struct {
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	Lent    Lending `json:"lent,omitempty"`
	Changes bool    `json:"changes,omitempty"`
}

// Lending is whether a function is done with an argument when it returns, so
// that it can be lent the caller's memory; empty if it may keep the argument.
type Lending string

// LentToRead arguments are only read, LentToChange ones may be written to.
const (
	LentToRead   Lending = "read"
	LentToChange Lending = "change"
)

// Kind is what a declared type is made of.
type Kind string

// The kinds. A named scalar, slice, array or map is a [Value]; a [Pointer] is
// one to a pointer, interface, channel or function.
const (
	Struct    Kind = "struct"
	Interface Kind = "interface"
	Func      Kind = "func"
	Chan      Kind = "chan"
	Pointer   Kind = "pointer"
	Value     Kind = "value"
)

// Reach is how far a type is from the module's own surface.
type Reach string

// Own types are declared in the module, Near ones are named in its surface,
// Far ones are only reached through Near ones.
const (
	Own  Reach = "own"
	Near Reach = "near"
	Far  Reach = "far"
)

// Type is a named type, or an unnamed struct, interface, func, chan or pointer
// to one of the latter three.
type Type struct {
	Name           string     `json:"name"`
	Pkg            string     `json:"pkg,omitempty"`
	Ident          string     `json:"ident"`
	Kind           Kind       `json:"kind"`
	Underlying     string     `json:"underlying,omitempty"`
	Fields         []Field    `json:"fields,omitempty"`
	Promoted       []Field    `json:"promoted,omitempty"`
	Hidden         bool       `json:"hidden,omitempty"`
	PointerMethods bool       `json:"pointer_methods,omitempty"`
	ValueMethods   bool       `json:"value_methods,omitempty"`
	Recursive      bool       `json:"recursive,omitempty"`
	Uncopyable     bool       `json:"uncopyable,omitempty"`
	Comparable     bool       `json:"comparable,omitempty"`
	Unnameable     bool       `json:"unnameable,omitempty"`
	Sealed         bool       `json:"sealed,omitempty"`
	Signature      *Signature `json:"signature,omitempty"`
	Reach          Reach      `json:"reach"`
	Doc            string     `json:"doc,omitempty"`
}

// Signature is the parameters and results of a function type.
type Signature struct {
	Params  []Parameter `json:"params"`
	Results []string    `json:"results"`
}

// Field is one field of a struct.
type Field struct {
	Name      string   `json:"name"`
	Key       string   `json:"key"`
	Aliases   []string `json:"aliases,omitempty"`
	Type      string   `json:"type"`
	Required  bool     `json:"required"`
	OmitEmpty bool     `json:"omitempty,omitempty"`
	Embedded  bool     `json:"embedded,omitempty"`
	Doc       string   `json:"doc,omitempty"`
}

// GenericInstance says which symbol an instantiation is.
type GenericInstance struct {
	Pkg      string   `json:"pkg"`
	Name     string   `json:"name"`
	TypeArgs []string `json:"type_args"`
	Symbol   string   `json:"symbol"`
}

// GenericDeclaration is a generic function as it is declared: the leaves of its
// expressions may be type parameters.
type GenericDeclaration struct {
	Pkg        string             `json:"pkg"`
	Name       string             `json:"name"`
	TypeParams []GenericParameter `json:"type_params"`
	Params     []Parameter        `json:"params"`
	Results    []string           `json:"results"`
	Doc        string             `json:"doc,omitempty"`
	// LeftOut is how many instantiations the budget left out.
	LeftOut int `json:"left_out,omitempty"`
	// Refused are the instantiations that were missed and can't be made.
	Refused []RefusedInstance `json:"refused,omitempty"`
}

// GenericTypeDeclaration is a generic type. The names of its instantiations are those of types, as
// Go writes them.
type GenericTypeDeclaration struct {
	Pkg        string   `json:"pkg"`
	Name       string   `json:"name"`
	TypeParams []string `json:"type_params"`
	// Alias is what an alias stands for, in terms of its parameters.
	Alias string `json:"alias,omitempty"`
	Doc   string `json:"doc,omitempty"`
	// LeftOut is how many instantiations the budget left out.
	LeftOut int `json:"left_out,omitempty"`
	// Refused are the instantiations that were missed and can't be made.
	Refused []RefusedInstance `json:"refused,omitempty"`
}

// GenericParameter is a type parameter. Type is what it has to be, in terms of the
// others, where its constraint leaves no choice (~[]E).
type GenericParameter struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
}

// RefusedInstance is an instantiation that can't be made.
type RefusedInstance struct {
	TypeArgs []string `json:"type_args"`
	Reason   string   `json:"reason"`
}

// Alias is an exported name that stands for a type with a name of its own, or
// for an unnamed type.
type Alias struct {
	Pkg  string `json:"pkg"`
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc,omitempty"`
}

// ConstantKind says how a constant's value is written.
type ConstantKind string

// The kinds: "true" or "false"; a decimal integer of any size; a float that
// round-trips; two floats separated by a space; the string itself; the bytes
// of a string that isn't UTF-8, in hexadecimal.
const (
	Bool    ConstantKind = "bool"
	Int     ConstantKind = "int"
	Float   ConstantKind = "float"
	Complex ConstantKind = "complex"
	String  ConstantKind = "string"
	Hex     ConstantKind = "hex"
)

// Constant is a package-level constant.
type Constant struct {
	Pkg   string       `json:"pkg"`
	Name  string       `json:"name"`
	Type  string       `json:"type"`
	Kind  ConstantKind `json:"kind"`
	Value string       `json:"value"`
	Doc   string       `json:"doc,omitempty"`
}

// Variable is a package-level variable.
type Variable struct {
	Pkg  string `json:"pkg"`
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc,omitempty"`
}

// Unsupported is an exported name that can't be used from Python.
type Unsupported struct {
	Pkg       string `json:"pkg"`
	Name      string `json:"name"`
	Recv      string `json:"recv,omitempty"`
	Signature string `json:"signature,omitempty"`
	Reason    Reason `json:"reason"`
}
