package validate

import (
	"fmt"
	"strings"
	"testing"
)

// brief is an annotation on one line.
func brief(a *Annotation) string {
	var b strings.Builder
	for _, e := range a.Events {
		fmt.Fprintf(&b, "%s %s %s %s %.3f-%.3f", e.Kind, e.Side, e.Form, e.Lead, e.OnsetS, e.OffsetS)
		if p := peakMM(e); p != nil {
			fmt.Fprintf(&b, " %gmm", *p)
		}
		b.WriteString("; ")
	}
	if a.DurationS != nil {
		fmt.Fprintf(&b, "%g s ", *a.DurationS)
	}
	if a.FrameRate != nil {
		fmt.Fprintf(&b, "%g fps", *a.FrameRate)
	}
	return b.String()
}

// holds fails where a parser let through what a comparison cannot take.
func holds(t *testing.T, a *Annotation, err error) {
	if err != nil {
		if strings.Contains(err.Error(), "\n") {
			t.Fatalf("the error has several lines: %v", err)
		}
		return
	}
	if err := a.finish(); err != nil {
		return
	}
	last := -1e18
	for _, e := range a.Events {
		if !finite(e.OnsetS) || !finite(e.OffsetS) || e.OffsetS < e.OnsetS || e.OnsetS < last {
			t.Fatalf("event %+v", e)
		}
		last = e.OnsetS
	}
	if len(a.Events) < 200 && (a.DurationS == nil || *a.DurationS < 1e4) {
		Compare(a, a, Params{ToleranceS: 0.1})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{truthJSON, ownCSV, blinkCSV, elan, borisJSON, borisTable, borisAggregated, "\x1f\x8b", ""} {
		f.Add([]byte(s), "")
	}
	f.Fuzz(func(t *testing.T, data []byte, rater string) {
		a, err := Parse(data, rater)
		holds(t, a, err)
	})
}

func FuzzTable(f *testing.F) {
	for _, s := range []string{ownCSV, blinkCSV, borisTable, borisAggregated} {
		f.Add([]byte(s), "v1")
	}
	f.Fuzz(func(t *testing.T, data []byte, rater string) {
		a, err := parseTable(data, Options{Rater: rater})
		holds(t, a, err)
	})
}

func FuzzEAF(f *testing.F) {
	f.Add([]byte(elan), "")
	f.Add([]byte(strings.Replace(elan, "RATERS", elanRaters, 1)), "AB")
	f.Fuzz(func(t *testing.T, data []byte, rater string) {
		a, err := parseEAF(data, rater)
		holds(t, a, err)
	})
}

func FuzzBoris(f *testing.F) {
	i := strings.Index(borisJSON, `{"visit`)
	f.Add([]byte(borisJSON[i:len(borisJSON)-1]), "")
	f.Fuzz(func(t *testing.T, data []byte, rater string) {
		a, err := parseBoris(data, nil, rater)
		holds(t, a, err)
	})
}
