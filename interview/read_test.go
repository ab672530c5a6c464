package interview

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The same facts in every shape in which programs send them.
func TestAnswersInManyShapes(t *testing.T) {
	want := map[string]any{"side": "left", "age": 51.0, "kind": []string{"close", "twitch"}, "palsy": "no", "since": "2021-03", "mood_low": "2"}
	for name, in := range map[string]string{
		"codes":      `{"resourceType":"QuestionnaireResponse","status":"completed","authored":"2026-06-01","item":[{"linkId":"side","answer":[{"valueCoding":{"system":"x","code":"left"}}]},{"linkId":"age","answer":[{"valueInteger":51}]},{"linkId":"kind","answer":[{"valueCoding":{"code":"twitch"}},{"valueCoding":{"code":"close"}}]},{"linkId":"palsy","answer":[{"valueBoolean":false}]},{"linkId":"since","answer":[{"valueDate":"2021-03-15"}]},{"linkId":"mood_low","answer":[{"valueInteger":2}]}]}`,
		"groups":     `{"resourceType":"QuestionnaireResponse","item":[{"linkId":"g1","item":[{"linkId":"/interview/side","answer":[{"valueString":"My left"}]},{"linkId":"age","answer":[{"valueQuantity":{"value":51,"unit":"years"}}]}]},{"linkId":"g2","text":"What","item":[{"linkId":"kind","answer":[{"valueCoding":{"display":"Short quick twitches"},"item":[{"linkId":"palsy","answer":[{"valueString":"No"}]}]},{"valueCoding":{"display":"An eye is squeezed shut"}}]},{"linkId":"since","answer":[{"valueDateTime":"2021-03-15T10:00:00Z"}]},{"linkId":"mood-low","answer":[{"valueString":"More than half the days"}]}]}]}`,
		"by words":   `{"resourceType":"QuestionnaireResponse","item":[{"text":"Which side of your own face?","answer":[{"valueString":"LEFT"}]},{"linkId":"age","answer":[{"valueString":"51 years"}]},{"linkId":"kind","answer":[{"valueString":"twitch, close"}]},{"linkId":"palsy","answer":[{"valueString":"n"}]},{"linkId":"since","answer":[{"valueString":"03/2021"}]},{"linkId":"mood_low","answer":[{"valueDecimal":2}]}]}`,
		"bundle":     `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"QuestionnaireResponse","item":[{"linkId":"side","answer":{"valueCode":"left"}},{"linkId":"age","answer":[{"valueDecimal":51}]},{"linkId":"kind","answer":[{"valueCoding":{"code":"twitch"}}]},{"linkId":"kind","answer":[{"valueCoding":{"code":"close"}}]},{"linkId":"palsy","answer":[{"valueBoolean":false}]},{"linkId":"since","answer":[{"valueString":"March 2021"}]},{"linkId":"mood_low","answer":[{"valueCoding":{"code":"2"}}]}]}}]}`,
		"answers":    `{"answers":{"side":"left","age":51,"kind":["twitch","close"],"palsy":false,"since":"2021-03","mood_low":2}}`,
		"app":        `{"values":{"side":"left","age":51,"kind":["twitch","close"],"palsy":"no","since":"2021-03","mood_low":"2"},"skipped":{"ear":"unknown"},"done":false}`,
		"bare":       `{"side":"left","age":"51","kind":"twitch; close","palsy":"no","since":"2021-03","mood_low":"2"}`,
		"list":       `[{"id":"side","value":"left"},{"question":"age","answer":51},{"linkId":"kind","answer":["twitch","close"]},{"id":"palsy","answer":"no"},{"id":"since","answer":"2021-03"},{"id":"mood_low","answer":2}]`,
		"with nones": `{"side":"left","age":51,"kind":["none","twitch","close"],"palsy":false,"since":"2021-03","mood_low":2,"ear":"don't know","sleep":null,"trick":"asked-unknown"}`,
	} {
		r, notes, err := Read(Standard(), []byte(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, r.Values); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if name == "groups" { // what a group is called is no question
			continue
		}
		if len(notes) > 0 {
			t.Errorf("%s: %q", name, notes)
		}
	}
}

// What cannot be read is told in one line, and is not known.
func TestWhatIsLeftOutIsTold(t *testing.T) {
	r, notes, err := Read(Standard(), []byte(`{"side":"upwards","colour":"red","shoe_size":43,"kind":["twitch","hop"],"palsy":["yes","no"],"age":50}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Values) != 2 || r.Values["age"] != 50.0 {
		t.Errorf("%v", r.Values)
	}
	all := strings.Join(notes, "\n")
	for _, s := range []string{`"colour", "shoe_size"`, "side", "hop", "palsy"} {
		if !strings.Contains(all, s) {
			t.Errorf("%q is not told of in:\n%s", s, all)
		}
	}
	if len(notes) != 4 || strings.Count(all, "\n") != 3 {
		t.Errorf("%d notes:\n%s", len(notes), all)
	}
	for _, bad := range []string{`{"colour":"red"}`, `7`, `{"resourceType":"Patient"}`, `{"resourceType":"Bundle"}`, `[]`} {
		if _, _, err := Read(Standard(), []byte(bad)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Whatever comes, what is stored can be written and read again as the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"resourceType":"QuestionnaireResponse","item":[{"linkId":"kind","answer":[{"valueCoding":{"code":"twitch"}}]}]}`))
	f.Add([]byte(`{"answers":{"side":"left","age":51,"kind":["twitch",3],"since":2021}}`))
	f.Add([]byte(`[{"linkId":"a","item":[{"linkId":"side","answer":[{"valueString":"My left","item":[{}]}]}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, _, err := Read(Standard(), data)
		if err != nil {
			return
		}
		out, err := r.Encode(Standard())
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(Standard(), out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if d := cmp.Diff(r.Values, again.Values); d != "" {
			a, _ := json.Marshal(r.Values)
			t.Fatalf("%s\n%s", d, a)
		}
	})
}
