package assess

import (
	"cmp"
	"math"
	"slices"

	"facialis/interview"
)

// MaxLog10LR bounds what a single finding can say, log10.
const MaxLog10LR = 1.3

// Reason is one finding's word on one entity.
type Reason struct {
	Finding string  `json:"finding"`
	Plain   string  `json:"plain"`
	Status  string  `json:"status"`   // yes or no
	Log10LR float64 `json:"log10_lr"` // what it adds; of an absence what is left beside the others
	P       float64 `json:"p"`        // P(finding | entity)
	Tag     string  `json:"tag"`      // of P
	Source  string  `json:"source"`
	Counted bool    `json:"counted"` // false where a stronger finding of the same group speaks already

	central float64 // what it says by itself, log10
	halved  bool    // recording and answer disagree
}

// Candidate is one entity in its place of the ranking.
type Candidate struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Plain       string   `json:"plain"`
	About       string   `json:"about"` // what it is, for the person
	ICD10CM     []string `json:"icd10cm"`
	Share       float64  `json:"share"`    // of the pool; ranks, is no measured probability
	FirstIn     int      `json:"first_in"` // of the plausible readings of the evidence, those in which it is first
	ThreeIn     int      `json:"three_in"` // and among the first three
	Log10       float64  `json:"log10"`    // prior and findings together
	Log10Prior  float64  `json:"log10_prior"`
	PriorTag    string   `json:"prior_tag"`
	PriorSource string   `json:"prior_source"`
	For         []Reason `json:"for"`
	Against     []Reason `json:"against"`
	Settle      []Open   `json:"settle"`
	Tests       []string `json:"tests"`
	// Excluded: the place that defines it takes no part. It stands last, without a share.
	Excluded bool `json:"excluded"`
	// NoSign: it is harmless or functional, and none of its own signs is there. It
	// never stands first, and its share is at most half of the first one's.
	NoSign bool `json:"no_sign"`
}

// Open is something not known that would move a candidate against its rival.
type Open struct {
	Finding string  `json:"finding"`
	Plain   string  `json:"plain"`
	Moves   float64 `json:"moves"` // log10, yes against no
	Settle  Settle  `json:"settle"`
	// Ways is Settle in words: what to film, what to ask, what to order.
	Ways []string `json:"ways"`
}

// Differential is the ranking. Verdict is "leading", "open" (the first few are
// close), "not-enough", "withheld" (a harmless thing fits best, but a flag says
// that something else must be ruled out first), "film-alone" (a recording
// without answers names no illness) or "nothing-unusual".
type Differential struct {
	Verdict    string      `json:"verdict"`
	Known      int         `json:"known_findings"`
	Readings   int         `json:"readings"` // plausible readings that were tried
	Candidates []Candidate `json:"candidates"`
}

// The verdict: below MinKnown findings, or when nothing that is there speaks for the
// first and all it has is how common it is and what is absent, nothing is said; the
// first leads when it is at least twice the second.
const (
	MinKnown  = 4
	leadLog10 = 0.301
)

// leadReadings is the least number of plausible readings in which a candidate must be
// first to be named as the best fit.
const leadReadings = 60

// absenceCorrelation is how much two absent findings say the same: people who
// answer "no" to one question answer "no" to the next. n of them count like
// n/(1+(n-1)r) independent ones, the design effect of n correlated readings.
// Estimate of this program, no measured figure.
const absenceCorrelation = 0.2

// absenceWeight is what the k-th strongest absence adds, k from 1, as a share of
// its own weight, where two absences say the same by the share r.
func absenceWeight(k int, r float64) float64 {
	effective := func(n float64) float64 { return n / (1 + (n-1)*r) }
	if k == 1 {
		return 1
	}
	return effective(float64(k)) - effective(float64(k-1))
}

// MinAnswers is the fewest answers by which, without a recording, something is
// said: one answer decides several findings, as the side alone decides three.
const MinAnswers = 3

// informative counts the answers that findings look at; since counts for the days.
func (ev *Evidence) informative(answered map[string]any) int {
	used := map[string]bool{"since": true}
	for _, d := range ev.Findings {
		if d.Answer == nil {
			continue
		}
		names := d.Answer.Yes.Names()
		if d.Answer.No != nil {
			names = append(names, d.Answer.No.Names()...)
		}
		for _, n := range names {
			used[n] = true
		}
	}
	n := 0
	for id := range answered {
		if used[id] {
			n++
		}
	}
	return n
}

func clampP(p float64) float64 { return min(max(p, 0.005), 0.995) }

// supported says whether something that is there speaks for the candidate. Everybody has
// an age: it is no sign.
func (c Candidate) supported() bool {
	return slices.ContainsFunc(c.For, func(x Reason) bool {
		return x.Status == "yes" && x.Counted && x.Log10LR > 0 && x.Finding != ageFinding
	})
}

// log10LR is what a finding, there or not, says of an entity: log10 of how often it is so
// with the entity against the mean of all entities, at most MaxLog10LR either way; false
// where the evidence has no figure for the two.
func (ev *Evidence) log10LR(finding, entity string, there bool) (float64, Cell, bool) {
	c, ok := ev.Cell(finding, entity)
	if !ok {
		return 0, c, false
	}
	p, mean := clampP(c.P), ev.mean[finding]
	if !there {
		p, mean = 1-p, 1-mean
	}
	return min(max(math.Log10(p/mean), -MaxLog10LR), MaxLog10LR), c, true
}

func differential(ev *Evidence, setting string, found []Finding, f interview.Facts) Differential {
	var out Differential
	prior := ev.Priors[setting].Cells
	total := 0.0
	for _, e := range ev.Entities {
		total += prior[e.ID].P
	}
	for _, e := range ev.Entities {
		pr := prior[e.ID]
		c := Candidate{ID: e.ID, Name: e.Name, Plain: e.Plain, About: e.About, Tests: e.Tests, Log10Prior: math.Log10(pr.P / total), PriorTag: pr.Tag, PriorSource: pr.Source, ICD10CM: e.ICD}
		c.Log10 = c.Log10Prior
		c.Excluded = e.Out != nil && e.Out.Eval(f) == interview.Yes
		c.NoSign = e.Sign != nil && e.Sign.Eval(f) != interview.Yes
		for _, x := range found {
			if x.Status == "unknown" {
				continue
			}
			w, cell, ok := ev.log10LR(x.ID, e.ID, x.Status == "yes")
			if x.ID == ageFinding {
				a := ev.Ages[e.ID]
				cell.Tag, cell.Source, ok = a.Tag, a.Source, true
				w, cell.P = ev.ageLog10LR(e.ID, f)
			}
			if !ok {
				continue
			}
			if x.Conflict {
				w /= 2
			}
			reason := Reason{Finding: x.ID, Plain: x.Plain, Status: x.Status, Log10LR: w, P: cell.P, Tag: cell.Tag, Source: cell.Source, Counted: true, central: w, halved: x.Conflict}
			if w >= 0 {
				c.For = append(c.For, reason)
			} else {
				c.Against = append(c.Against, reason)
			}
		}
		c.Log10 += ev.count(c.For, absenceCorrelation) + ev.count(c.Against, absenceCorrelation)
		out.Candidates = append(out.Candidates, c)
	}
	for _, x := range found {
		if x.ID == ageFinding { // everybody has an age: it is no sign
			continue
		}
		if x.Status != "unknown" {
			out.Known++
		}
	}
	out.rank()
	out.tryReadings(ev, setting)
	switch {
	case out.Known < MinKnown || !out.Candidates[0].supported():
		out.Verdict = "not-enough"
	case out.margin() >= leadLog10 && out.Candidates[0].FirstIn >= leadReadings:
		out.Verdict = "leading"
	default:
		out.Verdict = "open"
	}
	for i := range min(5, len(out.Candidates)) {
		rival := out.Candidates[0].ID
		if i == 0 {
			rival = out.Candidates[1].ID
		}
		out.Candidates[i].Settle = open(ev, out.Candidates[i].ID, rival, found)
	}
	return out
}

// count decides which of the reasons of one direction count and what each adds,
// sorts them by weight and returns their sum. Of each group one counts. Absences
// count less the more of them there are (absenceWeight), so in a group in which one
// finding is there and another is absent it is not clear which says more: the choice
// is made that says the most in all. So another reason never makes the sum smaller.
func (ev *Evidence) count(list []Reason, r float64) float64 {
	type pair struct{ yes, no int } // the strongest of a group of each status, -1 if none
	groups := map[string]*pair{}
	var order []string
	for i := range list {
		list[i].Counted = true
		name := ev.group[list[i].Finding]
		if name == "" {
			continue
		}
		g := groups[name]
		if g == nil {
			g = &pair{-1, -1}
			groups[name] = g
			order = append(order, name)
		}
		best := &g.yes
		if list[i].Status == "no" {
			best = &g.no
		}
		switch {
		case *best < 0:
			*best = i
		case math.Abs(list[*best].Log10LR) >= math.Abs(list[i].Log10LR):
			list[i].Counted = false
		default:
			list[*best].Counted = false
			*best = i
		}
	}
	order = slices.DeleteFunc(order, func(name string) bool { return groups[name].yes < 0 || groups[name].no < 0 })
	drop := func(pick int) map[int]bool { // of each pair the one that the bit of pick leaves out
		out := map[int]bool{}
		for b, name := range order {
			if pick>>b&1 == 0 {
				out[groups[name].no] = true
			} else {
				out[groups[name].yes] = true
			}
		}
		return out
	}
	best, most := 0, -1.0
	for pick := range 1 << len(order) {
		left := drop(pick)
		if sum := math.Abs(weigh(list, func(i int) bool { return list[i].Counted && !left[i] }, r, false)); sum > most {
			best, most = pick, sum
		}
	}
	for i := range drop(best) {
		list[i].Counted = false
	}
	sum := weigh(list, func(i int) bool { return list[i].Counted }, r, true)
	slices.SortStableFunc(list, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Log10LR), math.Abs(a.Log10LR)) })
	return sum
}

// weigh sums the reasons that count, each absence by its place among the absences;
// with set it writes what each adds into the reason.
func weigh(list []Reason, counts func(i int) bool, r float64, set bool) float64 {
	var absent []int
	sum := 0.0
	for i, x := range list {
		switch {
		case !counts(i):
		case x.Status == "no":
			absent = append(absent, i)
		default:
			sum += x.Log10LR
		}
	}
	slices.SortStableFunc(absent, func(a, b int) int {
		return cmp.Compare(math.Abs(list[b].Log10LR), math.Abs(list[a].Log10LR))
	})
	for k, i := range absent {
		w := list[i].Log10LR * absenceWeight(k+1, r)
		sum += w
		if set {
			list[i].Log10LR = w
		}
	}
	return sum
}

// rank sorts the candidates and shares the pool out among them. What is excluded
// comes last; what lacks its own sign comes after the first that may lead, with at
// most half of its share.
func (d *Differential) rank() {
	first := math.Inf(-1) // log10 of the best that may lead
	for _, c := range d.Candidates {
		if !c.Excluded && !c.NoSign {
			first = max(first, c.Log10)
		}
	}
	at := func(c Candidate) float64 {
		switch {
		case c.Excluded:
			return math.Inf(-1)
		case c.NoSign:
			return min(c.Log10, first-leadLog10)
		}
		return c.Log10
	}
	slices.SortStableFunc(d.Candidates, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(at(b), at(a)), cmp.Compare(b.Log10, a.Log10))
	})
	sum := 0.0
	for _, c := range d.Candidates {
		sum += math.Pow(10, at(c)-first)
	}
	for i, c := range d.Candidates {
		d.Candidates[i].Share = math.Pow(10, at(c)-first) / sum
	}
}

// margin is how far the first is ahead of everything that is not excluded, log10;
// negative where something that lacks its own sign would fit better.
func (d *Differential) margin() float64 {
	out := math.Inf(1)
	for _, c := range d.Candidates[1:] {
		if !c.Excluded {
			out = min(out, d.Candidates[0].Log10-c.Log10)
		}
	}
	return out
}

// open lists the three unknown findings that would move the entity most against
// its rival.
func open(ev *Evidence, entity, rival string, found []Finding) []Open {
	var out []Open
	for _, f := range found {
		if f.Status != "unknown" {
			continue
		}
		y1, _, ok := ev.log10LR(f.ID, entity, true)
		if !ok {
			continue
		}
		n1, _, _ := ev.log10LR(f.ID, entity, false)
		y2, _, _ := ev.log10LR(f.ID, rival, true)
		n2, _, _ := ev.log10LR(f.ID, rival, false)
		if m := math.Abs((y1 - y2) - (n1 - n2)); m >= 0.2 {
			out = append(out, Open{Finding: f.ID, Plain: f.Plain, Moves: m, Settle: f.Settle})
		}
	}
	slices.SortStableFunc(out, func(a, b Open) int { return cmp.Compare(b.Moves, a.Moves) })
	return out[:min(3, len(out))]
}

// ways puts into words what would settle what is open.
func (r *Report) ways() {
	l := r.language()
	film, err := interview.ProtocolIn(l, "full")
	if err != nil {
		panic(err) // embedded
	}
	for i := range r.Differential.Candidates {
		for j := range r.Differential.Candidates[i].Settle {
			o := &r.Differential.Candidates[i].Settle[j]
			o.Ways = []string{}
			if k := slices.IndexFunc(film.Tasks, func(s interview.Step) bool { return s.Task == o.Settle.Film }); k >= 0 {
				o.Ways = append(o.Ways, l.Say("assess.clinician.film", args{"Task": film.Tasks[k].Screen}))
			}
			if q := interview.In(l).Find(o.Settle.Ask); q != nil {
				o.Ways = append(o.Ways, l.Say("assess.clinician.ask", args{"Question": q.Text}))
			}
			if o.Settle.Test != "" {
				o.Ways = append(o.Ways, o.Settle.Test)
			}
		}
	}
}

// codes puts the side into the code that has one; the others of an entity stay.
func (r *Report) codes(ev *Evidence) {
	for i := range r.Differential.Candidates {
		c := &r.Differential.Candidates[i]
		e := ev.Entity(c.ID)
		if r.Side == nil || e.BySide[*r.Side] == "" {
			continue
		}
		with := e.BySide[*r.Side]
		c.ICD10CM = slices.Clone(e.ICD)
		for j, code := range c.ICD10CM {
			if len(code) == len(with) && code[:len(code)-1] == with[:len(with)-1] {
				c.ICD10CM[j] = with
			}
		}
	}
}

// InShort names the weightiest reasons for and against, two of each, and says
// nothing where there is none: a place in the ranking never stands alone.
func (r *Report) InShort(c Candidate) string {
	name := func(rs []Reason) string {
		var out []string
		for _, x := range rs {
			if !x.Counted || math.Abs(x.Log10LR) < 0.1 || len(out) == 2 {
				continue
			}
			n := StandardIn(r.language()).Finding(x.Finding).Name
			if x.Status == "no" {
				n = r.language().Say("assess.inShort.not", args{"Finding": n})
			}
			out = append(out, n)
		}
		return r.language().List(out...)
	}
	var out []string
	if f := name(c.For); f != "" {
		out = append(out, r.language().Say("assess.inShort.for", args{"Findings": f}))
	}
	if a := name(c.Against); a != "" {
		out = append(out, r.language().Say("assess.inShort.against", args{"Findings": a}))
	}
	if len(out) == 0 {
		return r.language().Say("assess.inShort.prior")
	}
	return r.language().Clauses(out...)
}
