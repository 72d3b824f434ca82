//go:build usegolib_never

package buildtags

// Never is behind a tag that isn't set.
func Never() {}
