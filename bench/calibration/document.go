package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"facialis/assess/vignettes"
	"facialis/measure"
)

//go:embed calibration.md.tmpl
var files embed.FS

// settings are the populations a case is assessed for.
var settings = []string{"public", "clinic"}

// document is docs/calibration.md in the making.
type document struct {
	all        []vignettes.Case
	outcomes   []vignettes.Outcome
	test, list bool
}

// Tally counts outcomes.
type Tally struct {
	N, Low, High, Ranked, First, Exact, Three, Said, Right int
}

func count(outcomes []vignettes.Outcome) Tally {
	var t Tally
	for _, o := range outcomes {
		t.N++
		if o.TooLow {
			t.Low++
		}
		if o.TooHigh {
			t.High++
		}
		if o.Place >= 1 && o.Place <= 3 {
			t.Three++
		}
		if o.Among <= 1 {
			t.Ranked++
			if o.Place == 1 {
				t.First++
			}
			if o.Report.Differential.Candidates[0].ID == o.Entity {
				t.Exact++
			}
		}
		if o.Said {
			t.Said++
			if o.Place == 1 {
				t.Right++
			}
		}
	}
	return t
}

// part is "9 of 10 (90 %, 60–98)" with the 95 % interval.
func part(k, n int) string {
	if n == 0 {
		return "0 of 0"
	}
	ci := measure.Wilson(k, n)
	return fmt.Sprintf("%d of %d (%.0f %%, %.0f–%.0f)", k, n, 100*float64(k)/float64(n), 100*ci[0], 100*ci[1])
}

// Half is one half of the cases.
type Half struct {
	Name     string
	Settings []Setting
	Cases    []Row
}

// Setting is a half in one setting.
type Setting struct {
	Name        string
	All, Single Tally // all cases; without the typical members of series
	Bins        []Bin
}

// Bin holds the cases in which the first candidate is first in so many readings.
type Bin struct {
	From, To, N, Right int
	Shown              float64 // mean share shown, of 1
}

// Row is a case in the table.
type Row struct {
	ID, Source, Entity, First, Level, Least, Most string
	FirstIn, Place                                int
	Said                                          bool
}

// binEdges are the bounds of the bins, of 100 readings.
var binEdges = []int{0, 40, 60, 80, 95, 101}

func bins(outcomes []vignettes.Outcome) []Bin {
	var out []Bin
	for i := range len(binEdges) - 1 {
		b := Bin{From: binEdges[i], To: binEdges[i+1] - 1}
		for _, o := range outcomes {
			d := o.Report.Differential
			n := 100 * d.Candidates[0].FirstIn / max(d.Readings, 1)
			if n < b.From || n > b.To {
				continue
			}
			b.Shown = (b.Shown*float64(b.N) + float64(n)/100) / float64(b.N+1)
			b.N++
			if o.Place == 1 {
				b.Right++
			}
		}
		out = append(out, b)
	}
	return out
}

func (d document) of(setting string, test bool) []vignettes.Outcome {
	var out []vignettes.Outcome
	for _, o := range d.outcomes {
		if o.Setting == setting && o.Test() == test {
			out = append(out, o)
		}
	}
	return out
}

func (d document) half(name string, test bool) Half {
	h := Half{Name: name}
	for _, s := range settings {
		all := d.of(s, test)
		single := slices.DeleteFunc(slices.Clone(all), func(o vignettes.Outcome) bool { return o.Series })
		h.Settings = append(h.Settings, Setting{s, count(all), count(single), bins(all)})
	}
	for _, o := range d.of(settings[0], test) {
		c := o.Report.Differential.Candidates[0]
		h.Cases = append(h.Cases, Row{o.ID, o.Source, strings.Join(append([]string{o.Entity}, o.Also...), ", "), c.ID, o.Report.Level, o.Least, o.Most, c.FirstIn, o.Place, o.Said})
	}
	return h
}

// String is the document: the tuning half alone, or both.
func (d document) String() (string, error) {
	halves := []Half{d.half("Tuning half", false)}
	if d.test {
		halves = append([]Half{d.half("Test half", true)}, halves...)
	}
	kinds := map[string]int{}
	for _, c := range d.all {
		kind, _, _ := strings.Cut(c.Source, ":")
		kinds[kind]++
		if c.Series {
			kinds["series"]++
		}
	}
	t, err := template.New("").Funcs(template.FuncMap{"part": part, "percent": func(x float64) string { return fmt.Sprintf("%.0f", 100*x) }}).ParseFS(files, "*.tmpl")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = t.ExecuteTemplate(&b, "calibration.md.tmpl", struct {
		Halves []Half
		Kinds  map[string]int
		All    int
		List   bool
	}{halves, kinds, len(d.all), d.list || d.test})
	return b.String(), err
}
