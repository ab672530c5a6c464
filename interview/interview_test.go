package interview

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func cond(t *testing.T, s string) Cond {
	t.Helper()
	var c Cond
	if err := yaml.Unmarshal([]byte(s), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConditionsHaveThreeValues(t *testing.T) {
	f := Facts{"age": 42.0, "side": "left", "ear_side": "left", "places": []string{"eye", "mouth"}}
	for _, c := range []struct {
		cond string
		want Truth
	}{
		{"age >= 42", Yes}, {"age < 42", No}, {"weight > 3", Unknown},
		{"side = left", Yes}, {"side != left", No}, {"sex = male", Unknown}, {"sex != male", Unknown},
		{"side in left|right", Yes}, {"places has chin|mouth", Yes}, {"places has chin", No}, {"ear has click", Unknown},
		{"side same ear_side", Yes}, {"side same palsy_side", Unknown}, {"sex known", No}, {"side known", Yes},
		{`all: ["age > 1", "sex = male"]`, Unknown}, {`all: ["age > 99", "sex = male"]`, No},
		{`any: ["age > 1", "sex = male"]`, Yes}, {`any: ["age > 99", "sex = male"]`, Unknown},
		{`not: "sex = male"`, Unknown}, {`not: "age > 99"`, Yes}, {"age = left", Unknown},
		{`unless: "sex = male"`, Yes}, {`unless: "side = left"`, No}, {`unless: "side = right"`, Yes},
	} {
		if got := cond(t, c.cond).Eval(f); got != c.want {
			t.Errorf("%s is %v, want %v", c.cond, got, c.want)
		}
	}
	if (Cond{}).Eval(nil) != Yes {
		t.Error("the empty condition does not hold")
	}
}

func TestBrokenConditionsAreRefused(t *testing.T) {
	for _, s := range []string{"age", "age >= old", "age is 3", `{all: ["a = b"], any: ["c = d"]}`, "some: [x]"} {
		var c Cond
		if err := yaml.Unmarshal([]byte(s), &c); err == nil {
			t.Errorf("%q was taken as a condition", s)
		}
	}
}

// Every comparison of the questionnaire must be with a word that the question
// it looks at really offers.
func TestBranchesUseWordsThatExist(t *testing.T) {
	q := Standard()
	if len(q.Questions) < 50 {
		t.Fatalf("only %d questions", len(q.Questions))
	}
	for _, k := range q.Questions {
		for _, l := range k.When.Leaves() {
			if l.Op != "=" && l.Op != "in" && l.Op != "has" {
				continue
			}
			for _, w := range strings.Split(l.Value, "|") {
				if _, err := q.Find(l.Fact).Check(w); err != nil {
					t.Errorf("%s: %v", k.ID, err)
				}
			}
		}
	}
}

func TestInterviewBranchesSkipsStopsAndResumes(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }
	q := Standard()
	r := NewResponse()
	var saved []byte
	save := func(r *Response) (err error) { saved, err = r.Encode(q); return }
	var out bytes.Buffer
	// none of the alarms; age, wrong first; kind; side both -> how; the first place unknown; two back, and stop
	talk := func(keys string, r *Response) error {
		return (&Talk{In: strings.NewReader(keys), Out: &out, Now: now, Save: save}).Run(t.Context(), q, r)
	}
	err := talk("1\nold\n51\n1 3\n3\n2\n?\nb\nb\nq\n", r)
	if !errors.Is(err, ErrStopped) {
		t.Fatalf("stopping gave %v", err)
	}
	back, err := Decode(q, saved)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"now": []string{"none"}, "age": 51.0, "kind": []string{"close", "twitch"}, "side": "both", "both_how": "alternating"}
	if d := cmp.Diff(want, back.Values); d != "" {
		t.Errorf("answers (-want +got):\n%s", d)
	}
	if back.Skipped["first_place"] != DontKnow || back.Done {
		t.Errorf("skipped %v, done %v", back.Skipped, back.Done)
	}
	if open := q.Open(back); open[0].ID != "places" {
		t.Errorf("it would go on with %s", open[0].ID)
	}
	if !strings.Contains(out.String(), "Please try again: “old” is not a number.") || !strings.Contains(out.String(), "Your answer so far: Sometimes one, sometimes the other. Press Enter to keep it.") {
		t.Errorf("a word for an age was taken, or what was said is not shown again:\n%s", out.String())
	}
	// taken up, three back to the side: only the right, so that how both go together is void
	if err := talk("b\nb\nb\n1\nq\n", back); !errors.Is(err, ErrStopped) {
		t.Fatal(err)
	}
	if back.Values["side"] != "right" || back.Asked("both_how") {
		t.Errorf("after going back: %v", back.Values)
	}
	// the rest skipped
	if err := talk(strings.Repeat("\n", 100), back); err != nil {
		t.Fatal(err)
	}
	if !back.Done || !bytes.Contains(saved, []byte(`"completed"`)) {
		t.Error("the interview does not end")
	}
	if _, asked := back.Skipped["palsy_side"]; asked {
		t.Error("the side of a palsy was asked although no palsy was reported")
	}
}

// A person with an emergency is told so at once, once, and not after fifty questions.
func TestWhatCannotWaitIsToldAtOnce(t *testing.T) {
	var out bytes.Buffer
	r := NewResponse()
	talk := Talk{In: strings.NewReader("2\n70\n"), Out: &out, Now: time.Now, Save: func(*Response) error { return nil },
		Alarm: func(r *Response) []Note {
			if r.Asked("now") {
				return []Note{{"Sudden weakness", "Call now."}}
			}
			return nil
		}}
	if err := talk.Run(t.Context(), Standard(), r); !errors.Is(err, ErrStopped) {
		t.Fatal(err)
	}
	told, next := strings.Index(out.String(), "Sudden weakness. Call now."), strings.Index(out.String(), "How old are you?")
	if told < 0 || told > next || strings.Count(out.String(), "Call now.") != 1 {
		t.Errorf("told at %d, the next question at %d", told, next)
	}
}

// Control-C ends the context; it must not wait for a key, and nothing is lost.
func TestAStopDoesNotWaitForAKey(t *testing.T) {
	in, hold := io.Pipe()
	defer hold.Close()
	ctx, stop := context.WithCancel(t.Context())
	r, saved := NewResponse(), 0
	done := make(chan error, 1)
	go func() {
		done <- (&Talk{In: in, Out: io.Discard, Now: time.Now, Save: func(*Response) error {
			if saved++; saved == 1 {
				stop()
			}
			return nil
		}}).Run(ctx, Standard(), r)
	}()
	if _, err := io.WriteString(hold, "1\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if !errors.Is(err, ErrStopped) || saved < 2 || !r.Asked("now") {
			t.Errorf("stopped with %v after %d savings", err, saved)
		}
	case <-time.After(time.Minute):
		t.Fatal("it waits for a key")
	}
}

func TestWhatWasLeftOpenCanBeAskedAgain(t *testing.T) {
	q, r := Standard(), NewResponse()
	var out bytes.Buffer
	talk := func(keys string) error {
		return (&Talk{In: strings.NewReader(keys), Out: &out, Now: time.Now, Save: func(*Response) error { return nil }}).Run(t.Context(), q, r)
	}
	if err := talk("1\n" + strings.Repeat("\n", 100)); err != nil || !r.Done {
		t.Fatal(err)
	}
	if err := talk("o\n44\nq\n"); !errors.Is(err, ErrStopped) || r.Values["age"] != 44.0 || len(r.Skipped) != 0 {
		t.Errorf("%v: %v, skipped %v", err, r.Values, r.Skipped)
	}
}

func TestMonthsAndNumbersAsPeopleWriteThem(t *testing.T) {
	q, now := Standard(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		id, text string
		want     any
	}{
		{"since", "May 2021", "2021-05"}, {"since", "5/2021", "2021-05"}, {"since", "2021", "2021"}, {"since", "2026-04", nil}, {"since", "last year", nil},
		{"age", "55 years", 55.0}, {"age", "old", nil}, {"side", "left", "left"}, {"side", "1 2", nil}, {"side", "7", nil}, {"palsy", "y", "yes"}, {"kind", "1, 3", []string{"twitch", "close"}},
	} {
		got, err := q.Find(c.id).typed(c.text, now)
		if (err == nil) != (c.want != nil) || (err == nil && !cmp.Equal(got, c.want)) {
			t.Errorf("%s %q: %v, %v", c.id, c.text, got, err)
		}
	}
}

func TestAnswersAreChecked(t *testing.T) {
	q := Standard()
	r := NewResponse()
	for _, c := range []struct {
		id string
		v  any
		ok bool
	}{
		{"age", 51, true}, {"age", 510.0, false}, {"age", "51", true}, {"since", "2021-13", false}, {"since", "2021-03", true}, {"since", "2021", true},
		{"palsy", true, true}, {"palsy", "perhaps", false}, {"places", []any{"eye", "mouth"}, true}, {"ear", []string{"none", "click"}, false},
		{"ear", []string{"antenna"}, false}, {"nonsense", "x", false}, {"sleep", DontKnow, true},
	} {
		if err := r.Set(q, c.id, c.v); (err == nil) != c.ok {
			t.Errorf("%s = %v gave %v", c.id, c.v, err)
		}
	}
	if r.Values["palsy"] != nil {
		t.Error("a refused answer left the old one standing")
	}
	for _, bad := range []string{`{}`, `[`, `{"resourceType":"QuestionnaireResponse","authored":"yesterday"}`,
		`{"resourceType":"QuestionnaireResponse","item":[{"linkId":"colour"}]}`} {
		if _, err := Decode(q, []byte(bad)); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

func TestProtocolsAreComplete(t *testing.T) {
	for id, want := range map[string][2]float64{"short": {150, 200}, "full": {600, 760}} {
		p, err := LoadProtocol(id)
		if err != nil {
			t.Fatal(err)
		}
		if s := p.Seconds(); s < want[0] || s > want[1] {
			t.Errorf("%s lasts %g s", id, s)
		}
		for _, s := range p.Tasks {
			if s.Task == "" || s.Seconds <= 0 || s.Screen == "" || s.Voice == "" || s.Why == "" {
				t.Errorf("%s: incomplete task %+v", id, s)
			}
			if float64(s.Repeat)*6 > s.Seconds+0.1 {
				t.Errorf("%s: %s does not fit %d times into %g s", id, s.Task, s.Repeat, s.Seconds)
			}
		}
	}
	if _, err := LoadProtocol("no"); err == nil {
		t.Error("a protocol that is not there was found")
	}
}

// The typical course stays within this many answers; more is asked of who wants to
// say more, or where an answer calls for it.
const mostTaps = 25

func TestTheTypicalCourseIsShort(t *testing.T) {
	q := Standard()
	none := []string{"none"}
	lid := map[string]any{"now": none, "age": 30.0, "kind": []string{"flicker"}, "side": "left", "first_place": "lower_lid", "places": []string{"eye"}, "since": "2026-01", "sudden": "no",
		"attack_now": "seconds", "rest": "yes", "evoked": none, "hold": "no", "palsy": "no", "treated": none, "weak": "no", "illness": none, "pain": "none", "ear": none, "signs": none,
		"aware": "yes", "examined": none, "more": "no"}
	spasm := maps.Clone(lid)
	maps.Copy(spasm, map[string]any{"age": 55.0, "kind": []string{"twitch", "close"}, "places": []string{"eye", "cheek", "mouth"}, "together": "yes", "brow_when_closing": "up",
		"evoked": []string{"blink"}, "evoked_always": "sometimes"})
	for name, answers := range map[string]map[string]any{"lid": lid, "spasm": spasm} {
		r := NewResponse()
		taps := 0
		for open := q.Open(r); len(open) > 0; open = q.Open(r) {
			taps++
			v, told := answers[open[0].ID]
			if !told {
				t.Fatalf("%s: %s is asked", name, open[0].ID)
			}
			if err := r.Set(q, open[0].ID, v); err != nil {
				t.Fatal(err)
			}
		}
		if taps > mostTaps || taps < len(lid) {
			t.Errorf("%s: %d answers", name, taps)
		}
	}
}
