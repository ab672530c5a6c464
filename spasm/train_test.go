package spasm

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

// traceOf is what a perfect tracker of skin would see of a drawn face, with noise.
func traceOf(truth *phantom.Truth, seed uint64) *event.Trace {
	r := rand.New(rand.NewPCG(seed, 9))
	d := truth.Displacement
	n := len(d.T)
	tr := &event.Trace{MMPerPx: 0.3, T: d.T}
	column := func(base, sd float64) []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = float32(base + sd*r.NormFloat64())
		}
		return c
	}
	for s, pulls := range []map[anatomy.Region][]float64{d.Right, d.Left} {
		tr.Aperture[s] = column(10, 0.05)
		for k, region := range anatomy.Regions {
			tr.DX[s][k], tr.DY[s][k] = column(0, 0.03), column(0, 0.03)
			a := anatomy.Directions[k]
			for i, v := range pulls[region] {
				tr.DX[s][k][i] += float32(a[0] * v)
				tr.DY[s][k][i] += float32(a[1] * v)
				if k == anatomy.AtOrbicularisOculi {
					tr.Aperture[s][i] -= float32(v)
				}
			}
		}
	}
	tr.Yaw, tr.Pitch, tr.Roll, tr.Quality = column(0, 0.1), column(0, 0.1), column(0, 0.1), column(1, 0)
	return tr
}

func TestExplore(t *testing.T) {
	if os.Getenv("EXPLORE") == "" {
		t.Skip()
	}
	fps, _ := strconv.ParseFloat(os.Getenv("FPS"), 64)
	r := rand.New(rand.NewPCG(1, 2))
	for _, region := range []anatomy.Region{anatomy.OrbicularisOculi, anatomy.Zygomaticus, anatomy.Depressor} {
		for hz := 1.0; hz <= 8.01; hz += 0.25 {
			bad, n, badT := 0, 0, 0
			what := map[string]int{}
			for k := range 40 {
				s := &phantom.Spec{Seconds: 14, Camera: phantom.Camera{FPS: fps}, Blinks: phantom.Blinks{RatePerMin: -1}, Events: []phantom.EventSpec{{At: 2 + r.Float64(), Side: anatomy.Left, Form: event.Clonic,
					Twitches: 1 + k%8, RateHz: hz, Regular: true, Regions: []phantom.RegionSpec{{Region: region, MM: 1 + 2*r.Float64()}}}}}
				truth, err := phantom.Tell(s)
				if err != nil {
					t.Fatal(err)
				}
				got := of(Detect(traceOf(truth, uint64(k)), nil, DefaultParams()), event.Spasm)
				n++
				ok := len(got) == len(truth.Events)
				okT := ok
				if ok {
					for i := range got {
						ok = ok && got[i].Form == truth.Events[i].Form
						okT = ok && got[i].Twitches == truth.Events[i].Twitches
					}
				}
				if !ok {
					bad++
					what[fmt.Sprintf("%d:%d %s/%d %s", 1+k%8, len(truth.Events), truth.Events[0].Form, len(got), func() (s string) {
						for _, e := range got {
							s += fmt.Sprintf("%s%d ", e.Form, e.Twitches)
						}
						return
					}())]++
				}
				if !okT {
					badT++
				}
			}
			fmt.Println(region, hz, bad, badT, n, what)
		}
	}
}
