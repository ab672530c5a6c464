package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"facialis/event"
	"facialis/validate"
)

// line is what was drawn and found in one scene.
type line struct {
	Scene   string  `json:"scene"`
	Set     string  `json:"set"`
	View    string  `json:"view"`
	Seconds float64 `json:"seconds"`
	Drawn   int     `json:"drawn"`  // one-sided spasms and synkineses
	Found   int     `json:"found"`  // of them
	Right   int     `json:"right"`  // of the found, called by their right kind
	Form    int     `json:"form"`   // and of the right form
	Lead    int     `json:"lead"`   // and lead region
	False   int     `json:"false"`  // spasms and synkineses that were not drawn
	Blinks  [3]int  `json:"blinks"` // found, missed, false

	// What the drawn closures of both sides and the asked-for winks were called.
	Called map[string]int `json:"called,omitempty"`
	Asked  map[string]int `json:"called_with_protocol,omitempty"`
}

// group is one group's figures.
type group struct {
	Name string   `json:"name"`
	F    *figures `json:"figures"`
	// False spasms in all of the group's clip: twitches, talking and rest.
	False figure `json:"false"`
}

// result is everything that was measured.
type result struct {
	Schema   string              `json:"schema"`
	Version  string              `json:"version"`
	TookMin  float64             `json:"took_minutes"`
	Minutes  float64             `json:"recorded_minutes"`
	Left     int                 `json:"scenes_left_out"` // not drawn
	Views    map[string]*figures `json:"views"`
	Regions  map[string]figure   `json:"found_by_region"`
	Locked   figure              `json:"synkineses_called_so"`
	Groups   []group             `json:"groups"`
	Film     []figure            `json:"filmed"`
	Scenes   []line              `json:"scenes"`
	Mistakes []mistake           `json:"mistakes"`
}

var viewNames = []string{"main", "720p", "60fps"}

func summarize(clips []*clip, version string, took time.Duration) *result {
	r := &result{Schema: "facialis.accuracy/1", Version: version, TookMin: took.Minutes(), Views: map[string]*figures{}, Regions: map[string]figure{}, Mistakes: []mistake{}}
	for _, v := range viewNames {
		p := newPool()
		for _, c := range clips {
			if c.View == v && c.Group == "" {
				p.add(c)
			}
		}
		if len(p.minutes) == 0 {
			continue
		}
		r.Views[v] = p.figures()
		if v == "main" {
			for _, g := range validate.GoalSizes {
				if t := p.recallBy[g.Region]; t != nil {
					r.Regions[string(g.Region)] = t.figure(string(g.Region), 0.95)
				}
			}
			r.Locked = p.synkinesy.figure("synkineses called synkinesis", 0.95)
		}
	}
	for _, c := range clips {
		if c.film != "" {
			p := newPool()
			p.add(c)
			b := p.figures().Blinks
			b.Name, b.Goal = "blinks on the filmed Talking Face clip, F1", "≥ 0.97"
			if b.Value != nil {
				b.set(*b.Value, b.CI95, func(v float64) bool { return v >= 0.97 })
			}
			r.Film = []figure{b, rate("false spasms on the filmed Talking Face clip", p.falses[setFilm], p.minutes[setFilm], 0.5)}
		}
	}
	var names []string
	for _, c := range clips {
		if c.Group != "" && !slices.Contains(names, c.Group) {
			names = append(names, c.Group)
		}
		if c.film == "" {
			r.Minutes += c.Truth.Recording.DurationS / 60
		}
		r.Mistakes = append(r.Mistakes, c.mistakes()...)
	}
	for _, n := range names {
		p := newPool()
		for _, c := range clips {
			if c.Group == n {
				p.add(c)
			}
		}
		r.Groups = append(r.Groups, group{n, p.figures(), rate("false spasms", p.falses[setSpasm], p.minutes[setSpasm], 0.5)})
	}
	r.Scenes = lines(clips)
	return r
}

// lines gathers the clips of each scene.
func lines(clips []*clip) []line {
	var out []line
	for _, c := range clips {
		if len(out) == 0 || out[len(out)-1].Scene != c.Scene {
			out = append(out, line{Scene: c.Scene, Set: c.Set, View: c.View})
		}
		l := &out[len(out)-1]
		l.Seconds += c.Truth.Recording.DurationS
		m := match(c.Truth.Events, c.Found)
		for i, t := range m.truth {
			if t.Kind == event.Blink {
				if j := m.any[i]; j >= 0 && m.found[j].Kind == event.Blink {
					l.Blinks[0]++
				} else {
					l.Blinks[1]++
				}
			}
			if !oneSided(t) {
				continue
			}
			l.Drawn++
			if j := m.spasms[i]; j >= 0 {
				l.Found++
				r := m.found[j]
				for _, q := range []struct {
					n  *int
					ok bool
				}{{&l.Right, t.Kind == r.Kind}, {&l.Form, t.Form == r.Form}, {&l.Lead, t.Lead == r.Lead}} {
					if q.ok {
						*q.n++
					}
				}
			}
		}
		for j, e := range m.found {
			if involuntary(e) && m.spasmOf[j] < 0 {
				l.False++
			}
			if i := m.anyOf[j]; e.Kind == event.Blink && (i < 0 || m.truth[i].Kind != event.Blink) {
				l.Blinks[2]++
			}
		}
		if c.Set == setBoth || c.Set == setWink {
			if l.Called == nil {
				l.Called, l.Asked = map[string]int{}, map[string]int{}
			}
			called(l.Called, m)
			called(l.Asked, match(c.Truth.Events, c.Asked))
		}
	}
	return out
}

// called counts what the drawn closures, blinks apart, were called.
func called(n map[string]int, m *matched) {
	for i, t := range m.truth {
		if t.Kind == event.Blink {
			continue
		}
		name := "nothing"
		if j := m.any[i]; j >= 0 {
			e := m.found[j]
			name = string(e.Kind)
			if involuntary(e) {
				name += " " + string(e.Side)
			}
		}
		n[name]++
	}
}

func of(k, n int) string           { return fmt.Sprintf("%d of %d", k, n) }
func in(n int, min float64) string { return fmt.Sprintf("%d in %.1f min", n, min) }
func in2(s, all float64) string    { return fmt.Sprintf("%.1f of %.1f min", s/60, all/60) }
func count(n int) string           { return fmt.Sprint(n) }
func atLeast(v float64) string     { return fmt.Sprintf("≥ %g", v) }
func atMost(v float64) string      { return fmt.Sprintf("≤ %g a minute", v) }
func found(tp, fn, fp int) string  { return fmt.Sprintf("%d found, %d missed, %d false", tp, fn, fp) }
func (f *figure) number(v float64) string {
	switch f.unit {
	case perMin, frames:
		return fmt.Sprintf("%.2f", v)
	case relative:
		return fmt.Sprintf("%+.0f %%", 100*v)
	}
	return fmt.Sprintf("%.3f", v)
}

// value is the number with its interval.
func (f *figure) value() string {
	if f.Value == nil {
		return "–"
	}
	s := f.number(*f.Value)
	if f.CI95 != nil {
		s += fmt.Sprintf(" (%s to %s)", f.number(f.CI95[0]), f.number(f.CI95[1]))
	}
	return s
}

func (f *figure) held() string {
	switch {
	case f.Held == nil:
		return ""
	case *f.Held:
		return "yes"
	}
	return "**no**"
}

// tables are the page's tables in Markdown, which a terminal shows well enough.
func (r *result) text() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	row := func(f *figure) { p("| %s | %s | %s | %s | %s |\n", f.Name, f.value(), f.N, f.Goal, f.held()) }
	const head = "| %s | value (95 %% interval) | from | goal | held |\n|---|---|---|---|---|\n"
	if m := r.Views["main"]; m != nil {
		p(head, "1080p, 30 frames a second")
		for _, f := range m.list() {
			row(f)
		}
		for _, g := range validate.GoalSizes {
			if f, ok := r.Regions[string(g.Region)]; ok {
				f.Name = fmt.Sprintf("found, moved alone: %s ≥ %g mm", words(f.Name), g.MM)
				row(&f)
			}
		}
		row(&r.Locked)
	}
	if len(r.Film) > 0 {
		if r.Views["main"] == nil {
			p(head, "filmed")
		}
		for _, f := range r.Film {
			row(&f)
		}
	}
	if a, c := r.Views["720p"], r.Views["60fps"]; a != nil || c != nil {
		none := new(figures) // of a view that was not asked for
		if a == nil {
			a = none
		}
		if c == nil {
			c = none
		}
		p("\n| | 720p, 30 frames a second | from | held | 1080p, 60 frames a second | from | held |\n|---|---|---|---|---|---|---|\n")
		as, cs := a.list(), c.list()
		for i := range as {
			if as[i].Value == nil && cs[i].Value == nil {
				continue
			}
			p("| %s | %s | %s | %s | %s | %s | %s |\n", cmp.Or(as[i].Name, cs[i].Name), as[i].value(), as[i].N, as[i].held(), cs[i].value(), cs[i].N, cs[i].held())
		}
	}
	if len(r.Groups) > 0 {
		p("\n| group | spasms found | false a minute | blinks F1 | size bias from 1 mm | limits | onset error, frames |\n|---|---|---|---|---|---|---|\n")
		for _, g := range r.Groups {
			p("| %s | %s, %s | %s, %s | %s, %s | %s | %s to %s | %s |\n", g.Name, g.F.Recall.value(), g.F.Recall.N, g.False.value(), g.False.N,
				g.F.Blinks.value(), g.F.Blinks.N, g.F.Bias.value(), bare(&g.F.Low), bare(&g.F.High), bare(&g.F.Onset))
		}
	}
	p("\n| scene | s | one-sided events drawn | found | kind right | form right | lead right | false | blinks found, missed, false |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, l := range r.Scenes {
		if l.Drawn > 0 {
			p("| %s | %.0f | %d | %d | %d | %d | %d | %d | %d, %d, %d |\n", l.Scene, l.Seconds, l.Drawn, l.Found, l.Right, l.Form, l.Lead, l.False, l.Blinks[0], l.Blinks[1], l.Blinks[2])
		} else {
			p("| %s | %.0f | 0 | | | | | %d | %d, %d, %d |\n", l.Scene, l.Seconds, l.False, l.Blinks[0], l.Blinks[1], l.Blinks[2])
		}
	}
	first := true
	for _, l := range r.Scenes {
		if l.Called == nil {
			continue
		}
		if first {
			p("\n| closures of both eyes, and winks asked for | called | called when the protocol is known |\n|---|---|---|\n")
			first = false
		}
		p("| %s | %s | %s |\n", l.Scene, counts(l.Called), counts(l.Asked))
	}
	return b.String()
}

func bare(f *figure) string {
	if f.Value == nil {
		return "–"
	}
	return f.number(*f.Value)
}

func counts(m map[string]int) string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool {
		return m[names[i]] > m[names[j]] || m[names[i]] == m[names[j]] && names[i] < names[j]
	})
	var s []string
	for _, n := range names {
		s = append(s, fmt.Sprintf("%s %d", n, m[n]))
	}
	return strings.Join(s, ", ")
}

func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

// mistakeLines are the mistakes, one a line.
func (r *result) mistakeLines() string {
	var b strings.Builder
	for _, m := range r.Mistakes {
		fmt.Fprintf(&b, "%-24s %7.2f s  %-26s drawn: %-60s found: %s\n", m.Clip, m.AtS, m.What, orNone(m.Drawn), orNone(m.Found))
	}
	return b.String()
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// write writes the page, and the figures and mistakes into dir.
func (r *result) write(page, dir string) error {
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	for name, text := range map[string]string{
		filepath.Join(dir, "result.json"):  string(b) + "\n",
		filepath.Join(dir, "mistakes.txt"): r.mistakeLines(),
		page:                               r.page(),
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			return fmt.Errorf("writing the result: %w", err)
		}
	}
	fmt.Fprintf(os.Stderr, "wrote %s; %d mistakes in %s\n", page, len(r.Mistakes), filepath.Join(dir, "mistakes.txt"))
	return nil
}

func (r *result) page() string {
	left := ""
	if r.Left > 0 {
		left = fmt.Sprintf(" **%d of the scenes are left out**: they have not been drawn since the drawing changed (`go run ./bench/accuracy -drawn`).", r.Left)
	}
	return fmt.Sprintf(`# Accuracy on drawn faces

Made by `+"`make accuracy`"+` with facialis %s: %.1f minutes of drawn video, whose every movement is known.%s The scenes are listed in bench/accuracy/scenes.yaml: the built-in phantoms and single twitches of known size, the face about half the picture's height, on one of five heads of different depth, 35 to 70 cm from the lens, with head sway, breathing, blinks, skin that wanders by 0.1 to 0.4 mm a region (SD) as filmed faces' does at rest, sensor noise and a phone's compression. A drawn face is not a patient: the figures say what the instrument can resolve, not how often it is right in a clinic. The events of some scenes (all but twitches 14 and 15, rest from 33 on, talking from 33 on, smiling 32, head turns from 32 on and after-palsy 42) were looked at while the rules were worked out, then drawn on a flat face before a lens far away and with skin that held still; heads, lenses and wandering skin came later, and so did the groups of pose, lens, head and light.

Events are paired with the truth when they overlap or begin within 0.1 s of each other (validate/doc.go). The analysis is given nothing but the video, except in the line and column that say that the protocol is known. A spasm is one-sided; what could not be seen counts as missed, and false ones are counted over the time in which something was seen; spasms of both sides (blepharospasm, Meige, tics) have a table of their own and count nowhere else, nor do asked-for winks. Shares have Wilson's interval, rates Garwood's, the median that of order statistics, bias and limits Bland and Altman's.

`, r.Version, r.Minutes, left) + r.text() + `
In the table of groups the same movements were drawn on one face after another (the usual head 50 cm from the lens, unless the group says otherwise); false ones are counted over the whole clip, twitches and talking. Skin is 1 (light) to 6 (dark), after Fitzpatrick.
`
}

// listScenes says what is drawn.
func listScenes(w io.Writer, clips []*clip) {
	var total float64
	for _, c := range clips {
		if c.film != "" {
			fmt.Fprintf(w, "%-28s filmed, %d blinks marked\n", c.Name, len(c.Truth.Events))
			continue
		}
		n := map[event.Kind]int{}
		var fulls, halves int
		for _, e := range c.Truth.Events {
			n[e.Kind]++
			if oneSided(e) && full(e) {
				fulls++
			}
			if oneSided(e) && half(e) {
				halves++
			}
		}
		d := c.Truth.Recording.DurationS
		total += d * float64(c.Truth.Recording.Frames) / d / 30 * float64(c.spec.Camera.Height*c.spec.Camera.Width) / (1920 * 1080)
		fmt.Fprintf(w, "%-28s %-7s %-6s %4.0f s  spasm %2d  synkinesis %2d (full size %2d, half %2d)  blink %2d  voluntary %2d\n",
			c.Name, c.Set, c.View, d, n[event.Spasm], n[event.Synkinesis], fulls, halves, n[event.Blink], n[event.Voluntary])
	}
	fmt.Fprintf(w, "as much to draw as %.1f minutes of 1080p at 30 frames a second\n", total/60)
}
