package assess

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/interview"

	"pgregory.net/rapid"
)

// The rules that hold before any number of the evidence does: whatever is
// answered, filmed and noted, and whatever the matrix says.

// filmGen draws a recording: spasms, synkineses, blinks and voluntary movements of
// any size, with tasks or without.
func filmGen(rt *rapid.T) *Video {
	v := &Video{FaceFraction: 1, Usable: true}
	from := 0.0
	for _, task := range rapid.SliceOfN(rapid.SampledFrom([]string{"rest", "blink", "eye_closure", "smile", "pucker", "hold_back", "distraction", ""}), 1, 4).Draw(rt, "tasks") {
		length := float64(rapid.IntRange(10, 90).Draw(rt, "seconds"))
		if task != "" {
			v.Tasks = append(v.Tasks, event.Task{Task: task, FromS: from, ToS: from + length})
		}
		from += length
	}
	v.DurationS = from
	kinds := []event.Kind{event.Spasm, event.Spasm, event.Spasm, event.Synkinesis, event.Blink, event.Voluntary}
	side := rapid.SampledFrom([]anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both}).Draw(rt, "side")
	gap := rapid.Float64Range(1, 30).Draw(rt, "gap")
	regions := rapid.SliceOfNDistinct(rapid.SampledFrom(anatomy.Regions[:]), 1, 4, func(r anatomy.Region) anatomy.Region { return r }).Draw(rt, "regions")
	for t := gap; t < v.DurationS-3; t += gap * rapid.Float64Range(0.5, 1.5).Draw(rt, "uneven") {
		e := event.Event{Kind: rapid.SampledFrom(kinds).Draw(rt, "kind"), Side: side, Form: event.Twitch, OnsetS: t, Twitches: rapid.IntRange(1, 6).Draw(rt, "twitches"),
			OffsetS: t + rapid.Float64Range(0.1, 2.5).Draw(rt, "length"), Lead: rapid.SampledFrom(regions).Draw(rt, "lead")}
		if e.Kind == event.Blink || e.Kind == event.Voluntary {
			e.Side = anatomy.Both
		}
		if e.Kind == event.Synkinesis && e.Side == anatomy.Both {
			e.Kind = event.Spasm
		}
		sides := []anatomy.Side{e.Side}
		if e.Side == anatomy.Both {
			sides = anatomy.Sides[:]
		}
		for _, r := range regions {
			for _, side := range sides {
				m := event.RegionMovement{Region: r, Side: side, OnsetS: t, PeakMM: p(rapid.Float64Range(0.2, 9).Draw(rt, "mm"))}
				if rapid.Bool().Draw(rt, "own") {
					m.ShareOfVoluntary = p(min(*m.PeakMM/9, 1))
				}
				e.Regions = append(e.Regions, m)
			}
		}
		v.Events = append(v.Events, e)
	}
	sum(v)
	return v
}

// anyInput draws answers, a film and a diary, of which some are missing.
func anyInput(rt *rapid.T, t *testing.T) (Input, m) {
	a := answersGen(rt)
	if rapid.Bool().Draw(rt, "place only") { // the commonest short interview
		for _, q := range []string{"now", "signs", "illness", "kind"} {
			if rapid.Bool().Draw(rt, q+" none") {
				a[q] = []string{"none"}
			}
		}
	}
	in := told(t, a)
	if rapid.Bool().Draw(rt, "filmed") {
		in.Video = filmGen(rt)
	}
	for i := range rapid.IntRange(0, 12).Draw(rt, "days") {
		n := float64(rapid.IntRange(0, 9).Draw(rt, "attacks"))
		in.Diary = append(in.Diary, Entry{Date: day.AddDate(0, 0, -30*i), Attacks: &n})
	}
	in.Setting = rapid.SampledFrom([]string{"public", "clinic"}).Draw(rt, "setting")
	return in, a
}

// The most pressing advice comes first and gives the level of the whole.
func TestTheMostPressingComesFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		r := run(t, in)
		most := len(levels) - 1
		for i, f := range r.Flags {
			at := slices.Index(levels, f.Level)
			most = min(most, at)
			if i > 0 && at < slices.Index(levels, r.Flags[i-1].Level) {
				rt.Errorf("%s (%s) comes after %s (%s), answers %v", f.ID, f.Level, r.Flags[i-1].ID, r.Flags[i-1].Level, a)
			}
		}
		if len(r.Flags) > 0 && r.Level != levels[most] {
			rt.Errorf("the level is %s, and something %s is there, answers %v", r.Level, levels[most], a)
		}
	})
}

func has1(a m, id string, values ...string) bool {
	list, _ := a[id].([]string)
	if one, ok := a[id].(string); ok {
		list = []string{one}
	}
	return slices.ContainsFunc(list, func(v string) bool { return slices.Contains(values, v) })
}

// What leads has its own level of advice, and nothing harmless is named as the
// best fit beside a flag that presses.
func TestTheHeadlineFitsTheAdvice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, _ := anyInput(rt, t)
		r := run(t, in)
		if r.Person().First == "" {
			return
		}
		e := Standard().Entity(r.Differential.Candidates[0].ID)
		if e.Lead != nil && (r.Level == "" || slices.Index(levels, r.Level) > slices.Index(levels, e.Lead.Level)) {
			rt.Errorf("%s leads and the advice is %q", e.ID, r.Level)
		}
		if e.Harmless && r.pressing() {
			rt.Errorf("%s leads beside %v", e.ID, r.Flags)
		}
	})
}

// placeOf are the entities defined by a place, with the places that they need.
var placeOf = map[string][]string{"EYEMYO": {"eye"}, "BSP": {"eye"}, "AEO": {"eye"}, "HMS": {"jaw"}, "GENIO": {"chin"}, "RABBIT": {"mouth"}, "OMM": {"jaw"}}

// An entity that is defined by a place is out when that place takes no part.
func TestAPlaceThatTakesNoPart(t *testing.T) {
	named := map[string][]string{"eye": {"lower_lid", "eye", "both_eyes", "eye_mouth"}, "jaw": {"jaw"}, "chin": {"chin"}, "mouth": {"mouth", "eye_mouth"}}
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		in.Video = nil
		r := run(t, in)
		places, known := a["places"].([]string)
		if !known {
			return
		}
		for id, need := range placeOf {
			if slices.Contains(places, need[0]) || has1(a, "first_place", named[need[0]]...) ||
				has1(a, "signs", "lids_stuck", "jaw_locked", "gaze") || has1(a, "pain", "cramp") {
				continue
			}
			c := r.candidate(id)
			if !c.Excluded || c.Share != 0 || r.Differential.Candidates[0].ID == id {
				rt.Errorf("%s is not out, though only %v take part", id, places)
			}
		}
		if has1(a, "signs", "none") && !has1(a, "signs", "throat") && !has1(a, "ear", "click") && !r.candidate("PALATAL").Excluded {
			rt.Errorf("the palate moves although no sign was found: %v", a)
		}
	})
}

// Nothing harmless and nothing functional comes first without a sign of its own.
func TestNothingWinsByAbsence(t *testing.T) {
	ev := Standard()
	for _, id := range []string{"EYEMYO", "FASC", "NORMAL", "TIC", "GENIO", "FUNC"} {
		if e := ev.Entity(id); e.Sign == nil || !e.Harmless {
			t.Errorf("%s needs no sign of its own", id)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		r := run(t, in)
		first := r.Differential.Candidates[0]
		if e := ev.Entity(first.ID); e.Sign != nil && e.Sign.Eval(factsOf(r)) != interview.Yes {
			rt.Errorf("%s comes first without a sign of its own: %v", first.ID, a)
		}
		if first.NoSign || first.Excluded {
			rt.Errorf("%s comes first: %+v, answers %v", first.ID, first, a)
		}
		for _, c := range r.Differential.Candidates[1:] {
			if c.Share > first.Share+1e-9 {
				rt.Errorf("%s has more of the pool than the first, %s", c.ID, first.ID)
			}
		}
	})
}

// fewOf leaves at most six of the answers, and of the film perhaps a face that does
// nothing: there what is absent and how common a thing is outweigh the rest.
func fewOf(rt *rapid.T, t *testing.T, in Input, a m) Input {
	names := slices.Sorted(maps.Keys(a))
	keep := rapid.SliceOfNDistinct(rapid.SampledFrom(append(names, "now")), 0, 6, rapid.ID).Draw(rt, "kept")
	maps.DeleteFunc(a, func(name string, _ any) bool { return !slices.Contains(keep, name) })
	out := told(t, a)
	out.Video, out.Setting = in.Video, in.Setting
	if out.Video != nil && rapid.Bool().Draw(rt, "still") {
		out.Video.Events = nil
		sum(out.Video)
	}
	return out
}

// Nothing at all is named, and no list is given, unless something that is there speaks for
// the first: how common a thing is and what is absent are no sign of it.
func TestNothingIsNamedByAbsence(t *testing.T) {
	silent, named := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		if rapid.IntRange(0, 3).Draw(rt, "few") > 0 {
			in = fewOf(rt, t, in, a)
		}
		r := run(t, in)
		list := strings.Contains(string(ClinicianHTML(r)), `class="as-rank"`)
		if r.Differential.Verdict == "not-enough" {
			silent++
			if list || len(r.Person().May) > 0 {
				rt.Errorf("too little is known and a list is given, answers %v", a)
			}
			return
		}
		named++
		first := r.Differential.Candidates[0]
		if !slices.ContainsFunc(first.For, func(x Reason) bool { return x.Status == "yes" && x.Log10LR > 0 && x.Finding != ageFinding }) {
			rt.Errorf("%s: %s comes first, and nothing that is there speaks for it, answers %v", r.Differential.Verdict, first.ID, a)
		}
		if !list {
			rt.Errorf("%s: no list", r.Differential.Verdict)
		}
	})
	if silent == 0 || named == 0 {
		t.Errorf("%d times nothing was said, %d times something", silent, named)
	}
}

// Another reason of the same direction never makes their sum smaller, whichever
// group it is of, and whether it is something that is there or that is absent.
func TestAnotherReasonNeverCountsBackwards(t *testing.T) {
	ev := Standard()
	rapid.Check(t, func(rt *rapid.T) {
		groups := []string{"UNI", "BSYN", "EYE1", "MOU1", "CO", "REST", "LOCK", "PAL", "TON"} // three groups and one alone
		var list []Reason
		for range rapid.IntRange(1, 8).Draw(rt, "reasons") {
			list = append(list, Reason{Finding: rapid.SampledFrom(groups).Draw(rt, "finding"), Status: rapid.SampledFrom([]string{"yes", "no"}).Draw(rt, "status"),
				Log10LR: rapid.Float64Range(0, MaxLog10LR).Draw(rt, "weight")})
		}
		fewer := ev.count(slices.Clone(list[:len(list)-1]), absenceCorrelation)
		if more := ev.count(slices.Clone(list), absenceCorrelation); more < fewer-1e-9 {
			rt.Errorf("%g with one more reason, %g without: %+v", more, fewer, list)
		}
	})
}

// "No" to many questions is worth less than as many independent proofs, and a
// question that was not answered is worth nothing.
func TestAbsencesAreCorrelated(t *testing.T) {
	total := 0.0
	for k := 1; k <= 1000; k++ {
		w := absenceWeight(k, absenceCorrelation)
		if w <= 0 || w > 1 || (k > 1 && w >= absenceWeight(k-1, absenceCorrelation)) {
			t.Fatalf("the absence %d weighs %g", k, w)
		}
		total += w
	}
	if total > 1/absenceCorrelation {
		t.Errorf("a thousand absences count as %g", total)
	}
	ev := Standard()
	rapid.Check(t, func(rt *rapid.T) {
		in, _ := anyInput(rt, t)
		r := run(t, in)
		for _, c := range r.Differential.Candidates {
			for _, list := range [][]Reason{c.For, c.Against} {
				naive, most, counted := 0.0, 0.0, 0.0
				for _, x := range list {
					if x.Finding == ageFinding { // by its curve, neither there nor absent
						continue
					}
					if s := r.finding(x.Finding).Status; s == "unknown" || s != x.Status {
						rt.Fatalf("%s counts for %s, which is %s", x.Finding, c.ID, s)
					}
					if w, _, _ := ev.log10LR(x.Finding, c.ID, false); x.Status == "no" && x.Counted {
						if r.finding(x.Finding).Conflict {
							w /= 2
						}
						naive, most, counted = naive+math.Abs(w), max(most, math.Abs(w)), counted+math.Abs(x.Log10LR)
					}
				}
				// of what is beside the strongest at most what the second absence keeps
				if counted > most+(naive-most)*absenceWeight(2, absenceCorrelation)+1e-9 {
					rt.Errorf("%s: absences that would be worth %g count %g", c.ID, naive, counted)
				}
			}
		}
	})
}

// onlyTold are words of which a film knows nothing: what was at the beginning, and
// for how long.
var onlyTold = regexp.MustCompile(`(?i)\b(began|begin|since|ago|once|months?|years?|weeks?|was taken|runs in|family|nearly every movement)\b`)

// Under what the film shows stands nothing that only the person can know; under
// what was answered nothing that was not (TestWhatYouAnsweredWasAnswered).
func TestAFilmKnowsNoHistory(t *testing.T) {
	for _, d := range Standard().Findings {
		if d.Video == nil {
			continue
		}
		said := d.Plain
		if d.Seen != "" {
			said = d.Seen
		}
		if onlyTold.MatchString(said) {
			t.Errorf("%s: of a film it is said %q", d.ID, said)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		in.Video = filmGen(rt)
		if rapid.Bool().Draw(rt, "alone") {
			in.Answers, a = nil, m{}
		}
		r := run(t, in)
		v := r.Person()
		for _, line := range v.Seen {
			if onlyTold.MatchString(line) {
				rt.Errorf("the recording shows %q", line)
			}
		}
		if len(a) == 0 && len(v.Told) > 0 {
			rt.Errorf("nothing was answered, and yet: %q", v.Told)
		}
	})
}

// smaller is the film with every involuntary movement at a share of its size.
func smaller(v *Video, by float64) *Video {
	out := &Video{Tasks: v.Tasks, DurationS: v.DurationS, FaceFraction: v.FaceFraction, Usable: v.Usable}
	for _, e := range v.Events {
		e.Regions = slices.Clone(e.Regions)
		for i := range e.Regions {
			if !involuntary(e) {
				continue
			}
			if x := e.Regions[i].PeakMM; x != nil {
				e.Regions[i].PeakMM = p(*x * by)
			}
			if x := e.Regions[i].ShareOfVoluntary; x != nil {
				e.Regions[i].ShareOfVoluntary = p(*x * by)
			}
		}
		out.Events = append(out.Events, e)
	}
	sum(out)
	return out
}

// A grade falls or stays, or is no longer given, when every movement is smaller.
func TestGradesFollowAmplitude(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		v := filmGen(rt)
		little := smaller(v, rapid.Float64Range(0.01, 0.9).Draw(rt, "by"))
		a, b := run(t, Input{Video: v}), run(t, Input{Video: little})
		for _, g := range a.Grades {
			if x := b.grade(g.ID); x != nil && (x.Low > g.Low || x.High > g.High) {
				rt.Errorf("%s rises from %d–%d to %d–%d", g.ID, g.Low, g.High, x.Low, x.High)
			}
		}
	})
}

// A flutter of 4 % of the person's own closure closes no eye.
func TestAFlutterClosesNoEye(t *testing.T) {
	r := run(t, Input{Video: smaller(film(anatomy.Left), 0.07)})
	if r.Facts["video.closures"] != 0 || r.Facts["video.closed_share"] != 0 {
		t.Errorf("closures %g, closed %g", r.Facts["video.closures"], r.Facts["video.closed_share"])
	}
	for id, most := range map[string]int{"jankovic_frequency": 1, "smc": 2, "overall": 1, "class": 1} {
		if g := r.grade(id); g != nil && g.Low > most {
			t.Errorf("%s is %s", id, g.Text)
		}
	}
}

// Scales of hemifacial spasm are given to spasms, not to synkineses or to a face
// in which nothing was seen and of which nothing was told.
func TestScalesAreForSpasms(t *testing.T) {
	hfs := []string{"jankovic_severity", "jankovic_frequency", "jankovic", "smc", "overall", "class"}
	rapid.Check(t, func(rt *rapid.T) {
		v := filmGen(rt)
		for i := range v.Events {
			if e := &v.Events[i]; e.Kind == event.Spasm {
				e.Kind = rapid.SampledFrom([]event.Kind{event.Synkinesis, event.Blink}).Draw(rt, "instead")
				if e.Kind == event.Synkinesis && e.Side == anatomy.Both {
					e.Side = anatomy.Left
				}
			}
		}
		sum(v)
		r := run(t, Input{Video: v})
		if r.Facts["video.spells"] >= 3 { // cramps of both lids have their own right to the scale
			return
		}
		for _, id := range hfs {
			if g := r.grade(id); g != nil {
				rt.Errorf("%s is given to a film without a spasm: %s", id, g.Text)
			}
		}
	})
}

// mirror is the film seen in a mirror.
func mirror(v *Video) *Video {
	out := &Video{Tasks: v.Tasks, DurationS: v.DurationS, FaceFraction: v.FaceFraction, Usable: v.Usable}
	for _, e := range v.Events {
		e.Side = e.Side.Other()
		e.Regions = slices.Clone(e.Regions)
		for i := range e.Regions {
			e.Regions[i].Side = e.Regions[i].Side.Other()
		}
		out.Events = append(out.Events, e)
	}
	sum(out)
	return out
}

// Mirrored answers with a mirrored film give the mirrored result.
func TestMirrored(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		in.Video = filmGen(rt)
		other := told(t, swap(a))
		other.Video, other.Diary, other.Setting = mirror(in.Video), in.Diary, in.Setting
		r, s := run(t, in), run(t, other)
		if r.Level != s.Level || r.Differential.Verdict != s.Differential.Verdict || r.Type.Score != s.Type.Score {
			rt.Errorf("%s %s %g and %s %s %g", r.Level, r.Differential.Verdict, r.Type.Score, s.Level, s.Differential.Verdict, s.Type.Score)
		}
		for i, c := range r.Differential.Candidates {
			if d := s.Differential.Candidates[i]; c.ID != d.ID || math.Abs(c.Share-d.Share) > 1e-9 {
				rt.Errorf("%s %g and %s %g", c.ID, c.Share, d.ID, d.Share)
			}
		}
		for i, f := range r.Findings {
			if f.Status != s.Findings[i].Status || f.Conflict != s.Findings[i].Conflict {
				rt.Errorf("%s is %s and %s", f.ID, f.Status, s.Findings[i].Status)
			}
		}
		for i, g := range r.Grades {
			if d := s.Grades[i]; g.ID != d.ID || g.Low != d.Low || g.High != d.High {
				rt.Errorf("%s is %s and %s", g.ID, g.Text, d.Text)
			}
		}
	})
}

// An answer that is added never takes away a flag that presses, nor lowers the
// level, unless the flag names the question as one that explains the sign.
func TestAnAnswerNeverLowersAFlag(t *testing.T) {
	ev := Standard()
	rapid.Check(t, func(rt *rapid.T) {
		a := answersGen(rt)
		more := answersGen(rt)
		ids := slices.Sorted(maps.Keys(more))
		ids = slices.DeleteFunc(ids, func(id string) bool { _, have := a[id]; return have })
		if len(ids) == 0 {
			return
		}
		id := rapid.SampledFrom(ids).Draw(rt, "added")
		with := maps.Clone(a)
		with[id] = more[id]
		before, after := raisedAlone(run(t, told(t, a))), raisedAlone(run(t, told(t, with)))
		for _, f := range before {
			if f.Level != "emergency" && f.Level != "urgent" || slices.Contains(f.LoweredBy, id) {
				continue
			}
			if !slices.ContainsFunc(after, func(g FlagDef) bool { return g.ID == f.ID }) {
				rt.Errorf("%s goes away when %s is answered with %v: %v", f.ID, id, with[id], a)
			}
		}
	})
	for _, f := range ev.Flags {
		for _, id := range f.LoweredBy {
			if interview.Standard().Find(id) == nil {
				t.Errorf("%s is lowered by %s, which nobody asks", f.ID, id)
			}
		}
	}
}

// Two questions left open are not two answers of "no": with nothing answered
// beside the complaint itself nothing harmless is said to be the best fit.
func TestTheFoundingComplaintIsNoLidFlicker(t *testing.T) {
	for _, a := range []m{
		{"age": 60, "side": "right", "kind": []string{"twitch"}, "first_place": "mouth", "places": []string{"mouth"}, "rest": "yes", "hold": "no"},
		{"now": []string{"none"}, "age": 70, "kind": []string{"twitch", "tremble"}, "side": "right", "first_place": "mouth", "places": []string{"mouth", "cheek"},
			"illness": []string{"diabetes"}, "attack_now": "minutes", "gap_now": "seconds", "since": "2026-05", "sudden": "yes", "aware": "yes",
			"signs": []string{"none"}, "hold": "no"},
	} {
		r := run(t, told(t, a))
		if c := r.candidate("EYEMYO"); !c.Excluded || strings.Contains(fmt.Sprint(r.Person().May), "eyelid") {
			t.Errorf("a flicker of the eyelid is offered for the mouth: %+v", r.Person().May)
		}
	}
}

// The complaint that the project began with: one-sided, at the corner of the mouth
// or the lower lip. Hemifacial spasm is named to the person, with what speaks for
// and against it, with both claims, with what else it could be and how to find out;
// and new, sudden, even jerks, or diabetes, press.
func TestTheFoundingComplaint(t *testing.T) {
	plain := m{"age": 60, "side": "right", "kind": []string{"twitch"}, "first_place": "mouth", "places": []string{"mouth"}, "rest": "yes", "hold": "no"}
	with := func(add m) m {
		out := maps.Clone(plain)
		maps.Copy(out, add)
		return out
	}
	for name, in := range map[string]Input{"told": told(t, plain), "told and seen": told(t, plain), "lip": told(t, with(m{"places": []string{"mouth", "chin"}}))} {
		if name == "told and seen" {
			in.Video = again(12, 4, func(_ int, e *event.Event) {
				e.Lead = anatomy.Depressor
				e.Regions[0].Region = anatomy.Depressor
			})
		}
		r := run(t, in)
		person, clinician := string(PersonHTML(r)), string(ClinicianHTML(r))
		for _, want := range []string{"a hemifacial spasm", "usually a hemifacial spasm", "1.3 to 17 %", "Because:", "Common with it, but not found here", "epileptic", "What to film", "What to watch", "What to ask"} {
			if !strings.Contains(person, want) {
				t.Errorf("%s: the person does not read %q", name, want)
			}
		}
		for _, want := range []string{"usually a hemifacial spasm", "1.3 to 17 %", "Conte 2015", "epileptic"} {
			if !strings.Contains(clinician, want) {
				t.Errorf("%s: the clinician does not read %q", name, want)
			}
		}
		if strings.Contains(person, "flicker of one eyelid") {
			t.Errorf("%s: the eyelid is named for the mouth", name)
		}
		if i, j := strings.Index(person, "epileptic"), strings.Index(person, "Harmless flickers"); i < 0 || j < i {
			t.Errorf("%s: what is dangerous stands at %d, what is harmless at %d", name, i, j)
		}
	}
	for _, c := range []struct {
		add         m
		flag, level string
	}{
		{m{"since": "2026-05", "sudden": "yes"}, "U-NEWJERK", "urgent"},
		{m{"since": "2026-05", "kind": []string{"twitch", "tremble"}}, "U-NEWJERK", "urgent"},
		{m{"since": "2026-05", "illness": []string{"stroke"}}, "U-NEWJERK", "urgent"},
		{m{"since": "2026-05", "sudden": "yes", "illness": []string{"diabetes"}}, "E-SUGAR", "emergency"},
		{m{"since": "2020-05", "sudden": "no", "illness": []string{"diabetes"}}, "", "routine"},
	} {
		r := run(t, told(t, with(c.add)))
		if r.Level != c.level || (c.flag != "" && !slices.ContainsFunc(r.Flags, func(f Flag) bool { return f.ID == c.flag })) {
			t.Errorf("%v: %s %v, want %s", c.add, r.Level, r.Flags, c.flag)
		}
	}
	// A twitch of the eyelid is another complaint.
	if r := run(t, told(t, with(m{"first_place": "lower_lid", "places": []string{"eye", "mouth"}}))); len(r.Pictures) != 0 {
		t.Errorf("an eye that twitches is taken for the mouth's complaint: %v", r.Pictures)
	}
}

// Both sides, never together, one after the other: the founding text's own picture
// names hemifacial spasm, and cramps of the lids are out.
func TestBothSidesInTurn(t *testing.T) {
	for _, add := range []m{{}, {"hold": "no", "urge": "no"}} {
		a := m{"age": 70, "side": "both", "both_how": "alternating", "kind": []string{"twitch", "close"}, "first_place": "eye", "places": []string{"eye", "cheek", "mouth"}}
		maps.Copy(a, add)
		r := run(t, told(t, a))
		if page := string(PersonHTML(r)); !strings.Contains(page, "a hemifacial spasm") || !strings.Contains(page, "both sides at once has been published") {
			t.Errorf("%v: the person does not read of hemifacial spasm", add)
		}
		if !r.candidate("BSP").Excluded || r.Differential.Candidates[0].ID == "TIC" {
			t.Errorf("%v: first %s", add, r.Differential.Candidates[0].ID)
		}
	}
}

// Both readers get every place where common patient information and studies
// differ, under one heading.
func TestBothReadersGetTheNotes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, _ := anyInput(rt, t)
		r := run(t, in)
		if r.Level == "emergency" || len(r.Disagreements) == 0 {
			return
		}
		const heading = "Where common patient information and studies differ"
		for name, page := range map[string]string{"person": string(PersonHTML(r)), "clinician": string(ClinicianHTML(r))} {
			if !strings.Contains(page, heading) || strings.Contains(page, "ounding text</th>") {
				rt.Errorf("the %s does not find the heading", name)
			}
			for _, n := range r.Disagreements {
				if !strings.Contains(page, strings.SplitN(n.Literature, "'", 2)[0]) {
					rt.Errorf("the %s does not read %q", name, n.Literature)
				}
			}
		}
	})
}

// A spasm that followed a palsy of that side is never called primary.
func TestAfterAPalsyIsNotPrimary(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, _ := anyInput(rt, t)
		if r := run(t, in); r.finding("PAL").Status == "yes" && r.Type.Verdict == "primary-leaning" {
			rt.Errorf("primary-leaning, score %g", r.Type.Score)
		}
	})
	a := m{"age": 60, "side": "left", "kind": []string{"twitch", "close"}, "palsy": "yes", "palsy_side": "left", "palsy_since": "2020-01",
		"since": "2023-01", "rest": "yes", "evoked": []string{"none"}, "first_place": "eye"}
	if r := run(t, told(t, a)); r.Type.Verdict == "primary-leaning" || r.Person().TypeText != "" {
		t.Errorf("three years after a palsy of that side: %s %q", r.Type.Verdict, r.Person().TypeText)
	}
}

// A lock is told of the movements that were filmed, and what came while nothing
// was asked is not called rest.
func TestSaidAsFilmed(t *testing.T) {
	v := &Video{FaceFraction: 1, Usable: true}
	withTask(v, "pucker", 0.05)
	withTask(v, "smile", 0.05)
	sum(v)
	seen := strings.Join(run(t, Input{Video: v}).Person().Seen, " ")
	if !strings.Contains(seen, "smiling (6 of 6)") || !strings.Contains(seen, "pursing the lips (6 of 6)") {
		t.Errorf("of two movements it is said: %s", seen)
	}
	free, rest := film(anatomy.Left), film(anatomy.Left)
	rest.Tasks = []event.Task{{Task: "rest", FromS: 0, ToS: rest.DurationS}}
	sum(rest)
	if s := strings.Join(run(t, Input{Video: free}).Person().Seen, " "); strings.Contains(s, "At rest it came") || !strings.Contains(s, "In the time without a task") {
		t.Errorf("without a task of rest: %s", s)
	}
	if s := strings.Join(run(t, Input{Video: rest}).Person().Seen, " "); !strings.Contains(s, "At rest it came") {
		t.Errorf("at rest: %s", s)
	}
}
