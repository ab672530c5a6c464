package assess

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"facialis/interview"

	"go.yaml.in/yaml/v3"
)

// Age is the age at which an entity begins, years.
type Age struct {
	Mean, SD           float64
	Tag, Source, Place string
}

// UnmarshalYAML reads "48.5 14.1 published wang1998 abstract, 158 people".
func (a *Age) UnmarshalYAML(n *yaml.Node) error {
	f := strings.Fields(n.Value)
	if len(f) < 4 {
		return fmt.Errorf("line %d: %q is not: mean, spread, tag, source, place", n.Line, n.Value)
	}
	var err error
	if a.Mean, err = strconv.ParseFloat(f[0], 64); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	if a.SD, err = strconv.ParseFloat(f[1], 64); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	a.Tag, a.Source, a.Place = f[2], f[3], strings.Join(f[4:], " ")
	return nil
}

// ageFinding is the finding that speaks through the curves of age.
const ageFinding = "AGE"

// evenTail is the share of people whose age at onset is spread evenly between birth
// and oldest, so that no age excludes an entity. Estimates of this program.
const (
	evenTail = 0.1
	oldest   = 90.0
)

// density is the share of people in whom it begins in the year around age.
func (a Age) density(age float64) float64 {
	z := (age - a.Mean) / a.SD
	return (1-evenTail)*math.Exp(-z*z/2)/(a.SD*math.Sqrt(2*math.Pi)*a.born()) + evenTail/oldest
}

// by is the share of people in whom it has begun by that age.
func (a Age) by(age float64) float64 {
	normal := func(x float64) float64 { return 0.5 * math.Erfc(-(x-a.Mean)/a.SD/math.Sqrt2) }
	return (1-evenTail)*max(normal(age)-normal(-1), 0)/a.born() + evenTail*min(max(age+1, 0)/oldest, 1)
}

// born is the part of the curve after birth (a year is allowed for).
func (a Age) born() float64 { return 0.5 * math.Erfc((-1-a.Mean)/a.SD/math.Sqrt2) }

// ageLog10LR is what the age says of an entity, log10 against the mean of all: the age
// at onset, or that it has begun by the age of today.
func (ev *Evidence) ageLog10LR(entity string, f interview.Facts) (float64, float64) {
	like := Age.by
	x, ok := f["onset_age"].(float64)
	if ok {
		like = Age.density
	} else if x, ok = f["age"].(float64); !ok {
		return 0, 0
	}
	mean := 0.0
	for _, e := range ev.Entities {
		mean += like(ev.Ages[e.ID], x) / float64(len(ev.Entities))
	}
	p := like(ev.Ages[entity], x)
	return min(max(math.Log10(p/mean), -MaxLog10LR), MaxLog10LR), p
}
