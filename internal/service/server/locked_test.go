package server

import (
	"bufio"
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// oneTime is a code as an authenticator app makes it.
func oneTime(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha1.New, key)
	binary.Write(h, binary.BigEndian, at.Unix()/30)
	sum := h.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1000000)
}

// Without accounts, only who has the token that was printed does anything.
func TestToken(t *testing.T) {
	const token = "printed at the start"
	b := serve(t, func(c *Config, _ *work.Options) {
		c.Local = true
		c.Auth = NewTokenAuth(token, []byte("key"), "127.0.0.1:8765")
	})
	stranger := b.alone()
	var s sessionAnswer
	stranger.must(200, "GET", "/session", nil, &s)
	if !s.TokenNeeded || s.Account != nil {
		t.Errorf("%+v", s)
	}
	for _, route := range described(t) {
		method, path, _ := strings.Cut(route, " ")
		inner, ok := strings.CutPrefix(path, "/api/v1")
		if !ok || strings.HasPrefix(inner, "/session") || strings.HasPrefix(inner, "/passkeys/login") || strings.HasPrefix(inner, "/oidc") || inner == "/setup" || inner == "/invitation" {
			continue
		}
		if got := stranger.call(method, inner, map[string]string{}, nil); got != 401 {
			t.Errorf("%s by somebody else on this computer: %d", route, got)
		}
	}
	for _, wrong := range []string{"", "another", token + "x"} {
		stranger.must(401, "POST", "/session/token", map[string]string{"token": wrong}, nil)
	}
	stranger.must(200, "POST", "/session/token", map[string]string{"token": token}, &s)
	if s.TokenNeeded || s.Account == nil {
		t.Errorf("%+v", s)
	}
	stranger.must(200, "GET", "/people", nil, nil)
	if got := b.send("GET", "/people", "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }); got != 200 {
		t.Errorf("a program with the token: %d", got)
	}
	if got := b.send("GET", "/people", "", func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token+"x") }); got != 401 {
		t.Errorf("a program with another: %d", got)
	}
}

// Clinicians and administrators need a second factor, patients do not.
func TestSecondFactor(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{SecondFactor: true})
	p := b.somebody("Ann")
	b.account("doc", account.Clinician, nil)
	b.account("ann", account.Patient, &p)
	b.in("ann").must(200, "GET", "/people", nil, nil)

	doc := b.in("doc")
	doc.must(403, "GET", "/people", nil, nil)
	doc.must(403, "GET", "/people/"+p, nil, nil)
	if who := doc.who(); who == nil || who.Need != account.NeedSecond {
		t.Errorf("%+v", who)
	}
	var codes codesAnswer
	doc.must(200, "POST", "/session/codes/begin", nil, &codes)
	if !strings.HasPrefix(codes.URI, "otpauth://totp/facialis:doc?") || !strings.HasPrefix(codes.QR, "data:image/png;base64,") {
		t.Errorf("%+v", codes)
	}
	doc.must(422, "POST", "/session/codes", typedCode{"000000"}, nil)
	first := oneTime(t, codes.Secret, c.Now())
	doc.must(204, "POST", "/session/codes", typedCode{first}, nil)
	doc.must(200, "GET", "/people", nil, nil)

	// From now on the code is asked for.
	var refused []byte
	in := func(code string) int {
		return b.alone().call("POST", "/session", credentials{Name: "doc", Password: password, Code: code}, &refused)
	}
	if got := in(""); got != 401 || !strings.Contains(string(refused), "body.code") {
		t.Errorf("without a code: %d %s", got, refused)
	}
	if got := in(first); got != 401 {
		t.Errorf("a code that was used: %d", got)
	}
	c.Step(time.Minute)
	if got := in(oneTime(t, codes.Secret, c.Now().Add(5*time.Minute))); got != 401 {
		t.Errorf("a code of later: %d", got)
	}
	other := b.alone()
	other.must(200, "POST", "/session", credentials{Name: "doc", Password: password, Code: oneTime(t, codes.Secret, c.Now())}, nil)
	other.must(200, "GET", "/people", nil, nil)

	// Guesses of codes are limited as those of passwords are.
	limited := false
	for range 8 {
		limited = limited || other.call("POST", "/session/codes/drop", typedCode{"123456"}, nil) == 429
	}
	if !limited {
		t.Error("codes are guessed without end")
	}

	// With the codes lost, an administrator takes them away.
	root := b.account("root", account.Admin, nil)
	_ = root
	if _, err := account.NewBook(b.f.Store, nil).Change(context.Background(), doc.who().ID, account.Change{NoCodes: true}); err != nil {
		t.Fatal(err)
	}
	other.must(401, "GET", "/people", nil, nil)
	again := b.in("doc")
	again.must(403, "GET", "/people", nil, nil)
}

// Somebody with the password of an account that has codes cannot add a factor of
// their own.
func TestSecondFactorIsNotReplaced(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{SecondFactor: true})
	doc := b.account("doc", account.Clinician, nil)
	w, _ := b.f.Store.DB()
	if _, err := w.Exec(`INSERT INTO passkey (id, account_id, name, credential, created_at) VALUES ('k', $1, '', '{}', 0)`, doc.ID); err != nil {
		t.Fatal(err)
	}
	thief := b.in("doc")
	thief.must(409, "POST", "/session/codes/begin", nil, nil)
	thief.must(409, "POST", "/session/codes", typedCode{"000000"}, nil)
	thief.must(409, "POST", "/passkeys/register/begin", nil, nil)
	thief.must(403, "DELETE", "/passkeys/k", nil, nil)
	thief.must(403, "GET", "/people", nil, nil)
}

// One sees one's own sessions and ends them, nobody else's.
func TestOwnSessions(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	b.account("doc", account.Clinician, nil)
	b.account("eve", account.Clinician, nil)
	one, two, three, eve := b.in("doc"), b.in("doc"), b.in("doc"), b.in("eve")
	var list sessionList
	one.must(200, "GET", "/sessions", nil, &list)
	current, other := 0, ""
	for _, s := range list.Sessions {
		if s.Current {
			current++
		} else {
			other = s.ID
		}
		if s.Address != "127.0.0.1" || s.Agent == "" || s.Factor != "password" {
			t.Errorf("%+v", s)
		}
	}
	if len(list.Sessions) != 3 || current != 1 {
		t.Errorf("%+v", list)
	}
	eve.must(404, "DELETE", "/sessions/"+other, nil, nil)
	one.must(204, "DELETE", "/sessions/"+other, nil, nil)
	ended := 0
	for _, x := range []*bench{two, three} {
		if x.call("GET", "/people", nil, nil) == 401 {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("%d ended", ended)
	}
	one.must(204, "DELETE", "/sessions", nil, nil)
	two.must(401, "GET", "/people", nil, nil)
	three.must(401, "GET", "/people", nil, nil)
	one.must(200, "GET", "/people", nil, nil)
	eve.must(200, "GET", "/people", nil, nil)
}

// An account without a password gets one by a link, once.
func TestInvitation(t *testing.T) {
	c := newClock()
	b := guarded(t, c, account.Options{})
	b.account("root", account.Admin, nil)
	root := b.in("root")
	var e account.Entry
	root.must(201, "POST", "/accounts", account.New{Name: "doc", Role: account.Clinician}, &e)
	if !e.Invited {
		t.Errorf("%+v", e)
	}
	b.alone().must(401, "POST", "/session", credentials{Name: "doc", Password: ""}, nil)
	b.alone().must(401, "POST", "/session", credentials{Name: "doc", Password: password}, nil)
	var old, i invitationAnswer
	root.must(200, "POST", "/accounts/"+e.ID+"/invitation", nil, &old)
	root.must(200, "POST", "/accounts/"+e.ID+"/invitation", nil, &i)
	if i.Link != origin+"/invitation#"+i.Token || !strings.HasPrefix(i.QR, "data:image/png") {
		t.Errorf("%+v", i)
	}
	doc := b.alone()
	accept := func(token, password string) map[string]string {
		return map[string]string{"token": token, "password": password}
	}
	doc.must(422, "POST", "/invitation", accept(old.Token, password), nil)
	doc.must(422, "POST", "/invitation", accept(i.Token, "password1234"), nil)
	doc.must(200, "POST", "/invitation", accept(i.Token, password), nil)
	doc.must(200, "GET", "/people", nil, nil)
	b.alone().must(422, "POST", "/invitation", accept(i.Token, password+"!"), nil)
	b.in("doc")

	root.must(200, "POST", "/accounts/"+e.ID+"/invitation", nil, &i)
	c.Step(8 * 24 * time.Hour)
	b.alone().must(422, "POST", "/invitation", accept(i.Token, password+"!"), nil)
	if got := b.column("SELECT token FROM invitation"); strings.Contains(got, i.Token) {
		t.Error("the token itself is kept")
	}
}

// Who forgot their password gets a link, and nobody learns who has an account.
func TestForgotten(t *testing.T) {
	var mu sync.Mutex
	var mails []string
	sent := make(chan bool, 10)
	b := guarded(t, newClock(), account.Options{Mail: func(_ context.Context, to, subject, text string) error {
		mu.Lock()
		defer mu.Unlock()
		mails = append(mails, to+"\n"+text)
		sent <- true
		return nil
	}})
	b.account("doc", account.Clinician, nil)
	b.account("root", account.Admin, nil)
	root := b.in("root")
	email := "doc@clinic.example"
	var list accountList
	root.must(200, "GET", "/accounts", nil, &list)
	root.must(422, "PATCH", "/accounts/"+list.Accounts[0].ID, map[string]string{"email": "Doc <doc@clinic.example>"}, nil)
	root.must(200, "PATCH", "/accounts/"+list.Accounts[0].ID, map[string]string{"email": email}, nil)
	stranger := b.alone()
	for _, name := range []string{"nobody at all", "root", "Doc"} {
		stranger.must(204, "POST", "/session/forgot", map[string]string{"name": name}, nil)
	}
	select {
	case <-sent:
	case <-time.After(30 * time.Second):
		t.Fatal("no mail")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(mails) != 1 || !strings.HasPrefix(mails[0], email+"\n") {
		t.Fatalf("%q", mails)
	}
	_, token, ok := strings.Cut(mails[0], origin+"/invitation#")
	token, _, _ = strings.Cut(token, "\n")
	if !ok {
		t.Fatalf("%q", mails)
	}
	doc := b.in("doc")
	stranger.must(200, "POST", "/invitation", map[string]string{"token": token, "password": password + "!"}, nil)
	doc.must(401, "GET", "/people", nil, nil)
}

// A patient changes nothing that the clinic keeps of them, and does not read the
// note.
func TestPatientsOwnDetails(t *testing.T) {
	w := newWorld(t)
	ann, doc := w.as[1], w.as[3]
	doc.must(200, "PATCH", "/people/"+w.person, map[string]any{"note": "a secret of the clinicians", "code": "C7", "birth_year": 1970}, nil)
	for _, change := range []map[string]any{{"name": "Somebody Else"}, {"code": "HACK"}, {"note": ""}, {"birth_year": 1980}, {"birth_year": nil}, {"sex": "f", "name": "x"}} {
		ann.must(403, "PATCH", "/people/"+w.person, change, nil)
	}
	var p record.Person
	ann.must(200, "PATCH", "/people/"+w.person, map[string]any{"affected_side": "left"}, &p)
	if p.Note != "" {
		t.Error("the patient reads the note in the answer to a change")
	}
	doc.must(200, "GET", "/people/"+w.person, nil, &p)
	if p.Note != "a secret of the clinicians" || p.Code != "C7" || p.BirthYear == nil || *p.BirthYear != 1970 || p.AffectedSide == nil {
		t.Errorf("%+v", p)
	}
	for _, path := range []string{"/people", "/people/" + w.person, "/people/" + w.person + "/export", "/people/" + w.person + "/fhir"} {
		var got []byte
		ann.must(200, "GET", path, nil, &got)
		if strings.Contains(string(got), "a secret of the clinicians") {
			t.Errorf("%s shows the note", path)
		}
	}
}

// The log says what was refused, from where, what was before and after, and the
// names of the time.
func TestAuditTells(t *testing.T) {
	w := newWorld(t)
	bert, doc, root := w.as[2], w.as[3], w.as[4]
	w.clock.Step(time.Since(w.clock.Now()) + time.Second) // people are stamped by the true time
	doc.must(200, "PATCH", "/people/"+w.person, map[string]any{"name": "First Name"}, nil)
	time.Sleep(2 * time.Second)
	w.clock.Step(2 * time.Second)
	doc.must(200, "PATCH", "/people/"+w.person, map[string]any{"name": "Second Name"}, nil)
	bert.must(404, "DELETE", "/people/"+w.person, nil, nil)
	bert.must(404, "GET", "/recordings/"+w.rec, nil, nil)
	bert.must(404, "GET", "/accounts", nil, nil)
	bert.must(403, "POST", "/people", map[string]string{"name": "x"}, nil)
	var data []byte
	root.must(200, "GET", "/audit.jsonl", nil, &data)
	var lines []account.Line
	scan := bufio.NewScanner(strings.NewReader(string(data)))
	for scan.Scan() {
		var l account.Line
		if err := json.Unmarshal(scan.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	var refused []string
	var changes []account.Line
	for i, l := range lines {
		if i > 0 && l.At.Before(lines[i-1].At) {
			t.Error("not in the order of time")
		}
		if l.Action == "refuse" && l.Account == "bert" {
			refused = append(refused, l.Object)
		}
		if l.Action == "change" && l.Object == "person" && l.PersonID != nil && *l.PersonID == w.person {
			changes = append(changes, l)
		}
		if l.Account != "" && l.Address != "127.0.0.1" {
			t.Errorf("no address: %+v", l)
		}
	}
	for _, want := range []string{"person", "recording " + w.rec, "accounts", "problem.staff.add"} {
		if !strings.Contains(strings.Join(refused, "\n"), want) {
			t.Errorf("the refusal of %s is not in the log: %q", want, refused)
		}
	}
	if len(changes) != 2 {
		t.Fatalf("%+v", changes)
	}
	if c := changes[1]; c.Before != `{"name":"First Name"}` || c.After != `{"name":"Second Name"}` {
		t.Errorf("%s, then %s", c.Before, c.After)
	}
	if *changes[0].Person != "First Name" || *changes[1].Person != "Second Name" {
		t.Errorf("names: %s, %s", *changes[0].Person, *changes[1].Person)
	}
	// For good means the name in the log too.
	root.must(204, "DELETE", "/people/"+w.person+"?now=true", nil, nil)
	var after auditAnswer
	root.must(200, "GET", "/audit?person="+w.person+"&limit=1000", nil, &after)
	for _, l := range after.Entries {
		if l.Person != nil {
			t.Fatalf("the name of somebody deleted: %+v", l)
		}
	}
}

// The server says whether it can work, and its figures, to this computer only.
func TestReadyAndMetrics(t *testing.T) {
	b := guarded(t, newClock(), account.Options{})
	ask := func(path string, change func(*http.Request)) (int, string) {
		r, err := http.NewRequest("GET", b.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(data)
	}
	if status, said := ask("/readyz", nil); status != 200 || !strings.Contains(said, `"database":true`) {
		t.Errorf("%d %s", status, said)
	}
	if status, _ := ask("/livez", nil); status != 200 {
		t.Errorf("%d", status)
	}
	b.alone().must(401, "GET", "/people", nil, nil)
	status, said := ask("/metrics", nil)
	for _, want := range []string{`facialis_request_seconds_count{route="GET /api/v1/people",status="401"} 1`, "facialis_disk_free_bytes", "go_goroutines", "facialis_uploads_pending_bytes 0"} {
		if !strings.Contains(said, want) {
			t.Errorf("%d: no %s", status, want)
		}
	}
	through := func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.7") }
	if status, _ := ask("/metrics", through); status != 404 {
		t.Errorf("through a proxy: %d", status)
	}
	t.Setenv(MetricsToken, "word")
	if status, _ := ask("/metrics", nil); status != 404 {
		t.Errorf("without the word: %d", status)
	}
	if status, _ := ask("/metrics", func(r *http.Request) { through(r); r.Header.Set("Authorization", "Bearer word") }); status != 200 {
		t.Errorf("with the word: %d", status)
	}
}

// A server that cannot work says so.
func TestNotReady(t *testing.T) {
	b := serve(t, func(c *Config, _ *work.Options) { c.Limits.SpareBytes = 1 << 60 })
	t.Setenv("PATH", "")
	resp, err := http.Get(b.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var r readiness
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil || resp.StatusCode != 503 || r.Room || r.Decoder || !r.Database || !r.Disk || r.Status != "failing" {
		t.Errorf("%d %+v %v", resp.StatusCode, r, err)
	}
}

// Over TLS the browser is told to stay with it; a wrong name gives a browser a
// page and a program a problem.
func TestSecureHeadersAndWrongName(t *testing.T) {
	b := serve(t, func(c *Config, _ *work.Options) { c.Secure, c.Origin = true, "https://clinic.example" })
	ask := func(accept string) (*http.Response, string) {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = "evil.example"
		r.Header.Set("Accept", accept)
		b.h.ServeHTTP(w, r)
		return w.Result(), w.Body.String()
	}
	resp, said := ask("text/html,*/*")
	if resp.StatusCode != 421 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || !strings.Contains(said, "https://clinic.example") || strings.Contains(said, "evil") {
		t.Errorf("%d %s", resp.StatusCode, said)
	}
	if resp.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	if resp, _ := ask("application/json"); resp.StatusCode != 421 || !strings.Contains(resp.Header.Get("Content-Type"), "problem+json") {
		t.Errorf("%d %s", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
}

// provider is a sign-in service of one user.
type provider struct {
	*httptest.Server
	key    *rsa.PrivateKey
	claims map[string]any
	codes  map[string]url.Values
	spoil  func(claims map[string]any)
}

func startProvider(t *testing.T) *provider {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, codes: map[string]url.Values{}}
	b64 := base64.RawURLEncoding
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, 200, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, 200, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": b64.EncodeToString(key.N.Bytes()), "e": b64.EncodeToString([]byte{1, 0, 1})}}})
	})
	mux.HandleFunc("/auth", func(w http.ResponseWriter, r *http.Request) {
		code := rand.Text()
		p.codes[code] = r.URL.Query()
		http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {r.URL.Query().Get("state")}}.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		asked, ok := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || b64.EncodeToString(sum[:]) != asked.Get("code_challenge") {
			writeJSON(w, 400, map[string]string{"error": "invalid_grant"})
			return
		}
		claims := map[string]any{"iss": p.URL, "aud": "app", "sub": "u1", "nonce": asked.Get("nonce"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
		for k, v := range p.claims {
			claims[k] = v
		}
		if p.spoil != nil {
			p.spoil(claims)
		}
		body, _ := json.Marshal(claims)
		text := b64.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + b64.EncodeToString(body)
		digest := sha256.Sum256([]byte(text))
		sig, _ := rsa.SignPKCS1v15(nil, p.key, crypto.SHA256, digest[:])
		writeJSON(w, 200, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": text + "." + b64.EncodeToString(sig)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// The clinic's own sign-in service says who somebody is and what they may.
func TestSignInService(t *testing.T) {
	p := startProvider(t)
	var app string
	x := &account.External{Issuer: p.URL, Client: "app", Secret: "s", Claim: "groups", Clinicians: []string{"neurology"}, Admins: []string{"it"}, Raters: []string{"study-raters"}}
	b := guarded(t, newClock(), account.Options{External: x, SecondFactor: true})
	app = b.url
	b.account("root", account.Admin, nil)
	// go follows the whole way round; the app's own name is the test server's address.
	in := func() (*bench, string) {
		u := b.alone()
		jar := u.c.Jar
		u.c.CheckRedirect = func(r *http.Request, via []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), origin+"/") {
				at, _ := url.Parse(app + r.URL.RequestURI())
				r.URL, r.Host = at, at.Host
				r.Header.Del("Cookie")
				for _, c := range jar.Cookies(at) {
					r.AddCookie(c)
				}
			}
			return nil
		}
		resp, err := u.c.Get(app + "/api/v1/oidc")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return u, resp.Request.URL.RequestURI()
	}
	p.claims = map[string]any{"groups": []string{"neurology", "staff"}, "name": "Dr. Example"}
	doc, at := in()
	who := doc.who()
	if at != "/" || who == nil || who.Role != account.Clinician || who.Name != "Dr. Example" || who.Need != "" {
		t.Fatalf("%s %+v", at, who)
	}
	doc.must(200, "GET", "/people", nil, nil)
	doc.must(404, "GET", "/accounts", nil, nil)
	again, _ := in()
	if w := again.who(); w == nil || w.ID != who.ID {
		t.Errorf("another account: %+v", w)
	}
	p.claims["groups"] = "it neurology"
	boss, _ := in()
	if w := boss.who(); w == nil || w.Role != account.Admin {
		t.Errorf("%+v", w)
	}
	boss.must(200, "GET", "/accounts", nil, nil)
	again.must(401, "GET", "/people", nil, nil) // another role ends what was before
	// A name that is taken does not let anybody into the other account.
	p.claims = map[string]any{"groups": []string{"neurology"}, "name": "root", "sub": "u2"}
	second, _ := in()
	if w := second.who(); w == nil || w.Name == "root" || w.Role != account.Clinician {
		t.Errorf("%+v", w)
	}
	b.alone().must(401, "POST", "/session", credentials{Name: "Dr. Example", Password: password}, nil)
	// A rater comes in, and sees nothing until somebody puts them into a study; who is
	// more than a rater stays more.
	p.claims = map[string]any{"groups": []string{"study-raters"}, "name": "Rater Example", "sub": "u4"}
	rater, _ := in()
	if w := rater.who(); w == nil || w.Role != account.Rater || w.Name != "Rater Example" || w.Need != "" {
		t.Fatalf("%+v", w)
	}
	rater.must(403, "GET", "/people", nil, nil)
	var none struct {
		Studies []json.RawMessage `json:"studies"`
	}
	if rater.must(200, "GET", "/studies", nil, &none); len(none.Studies) != 0 {
		t.Errorf("a rater whom nobody has put in sees %d studies", len(none.Studies))
	}
	p.claims["groups"] = []string{"study-raters", "neurology"}
	both, _ := in()
	if w := both.who(); w == nil || w.Role != account.Clinician {
		t.Errorf("%+v", w)
	}
	// Without a role nobody comes in, and who was in is out.
	p.claims = map[string]any{"groups": []string{"cooks"}, "name": "root", "sub": "u2"}
	out, at := in()
	if out.who() != nil || at != "/login?why=role" {
		t.Errorf("%s %+v", at, out.who())
	}
	second.must(401, "GET", "/people", nil, nil)
	for name, spoil := range map[string]func(map[string]any){
		"another nonce": func(c map[string]any) { c["nonce"] = "x" }, "another audience": func(c map[string]any) { c["aud"] = "x" },
		"too old": func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }, "another issuer": func(c map[string]any) { c["iss"] = "https://x.example" },
	} {
		p.claims, p.spoil = map[string]any{"groups": []string{"it"}, "sub": "u3"}, spoil
		if u, at := in(); u.who() != nil || at != "/login?why=external" {
			t.Errorf("%s is let in: %s", name, at)
		}
	}
	// A callback that this browser did not ask for.
	p.spoil = nil
	resp, err := b.alone().c.Get(app + "/api/v1/oidc/callback?code=x&state=y")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Request.URL.RequestURI() != "/login?why=external" {
		t.Errorf("%s", resp.Request.URL)
	}
}

// A code of the pairing lets one browser in, once, for a while.
func TestPairing(t *testing.T) {
	now := time.Now()
	p := &Pairing{Install: "http://192.168.1.20:8766", Fingerprint: "AA:BB"}
	b := serve(t, func(c *Config, _ *work.Options) {
		a := NewTokenAuth("token", []byte("key"), "127.0.0.1:8765")
		p.Book = account.NewBook(c.Store, func() time.Time { return now })
		a.Phone = p
		c.Auth, c.Now = a, func() time.Time { return now }
	})
	b.alone().must(401, "POST", "/pairing", nil, nil)
	host, one, two := b.alone(), b.alone(), b.alone()
	host.must(200, "POST", "/session/token", map[string]string{"token": "token"}, nil)
	var shown pairingAnswer
	host.must(200, "POST", "/pairing", nil, &shown)
	code, ok := strings.CutPrefix(shown.Link, "http://192.168.1.20:8766/#pair=")
	if !ok || shown.Fingerprint != "AA:BB" || !strings.HasPrefix(shown.QR, "data:image/png") {
		t.Fatalf("%+v", shown)
	}
	one.must(401, "POST", "/session/pairing", typedCode{"another"}, nil)
	one.must(200, "POST", "/session/pairing", typedCode{code}, nil)
	one.must(200, "GET", "/people", nil, nil)
	two.must(401, "POST", "/session/pairing", typedCode{code}, nil)
	two.must(401, "GET", "/people", nil, nil)
	host.must(200, "POST", "/pairing", nil, &shown)
	now = now.Add(pairingFor + time.Second)
	two.must(401, "POST", "/session/pairing", typedCode{strings.TrimPrefix(shown.Link, "http://192.168.1.20:8766/#pair=")}, nil)
}

// One paired phone is ended alone: it is let in no more, and nobody else is
// touched.
func TestEndOnePhone(t *testing.T) {
	now := time.Now()
	p := &Pairing{Install: "http://192.168.1.20:8766", Fingerprint: "AA:BB"}
	b := serve(t, func(c *Config, _ *work.Options) {
		a := NewTokenAuth("token", []byte("key"), "127.0.0.1:8765")
		p.Book = account.NewBook(c.Store, func() time.Time { return now })
		a.Phone = p
		c.Auth, c.Now = a, func() time.Time { return now }
	})
	host, one, two := b.alone(), b.alone(), b.alone()
	host.must(200, "POST", "/session/token", map[string]string{"token": "token"}, nil)
	for _, phone := range []*bench{one, two} {
		phone.must(401, "GET", "/phones", nil, nil)
		phone.must(200, "POST", "/session/pairing", typedCode{p.Code(now)}, nil)
		now = now.Add(time.Minute)
	}
	now = now.Add(time.Hour)
	one.must(200, "GET", "/people", nil, nil)
	var list, own phoneList
	host.must(200, "GET", "/phones", nil, &list)
	one.must(200, "GET", "/phones", nil, &own)
	if len(list.Phones) != 2 || list.Current != "" || own.Current != list.Phones[0].ID || list.Phones[0].SeenAt.Before(list.Phones[1].SeenAt.Add(time.Hour/2)) {
		t.Fatalf("%+v %+v", list, own)
	}
	host.must(404, "DELETE", "/phones/none", nil, nil)
	host.must(204, "DELETE", "/phones/"+own.Current, nil, nil)
	one.must(401, "GET", "/people", nil, nil)
	two.must(200, "GET", "/people", nil, nil)
	host.must(200, "GET", "/people", nil, nil)
	two.must(200, "GET", "/phones", nil, &list)
	if len(list.Phones) != 1 || list.Phones[0].ID != list.Current {
		t.Errorf("%+v", list)
	}
	now = now.Add(401 * 24 * time.Hour)
	two.must(401, "GET", "/people", nil, nil)
}

// An answer that takes long ends with the pairing of who asked.
func TestEndedPhoneIsNotStill(t *testing.T) {
	b := serve(t, nil)
	book := account.NewBook(b.f.Store, nil)
	a := NewTokenAuth("token", []byte("key"), "127.0.0.1:8765")
	a.Phone = &Pairing{Book: book}
	token, err := book.AddPhone(t.Context(), "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1")
	if err != nil {
		t.Fatal(err)
	}
	all, err := book.Phones(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != "Safari, iPhone" {
		t.Fatal(all, err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: a.cookieName(), Value: phoneMark + token})
	a.Identify(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if !a.Still(r.Context()) {
			t.Error("a phone that is paired is not let in")
		}
		if err := book.EndPhone(r.Context(), all[0].ID); err != nil {
			t.Error(err)
		}
		if a.Still(r.Context()) {
			t.Error("a phone that was ended goes on")
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
	if !a.Still(t.Context()) {
		t.Error("this computer is not let in")
	}
}
