package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// EncodeEventsCSV writes one row an event (RFC 4180: comma, CRLF, quotes where
// needed; decimal point, UTF-8). Units stand in the names; an empty cell is a
// value that is not known. The regions are joined by "+" in the order in which
// they moved, as side:region where an event has both sides; the reasons by a space.
// peak_low_mm and peak_high_mm are the ends of the size's 95 % interval.
func EncodeEventsCSV(w io.Writer, a *Analysis) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	c.Write([]string{"id", "kind", "side", "form", "onset_s", "offset_s", "duration_s", "lead", "regions",
		"peak_mm", "peak_low_mm", "peak_high_mm", "twitches", "rate_hz", "trigger", "task", "episode", "attack", "confidence", "reasons"})
	for _, e := range a.Events {
		most := largest(e)
		low, high := ends(most.PeakCI95MM)
		c.Write([]string{e.ID, string(e.Kind), string(e.Side), string(e.Form),
			num(e.OnsetS, 4), num(e.OffsetS, 4), num(e.Duration(), 4), string(e.Lead), joinRegions(e),
			optNum(most.PeakMM, 3), optNum(low, 3), optNum(high, 3), strconv.Itoa(e.Twitches), optNum(e.RateHz, 2), optStr(e.Trigger), optStr(e.Task),
			optInt(e.Episode), optInt(e.Attack), num(e.Confidence, 3), strings.Join(e.Reasons, " ")})
	}
	c.Flush()
	return c.Error()
}

// EncodeRegionsCSV writes one row for each region's part in each event; its
// first column names the event of events.csv.
func EncodeRegionsCSV(w io.Writer, a *Analysis) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	c.Write([]string{"event", "kind", "region", "side", "onset_s", "lag_ms", "peak_mm", "peak_low_mm", "peak_high_mm", "share_of_voluntary"})
	for _, e := range a.Events {
		for _, r := range e.Regions {
			low, high := ends(r.PeakCI95MM)
			c.Write([]string{e.ID, string(e.Kind), string(r.Region), string(r.Side), num(r.OnsetS, 4),
				num((r.OnsetS-e.OnsetS)*1000, 1), optNum(r.PeakMM, 3), optNum(low, 3), optNum(high, 3), optNum(r.ShareOfVoluntary, 3)})
		}
	}
	c.Flush()
	return c.Error()
}

func joinRegions(e event.Event) string {
	var names []string
	for _, r := range byOnset(e.Regions) {
		name := string(r.Region)
		if e.Side == anatomy.Both {
			name = string(r.Side) + ":" + name
		}
		names = append(names, name)
	}
	return strings.Join(names, "+")
}

func num(x float64, decimals int) string {
	if !finite(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'f', decimals, 64)
}

func optNum(x *float64, decimals int) string {
	if x == nil {
		return ""
	}
	return num(*x, decimals)
}

func optStr(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func optInt(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
