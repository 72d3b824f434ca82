package lending

import "go/types"

// Reach is what a function can write to through an argument so that its caller
// sees it, as far as the host gives such memory by value.
type Reach uint8

const (
	// Nothing can be written to: a number, a string, what is only a handle.
	Nothing Reach = iota
	// Direct is the memory that the argument itself points to.
	Direct
	// Deep is also memory behind pointers in that.
	Deep
	// Maps are somewhere in it.
	Maps
)

// ReachOf returns what can be written to through a value of the type.
func ReachOf(t types.Type) Reach { return reach(t, map[types.Type]Reach{}) }

// reach looks at a type that was not seen before. Types are a graph: there are more
// ways through one than anybody could go.
func reach(t types.Type, seen map[types.Type]Reach) Reach {
	if found, ok := seen[t]; ok {
		return found
	}
	// Where it is reached again before it is known, it is reached through itself.
	seen[t] = Deep
	found := reachAnew(t, seen)
	seen[t] = found
	return found
}

func reachAnew(t types.Type, seen map[types.Type]Reach) Reach {
	switch u := t.Underlying().(type) {
	case *types.Map:
		return Maps
	case *types.Slice:
		return behind(reach(u.Elem(), seen))
	case *types.Pointer:
		switch u.Elem().Underlying().(type) {
		case *types.Pointer, *types.Interface, *types.Chan, *types.Signature:
			return Nothing
		}
		return behind(reach(u.Elem(), seen))
	case *types.Array:
		return reach(u.Elem(), seen)
	case *types.Struct:
		found := Nothing
		for field := range u.Fields() {
			if found == Maps {
				break
			}
			if field.Exported() {
				found = max(found, reach(field.Type(), seen))
			}
		}
		return found
	}
	return Nothing
}

// behind returns the reach of a pointer to what has a reach itself.
func behind(target Reach) Reach {
	if target == Nothing {
		return Direct
	}
	return max(target, Deep)
}
