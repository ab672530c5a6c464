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
	l := words.English()
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
		fmt.Fprintf(w, "  %s\t%s\t%s\n", r.Name, r.Unit, strings.TrimSpace(l.Say("rules."+r.Sort+"."+r.Name)+" "+strings.Join(r.Params, ", ")))
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
