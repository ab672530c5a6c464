package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A request in flight does not bring back a session that ended meanwhile, by a
// sign-out, a new password or the account's removal.
func TestEndedSessionStaysEnded(t *testing.T) {
	light(t)
	ctx := context.Background()
	for name, end := range map[string]func(s *Service, id string) error{
		"sign-out": func(s *Service, _ string) error {
			_, err := s.w.Exec("DELETE FROM session") // what a sign-out in another request does
			return err
		},
		"a new password": func(s *Service, id string) error {
			password := "another long sentence"
			_, err := s.Change(ctx, id, Change{Password: &password})
			return err
		},
		"the removal": func(s *Service, id string) error { return s.Remove(ctx, id) },
	} {
		s, err := Serve(openStore(t), Options{Origin: "http://localhost"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Add(ctx, New{Name: "root", Role: Admin, Password: "a long enough sentence"}); err != nil {
			t.Fatal(err)
		}
		doc, err := s.Add(ctx, New{Name: "doc", Role: Clinician, Password: "a long enough sentence"})
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		mux.HandleFunc("/api/in", func(w http.ResponseWriter, r *http.Request) {
			if _, err := s.SignIn(r.Context(), "doc", "a long enough sentence", ""); err != nil {
				t.Error(err)
			}
		})
		mux.HandleFunc("/api/slow", func(w http.ResponseWriter, r *http.Request) {
			if _, err := s.BeginPasskey(r.Context()); err != nil { // changes the session
				t.Error(err)
			}
			if !s.Still(r.Context()) {
				t.Error("it does not hold while it does")
			}
			if err := end(s, doc.ID); err != nil {
				t.Error(err)
			}
			if s.Still(r.Context()) {
				t.Errorf("%s: the session still holds within the request", name)
			}
		})
		mux.HandleFunc("/api/who", func(w http.ResponseWriter, r *http.Request) {
			if From(r.Context()).ID == "" {
				w.WriteHeader(http.StatusUnauthorized)
			}
		})
		h := s.Identify(mux)
		var cookie *http.Cookie
		ask := func(path string) int {
			r := httptest.NewRequest("GET", path, nil)
			if cookie != nil {
				r.AddCookie(cookie)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if set := w.Result().Cookies(); len(set) > 0 {
				cookie = set[len(set)-1]
			}
			return w.Code
		}
		ask("/api/in")
		if got := ask("/api/who"); got != 200 {
			t.Fatalf("not signed in: %d", got)
		}
		ask("/api/slow")
		if got := ask("/api/who"); got != 401 {
			t.Errorf("%s: the session is back", name)
		}
	}
}

// A password that changes while it is being checked lets nobody in with the old
// one.
func TestSignInAgainstChange(t *testing.T) {
	light(t)
	ctx := context.Background()
	s, err := Serve(openStore(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Add(ctx, New{Name: "doc", Role: Clinician, Password: "a long enough sentence"})
	if err != nil {
		t.Fatal(err)
	}
	a, epoch, err := enter(ctx, s, "doc", "a long enough sentence")
	if err != nil || a == nil {
		t.Fatal(err)
	}
	password := "another long sentence"
	if _, err := s.Change(ctx, e.ID, Change{Password: &password}); err != nil {
		t.Fatal(err)
	}
	in, err := s.sessions.Load(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.begin(in, a, epoch, factorPassword); err == nil {
		t.Error("the old password still lets in")
	}
	var n int
	if err := s.r.QueryRow("SELECT COUNT(*) FROM session").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d sessions: %v", n, err)
	}
}
