// Package windows is called as an operating system is.
package windows

// Open is there on every system.
func Open() string { return "open" }
