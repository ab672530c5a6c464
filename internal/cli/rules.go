package cli

import (
	"fmt"
	"reflect"
	"strings"
	"text/tabwriter"

	"facialis/spasm"
	"facialis/words"
)

// rulesCmd lists what decides in the detector: its gates, the terms of its score, its
// kinds and its parameters.
type rulesCmd struct{}

func (rulesCmd) Run(env *Env) error {
	l := words.Default()
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	sort := ""
	for _, r := range spasm.Rules() {
		if r.Sort != sort {
			if sort != "" {
				fmt.Fprintln(w)
			}
			sort = r.Sort
			fmt.Fprintln(w, l.Say("rules.sort."+sort))
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", r.Name, r.Unit, strings.TrimSpace(said(l, r)+" "+decides(l, r)))
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, l.Say("rules.params"))
	defaults := reflect.ValueOf(spasm.DefaultParams())
	for _, p := range spasm.ParamTable {
		fmt.Fprintf(w, "  %s\t%s\t%g (%g to %g)\t%s\t%s\n", p.Name, p.Unit, defaults.FieldByName(p.Name).Float(), p.Low, p.High, l.Say("rules.param."+p.Name), p.Source)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

// decides says which parameters a rule reads.
func decides(l *words.Language, r spasm.Rule) string {
	if len(r.Params) == 0 {
		return ""
	}
	return l.Say("rules.reads", words.Args{"Params": l.List(r.Params...)})
}

// said is a rule's plain sentence.
func said(l *words.Language, r spasm.Rule) string {
	switch r.Sort {
	case spasm.Gate:
		return l.Say("rules.gate." + r.Name)
	case spasm.Of:
		return l.Say("rules.term." + r.Name)
	}
	return l.Say("rules.kind." + r.Name)
}
