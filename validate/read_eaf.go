package validate

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"

	"facialis/event"
)

// eaf is the part of an ELAN annotation document that is used.
type eaf struct {
	XMLName xml.Name `xml:"ANNOTATION_DOCUMENT"`
	Header  struct {
		Units string     `xml:"TIME_UNITS,attr"`
		Media []eafMedia `xml:"MEDIA_DESCRIPTOR"`
	} `xml:"HEADER"`
	Slots []struct {
		ID    string   `xml:"TIME_SLOT_ID,attr"`
		Value *float64 `xml:"TIME_VALUE,attr"`
	} `xml:"TIME_ORDER>TIME_SLOT"`
	Tiers []eafTier `xml:"TIER"`
}

type eafMedia struct {
	MIME   string   `xml:"MIME_TYPE,attr"`
	Origin *float64 `xml:"TIME_ORIGIN,attr"` // where in the media the document's time is 0, ms
}

type eafTier struct {
	ID          string          `xml:"TIER_ID,attr"`
	Parent      string          `xml:"PARENT_REF,attr"`
	Annotator   string          `xml:"ANNOTATOR,attr"`
	Annotations []eafAnnotation `xml:"ANNOTATION"`
}

type eafAnnotation struct {
	Aligned *struct {
		ID    string `xml:"ANNOTATION_ID,attr"`
		From  string `xml:"TIME_SLOT_REF1,attr"`
		To    string `xml:"TIME_SLOT_REF2,attr"`
		Value string `xml:"ANNOTATION_VALUE"`
	} `xml:"ALIGNABLE_ANNOTATION"`
	Remark *struct {
		ID    string `xml:"ANNOTATION_ID,attr"`
		On    string `xml:"ANNOTATION_REF,attr"`
		Value string `xml:"ANNOTATION_VALUE"`
	} `xml:"REF_ANNOTATION"`
}

// msPerS is how many of ELAN's milliseconds are a second.
const msPerS = 1000

// named is the rater whom the tier itself names, and its name without the rater:
// "rater:AB spasm-left", "spasm-left@AB", or the attribute ANNOTATOR.
func (t eafTier) named() (rater, rest string) {
	if who, ok := strings.CutPrefix(t.ID, "rater:"); ok {
		if i := strings.IndexAny(who, " /-"); i >= 0 {
			return who[:i], who[i:]
		}
		return who, ""
	}
	if i := strings.LastIndexByte(t.ID, '@'); i > 0 && i+1 < len(t.ID) {
		return strings.TrimSpace(t.ID[i+1:]), t.ID[:i]
	}
	return strings.TrimSpace(t.Annotator), t.ID
}

// eafReader is a document on its way to an annotation.
type eafReader struct {
	eafTiers []eafTier
	byID     map[string]int      // tiers
	at       map[string]float64  // slots, seconds
	order    map[string]int      // slots, by their place in the document
	rater    []string            // of each tier
	label    []label             // of each tier's name
	marks    []*eafMark          // alignable annotations of the chosen rater
	of       map[string]*eafMark // annotation's id
}

// eafMark is an alignable annotation.
type eafMark struct {
	tier     int
	from, to float64
	text     string
	said     label // its own words and those of remarks on it, then its tier's name
	named    bool  // its own words, not its tier's name, say what kind it is
	gone     bool  // taken into the annotation that it lies in
}

// parseEAF reads an ELAN file. Tiers named after a kind and a side
// (spasm-left, blink …) give these to their annotations; an annotation's own
// words come first. A file with raters' tiers is the chosen rater's annotation:
// tiers of nobody are then only what the rater was shown; [NoRater] chooses
// those. A dependent tier is its parent's rater's unless it names another.
func parseEAF(data []byte, rater string) (*Annotation, error) {
	var doc eaf
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("not an ELAN file: %w", err)
	}
	switch strings.ToLower(doc.Header.Units) {
	case "", "milliseconds":
	default:
		return nil, fmt.Errorf("time unit %.40q of the ELAN file is not milliseconds", doc.Header.Units)
	}
	r := eafReader{eafTiers: doc.Tiers, byID: map[string]int{}, at: map[string]float64{}, order: map[string]int{}, of: map[string]*eafMark{}}
	for i, s := range doc.Slots {
		r.order[s.ID] = i
		if s.Value != nil {
			r.at[s.ID] = *s.Value / msPerS
		}
	}
	for i, t := range doc.Tiers {
		if _, twice := r.byID[t.ID]; twice {
			return nil, fmt.Errorf("the ELAN file has two tiers %.40q", t.ID)
		}
		r.byID[t.ID] = i
	}
	names := r.raters()
	rater, err := chooseRater(names, r.rater, rater)
	if err != nil {
		return nil, err
	}
	a := &Annotation{FileClock: true}
	if err := r.read(func(tier int) bool { return rater == wholeFile || r.rater[tier] == rater }); err != nil {
		return nil, err
	}
	r.remarks()
	r.nest()
	c := collect{a: a}
	for _, m := range r.marks {
		if m.gone || strings.HasPrefix(r.eafTiers[m.tier].ID, "quality") {
			continue
		}
		text := m.text
		if text == "" {
			text = r.eafTiers[m.tier].ID
		}
		c.add(m.said, text, m.from, m.to)
	}
	a.moveBy(origin(doc.Header.Media))
	return a, nil
}

// origin is where in the film the document's time is 0, seconds.
func origin(media []eafMedia) float64 {
	if len(media) == 0 {
		return 0
	}
	i := max(0, slices.IndexFunc(media, func(m eafMedia) bool { return strings.HasPrefix(m.MIME, "video/") }))
	if o := media[i].Origin; o != nil && finite(*o) {
		return *o / msPerS
	}
	return 0
}

// NoRater as a rater's name asks for the tiers that name nobody, or for the whole
// file where all of them do.
const NoRater = "none"

// wholeFile stands for every tier.
const wholeFile = "\x00"

func chooseRater(names, tiers []string, want string) (string, error) {
	if want == NoRater && !slices.Contains(names, NoRater) {
		if len(names) > 0 && slices.Contains(tiers, "") {
			return "", nil
		}
		return wholeFile, nil
	}
	if want == "" && len(names) == 0 {
		return wholeFile, nil
	}
	return choose("rater tier", names, want)
}

// raters finds each tier's rater and the label of its name; it returns the raters.
func (r *eafReader) raters() []string {
	var names []string
	r.rater, r.label = make([]string, len(r.eafTiers)), make([]label, len(r.eafTiers))
	for i, t := range r.eafTiers {
		_, rest := t.named()
		r.label[i] = parseLabel(rest)
		for k, depth := i, 0; depth <= len(r.eafTiers); depth++ {
			if r.rater[i], _ = r.eafTiers[k].named(); r.rater[i] != "" {
				break
			}
			up, ok := r.byID[r.eafTiers[k].Parent]
			if !ok {
				break
			}
			k = up
		}
		if n := r.rater[i]; n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// read takes the alignable annotations of the tiers that count.
func (r *eafReader) read(counts func(tier int) bool) error {
	for i, t := range r.eafTiers {
		if !counts(i) {
			continue
		}
		at := r.interpolate(t)
		for _, an := range t.Annotations {
			if an.Aligned == nil {
				continue // a remark on another annotation, taken with that
			}
			from, ok1 := at(an.Aligned.From)
			to, ok2 := at(an.Aligned.To)
			if !ok1 || !ok2 {
				return fmt.Errorf("tier %.40q of the ELAN file has an annotation without times", t.ID)
			}
			text := strings.TrimSpace(an.Aligned.Value)
			m := &eafMark{tier: i, from: from, to: to, text: text, said: parseLabel(text)}
			r.marks = append(r.marks, m)
			if an.Aligned.ID != "" {
				r.of[an.Aligned.ID] = m
			}
			if len(r.marks) > maxEvents {
				return errors.New("the ELAN file holds too many annotations")
			}
		}
	}
	return nil
}

// interpolate gives the tier's slots their times. Slots without a time share the
// stretch between their neighbors evenly, as ELAN shows them: a neighbor is the
// other end of the same annotation, then the annotation that begins where this one
// ends, then the next one in the document's order of time.
func (r *eafReader) interpolate(t eafTier) func(slot string) (float64, bool) {
	type link struct{ from, to string }
	var links []link
	begins := map[string]int{}
	for _, an := range t.Annotations {
		if a := an.Aligned; a != nil {
			begins[a.From] = len(links)
			links = append(links, link{a.From, a.To})
		}
	}
	loose := func(s string) bool { _, ok := r.at[s]; return !ok }
	used := make([]bool, len(links))
	byOrder := make([]int, len(links))
	for i := range links {
		byOrder[i] = i
	}
	slices.SortStableFunc(byOrder, func(a, b int) int { return cmp.Compare(r.order[links[a].from], r.order[links[b].from]) })
	found := map[string]float64{}
	for first := range links {
		if loose(links[first].from) || !loose(links[first].to) {
			continue
		}
		chain := []string{links[first].from, links[first].to}
		used[first] = true
		for loose(chain[len(chain)-1]) {
			end := chain[len(chain)-1]
			next, linked := begins[end]
			if !linked {
				i := slices.IndexFunc(byOrder, func(k int) bool {
					return !used[k] && loose(links[k].from) && r.order[links[k].from] > r.order[end]
				})
				if i < 0 {
					break
				}
				next = byOrder[i]
				chain = append(chain, links[next].from)
			}
			if used[next] {
				break
			}
			used[next] = true
			chain = append(chain, links[next].to)
		}
		last := chain[len(chain)-1]
		if loose(last) { // the end of what it lies in: the next time that the document holds
			if last = r.nextTime(last); last == "" {
				continue
			}
			chain = append(chain, last)
		}
		from, to := r.at[chain[0]], r.at[last]
		for k, s := range chain {
			found[s] = from + (to-from)*float64(k)/float64(len(chain)-1)
		}
	}
	return func(slot string) (float64, bool) {
		if v, ok := r.at[slot]; ok {
			return v, true
		}
		v, ok := found[slot]
		return v, ok
	}
}

// nextTime is the first slot with a time after the given one in the document.
func (r *eafReader) nextTime(slot string) string {
	best := ""
	for s := range r.at {
		if r.order[s] > r.order[slot] && (best == "" || r.order[s] < r.order[best]) {
			best = s
		}
	}
	return best
}

// remarks adds to each annotation what symbolic tiers say of it, over any number of
// levels. The details that this program writes below an event are told of it, not
// what it is.
func (r *eafReader) remarks() {
	on := map[string]string{} // a remark's id: what it is on
	type remark struct {
		on   string
		said label
	}
	var all []remark
	for i, t := range r.eafTiers {
		if strings.HasSuffix(t.ID, " details") {
			continue
		}
		for _, an := range t.Annotations {
			if m := an.Remark; m != nil {
				on[m.ID] = m.On
				all = append(all, remark{m.On, parseLabel(m.Value).or(r.label[i].place())})
			}
		}
	}
	for _, m := range all {
		id := m.on
		for depth := 0; depth <= len(r.eafTiers) && r.of[id] == nil && on[id] != ""; depth++ {
			id = on[id]
		}
		if to := r.of[id]; to != nil {
			to.said = to.said.merge(m.said)
		}
	}
}

// nest brings annotations with times of their own together with those of the
// parent tier in which they lie. One that only adds a side, a form or a place
// becomes part of its parent; one that names an event takes from its parent what
// it does not say. Deeper levels come first.
func (r *eafReader) nest() {
	depth := make([]int, len(r.eafTiers))
	parent := make([]int, len(r.eafTiers))
	deepest := 0
	for i := range r.eafTiers {
		parent[i] = -1
		if up, ok := r.byID[r.eafTiers[i].Parent]; ok && up != i {
			parent[i] = up
		}
		for k := i; depth[i] <= len(r.eafTiers); depth[i]++ {
			up, ok := r.byID[r.eafTiers[k].Parent]
			if !ok || up == k {
				break
			}
			k = up
		}
		deepest = max(deepest, min(depth[i], len(r.eafTiers)))
	}
	for i := range r.marks {
		m := r.marks[i]
		m.named = m.said.names()
		m.said = m.said.merge(r.label[m.tier])
	}
	byTier := map[int][]*eafMark{}
	for _, m := range r.marks {
		byTier[m.tier] = append(byTier[m.tier], m)
	}
	for d := deepest; d > 0; d-- {
		for _, m := range r.marks {
			if depth[m.tier] != d || parent[m.tier] < 0 {
				continue
			}
			if up := around(byTier[parent[m.tier]], m); up != nil && m.adds(up) {
				up.said = up.said.merge(m.said)
				m.gone = true
			}
		}
	}
	for d := 1; d <= deepest; d++ {
		for _, m := range r.marks {
			if depth[m.tier] != d || m.gone || parent[m.tier] < 0 {
				continue
			}
			if up := around(byTier[parent[m.tier]], m); up != nil {
				m.said = m.said.or(up.said.place())
			}
		}
	}
}

// adds reports whether the annotation only adds to the one that it lies in: its own
// words name no kind, and its tier's name none or the same.
func (m *eafMark) adds(up *eafMark) bool {
	return !m.named && (m.said.kind == "" || m.said.kind == up.said.kind || m.said.implied && up.said.names())
}

// around is the annotation of a parent's tier in which the middle of another lies.
func around(parents []*eafMark, m *eafMark) *eafMark {
	middle := (m.from + m.to) / 2
	for _, p := range parents {
		if p != m && p.from <= middle && middle <= p.to {
			return p
		}
	}
	return nil
}

// moveBy moves all times of the annotation by so many seconds and keeps how far.
func (a *Annotation) moveBy(s float64) {
	if s == 0 {
		return
	}
	a.MovedS = s
	for i := range a.Events {
		e := &a.Events[i]
		e.OnsetS, e.OffsetS = e.OnsetS+s, e.OffsetS+s
		for k := range e.Regions {
			e.Regions[k].OnsetS += s
		}
	}
	for i, t := range a.Tasks {
		a.Tasks[i] = event.Task{Task: t.Task, FromS: t.FromS + s, ToS: t.ToS + s}
	}
}
