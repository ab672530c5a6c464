package validate

import (
	"encoding/csv"
	"io"
	"strconv"

	"facialis/event"
)

// WritePairs writes every event of both annotations as CSV, paired events on
// one line.
func (c *Comparison) WritePairs(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"recording", "outcome", "kind", "truth_onset_s", "truth_offset_s", "truth_side", "truth_form", "truth_lead", "truth_peak_mm",
		"result_onset_s", "result_offset_s", "result_side", "result_form", "result_lead", "result_peak_mm"}); err != nil {
		return err
	}
	cells := func(e *event.Event) []string {
		if e == nil {
			return make([]string, 6)
		}
		mm := ""
		if p := peakMM(*e); p != nil {
			mm = strconv.FormatFloat(*p, 'f', 3, 64)
		}
		return []string{strconv.FormatFloat(e.OnsetS, 'f', 3, 64), strconv.FormatFloat(e.OffsetS, 'f', 3, 64), string(e.Side), string(e.Form), string(e.Lead), mm}
	}
	for _, r := range c.Recordings {
		taken := make(map[int]bool, len(r.Pairs))
		next := 0
		for i := range r.A.Events {
			t := &r.A.Events[i]
			row := []string{r.Name, "missed", string(t.Kind)}
			var e *event.Event
			if next < len(r.Pairs) && r.Pairs[next].Truth == i {
				e = &r.B.Events[r.Pairs[next].Result]
				taken[r.Pairs[next].Result] = true
				row[1] = "found"
				next++
			}
			if err := out.Write(append(append(row, cells(t)...), cells(e)...)); err != nil {
				return err
			}
		}
		for j := range r.B.Events {
			if e := &r.B.Events[j]; !taken[j] {
				if err := out.Write(append(append([]string{r.Name, "false", string(e.Kind)}, cells(nil)...), cells(e)...)); err != nil {
					return err
				}
			}
		}
	}
	out.Flush()
	return out.Error()
}
