package fhir_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"facialis/assess"
	_ "facialis/internal/rapidtest"
	"facialis/interview"
	"facialis/report"
	"facialis/report/fhir"
	"facialis/report/reporttest"
)

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// full is a bundle with every resource in it.
func full(t *testing.T) fhir.Input {
	t.Helper()
	answers := interview.NewResponse()
	q := interview.Standard()
	for _, k := range q.Questions {
		var v any
		switch k.Type {
		case "yesno":
			v = "no"
		case "choice":
			v = k.Options[0].Value
		case "multi":
			v = []string{k.Options[0].Value}
		case "month":
			v = "2021-03"
		case "number":
			v = 1.0
			if k.Min != nil {
				v = *k.Min
			}
		}
		if err := answers.Set(q, k.ID, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := answers.Set(q, q.Questions[0].ID, interview.DontKnow); err != nil {
		t.Fatal(err)
	}
	answers.Authored, answers.Done = now, true
	a := reporttest.Small()
	r, err := assess.Assess(assess.Input{Answers: answers, Video: &assess.Video{Events: a.Events, Tasks: a.Tasks, Summary: a.Measures,
		DurationS: a.Recording.DurationS, FaceFraction: 0.9, Usable: true}})
	if err != nil {
		t.Fatal(err)
	}
	born, sex, attacks := 1961, "f", 4.0
	return fhir.Input{
		Person: fhir.Person{ID: "01J", Name: "Ada Example", Code: "C-7", BirthYear: &born, Sex: &sex},
		Films: []fhir.Film{{Analysis: a, Recorded: now.Add(-time.Hour), Type: "video/mp4", URL: "recordings/1/original.mp4",
			JSON: []byte("{}"), JSONURL: "recordings/1/analysis.json"}},
		Answers: answers, Assessment: r,
		Days:       []fhir.Day{{At: now, ID: "d1", Kind: "day", Values: []fhir.Value{{Name: "attacks", Number: &attacks}, {Name: "note", Text: "tired"}}}},
		Treatments: []fhir.Treatment{{ID: "t1", Name: "botulinum toxin", From: now.AddDate(0, -1, 0), Sites: []string{"left orbicularis oculi, 5 units"}, Finished: true}},
		Version:    "0.1.0-test", Now: now,
	}
}

// The bundle holds to the profiles of FHIR R4 by another program's validator.
func TestProfiles(t *testing.T) {
	const folder = "../../scripts/fhir"
	if _, err := os.Stat(folder + "/node_modules/@medplum/core"); err != nil {
		t.Skip("the validator is not installed (make fhir)")
	}
	var b bytes.Buffer
	if err := fhir.Write(&b, full(t)); err != nil {
		t.Fatal(err)
	}
	validate := func(in string) (string, error) {
		cmd := exec.Command("node", "validate.mjs")
		cmd.Dir, cmd.Stdin = folder, strings.NewReader(in)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := validate(b.String()); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	broken := strings.Replace(b.String(), `"conclusion":`, `"conclusions":`, 1)
	if out, err := validate(broken); err == nil {
		t.Errorf("a resource with a wrong field passed:\n%s", out)
	}
}

// Whatever was measured: references lead somewhere, ids are UUIDs used once,
// machine results are preliminary, a figure has one value or a reason for none,
// and the same input gives the same bytes.
func TestStructure(t *testing.T) {
	whole := full(t)
	rapid.Check(t, func(t *rapid.T) {
		in := fhir.Input{Now: now, Films: []fhir.Film{{Analysis: reporttest.Analysis(t)}}}
		if rapid.Bool().Draw(t, "whole") {
			in.Person, in.Answers, in.Assessment, in.Days, in.Treatments = whole.Person, whole.Answers, whole.Assessment, whole.Days, whole.Treatments
		}
		if rapid.Bool().Draw(t, "without numbers") {
			x := math.NaN()
			in.Films[0].Analysis.Measures.Burden = &x
		}
		var one, two bytes.Buffer
		if err := fhir.Write(&one, in); err != nil {
			t.Fatal(err)
		}
		if err := fhir.Write(&two, in); err != nil || one.String() != two.String() {
			t.Fatalf("twice written is not the same (%v)", err)
		}
		if err := structure(one.Bytes()); err != nil {
			t.Fatalf("%v\n%.3000s", err, one.String())
		}
	})
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func structure(data []byte) error {
	var b struct {
		Entry []struct {
			FullURL  string `json:"fullUrl"`
			Resource map[string]any
		}
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return err
	}
	urls := map[string]bool{}
	for _, e := range b.Entry {
		id, _ := e.Resource["id"].(string)
		if urls[e.FullURL] || e.FullURL != "urn:uuid:"+id || !uuid.MatchString(id) {
			return fmt.Errorf("%v: fullUrl %q, id %q", e.Resource["resourceType"], e.FullURL, id)
		}
		urls[e.FullURL] = true
	}
	for _, e := range b.Entry {
		kind := e.Resource["resourceType"].(string)
		for _, r := range references(e.Resource) {
			if !urls[r] {
				return fmt.Errorf("%s refers to %q, which is not here", kind, r)
			}
		}
		if kind == "Observation" || kind == "DiagnosticReport" {
			if e.Resource["status"] != "preliminary" {
				return fmt.Errorf("%s is %v", kind, e.Resource["status"])
			}
		}
		list, _ := e.Resource["component"].([]any)
		for _, c := range list {
			n := 0
			for k := range c.(map[string]any) {
				if strings.HasPrefix(k, "value") || k == "dataAbsentReason" {
					n++
				}
			}
			if n != 1 {
				return fmt.Errorf("%s: %d values in %v", kind, n, c)
			}
		}
	}
	return nil
}

// references are all "reference" fields below a value.
func references(v any) []string {
	var out []string
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			if s, ok := e.(string); ok && k == "reference" {
				out = append(out, s)
			}
			out = append(out, references(e)...)
		}
	case []any:
		for _, e := range x {
			out = append(out, references(e)...)
		}
	}
	return out
}

// What is not known is said to be unknown, and no diagnosis is made.
func TestNothingIsInvented(t *testing.T) {
	a := reporttest.Small()
	a.Measures.Burden = nil
	var b bytes.Buffer
	if err := fhir.Write(&b, fhir.Input{Films: []fhir.Film{{Analysis: a}}, Now: now}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), `"Condition"`) || strings.Contains(b.String(), `"final"`) {
		t.Error("a condition, or a result called final")
	}
	i := strings.Index(b.String(), `"time-in-spasm"`)
	if next := b.String()[i:min(i+400, b.Len())]; !strings.Contains(next, "dataAbsentReason") || strings.Contains(strings.SplitN(next, "dataAbsentReason", 2)[0], "valueQuantity") {
		t.Errorf("a burden that is not known: %s", next)
	}
	for _, k := range []string{"name", "birthDate", "gender"} {
		if p := b.String()[:strings.Index(b.String(), `"Device"`)]; strings.Contains(p, `"`+k+`"`) {
			t.Errorf("nobody has a %s", k)
		}
	}
	if !slices.Contains(strings.Fields(b.String()), `"preliminary",`) || report.Schema == "" {
		t.Error("nothing is preliminary")
	}
}
