package bridge

import (
	"reflect"
	"slices"
)

// What the host has sent by reference goes back with a changed argument just as it
// was sent, so that it is the same object of the host's: handles to pointers, and
// errors in whatever way they were given.

// sent is how the host wrote a value in its request, and where.
type sent struct {
	words []byte
	at    int
	// round is the last argument that it went back with.
	round int
}

// sentError is an error that was read, and how it was written.
type sentError struct {
	err  error
	sent sent
}

// givenValues finds the pointers and errors of a request.
type givenValues struct {
	request []byte
	errors  []sentError
	// position is the argument that is being written.
	position uint64

	isRead bool
	// round counts the arguments that are written.
	round int
	// written is the argument that was written last.
	written uint64
	// starts are where the arguments begin, and the last one ends.
	starts []int
	// found has what can be compared, and others the errors that can't.
	found  map[any][]*sent
	others []*sentError
}

// noted is what a Decoder has read that may go back with its argument.
type noted struct {
	errors  []sentError
	carried []carried
}

// notes returns where that is noted.
func (d *Decoder) notes() *noted {
	if d.noted == nil {
		d.noted = &noted{}
	}
	return d.noted
}

// givenTo returns what was given in the request that was read.
func givenTo(d *Decoder) *givenValues {
	g := &givenValues{request: d.data}
	if d.noted != nil {
		g.errors = d.noted.errors
	}
	return g
}

// note has an error that was read go back as it was written, if it does.
func (d *Decoder) note(start int, err error) {
	if d.back != 0 || d.callable != nil && d.callable.Returns {
		n := d.notes()
		n.errors = append(n.errors, sentError{err, sent{words: d.data[start:d.at], at: start}})
	}
}

// read looks at the request, when it is first needed.
func (g *givenValues) read() {
	g.isRead = true
	g.found = map[any][]*sent{}
	if len(g.request) == 0 {
		return
	}
	d := NewDecoder(g.request)
	n, _ := d.Array()
	for at := range n {
		if at > 0 {
			g.starts = append(g.starts, d.at)
		}
		d.collect(g)
	}
	g.starts = append(g.starts, d.at)
	for i := range g.errors {
		g.add(&g.errors[i])
	}
}

// argumentAt returns the argument that begins at a place in the request, from the
// receiver or first one on.
func (g *givenValues) argumentAt(at int) (position int, ok bool) {
	if !g.isRead {
		g.read()
	}
	return slices.BinarySearch(g.starts, at)
}

// add notes an error.
func (g *givenValues) add(one *sentError) {
	if reflect.ValueOf(one.err).Comparable() {
		g.found[one.err] = append(g.found[one.err], &one.sent)
	} else {
		g.others = append(g.others, one)
	}
}

// collect reads a value and notes the handles in it.
func (d *Decoder) collect(g *givenValues) {
	start := d.at
	switch describe(d.peek()) {
	case "array":
		n, _ := d.Array()
		for range n {
			d.collect(g)
		}
		d.Leave()
	case "map":
		n, _ := d.Map()
		for range 2 * n {
			d.collect(g)
		}
		d.Leave()
	default:
		h := d.live()
		if h == nil {
			d.skip()
			return
		}
		words := sent{words: d.data[start:d.at], at: start}
		if err, ok := h.err(); ok {
			g.add(&sentError{err, words})
		} else if !h.boxed && reflect.TypeOf(h.value).Kind() == reflect.Pointer {
			g.found[h.value] = append(g.found[h.value], &words)
		}
	}
}

// asGiven writes a pointer or an error as the host wrote it, if it did.
func (e *Encoder) asGiven(v any) bool {
	words := e.given.find(v)
	copy(e.reserve(len(words)), words)
	return words != nil
}

// asGivenAny writes an error as a dynamic value, as the host wrote it.
func (e *Encoder) asGivenAny(err error) bool {
	words := e.given.find(err)
	switch {
	case words == nil:
		return false
	case describe(words[0]) == "ext" || words[0] == wireFixArray|2:
		// A handle, or a value with its type.
		copy(e.reserve(len(words)), words)
	default:
		e.typed(numberError, 0)
		copy(e.reserve(len(words)), words)
		e.Leave()
	}
	return true
}

// find returns how the host wrote a pointer or an error. Of several ways each is
// there for one of the places where the value is, in their order: first those of the
// argument that is being written.
func (g *givenValues) find(v any) []byte {
	if !g.isRead {
		g.read()
	}
	if g.round == 0 || g.written != g.position {
		g.round, g.written = g.round+1, g.position
	}
	var all []*sent
	if reflect.ValueOf(v).Comparable() {
		all = g.found[v]
	} else {
		for _, one := range g.others {
			if reflect.DeepEqual(one.err, v) {
				all = append(all, &one.sent)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	best := all[0]
	for _, one := range all {
		if g.rank(one) < g.rank(best) {
			best = one
		}
	}
	best.round = g.round
	return best.words
}

// rank says how far a way of writing a value is from what is to be written.
func (g *givenValues) rank(s *sent) int {
	rank := 0
	if s.round == g.round {
		rank += 2
	}
	if own := g.position + 1; own >= uint64(len(g.starts)) || s.at < g.starts[g.position] || s.at >= g.starts[own] {
		rank++
	}
	return rank
}
