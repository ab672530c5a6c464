package phantom

import (
	"math"
	"math/rand/v2"
)

// noiseTable is a pool of Gaussian noise (SD in luma levels, rounded at random
// so that its mean is exactly fair); nil for none.
func noiseTable(sd float64, seed uint64) []int8 {
	if sd <= 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(seed, 1234))
	t := make([]int8, 1<<17)
	for i := range t {
		t[i] = int8(max(-127, min(127, math.Floor(sd*r.NormFloat64()+r.Float64()))))
	}
	return t
}

// grain walks through the pool from a place that depends on seed, frame and row.
type grain struct {
	t []int8
	i uint32
}

func newGrain(t []int8, seed uint64, frame, row int) grain {
	h := seed*0x9e3779b97f4a7c15 + uint64(frame)*0xbf58476d1ce4e5b9 + uint64(row)*0x94d049bb133111eb
	h ^= h >> 31
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	return grain{t, uint32(h)}
}

// add puts noise on a row of samples.
func (g *grain) add(row []byte, half bool) {
	if g.t == nil {
		return
	}
	const mask = 1<<17 - 1
	for i := range row {
		g.i += 1
		if i&63 == 0 { // jump, so that rows do not repeat each other
			g.i = g.i*1664525 + 1013904223
		}
		n := int(g.t[(g.i>>3+uint32(i))&mask])
		if half {
			n = (n + n&1) / 2
		}
		v := int(row[i]) + n
		row[i] = byte(max(0, min(255, v)))
	}
}
