package validate

import (
	"fmt"
	"math"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

// note says what the reader of the figures should know of the recording.
func (r *Recording) note() {
	if r.DurationS == nil {
		r.Notes = append(r.Notes, words.Default().Say("report.validate.noLength"))
	} else if r.FrameRate == nil {
		r.Notes = append(r.Notes, words.Default().Say("report.validate.noRate"))
	}
	for i, a := range []*Annotation{r.A, r.B} {
		who := words.Default().Name("report.validate.who", [2]string{"truth", "result"}[i])
		if len(a.Unknown) > 0 {
			r.Notes = append(r.Notes, words.Default().Say("report.validate.labels", words.Args{"Who": who, "Labels": words.Default().List(a.Unknown...)}))
		}
		if r.DurationS != nil && len(a.Events) > 0 && a.Events[len(a.Events)-1].OnsetS > *r.DurationS+1 {
			r.Notes = append(r.Notes, words.Default().Say("report.validate.late", words.Args{"Who": who}))
		}
	}
}

// moved says by how much a file's own times were moved to the film's.
func (r *Recording) moved() {
	for i, a := range []*Annotation{r.A, r.B} {
		if a.MovedS != 0 {
			r.Notes = append(r.Notes, words.Default().Say("report.validate.moved", words.Args{
				"Who": words.Default().Name("report.validate.who", [2]string{"truth", "result"}[i]), "Seconds": words.Default().Decimal(fmt.Sprintf("%.3f", a.MovedS))}))
		}
	}
}

// unmarked says which kinds the result has and the truth has none of: all of them
// count as false, though perhaps nobody meant to mark them.
func (r *Recording) unmarked() {
	count := map[event.Kind][2]int{}
	for i, a := range []*Annotation{r.A, r.B} {
		for _, e := range a.Events {
			n := count[e.Kind]
			n[i]++
			count[e.Kind] = n
		}
	}
	var marked, extra []string
	n := 0
	for _, k := range kinds {
		if c := count[k]; c[0] > 0 {
			marked = append(marked, string(k))
		} else if c[1] > 0 {
			extra = append(extra, string(k))
			n += c[1]
		}
	}
	if len(marked) > 0 && n > 0 {
		r.Notes = append(r.Notes, words.Default().Say("report.validate.unmarked", words.Args{
			"Kinds": words.Default().List(extra...), "N": n, "Marked": strings.Join(marked, ",")}))
	}
}

// count pools found, false and missed by kind, side, form and region.
func (c *Comparison) count(r *Recording) {
	truth, result := r.A.Events, r.B.Events
	resultOf := make([]int, len(truth))
	for i := range resultOf {
		resultOf[i] = -1
	}
	truthOf := make([]int, len(result))
	for j := range truthOf {
		truthOf[j] = -1
	}
	for _, p := range r.Pairs {
		resultOf[p.Truth], truthOf[p.Result] = p.Result, p.Truth
	}
	tally := map[event.Kind]*[3]int{}
	for _, k := range kinds {
		tally[k] = &[3]int{}
	}
	for i, t := range truth {
		k := c.Kinds[t.Kind]
		if j := resultOf[i]; j >= 0 {
			k.TP++
			tally[t.Kind][0]++
			compareStrata(k, &t, &result[j])
		} else {
			k.FN++
			tally[t.Kind][2]++
			compareStrata(k, &t, nil)
		}
	}
	for j, e := range result {
		if truthOf[j] < 0 {
			c.Kinds[e.Kind].FP++
			tally[e.Kind][1]++
			compareStrata(c.Kinds[e.Kind], nil, &e)
		}
	}
	for _, k := range kinds {
		n := *tally[k]
		r.Counts[k] = n
		var rates [2]*float64
		if r.DurationS != nil {
			t, e := float64(n[0]+n[2])*60/(*r.DurationS), float64(n[0]+n[1])*60/(*r.DurationS)
			rates = [2]*float64{&t, &e}
			c.Kinds[k].rates = append(c.Kinds[k].rates, []float64{t, e})
		}
		r.Rates[k] = rates
	}
}

// compareStrata counts one pair, one missed event (result nil) or one false
// event (truth nil) in its side, form and regions. Within a pair a stratum that
// one rater did not mark at all is not held against the other.
func compareStrata(k *KindScore, t, e *event.Event) {
	var ts, es anatomy.Side
	var tf, ef event.Form
	if t != nil {
		ts, tf = t.Side, t.Form
	}
	if e != nil {
		es, ef = e.Side, e.Form
	}
	if t == nil || e == nil || ts != "" && es != "" {
		stratum(k.Sides, ts, es)
	}
	if t == nil || e == nil || tf != "" && ef != "" {
		stratum(k.Forms, tf, ef)
	}
	if t != nil && e != nil && (len(t.Regions) == 0 || len(e.Regions) == 0) {
		return
	}
	has := func(e *event.Event, m event.RegionMovement) bool {
		if e == nil {
			return false
		}
		for _, o := range e.Regions {
			if o.Region == m.Region && (o.Side == m.Side || o.Side == "" || m.Side == "") {
				return true
			}
		}
		return false
	}
	if t != nil {
		for _, m := range t.Regions {
			if has(e, m) {
				at(k.Regions, m.Region).TP++
			} else {
				at(k.Regions, m.Region).FN++
			}
		}
	}
	if e != nil {
		for _, m := range e.Regions {
			if !has(t, m) {
				at(k.Regions, m.Region).FP++
			}
		}
	}
}

func stratum[K ~string](m map[K]*Score, truth, result K) {
	if truth == result && truth != "" {
		at(m, truth).TP++
		return
	}
	if truth != "" {
		at(m, truth).FN++
	}
	if result != "" {
		at(m, result).FP++
	}
}

func at[K ~string](m map[K]*Score, k K) *Score {
	if m[k] == nil {
		m[k] = &Score{}
	}
	return m[k]
}

// errors pools the errors of time and size of the pairs.
func (c *Comparison) errors(r *Recording) {
	for _, p := range r.Pairs {
		t, e := r.A.Events[p.Truth], r.B.Events[p.Result]
		k := c.Kinds[t.Kind]
		on, off, dur := e.OnsetS-t.OnsetS, e.OffsetS-t.OffsetS, e.Duration()-t.Duration()
		k.onset, k.offset, k.duration = append(k.onset, on), append(k.offset, off), append(k.duration, dur)
		if f := r.FrameRate; f != nil {
			k.onsetF, k.offsetF, k.durationF = append(k.onsetF, on**f), append(k.offsetF, off**f), append(k.durationF, dur**f)
		}
		for _, m := range t.Regions {
			for _, o := range e.Regions {
				if m.Region == o.Region && m.Side == o.Side && m.PeakMM != nil && o.PeakMM != nil {
					c.amplitude("all", *m.PeakMM, *o.PeakMM)
					c.amplitude(string(m.Region), *m.PeakMM, *o.PeakMM)
				}
			}
		}
	}
}

func (c *Comparison) amplitude(name string, truth, result float64) {
	a := c.Amplitude[name]
	if a == nil {
		a = &Amplitude{}
		c.Amplitude[name] = a
	}
	a.diff = append(a.diff, result-truth)
	a.sumT, a.sumR = a.sumT+truth, a.sumR+result
	if truth > 0 {
		a.ratio = append(a.ratio, result/truth)
		if truth >= c.Params.SizedMM {
			a.rel = append(a.rel, (result-truth)/truth)
		}
	}
}

// close turns the pooled counts and errors into figures.
func (c *Comparison) close(minutes float64) {
	for _, k := range c.Kinds {
		k.fill(minutes)
		for _, s := range k.Sides {
			s.fill(minutes)
		}
		for _, s := range k.Forms {
			s.fill(minutes)
		}
		for _, s := range k.Regions {
			s.fill(minutes)
		}
		k.OnsetS, k.OffsetS, k.DurationS = spread(k.onset), spread(k.offset), spread(k.duration)
		k.OnsetFr, k.OffsetFr, k.DurationFr = spread(k.onsetF), spread(k.offsetF), spread(k.durationF)
		k.RateICC = ICC21(k.rates)
	}
	for _, a := range c.Amplitude {
		a.MM, a.Relative = BlandAltman(a.diff), BlandAltman(a.rel)
		if len(a.ratio) > 0 {
			m := quantile(a.ratio, 0.5)
			a.Ratio = &m
		}
		if a.sumT > 0 {
			s := a.sumR / a.sumT
			a.RatioBig = &s
		}
	}
	for _, t := range c.Confusion {
		t.close()
	}
	for _, s := range c.Kappa {
		s.close()
	}
}

const none = "none"

func newConfusion[K ~string](names []K) *Confusion {
	t := &Confusion{}
	for _, n := range names {
		t.Labels = append(t.Labels, string(n))
	}
	t.Labels = append(t.Labels, none)
	for range t.Labels {
		t.Counts = append(t.Counts, make([]int, len(t.Labels)))
	}
	return t
}

// one counts a pair; labels that one rater did not give are left out.
func (t *Confusion) one(truth, result string) {
	i, j := -1, -1
	for n, l := range t.Labels {
		if l == truth {
			i = n
		}
		if l == result {
			j = n
		}
	}
	if i >= 0 && j >= 0 {
		t.Counts[i][j]++
	}
}

// pairs counts pairs and, against "none", what was left unpaired.
func (t *Confusion) pairs(truth, result []event.Event, pairs []Pair, name func(event.Event) string) {
	a, b := make([]bool, len(truth)), make([]bool, len(result))
	for _, p := range pairs {
		a[p.Truth], b[p.Result] = true, true
		t.one(name(truth[p.Truth]), name(result[p.Result]))
	}
	for i, e := range truth {
		if !a[i] {
			t.one(name(e), none)
		}
	}
	for j, e := range result {
		if !b[j] {
			t.one(none, name(e))
		}
	}
}

func (t *Confusion) close() {
	same, n := 0, 0
	m := len(t.Labels) - 1
	table := make([][]float64, m)
	for i := range m {
		table[i] = make([]float64, m)
		for j := range m {
			v := t.Counts[i][j]
			table[i][j] = float64(v)
			n += v
			if i == j {
				same += v
			}
		}
	}
	t.Agreement = proportion(same, n)
	t.Kappa = Kappa(table)
}

func newSideKappa() *SideKappa {
	s := &SideKappa{Kinds: map[event.Kind]*float64{}, kinds: map[event.Kind][][]float64{}}
	for range len(kinds) + 1 {
		s.all = append(s.all, make([]float64, len(kinds)+1))
	}
	for _, k := range kinds {
		s.kinds[k] = [][]float64{make([]float64, 2), make([]float64, 2)}
	}
	return s
}

// frames lays both annotations on the grid of frames, per side. An event of no
// known side counts on both.
func (c *Comparison) frames(r *Recording) {
	if r.DurationS == nil || r.FrameRate == nil {
		return
	}
	n := *r.DurationS * *r.FrameRate
	const most = 12 * 3600 * 240 // half a day at 240 frames a second
	if n < 1 || n > most {
		return
	}
	for side, s := range c.Kappa {
		a, b := states(r.A.Events, side, int(n), *r.FrameRate), states(r.B.Events, side, int(n), *r.FrameRate)
		s.Frames += len(a)
		for i := range a {
			s.all[top(a[i])][top(b[i])]++
			for k, kind := range kinds {
				s.kinds[kind][a[i]>>k&1][b[i]>>k&1]++
			}
		}
	}
}

// states has a bit for each kind of event under way at each frame.
func states(events []event.Event, side anatomy.Side, n int, fps float64) []uint8 {
	out := make([]uint8, n)
	for _, e := range events {
		if e.Side != side && e.Side != anatomy.Both && e.Side != "" {
			continue
		}
		bit := uint8(0)
		for k, kind := range kinds {
			if e.Kind == kind {
				bit = 1 << k
			}
		}
		from := max(0, int(math.Ceil(e.OnsetS*fps-1e-6)))
		for i := from; i < n && float64(i) <= e.OffsetS*fps+1e-6; i++ {
			out[i] |= bit
		}
	}
	return out
}

// top is the one state a frame counts as where several events are under way:
// the involuntary before the voluntary before the blink.
func top(bits uint8) int {
	for _, k := range []int{2, 3, 1, 0, 4} { // spasm, synkinesis, voluntary, blink, other
		if bits>>k&1 == 1 {
			return k
		}
	}
	return len(kinds)
}

func (s *SideKappa) close() {
	s.All = Kappa(s.all)
	for k, t := range s.kinds {
		s.Kinds[k] = Kappa(t)
	}
}
