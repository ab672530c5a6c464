package server

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"facialis/event"
	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work/worktest"
	"facialis/report/pdf"
)

// Who asks in the table below, in the order of its columns.
var askers = []string{"nobody", "the patient", "another patient", "a clinician", "an administrator"}

// world is what the routes are tried on: a person with an analyzed recording and
// a patient's account, and another person with theirs.
type world struct {
	b           *bench
	clock       *clock
	staff       *bench
	as          [5]*bench
	person, rec string
	fresh       int // counts what was made for one try
}

// try is a route as it is tried.
type try struct {
	body   func(w *world) any    // nil: none
	path   func(w *world) string // what stands for the parameters; nil: by their names
	query  string
	anew   bool // each asker signs in for it alone
	expect [5]int
}

// Usual answers by asker: nobody, the patient, another patient, clinician,
// administrator.
var (
	persons  = [5]int{401, 200, 404, 200, 200} // a route of one person
	everyone = [5]int{401, 200, 200, 200, 200}
	public   = [5]int{200, 200, 200, 200, 200}
	admins   = [5]int{401, 404, 404, 404, 200}
)

var (
	staffOnly = [5]int{401, 403, 403, 200, 200}
	noRater   = [5]int{401, 403, 403, 403, 403} // nobody of them rates for the study
	openPlan  = record.Plan{Title: "A study", Films: []string{}, Raters: []string{}, Kinds: []event.Kind{}, Scales: []string{}, Statistics: []string{}}
)

// study is an open study of its own.
func (w *world) study() string {
	var st studyAnswer
	w.staff.must(201, "POST", "/studies", openPlan, &st)
	return st.ID
}

func of(v any) func(*world) any { return func(*world) any { return v } }

// upload is a film's announcement of its own, by its id.
func (w *world) upload() string {
	w.fresh++
	var u record.Upload
	w.staff.must(200, "POST", "/uploads", map[string]any{"person_id": w.person, "size": len(worktest.Film(w.b.t)), "client_id": fmt.Sprint("fresh ", w.fresh)}, &u)
	return u.ID
}

// film is a recording of its own.
func (w *world) film() string {
	w.fresh++
	return w.staff.upload(w.person, fmt.Sprint("film ", w.fresh), worktest.Film(w.b.t), 8<<20).ID
}

// binned is the line of the bin of a recording that was deleted.
func (w *world) binned() string {
	rec := w.film()
	w.staff.must(204, "DELETE", "/recordings/"+rec, nil, nil)
	var list binAnswer
	w.staff.must(200, "GET", "/deleted", nil, &list)
	return list.Deleted[0].ID
}

func (w *world) account() string {
	w.fresh++
	return w.b.account(fmt.Sprint("made for one try ", w.fresh), account.Clinician, nil).ID
}

func with(name string, value func(*world) string) func(*world) string {
	return func(w *world) string { return name + "=" + value(w) }
}

// routes is every route of the API and what each role gets from it.
var routes = map[string]try{
	"POST /api/v1/recordings/{rec}/looked": {expect: [5]int{401, 409, 404, 409, 409}}, // it is no night
	"POST /api/v1/live":                    {expect: everyone},
	"POST /api/v1/live/{session}/picture":  {expect: [5]int{401, 404, 404, 404, 404}, path: with("session", func(*world) string { return "none" }), query: "?t=1", body: of([]byte("picture"))},
	"DELETE /api/v1/live/{session}":        {expect: [5]int{401, 404, 404, 404, 404}, path: with("session", func(*world) string { return "none" })},
	"GET /healthz":                         {expect: public},
	"GET /livez":                           {expect: public},
	"GET /readyz":                          {expect: public},

	"POST /api/v1/session/token":            {expect: [5]int{404, 404, 404, 404, 404}, body: of(map[string]string{"token": "none"})},
	"POST /api/v1/session/pairing":          {expect: [5]int{404, 404, 404, 404, 404}, body: of(typedCode{"none"})},
	"POST /api/v1/pairing":                  {expect: [5]int{401, 404, 404, 404, 404}},
	"GET /api/v1/phones":                    {expect: [5]int{401, 404, 404, 404, 404}},
	"DELETE /api/v1/phones/{id}":            {expect: [5]int{401, 404, 404, 404, 404}, path: with("id", func(*world) string { return "none" })},
	"POST /api/v1/session/codes/begin":      {expect: everyone},
	"POST /api/v1/session/codes":            {expect: [5]int{401, 422, 422, 422, 422}, body: of(typedCode{"000000"})},
	"POST /api/v1/session/codes/drop":       {expect: [5]int{401, 409, 409, 409, 409}, body: of(typedCode{"000000"})},
	"POST /api/v1/session/forgot":           {expect: [5]int{409, 409, 409, 409, 409}, body: of(map[string]string{"name": "doc"})},
	"POST /api/v1/invitation":               {expect: [5]int{422, 422, 422, 422, 422}, body: of(map[string]string{"token": "none", "password": password})},
	"GET /api/v1/oidc":                      {expect: [5]int{409, 409, 409, 409, 409}},
	"GET /api/v1/oidc/callback":             {expect: [5]int{409, 409, 409, 409, 409}},
	"GET /api/v1/sessions":                  {expect: everyone},
	"DELETE /api/v1/sessions":               {expect: [5]int{401, 204, 204, 204, 204}},
	"DELETE /api/v1/sessions/{id}":          {expect: [5]int{401, 404, 404, 404, 404}, path: with("id", func(*world) string { return "none" })},
	"POST /api/v1/accounts/{id}/invitation": {expect: admins, path: with("id", (*world).account)},
	"GET /api/v1/audit.jsonl":               {expect: admins},

	"GET /api/v1/session":                   {expect: public},
	"POST /api/v1/session":                  {expect: public, anew: true, body: of(credentials{Name: "doc", Password: password})},
	"DELETE /api/v1/session":                {expect: [5]int{204, 204, 204, 204, 204}, anew: true},
	"POST /api/v1/session/password":         {expect: [5]int{401, 422, 422, 422, 422}, body: of(map[string]string{"password": "not the one at all", "new_password": password})},
	"POST /api/v1/setup":                    {expect: [5]int{409, 409, 409, 409, 409}, body: of(credentials{Name: "second", Password: password})},
	"GET /api/v1/passkeys":                  {expect: everyone},
	"DELETE /api/v1/passkeys/{id}":          {expect: [5]int{401, 404, 404, 404, 404}, path: with("id", func(*world) string { return "none" })},
	"POST /api/v1/passkeys/register/begin":  {expect: everyone},
	"POST /api/v1/passkeys/register/finish": {expect: [5]int{401, 422, 422, 422, 422}, body: of(map[string]string{"id": "made up"})},
	"POST /api/v1/passkeys/login/begin":     {expect: public, anew: true},
	"POST /api/v1/passkeys/login/finish":    {expect: [5]int{422, 422, 422, 422, 422}, body: of(map[string]string{"id": "made up"})},

	"GET /api/v1/accounts":         {expect: admins},
	"POST /api/v1/accounts":        {expect: [5]int{401, 404, 404, 404, 201}, body: of(account.New{Name: "new", Role: account.Clinician, Password: password})},
	"PATCH /api/v1/accounts/{id}":  {expect: admins, path: with("id", (*world).account), body: of(map[string]string{"role": "admin"})},
	"DELETE /api/v1/accounts/{id}": {expect: [5]int{401, 404, 404, 404, 204}, path: with("id", (*world).account)},
	"GET /api/v1/audit":            {expect: admins},

	"GET /api/v1/lost":                 {expect: admins},
	"POST /api/v1/lost/{name}/restore": {expect: [5]int{401, 404, 404, 404, 404}, path: with("name", func(*world) string { return "none" })},
	"DELETE /api/v1/lost/{name}":       {expect: [5]int{401, 404, 404, 404, 404}, path: with("name", func(*world) string { return "none" })},

	"GET /api/v1/deleted":               {expect: everyone},
	"POST /api/v1/deleted/{id}/restore": {expect: persons, path: with("id", (*world).binned)},
	"DELETE /api/v1/deleted/{id}":       {expect: [5]int{401, 204, 404, 204, 204}, path: with("id", (*world).binned)},

	"GET /api/v1/interview":      {expect: everyone},
	"GET /api/v1/protocols":      {expect: everyone},
	"GET /api/v1/protocols/{id}": {expect: everyone, path: with("id", func(*world) string { return "short" })},
	"GET /api/v1/progress":       {expect: everyone},

	"GET /api/v1/people":                          {expect: everyone},
	"POST /api/v1/people":                         {expect: [5]int{401, 403, 403, 201, 201}, body: of(map[string]string{"name": "New"})},
	"GET /api/v1/people/{person}":                 {expect: persons},
	"PATCH /api/v1/people/{person}":               {expect: [5]int{401, 403, 404, 200, 200}, body: of(map[string]string{"note": "x"})},
	"DELETE /api/v1/people/{person}":              {expect: [5]int{401, 403, 404, 204, 204}},
	"GET /api/v1/people/{person}/recordings":      {expect: persons},
	"GET /api/v1/people/{person}/fhir":            {expect: persons},
	"GET /api/v1/people/{person}/export":          {expect: persons},
	"POST /api/v1/people/import":                  {expect: [5]int{401, 403, 403, 422, 422}, body: of([]byte("no zip"))},
	"GET /api/v1/people/{person}/answers":         {expect: persons},
	"PUT /api/v1/people/{person}/answers":         {expect: persons, body: of(map[string]any{"set": map[string]any{"age": 50}})},
	"GET /api/v1/people/{person}/assessment":      {expect: persons},
	"GET /api/v1/people/{person}/assessment.html": {expect: persons},
	"GET /api/v1/people/{person}/diary":           {expect: persons},
	"GET /api/v1/people/{person}/course":          {expect: persons},
	"POST /api/v1/people/{person}/analyse":        {expect: persons},
	"POST /api/v1/people/{person}/sync":           {expect: persons, body: of(map[string]any{"entries": []any{}})},

	"POST /api/v1/uploads": {expect: persons, body: func(w *world) any {
		w.fresh++
		return map[string]any{"person_id": w.person, "size": 100, "client_id": fmt.Sprint("try ", w.fresh)}
	}},
	"GET /api/v1/uploads/{id}":         {expect: persons, path: with("id", (*world).upload)},
	"PUT /api/v1/uploads/{id}":         {expect: persons, path: with("id", (*world).upload), query: "?offset=0", body: of([]byte("film"))},
	"POST /api/v1/uploads/{id}/finish": {expect: [5]int{401, 409, 404, 409, 409}, path: with("id", (*world).upload)},
	"DELETE /api/v1/uploads/{id}":      {expect: [5]int{401, 204, 404, 204, 204}, path: with("id", (*world).upload)},

	"GET /api/v1/recordings/{rec}":                               {expect: persons},
	"PATCH /api/v1/recordings/{rec}":                             {expect: persons, body: of(map[string]string{"label": "x"})},
	"DELETE /api/v1/recordings/{rec}":                            {expect: [5]int{401, 204, 404, 204, 204}, path: with("rec", (*world).film)},
	"POST /api/v1/recordings/{rec}/analyse":                      {expect: persons, path: with("rec", (*world).film)},
	"POST /api/v1/recordings/{rec}/cancel":                       {expect: persons, path: with("rec", (*world).film)},
	"GET /api/v1/recordings/{rec}/analysis":                      {expect: persons},
	"GET /api/v1/recordings/{rec}/corrections":                   {expect: persons},
	"POST /api/v1/recordings/{rec}/corrections":                  {expect: persons, body: of(map[string]any{"op": "confirm", "event_id": "e0001"})},
	"GET /api/v1/recordings/{rec}/events":                        {expect: persons},
	"POST /api/v1/people/{person}/share":                         {expect: persons, body: of(map[string]any{"passphrase": "three long words", "masked": false, "research": false})},
	"GET /api/v1/share/keys":                                     {expect: staffOnly},
	"POST /api/v1/share/keys":                                    {expect: [5]int{401, 403, 403, 201, 201}},
	"GET /api/v1/scales":                                         {expect: everyone},
	"GET /api/v1/studies":                                        {expect: staffOnly},
	"POST /api/v1/studies":                                       {expect: [5]int{401, 403, 403, 201, 201}, body: of(openPlan)},
	"GET /api/v1/studies/{study}":                                {expect: staffOnly, path: with("study", (*world).study)},
	"PUT /api/v1/studies/{study}/plan":                           {expect: staffOnly, path: with("study", (*world).study), body: of(planEdit{Plan: openPlan})},
	"POST /api/v1/studies/{study}/lock":                          {expect: [5]int{401, 403, 403, 422, 422}, path: with("study", (*world).study)},
	"DELETE /api/v1/studies/{study}":                             {expect: [5]int{401, 403, 403, 204, 204}, path: with("study", (*world).study)},
	"GET /api/v1/studies/{study}/raters/{rater}/next":            {expect: noRater, path: with("study", (*world).study)},
	"PUT /api/v1/studies/{study}/raters/{rater}/looks/{n}":       {expect: noRater, path: with("study", (*world).study), body: of(lookEdit{Marks: []record.Mark{}, Answers: map[string]map[string]int{}})},
	"GET /api/v1/studies/{study}/raters/{rater}/looks/{n}/video": {expect: noRater, path: with("study", (*world).study)},
	"POST /api/v1/studies/{study}/raters":                        {expect: [5]int{401, 403, 403, 201, 201}, path: with("study", (*world).study), body: (*world).newRater},
	"GET /api/v1/studies/{study}/report":                         {expect: [5]int{401, 403, 403, 409, 409}, path: with("study", (*world).study)},
	"GET /api/v1/studies/{study}/report.csv":                     {expect: [5]int{401, 403, 403, 409, 409}, path: with("study", (*world).study)},
	"GET /api/v1/recordings/{rec}/marks":                         {expect: persons},
	"POST /api/v1/recordings/{rec}/marks":                        {expect: [5]int{401, 403, 404, 422, 422}, body: of("no marks")},
	"DELETE /api/v1/recordings/{rec}/marks/{set}":                {expect: [5]int{401, 403, 404, 404, 404}, path: with("set", func(*world) string { return "none" })},
	"GET /api/v1/recordings/{rec}/marks/{set}/comparison":        {expect: [5]int{401, 404, 404, 404, 404}, path: with("set", func(*world) string { return "none" })},
	"GET /api/v1/cohort":                                         {expect: staffOnly},
	"GET /api/v1/cohort.csv":                                     {expect: staffOnly},
	"GET /api/v1/cohort.parquet":                                 {expect: staffOnly},
	"GET /api/v1/cohort/paired":                                  {expect: staffOnly},
	"POST /api/v1/cohort/films":                                  {expect: [5]int{401, 403, 403, 422, 422}, body: of("no list")},
	"GET /api/v1/recordings/{rec}/frame":                         {expect: persons, query: "?t=1"},
	"GET /api/v1/recordings/{rec}/measures":                      {expect: persons},
	"GET /api/v1/recordings/{rec}/mesh":                          {expect: persons},
	"GET /api/v1/recordings/{rec}/original":                      {expect: persons},
	"GET /api/v1/recordings/{rec}/progress":                      {expect: persons},
	"GET /api/v1/recordings/{rec}/report.html":                   {expect: persons},
	"GET /api/v1/recordings/{rec}/report.pdf":                    {expect: [5]int{401, 501, 404, 501, 501}}, // the test hides Chromium
	"GET /api/v1/recordings/{rec}/trace":                         {expect: persons},
	"GET /api/v1/recordings/{rec}/video":                         {expect: persons},
	"GET /api/v1/recordings/{rec}/export/analysis.json":          {expect: persons},
	"GET /api/v1/recordings/{rec}/export/boris":                  {expect: persons},
	"GET /api/v1/recordings/{rec}/export/eaf":                    {expect: persons},
	"GET /api/v1/recordings/{rec}/export/edf":                    {expect: persons},
	"GET /api/v1/recordings/{rec}/export/events.csv":             {expect: persons},
	"GET /api/v1/recordings/{rec}/export/trace.parquet":          {expect: persons},
	"GET /api/v1/recordings/{rec}/export/candidates.parquet":     {expect: persons},
}

// newRater is somebody who has no account yet.
func (w *world) newRater() any {
	w.fresh++
	return newRater{Name: fmt.Sprint("rater ", w.fresh)}
}

// ofRaters are the routes that answer a rater otherwise than by refusing: what everybody
// does before and after signing in, their own account, and rating. Each other route is 403
// to a rater, also one about what they rate.
var ofRaters = map[string]int{
	"GET /healthz": 200, "GET /livez": 200, "GET /readyz": 200,
	"POST /api/v1/session/token": 404, "POST /api/v1/session/pairing": 404, "POST /api/v1/session/forgot": 409, "POST /api/v1/invitation": 422,
	"GET /api/v1/oidc": 409, "GET /api/v1/oidc/callback": 409, "GET /api/v1/session": 200, "POST /api/v1/session": 200, "DELETE /api/v1/session": 204,
	"POST /api/v1/setup": 409, "POST /api/v1/passkeys/login/begin": 200, "POST /api/v1/passkeys/login/finish": 422,
	"POST /api/v1/session/password": 422, "POST /api/v1/session/codes/begin": 200, "POST /api/v1/session/codes": 422, "POST /api/v1/session/codes/drop": 409,
	"GET /api/v1/passkeys": 200, "DELETE /api/v1/passkeys/{id}": 404, "POST /api/v1/passkeys/register/begin": 200, "POST /api/v1/passkeys/register/finish": 422,
	"GET /api/v1/sessions": 200, "DELETE /api/v1/sessions": 204, "DELETE /api/v1/sessions/{id}": 404,
	"GET /api/v1/scales": 200, "GET /api/v1/studies": 200,
}

// newWorld makes the world and signs everybody in.
func newWorld(t *testing.T) *world {
	t.Setenv(pdf.Env, "/nowhere/chromium")
	c := newClock()
	b := guarded(t, c, account.Options{})
	w := &world{b: b, clock: c, person: b.somebody("Ann Example")}
	other := b.somebody("Bert Other")
	b.account("ann", account.Patient, &w.person)
	b.account("bert", account.Patient, &other)
	b.account("doc", account.Clinician, nil)
	b.account("root", account.Admin, nil)
	for i, name := range []string{"", "ann", "bert", "doc", "root"} {
		w.as[i] = w.sign(name)
	}
	w.staff = w.as[3]
	w.rec = w.staff.done(w.person).ID
	return w
}

func (w *world) sign(name string) *bench {
	if name == "" {
		return w.b.alone()
	}
	return w.b.in(name)
}

// described are the routes of the API's description.
func described(t *testing.T) []string {
	data, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	var all []string
	for path, methods := range d.Paths {
		for m := range methods {
			all = append(all, strings.ToUpper(m)+" "+path)
		}
	}
	return all
}

// Every route is tried by everybody: nobody, the patient whom it is about,
// another patient, a clinician and an administrator. What is another's answers
// in the same words as what does not exist.
func TestRoutesByRole(t *testing.T) {
	all := described(t)
	if len(all) < 40 {
		t.Fatalf("only %d routes", len(all))
	}
	for _, route := range all {
		if _, ok := routes[route]; !ok {
			t.Errorf("%s has no row: who may do it?", route)
		}
	}
	if len(all) != len(routes) {
		t.Errorf("%d routes are described, %d have a row", len(all), len(routes))
	}
	w := newWorld(t)
	names := []string{"", "ann", "bert", "doc", "root"}
	for route, r := range routes {
		for i, asker := range askers {
			who := w.as[i]
			if r.anew {
				who = w.sign(names[i])
			}
			status, said := w.ask(who, route, r, nil)
			if want := r.expect[i]; status != want {
				t.Errorf("%s by %s: %d, not %d: %s", route, asker, status, want, said)
				continue
			}
			if status == 404 && strings.Contains(route, "{") && i == 2 {
				missing := func(name string) string { return "01HZZZZZZZZZZZZZZZZZZZZZZZ" }
				if s, nothing := w.ask(who, route, r, missing); s != 404 || nothing != said {
					t.Errorf("%s by %s tells what is another's from what does not exist: %q and %d %q", route, asker, said, s, nothing)
				}
			}
		}
	}
}

// A rater is refused on every route but those of rating and of their own account, and a
// study for which they do not rate answers like one that does not exist.
func TestRoutesOfRaters(t *testing.T) {
	w := newWorld(t)
	w.b.account("cleo", account.Rater, nil)
	w.b.account("dora", account.Rater, nil)
	cleo := w.sign("cleo")
	for route, r := range routes {
		who, want := cleo, 403
		if of, ok := ofRaters[route]; ok {
			want = of
		}
		if r.anew || strings.Contains(route, "/session") || strings.Contains(route, "/login") {
			who = w.sign("dora") // these may end sessions
		}
		if status, said := w.ask(who, route, r, nil); status != want {
			t.Errorf("%s by a rater: %d, not %d: %s", route, status, want, said)
		}
	}
	for route := range ofRaters {
		if _, ok := routes[route]; !ok {
			t.Errorf("%s is no route", route)
		}
	}
	here, nowhere := "/studies/"+w.study()+"/raters/cleo/next", "/studies/01HZZZZZZZZZZZZZZZZZZZZZZZ/raters/cleo/next"
	_, a, _ := cleo.raw("GET", here, "")
	_, b, _ := cleo.raw("GET", nowhere, "")
	if !bytes.Equal(a, b) {
		t.Errorf("a rater can tell a study of others from none: %s, %s", a, b)
	}
}

// A rater who is invited chooses a password by the link and rates what is theirs, blinded.
// Nothing that they are given names a person, a recording, another rater or a date.
func TestInvitedRater(t *testing.T) {
	w := newWorld(t)
	doc := w.staff
	var p record.Person
	doc.must(200, "GET", "/people/"+w.person, nil, &p)
	w.b.awaitCopy(w.rec)
	plan := record.Plan{Title: "Blinded", Films: []string{w.rec}, Raters: []string{"doc"}, Kinds: []event.Kind{event.Spasm}, Scales: []string{"smc"},
		Statistics: []string{"events"}, ToleranceS: 0.1}
	var mine, other studyAnswer
	doc.must(201, "POST", "/studies", plan, &mine)
	doc.must(201, "POST", "/studies", plan, &other)
	var i invitationAnswer
	doc.must(409, "POST", "/studies/"+mine.ID+"/raters", newRater{Name: "ann"}, nil) // an account of another kind
	doc.must(201, "POST", "/studies/"+mine.ID+"/raters", newRater{Name: "Rater Two"}, &i)
	doc.must(201, "POST", "/studies/"+mine.ID+"/raters", newRater{Name: "Rater Two"}, &i) // the link was lost
	doc.must(200, "POST", "/studies/"+mine.ID+"/lock", nil, &mine)
	doc.must(200, "POST", "/studies/"+other.ID+"/lock", nil, nil)
	doc.must(422, "POST", "/studies/"+mine.ID+"/raters", newRater{Name: "Rater Three"}, nil) // a locked plan needs a reason
	doc.must(201, "POST", "/studies/"+mine.ID+"/raters", newRater{Name: "Rater Three", Reason: "one more pair of eyes"}, nil)

	r := w.b.alone()
	r.must(200, "POST", "/invitation", map[string]string{"token": i.Token, "password": password}, nil)
	doc.must(409, "POST", "/studies/"+mine.ID+"/raters", newRater{Name: "Rater Two", Reason: "take the account over"}, nil)
	path := "/studies/" + mine.ID + "/raters/Rater%20Two"
	secret := []string{p.Name, w.person, w.rec, "doc", "Rater Three", "cohort", "recorded_at", "created_at", other.ID}
	for _, of := range []string{"/studies", path + "/next", "/session", "/scales"} {
		code, data, _ := r.raw("GET", of, "")
		if code != 200 {
			t.Fatalf("%s: %d %s", of, code, data)
		}
		for _, s := range secret {
			if of != "/scales" && bytes.Contains(data, []byte(s)) {
				t.Errorf("%s tells a rater %q: %s", of, s, data)
			}
		}
	}
	if code, film, head := r.raw("GET", path+"/looks/1/video", ""); code != 200 || len(film) == 0 || strings.Contains(fmt.Sprint(head), w.rec) {
		t.Errorf("the video: %d, %d bytes, %v", code, len(film), head)
	}
	for _, of := range []string{"/studies/" + mine.ID + "/raters/doc/next", "/studies/" + other.ID + "/raters/Rater%20Two/next", "/studies/" + mine.ID, "/studies/" + mine.ID + "/report",
		"/recordings/" + w.rec, "/recordings/" + w.rec + "/video", "/people", "/people/" + w.person, "/cohort"} {
		if code, data, _ := r.raw("GET", of, ""); code != 403 || bytes.Contains(data, []byte(p.Name)) {
			t.Errorf("%s: %d %s", of, code, data)
		}
	}
	r.must(204, "PUT", path+"/looks/1", lookEdit{Marks: []record.Mark{}, Answers: map[string]map[string]int{"smc": {"grade": 1}}, Done: true}, nil)
	if got := w.b.column("SELECT a.action FROM audit a JOIN account b ON b.id = a.account_id WHERE b.role = 'rater' AND a.action = 'refuse'"); got == "" {
		t.Error("no refused access of a rater is in the log")
	}
}

// awaitCopy waits until a recording can be played.
func (b *bench) awaitCopy(rec string) {
	b.t.Helper()
	for range 600 {
		if r, err := b.f.Store.Recording(b.t.Context(), rec); err == nil {
			if f, err := b.w.OpenCopy(r); err == nil {
				f.Close()
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatal("no copy to play was made")
}

// ask tries a route; id, where it is given, stands for every parameter.
func (w *world) ask(who *bench, route string, r try, id func(string) string) (status int, said string) {
	method, path, _ := strings.Cut(route, " ")
	values := map[string]string{"person": w.person, "rec": w.rec, "rater": "nobody", "n": "1"}
	if r.path != nil && id == nil {
		name, value, _ := strings.Cut(r.path(w), "=")
		values[name] = value
	}
	if route == "DELETE /api/v1/people/{person}" && (who == w.as[3] || who == w.as[4]) {
		values["person"] = w.b.somebody("For one try") // since they may
	}
	for _, name := range []string{"person", "rec", "id", "name", "study", "set", "rater", "n"} {
		v := values[name]
		if id != nil {
			v = id(name)
		}
		path = strings.ReplaceAll(path, "{"+name+"}", v)
	}
	var body io.Reader
	media := "application/json"
	if r.body != nil {
		v := r.body(w)
		if raw, ok := v.([]byte); ok {
			body, media = strings.NewReader(string(raw)), "application/octet-stream"
		} else {
			data, err := json.Marshal(v)
			if err != nil {
				w.b.t.Fatal(err)
			}
			body = strings.NewReader(string(data))
		}
	}
	req, err := http.NewRequest(method, w.b.url+path+r.query, body)
	if err != nil {
		w.b.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", media)
	}
	resp, err := who.c.Do(req)
	if err != nil {
		w.b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 400 {
		return resp.StatusCode, "" // an event stream would never end
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		w.b.t.Fatal(err)
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") {
		w.b.t.Errorf("%s: an error as %s", route, resp.Header.Get("Content-Type"))
	}
	return resp.StatusCode, string(data)
}

// A patient gets at nobody else's through what is named beside the path either.
func TestPatientStaysWithTheirOwn(t *testing.T) {
	w := newWorld(t)
	ann, bert := w.as[1], w.as[2]
	var me sessionAnswer
	bert.must(200, "GET", "/session", nil, &me)
	own := *me.Account.PersonID
	var list peopleList
	bert.must(200, "GET", "/people?q=ann", nil, &list)
	for _, p := range list.People {
		if p.ID != own {
			t.Errorf("the list shows %s", p.ID)
		}
	}
	bert.must(200, "GET", "/people?after="+w.person, nil, &list)
	if len(list.People) != 0 {
		t.Errorf("the list's second page shows %d", len(list.People))
	}
	bert.must(404, "GET", "/people/"+own+"/assessment?recording="+w.rec, nil, nil)
	bert.must(404, "GET", "/people/"+own+"/assessment.html?recording="+w.rec, nil, nil)
	bert.must(422, "PATCH", "/people/"+own, map[string]any{"id": w.person}, nil)
	bert.must(422, "PATCH", "/people/"+own, map[string]any{"role": "admin"}, nil)
	// The client's id of another's upload finds nothing.
	var a, b record.Upload
	ann.must(200, "POST", "/uploads", map[string]any{"person_id": w.person, "size": 10, "client_id": "same"}, &a)
	bert.must(200, "POST", "/uploads", map[string]any{"person_id": own, "size": 10, "client_id": "same"}, &b)
	if a.ID == b.ID || b.PersonID != own {
		t.Errorf("one upload for two: %+v", b)
	}
	if data := w.b.column("SELECT COALESCE(l.person_id, '') FROM audit l JOIN account a ON a.id = l.account_id WHERE a.name = 'bert' AND l.action <> 'refuse'"); strings.Contains(data, w.person) {
		t.Error("the log says that bert saw ann")
	}
}

// A patient gets guidance, a clinician the list with its shares, from the API, the
// pages and the report alike.
func TestPatientsGetGuidance(t *testing.T) {
	w := newWorld(t)
	patient, clinician := w.as[1], w.as[3]
	patient.must(200, "PUT", "/people/"+w.person+"/answers", map[string]any{"set": map[string]any{"now": []string{"none"}, "age": 52, "kind": []string{"twitch", "close"}, "side": "left",
		"first_place": "lower_lid", "places": []string{"eye", "mouth"}, "together": "yes", "rest": "yes", "hold": "no", "signs": []string{"none"}}}, nil)
	var v struct {
		Differential struct {
			Candidates []struct{ Share float64 }
		}
		Person struct {
			May    []any
			Advice []any
		}
	}
	clinician.must(200, "GET", "/people/"+w.person+"/assessment", nil, &v)
	if len(v.Differential.Candidates) < 5 {
		t.Errorf("a clinician gets %d candidates", len(v.Differential.Candidates))
	}
	v.Differential.Candidates = nil
	patient.must(200, "GET", "/people/"+w.person+"/assessment", nil, &v)
	if len(v.Differential.Candidates) > 0 || len(v.Person.May) == 0 || len(v.Person.Advice) == 0 {
		t.Errorf("a patient gets %+v", v)
	}
	for who, want := range map[*bench]bool{patient: false, clinician: true} {
		for _, page := range []string{"/people/" + w.person + "/assessment.html?page=clinician", "/recordings/" + w.rec + "/report.html"} {
			resp, err := who.c.Get(who.url + "/api/v1" + page)
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != 200 {
				t.Fatalf("%s: %d %v %s %s", page, resp.StatusCode, err, data, who.log.String())
			}
			if got := strings.Contains(string(data), `class="as-bar"`); got != want {
				t.Errorf("%s: shares are shown: %v, want %v", page, got, want)
			}
		}
	}
	// Nor what they take out with them.
	for who, want := range map[*bench]bool{patient: false, clinician: true} {
		var bundle, whole []byte
		who.must(200, "GET", "/people/"+w.person+"/fhir", nil, &bundle)
		who.must(200, "GET", "/people/"+w.person+"/export", nil, &whole)
		z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		inZip, bundles := false, 0
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(r)
			r.Close()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(f.Name, "fhir") {
				bundles++
			}
			inZip = inZip || bytes.Contains(data, []byte("fits-with-1"))
		}
		if got := bytes.Contains(bundle, []byte("fits-with-1")); got != want || inZip != want || bundles == 0 {
			t.Errorf("the bundle compares: %v, in the zip (%d): %v, want %v", got, bundles, inZip, want)
		}
	}
}
