package main

import (
	"fmt"
	"strings"

	"facialis/assess"
	"facialis/assess/presets"
	"facialis/event"
	"facialis/phantom"
	"facialis/report"
)

// row is one case with what came of it.
type row struct {
	presets.Case
	a     *report.Analysis
	r     *assess.Report
	wrong []string
}

// seen says in a few words what the instrument saw.
func (w row) seen() string {
	n := map[string]int{}
	for _, e := range w.a.Events {
		switch e.Kind {
		case event.Spasm, event.Synkinesis:
			n[string(e.Kind)+" "+string(e.Side)]++
		case event.Blink, event.Voluntary:
			n[string(e.Kind)]++
		}
	}
	var out []string
	for _, k := range []string{"spasm right", "spasm left", "synkinesis right", "synkinesis left", "blink", "voluntary"} {
		if n[k] > 0 {
			out = append(out, fmt.Sprintf("%d %s", n[k], k))
		}
	}
	if l := w.a.Measures.Lids; l.Spells > 0 {
		out = append(out, fmt.Sprintf("%d spells of both lids", l.Spells))
	}
	return strings.Join(out, ", ")
}

func (w row) told() string {
	if len(w.Answers) == 0 {
		return "nothing"
	}
	var out []string
	for _, k := range presets.Keys(w.Answers) {
		out = append(out, fmt.Sprintf("%s %s", k, strings.Trim(fmt.Sprint(w.Answers[k]), "[]")))
	}
	return strings.Join(out, "; ")
}

func (w row) flags() string {
	var out []string
	for _, f := range w.r.Flags {
		out = append(out, f.ID)
	}
	return strings.Join(out, " ")
}

func (w row) right() string {
	if len(w.wrong) == 0 {
		return "yes"
	}
	return "no: " + strings.Join(w.wrong, "; ")
}

// first are the three that stand first, in brackets where not enough is known to say so.
func (w row) first() string {
	order := strings.Join(presets.First(w.r), " ")
	if w.r.Differential.Verdict == "not-enough" {
		return "(" + order + ")"
	}
	return order
}

func (w row) line() string {
	return fmt.Sprintf("%-26s %-22s %s | %s | %s", w.Preset, w.r.Type.Verdict, w.first(), w.flags(), w.right())
}

func table(rows []row, s studio) (string, error) {
	var b strings.Builder
	right := 0
	for _, w := range rows {
		if len(w.wrong) == 0 {
			right++
		}
	}
	fmt.Fprintf(&b, `# Drawn faces, assessed

Made by `+"`make presets`"+`: every preset of the phantom is drawn (%d × %d, 30 frames a second, its own length), analyzed by the program and assessed, alone and with what a patient would say where a recording alone cannot decide. What is expected is written in assess/presets/presets.yaml; the same is held on the truth itself, without pictures, by the tests of that package. The faces are drawn by this program: a wrong row shows a fault, a right one shows that the parts agree with one another, not how the program does in a clinic. Where the first three stand in brackets, the program says that too little is known.

%d of %d as expected.

| preset | what is drawn | told | what was seen | type | first three | flags | expected | right |
|---|---|---|---|---|---|---|---|---|
`, s.width, s.height, right, len(rows))
	for _, w := range rows {
		spec, err := phantom.Preset(w.Preset)
		if err != nil {
			return "", err
		}
		expected := strings.Trim(fmt.Sprintf("%s; %s; %s", w.Among, w.Type, strings.Join(w.Flags, " ")), "; ")
		if w.Drawn != nil {
			expected += " (" + w.Why + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s (%+.2f) | %s | %s | %s | %s |\n", w.Preset, spec.Title, w.told(), w.seen(),
			w.r.Type.Verdict, w.r.Type.Score, w.first(), w.flags(), expected, w.right())
	}
	return b.String(), nil
}
