// Package linear solves the few small systems of equations that fits of the
// face's position, of the head's motion and of a lid's margin come down to:
// three to six unknowns, a hundred times a frame at most, without allocating.
package linear

import "math"

// Solve solves a·X = b by Gauss–Jordan elimination with partial pivoting. a
// holds n × n numbers by rows and b n × cols, one column a right side; X takes
// b's place and a is used up. It reports false, with both of no use any more,
// where a pivot is under 10⁻¹²: the system has no single solution.
func Solve(a, b []float64, n, cols int) bool {
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[p*n+k]) {
				p = i
			}
		}
		if !(math.Abs(a[p*n+k]) >= 1e-12) {
			return false
		}
		swap(a[k*n:k*n+n], a[p*n:p*n+n])
		swap(b[k*cols:k*cols+cols], b[p*cols:p*cols+cols])
		for i := range n {
			if i == k {
				continue
			}
			f := a[i*n+k] / a[k*n+k]
			for j := k; j < n; j++ {
				a[i*n+j] -= f * a[k*n+j]
			}
			for j := range cols {
				b[i*cols+j] -= f * b[k*cols+j]
			}
		}
	}
	for k := range n {
		for j := range cols {
			b[k*cols+j] /= a[k*n+k]
		}
	}
	return true
}

func swap(x, y []float64) {
	for i := range x {
		x[i], y[i] = y[i], x[i]
	}
}
