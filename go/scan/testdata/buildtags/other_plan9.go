package buildtags

// Platform is the one for Plan 9.
func Platform(plan int) string { return "plan9" }
