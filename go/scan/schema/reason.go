package schema

// Reason is why an exported name can't be used: what stands in the way, and
// where. It is data up to the message that a person reads, which Rust writes.
type Reason struct {
	// Place is where the obstacle is; nil if it is the name itself.
	Place    *Place   `json:"place,omitempty"`
	Obstacle Obstacle `json:"obstacle"`
}

// Place is a part of a declaration.
type Place struct {
	Kind PlaceKind `json:"kind"`
	// Name is a parameter's, if it has one, or a type argument's text.
	Name string `json:"name,omitempty"`
	// Number counts parameters and results from 1.
	Number int `json:"number,omitempty"`
	// Of is how many results there are.
	Of int `json:"of,omitempty"`
}

// PlaceKind says what part of a declaration a place is.
type PlaceKind string

// The parts: a parameter, a result, the type of a constant or variable, a type
// argument that was asked for.
const (
	InParameter PlaceKind = "parameter"
	InResult    PlaceKind = "result"
	InType      PlaceKind = "type"
	InArgument  PlaceKind = "argument"
)

// Obstacle is what can't cross.
type Obstacle struct {
	Kind ObstacleKind `json:"kind"`
	// Type is the type at fault, for those kinds that need it.
	Type string `json:"type,omitempty"`
	// Suggestion is what a generic function can be built for.
	Suggestion *Instantiation `json:"suggestion,omitempty"`
	// Message is what went wrong in the scanner.
	Message string `json:"message,omitempty"`
}

// ObstacleKind says what kind of thing can't cross.
type ObstacleKind string

// The kinds. Of these the first two, Unnameable and Failed have more to say.
const (
	// CType is a type of C.
	CType ObstacleKind = "c_type"
	// GenericFunction has no instantiation that was asked for.
	GenericFunction ObstacleKind = "generic_function"
	// Unnameable is a type that other packages can't name.
	Unnameable ObstacleKind = "unnameable"
	// Failed is a failure of the scanner.
	Failed ObstacleKind = "failed"
	// UnsafePointer is unsafe.Pointer.
	UnsafePointer ObstacleKind = "unsafe_pointer"
	// Invalid is a type that has errors.
	Invalid ObstacleKind = "invalid"
	// Constraint is an interface that only bounds type parameters.
	Constraint ObstacleKind = "constraint"
	// TypeParameter is the type parameter of something generic.
	TypeParameter ObstacleKind = "type_parameter"
	// TypeParameters are those of a method.
	TypeParameters ObstacleKind = "type_parameters"
	// GenericType is a type of which only instantiations can be used.
	GenericType ObstacleKind = "generic_type"
	// TooDeep is a type with more levels than anyone writes.
	TooDeep ObstacleKind = "too_deep"
)

// Instantiation is a generic function and the type arguments to build it for.
// The arguments are Go type expressions in the scope of the function's package,
// in which types of other packages are written with their import path.
type Instantiation struct {
	Pkg      string   `json:"pkg"`
	Name     string   `json:"name"`
	TypeArgs []string `json:"type_args"`
}
