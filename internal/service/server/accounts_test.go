package server

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// clock is a clock that goes when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Now()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

const (
	origin   = "http://localhost"
	none     = "none"
	password = "a long enough sentence"
)

// guarded is a server with accounts.
func guarded(t *testing.T, c *clock, o account.Options) *bench {
	t.Helper()
	return serve(t, func(config *Config, _ *work.Options) {
		o.Now, o.Log = c.Now, config.Log
		switch o.Origin {
		case "":
			o.Origin = origin
		case none:
			o.Origin = ""
		}
		// Attempts are counted in places that a secret draws: with a new one in each run,
		// two names would share a place once in a hundred runs.
		w, _ := config.Store.DB()
		if _, err := w.Exec(`INSERT INTO secret (id, value) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, strings.Repeat("5a", 32)); err != nil {
			t.Fatal(err)
		}
		a, err := account.Serve(config.Store, o)
		if err != nil {
			t.Fatal(err)
		}
		config.Accounts = a
	})
}

// alone is the bench with a browser of its own.
func (b *bench) alone() *bench {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	other := *b
	other.c = &http.Client{Jar: jar}
	return &other
}

// in is the bench signed in.
func (b *bench) in(name string) *bench {
	b.t.Helper()
	other := b.alone()
	other.must(200, "POST", "/session", credentials{Name: name, Password: password}, nil)
	return other
}

// account adds an account behind the API's back.
func (b *bench) account(name, role string, person *string) *account.Entry {
	b.t.Helper()
	e, err := account.NewBook(b.f.Store, nil).Add(context.Background(), account.New{Name: name, Role: role, PersonID: person, Password: password})
	if err != nil {
		b.t.Fatal(err)
	}
	return e
}

// somebody adds a person behind the API's back.
func (b *bench) somebody(name string) string {
	b.t.Helper()
	p := &record.Person{ID: record.NewID(), Name: name, CreatedAt: time.Now(), UpdatedAt: time.Now()}
	if err := b.f.Store.AddPerson(context.Background(), p); err != nil {
		b.t.Fatal(err)
	}
	return p.ID
}

// column is what a column of the database holds, a line each.
func (b *bench) column(query string) string {
	b.t.Helper()
	_, r := b.f.Store.DB()
	rows, err := r.Query(query)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			b.t.Fatal(err)
		}
		all = append(all, s)
	}
	return strings.Join(all, "\n")
}

// token is the value of the session's cookie.
func (b *bench) token() string {
	u, err := url.Parse(b.url)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.c.Jar.Cookies(u) {
		if strings.HasSuffix(c.Name, "facialis") {
			return c.Value
		}
	}
	return ""
}

func (b *bench) who() *account.Account {
	b.t.Helper()
	var s sessionAnswer
	b.must(200, "GET", "/session", nil, &s)
	return s.Account
}

// The first account is made once, at the computer itself, under its own name.
func TestSetUp(t *testing.T) {
	b := guarded(t, newClock(), account.Options{}).alone()
	var s sessionAnswer
	b.must(200, "GET", "/session", nil, &s)
	if !s.Accounts || s.Account != nil || !s.SetupNeeded || !s.SetupHere || s.PasskeyOrigin == nil || *s.PasskeyOrigin != origin {
		t.Errorf("%+v", s)
	}
	for name, change := range map[string]func(*http.Request){
		"from beyond a proxy":          func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.7") },
		"under another site's name":    func(r *http.Request) { r.Host = "evil.example" },
		"from beyond a standard proxy": func(r *http.Request) { r.Header.Set("Forwarded", "for=203.0.113.7") },
	} {
		if got := b.send("POST", "/setup", `{"name":"root","password":"`+password+`"}`, change); got != 403 {
			t.Errorf("%s: %d", name, got)
		}
	}
	b.must(422, "POST", "/setup", credentials{Name: "root", Password: "short"}, nil)
	b.must(200, "POST", "/setup", credentials{Name: "Root", Password: password}, &s)
	if s.Account == nil || s.Account.Role != account.Admin || s.SetupNeeded {
		t.Errorf("%+v", s)
	}
	if who := b.who(); who == nil || who.Name != "Root" {
		t.Errorf("not signed in: %+v", who)
	}
	b.alone().must(409, "POST", "/setup", credentials{Name: "second", Password: password}, nil)
}

// send sends a request that a test changes before, and gives the status.
func (b *bench) send(method, path, body string, change func(*http.Request)) int {
	b.t.Helper()
	r, err := http.NewRequest(method, b.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	change(r)
	resp, err := b.c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// A token from before the sign-in is worth nothing after it, and one that
// somebody else chose is never taken on.
func TestSessionFixation(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	b.account("doc", account.Clinician, nil)
	u := b.alone()
	u.must(200, "POST", "/passkeys/login/begin", nil, nil) // begins a session without an account
	before := u.token()
	if before == "" {
		t.Fatal("no session to begin with")
	}
	u.must(200, "POST", "/session", credentials{Name: "doc", Password: password}, nil)
	after := u.token()
	if after == before || after == "" {
		t.Error("the token is the one from before the sign-in")
	}
	with := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "facialis", Value: token}) }
	}
	if got := b.send("GET", "/people", "", with(before)); got != 401 {
		t.Errorf("the token from before: %d", got)
	}
	if got := b.send("GET", "/people", "", with(after)); got != 200 {
		t.Errorf("the token from after: %d", got)
	}
	// Signing in with a token of somebody's choice gives another one.
	chosen := strings.Repeat("A", 43)
	v := b.alone()
	if got := v.send("POST", "/session", `{"name":"doc","password":"`+password+`"}`, with(chosen)); got != 200 {
		t.Fatal(got)
	}
	if v.token() == chosen || v.token() == "" {
		t.Error("the chosen token was taken on")
	}
	if got := b.send("GET", "/people", "", with(chosen)); got != 401 {
		t.Errorf("the chosen token: %d", got)
	}
	// Neither token stands in the database.
	data := b.column("SELECT token || data FROM session")
	for _, token := range []string{after, v.token()} {
		if strings.Contains(data, token) {
			t.Error("the database holds a token")
		}
	}
	// A second sign-in in the same browser ends the first one's session.
	u.must(200, "POST", "/session", credentials{Name: "doc", Password: password}, nil)
	if got := b.send("GET", "/people", "", with(after)); got != 401 {
		t.Errorf("the token before the second sign-in: %d", got)
	}
}

// Sessions end by themselves: by the hour where somebody sees everybody, later
// where they see only themselves, and at the latest after their lifetime.
func TestSessionsEnd(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{})
	p := b.somebody("Ann Example")
	b.account("doc", account.Clinician, nil)
	b.account("ann", account.Patient, &p)
	doc, ann := b.in("doc"), b.in("ann")
	for range 11 { // busy: one request every 59 minutes
		c.Step(59 * time.Minute)
		doc.must(200, "GET", "/people", nil, nil)
	}
	c.Step(61 * time.Minute)
	doc.must(401, "GET", "/people", nil, nil) // idle
	if doc.token() != "" {
		t.Error("the cookie of an ended session stays")
	}
	doc = b.in("doc")
	for range 12 {
		c.Step(59 * time.Minute)
		doc.must(200, "GET", "/people", nil, nil)
	}
	c.Step(30 * time.Minute)
	doc.must(401, "GET", "/people", nil, nil) // past its lifetime, though busy
	ann.must(200, "GET", "/people/"+p, nil, nil)
	c.Step(13 * 24 * time.Hour)
	ann.must(200, "GET", "/people/"+p, nil, nil)
	c.Step(15 * 24 * time.Hour)
	ann.must(401, "GET", "/people/"+p, nil, nil)
}

// A new password, another role, the removal and the sign-out end sessions, and a
// request in flight does not bring one back.
func TestSessionsAreEnded(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	p := b.somebody("Ann Example")
	b.account("root", account.Admin, nil)
	doc := b.account("doc", account.Clinician, nil)
	root := b.in("root")
	one, two := b.in("doc"), b.in("doc")
	two.must(422, "POST", "/session/password", map[string]string{"password": "not the one at all", "new_password": password + "!"}, nil)
	two.must(422, "POST", "/session/password", map[string]string{"password": password, "new_password": "short"}, nil)
	two.must(204, "POST", "/session/password", map[string]string{"password": password, "new_password": password + "!"}, nil)
	one.must(401, "GET", "/people", nil, nil)
	two.must(200, "GET", "/people", nil, nil) // who changed it stays
	b.alone().must(401, "POST", "/session", credentials{Name: "doc", Password: password}, nil)

	root.must(200, "PATCH", "/accounts/"+doc.ID, map[string]any{"password": password}, nil)
	two.must(401, "GET", "/people", nil, nil)
	three := b.in("doc")
	three.must(403, "GET", "/people", nil, nil) // another's choice of password
	three.must(422, "POST", "/session/password", map[string]string{"password": password, "new_password": password}, nil)
	three.must(204, "POST", "/session/password", map[string]string{"password": password, "new_password": password + "!"}, nil)
	three.must(204, "POST", "/session/password", map[string]string{"password": password + "!", "new_password": password}, nil)
	root.must(200, "PATCH", "/accounts/"+doc.ID, map[string]any{"name": "Doctor"}, nil)
	three.must(200, "GET", "/people", nil, nil) // a name ends nothing
	root.must(200, "PATCH", "/accounts/"+doc.ID, map[string]any{"role": "patient", "person_id": p}, nil)
	three.must(401, "GET", "/people", nil, nil)
	four := b.in("doctor")
	if who := four.who(); who == nil || who.PersonID == nil || *who.PersonID != p {
		t.Errorf("%+v", who)
	}
	token := four.token()
	four.must(204, "DELETE", "/session", nil, nil)
	if four.who() != nil || four.token() != "" {
		t.Error("still signed in after signing out")
	}
	if got := b.send("GET", "/people", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "facialis", Value: token}) }); got != 401 {
		t.Errorf("the token after signing out: %d", got)
	}
	five := b.in("doctor")
	root.must(204, "DELETE", "/accounts/"+doc.ID, nil, nil)
	five.must(401, "GET", "/people", nil, nil)
	root.must(409, "DELETE", "/accounts/"+root.who().ID, nil, nil)
	root.must(409, "PATCH", "/accounts/"+root.who().ID, map[string]any{"role": "clinician"}, nil)

	// The person's deletion takes the person's account.
	six := b.account("ann", account.Patient, &p)
	ann := b.in("ann")
	root.must(204, "DELETE", "/people/"+p, nil, nil)
	ann.must(401, "GET", "/people", nil, nil)
	root.must(404, "PATCH", "/accounts/"+six.ID, map[string]any{"name": "x"}, nil)
}
