package server

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"facialis/agreement"
	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

// raw gets a path's bytes and headers.
func (b *bench) raw(method, path, body string) (int, []byte, http.Header) {
	b.t.Helper()
	req, err := http.NewRequest(method, b.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.c.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, data, resp.Header
}

// A study from its plan to its figures: nothing that a rater gets says who was filmed,
// what was finished stays, the plan stays locked, and the report counts what was rated.
func TestStudy(t *testing.T) {
	b := serve(t, func(c *Config, _ *work.Options) { c.Version = "1.2.3" })
	var films []string
	var secret []string
	for i := range 3 {
		p := b.person(fmt.Sprintf("Secret Person %d", i))
		r := b.upload(p.ID, fmt.Sprint("x", i), worktest.Film(t), 8<<20)
		b.wait(r.ID)
		b.awaitCopy(r.ID)
		films = append(films, r.ID)
		secret = append(secret, p.Name, p.ID, r.ID)
	}
	plan := record.Plan{Title: "Agreement", Films: films, Raters: []string{"AB", "CD"}, Kinds: []event.Kind{event.Spasm}, Scales: []string{"smc"},
		Statistics: agreement.Statistics, ToleranceS: 0.1, RepeatShare: 0.3, SecondRound: true}
	var st studyAnswer
	b.must(201, "POST", "/studies", plan, &st)
	b.must(409, "GET", "/studies/"+st.ID+"/raters/AB/next", nil, nil) // not locked yet
	b.must(200, "POST", "/studies/"+st.ID+"/lock", nil, &st)
	if st.Hash == "" || st.Hash != st.Plan.Sum() || !st.Intact || st.Plan.Version == "" {
		t.Fatalf("locked: %+v", st.Study)
	}
	b.must(422, "POST", "/studies/"+st.ID+"/lock", nil, nil)
	b.must(404, "DELETE", "/studies/"+st.ID, nil, nil)
	changed := st.Plan
	changed.Films = films[:2]
	b.must(422, "PUT", "/studies/"+st.ID+"/plan", planEdit{Plan: changed, Reason: "easier"}, nil)
	changed = st.Plan
	changed.ToleranceS = 0.2
	b.must(422, "PUT", "/studies/"+st.ID+"/plan", planEdit{Plan: changed}, nil)
	hash := st.Hash
	b.must(200, "PUT", "/studies/"+st.ID+"/plan", planEdit{Plan: changed, Reason: "raters need longer"}, &st)
	if last := st.Log[len(st.Log)-1]; last.What != "amended" || !strings.Contains(last.Detail, "raters need longer") || !strings.Contains(last.Detail, hash) || !strings.Contains(last.Detail, st.Hash) {
		t.Errorf("the log says %+v", last)
	}

	total := 3 + 1 + 3 // films, one again, a second round
	for _, rater := range plan.Raters {
		var rounds []int
		for n := 1; ; n++ {
			path := "/studies/" + st.ID + "/raters/" + rater
			code, data, _ := b.raw("GET", path+"/next", "")
			if code != 200 {
				t.Fatalf("%d: %s", code, data)
			}
			for _, s := range secret {
				if bytes.Contains(data, []byte(s)) {
					t.Errorf("a rater is told %s", s)
				}
			}
			var look lookAnswer
			b.must(200, "GET", path+"/next", nil, &look)
			if look.N == 0 {
				break
			}
			if look.N != n || look.Of != total || (look.Round == 1 && len(look.Program) > 0) {
				t.Fatalf("look %d: %+v", n, look)
			}
			rounds = append(rounds, look.Round)
			video := fmt.Sprintf("%s/looks/%d", path, n)
			code, _, head := b.raw("GET", video+"/video", "")
			if code != 200 || head.Get("ETag") != "" || strings.Contains(fmt.Sprint(head), films[0]) {
				t.Errorf("video: %d %v", code, head)
			}
			b.must(409, "PUT", fmt.Sprintf("%s/looks/%d", path, n+1), lookEdit{Marks: []record.Mark{}, Answers: map[string]map[string]int{}}, nil)
			edit := lookEdit{Marks: []record.Mark{{Kind: event.Spasm, Side: "right", OnsetS: 0.2, OffsetS: 0.3}}, Answers: map[string]map[string]int{}}
			b.must(204, "PUT", video, edit, nil)
			edit.Done = true
			b.must(422, "PUT", video, edit, nil) // the scale has no answer yet
			edit.Answers = map[string]map[string]int{"smc": {"grade": 1}}
			b.must(204, "PUT", video, edit, nil)
			b.must(409, "PUT", video, edit, nil) // finished
		}
		if len(rounds) != total || !slices.IsSorted(rounds) {
			t.Errorf("%s: rounds %v", rater, rounds)
		}
	}
	var rep work.StudyReport
	b.must(200, "GET", "/studies/"+st.ID+"/report", nil, &rep)
	if rep.Finished["AB"] != total || rep.Looks != total || !rep.Intact || len(rep.Rounds) != 2 || rep.Rounds[0].Films != 3 {
		t.Fatalf("%+v", rep)
	}
	e := rep.Rounds[0].Events[0]
	if e.Both != 3 || e.OnlyA+e.OnlyB != 0 || *e.Share.Value != 1 {
		t.Errorf("AB and CD: %+v", e)
	}
	if !strings.Contains(rep.Methods, "Facialis "+st.Plan.Version) {
		t.Errorf("methods: %s", rep.Methods)
	}
	_, data, _ := b.raw("GET", "/studies/"+st.ID+"/report.csv", "")
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(rows) < 10 || rows[0][0] != "round" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// Marks from another program are read on the film's own clock, kept, compared and
// deleted; what cannot be read says why.
func TestMarksOfOthers(t *testing.T) {
	b := serve(t, nil)
	r := b.done(b.person("Ada").ID)
	path := "/recordings/" + r.ID + "/marks"
	table := "onset,offset,kind,side\n0.2,0.4,spasm,right\n0.6,0.7,blink,\n"
	code, data, _ := b.raw("POST", path, table)
	if code != 201 {
		t.Fatalf("%d %s", code, data)
	}
	var list markList
	b.must(200, "GET", path, nil, &list)
	if len(list.Sets) != 1 || len(list.Sets[0].Marks) != 2 || list.Sets[0].Marks[0].OnsetS != 0.2 {
		t.Fatalf("%+v", list)
	}
	var c work.MarkComparison
	b.must(200, "GET", path+"/"+list.Sets[0].ID+"/comparison", nil, &c)
	if len(c.Kinds) != 2 || c.Kinds[0].Both+c.Kinds[0].OnlyMarks != 1 {
		t.Errorf("%+v", c)
	}
	for body, want := range map[string]string{"onset,kind\n\"1,234\",spasm\n": "comma", "onset,kind\n9000,spasm\n": "another recording", "": "could not be read"} {
		if code, data, _ := b.raw("POST", path, body); code != 422 && code != 400 || body != "" && !strings.Contains(string(data), want) {
			t.Errorf("%q: %d %s", body, code, data)
		}
	}
	b.must(204, "DELETE", path+"/"+list.Sets[0].ID, nil, nil)
	b.must(404, "DELETE", path+"/"+list.Sets[0].ID, nil, nil)
}

// The table over everybody: the filters choose, the columns are those asked for, pages
// join without a gap, CSV and Parquet hold the same; people come in by a list.
func TestCohort(t *testing.T) {
	b := serve(t, nil)
	list := "file;code;date;visit;side;protocol\nfolder/a.mp4;P1;2026-01-02;before;R;short\nb.mp4;P2;05.02.2026;before;left;short\nb.mp4;P2;;x;;\nc.mp4;P3;5/7/2026;;;\n"
	code, data, _ := b.raw("POST", "/cohort/films?add=true", list)
	if code != 200 {
		t.Fatalf("%d %s", code, data)
	}
	var l work.FilmList
	b.must(200, "POST", "/cohort/films", []byte(list), &l)
	if len(l.Rows) != 4 || l.Rows[0].Problem != "" || l.Rows[0].PersonID == "" || l.Rows[0].File != "a.mp4" || l.Rows[0].Side != "right" ||
		l.Rows[1].RecordedAt.Format("2006-01-02") != "2026-02-05" || l.Rows[2].Problem == "" || l.Rows[3].Problem == "" || l.Added != 0 {
		t.Fatalf("%+v", l)
	}
	for i, row := range l.Rows[:2] {
		var u record.Upload
		film := worktest.Film(t)
		b.must(200, "POST", "/uploads", map[string]any{"person_id": row.PersonID, "size": len(film), "client_id": fmt.Sprint("f", i), "recorded_at": row.RecordedAt,
			"label": row.Visit, "protocol": row.Protocol, "consent": map[string]any{"keep": true, "research": i == 0, "by": "self", "at": "2026-01-01T00:00:00Z"}}, &u)
		b.must(200, "PUT", "/uploads/"+u.ID+"?offset=0", film, nil)
		var r record.Recording
		b.must(200, "POST", "/uploads/"+u.ID+"/finish", nil, &r)
		b.wait(r.ID)
	}
	var c work.Cohort
	b.must(200, "GET", "/cohort?columns=code,date,visit,rate_per_min,burden", nil, &c)
	if len(c.Rows) != 2 || c.Rows[0][0] != "P1" || c.Rows[1][1] != "2026-02-05" || len(c.Rows[0]) != 5 {
		t.Fatalf("%+v", c)
	}
	for query, want := range map[string]int{"q=p1": 1, "side=right": 1, "side=both": 0, "protocol=short": 2, "research=true": 1, "from=2026-02-01T00:00:00Z": 1, "max_rate=0.0001": -1, "usable=yes": -1} {
		var some work.Cohort
		b.must(200, "GET", "/cohort?"+query, nil, &some)
		if want >= 0 && len(some.Rows) != want {
			t.Errorf("%s: %d rows, want %d", query, len(some.Rows), want)
		}
	}
	var first, second work.Cohort
	b.must(200, "GET", "/cohort?limit=1", nil, &first)
	b.must(200, "GET", "/cohort?limit=1&after="+first.Next, nil, &second)
	if first.Next == "" || second.Next != "" || len(second.Rows) != 1 || first.IDs[0] == second.IDs[0] {
		t.Errorf("pages %+v, %+v", first.IDs, second.IDs)
	}
	b.must(422, "GET", "/cohort?columns=nothing", nil, nil)
	_, data, _ = b.raw("GET", "/cohort.csv?columns=code,date,spasms", "")
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][0] != "P1" {
		t.Errorf("%v, %v", rows, err)
	}
	_, data, _ = b.raw("GET", "/cohort.parquet?columns=code,date,spasms", "")
	type line struct {
		Code   *string  `parquet:"code,optional"`
		Date   *string  `parquet:"date,optional"`
		Spasms *float64 `parquet:"spasms,optional"`
	}
	got, err := parquet.Read[line](bytes.NewReader(data), int64(len(data)))
	if err != nil || len(got) != 2 || *got[0].Code != "P1" || *got[1].Date != "2026-02-05" || fmt.Sprint(*got[0].Spasms) != rows[1][2] {
		t.Errorf("%+v, %v", got, err)
	}
	var p work.Paired
	b.must(200, "GET", "/cohort/paired", nil, &p)
	if len(p.Pairs) != 0 || p.Change.Value != nil {
		t.Errorf("%+v", p)
	}
}

// A person goes to a colleague in one sealed file, and comes in at the other side by its
// passphrase alone.
func TestShare(t *testing.T) {
	a, other := serve(t, nil), serve(t, nil)
	p := a.person("Ada Example")
	a.done(p.ID)
	a.must(422, "POST", "/people/"+p.ID+"/share", map[string]any{"passphrase": "short", "masked": false, "research": false}, nil)
	var file []byte
	a.must(200, "POST", "/people/"+p.ID+"/share", map[string]any{"passphrase": "drei lange Wörter", "masked": false, "research": false}, &file)
	if bytes.Contains(file, []byte("Example")) || !bytes.HasPrefix(file, []byte("age-encryption.org/")) {
		t.Fatal("the file is not sealed")
	}
	for passphrase, want := range map[string]int{"": 423, "another one": 423, "drei%20lange%20W%C3%B6rter": 201} {
		req, err := http.NewRequest("POST", other.url+"/api/v1/people/import", bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/zip")
		req.Header.Set(passphraseHeader, passphrase)
		resp, err := other.c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%q: %d %s", passphrase, resp.StatusCode, said)
		}
	}
	var list peopleList
	other.must(200, "GET", "/people", nil, &list)
	if len(list.People) != 1 || list.People[0].Name != "Ada Example" || list.People[0].Recordings != 1 {
		t.Errorf("%+v", list)
	}
}

// A person goes to two colleagues by their public keys: each opens the file without a
// passphrase, a third cannot, and is told why. An older key still opens what was made
// for it.
func TestShareByKey(t *testing.T) {
	a, second, third := serve(t, nil), serve(t, nil), serve(t, nil)
	p := a.person("Ada Example")
	a.done(p.ID)
	var keys shareKeys
	var to []string
	a.must(200, "GET", "/share/keys", nil, &keys)
	if len(keys.Keys) != 0 {
		t.Errorf("%+v", keys)
	}
	for _, b := range []*bench{second, a} {
		b.must(201, "POST", "/share/keys", nil, &keys)
		to = append(to, keys.Keys[0].Public)
	}
	second.must(201, "POST", "/share/keys", nil, &keys) // a newer one
	if len(keys.Keys) != 2 || keys.Keys[1].Public != to[0] {
		t.Errorf("%+v", keys)
	}
	share := func(v map[string]any) map[string]any { v["masked"], v["research"] = false, false; return v }
	a.must(422, "POST", "/people/"+p.ID+"/share", share(map[string]any{"to": []string{"age1nothing"}}), nil)
	a.must(422, "POST", "/people/"+p.ID+"/share", share(map[string]any{"to": to, "passphrase": "three long words"}), nil)
	a.must(422, "POST", "/people/"+p.ID+"/share", share(map[string]any{}), nil)
	var file []byte
	a.must(200, "POST", "/people/"+p.ID+"/share", share(map[string]any{"to": to}), &file)
	if bytes.Contains(file, []byte("Example")) || !bytes.HasPrefix(file, []byte("age-encryption.org/")) {
		t.Fatal("the file is not sealed")
	}
	for _, x := range []struct {
		b      *bench
		status int
	}{{second, 201}, {third, 422}, {a, 409}} { // a can read it, and has the person already
		code, said, _ := x.b.raw("POST", "/people/import", string(file))
		if code != x.status {
			t.Errorf("%d, want %d: %s", code, x.status, said)
		}
		if x.status == 422 && !strings.Contains(string(said), "key") {
			t.Errorf("the third is told %s", said)
		}
	}
	var list peopleList
	second.must(200, "GET", "/people", nil, &list)
	if len(list.People) != 1 || list.People[0].Name != "Ada Example" {
		t.Errorf("%+v", list)
	}
	if log := a.column("SELECT secret FROM share_key"); !strings.Contains(log, "AGE-SECRET-KEY-") {
		t.Error("no secret key is kept")
	}
	for _, of := range []string{"/share/keys", "/session"} {
		if _, data, _ := a.raw("GET", of, ""); bytes.Contains(bytes.ToUpper(data), []byte("SECRET-KEY")) {
			t.Errorf("%s gives the secret key away", of)
		}
	}
}
