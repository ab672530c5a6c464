package server

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// Guessing is slow: from one address, for one name, and for one name from many
// addresses. Whoever knows the password is let in again as soon as the wait is
// over.
func TestBruteForce(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{BehindProxy: true})
	b.account("doc", account.Clinician, nil)
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-For", "10.9.8.7, "+address) }
	}
	guess := func(name, address string) int {
		return b.send("POST", "/session", `{"name":"`+name+`","password":"guess after guess"}`, from(address))
	}
	right := func(address string) int {
		return b.alone().send("POST", "/session", `{"name":"Doc","password":"`+password+`"}`, from(address))
	}
	count := func(n int, try func(i int) int) (wrong, refused int) {
		for i := range n {
			switch got := try(i); got {
			case 401:
				wrong++
			case 429:
				refused++
			default:
				t.Fatalf("a guess gives %d", got)
			}
		}
		return wrong, refused
	}
	// The names' case and spaces make no other name of it.
	if w, r := count(10, func(i int) int { return guess([]string{"doc", "DOC", " Doc "}[i%3], "203.0.113.1") }); w != 5 || r != 5 {
		t.Errorf("one name from one address: %d looked at, %d refused", w, r)
	}
	if got := right("203.0.113.1"); got != 429 {
		t.Errorf("the right password during the wait: %d", got)
	}
	if got := right("203.0.113.2"); got != 200 {
		t.Errorf("the right password from elsewhere: %d", got)
	}
	c.Step(time.Minute)
	for range 3 { // who is right spends nothing
		if got := right("203.0.113.1"); got != 200 {
			t.Errorf("the right password after the wait: %d", got)
		}
	}
	if w, _ := count(10, func(i int) int { return guess("doc", "203.0.113.1") }); w != 1 {
		t.Errorf("a minute allows %d more", w)
	}
	// A name that does not exist is treated alike.
	if w, r := count(10, func(int) int { return guess("nobody at all", "203.0.113.3") }); w != 5 || r != 5 {
		t.Errorf("an unknown name: %d looked at, %d refused", w, r)
	}
	// Many names from one network.
	if w, _ := count(23, func(i int) int { return guess("name"+strings.Repeat("x", i), "2001:db8::"+string(rune('a'+i%6))) }); w != 20 {
		t.Errorf("many names from one network: %d looked at", w)
	}
	// One name from many networks.
	c.Step(time.Hour)
	if w, _ := count(34, func(i int) int { return guess("doc", "198.51.100."+string(rune('1'+i/5))+string(rune('0'+i%5))) }); w > 30 || w < 25 {
		t.Errorf("one name from many networks: %d looked at", w)
	}
	log := b.column("SELECT action || ' ' || detail FROM audit")
	if n := strings.Count(log, "refuse password"); n < 40 || n > 100 {
		t.Errorf("%d refusals in the log", n)
	}
	if n := strings.Count(log, "refuse too many"); n == 0 || n > 2 {
		t.Errorf("%d lines about too many attempts: they fill the log", n)
	}
	if strings.Contains(b.log.String()+log, "guess after guess") || strings.Contains(b.log.String(), "doc") {
		t.Error("a log holds a password or a name")
	}
}

// A stranger with many addresses can keep a name from signing in, but not in a
// browser in which it has signed in before. That browser has a count of its own,
// for this account alone, and a restart forgives neither.
func TestKnownBrowser(t *testing.T) {
	c := newClock()
	o := account.Options{BehindProxy: true}
	b := guarded(t, c, o)
	doc := b.account("doc", account.Clinician, nil)
	b.account("nurse", account.Clinician, nil)
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-For", address) }
	}
	try := func(b *bench, name, password, address string) int {
		return b.send("POST", "/session", `{"name":"`+name+`","password":"`+password+`"}`, from(address))
	}
	own := b.alone()
	if got := try(own, "doc", password, "192.0.2.1"); got != 200 {
		t.Fatalf("signing in: %d", got)
	}
	if got := try(own, "nurse", password, "192.0.2.1"); got != 200 { // both use this computer
		t.Fatalf("signing in: %d", got)
	}
	other := b.alone()
	if got := try(other, "nurse", password, "192.0.2.9"); got != 200 {
		t.Fatalf("signing in: %d", got)
	}
	fill := func() {
		for i := range 60 { // a stranger
			try(b, "doc", "guess after guess", "198.51.100."+string(rune('1'+i/10))+string(rune('0'+i%10)))
		}
	}
	fill()
	if got := try(b.alone(), "doc", password, "192.0.2.1"); got != 429 {
		t.Errorf("a new browser while the name is kept busy: %d", got)
	}
	if got := try(other, "doc", password, "192.0.2.9"); got != 429 {
		t.Errorf("a browser that another account knows: %d", got)
	}
	own.must(204, "DELETE", "/session", nil, nil)
	if got := try(own, "doc", password, "192.0.2.1"); got != 200 {
		t.Errorf("the known browser: %d", got)
	}
	wrong := 0
	for range 20 {
		if try(own, "doc", "guess after guess", "192.0.2.1") == 401 {
			wrong++
		}
	}
	if wrong != 5 {
		t.Errorf("%d guesses from the known browser", wrong)
	}
	if got := try(own, "nurse", password, "192.0.2.1"); got != 200 {
		t.Errorf("the other account in this browser: %d", got)
	}
	// The program starts again over the same folder.
	again, err := account.Serve(b.f.Store, account.Options{BehindProxy: true, Origin: origin, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(New(Config{Store: b.f.Store, Blobs: b.f.Blobs, Work: b.w, Accounts: again, Log: slog.New(slog.DiscardHandler)}).Handler())
	defer srv.Close()
	next := *own
	next.url = srv.URL
	if got := try(&next, "doc", password, "192.0.2.1"); got != 429 {
		t.Errorf("after a restart the known browser is forgiven: %d", got)
	}
	fresh := *b.alone()
	fresh.url = srv.URL
	if got := try(&fresh, "doc", password, "192.0.2.7"); got != 429 {
		t.Errorf("after a restart the name is forgiven: %d", got)
	}
	c.Step(time.Minute)
	if got := try(&next, "doc", password, "192.0.2.1"); got != 200 {
		t.Errorf("a minute later: %d", got)
	}
	// A new password ends what the browser had.
	if _, err := again.Change(t.Context(), doc.ID, account.Change{Password: new(password + "!")}); err != nil {
		t.Fatal(err)
	}
	fill()
	if got := try(own, "doc", password+"!", "192.0.2.1"); got != 429 {
		t.Errorf("the mark of an old password still counts: %d", got)
	}
	for _, text := range []string{"", ".", "....", "AAAA", strings.Repeat("A", 43), strings.Repeat(strings.Repeat("A", 43)+".", 400)} {
		if got := b.alone().send("POST", "/session", `{"name":"doc","password":"`+password+`!"}`, func(r *http.Request) {
			from("192.0.2.1")(r)
			r.AddCookie(&http.Cookie{Name: "facialis-device", Value: text})
		}); got != 429 {
			t.Errorf("a made-up mark %.50q: %d", text, got)
		}
	}
}

// Who the last proxy names is who asks; without --behind-proxy nobody is believed.
func TestForwardedAddressIsNotBelieved(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	b.account("doc", account.Clinician, nil)
	wrong := 0
	for i := range 12 {
		if b.send("POST", "/session", `{"name":"doc","password":"guess after guess"}`, func(r *http.Request) {
			r.Header.Set("X-Forwarded-For", "203.0.113."+string(rune('0'+i%10)))
		}) == 401 {
			wrong++
		}
	}
	if wrong != 5 {
		t.Errorf("%d guesses from one address under many names", wrong)
	}
}

// Another site's page may not change anything, signed in or not.
func TestCrossOrigin(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	p := b.somebody("Ann Example")
	b.account("doc", account.Clinician, nil)
	doc := b.in("doc")
	body := `{"note":"changed"}`
	for name, c := range map[string]struct {
		headers map[string]string
		want    int
	}{
		"this site":           {map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		"typed":               {map[string]string{"Sec-Fetch-Site": "none"}, 200},
		"no browser":          {nil, 200},
		"another site":        {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"a sister site":       {map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"another, by Origin":  {map[string]string{"Origin": "https://evil.example"}, 403},
		"no origin at all":    {map[string]string{"Origin": "null"}, 403},
		"this, by Origin":     {map[string]string{"Origin": b.url}, 200},
		"another with ours":   {map[string]string{"Origin": b.url, "Sec-Fetch-Site": "cross-site"}, 403},
		"another port's page": {map[string]string{"Origin": "http://127.0.0.1:1"}, 403},
	} {
		if got := doc.send("PATCH", "/people/"+p, body, func(r *http.Request) {
			for k, v := range c.headers {
				r.Header.Set(k, v)
			}
		}); got != c.want {
			t.Errorf("%s: %d, not %d", name, got, c.want)
		}
	}
	// Signing somebody in under another's account is a change too.
	if got := b.alone().send("POST", "/session", `{"name":"doc","password":"`+password+`"}`, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); got != 403 {
		t.Errorf("signing in from another site: %d", got)
	}
}

// The cookie is for this server's own pages only; over TLS it is bound to it.
func TestCookie(t *testing.T) {
	for _, c := range []struct {
		secure bool
		role   string
		want   []string
		not    []string
	}{
		{false, account.Clinician, []string{"facialis=", "; HttpOnly", "; SameSite=Strict", "; Path=/"}, []string{"Secure", "Domain", "Max-Age"}},
		{true, account.Clinician, []string{"__Host-facialis=", "; HttpOnly", "; SameSite=Strict", "; Path=/", "; Secure"}, []string{"Domain", "Max-Age"}},
		{true, account.Patient, []string{"__Host-facialis=", "; HttpOnly", "; SameSite=Strict", "; Secure", "; Max-Age="}, []string{"Domain"}},
	} {
		b := guarded(t, newClock(), account.Options{Secure: c.secure})
		var whose *string
		if c.role == account.Patient {
			p := b.somebody("Ann Example")
			whose = &p
		}
		b.account("one", c.role, whose)
		resp, err := http.Post(b.url+"/api/v1/session", "application/json", strings.NewReader(`{"name":"one","password":"`+password+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		cookie := ""
		for _, one := range resp.Header.Values("Set-Cookie") {
			if strings.HasPrefix(one, c.want[0]) {
				cookie = one
			}
		}
		for _, w := range c.want {
			if !strings.Contains(cookie, w) {
				t.Errorf("%+v: no %s in %s", c, w, cookie)
			}
		}
		for _, n := range c.not {
			if strings.Contains(cookie, n) {
				t.Errorf("%+v: %s in %s", c, n, cookie)
			}
		}
	}
}

// Another site that lets its name point at this computer does not get the app.
func TestHosts(t *testing.T) {
	for _, c := range []struct {
		origin string
		local  bool
		good   []string
		bad    []string
	}{
		{"", true, []string{"127.0.0.1:8765", "localhost:8765", "[::1]:8765", "127.0.0.9", "LOCALHOST"}, []string{"evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""}},
		{"https://clinic.example", false, []string{"clinic.example", "clinic.example:443", "Clinic.Example", "127.0.0.1:8765"}, []string{"evil.example", "xclinic.example", "clinic.example.evil.example"}},
		{"", false, []string{"anything.example", "10.0.0.1:8765"}, nil},
	} {
		b := serve(t, func(config *Config, _ *work.Options) { config.Origin, config.Local = c.origin, c.local })
		for want, hosts := range map[int][]string{200: c.good, 421: c.bad} {
			for _, h := range hosts {
				r := httptest.NewRequest("GET", "/healthz", nil)
				r.Host = h
				w := httptest.NewRecorder()
				b.h.ServeHTTP(w, r)
				if w.Code != want {
					t.Errorf("%+v: %q gives %d", c, h, w.Code)
				}
				if hsts := w.Header().Get("Strict-Transport-Security"); (hsts != "") != strings.HasPrefix(c.origin, "https:") {
					t.Errorf("%+v: Strict-Transport-Security %q", c, hsts)
				}
				if csp := w.Header().Get("Content-Security-Policy"); csp != appPolicy {
					t.Errorf("the policy is %q", csp)
				}
			}
		}
	}
}

// An event stream ends when its session does.
func TestStreamEndsWithTheSession(t *testing.T) {
	old := keepAlive
	keepAlive = time.Millisecond
	t.Cleanup(func() { keepAlive = old })
	b := guarded(t, newClock(), account.Options{})
	b.account("doc", account.Clinician, nil)
	doc := b.in("doc")
	resp, err := doc.c.Get(b.url + "/api/v1/progress")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	buf := make([]byte, 64)
	if _, err := resp.Body.Read(buf); err != nil { // it lives
		t.Fatal(err)
	}
	doc.must(204, "DELETE", "/session", nil, nil)
	for err == nil { // and ends, or the test hangs
		_, err = resp.Body.Read(buf)
	}
}

// Every answer carries what keeps a browser from harm: pages, answers, errors, and
// files. Answers of the API are kept by no cache, and nobody who is not let in is
// told the program's version.
func TestEveryAnswerIsGuarded(t *testing.T) {
	const version = "9.8.7-told"
	b := serve(t, func(c *Config, _ *work.Options) {
		c.Auth = NewTokenAuth("token", []byte("key"), "127.0.0.1:8765")
		c.Version = version
	})
	for _, path := range []string{"/", "/people", "/login", "/healthz", "/livez", "/readyz", "/openapi.json", "/metrics", "/models/detector.onnx", "/assets/none.js",
		"/api/v1/session", "/api/v1/people", "/api/v1/none", "/api/v1/people/none/export"} {
		for _, method := range []string{"GET", "POST", "TRACE"} {
			req, err := http.NewRequest(method, b.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			h := resp.Header
			policy := h.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'none'") && !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "'unsafe-eval'") {
				t.Errorf("%s %s: policy %q", method, path, policy)
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cross-Origin-Opener-Policy") != "same-origin" ||
				h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Permissions-Policy") == "" {
				t.Errorf("%s %s: %v", method, path, h)
			}
			if strings.HasPrefix(path, "/api/") && h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s may be kept: %q", method, path, h.Get("Cache-Control"))
			}
			if strings.Contains(string(text), version) || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
				t.Errorf("%s %s tells the version: %v", method, path, h)
			}
			if method == "TRACE" && resp.StatusCode < 400 {
				t.Errorf("TRACE %s: %d", path, resp.StatusCode)
			}
		}
	}
}

// Nothing of what people are called, write or hand in is in the log of the program,
// also when requests fail.
func TestLogSaysNothingOfPeople(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{})
	b.account("root", account.Admin, nil)
	root := b.in("root")
	word := func(where string) string { return "Wq" + where + "Zx" }
	var p record.Person
	root.must(201, "POST", "/people", map[string]any{"name": word("name"), "code": word("code"), "note": word("note")}, &p)
	root.must(200, "PATCH", "/people/"+p.ID, map[string]any{"note": word("changed")}, nil)
	root.must(200, "GET", "/people?q="+word("search"), nil, nil)
	e := record.Entry{ID: record.NewID(), Kind: "attack", At: c.Now().UTC(), UpdatedAt: c.Now().UTC(), Data: json.RawMessage(`{"note":"` + word("diary") + `"}`)}
	root.must(200, "POST", "/people/"+p.ID+"/sync", map[string]any{"entries": []record.Entry{e}}, nil)
	root.call("POST", "/people", map[string]any{"name": word("wrong"), "birth_year": 3}, nil)
	root.call("POST", "/people", []byte(`{"name":"`+word("broken")+`",`), nil)
	root.call("PATCH", "/people/"+word("route"), map[string]any{"note": "x"}, nil)
	root.call("POST", "/uploads", map[string]any{"person_id": p.ID, "size": 5, "client_id": word("client"), "label": word("label")}, nil)
	root.call("GET", "/"+word("path")+"?x="+word("query"), nil, nil)
	b.alone().call("POST", "/session", map[string]any{"name": word("stranger"), "password": word("password")}, nil)
	b.alone().call("POST", "/session/forgot", map[string]any{"name": word("forgot")}, nil)
	b.alone().call("POST", "/invitation", map[string]any{"token": word("token"), "password": word("chosen")}, nil)
	root.must(204, "DELETE", "/people/"+p.ID+"?now=true", nil, nil)
	log := b.log.String()
	if !strings.Contains(log, "/api/v1/people/{person}/sync") {
		t.Fatal("the log holds no requests: there is nothing to read")
	}
	for _, m := range regexp.MustCompile(`(?i)wq\w+zx`).FindAllString(log, -1) {
		t.Errorf("the log holds %s", m)
	}
	if strings.Contains(log, password) {
		t.Error("the log holds a password")
	}
}

// How somebody signs in is changed only soon after signing in: a session that was
// left open does not do.
func TestOldSessionChangesNoFactor(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{})
	b.account("doc", account.Clinician, nil)
	doc := b.in("doc")
	doc.must(200, "POST", "/session/codes/begin", nil, nil)
	doc.must(404, "DELETE", "/passkeys/none", nil, nil)
	c.Step(16 * time.Minute)
	doc.must(200, "GET", "/people", nil, nil)
	doc.must(409, "POST", "/session/codes/begin", nil, nil)
	doc.must(409, "POST", "/session/codes", typedCode{"000000"}, nil)
	doc.must(409, "POST", "/passkeys/register/begin", nil, nil)
	doc.must(409, "DELETE", "/passkeys/none", nil, nil)
	b.in("doc").must(200, "POST", "/session/codes/begin", nil, nil)
}
