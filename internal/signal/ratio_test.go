package signal

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The interval of 10 in 100 against 20 in 50 by hand: the binomial share is 10/30, whose
// exact interval is 0.1729 to 0.5281 (Clopper and Pearson).
func TestRateRatioByHand(t *testing.T) {
	r, lo, hi := RateRatio(10, 100, 20, 50)
	near(t, "ratio", r, 0.25, 1e-12)
	near(t, "lo", lo, 0.1729/(1-0.1729)*0.5, 2e-4)
	near(t, "hi", hi, 0.5281/(1-0.5281)*0.5, 2e-4)
	if r, lo, hi = RateRatio(0, 100, 5, 50); r != 0 || lo != 0 || !(hi > 0 && hi < 0.6) {
		t.Errorf("none of 5: %v, %v to %v", r, lo, hi)
	}
	if r, _, hi = RateRatio(3, 100, 0, 50); !math.IsInf(r, 1) || !math.IsInf(hi, 1) {
		t.Errorf("3 against none: %v, up to %v", r, hi)
	}
	if r, _, _ = RateRatio(0, 100, 0, 50); r == r {
		t.Errorf("none at all has a ratio of %v", r)
	}
}

// The interval holds the true ratio at least as often as it says.
func TestRateRatioCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 11))
	poisson := func(mean float64) (n int) {
		for s := rng.ExpFloat64(); s < mean; s += rng.ExpFloat64() {
			n++
		}
		return n
	}
	const runs, ratio, t1, t2, rate = 2000, 0.4, 300.0, 60.0, 0.2
	held, had := 0, 0
	for range runs {
		r, lo, hi := RateRatio(poisson(ratio*rate*t1), t1, poisson(rate*t2), t2)
		if r != r {
			continue
		}
		had++
		if lo <= ratio && ratio <= hi {
			held++
		}
	}
	if share := float64(held) / float64(had); share < 0.95 {
		t.Errorf("the true ratio lies in %.3f of %d intervals", share, had)
	}
}
