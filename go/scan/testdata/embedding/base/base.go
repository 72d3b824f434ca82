package base

// Far is embedded from another package.
type Far struct {
	// Distance is promoted.
	Distance float32 `msgpack:"dist"`
	ID       int     `json:"far_id"`
}

// Go is promoted through a pointer.
func (f Far) Go() {}
