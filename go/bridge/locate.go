package bridge

import (
	"strconv"
	"strings"
)

// locate puts the path of the value at fault in front of a failure's message.
// Decoding keeps no path: the request is walked again, only when it failed.
func (c *call) locate(f *failure) string {
	if f.offset < 0 {
		return f.message
	}
	parameters, ok := c.parameters()
	if !ok {
		return f.message
	}
	path := pathTo(c.decoder.data, f.offset, strings.Fields(parameters))
	if path == "" {
		return f.message
	}
	return path + ": " + f.message
}

// parameters returns the names of the arguments, separated by spaces, if it is
// known what was called.
func (c *call) parameters() (names string, ok bool) {
	switch {
	case c.decoder.callable == &invoked:
		return "", false
	case c.decoder.callable != nil:
		return c.decoder.callable.Parameters, true
	case c.variable != nil:
		return c.variable.Name, true
	case c.getter != nil:
		return "receiver", true
	case c.accessed == nil:
		return "", false
	case c.place == placeConstruct:
		return "fields", true
	case c.place < placeFields:
		return "receiver", true
	}
	n := (c.place - placeFields) / 2
	if declared := c.accessed.Fields; n < len(declared) {
		return "receiver " + declared[n].Name, true
	} else {
		return "receiver " + c.accessed.Promoted[n-len(declared)], true
	}
}

// pathTo returns the path of the value at an offset in a request, such as
// "c.Employees[3].age"; empty if it can't be told.
func pathTo(request []byte, offset int, parameters []string) (path string) {
	// A malformed request ends the walk where it is malformed.
	defer func() {
		if cause := recover(); cause != nil {
			if _, ok := cause.(*failure); !ok {
				panic(cause)
			}
		}
	}()
	d := NewDecoder(request)
	n, _ := d.Array()
	d.skip() // the symbol index
	for i := 0; i < n-1; i++ {
		if i < len(parameters) {
			path = parameters[i]
		} else {
			path = "argument " + strconv.Itoa(i+1)
		}
		if d.reach(&path, offset) {
			return path
		}
	}
	return ""
}

// reach reads a value. If that holds the offset, it extends path to the
// innermost value that does, and returns true.
func (d *Decoder) reach(path *string, offset int) bool {
	start := d.at
	if start == offset {
		return true
	}
	switch describe(d.peek()) {
	case "array":
		n, _ := d.Array()
		typed := n == 2 && d.atExtension(extType)
		hidden := n == 2 && d.AtHandle()
		outer := *path
		for i := 0; i < n; i++ {
			if !typed && !hidden {
				*path = outer + "[" + strconv.Itoa(i) + "]"
			}
			if d.reach(path, offset) {
				return true
			}
		}
		*path = outer
		d.Leave()
	case "map":
		n, _ := d.Map()
		outer := *path
		for i := 0; i < n; i++ {
			*path = outer + d.step()
			if d.reach(path, offset) {
				return true
			}
		}
		*path = outer
		d.Leave()
	default:
		d.skip()
	}
	return offset < d.at
}

// step reads a map's key and returns it as a step of a path.
func (d *Decoder) step() string {
	switch describe(d.peek()) {
	case "str":
		if key := d.String(); isIdentifier(key) {
			return "." + key
		} else {
			return "[" + strconv.Quote(key) + "]"
		}
	case "int":
		bits, negative := d.integer("int")
		if negative {
			return "[" + strconv.FormatInt(int64(bits), 10) + "]"
		}
		return "[" + strconv.FormatUint(bits, 10) + "]"
	default:
		d.skip()
		return "[...]"
	}
}

func isIdentifier(text string) bool {
	for i, r := range text {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return text != ""
}

// skip reads any value.
func (d *Decoder) skip() {
	switch describe(d.peek()) {
	case "nil", "bool":
		d.at++
	case "int":
		d.integer("int")
	case "float":
		d.Float64()
	case "str":
		d.text()
	case "bin":
		d.bin()
	case "ext":
		d.extension()
	case "array":
		n, _ := d.Array()
		for range n {
			d.skip()
		}
		d.Leave()
	case "map":
		n, _ := d.Map()
		for range 2 * n {
			d.skip()
		}
		d.Leave()
	default:
		d.wrong("a value")
	}
}
