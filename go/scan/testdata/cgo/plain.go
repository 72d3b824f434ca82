package cgo

// Plain is in a file without cgo.
func Plain() string { return "plain" }
