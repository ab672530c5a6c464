package face

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"facialis/video"
)

// chooser picks the patient among several faces.
type chooser struct {
	x, y  float64 // wanted place as fractions; NaN when not asked for
	index int     // 1-based from the left of the screen; 0 when not asked for
}

// parseChoice reads Options.Face.
func parseChoice(s string) (chooser, error) {
	c := chooser{x: math.NaN(), y: math.NaN()}
	switch s {
	case "", "largest":
		return c, nil
	case "left":
		c.x = 0
		return c, nil
	case "right":
		c.x = 1
		return c, nil
	case "center", "centre":
		c.x, c.y = 0.5, 0.5
		return c, nil
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 99 {
		c.index = n
		return c, nil
	}
	if xs, ys, ok := strings.Cut(s, ","); ok {
		x, errX := strconv.ParseFloat(xs, 64)
		y, errY := strconv.ParseFloat(ys, 64)
		if errX == nil && errY == nil && x >= 0 && x <= 1 && y >= 0 && y <= 1 {
			c.x, c.y = x, y
			return c, nil
		}
	}
	return c, fmt.Errorf("choosing the face %q: want left, right, center, a number from 1, or x,y as fractions of the picture", s)
}

// fixed says that the user chose, so a larger face does not take over.
func (c chooser) fixed() bool { return c.index != 0 || !math.IsNaN(c.x) }

// pick gives the index of the patient among the faces whose Score is not 0.
// Once a face has been followed, the one nearest to where it was lost is it,
// if it is about there.
func (c chooser) pick(faces []Detection, f *video.Frame, known bool, last Square) int {
	usable := make([]int, 0, 16)
	for i, d := range faces {
		if d.Score > 0 {
			usable = append(usable, i)
		}
	}
	least := func(cost func(d Detection) float64) int {
		best := usable[0]
		for _, i := range usable {
			if cost(faces[i]) < cost(faces[best]) {
				best = i
			}
		}
		return best
	}
	if known {
		far := func(d Detection) float64 { return math.Hypot(d.X-last.X, d.Y-last.Y) }
		if i := least(far); far(faces[i]) < samePlaceSides*last.Side && faces[i].W > sameSizeShare*last.Side {
			return i
		}
	}
	switch {
	case c.index != 0:
		slices.SortFunc(usable, func(a, b int) int {
			if faces[a].X < faces[b].X {
				return -1
			}
			return 1
		})
		return usable[min(c.index, len(usable))-1]
	case !math.IsNaN(c.x):
		return least(func(d Detection) float64 {
			if math.IsNaN(c.y) {
				return math.Abs(d.X/float64(f.W) - c.x)
			}
			return math.Hypot(d.X-c.x*float64(f.W), d.Y-c.y*float64(f.H))
		})
	}
	return least(func(d Detection) float64 { return -d.W * d.H })
}
