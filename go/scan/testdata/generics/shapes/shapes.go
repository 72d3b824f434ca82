package shapes

// Square is a type argument.
type Square struct{ Side float64 }
