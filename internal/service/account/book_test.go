package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	_ "facialis/internal/rapidtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"

	"pgregory.net/rapid"
)

func addPerson(t testing.TB, st *store.Store) string {
	t.Helper()
	p := &record.Person{ID: record.NewID(), Name: "Ann Example", CreatedAt: time.Now(), UpdatedAt: time.Now()}
	if err := st.AddPerson(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// empty takes every account away.
func empty(t interface{ Fatal(...any) }, st *store.Store) {
	w, _ := st.DB()
	for _, q := range []string{"DELETE FROM account", "DELETE FROM former_account", "DELETE FROM session"} {
		if _, err := w.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}

// enter tries a name and a password, past every limit.
func enter(ctx context.Context, s *Service, name, password string) (*Account, int64, error) {
	of, err := s.claim(ctx, name)
	if err != nil {
		return nil, 0, err
	}
	a, err := s.check(ctx, of, password)
	return a, of.epoch, err
}

// told is an account as the model of the next test has it.
type told struct {
	name, folded, role, person, password string
	ended                                int // how often its sessions were ended
}

// Whatever is asked for in whatever order, the book does what a plain list would
// do: names stay apart, a patient has a person and nobody else does, and there
// is an administrator as long as there ever was one.
func TestBookAgainstModel(t *testing.T) {
	light(t)
	ctx := context.Background()
	st := openStore(t)
	persons := []string{addPerson(t, st), addPerson(t, st), "01HZZZZZZZZZZZZZZZZZZZZZZZ", ""}
	names := []string{"doc", "DOC", "root", " Root ", "ann", "b\u0065\u0301", "b\u00e9"}
	passwords := []string{"a long enough sentence", "another long sentence", "short"}
	roles := []string{Patient, Clinician, Admin, "queen"}
	rapid.Check(t, func(t *rapid.T) {
		empty(t, st)
		b := NewBook(st, nil)
		s, err := Serve(st, Options{})
		if err != nil {
			t.Fatal(err)
		}
		model := map[string]*told{}
		taken := func(folded, but string) bool {
			for id, m := range model {
				if m.folded == folded && id != but {
					return true
				}
			}
			return false
		}
		lastAdmin := func(id string) bool {
			for other, m := range model {
				if m.role == Admin && other != id {
					return false
				}
			}
			return model[id].role == Admin
		}
		// fits says what is wrong with a role and a person, by words.
		fits := func(role, person string) bool {
			return (role == Patient && person != "" || (role == Clinician || role == Admin) && person == "")
		}
		pick := func() (string, *told) {
			ids := []string{"01HYYYYYYYYYYYYYYYYYYYYYYY"}
			for id := range model {
				ids = append(ids, id)
			}
			slices.Sort(ids)
			id := rapid.SampledFrom(ids).Draw(t, "id")
			return id, model[id]
		}
		had := false
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				n := New{Name: rapid.SampledFrom(names).Draw(t, "name"), Role: rapid.SampledFrom(roles).Draw(t, "role"), Password: rapid.SampledFrom(passwords).Draw(t, "password")}
				person := rapid.SampledFrom(persons).Draw(t, "person")
				n.PersonID = &person
				_, folded, _ := checkName(n.Name)
				e, err := b.Add(ctx, n)
				good := len(n.Password) > 12 && fits(n.Role, person) && person != persons[2]
				switch {
				case good && taken(folded, ""):
					if !errors.Is(err, ErrTaken) {
						t.Fatalf("%v", err)
					}
				case good:
					if err != nil {
						t.Fatalf("%+v: %v", n, err)
					}
					model[e.ID] = &told{strings.TrimSpace(n.Name), folded, n.Role, person, n.Password, 0}
				case err == nil:
					t.Fatalf("%+v is taken", n)
				}
			},
			"change": func(t *rapid.T) {
				id, m := pick()
				var c Change
				if rapid.Bool().Draw(t, "rename") {
					name := rapid.SampledFrom(names).Draw(t, "name")
					c.Name = &name
				}
				if rapid.Bool().Draw(t, "another role") {
					role, person := rapid.SampledFrom(roles).Draw(t, "role"), rapid.SampledFrom(persons).Draw(t, "person")
					c.Role, c.PersonID = &role, &person
				}
				if rapid.Bool().Draw(t, "another password") {
					password := rapid.SampledFrom(passwords).Draw(t, "password")
					c.Password = &password
				}
				_, err := b.Change(ctx, id, c)
				if m == nil {
					if !errors.Is(err, store.ErrNotFound) {
						t.Fatalf("of nobody: %v", err)
					}
					return
				}
				want := *m
				good := true
				if c.Name != nil {
					_, want.folded, _ = checkName(*c.Name)
					want.name = strings.TrimSpace(*c.Name)
					good = good && !taken(want.folded, id)
				}
				if c.Role != nil {
					good = good && fits(*c.Role, *c.PersonID) && *c.PersonID != persons[2] && (*c.Role == Admin || !lastAdmin(id))
					if *c.Role != m.role || *c.PersonID != m.person {
						want.ended++
					}
					want.role, want.person = *c.Role, *c.PersonID
				}
				if c.Password != nil {
					good = good && len(*c.Password) > 12
					want.password = *c.Password
					want.ended++
				}
				if good != (err == nil) {
					t.Fatalf("%+v: %v, good: %v", c, err, good)
				}
				if good {
					*m = want
				}
			},
			"remove": func(t *rapid.T) {
				id, m := pick()
				err := b.Remove(ctx, id)
				switch {
				case m == nil:
					if !errors.Is(err, store.ErrNotFound) {
						t.Fatalf("of nobody: %v", err)
					}
				case lastAdmin(id):
					if !errors.Is(err, ErrLastAdmin) {
						t.Fatalf("the last administrator: %v", err)
					}
				case err != nil:
					t.Fatal(err)
				default:
					delete(model, id)
				}
			},
			"": func(t *rapid.T) {
				all, err := b.List(ctx)
				if err != nil || len(all) != len(model) {
					t.Fatalf("%d accounts, not %d: %v", len(all), len(model), err)
				}
				admins := 0
				for _, e := range all {
					m := model[e.ID]
					person := ""
					if e.PersonID != nil {
						person = *e.PersonID
					}
					if m == nil || e.Name != m.name || e.Role != m.role || person != m.person {
						t.Fatalf("%+v, not %+v", e, m)
					}
					a, epoch, err := enter(ctx, s, m.name, m.password)
					if err != nil || a == nil || a.ID != e.ID || epoch != int64(m.ended) {
						t.Fatalf("%s does not sign in: %v, epoch %d, not %d", m.name, err, epoch, m.ended)
					}
					if e.Role == Admin {
						admins++
					}
				}
				had = had || admins > 0
				if had && admins == 0 {
					t.Fatal("there is no administrator any more")
				}
			},
		})
	})
}

// Of many who set the first account up at once, one does.
func TestFirstIsOne(t *testing.T) {
	light(t)
	b := NewBook(openStore(t), nil)
	done := make(chan error)
	for _, name := range []string{"a", "b", "c", "d"} {
		go func() {
			_, err := b.First(context.Background(), name, "a long enough sentence")
			done <- err
		}()
	}
	won := 0
	for range 4 {
		switch err := <-done; {
		case err == nil:
			won++
		case !errors.Is(err, ErrNotFirst):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d first accounts", won)
	}
}

// A password made with other work is hashed again at the next sign-in, and only
// then.
func TestWorkIsBroughtUpToDate(t *testing.T) {
	light(t)
	ctx := context.Background()
	st := openStore(t)
	s, err := Serve(st, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.Add(ctx, New{Name: "doc", Role: Clinician, Password: "a long enough sentence"})
	if err != nil {
		t.Fatal(err)
	}
	stored := func() (phc string) {
		t.Helper()
		if err := s.r.QueryRow("SELECT password FROM account WHERE id = $1", e.ID).Scan(&phc); err != nil {
			t.Fatal(err)
		}
		return phc
	}
	old := stored()
	today = work{memory: 128, time: 2, threads: 1}
	if a, _, err := enter(ctx, s, "doc", "not the sentence"); a != nil || err != nil || stored() != old {
		t.Errorf("a wrong password changes the string: %v", err)
	}
	if a, _, err := enter(ctx, s, "doc", "a long enough sentence"); a == nil || err != nil || !strings.HasPrefix(stored(), "$argon2id$v=19$m=128,t=2,p=1$") {
		t.Errorf("the string stays old: %v", err)
	}
	now := stored()
	if a, _, err := enter(ctx, s, "doc", "a long enough sentence"); a == nil || err != nil || stored() != now {
		t.Errorf("the string is made again every time: %v", err)
	}
}

// The audit log is only added to, and its pages hold every line once.
func TestAudit(t *testing.T) {
	light(t)
	ctx := context.Background()
	st := openStore(t)
	clock := time.Now()
	b := NewBook(st, func() time.Time { return clock })
	doc, err := b.Add(ctx, New{Name: "doc", Role: Clinician, Password: "a long enough sentence"})
	if err != nil {
		t.Fatal(err)
	}
	p := addPerson(t, st)
	ann, err := b.Add(ctx, New{Name: "ann", Role: Patient, PersonID: &p, Password: "a long enough sentence"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if i%3 == 0 {
			clock = clock.Add(time.Second)
		}
		who, whom := doc.ID, p
		if i%2 == 1 {
			who, whom = ann.ID, ""
		}
		if err := b.Write(ctx, who, "look", "person", whom, ""); err != nil {
			t.Fatal(err)
		}
	}
	seen, before := map[string]bool{}, ""
	var last time.Time
	for {
		page, err := b.Lines(ctx, "", before, 3)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, l := range page {
			if seen[l.ID] || !last.IsZero() && l.At.After(last) {
				t.Errorf("%+v comes twice or too late", l)
			}
			seen[l.ID], last, before = true, l.At, l.ID
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d lines", len(seen))
	}
	if of, err := b.Lines(ctx, p, "", 100); err != nil || len(of) != 5 || of[0].Account != "doc" || *of[0].PersonID != p || *of[0].Person != "Ann Example" {
		t.Errorf("%+v %v", of, err)
	}
	for _, q := range []string{"UPDATE audit SET action = 'nothing'", "DELETE FROM audit", "DELETE FROM audit WHERE account_id = 'x' OR 1 = 1"} {
		if _, err := b.w.Exec(q); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", q, err)
		}
	}
	// A removed clinician is still named, a removed patient is not.
	for _, id := range []string{doc.ID, ann.ID} {
		if err := b.Remove(ctx, id); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := b.Lines(ctx, "", "", 100)
	if err != nil || len(lines) != 10 {
		t.Fatal(len(lines), err)
	}
	for _, l := range lines {
		if want := map[bool]string{true: "doc", false: ann.ID}[l.PersonID != nil]; l.Account != want {
			t.Errorf("%s, not %s", l.Account, want)
		}
	}
}
