package agreement

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"facialis/measure"
)

// confidence is the share that every interval of this package is to cover.
const confidence = 0.95

// normal95 is the normal distribution's quantile for two-sided 95 %.
var normal95 = distuv.UnitNormal.Quantile((1 + confidence) / 2)

// Weights are how much two levels' disagreement counts, 0 for none.
type Weights func(i, j int) float64

// Unweighted counts every disagreement the same.
func Unweighted(i, j int) float64 {
	if i == j {
		return 0
	}
	return 1
}

// Linear counts a disagreement by the levels between.
func Linear(i, j int) float64 { return math.Abs(float64(i - j)) }

// Quadratic counts a disagreement by the square of the levels between.
func Quadratic(i, j int) float64 { return float64((i - j) * (i - j)) }

// WeightedKappa is Cohen's (1968) weighted kappa of a square table of counts, with
// the interval by the large-sample standard error of Fleiss, Cohen and Everitt
// (1969). It is empty where there are no counts or chance alone explains everything.
//
//	κw = 1 − Σ w·p / Σ w·(row share)·(column share)
func WeightedKappa(table [][]float64, w Weights) measure.Estimate {
	k := len(table)
	row, col := make([]float64, k), make([]float64, k)
	var n float64
	for i := range table {
		for j, v := range table[i] {
			row[i] += v
			col[j] += v
			n += v
		}
	}
	if n == 0 {
		return measure.Estimate{}
	}
	var most float64
	for i := range k {
		row[i] /= n
		col[i] /= n
		for j := range k {
			most = max(most, w(i, j))
		}
	}
	if most == 0 {
		return measure.Estimate{}
	}
	// In terms of agreement, 1 on the diagonal.
	a := func(i, j int) float64 { return 1 - w(i, j)/most }
	var po, pe float64
	ofRow, ofCol := make([]float64, k), make([]float64, k)
	for i := range k {
		for j := range k {
			po += a(i, j) * table[i][j] / n
			pe += a(i, j) * row[i] * col[j]
			ofRow[i] += a(i, j) * col[j]
			ofCol[j] += a(i, j) * row[i]
		}
	}
	if pe >= 1 {
		return measure.Estimate{}
	}
	kappa := (po - pe) / (1 - pe)
	var sum float64
	for i := range k {
		for j := range k {
			d := a(i, j)*(1-pe) - (ofRow[i]+ofCol[j])*(1-po)
			sum += table[i][j] / n * d * d
		}
	}
	c := po*pe - 2*pe + po
	variance := (sum - c*c) / (n * math.Pow(1-pe, 4))
	e := measure.Estimate{Value: &kappa}
	if variance > 0 {
		half := normal95 * math.Sqrt(variance)
		e.CI95 = &[2]float64{max(-1, kappa-half), min(1, kappa+half)}
	}
	return e
}

// crossTable counts pairs of levels 0 to levels−1.
func crossTable(a, b []int, levels int) [][]float64 {
	t := make([][]float64, levels)
	for i := range t {
		t[i] = make([]float64, levels)
	}
	for i := range a {
		t[a[i]][b[i]]++
	}
	return t
}
