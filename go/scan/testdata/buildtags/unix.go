//go:build unix

package buildtags

// Platform is the one for Unix.
func Platform() string { return "unix" }
