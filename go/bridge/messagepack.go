package bridge

// The first bytes of MessagePack values, by the names that MessagePack gives
// them.
const (
	wireFixMap   = 0x80
	wireFixArray = 0x90
	wireFixStr   = 0xa0
	wireNil      = 0xc0
	wireFalse    = 0xc2
	wireTrue     = 0xc3
	wireBin8     = 0xc4
	wireBin16    = 0xc5
	wireBin32    = 0xc6
	wireExt8     = 0xc7
	wireExt16    = 0xc8
	wireExt32    = 0xc9
	wireFloat32  = 0xca
	wireFloat64  = 0xcb
	wireUint8    = 0xcc
	wireUint16   = 0xcd
	wireUint32   = 0xce
	wireUint64   = 0xcf
	wireInt8     = 0xd0
	wireInt16    = 0xd1
	wireInt32    = 0xd2
	wireInt64    = 0xd3
	wireFixExt1  = 0xd4
	wireFixExt2  = 0xd5
	wireFixExt4  = 0xd6
	wireFixExt8  = 0xd7
	wireFixExt16 = 0xd8
	wireStr8     = 0xd9
	wireStr16    = 0xda
	wireStr32    = 0xdb
	wireArray16  = 0xdc
	wireArray32  = 0xdd
	wireMap16    = 0xde
	wireMap32    = 0xdf
)

// describe names the kind of value that starts with the byte b, for messages.
func describe(b byte) string {
	switch {
	case b < wireFixMap || b >= 0xe0 || b >= wireUint8 && b <= wireInt64:
		return "int"
	case b < wireFixArray || b == wireMap16 || b == wireMap32:
		return "map"
	case b < wireFixStr || b == wireArray16 || b == wireArray32:
		return "array"
	case b < wireNil || b >= wireStr8 && b <= wireStr32:
		return "str"
	case b == wireNil:
		return "nil"
	case b == wireFalse || b == wireTrue:
		return "bool"
	case b >= wireBin8 && b <= wireBin32:
		return "bin"
	case b == wireFloat32 || b == wireFloat64:
		return "float"
	case b >= wireExt8 && b <= wireExt32 || b >= wireFixExt1 && b <= wireFixExt16:
		return "ext"
	default:
		return "an unused code"
	}
}
