package validate

import (
	"fmt"
	"io"
	"text/tabwriter"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// WriteText writes the comparison as a short table for a terminal.
func (c *Comparison) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "kind\tfound\tfalse\tmissed\tprecision\trecall\tF1\t95 %\tfalse/min\tonset error")
	for _, k := range kinds {
		s := c.Kinds[k]
		if s.TP+s.FP+s.FN == 0 {
			continue
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", k, s.TP, s.FP, s.FN,
			num(s.Precision, 2), num(s.Recall, 2), num(s.F1, 2), interval(s.F1CI95, 2), num(s.FalsePerMin.Value, 2), seconds3(s.OnsetS.Median))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, name := range []string{"side", "form", "lead"} {
		if a := c.Confusion[name].Agreement; a.Value != nil {
			fmt.Fprintf(w, "%s right in %s (%s) of the spasms found\n", name, num(a.Value, 2), interval(a.CI95, 2))
		}
	}
	if a := c.Amplitude["all"]; a.MM.N > 0 {
		fmt.Fprintf(w, "size: bias %s mm, limits %s to %s mm", num(a.MM.Bias, 2), num(a.MM.Low, 2), num(a.MM.High, 2))
		if a.Relative.N > 0 {
			fmt.Fprintf(w, "; from %g mm on: bias %s, limits %s to %s", c.Params.SizedMM, percent(a.Relative.Bias), percent(a.Relative.Low), percent(a.Relative.High))
		}
		fmt.Fprintln(w)
	}
	for _, s := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		if k := c.Kappa[s].All; k != nil {
			fmt.Fprintf(w, "kappa per frame, %s: %s\n", s, num(k, 2))
		}
	}
	if e := c.Kinds[event.Spasm].RateICC; e.Value != nil {
		fmt.Fprintf(w, "ICC(2,1) of the spasm rates: %s %s\n", num(e.Value, 2), estimateInterval(e))
	}
	for _, r := range c.Recordings {
		for _, n := range r.Notes {
			fmt.Fprintf(w, "note, %s: %s\n", r.Name, n)
		}
	}
	return nil
}

func num(v *float64, digits int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.*f", digits, *v)
}

func percent(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+.0f %%", 100**v)
}

func seconds3(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+.3f s", *v)
}

func interval(v *[2]float64, digits int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.*f–%.*f", digits, v[0], digits, v[1])
}

func estimateInterval(e measure.Estimate) string {
	if e.CI95 == nil {
		return ""
	}
	return "(" + interval(e.CI95, 2) + ")"
}
