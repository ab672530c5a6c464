package agreement

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"facialis/measure"
	"facialis/words"
)

// columns are those of the table of figures.
var columns = []string{"round", "what", "statistic", "a", "b", "n", "unit_of_n", "value", "ci95_low", "ci95_high"}

// WriteCSV writes every figure as a row: what it is of, who is compared, of how many
// films or repeated looks, its value and its interval. What could not be computed is an
// empty cell. header says whether the columns' names come first.
func (rep *Report) WriteCSV(w io.Writer, header bool) error {
	c := csv.NewWriter(w)
	if header {
		c.Write(columns)
	}
	num := func(v *float64) string {
		if v == nil {
			return ""
		}
		return strconv.FormatFloat(*v, 'g', 6, 64)
	}
	row := func(what, statistic, a, b string, n int, unit string, e measure.Estimate) {
		low, high := "", ""
		if e.CI95 != nil {
			low, high = num(&e.CI95[0]), num(&e.CI95[1])
		}
		c.Write([]string{strconv.Itoa(rep.Round), what, statistic, plainCell(a), plainCell(b), strconv.Itoa(n), unit, num(e.Value), low, high})
	}
	for _, a := range rep.Amounts {
		row(a.ID, "icc21", "", "", a.Films, "films", a.ICC)
		for _, p := range a.Pairs {
			row(a.ID, "icc21", p.A, p.B, p.Films, "films", p.ICC)
			row(a.ID, "mean_difference", p.A, p.B, p.Films, "films", p.Limits.Bias)
			row(a.ID, "limit_low", p.A, p.B, p.Films, "films", p.Limits.Low)
			row(a.ID, "limit_high", p.A, p.B, p.Films, "films", p.Limits.High)
		}
		if r := a.Retest; r != nil {
			row(a.ID, "retest_icc21", "", "", r.Pairs, "looks", r.ICC)
			row(a.ID, "measurement_error_sw", "", "", r.Error.N, "looks", r.Error.SW)
			row(a.ID, "smallest_detectable_change", "", "", r.Error.N, "looks", r.Error.Change)
		}
	}
	for _, i := range rep.Items {
		what := i.Scale + "." + i.Item
		row(what, "kappa_"+i.Weight+"_mean", "", "", i.Films, "films", i.Light)
		for _, p := range i.Pairs {
			row(what, "kappa_"+i.Weight, p.A, p.B, p.Films, "films", p.Kappa)
		}
		row(what, "retest_kappa_"+i.Weight, "", "", i.Looks, "looks", i.Retest)
	}
	for _, e := range rep.Events {
		row("events."+string(e.Kind), "share_of_agreement", e.A, e.B, e.Films, "films", e.Share)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	return nil
}

// plainCell keeps a name from being a formula in a spreadsheet.
func plainCell(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

// Methods is the paragraph that says in a paper how the figures were made. It is in
// English whatever the reader's language: it is for publication. version is the program's.
func Methods(rep *Report, p Params, version string) string {
	say := words.English().Say
	var names, figures []string
	for _, id := range p.Scales {
		if s, ok := ScaleOf(id); ok {
			names = append(names, s.Name+" ("+s.Source+")")
		}
	}
	for _, s := range p.Statistics {
		figures = append(figures, say("report.agreement.method."+s))
	}
	parts := []string{say("report.agreement.method.raters", words.Args{"Raters": len(rep.Raters), "Films": rep.Films})}
	if len(p.Kinds) > 0 {
		var kinds []string
		for _, k := range p.Kinds {
			kinds = append(kinds, string(k))
		}
		parts = append(parts, say("report.agreement.method.marks", words.Args{"Kinds": strings.Join(kinds, ", "), "Tolerance": fmt.Sprintf("%g", p.ToleranceS)}))
	}
	if len(names) > 0 {
		parts = append(parts, say("report.agreement.method.scales", words.Args{"Scales": strings.Join(names, "; ")}))
	}
	parts = append(parts, figures...)
	parts = append(parts, say("report.agreement.method.version", words.Args{"Version": version}))
	return strings.Join(parts, " ")
}
