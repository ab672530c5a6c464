package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

func smallMovements() *event.Candidates {
	mm := 0.4
	list := &event.Candidates{Terms: []string{"size_over_noise", "other_side"}, LeastLogOdds: -0.5}
	add := func(side anatomy.Side, onset, sure float64, rival bool, gates ...string) {
		list.List = append(list.List, event.Candidate{
			Event: event.Event{Kind: event.Spasm, Side: side, Form: event.Twitch, OnsetS: onset, OffsetS: onset + 0.2, Lead: anatomy.Zygomaticus, Twitches: 1, Confidence: sure,
				Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: side, OnsetS: onset, PeakMM: &mm, PeakCI95MM: &[2]float64{0.2, 0.9}}}},
			LogOdds: -2, Terms: []event.Term{{Name: "size_over_noise", Value: 1.5, LogOdds: -0.2}, {Name: "other_side", Value: math.NaN(), LogOdds: 0}}, Gates: gates, Rival: rival})
	}
	add(anatomy.Right, 1, 0.3, false)
	add(anatomy.Left, 2, 0.4, false, "slow_rise", "not_seen")
	add(anatomy.Left, 2.1, 0.2, true)
	return list
}

// Every candidate is a row with its terms; what could not be had is null.
func TestCandidatesFile(t *testing.T) {
	var b bytes.Buffer
	if err := EncodeCandidates(&b, smallMovements(), "1.2.3"); err != nil {
		t.Fatal(err)
	}
	type row struct {
		candidateRow
		Size  *float64 `parquet:"size_over_noise,optional"`
		Adds  float64  `parquet:"size_over_noise_log_odds"`
		Other *float64 `parquet:"other_side,optional"`
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := f.Lookup("facialis.least_log_odds"); v != "-0.5" {
		t.Errorf("operating point %q", v)
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	r := rows[1]
	if r.OnsetS != 2 || r.Side != "left" || r.Lead != "zygomaticus" || r.Regions != "zygomaticus" || *r.PeakMM != 0.4 || *r.LowMM != 0.2 || *r.HighMM != 0.9 || r.Certain != 0.4 || r.Gates != "slow_rise not_seen" || r.Rival || !rows[2].Rival {
		t.Errorf("%+v", r)
	}
	if *r.Size != 1.5 || r.Adds != -0.2 || r.Other != nil {
		t.Errorf("terms %v %g %v", *r.Size, r.Adds, r.Other)
	}
	b.Reset()
	if err := EncodeCandidates(&b, &event.Candidates{Terms: []string{"rise"}}, ""); err != nil {
		t.Errorf("without any: %v", err)
	}
}

// Each moment and side counts once, and the page says how many there are.
func TestSmallMovementsAreCounted(t *testing.T) {
	n := smallMovements().Count(true)
	if n.Count != 2 || *n.Right != 1 || *n.Left != 1 || n.Gated != 1 || math.Abs(n.Likely-0.7) > 1e-9 {
		t.Errorf("%+v", n)
	}
	if n := smallMovements().Count(false); n.Right != nil || n.Left != nil || n.Count != 2 {
		t.Errorf("without sides: %+v", n)
	}
	l := english()
	a := &Analysis{Small: &n}
	if s := strings.Join(l.smallSentence(a), " "); !strings.Contains(s, "2 one-sided movements") || !strings.Contains(s, "about 1 of them") {
		t.Errorf("says %q", s)
	}
	if s := l.smallSentence(&Analysis{}); s != nil {
		t.Errorf("an older analysis says %q", s)
	}
}

// Every reason that an event may have is said in words, the same in the report and on
// the pages.
func TestReasonsHaveWords(t *testing.T) {
	for _, r := range []string{"size_over_noise+", "size_over_noise-", "slow_rise"} {
		if s := ReasonText(words.English(), r); strings.ContainsAny(s, "_+") || len(s) < 10 {
			t.Errorf("%s is %q", r, s)
		}
	}
}
