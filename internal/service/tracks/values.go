package tracks

import (
	"math"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Values are numbers for the app: null where missing, four digits after the
// point, since a ten-thousandth of a millimeter is far below any noise.
type Values []float32

// MarshalJSON writes the numbers shortly.
func (v Values) MarshalJSON() ([]byte, error) {
	b := make([]byte, 1, 2+7*len(v))
	b[0] = '['
	for i, x := range v {
		if i > 0 {
			b = append(b, ',')
		}
		f := float64(x)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			b = append(b, "null"...)
			continue
		}
		f = math.Round(f*1e4) / 1e4
		if f == 0 {
			f = 0 // no minus zero
		}
		b = strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	return append(b, ']'), nil
}

// Schema describes the numbers in the API.
func (Values) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeNumber, Nullable: true}}
}
