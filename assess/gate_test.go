package assess

import (
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/interview"
	"facialis/words"

	"pgregory.net/rapid"
)

// Every finding that a recording can tell names what it needs of one.
func TestEveryFindingNamesItsNeeds(t *testing.T) {
	full, err := interview.LoadProtocol("full")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Standard().Findings {
		n := d.Needs
		if d.Video == nil {
			continue
		}
		if n.Seconds <= 0 {
			t.Errorf("%s names no length", d.ID)
		}
		for _, task := range n.Protocol {
			if task != "sleep" && !slices.ContainsFunc(full.Tasks, func(s interview.Step) bool { return s.Task == task }) {
				t.Errorf("%s needs the task %s, which the protocol has not", d.ID, task)
			}
		}
	}
}

// worse is the recording with one thing made worse.
func worse(rt *rapid.T, v Video) Video {
	switch rapid.IntRange(0, 3).Draw(rt, "worse") {
	case 0:
		v.FrameRate = rapid.Float64Range(4, 14).Draw(rt, "frame rate")
	case 1:
		v.NoiseMM = rapid.Float64Range(0.6, 3).Draw(rt, "noise")
	case 2:
		v.PxPerMM = rapid.Float64Range(0.1, 0.9).Draw(rt, "px a mm")
	case 3:
		v.FaceFraction = rapid.Float64Range(0.1, 0.7).Draw(rt, "seen")
	}
	return v
}

// A recording that is too poor for a finding says nothing of it, and a poorer
// recording never says more than a better one.
func TestAPoorRecordingSaysLess(t *testing.T) {
	ev := Standard()
	rapid.Check(t, func(rt *rapid.T) {
		v := filmGen(rt)
		v.FrameRate, v.PxPerMM, v.NoiseMM = 60, 6, 0.05
		bad := worse(rt, *v)
		a, b := run(t, Input{Video: v}), run(t, Input{Video: &bad})
		lacking := slices.ContainsFunc(b.Findings, func(f Finding) bool { return len(f.Lacks) > 0 })
		if said := strings.Contains(string(ClinicianHTML(b)), words.Default().Say("assess.clinician.lacks")); said != lacking {
			rt.Errorf("the clinician's page says that the recording is too poor: %t, and it is: %t", said, lacking)
		}
		for i, f := range b.Findings {
			if len(f.Lacks) > 0 && (f.Status != "unknown" || len(f.From) > 0) {
				rt.Errorf("%s is %s though the recording lacks %v", f.ID, f.Status, f.Lacks)
			}
			if a.Findings[i].Status == "unknown" && f.Status != "unknown" {
				rt.Errorf("%s becomes %s in the poorer recording", f.ID, f.Status)
			}
			if ev.Findings[i].Video == nil && len(f.Lacks) > 0 {
				rt.Errorf("%s lacks %v of a film that it does not look at", f.ID, f.Lacks)
			}
		}
	})
}

// From a recording alone no illness is named as the best fit.
func TestAFilmAloneNamesNoIllness(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := filmGen(rt)
		v.FrameRate, v.PxPerMM, v.NoiseMM = 30, 5, 0.1
		r := run(t, Input{Video: v})
		p := r.Person()
		if p.First != "" || r.Differential.Verdict == "leading" {
			rt.Errorf("a film alone says %s %q", r.Differential.Verdict, p.First)
		}
		for _, f := range r.Flags {
			if strings.HasPrefix(f.ID, "LEAD-") {
				rt.Errorf("a film alone advises by an illness: %s", f.Title)
			}
		}
	})
	r := run(t, Input{Video: film(anatomy.Left)})
	if s := strings.Join(r.Person().Seen, " "); r.Differential.Verdict != "film-alone" || !strings.Contains(s, "21 of 21 spasms were on the left side") {
		t.Errorf("%s: %s", r.Differential.Verdict, s)
	}
}

// "Not enough to say" and "nothing unusual" win where they should.
func TestNothingUnusualCanWin(t *testing.T) {
	quiet := func(seconds, noise float64) *Report {
		v := &Video{DurationS: seconds, FaceFraction: 1, Usable: true, FrameRate: 30, PxPerMM: 5, NoiseMM: noise, Tasks: []event.Task{{Task: "rest", FromS: 0, ToS: seconds}}}
		for at := 3.0; at < seconds; at += 4 {
			v.Events = append(v.Events, event.Event{Kind: event.Blink, Side: anatomy.Both, OnsetS: at, OffsetS: at + 0.2})
		}
		sum(v)
		return run(t, Input{Video: v})
	}
	if r := quiet(180, 0.05); r.Differential.Verdict != "nothing-unusual" || r.Level != "" || !strings.Contains(r.Person().Fits, "Nothing unusual was seen in 180 seconds") {
		t.Errorf("three quiet minutes: %s, level %q", r.Differential.Verdict, r.Level)
	}
	for name, r := range map[string]*Report{"half a minute": quiet(30, 0.05), "noise": quiet(180, 1)} {
		if r.Differential.Verdict != "not-enough" {
			t.Errorf("%s: %s", name, r.Differential.Verdict)
		}
	}
}
