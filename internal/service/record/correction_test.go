package record

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/spasm"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func machineEvents(t *rapid.T) []event.Event {
	n := rapid.IntRange(0, 8).Draw(t, "events")
	out := []event.Event{}
	at := 0.0
	for i := range n {
		at += rapid.Float64Range(0.05, 3).Draw(t, "gap")
		side := rapid.SampledFrom([]anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both}).Draw(t, "side")
		e := event.Event{ID: fmt.Sprintf("e%04d", i+1), Kind: rapid.SampledFrom([]event.Kind{event.Spasm, event.Blink, event.Other}).Draw(t, "kind"),
			Side: side, Form: event.Twitch, OnsetS: at, OffsetS: at + rapid.Float64Range(0.05, 1).Draw(t, "length"), Lead: anatomy.Zygomaticus, LeadTied: []anatomy.Region{}, Twitches: 1, Reasons: []string{}}
		e.Regions = takePart(e, []anatomy.Region{anatomy.Zygomaticus, anatomy.OrbicularisOculi})
		out = append(out, e)
	}
	spasm.Group(out, spasm.DefaultParams(), nil)
	return out
}

// corrections draws a history as the service makes one: every edit passes Check
// against the events as they stand.
func corrections(t *rapid.T, machine []event.Event, most int) []Correction {
	var all []Correction
	for i := range rapid.IntRange(0, most).Draw(t, "corrections") {
		now := Events(machine, all, spasm.DefaultParams(), nil)
		c := Correction{ID: fmt.Sprintf("%026d", i), At: time.Unix(int64(i), 0).UTC(), By: "x"}
		c.Op = rapid.SampledFrom([]string{Confirm, Reject, Move, Add, Relabel, Undo}).Draw(t, "op")
		if len(now) > 0 && c.Op != Add && c.Op != Undo {
			id := now[rapid.IntRange(0, len(now)-1).Draw(t, "which")].ID
			c.EventID = &id
		}
		on := rapid.Float64Range(0, 20).Draw(t, "onset")
		off := on + rapid.Float64Range(0.05, 2).Draw(t, "length")
		switch c.Op {
		case Move, Add:
			c.OnsetS, c.OffsetS = &on, &off
		}
		if c.Op == Add || c.Op == Relabel {
			c.Side = new(rapid.SampledFrom([]anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both}).Draw(t, "side"))
			c.Kind = new(rapid.SampledFrom([]event.Kind{event.Spasm, event.Blink}).Draw(t, "kind"))
		}
		if c.Edit.Check(now, 30) != nil {
			continue
		}
		c.Was = c.Edit.Target(now)
		all = append(all, c)
	}
	return all
}

// Whatever is corrected: every one of the machine's events is still there,
// unchanged beside what became of it, in the order of time; the input is not
// touched; undone wholly, the machine's events are back.
func TestEventsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		machine := machineEvents(t)
		before, _ := json.Marshal(machine)
		all := corrections(t, machine, 15)
		out := Events(machine, all, spasm.DefaultParams(), nil)
		if after, _ := json.Marshal(machine); string(after) != string(before) {
			t.Fatal("the machine's events were changed")
		}
		for _, m := range machine {
			n := 0
			for _, e := range out {
				if e.Machine != nil && e.Machine.ID == m.ID {
					n++
					if d := gocmp.Diff(m, *e.Machine); d != "" {
						t.Fatalf("%s: %s", m.ID, d)
					}
				}
			}
			if n != 1 {
				t.Fatalf("%s is there %d times", m.ID, n)
			}
		}
		if !slices.IsSortedFunc(out, func(a, b CorrectedEvent) int { return cmp.Compare(a.OnsetS, b.OnsetS) }) {
			t.Fatal("not in the order of time")
		}
		ids := map[string]bool{}
		for _, e := range out {
			if ids[e.ID] || e.OffsetS < e.OnsetS || e.Machine == nil && e.Status != Added && e.Status != Rejected && e.Status != Confirmed {
				t.Fatalf("%+v", e)
			}
			ids[e.ID] = true
		}
		if d := gocmp.Diff(out, Events(machine, all, spasm.DefaultParams(), nil)); d != "" {
			t.Fatal("not the same twice: " + d)
		}
		undone := slices.Clone(all)
		for range Standing(all) {
			undone = append(undone, Correction{Edit: Edit{Op: Undo}})
		}
		if d := gocmp.Diff(Events(machine, nil, spasm.DefaultParams(), nil), Events(machine, undone, spasm.DefaultParams(), nil)); d != "" {
			t.Fatal("undone, it is not as before: " + d)
		}
	})
}

// An undo takes back exactly the latest correction.
func TestUndoRestores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		machine := machineEvents(t)
		all := corrections(t, machine, 10)
		if len(all) == 0 || all[len(all)-1].Op == Undo {
			t.Skip("nothing to undo")
		}
		last := append(slices.Clone(all), Correction{Edit: Edit{Op: Undo}})
		if d := gocmp.Diff(Events(machine, all[:len(all)-1], spasm.DefaultParams(), nil), Events(machine, last, spasm.DefaultParams(), nil)); d != "" {
			t.Fatal(d)
		}
	})
}

// After another analysis, which numbers events again and finds them a little
// elsewhere, corrections go to the events they spoke of; what is found no more
// but was confirmed stays as somebody's own.
func TestCorrectionsFollowAnotherAnalysis(t *testing.T) {
	newEvent := func(id string, on float64) event.Event {
		return event.Event{ID: id, Kind: event.Spasm, Side: anatomy.Right, OnsetS: on, OffsetS: on + 0.4}
	}
	first := []event.Event{newEvent("e0001", 1), newEvent("e0002", 5)}
	was1, was2 := first[0], first[1]
	all := []Correction{
		{ID: "c1", Edit: Edit{Op: Reject, EventID: new("e0002")}, Was: &was2},
		{ID: "c2", Edit: Edit{Op: Confirm, EventID: new("e0001")}, Was: &was1},
	}
	got := Events([]event.Event{newEvent("e0001", 0.3), newEvent("e0002", 1.05), newEvent("e0003", 5.1)}, all, spasm.DefaultParams(), nil)
	var is []Status
	for _, e := range got {
		is = append(is, e.Status)
	}
	if d := gocmp.Diff([]Status{ByMachine, Confirmed, Rejected}, is); d != "" {
		t.Error(d)
	}
	got = Events([]event.Event{newEvent("e0001", 8)}, all, spasm.DefaultParams(), nil)
	if len(got) != 2 || got[0].Status != Added || got[0].OnsetS != 1 || got[1].Status != ByMachine {
		t.Errorf("%+v", got)
	}
}

// A spasm that somebody adds beside a joint of the recording, where another film begins,
// does not join the attack before it to the one after it.
func TestCorrectionsBesideAJoint(t *testing.T) {
	const joint = 2.0
	machine := []event.Event{
		{ID: "e1", Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1, OffsetS: 1.2},
		{ID: "e2", Kind: event.Spasm, Side: anatomy.Right, OnsetS: 3, OffsetS: 3.2},
	}
	onset, offset, side := joint+0.1, joint+0.3, anatomy.Right
	all := []Correction{{ID: "c1", Edit: Edit{Op: Add, OnsetS: &onset, OffsetS: &offset, Side: &side}}}
	for _, c := range []struct {
		joints []float64
		want   []int
	}{{nil, []int{1, 1, 1}}, {[]float64{joint}, []int{1, 2, 2}}} {
		var attacks []int
		for _, e := range Events(machine, all, spasm.DefaultParams(), c.joints) {
			attacks = append(attacks, *e.Attack)
		}
		if d := gocmp.Diff(c.want, attacks); d != "" {
			t.Errorf("joints at %v: attacks (- want, + got)\n%s", c.joints, d)
		}
	}
}

func FuzzEdit(f *testing.F) {
	f.Add([]byte(`{"op":"move","event_id":"e0001","onset_s":1,"offset_s":2}`))
	f.Add([]byte(`{"op":"add","onset_s":1,"offset_s":2,"side":"both","kind":"spasm","regions":["mentalis"]}`))
	machine := []event.Event{{ID: "e0001", Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1, OffsetS: 2}}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Edit
		if json.Unmarshal(data, &e) != nil || e.Check(Events(machine, nil, spasm.DefaultParams(), nil), 10) != nil {
			return
		}
		for _, x := range Events(machine, []Correction{{ID: "c", Edit: e}}, spasm.DefaultParams(), nil) {
			if x.OffsetS < x.OnsetS || x.OnsetS < 0 {
				t.Errorf("%s makes %+v", data, x.Event)
			}
		}
	})
}

func FuzzEntry(f *testing.F) {
	f.Add([]byte(`{"id":"01J00000000000000000000000","kind":"day","at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","data":{"date":"2026-01-01","mood":5}}`))
	f.Add([]byte(`{"id":"01J00000000000000000000000","kind":"treatment","at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","data":{"type":"drug","from":"2026-01-01"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Entry
		if json.Unmarshal(data, &e) != nil || e.Check() != nil {
			return
		}
		again := e
		if err := again.Check(); err != nil || string(again.Data) != string(e.Data) {
			t.Errorf("%s is checked to %s and then to %s: %v", data, e.Data, again.Data, err)
		}
		if !Same(&e, &again) || e.Sum() != again.Sum() {
			t.Errorf("%s is not the same as itself", data)
		}
	})
}

func TestIDs(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if !IsID(id) || seen[id] {
			t.Fatalf("%q", id)
		}
		seen[id] = true
	}
	if a, b := idAt(time.UnixMilli(1)), idAt(time.UnixMilli(2)); a[:10] >= b[:10] {
		t.Errorf("%s is not before %s", a, b)
	}
	for _, bad := range []string{"", "..", "01J0000000000000000000000", "01J0000000000000000000000I", "../../../../../../../etc/x"} {
		if IsID(bad) {
			t.Errorf("%q is an id", bad)
		}
	}
}

// A person who names another lead says nothing of what began with it, one who names
// another kind takes away the rules' reasons for the first, and no list
// of an event is null, however old its analysis is.
func TestListsOfCorrectedEvents(t *testing.T) {
	lead, onset, offset := anatomy.Zygomaticus, 3.0, 3.5
	machine := []event.Event{
		{ID: "e1", Kind: event.Spasm, Side: anatomy.Left, OnsetS: 1, OffsetS: 2, Lead: anatomy.OrbicularisOculi, LeadTied: []anatomy.Region{anatomy.Zygomaticus}},
		{ID: "e2", Kind: event.Spasm, Side: anatomy.Left, OnsetS: 5, OffsetS: 6, Lead: anatomy.OrbicularisOculi},
		{ID: "e3", Kind: event.Other, Side: anatomy.Left, OnsetS: 7, OffsetS: 8, Lead: anatomy.OrbicularisOculi, Reasons: []string{"unsure"}},
	}
	id, third, kind := "e1", "e3", event.Spasm
	out := Events(machine, []Correction{
		{ID: "c1", Edit: Edit{Op: Relabel, EventID: &id, Lead: &lead}, Was: &machine[0]},
		{ID: "c3", Edit: Edit{Op: Relabel, EventID: &third, Kind: &kind}, Was: &machine[2]},
		{ID: "c2", Edit: Edit{Op: Add, OnsetS: &onset, OffsetS: &offset}},
	}, spasm.DefaultParams(), nil)
	if len(out) != 4 {
		t.Fatalf("%d events", len(out))
	}
	for _, e := range out {
		if e.LeadTied == nil || e.Reasons == nil || e.Regions == nil || e.Machine != nil && (e.Machine.LeadTied == nil || e.Machine.Reasons == nil || e.Machine.Regions == nil) {
			t.Errorf("%s has a list that is null: %+v", e.ID, e.Event)
		}
		if e.ID == "e1" && (e.Lead != lead || len(e.LeadTied) > 0) {
			t.Errorf("led by %s, with %v", e.Lead, e.LeadTied)
		}
		if e.ID == "e3" && (len(e.Reasons) > 0 || len(e.Machine.Reasons) != 1) {
			t.Errorf("a spasm by a person's word has the reasons %v; the program's %v", e.Reasons, e.Machine.Reasons)
		}
	}
}
