package grid

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/measure"
)

// Result is what was measured, as written to curves.json.
type Result struct {
	Schema  string    `json:"schema"`
	Version string    `json:"version"`
	Grid    Grid      `json:"grid"`
	Clips   int       `json:"clips"`     // done
	All     int       `json:"clips_all"` // of the grid
	Views   []View    `json:"views_done"`
	Minutes float64   `json:"recorded_minutes"`
	Drawn   int       `json:"spasms_drawn"`
	DrewMin float64   `json:"drawing_minutes"` // of work, one clip at a time
	TookMin []float64 `json:"method_minutes"`  // the same of each method
	Workers int       `json:"workers"`
	Methods []Curve   `json:"methods"`
}

// Summarize gathers the curves of a run with so many workers.
func (g Grid) Summarize(clips []*Clip, methods []Method, version string, workers int) *Result {
	r := &Result{Schema: "facialis.grid/1", Version: version, Grid: g, Clips: len(clips), All: len(g.clips()), Workers: max(1, workers),
		TookMin: make([]float64, len(methods)), Methods: g.Curves(clips, methods)}
	for _, c := range clips {
		r.Minutes += c.Truth.Recording.DurationS / 60
		r.Drawn += len(involuntary(c.Truth.Events))
		r.DrewMin += c.Drew.Minutes()
		for m, f := range c.Found {
			r.TookMin[m] += f.Took.Minutes()
		}
	}
	for _, v := range g.Views {
		if slices.ContainsFunc(clips, func(c *Clip) bool { return c.What == "spasms" && c.View == v }) {
			r.Views = append(r.Views, v)
		}
	}
	return r
}

// Write writes the page (VALIDATION.md) and its charts and figures into the
// folder pictures, which lies beside or below the page.
func (r *Result) Write(page, pictures string) error {
	if err := os.MkdirAll(pictures, 0o777); err != nil {
		return fmt.Errorf("making the folder of the charts: %w", err)
	}
	files := r.charts()
	figures, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	files["curves.json"] = string(figures) + "\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(pictures, name), []byte(text), 0o666); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	rel, err := filepath.Rel(filepath.Dir(page), pictures)
	if err != nil {
		return fmt.Errorf("placing the charts: %w", err)
	}
	if err := os.WriteFile(page, []byte(r.markdown(filepath.ToSlash(rel))), 0o666); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

var mmTicks = []float64{0.1, 0.2, 0.5, 1, 2, 5}

// charts draws everything that the page shows, by file name.
func (r *Result) charts() map[string]string {
	out := map[string]string{}
	lo, hi := r.Grid.Amplitudes[0], r.Grid.Amplitudes[len(r.Grid.Amplitudes)-1]
	lo, hi = lo/1.15, hi*1.15
	within := func(ticks []float64) (in []float64) {
		for _, t := range ticks {
			if t >= lo && t <= hi {
				in = append(in, t)
			}
		}
		return in
	}
	share := &chart{title: "Share of twitches found, by their size", x: "amplitude, mm", y: "found", logX: true,
		xMin: lo, xMax: hi, yMin: 0, yMax: 1, xTicks: within([]float64{0.1, 0.25, 0.5, 1, 2, 4}), yTicks: []float64{0, 0.25, 0.5, 0.75, 1}, percentY: true}
	trade := &chart{title: "Smallest twitch found, against false alarms", x: "false spasms a minute (all videos)", y: "amplitude, mm",
		xMin: 0, yMin: lo, yMax: hi, logY: true, yTicks: within(mmTicks), xMax: 1}
	onset := &chart{title: "Onset error, by size", x: "amplitude, mm", y: "found − drawn, ms (median, 5–95 %)", logX: true,
		xMin: lo, xMax: hi, xTicks: share.xTicks, yMin: -100, yMax: 100}
	size := &chart{title: "Size error, by size", x: "amplitude, mm", y: "relative error (mean, limits)", logX: true,
		xMin: lo, xMax: hi, xTicks: share.xTicks, yMin: -1, yMax: 1, yTicks: []float64{-1, -0.5, 0, 0.5, 1}, percentY: true}
	for i, m := range r.Methods {
		color := colors[i%len(colors)]
		for _, l := range m.Levels {
			if v := l.False.Value; v != nil && l.A50 != nil && *v < 6 {
				trade.xMax = max(trade.xMax, *v*1.05)
			}
		}
		usual := m.Levels[m.Usual]
		for n, reg := range r.Grid.Regions {
			share.lines = append(share.lines, shareLine(words(string(reg))+", "+m.Name, usual.Regions[reg].Points, colors[n%len(colors)], i > 0))
		}
		trade.lines = append(trade.lines, tradeLine(m, 0.5, color, false), tradeLine(m, 0.9, color, true))
		on := line{name: m.Name, color: color, hollow: i > 0}
		sz := on
		for n, e := range m.BySize {
			// Methods stand a little beside each other.
			x := r.Grid.Amplitudes[n] * (1 + 0.05*float64(i))
			if e.OnsetMS != nil {
				on.x, on.y, on.bars = append(on.x, x), append(on.y, *e.OnsetMS), append(on.bars, [2]float64{*e.OnsetP5, *e.OnsetP95})
			}
			if e.SizeBias != nil {
				sz.x, sz.y, sz.bars = append(sz.x, x), append(sz.y, *e.SizeBias), append(sz.bars, [2]float64{*e.SizeLow, *e.SizeHigh})
			}
		}
		onset.lines, size.lines = append(onset.lines, on), append(size.lines, sz)
	}
	for _, l := range onset.lines {
		for _, b := range l.bars {
			onset.yMin, onset.yMax = min(onset.yMin, 50*math.Floor(b[0]/50)), max(onset.yMax, 50*math.Ceil(b[1]/50))
		}
	}
	for t := onset.yMin; t <= onset.yMax; t += 50 {
		onset.yTicks = append(onset.yTicks, t)
	}
	step := 0.25
	for trade.xMax/step > 6 {
		step *= 2
	}
	for t := 0.0; t <= trade.xMax; t += step {
		trade.xTicks = append(trade.xTicks, t)
	}
	out["tradeoff.svg"], out["onset.svg"], out["size.svg"] = trade.svg(), onset.svg(), size.svg()
	for i, m := range r.Methods {
		one := *share
		one.title += ": " + m.Name
		n := len(r.Grid.Regions)
		one.lines = nil
		for _, l := range share.lines[i*n : (i+1)*n] {
			l.name, _, _ = strings.Cut(l.name, ",")
			l.dashed, l.hollow = false, false
			one.lines = append(one.lines, l)
		}
		out[fmt.Sprintf("found-%d.svg", i+1)] = one.svg()
	}
	return out
}

func shareLine(name string, points []Point, color string, dashed bool) line {
	l := line{name: name, color: color, dashed: dashed, hollow: dashed}
	for _, p := range points {
		if p.Share.Value != nil {
			l.x, l.y = append(l.x, p.MM), append(l.y, *p.Share.Value)
			l.bars = append(l.bars, *p.Share.CI95)
		}
	}
	return l
}

func tradeLine(m Curve, share float64, color string, dashed bool) line {
	l := line{name: fmt.Sprintf("%g %%, %s", 100*share, m.Name), color: color, dashed: dashed, hollow: dashed}
	for _, v := range m.Levels {
		a := v.A50
		if share > 0.5 {
			a = v.A90
		}
		if a != nil && v.False.Value != nil && *v.False.Value < 6 {
			l.x, l.y = append(l.x, *v.False.Value), append(l.y, *a)
		}
	}
	return l
}

// markdown is the page.
func (r *Result) markdown(pictures string) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# How small a spasm can be seen\n\n")
	p("Every figure on this page was measured on drawn faces, whose every movement is known; `make validate` draws and measures them again. ")
	p("%d one-sided twitches were drawn in %.1f minutes of video: %s mm, in %s, under %s. ", r.Drawn, r.Minutes, list(r.Grid.Amplitudes), regions(r.Grid.Regions), viewsText(r.Views))
	p("The head sways, the eyes blink, the video is compressed as a phone does. The face fills %.0f %% of the picture's height.", 100*r.Grid.FaceHeight)
	if n := len(r.Grid.Heads); n > 0 {
		p(" The views take %d heads of different depth in turn, 35 to 70 cm from the lens, and the skin of each region wanders by %g mm (SD), as filmed faces' does at rest.", n, r.Grid.WanderMM)
	}
	p("%s", r.work())
	p("\n\nA drawn face is not a patient: these figures say what the instrument can resolve, not how often it is right in a clinic.\n\n")
	p("| method | half found from | 90 %% found from | false a minute | at rest | talking and smiling | onset error, median | size bias | limits |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, m := range r.Methods {
		u := m.Levels[m.Usual]
		p("| %s | %s | %s | %s | %s | %s | %s | %s | %s to %s |\n", m.Name, mm(u.A50), mm(u.A90), estimate(u.False), estimate(u.AtRest), estimate(u.Talking),
			ms(m.Errors), percent(m.Errors.SizeBias), percent(m.Errors.SizeLow), percent(m.Errors.SizeHigh))
	}
	p("\nBrackets are 95 %% intervals; “–” is what was never reached or could not be had.\n\n")
	for _, m := range r.Methods {
		p("- **%s**: %s\n", m.Name, m.About)
	}
	p("\n![Smallest twitch found against false alarms](%s/tradeoff.svg)\n\nEach point is one sensitivity of one method; lower and further left is better.\n", pictures)
	for i, m := range r.Methods {
		p("\n## %s\n\n![Share found](%s/found-%d.svg)\n\n", m.Name, pictures, i+1)
		p("| region | half found from | 90 %% found from |")
		for _, a := range r.Grid.Amplitudes {
			p(" %g mm |", a)
		}
		p("\n|---|---|---|%s\n", strings.Repeat("---|", len(r.Grid.Amplitudes)))
		for _, reg := range r.Grid.Regions {
			d := m.Levels[m.Usual].Regions[reg]
			p("| %s | %s | %s |", words(string(reg)), mm(d.A50), mm(d.A90))
			for _, q := range d.Points {
				p(" %d/%d |", q.Found, q.Drawn)
			}
			p("\n")
		}
		p("\nSensitivity (what is added to the operating point, in log-odds) and what it costs:\n\n| added | false a minute | at rest | talking and smiling | half found from | 90 %% found from |\n|---|---|---|---|---|---|\n")
		for _, l := range m.Levels {
			p("| %+g | %s | %s | %s | %s | %s |\n", l.Added, estimate(l.False), estimate(l.AtRest), estimate(l.Talking), mm(l.A50), mm(l.A90))
		}
		if len(m.Groups) > 0 {
			p("\n| | | half found from | 90 %% found from | onset error, median | size bias | limits |\n|---|---|---|---|---|---|---|\n")
			last := ""
			for _, g := range m.Groups {
				by := g.By
				if by == last {
					by = ""
				}
				last = g.By
				p("| %s | %s | %s | %s | %s | %s | %s to %s |\n", by, g.Value, mm(g.A50), mm(g.A90), ms(g.Errors), percent(g.SizeBias), percent(g.SizeLow), percent(g.SizeHigh))
			}
		}
	}
	p("\n## Errors of time and size\n\n![Onset error](%s/onset.svg)\n\n![Size error](%s/size.svg)\n", pictures, pictures)
	p("\nHow it is counted is described in `validate/grid/doc.go`; all figures are in [curves.json](%s/curves.json).\n", pictures)
	return b.String()
}

// work says how long the run took, and what part of the grid it was.
func (r *Result) work() string {
	var s string
	sum := r.DrewMin
	for _, m := range r.TookMin {
		sum += m
	}
	if sum >= 1 {
		s = fmt.Sprintf(" Drawing was %.0f minutes of work", r.DrewMin)
		for i, m := range r.TookMin {
			s += fmt.Sprintf(", %s %.0f", r.Methods[i].Name, m)
		}
		s += fmt.Sprintf("; %d videos at a time, that is %.0f minutes in all.", r.Workers, sum/float64(r.Workers))
	}
	if r.Clips < r.All {
		s += fmt.Sprintf("\n\n**This is a part of the grid: %d of its %d videos.** They are taken in an order that spreads over all views; the rest is added by the next run.", r.Clips, r.All)
	}
	return s
}

func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

func list(v []float64) string {
	var s []string
	for _, x := range v {
		s = append(s, fmt.Sprint(x))
	}
	return strings.Join(s, ", ")
}

func regions(v []anatomy.Region) string {
	var s []string
	for _, x := range v {
		s = append(s, words(string(x)))
	}
	return strings.Join(s, ", ")
}

// viewsText counts the views and names the values that the views' properties take.
func viewsText(views []View) string {
	var parts []string
	for _, p := range properties {
		var values []string
		for _, v := range views {
			x := p.value(v)
			if !strings.Contains("|"+strings.Join(values, "|")+"|", "|"+x+"|") {
				values = append(values, x)
			}
		}
		if len(values) > 1 {
			parts = append(parts, p.by+" "+strings.Join(values, ", "))
		}
	}
	if len(views) == 1 {
		return "one view (" + views[0].Name() + ")"
	}
	return fmt.Sprintf("%d views (%s)", len(views), strings.Join(parts, "; "))
}

func mm(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f mm", *v)
}

func percent(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+.0f %%", 100**v)
}

func ms(e Errors) string {
	if e.OnsetMS == nil {
		return "–"
	}
	return fmt.Sprintf("%+.0f ms (size %.1f frames)", *e.OnsetMS, *e.OnsetFr)
}

func estimate(e measure.Estimate) string {
	if e.Value == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", *e.Value, e.CI95[0], e.CI95[1])
}
