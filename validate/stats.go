package validate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"facialis/measure"
)

// proportion is k of n with its Wilson interval; nil where n is 0.
func proportion(k, n int) measure.Estimate {
	if n == 0 {
		return measure.Estimate{}
	}
	v := float64(k) / float64(n)
	return measure.Estimate{Value: &v, CI95: measure.Wilson(k, n)}
}

// quantile is [measure.Quantile] of values in any order.
func quantile(x []float64, p float64) float64 {
	return measure.Quantile(slices.Sorted(slices.Values(x)), p)
}

// Spread describes a set of signed errors (result less truth).
type Spread struct {
	N      int      `json:"n"`
	Median *float64 `json:"median"`
	P5     *float64 `json:"p5"`
	P95    *float64 `json:"p95"`
	MedAbs *float64 `json:"median_abs"` // median of the errors' sizes
}

func spread(x []float64) Spread {
	if len(x) == 0 {
		return Spread{}
	}
	abs := make([]float64, len(x))
	for i, v := range x {
		abs[i] = math.Abs(v)
	}
	m, lo, hi, a := quantile(x, 0.5), quantile(x, 0.05), quantile(x, 0.95), quantile(abs, 0.5)
	return Spread{len(x), &m, &lo, &hi, &a}
}

// Limits are Bland & Altman's (1986) bias and 95 % limits of agreement: mean
// and mean ± 1.96 standard deviations of the differences.
type Limits struct {
	N    int      `json:"n"`
	Bias *float64 `json:"bias"`
	SD   *float64 `json:"sd"` // nil for fewer than two differences, as are the limits
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// BlandAltman gives the limits of agreement of differences.
func BlandAltman(differences []float64) Limits {
	l := Limits{N: len(differences)}
	if l.N == 0 {
		return l
	}
	mean := stat.Mean(differences, nil)
	l.Bias = &mean
	if l.N > 1 {
		sd := stat.StdDev(differences, nil)
		lo, hi := mean-1.96*sd, mean+1.96*sd
		l.SD, l.Low, l.High = &sd, &lo, &hi
	}
	return l
}

// Kappa is Cohen's (1960) chance-corrected agreement of two raters, from the
// table of counts (rows: truth, columns: result). It is nil where it is not
// defined: no counts, or chance alone explains full agreement.
func Kappa(table [][]float64) *float64 {
	rows, cols := make([]float64, len(table)), make([]float64, len(table))
	var n, same float64
	for i, r := range table {
		for j, v := range r {
			rows[i] += v
			cols[j] += v
			n += v
			if i == j {
				same += v
			}
		}
	}
	if n == 0 {
		return nil
	}
	var chance float64
	for i := range rows {
		chance += rows[i] / n * cols[i] / n
	}
	if chance >= 1 {
		return nil
	}
	k := (same/n - chance) / (1 - chance)
	return &k
}

// rounding is the share of a sum of squares that may be left over by rounding alone.
const rounding = 1e-12

// ICC21 is the intraclass correlation ICC(2,1) of Shrout & Fleiss (1979): two
// way, random raters, single rating, absolute agreement. x holds a row for each
// subject and a column for each rater. The interval is theirs, by
// Satterthwaite's degrees of freedom. It is empty for fewer than two subjects
// or raters, and where nothing varies.
//
//	ICC(2,1) = (BMS − EMS) / (BMS + (k−1)·EMS + k·(JMS − EMS)/n)
func ICC21(x [][]float64) measure.Estimate {
	n := len(x)
	if n < 2 || len(x[0]) < 2 {
		return measure.Estimate{}
	}
	k := len(x[0])
	nf, kf := float64(n), float64(k)
	var grand, total float64
	row, col := make([]float64, n), make([]float64, k)
	for i := range x {
		for j, v := range x[i] {
			row[i] += v / kf
			col[j] += v / nf
			grand += v / (nf * kf)
		}
	}
	var between, judges, squares float64
	for i := range x {
		between += kf * (row[i] - grand) * (row[i] - grand)
		for _, v := range x[i] {
			squares += v * v
			total += (v - grand) * (v - grand)
		}
	}
	for _, c := range col {
		judges += nf * (c - grand) * (c - grand)
	}
	bms := between / (nf - 1)
	jms := judges / (kf - 1)
	ems := math.Max(0, total-between-judges) / ((nf - 1) * (kf - 1))
	if ems < rounding*bms {
		ems = 0
	}
	if total <= rounding*squares {
		return measure.Estimate{} // nothing varies but the last digits
	}
	den := bms + (kf-1)*ems + kf*(jms-ems)/nf
	if !(den > 0) {
		return measure.Estimate{}
	}
	icc := (bms - ems) / den
	e := measure.Estimate{Value: &icc}
	if ems <= 0 {
		return e // the raters agree but for a shift: no interval
	}
	fj := jms / ems
	c := nf*(1+(kf-1)*icc) - kf*icc
	a := kf*icc*fj + c
	v := (kf - 1) * (nf - 1) * a * a / ((nf-1)*kf*kf*icc*icc*fj*fj + c*c)
	if !(v > 0) || !finite(v) {
		return e
	}
	f1 := distuv.F{D1: nf - 1, D2: v}.Quantile(0.975)
	f2 := distuv.F{D1: v, D2: nf - 1}.Quantile(0.975)
	lo := nf * (bms - f1*ems) / (f1*(kf*jms+(kf*nf-kf-nf)*ems) + nf*bms)
	hi := nf * (f2*bms - ems) / (kf*jms + (kf*nf-kf-nf)*ems + nf*f2*bms)
	if finite(lo) && finite(hi) {
		e.CI95 = &[2]float64{math.Min(icc, math.Max(-1, lo)), math.Min(1, hi)}
	}
	return e
}
