package account

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/internal/service/record"
)

// Every password of a list is found and no other, with and without counts behind
// the sums, with either end of line.
func TestBreachedPasswords(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 100, 1001} {
		for _, ending := range []string{"\n", ":7\r\n", ":123456\n"} {
			var lines []string
			for i := range n {
				lines = append(lines, fmt.Sprintf("%X", sha1.Sum(fmt.Appendf(nil, "in the list %d", i))))
			}
			slices.Sort(lines)
			path := filepath.Join(t.TempDir(), "list")
			text := ""
			for _, l := range lines {
				text += l + ending
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			for i := range n + 20 {
				got, err := Breached(path).Has(fmt.Sprintf("in the list %d", i))
				if err != nil || got != (i < n) {
					t.Fatalf("%d of %d: %v %v", i, n, got, err)
				}
			}
		}
	}
	wrong := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(wrong, []byte(strings.Repeat("password\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, ok := range map[Breached]bool{"": true, Breached(wrong): false, "none/such": false} {
		if err := path.Check(); (err == nil) != ok {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// A strong password that was stolen elsewhere is refused wherever one is chosen.
func TestBreachedPasswordIsRefused(t *testing.T) {
	light(t)
	b := NewBook(openStore(t), nil)
	const stolen, good = "nineteen purple walruses 7", "eleven orange pelicans 4"
	b.Breached = Breached(filepath.Join(t.TempDir(), "list"))
	if err := os.WriteFile(string(b.Breached), fmt.Appendf(nil, "%X:3\n", sha1.Sum([]byte(stolen))), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.First(t.Context(), "root", stolen); !errors.Is(err, record.ErrInvalid) {
		t.Error(err)
	}
	e, err := b.First(t.Context(), "root", good)
	if err != nil {
		t.Fatal(err)
	}
	word := stolen
	if _, err := b.Change(t.Context(), e.ID, Change{Password: &word}); !errors.Is(err, record.ErrInvalid) {
		t.Error(err)
	}
	b.Breached = "" // without a list it is taken
	if _, err := b.Change(t.Context(), e.ID, Change{Password: &word}); err != nil {
		t.Error(err)
	}
}
