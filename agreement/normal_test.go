package agreement

import "math/rand/v2"

// newNormal draws from a normal distribution.
func newNormal(seed uint64) func() float64 {
	r := rand.New(rand.NewPCG(seed, seed))
	return r.NormFloat64
}
