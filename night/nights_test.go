package night

import (
	"strings"
	"testing"
	"time"

	"facialis/words"
)

func TestSplit(t *testing.T) {
	at := func(d, h, m int) time.Time { return time.Date(2026, 11, d, h, m, 0, 0, berlin) }
	files := []File{
		{"c", at(30, 22, 0), 3600}, {"a", at(29, 22, 30), 3600}, {"b", at(30, 4, 0), 3600}, {"d", at(30, 23, 0), 12 * 3600},
		{"e", at(31, 11, 30), 3600}, {"f", at(31, 12, 30), 600}, {"g", at(31, 14, 0), 600}}
	var got []string
	for _, n := range Split(files, berlin) {
		s := Evening(n[0].Begin, berlin) + " "
		for _, f := range n {
			s += f.Path
		}
		got = append(got, s)
	}
	// f begins past noon, but right after e: nobody got up between them.
	if want := "2026-11-29 ab,2026-11-30 cdef,2026-12-01 g"; strings.Join(got, ",") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestNights(t *testing.T) {
	var n Nights
	for d, c := range []Comparison{Compare(3, 6*3600, 30, 1200), Compare(5, 4*3600, 20, 600)} {
		begin := time.Date(2026, 11, 28+d, 22, 0, 0, 0, berlin)
		n.Add([]File{{"b", begin.Add(2 * time.Hour), 3600}, {"a", begin, 7200}}, &Summary{Sleep: c, FilmedS: 10800}, berlin)
	}
	if n.Nights[1].Evening != "2026-11-29" || n.Nights[1].To.Sub(n.Nights[1].From) != 3*time.Hour {
		t.Errorf("%+v", n.Nights[1])
	}
	want := Compare(8, 10*3600, 50, 1800)
	if n.All.Asleep != 8 || n.All.Awake != 50 || *n.All.Ratio.Value != *want.Ratio.Value || *n.All.Ratio.CI95 != *want.Ratio.CI95 || n.All.Verdict != Fewer {
		t.Errorf("all %+v", n.All)
	}
	text := strings.Join(n.Lines(words.English()), "\n")
	for _, say := range []string{"2026-11-28", "2026-11-29", "3 spasms in 6 h 00 min", "5 spasms in 4 h 00 min", "8 spasms in 10 h 00 min", "2 nights", "exact 95 % interval"} {
		if !strings.Contains(text, say) {
			t.Errorf("%q is not in\n%s", say, text)
		}
	}
}
