package buildtags

// InTest is only there in tests.
func InTest() {}
