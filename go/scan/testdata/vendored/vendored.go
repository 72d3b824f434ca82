// Package vendored uses a module in its vendor folder.
package vendored

import "example.com/near"

// Box is an alias of a type of another module.
type Box = near.Thing

// Use mentions types of another module.
func Use(t *near.Thing, k near.Kind) near.Doer { return nil }
