// Package tags has fields with all kinds of tags.
package tags

// Record is a record.
type Record struct {
	Plain     int
	JSON      int `json:"json_name"`
	Packed    int `msgpack:"packed_name"`
	Both      int `msgpack:"m" json:"j"`
	Optional  int `json:"nick,omitempty"`
	PackedOpt int `msgpack:",omitempty" json:"from_json"`
	NoName    int `json:",omitempty"`
	String    int `json:"text,string"`
	Dash      int `json:"-,"`
	Other     int `yaml:"other"`
	OtherOpt  int `yaml:"other_opt,omitempty"`
	OneOpt    int `msgpack:"one" json:"first,omitempty"`
}

// Ignoring has fields that tags leave out.
type Ignoring struct {
	Kept         int
	Ignored      int `json:"-"`
	PackedIgnore int `msgpack:"-" json:"shown"`
	KeptAnyway   int `msgpack:"kept" json:"-"`
}

// Clashing has keys that want the same name.
type Clashing struct {
	First  int `json:"x"`
	Second int `json:"x"`
	Third  int `json:"Fourth"`
	Fourth int
	Fifth  int `msgpack:"a" json:"b"`
	Sixth  int `msgpack:"b"`
}

// Absent has fields that Python may leave out.
type Absent struct {
	Any     any
	Err     error
	Func    func()
	Channel chan int
	Pointer *int
	Slice   []int
	_       [4]byte
}
