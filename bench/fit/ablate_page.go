package main

import (
	"fmt"
	"strings"

	"facialis/spasm"
)

// rulesPage is docs/rules.md.
type rulesPage struct {
	base                  verdict
	whole                 refit
	rows                  map[string][]string // of the tables, by sort of rule
	terms                 []string            // rows of the refitted score
	nothing               []string            // changes that change no event
	films, persons, drawn int
}

// ofParameters is the sort under which rows holds the parameters.
const ofParameters = "parameter"

// sections are the tables of the page, in order.
var sections = []struct{ sort, title, text string }{
	{spasm.Gate, "Gates switched off", "What the gate would close is judged by its score alone."},
	{spasm.Kind, "Kinds switched off", "Without `blink`, what closes both eyes is voluntary. Without `voluntary`, what both sides do is not reported. Without `synkinesis`, what follows a trigger is a spasm if it scores as one. Without `other`, what a gate closes is not reported."},
	{spasm.Of, "Terms switched off", "The term adds nothing, and the rest of the score stays as it was fitted. How the score does without the term when it is fitted again is in the last table."},
	{ofParameters, "Parameters × 0.7 and × 1.4", "The score is not fitted again."},
}

func (p rulesPage) String() string {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n\n", args...) }
	put("# What each rule of the detector decides")
	put("Written by `make ablation`. `facialis rules` prints the rules and parameters; [detector.md](detector.md) says how they work together.")
	put("Every rule is switched off in turn, as `facialis analyze --without RULE` does, and every parameter is multiplied by 0.7 and by 1.4, as `--params FILE` can. Of parameters in log-odds the odds are multiplied. All kept traces are searched again each time: %d recordings of %d persons and heads, and %d drawn presets. Each person is judged by the score that was fitted without any of their recordings; drawn presets are in no fit. The parameters' present values were chosen with these recordings in sight, so the tables compare changes and are no figures of accuracy.", p.films, p.persons, p.drawn)
	put("*Found* is one to one: onset within %g s, length within a factor of %d or %g s, the same side, reported as spasm or synkinesis. All marked sizes count, from 0.3 mm on. *Wrong* is a spasm or synkinesis where none is marked. *Kind* counts marked movements and blinks that are reported, but with another kind than marked. *Differ* counts the events that only one of the two searches has, or that have another side, form or kind, or an end more than %g s apart, and by how many the episodes and attacks differ: what the rule or the value decides alone. A difference of five found events is within the noise of the choice of people.", onsetS, lengthTimes, lengthS, sameS)
	put("## As it is")
	b.WriteString("| | found of marked |\n|---|---|\n")
	for _, s := range foundIn {
		k, n := s.sum(p.base.found), s.sum(p.base.marked)
		if n == 0 {
			continue
		}
		lo, hi := wilson(k, n)
		fmt.Fprintf(&b, "| %s | %d of %d: %.2f (%.2f–%.2f) |\n", s.name, k, n, float64(k)/float64(n), lo, hi)
	}
	b.WriteString("\n| | wrong | minutes | a minute |\n|---|---|---|---|\n")
	for _, s := range falseIn {
		k, m := s.sum(p.base.wrong), s.minutes(p.base.minutes)
		if m == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s | %d | %.1f | %.2f |\n", s.name, k, m, float64(k)/m)
	}
	put("\nOf %d marked blinks %d are reported as blinks. %d marked movements and blinks are reported with another kind.", p.base.closures, p.base.blinks, p.base.kinds)
	for _, section := range sections {
		put("## %s", section.title)
		put("%s Differences from the tables above; · is none.", section.text)
		b.WriteString("| change |")
		line := "|---|"
		for _, s := range foundIn {
			fmt.Fprintf(&b, " found: %s |", s.name)
			line += "---|"
		}
		for _, s := range falseIn {
			fmt.Fprintf(&b, " wrong: %s |", s.name)
			line += "---|"
		}
		fmt.Fprintf(&b, " kind | blinks | differ |\n%s---|---|---|\n", line)
		put("%s", strings.Join(p.rows[section.sort], "\n"))
	}
	put("## Terms left out of the fit")
	put("The score is fitted again without the term, leaving one person out, and judged at the score that gives %g false events a minute in all filmed people. Found: candidates of the %d marked in the recordings of the fit, %d with all terms. Loss: of the held-out scores, %.4f with all terms; a term that lowers it helps.", mostFalse, p.whole.marked, p.whole.hits, p.whole.loss)
	b.WriteString("| without | found | loss |\n|---|---|---|\n")
	put("%s", strings.Join(p.terms, "\n"))
	put("## What decides nothing here")
	if len(p.nothing) == 0 {
		put("No change leaves all events as they are.")
	} else {
		put("These changes leave every event of all recordings as it is: %s.", strings.Join(p.nothing, "; "))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
