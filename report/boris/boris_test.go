package boris_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/report"
	"facialis/report/boris"
	"facialis/report/reporttest"
	"facialis/validate"
)

func told(e event.Event) string {
	s := report.NewSpan(e.OnsetS, e.OffsetS)
	if e.Side == anatomy.Unknown {
		e.Side = ""
	}
	return fmt.Sprintf("%7d-%7d %s %s %s %s", s.FromMS, s.ToMS, e.Kind, e.Side, e.Form, e.Lead)
}

func task(t event.Task) string {
	s := report.NewSpan(t.FromS, t.ToS)
	return fmt.Sprintf("%7d-%7d %s", s.FromMS, s.ToMS, t.Task)
}

func list[T any](all []T, say func(T) string) []string {
	var out []string
	for _, x := range all {
		out = append(out, say(x))
	}
	slices.Sort(out)
	return out
}

// Both files are read back as what was written.
func TestRoundTrip(t *testing.T) {
	for name, encode := range map[string]func(io.Writer, *report.Analysis, boris.Options) error{
		"project": boris.EncodeProject, "table": boris.EncodeTable} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a := reporttest.Analysis(t)
				var b bytes.Buffer
				if err := encode(&b, a, boris.Options{Media: "film.mp4"}); err != nil {
					t.Fatal(err)
				}
				got, err := validate.Parse(b.Bytes(), "")
				if name == "table" && len(a.Events)+len(a.Tasks) == 0 {
					return // a table without rows names no observation
				}
				if err != nil {
					t.Fatalf("%v\n%s", err, b.String())
				}
				if d := cmp.Diff(list(a.Events, told), list(got.Events, told)); d != "" {
					t.Fatalf("events (-want +got):\n%s\n%s", d, b.String())
				}
				if d := cmp.Diff(list(a.Tasks, task), list(got.Tasks, task)); d != "" {
					t.Fatalf("tasks (-want +got):\n%s\n%s", d, b.String())
				}
			})
		})
	}
}

// A project codes only behaviors that it defines, gives them modifiers it
// knows, and has starts and stops in turn.
func TestProjectStructure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		if err := boris.EncodeProject(&b, reporttest.Analysis(t), boris.Options{}); err != nil {
			t.Fatal(err)
		}
		var p struct {
			Behaviors map[string]struct {
				Code      string
				Modifiers map[string]struct{ Values []string }
			} `json:"behaviors_conf"`
			Subjects map[string]struct{ Name string }    `json:"subjects_conf"`
			Obs      map[string]struct{ Events [][]any } `json:"observations"`
		}
		if err := json.Unmarshal(b.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		sets := map[string][][]string{}
		for _, c := range p.Behaviors {
			if _, twice := sets[c.Code]; twice {
				t.Fatalf("%q is defined twice", c.Code)
			}
			sets[c.Code] = [][]string{}
			for i := range len(c.Modifiers) {
				sets[c.Code] = append(sets[c.Code], append(c.Modifiers[fmt.Sprint(i)].Values, "None"))
			}
		}
		subjects := []string{""}
		for _, s := range p.Subjects {
			subjects = append(subjects, s.Name)
		}
		last, open := 0.0, map[string]bool{}
		for _, o := range p.Obs {
			for _, e := range o.Events {
				at, who, code := e[0].(float64), e[1].(string), e[2].(string)
				set, ok := sets[code]
				if !ok || !slices.Contains(subjects, who) || at < last || len(e) != 6 {
					t.Fatalf("row %v after %g s", e, last)
				}
				if len(set) > 0 {
					for i, m := range strings.Split(e[3].(string), "|") {
						if !slices.Contains(set[i], m) {
							t.Fatalf("row %v: %q is no modifier of %q", e, m, code)
						}
					}
				}
				last, open[who+"/"+code] = at, !open[who+"/"+code]
			}
		}
		for k, o := range open {
			if o {
				t.Fatalf("%s never stops", k)
			}
		}
	})
}

func TestTable(t *testing.T) {
	var b bytes.Buffer
	err := boris.EncodeTable(&b, reporttest.Small(), boris.Options{Recorded: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Observation id,Observation date,Description,Observation duration,Observation type,Source,",
		"living room & sofa,2026-11-01 09:00:00,,10.000,Media file(s),player #1:living room & sofa.mp4,0.000,10.000,30.000,left,spasm,movement of the face,twitch,zygomaticus,START,1.300,living room & sofa.mp4,39,NA,left zygomaticus 1.50 mm (1.12 to 2.38); set off by blink; certainty 0.90; e0002\n",
		",No focal subject,task smile,asked for,",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the table lacks %s:\n%s", want, b.String())
		}
	}
}
