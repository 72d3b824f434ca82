// Package records has structs by value.
package records

import "sync"

// Point is plain.
type Point struct{ X, Y float64 }

// Employee has tags.
type Employee struct {
	Name   string            `json:"name"`
	Age    int               `msgpack:"age" json:"years"`
	Nick   string            `json:"nick,omitempty"`
	Boss   *Point            `json:"boss,omitempty"`
	Active bool              `json:"active,omitempty"`
	Scores []int             `json:"scores,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
	Any    any               `json:"any,omitempty"`
	Digest [4]byte           `json:"digest,omitempty"`
	Secret string            `json:"-"`
	At     Point             `json:"at,omitempty"`
	Rate   Rate              `json:"rate,omitempty"`
	Quote  string            `json:"it's \"é"`
}

// Rate has a name.
type Rate float32

// Company nests.
type Company struct {
	Point
	Employees []Employee
	ByName    map[string]Employee
	Main      *Employee
}

// Session has hidden state.
type Session struct {
	User  string `json:"user"`
	Note  string `json:"note,omitempty"`
	token string
}

// Guarded holds a lock.
type Guarded struct {
	Count int
	mu    sync.Mutex
}

// Wide has more fields than a word has bits.
type Wide struct {
	A0, A1, A2, A3, A4, A5, A6, A7, A8, A9 int
	B0, B1, B2, B3, B4, B5, B6, B7, B8, B9 int
	C0, C1, C2, C3, C4, C5, C6, C7, C8, C9 int
	D0, D1, D2, D3, D4, D5, D6, D7, D8, D9 int
	E0, E1, E2, E3, E4, E5, E6, E7, E8, E9 int
	F0, F1, F2, F3, F4, F5, F6, F7, F8, F9 int
	G0, G1, G2, G3, G4, G5, G6, G7, G8, G9 int
}

// EchoPoint returns its argument.
func EchoPoint(p Point) Point { return p }

// EchoEmployee returns its argument.
func EchoEmployee(e Employee) Employee { return e }

// EchoCompany returns its argument.
func EchoCompany(c Company) Company { return c }

// EchoEmployees returns its argument.
func EchoEmployees(es []Employee) []Employee { return es }

// EchoPointer returns its argument.
func EchoPointer(p *Point) *Point { return p }

// EchoWide returns its argument.
func EchoWide(w Wide) Wide { return w }

// Login makes a session.
func Login(user, note string) Session { return Session{User: user, Note: note, token: "t-" + user} }

// Token shows the hidden state.
func Token(s Session) string { return s.token + "/" + s.User + "/" + s.Note }

// Sessions makes several.
func Sessions(users ...string) map[string]Session {
	m := make(map[string]Session)
	for _, user := range users {
		m[user] = Login(user, "")
	}
	return m
}

// Pass takes a lock by value, which vet frowns upon.
func Pass(g Guarded) int { return g.Count }

// Anonymous has types without a name.
func Anonymous(p struct {
	X int `json:"x"`
	Y struct{ Deep, Deeper string }
}) struct{ Sum int } {
	return struct{ Sum int }{p.X + len(p.Y.Deep)}
}

// String makes Rate have a method.
func (r Rate) String() string { return "rate" }

// Len is a method on a plain record.
func (p Point) Len() float64 { return p.X + p.Y }
