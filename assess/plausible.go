package assess

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Readings is how many plausible readings of the evidence an answer is tried on.
const Readings = 100

// Ranges of what has none of its own, all estimates of this program: a probability
// may be one log-odds unit off, a prior three times less or more, and absences may
// say the same by the share between the two.
const (
	estimateLogOdds = 1.0
	priorFactor     = 3.0
	absenceLow      = 0.05
	absenceHigh     = 0.5
)

// readingSeed makes the readings the same on every run.
const readingSeed = 20260601

func logit(p float64) float64      { return math.Log(p / (1 - p)) }
func unlogit(x float64) float64    { return 1 / (1 + math.Exp(-x)) }
func clamped(p float64) float64    { return logit(clampP(p)) }
func span(a, b, u float64) float64 { return a + (b-a)*u }

// Range is the lowest and the highest plausible probability of a cell.
func (c Cell) Range() (float64, float64) {
	if c.Low > 0 || c.High > 0 {
		return c.Low, c.High
	}
	x := clamped(c.P)
	return unlogit(x - estimateLogOdds), unlogit(x + estimateLogOdds)
}

// PriorRange is the same of a prior.
func (c Cell) PriorRange() (float64, float64) {
	if c.Low > 0 || c.High > 0 {
		return c.Low, c.High
	}
	return c.P / priorFactor, min(c.P*priorFactor, 1)
}

// reading is one plausible reading of the evidence. Findings and entities are
// counted as in Evidence.Findings and Evidence.Entities.
type reading struct {
	word    [][][2]float64       // by finding and entity: log10 where it is absent and where it is there
	prior   map[string][]float64 // by setting and entity: log10
	overlap float64              // how much two absences say the same
}

// plausible draws the readings, once.
var plausible = sync.OnceValue(func() []reading {
	ev := Standard()
	rng := rand.New(rand.NewPCG(readingSeed, 1))
	settings := slices.Sorted(maps.Keys(ev.Priors))
	out := make([]reading, Readings)
	for k := range out {
		r := reading{word: make([][][2]float64, len(ev.Findings)), prior: map[string][]float64{}, overlap: span(absenceLow, absenceHigh, rng.Float64())}
		for i, f := range ev.Findings {
			r.word[i] = ev.drawRow(ev.Matrix[f.ID], rng)
		}
		for _, s := range settings {
			for _, e := range ev.Entities {
				low, high := ev.Priors[s].Cells[e.ID].PriorRange()
				r.prior[s] = append(r.prior[s], span(math.Log10(low), math.Log10(high), rng.Float64()))
			}
		}
		out[k] = r
	}
	return out
})

// drawRow draws the cells of a finding within their ranges, evenly in log-odds. All
// that stand under "other" move together: it is one guess.
func (ev *Evidence) drawRow(row map[string]Cell, rng *rand.Rand) [][2]float64 {
	p := make([]float64, len(ev.Entities)) // 0 where no cell is given
	mean, together := 0.0, rng.Float64()
	for i, e := range ev.Entities {
		u := rng.Float64()
		c, ok := row[e.ID]
		if !ok {
			if c, ok = row["other"]; !ok {
				mean += clampP(0) / float64(len(ev.Entities))
				continue
			}
			u = together
		}
		low, high := c.Range()
		p[i] = clampP(unlogit(span(clamped(low), clamped(high), u)))
		mean += p[i] / float64(len(ev.Entities))
	}
	out := make([][2]float64, len(ev.Entities))
	for i, x := range p {
		if x > 0 {
			out[i] = [2]float64{capped((1 - x) / (1 - mean)), capped(x / mean)}
		}
	}
	return out
}

func capped(ratio float64) float64 { return min(max(math.Log10(ratio), -MaxLog10LR), MaxLog10LR) }

// rivalLog10 is how far behind the first a candidate may be and still be tried on the
// readings: further behind, none of them puts it first.
const rivalLog10 = 3.0

// rival is a candidate that is tried.
type rival struct {
	candidate *Candidate
	entity    int
	words     []said
	sum       float64
}

// said is one finding that speaks, without what a reader is told of it.
type said struct {
	finding, group int
	there          int     // 1 where it is there
	part           float64 // a half where recording and answer disagree
	fixed          float64 // what the age says: the same in every reading
}

// tryReadings counts in how many plausible readings each candidate is first, and
// among three.
func (d *Differential) tryReadings(ev *Evidence, setting string) {
	d.Readings = Readings
	rivals := d.rivals(ev)
	at := make([]float64, len(rivals))
	order := make([]int, len(rivals))
	var scale tally
	for _, r := range plausible() {
		first := math.Inf(-1)
		for i := range rivals {
			v := &rivals[i]
			v.sum = r.prior[setting][v.entity] + scale.sum(v, r)
			if !v.candidate.NoSign {
				first = max(first, v.sum)
			}
		}
		for i, v := range rivals {
			at[i], order[i] = v.sum, i
			if v.candidate.NoSign {
				at[i] = min(v.sum, first-leadLog10)
			}
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(at[b], at[a]) })
		for k, i := range order[:min(3, len(order))] {
			if k == 0 {
				rivals[i].candidate.FirstIn++
			}
			rivals[i].candidate.ThreeIn++
		}
	}
}

// rivals are the candidates that some reading might put first.
func (d *Differential) rivals(ev *Evidence) []rival {
	best := math.Inf(-1)
	for _, c := range d.Candidates {
		if !c.Excluded {
			best = max(best, c.Log10)
		}
	}
	var out []rival
	for i := range d.Candidates {
		c := &d.Candidates[i]
		if c.Excluded || c.Log10 < best-rivalLog10 {
			continue
		}
		v := rival{candidate: c, entity: slices.IndexFunc(ev.Entities, func(e Entity) bool { return e.ID == c.ID })}
		for _, list := range [][]Reason{c.For, c.Against} {
			for _, x := range list {
				w := said{finding: ev.place[x.Finding], group: ev.groupNumber[x.Finding], part: 1}
				if x.Status == "yes" {
					w.there = 1
				}
				if x.halved {
					w.part = 0.5
				}
				if x.Finding == ageFinding {
					w.fixed = x.central
				}
				v.words = append(v.words, w)
			}
		}
		out = append(out, v)
	}
	return out
}

// tally sums what findings say, with room that is used again.
type tally struct {
	there, absent [2][]float64 // of groups, the strongest for and against
	absences      [2][]float64
}

// sum is what all findings say of a rival in a reading. As in Evidence.count one of
// each group and direction counts; where one is there and one absent, the stronger.
func (t *tally) sum(v *rival, r reading) float64 {
	groups := Standard().groups
	for s := range 2 {
		if t.there[s] == nil {
			t.there[s], t.absent[s] = make([]float64, groups), make([]float64, groups)
		}
		clear(t.there[s])
		clear(t.absent[s])
		t.absences[s] = t.absences[s][:0]
	}
	total := 0.0
	for _, x := range v.words {
		w := r.word[x.finding][v.entity][x.there] * x.part
		if x.fixed != 0 {
			w = x.fixed
		}
		side, size := 0, math.Abs(w)
		if w < 0 {
			side = 1
		}
		switch {
		case x.group > 0 && x.there == 1:
			t.there[side][x.group] = max(t.there[side][x.group], size)
		case x.group > 0:
			t.absent[side][x.group] = max(t.absent[side][x.group], size)
		case x.there == 1:
			total += w
		default:
			t.absences[side] = append(t.absences[side], size)
		}
	}
	for s, sign := range []float64{1, -1} {
		for g := range groups {
			switch yes, no := t.there[s][g], t.absent[s][g]; {
			case yes >= no:
				total += sign * yes
			default:
				t.absences[s] = append(t.absences[s], no)
			}
		}
		slices.Sort(t.absences[s])
		slices.Reverse(t.absences[s])
		for k, size := range t.absences[s] {
			total += sign * size * absenceWeight(k+1, r.overlap)
		}
	}
	return total
}
