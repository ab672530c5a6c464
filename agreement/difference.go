package agreement

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"facialis/measure"
	"facialis/validate"
)

// limitSDs is how many standard deviations Bland and Altman's limits lie from the mean.
const limitSDs = 1.96

// Differences are Bland and Altman's mean difference and limits with intervals.
type Differences struct {
	N    int              `json:"n"`
	SD   *float64         `json:"sd"`
	Bias measure.Estimate `json:"bias"`
	Low  measure.Estimate `json:"low"`
	High measure.Estimate `json:"high"`
}

// BlandAltman gives the limits of agreement of differences. The intervals are those of
// Bland and Altman (1986): standard errors √(s²/n) and √(3s²/n), Student's t.
func BlandAltman(differences []float64) Differences {
	l := validate.BlandAltman(differences)
	d := Differences{N: l.N, SD: l.SD, Bias: measure.Estimate{Value: l.Bias}, Low: measure.Estimate{Value: l.Low}, High: measure.Estimate{Value: l.High}}
	if l.SD == nil || *l.SD == 0 {
		return d
	}
	n := float64(l.N)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 1}.Quantile((1 + confidence) / 2)
	around := func(v *float64, se float64) *[2]float64 { return &[2]float64{*v - t*se, *v + t*se} }
	d.Bias.CI95 = around(l.Bias, *l.SD/math.Sqrt(n))
	limit := *l.SD * math.Sqrt(3/n)
	d.Low.CI95, d.High.CI95 = around(l.Low, limit), around(l.High, limit)
	return d
}

// Error is a measurement's own error, from measurements made twice.
type Error struct {
	N      int              `json:"n"`      // pairs
	SW     measure.Estimate `json:"sw"`     // within-subject standard deviation
	Change measure.Estimate `json:"change"` // smallest detectable change, 1.96·√2·sw
}

// Repeated gives the error of measurement from the differences of first and second
// measurements (Bland and Altman 1996): sw = √(Σd²/2n), with n degrees of freedom.
func Repeated(differences []float64) Error {
	e := Error{N: len(differences)}
	if e.N < 2 {
		return e
	}
	var sum float64
	for _, d := range differences {
		sum += d * d
	}
	n := float64(e.N)
	sw := math.Sqrt(sum / (2 * n))
	e.SW.Value = &sw
	change := limitSDs * math.Sqrt2 * sw
	e.Change.Value = &change
	if sw > 0 {
		chi := distuv.ChiSquared{K: n}
		low := sw * math.Sqrt(n/chi.Quantile((1+confidence)/2))
		high := sw * math.Sqrt(n/chi.Quantile((1-confidence)/2))
		e.SW.CI95 = &[2]float64{low, high}
		e.Change.CI95 = &[2]float64{limitSDs * math.Sqrt2 * low, limitSDs * math.Sqrt2 * high}
	}
	return e
}
