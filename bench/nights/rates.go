package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report"
	"facialis/spasm"
)

// rateFilm is a film whose kept trace is thinned.
type rateFilm struct {
	Film   string `yaml:"film"`
	Person string `yaml:"person"`
	Set    string `yaml:"set"`
}

// thin is every k-th row of a trace, from row phase on.
func thin(tr *event.Trace, k, phase int) *event.Trace {
	out := *tr
	out.OnFree, out.OnClose = nil, nil
	cut := func(c []float32) []float32 {
		if len(c) != tr.Len() {
			return c
		}
		var o []float32
		for i := phase; i < len(c); i += k {
			o = append(o, c[i])
		}
		return o
	}
	out.T = nil
	for i := phase; i < tr.Len(); i += k {
		out.T = append(out.T, tr.T[i])
	}
	for s := range 2 {
		for r := range anatomy.NumRegions {
			out.DX[s][r], out.DY[s][r], out.Along[s][r], out.SD[s][r] = cut(tr.DX[s][r]), cut(tr.DY[s][r]), cut(tr.Along[s][r]), cut(tr.SD[s][r])
		}
		out.Aperture[s], out.BrowHeight[s], out.Shown[s] = cut(tr.Aperture[s]), cut(tr.BrowHeight[s]), cut(tr.Shown[s])
		out.CornerOut[s], out.CornerUp[s] = cut(tr.CornerOut[s]), cut(tr.CornerUp[s])
	}
	for r := range anatomy.NumRegions {
		out.Diff[r] = cut(tr.Diff[r])
	}
	for _, c := range []*[]float32{&out.LipOpen, &out.Yaw, &out.Pitch, &out.Roll, &out.FaceX, &out.FaceY, &out.FaceW, &out.Quality, &out.Distance} {
		*c = cut(*c)
	}
	return &out
}

// personRates are one person's figures at one thinning.
type personRates struct {
	person       string
	truth        int // one-sided twitches and trains that are true
	full, low    float64
	both         float64 // found at the full rate and at the low one
	sizes        []float64
	inventedFull float64
	inventedLow  float64
}

// rates thins the kept traces and prints what is still found.
func rates(list, traces, recordings string) error {
	b, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	var films []rateFilm
	if err := yaml.Unmarshal(b, &films); err != nil {
		return err
	}
	p := spasm.DefaultParams()
	for _, k := range []int{2, 3} {
		by := map[string]*personRates{}
		var names []string
		rate := map[string]float64{}
		for _, f := range films {
			dir := map[string]string{"rest": "implants", "talk": "implants", "head": "heads"}[f.Set]
			if dir == "" || f.Film == "e_night" { // the judge's own
				continue
			}
			tr, truth, err := readKept(filepath.Join(traces, f.Film, "trace.parquet"), filepath.Join(recordings, dir, f.Film+".truth.json"))
			if err != nil {
				fmt.Fprintln(os.Stderr, f.Film, err)
				continue
			}
			if by[f.Person] == nil {
				by[f.Person] = &personRates{person: f.Person}
				names = append(names, f.Person)
			}
			r := by[f.Person]
			rate[f.Person] = float64(tr.Len()) / (tr.T[tr.Len()-1] - tr.T[0]) / float64(k)
			full := spasm.Find(tr, nil, p).Events
			r.truth += len(truth)
			fullHit, fullExtra := hits(truth, full)
			for _, h := range fullHit {
				if h != nil {
					r.full++
				}
			}
			r.inventedFull += float64(fullExtra)
			for phase := range k {
				lowHit, lowExtra := hits(truth, spasm.Find(thin(tr, k, phase), nil, p).Events)
				r.inventedLow += float64(lowExtra) / float64(k)
				for i, h := range lowHit {
					if h == nil {
						continue
					}
					r.low += 1 / float64(k)
					if fullHit[i] != nil {
						r.both += 1 / float64(k)
						if a, b := largest(*fullHit[i]), largest(*h); a > 0 {
							r.sizes = append(r.sizes, b/a)
						}
					}
				}
			}
		}
		slices.Sort(names)
		fmt.Printf("every %d. picture\n", k)
		var full, low float64
		var sizes []float64
		truth := 0
		var if0, il float64
		for _, n := range names {
			r := by[n]
			fmt.Printf("  %-8s %4.1f/s true %3d found at full %.0f, thinned %.1f, share %.2f, size %.2f, invented %.0f -> %.1f\n", n, rate[n], r.truth, r.full, r.low, r.low/r.full, median(r.sizes), r.inventedFull, r.inventedLow)
			full, low, truth = full+r.full, low+r.low, truth+r.truth
			sizes = append(sizes, r.sizes...)
			if0, il = if0+r.inventedFull, il+r.inventedLow
		}
		// Leave one person out: what the others say, and by how much it is off.
		var lo, hi []float64
		var errs []float64
		for _, n := range names {
			r := by[n]
			others := (low - r.low) / (full - r.full)
			lo = append(lo, others)
			if r.full >= 3 {
				errs = append(errs, math.Log((r.low/r.full)/others))
			}
			var s []float64
			for _, m := range names {
				if m != n {
					s = append(s, by[m].sizes...)
				}
			}
			hi = append(hi, median(s))
		}
		// Jackknife over persons.
		var mean, v float64
		for _, x := range lo {
			mean += x / float64(len(lo))
		}
		for _, x := range lo {
			v += (x - mean) * (x - mean)
		}
		se := math.Sqrt(v * float64(len(lo)-1) / float64(len(lo)))
		var sq float64
		for _, e := range errs {
			sq += e * e
		}
		slices.Sort(sizes)
		fmt.Printf("  all: %d persons, %d true, full %.0f, thinned %.1f, share %.3f +- %.3f (jackknife), one person held out: off by %.2f in ln, rms, n %d; size %.3f (%.2f to %.2f, n %d), others' median %.3f to %.3f; invented %.0f -> %.1f\n",
			len(names), truth, full, low, low/full, 1.96*se, math.Sqrt(sq/float64(len(errs))), len(errs), median(sizes), sizes[len(sizes)/20], sizes[len(sizes)*19/20], len(sizes), slices.Min(hi), slices.Max(hi), if0, il)
	}
	return nil
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}

// readKept reads a trace and the one-sided contractions that are true of it.
func readKept(trace, truth string) (*event.Trace, []event.Event, error) {
	f, err := os.Open(trace)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	tr, err := report.DecodeParquet(f, st.Size())
	if err != nil {
		return nil, nil, err
	}
	b, err := os.ReadFile(truth)
	if err != nil {
		return nil, nil, err
	}
	var t struct {
		Events []event.Event `json:"events"`
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, nil, err
	}
	return tr, slices.DeleteFunc(t.Events, func(e event.Event) bool {
		return e.Kind != event.Spasm || e.Side == anatomy.Both
	}), nil
}

// hits are, for each true event, what was found of it, and how many were found that
// are none.
func hits(truth, found []event.Event) ([]*event.Event, int) {
	out := make([]*event.Event, len(truth))
	extra := 0
	for i := range found {
		o := &found[i]
		if o.Kind != event.Spasm {
			continue
		}
		some := false
		for j, e := range truth {
			if o.Side == e.Side && overlaps(*o, e) {
				some = true
				if out[j] == nil {
					out[j] = o
				}
			}
		}
		if !some {
			extra++
		}
	}
	return out, extra
}
