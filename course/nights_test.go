package course

import (
	"math"
	"strings"
	"testing"
	"time"

	"facialis/internal/signal"
	"facialis/measure"
	"facialis/night"
)

// Two nights of films joined by the clock, with films of the evening and the morning
// beside, measured in another way than the films by day.
func TestNights(t *testing.T) {
	const zone = 60 // minutes east of UTC
	when := func(day, hour, minute int) time.Time {
		return time.Date(2026, 3, day, hour, minute, 0, 0, time.FixedZone("", zone*60))
	}
	film := func(id string, at time.Time, asleep, awake int, asleepS, awakeS float64, bins ...night.Hour) Recording {
		r := Recording{ID: id, At: at, TZOffsetMin: zone, Version: "nights", LengthS: asleepS + awakeS, Night: bins}
		r.Measures.UsableS, r.Measures.Spasms = asleepS+awakeS, asleep+awake
		r.Measures.ByTask = []measure.TaskRate{{Task: night.TaskSleep, UsableS: asleepS, Spasms: asleep}, {Task: night.TaskRest, UsableS: awakeS, Spasms: awake}}
		return r
	}
	byDay := func(id string, at time.Time, n int) Recording {
		r := Recording{ID: id, At: at, TZOffsetMin: zone, Version: "days", LengthS: 180}
		r.Measures.UsableS, r.Measures.Spasms, r.Measures.RatePerMin = 180, n, measure.PoissonRate(n, 3)
		return r
	}
	bin := func(fromS float64, right, left int, seenLeftS float64) night.Hour {
		return night.Hour{FromS: fromS, FilmedS: 600, AsleepS: 600, SeenS: [2]float64{600, seenLeftS}, Spasms: [2]int{right, left}, Asleep: [2]int{right, left}}
	}
	c := follow(t, Input{Now: when(20, 12, 0), TZOffset: zone, Recordings: []Recording{
		film("b", when(11, 0, 20), 6, 0, 3600, 0, bin(0, 1, 0, 600), bin(2400, 2, 1, 0)), // after midnight, of the night before
		film("a", when(10, 23, 10), 3, 20, 3600, 600, bin(0, 1, 0, 600), bin(3000, 2, 0, 300)),
		film("z", when(15, 22, 0), 0, 10, 7200, 600),
		byDay("evening", when(10, 19, 0), 9), byDay("noon", when(10, 13, 0), 50), byDay("morning", when(11, 6, 0), 6),
	}})
	if len(c.Recordings) != 3 || len(c.Measured.LeftOut) != 0 || *c.Measured.Version != "days" {
		t.Errorf("the nights stand among the films by day: %d, left out %v", len(c.Recordings), c.Measured.LeftOut)
	}
	n := c.Nights
	if len(n.List) != 2 || n.List[0].Evening != "2026-03-10" || strings.Join(n.List[0].Recordings, "") != "ab" || n.List[1].Evening != "2026-03-15" {
		t.Fatalf("%+v", n.List)
	}
	p := n.List[0]
	if !p.From.Equal(when(10, 23, 10)) || !p.To.Equal(when(11, 1, 20)) {
		t.Errorf("from %v to %v", p.From, p.To)
	}
	ratio, lo, hi := signal.RateRatio(9, 7200, 20, 600)
	if p.Sleep.Asleep != 9 || p.Sleep.AsleepS != 7200 || p.Sleep.Awake != 20 || math.Abs(*p.Sleep.Ratio.Value-ratio) > 1e-12 || p.Sleep.Ratio.CI95 == nil || *p.Sleep.Ratio.CI95 != [2]float64{lo, hi} || p.Sleep.Verdict != night.Fewer {
		t.Errorf("%+v", p.Sleep)
	}
	if p.Before == nil || strings.Join(p.Before.Recordings, "") != "evening" || p.Before.Spasms != 9 || p.Before.SeenS != 180 || p.After == nil || p.After.Spasms != 6 {
		t.Errorf("evening %+v, morning %+v", p.Before, p.After)
	}
	if want, _, _ := signal.RateRatio(9, 7200, 35, 960); math.Abs(*p.AsDays.Value-want) > 1e-12 {
		t.Errorf("with the films beside %v, want %v", *p.AsDays.Value, want)
	}
	if n.List[1].Before != nil || n.List[1].After != nil {
		t.Error("films of another day stand beside the second night")
	}
	if len(p.Hours) != 3 {
		t.Fatalf("%+v", p.Hours)
	}
	for i, want := range []struct {
		hour        int
		filmed      float64
		right, left int
		seenLeft    float64
	}{{23, 600, 1, 0, 600}, {0, 1200, 3, 0, 900}, {1, 600, 2, 1, 0}} {
		h := p.Hours[i]
		if h.From.Hour() != want.hour || h.FilmedS != want.filmed || h.Spasms != [2]int{want.right, want.left} || h.SeenS[1] != want.seenLeft {
			t.Errorf("%+v, want %+v", h, want)
		}
	}
	if n.All == nil || n.All.Asleep != 9 || n.All.AsleepS != 14400 || n.All.Awake != 30 {
		t.Errorf("all nights: %+v", n.All)
	}
	person, doctor := strings.Join(n.Person, " "), strings.Join(n.Doctor, " ")
	if !strings.Contains(person, "patient information") || !strings.Contains(person, "sleep laboratory") || !strings.Contains(doctor, "Common patient information") || !strings.Contains(doctor, "Incirli") {
		t.Errorf("not both are beside: %q %q", person, doctor)
	}
	s := statement(c, "S19")
	if s.Verdict != "unclear" || s.Figures[0].N != 39 {
		t.Errorf("S19: %+v", s)
	}
	if none := follow(t, Input{Now: when(20, 12, 0), Recordings: []Recording{byDay("x", when(10, 19, 0), 1)}}).Nights; none.All != nil || len(none.List) != 0 {
		t.Errorf("nights where there are none: %+v", none)
	}
}
