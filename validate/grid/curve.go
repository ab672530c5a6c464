package grid

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/measure"
)

// Point is the share found at one amplitude.
type Point struct {
	MM    float64          `json:"mm"`
	Found int              `json:"found"`
	Drawn int              `json:"drawn"`
	Share measure.Estimate `json:"share"`
}

// Level is what a method does at one sensitivity.
type Level struct {
	Added   float64                    `json:"added_log_odds"`     // to the operating point
	False   measure.Estimate           `json:"false_per_min"`      // over all clips
	AtRest  measure.Estimate           `json:"false_per_min_rest"` // over the clips without spasms
	Talking measure.Estimate           `json:"false_per_min_talk"`
	A50     *float64                   `json:"a50_mm"` // all regions; null where never half are found
	A90     *float64                   `json:"a90_mm"`
	Regions map[anatomy.Region]*Detect `json:"regions"`
}

// Detect is how one region's movements are found.
type Detect struct {
	Points []Point  `json:"points"`
	A50    *float64 `json:"a50_mm"`
	A90    *float64 `json:"a90_mm"`
}

// Errors are those of the events found at the usual sensitivity.
type Errors struct {
	N        int      `json:"n"`
	OnsetMS  *float64 `json:"onset_median_ms"`
	OnsetP5  *float64 `json:"onset_p5_ms"`
	OnsetP95 *float64 `json:"onset_p95_ms"`
	OnsetFr  *float64 `json:"onset_median_abs_frames"`
	SizeN    int      `json:"size_n"`
	SizeBias *float64 `json:"size_bias"` // mean of (result − truth)/truth
	SizeLow  *float64 `json:"size_low"`  // limits of agreement
	SizeHigh *float64 `json:"size_high"`
}

// Group is the part of the views that share one property.
type Group struct {
	By    string   `json:"by"`
	Value string   `json:"value"`
	A50   *float64 `json:"a50_mm"`
	A90   *float64 `json:"a90_mm"`
	Errors
}

// Curve is all that was measured of one method.
type Curve struct {
	Name   string   `json:"name"`
	About  string   `json:"about"`
	Usual  int      `json:"usual"`
	Levels []Level  `json:"levels"`
	Errors Errors   `json:"errors"`
	BySize []Errors `json:"errors_by_amplitude"` // in the grid's order of amplitudes
	Groups []Group  `json:"groups"`
}

// Curves computes every method's curves from the clips.
func (g Grid) Curves(clips []*Clip, methods []Method) []Curve {
	var out []Curve
	for m, method := range methods {
		c := Curve{Name: method.Name, About: method.About, Usual: method.Usual}
		for l, f := range method.Levels {
			c.Levels = append(c.Levels, g.level(clips, m, l, f))
		}
		c.Errors = g.errors(clips, m, method.Usual, 0)
		for _, mm := range g.Amplitudes {
			c.BySize = append(c.BySize, g.errors(clips, m, method.Usual, mm))
		}
		c.Groups = g.groups(clips, m, method.Usual)
		out = append(out, c)
	}
	return out
}

func (g Grid) level(clips []*Clip, m, l int, added float64) Level {
	v := Level{Added: added, Regions: map[anatomy.Region]*Detect{}}
	falses, minutes := map[string]int{}, map[string]float64{}
	for _, c := range clips {
		_, found, pairs := c.match(m, l)
		falses[c.What] += len(found) - len(pairs)
		minutes[c.What] += c.Truth.Recording.DurationS / 60
	}
	v.False = measure.PoissonRate(falses["rest"]+falses["talk"]+falses["spasms"], minutes["rest"]+minutes["talk"]+minutes["spasms"])
	v.AtRest = measure.PoissonRate(falses["rest"], minutes["rest"])
	v.Talking = measure.PoissonRate(falses["talk"], minutes["talk"])
	all := g.detect(clips, m, l, "")
	v.A50, v.A90 = all.A50, all.A90
	for _, r := range g.Regions {
		v.Regions[r] = g.detect(clips, m, l, r)
	}
	return v
}

// detect counts what was found of a region ("" for all) at each amplitude.
func (g Grid) detect(clips []*Clip, m, l int, region anatomy.Region) *Detect {
	d := &Detect{}
	for _, a := range g.Amplitudes {
		d.Points = append(d.Points, Point{MM: a})
	}
	for _, c := range clips {
		truth, _, pairs := c.match(m, l)
		hit := map[int]bool{}
		for _, p := range pairs {
			hit[p.Truth] = true
		}
		for i, t := range truth {
			k := slices.Index(g.Amplitudes, c.drawnMM(t))
			if k < 0 || region != "" && t.Lead != region {
				continue
			}
			d.Points[k].Drawn++
			if hit[i] {
				d.Points[k].Found++
			}
		}
	}
	for i := range d.Points {
		p := &d.Points[i]
		if p.Drawn > 0 {
			s := float64(p.Found) / float64(p.Drawn)
			p.Share = measure.Estimate{Value: &s, CI95: measure.Wilson(p.Found, p.Drawn)}
		}
	}
	d.A50, d.A90 = crossing(d.Points, 0.5), crossing(d.Points, 0.9)
	return d
}

// monotone is the isotonic regression of the shares found on amplitude, by
// pooling adjacent violators.
func monotone(points []Point) []float64 {
	type block struct {
		found, drawn float64
		n            int
	}
	var bs []block
	for _, p := range points {
		bs = append(bs, block{float64(p.Found), float64(p.Drawn), 1})
		for len(bs) > 1 {
			a, b := bs[len(bs)-2], bs[len(bs)-1]
			if a.found*b.drawn <= b.found*a.drawn {
				break
			}
			bs = append(bs[:len(bs)-2], block{a.found + b.found, a.drawn + b.drawn, a.n + b.n})
		}
	}
	var out []float64
	for _, b := range bs {
		for range b.n {
			out = append(out, b.found/b.drawn)
		}
	}
	return out
}

// crossing is the amplitude at which the monotone curve reaches share,
// between two drawn amplitudes on a logarithmic axis. It is nil where the curve
// never does, and the smallest amplitude where it always has.
func crossing(points []Point, share float64) *float64 {
	var used []Point
	for _, p := range points {
		if p.Drawn > 0 {
			used = append(used, p)
		}
	}
	curve := monotone(used)
	for i, y := range curve {
		if y < share {
			continue
		}
		mm := used[i].MM
		if i > 0 && y > curve[i-1] {
			f := (share - curve[i-1]) / (y - curve[i-1])
			mm = math.Exp(math.Log(used[i-1].MM) + f*(math.Log(mm)-math.Log(used[i-1].MM)))
		}
		return &mm
	}
	return nil
}

// errors are those of the pairs drawn at amplitude mm (0 for all).
func (g Grid) errors(clips []*Clip, m, l int, mm float64) Errors {
	var onset, frames, size []float64
	for _, c := range clips {
		truth, found, pairs := c.match(m, l)
		for _, p := range pairs {
			t, r := truth[p.Truth], found[p.Result]
			if mm > 0 && c.drawnMM(t) != mm {
				continue
			}
			d := r.OnsetS - t.OnsetS
			onset = append(onset, 1000*d)
			frames = append(frames, math.Abs(d)*c.Truth.Recording.FrameRate)
			for _, a := range t.Regions {
				for _, b := range r.Regions {
					if a.Region == b.Region && a.Side == b.Side && a.PeakMM != nil && b.PeakMM != nil && *a.PeakMM > 0 {
						size = append(size, *b.PeakMM / *a.PeakMM - 1)
					}
				}
			}
		}
	}
	e := Errors{N: len(onset), SizeN: len(size)}
	if e.N > 0 {
		slices.Sort(onset)
		slices.Sort(frames)
		e.OnsetMS, e.OnsetP5, e.OnsetP95 = ptr(measure.Quantile(onset, 0.5)), ptr(measure.Quantile(onset, 0.05)), ptr(measure.Quantile(onset, 0.95))
		e.OnsetFr = ptr(measure.Quantile(frames, 0.5))
	}
	if e.SizeN > 1 {
		var mean, ss float64
		for _, v := range size {
			mean += v / float64(len(size))
		}
		for _, v := range size {
			ss += (v - mean) * (v - mean)
		}
		sd := math.Sqrt(ss / float64(len(size)-1))
		e.SizeBias, e.SizeLow, e.SizeHigh = &mean, ptr(mean-1.96*sd), ptr(mean+1.96*sd)
	}
	return e
}

func ptr[T any](v T) *T { return &v }
