package interview

import (
	"bytes"
	"errors"
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
	// none of the alarms; age, wrong first; sex unknown; kind; side both -> how; back, and stop
	err := Run(strings.NewReader("1\nold\n51\n?\n1 3\n3\n2\nb\nq\n"), &out, q, r, now, save)
	if !errors.Is(err, ErrStopped) {
		t.Fatalf("stopping gave %v", err)
	}
	back, err := Decode(q, saved)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"now": []string{"none"}, "age": 51.0, "kind": []string{"close", "twitch"}, "side": "both"}
	if d := cmp.Diff(want, back.Values); d != "" {
		t.Errorf("answers (-want +got):\n%s", d)
	}
	if back.Skipped["sex"] != DontKnow || back.Done {
		t.Errorf("skipped %v, done %v", back.Skipped, back.Done)
	}
	if open := q.Open(back); open[0].ID != "both_how" {
		t.Errorf("it would go on with %s, not with the branch", open[0].ID)
	}
	if !strings.Contains(out.String(), "please again") {
		t.Error("a word for an age was taken")
	}
	// the rest skipped
	if err := Run(strings.NewReader(strings.Repeat("\n", 100)), &out, q, back, now, save); err != nil {
		t.Fatal(err)
	}
	if !back.Done || !bytes.Contains(saved, []byte(`"completed"`)) {
		t.Error("the interview does not end")
	}
	if _, asked := back.Skipped["palsy_side"]; asked {
		t.Error("the side of a palsy was asked although no palsy was reported")
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
