package surface

import (
	"encoding/hex"
	"go/constant"
	"go/types"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"usegolib.build/scan/schema"
)

func (s *scanner) constant(c *types.Const) {
	if obstacle := s.obstacle(c.Type()); obstacle != nil {
		s.unsupported(c, &schema.Place{Kind: schema.InType}, *obstacle)
		return
	}
	out := schema.Constant{
		Pkg: c.Pkg().Path(), Name: c.Name(), Type: s.mention(c.Type(), schema.Own),
		Doc: s.sources.Find(c, "").Doc,
	}
	out.Kind, out.Value = constantValue(c.Type(), c.Val())
	s.out.Consts = append(s.out.Consts, out)
}

// constantValue writes a value by its type, not by how it happens to be
// represented: 1e3 is a float, though an integer would hold it.
func constantValue(t types.Type, value constant.Value) (schema.ConstantKind, string) {
	info := t.Underlying().(*types.Basic).Info()
	switch {
	case info&types.IsBoolean != 0:
		return schema.Bool, strconv.FormatBool(constant.BoolVal(value))
	case info&types.IsString != 0:
		text := constant.StringVal(value)
		if !utf8.ValidString(text) {
			return schema.Hex, hex.EncodeToString([]byte(text))
		}
		return schema.String, text
	case info&types.IsInteger != 0:
		return schema.Int, constant.ToInt(value).ExactString()
	case info&types.IsComplex != 0:
		return schema.Complex, floatText(constant.Real(value)) + " " + floatText(constant.Imag(value))
	}
	return schema.Float, floatText(value)
}

// floatText writes a constant as the float64 nearest to it, in the fewest
// digits that give that float64 back. Untyped constants beyond float64 keep
// their magnitude.
func floatText(value constant.Value) string {
	nearest, _ := constant.Float64Val(constant.ToFloat(value))
	if !math.IsInf(nearest, 0) {
		return strconv.FormatFloat(nearest, 'g', -1, 64)
	}
	switch exact := constant.Val(constant.ToFloat(value)).(type) {
	case *big.Rat:
		return new(big.Float).SetRat(exact).Text('g', 20)
	case *big.Float:
		return exact.Text('g', 20)
	}
	return strconv.FormatFloat(nearest, 'g', -1, 64)
}
