package account

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"

	"pgregory.net/rapid"
)

// light makes passwords cheap while a test runs.
func light(t testing.TB) {
	was := today
	today = work{memory: 64, time: 1, threads: 1}
	t.Cleanup(func() { today = was })
}

func openStore(t testing.TB) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	// Encrypted, as the harder of the two ways: the server's tests have the other.
	keys, err := keyring.Create(filepath.Join(t.TempDir(), keyring.File), keyringtest.Source(t))
	if err != nil {
		t.Fatal(err)
	}
	st.Seal(keys)
	return st
}

// OWASP's cheat sheet names these as equal; less is not enough.
func TestWorkIsEnough(t *testing.T) {
	for _, w := range []work{{47104, 1, 1}, {19456, 2, 1}, {12288, 3, 1}, {9216, 4, 1}, {7168, 5, 1}} {
		if today.memory >= w.memory && today.time >= w.time && today.threads >= w.threads {
			return
		}
	}
	t.Errorf("%+v is less than what OWASP asks for", today)
}

func TestHash(t *testing.T) {
	light(t)
	one, two := today.hash("a long enough sentence"), today.hash("a long enough sentence")
	if one == two {
		t.Error("two passwords have the same salt")
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Error(one)
	}
	for _, c := range []struct {
		password, phc string
		ok, old       bool
	}{
		{"a long enough sentence", one, true, false},
		{"a long enough sentence ", one, false, false},
		{"", one, false, false},
		{"a long enough sentence", (work{memory: 32, time: 2, threads: 1}).hash("a long enough sentence"), true, true},
		{"a long enough sentence", "", false, false},
		{"a long enough sentence", strings.Replace(one, "argon2id", "argon2i", 1), false, false},
		{"a long enough sentence", strings.Replace(one, "v=19", "v=16", 1), false, false},
		{"a long enough sentence", strings.Replace(one, "m=64", "m=4194304", 1), false, false},
	} {
		if ok, old := matches(c.password, c.phc); ok != c.ok || old != c.old {
			t.Errorf("%q against %q: %v %v", c.password, c.phc, ok, old)
		}
	}
}

// A name that does not exist costs what one that does costs: the memory of one
// hash.
func TestUnknownNameCostsTheSame(t *testing.T) {
	ctx := context.Background()
	s, err := Serve(openStore(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(ctx, New{Name: "doc", Role: Clinician, Password: "a long enough sentence"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, password string }{
		{"doc", "not this sentence"}, {"nobody", "not this sentence"}, {"", "x"}, {"\x00", "not this sentence"}, {"doc", ""}, {"doc", "\x00"}, {"doc", strings.Repeat("long", 200)},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a, _, err := enter(ctx, s, c.name, c.password)
		runtime.ReadMemStats(&after)
		if a != nil || err != nil {
			t.Errorf("%q: %v %v", c, a, err)
		}
		hashes := float64(after.TotalAlloc-before.TotalAlloc) / float64(today.memory<<10)
		if hashes < 1 || hashes > 1.1 {
			t.Errorf("%q: the memory of %.2f hashes", c, hashes)
		}
	}
}

func TestNewPassword(t *testing.T) {
	for password, ok := range map[string]bool{
		"a long enough sentence":       true,
		"короткая фраза":               true,
		"eleven char":                  false,
		"twelve chars":                 true,
		"aaaaaaaaaaaaaaaa":             false,
		"abababababababab":             false,
		"123456789012":                 false,
		"anna maria 1":                 false, // little but the name
		"anna maria likes a long walk": true,
		"with\na line's end in it":     false,
		"":                             false,
		"not UTF-8 \xff and so on":     false,
	} {
		if _, err := newPassword(password, "Anna Maria"); (err == nil) != ok || err != nil && !errors.Is(err, record.ErrInvalid) {
			t.Errorf("%q: %v", password, err)
		}
	}
	if _, err := newPassword(strings.Repeat("été ", 33), "x"); err == nil {
		t.Error("132 characters are taken")
	}
	// Composed and decomposed are one password, and so are two kinds of space.
	a, _ := prepare("un été très long")
	b, _ := prepare("un e\u0301te\u0301 tre\u0300s\u00a0long")
	if a != b {
		t.Errorf("%q is not %q", a, b)
	}
}

func TestCheckName(t *testing.T) {
	for _, c := range []struct{ name, shown, folded string }{
		{" Dr.  Anna Müller ", "Dr. Anna Müller", "dr. anna müller"},
		{"ANNA", "ANNA", "anna"},
		{"Ａｎｎａ", "Ａｎｎａ", "anna"}, // full width
	} {
		shown, folded, err := checkName(c.name)
		if shown != c.shown || folded != c.folded || err != nil {
			t.Errorf("%q: %q %q %v", c.name, shown, folded, err)
		}
	}
	for _, bad := range []string{"", "  ", "a\x00b", "\xff", strings.Repeat("n", 101)} {
		if _, _, err := checkName(bad); !errors.Is(err, record.ErrInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// What is written is read back, and every other work is reported as old.
func TestPHCRoundTrip(t *testing.T) {
	light(t)
	rapid.Check(t, func(t *rapid.T) {
		w := work{memory: rapid.Uint32Range(32, 128).Draw(t, "memory"), time: rapid.Uint32Range(1, 3).Draw(t, "time"), threads: rapid.Uint8Range(1, 4).Draw(t, "threads")}
		password := rapid.String().Draw(t, "password")
		phc := w.hash(password)
		got, salt, key, err := parsePHC(phc)
		if err != nil || got != w || len(salt) != saltBytes || len(key) != keyBytes {
			t.Fatalf("%q: %+v %v", phc, got, err)
		}
		if ok, old := matches(password, phc); !ok || old != (w != today) {
			t.Fatalf("%q: %v %v", phc, ok, old)
		}
		if ok, _ := matches(password+"x", phc); ok {
			t.Fatal("another password matches")
		}
	})
}

func FuzzParsePHC(f *testing.F) {
	light(f)
	f.Add(today.hash("a long enough sentence"))
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$")
	f.Add("$argon2id$v=19$m=-1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, s string) {
		w, salt, key, err := parsePHC(s)
		if err == nil && (w.memory > heaviest.memory || w.time == 0 || w.threads == 0 || len(salt) < 8 || len(key) < 16) {
			t.Errorf("%q is taken: %+v", s, w)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	for b.Loop() {
		today.hash("a long enough sentence")
	}
}
