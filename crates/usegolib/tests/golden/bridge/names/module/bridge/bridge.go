// Package bridge is called as the runtime is.
package bridge

// Decoder is called as the runtime's is.
type Decoder struct{ Text string }
