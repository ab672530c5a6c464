package server

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

// A recording that is deleted leaves its locked study at once, comes back with its marks
// and ratings, and takes them with it when it is deleted for good. The plan stays whole. A
// zip of a person holds what people marked and rated, and brings it in elsewhere.
func TestWithdrawn(t *testing.T) {
	b, other := serve(t, nil), serve(t, nil)
	var films []string
	var people []string
	for i := range 2 {
		p := b.person(fmt.Sprint("Person ", i))
		r := b.upload(p.ID, fmt.Sprint("f", i), worktest.Film(t), 8<<20)
		b.wait(r.ID)
		b.awaitCopy(r.ID)
		films, people = append(films, r.ID), append(people, p.ID)
	}
	var consented record.Recording
	b.must(200, "PATCH", "/recordings/"+films[0], map[string]any{"consent": map[string]any{"keep": true, "research": true, "by": "self", "at": "2026-01-01T00:00:00Z"}}, &consented)
	if code, data, _ := b.raw("POST", "/recordings/"+films[0]+"/marks", "onset,offset,kind,side\n0.2,0.4,spasm,right\n"); code != 201 {
		t.Fatalf("%d %s", code, data)
	}
	plan := record.Plan{Title: "Withdrawn", Films: films, Raters: []string{"AB", "CD"}, Kinds: []event.Kind{event.Spasm}, Scales: []string{"smc"}, Statistics: []string{"events"}, ToleranceS: 0.1}
	var st, open studyAnswer
	b.must(201, "POST", "/studies", plan, &open)
	b.must(201, "POST", "/studies", plan, &st)
	b.must(200, "POST", "/studies/"+st.ID+"/lock", nil, &st)
	rate := func(rater string, n int) {
		t.Helper()
		b.must(204, "PUT", fmt.Sprintf("/studies/%s/raters/%s/looks/%d", st.ID, rater, n), lookEdit{Marks: []record.Mark{{Kind: event.Spasm, Side: "right", OnsetS: 0.2, OffsetS: 0.4}},
			Answers: map[string]map[string]int{"smc": {"grade": 2}}, Done: true}, nil)
	}
	rate("AB", 1)
	rate("AB", 2)

	var zip []byte
	b.must(200, "GET", "/people/"+people[0]+"/export", nil, &zip)
	req, err := http.NewRequest("POST", other.url+"/api/v1/people/import", bytes.NewReader(zip))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/zip")
	resp, err := other.c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != 201 {
		t.Fatalf("%d %s", resp.StatusCode, said)
	}
	var brought markList
	other.must(200, "GET", "/recordings/"+films[0]+"/marks", nil, &brought)
	rated := 0
	for _, m := range brought.Sets {
		if m.Study != nil && m.Study.ID == st.ID && m.Rater == "AB" && m.Study.Scales["smc"]["grade"] == 2 && len(m.Marks) == 1 && m.Marks[0].OnsetS == 0.2 {
			rated++
		}
	}
	if len(brought.Sets) != 2 || rated != 1 {
		t.Errorf("the zip brought %+v", brought.Sets)
	}
	var there record.Recording
	other.must(200, "GET", "/recordings/"+films[0], nil, &there)
	if there.Consent == nil || !there.Consent.Keep || !there.Consent.Research || !there.Consent.At.Equal(consented.Consent.At) {
		t.Errorf("the zip brought the consent %+v", there.Consent)
	}

	report := func() *work.StudyReport {
		t.Helper()
		var rep work.StudyReport
		b.must(200, "GET", "/studies/"+st.ID+"/report", nil, &rep)
		return &rep
	}
	b.must(204, "DELETE", "/people/"+people[0], nil, nil)
	if rep := report(); !rep.Intact || len(rep.Withdrawn) != 1 || rep.Withdrawn[0] != films[0] || rep.Finished["AB"] != 1 || rep.Looks != 1 || len(rep.OtherVersion) != 0 || !strings.Contains(rep.Methods, "deleted") {
		t.Errorf("a film in the bin: %+v", rep)
	}
	// CD is shown the one that is left, whichever place it has.
	var look lookAnswer
	b.must(200, "GET", "/studies/"+st.ID+"/raters/CD/next", nil, &look)
	if looks := st.Plan.Looks("CD"); look.N == 0 || looks[look.N-1].Film != films[1] {
		t.Errorf("CD is shown look %d", look.N)
	}
	rate("CD", look.N)
	b.must(200, "GET", "/studies/"+st.ID+"/raters/CD/next", nil, &look)
	if look.N != 0 {
		t.Errorf("CD is shown what was deleted, look %d", look.N)
	}
	// An open plan is locked with what is there.
	b.must(200, "POST", "/studies/"+open.ID+"/lock", nil, &open)
	if len(open.Plan.Films) != 1 || open.Plan.Films[0] != films[1] || !open.Intact {
		t.Errorf("locked with %v", open.Plan.Films)
	}

	var bin binAnswer
	b.must(200, "GET", "/deleted", nil, &bin)
	b.must(200, "POST", "/deleted/"+bin.Deleted[0].ID+"/restore", nil, nil)
	if rep := report(); len(rep.Withdrawn) != 0 || rep.Finished["AB"] != 2 || rep.Finished["CD"] != 1 {
		t.Errorf("brought back: %+v", rep)
	}
	var marks markList
	b.must(200, "GET", "/recordings/"+films[0]+"/marks", nil, &marks)
	if len(marks.Sets) != 1 {
		t.Errorf("%d sets of marks came back", len(marks.Sets))
	}
	b.must(204, "DELETE", "/recordings/"+films[0], nil, nil)
	b.must(200, "GET", "/deleted", nil, &bin)
	b.must(204, "DELETE", "/deleted/"+bin.Deleted[0].ID, nil, nil)
	if rep := report(); !rep.Intact || len(rep.Withdrawn) != 1 || rep.Finished["AB"] != 1 {
		t.Errorf("deleted for good: %+v", rep)
	}
	if left := b.column("SELECT recording_id FROM study_rating WHERE recording_id = '" + films[0] + "'"); left != "" {
		t.Error("a rating of a film that was deleted for good stays")
	}
	b.must(200, "GET", "/studies/"+st.ID, nil, &st)
	var lines []string
	for _, n := range st.Log {
		if n.What != "rated" {
			lines = append(lines, n.What)
		}
	}
	if got := strings.Join(lines, " "); got != "made locked withdrawn returned withdrawn erased" {
		t.Errorf("the log says %s", got)
	}
}
