package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"facialis/internal/service/store"
)

// The table of accounts is written again for raters: accounts, sessions and passkeys from
// before stay, and still go with their account.
func TestAccountsBeforeRaters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	ctx := context.Background()
	old, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, old, os.DirFS("migrations"))
	if err != nil {
		t.Fatal(err)
	}
	const before = 30
	if _, err := p.UpTo(ctx, before); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO person (id, name, code, search, note, drawn, created_at, updated_at) VALUES ('p', 'Ann', '', 'ann', '', FALSE, 1, 1)`,
		`INSERT INTO account (id, name, folded, role, person_id, password, epoch, created_at, email) VALUES ('a', 'ann', 'ann', 'patient', 'p', 'x', 3, 7, 'ann@example.org'), ('d', 'doc', 'doc', 'clinician', NULL, 'y', 1, 8, '')`,
		`INSERT INTO session (token, account_id, epoch, data, began_at, seen_at, expires_at) VALUES ('s', 'a', 3, '', 1, 1, 1)`,
		`INSERT INTO passkey (id, account_id, name, credential, created_at) VALUES ('k', 'd', 'key', '{}', 1)`,
	} {
		if _, err := old.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := old.Exec(`INSERT INTO account (id, name, folded, role, password, epoch, created_at) VALUES ('r', 'r', 'r', 'rater', '', 0, 1)`); err == nil {
		t.Fatal("a rater was possible before")
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	w, r := st.DB()
	count := func(query string) (n int) {
		t.Helper()
		if err := r.QueryRow(query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if count(`SELECT COUNT(*) FROM account a JOIN session s ON s.account_id = a.id WHERE a.epoch = 3 AND a.email = 'ann@example.org'`) != 1 || count(`SELECT COUNT(*) FROM account a JOIN passkey k ON k.account_id = a.id`) != 1 {
		t.Error("what hung on the accounts is gone")
	}
	if _, err := w.Exec(`INSERT INTO account (id, name, folded, role, password, epoch, created_at) VALUES ('r', 'r', 'r', 'rater', '', 0, 1)`); err != nil {
		t.Errorf("no rater is possible: %v", err)
	}
	if _, err := w.Exec(`INSERT INTO session (token, account_id, epoch, data, began_at, seen_at, expires_at) VALUES ('t', 'nobody', 3, '', 1, 1, 1)`); err == nil {
		t.Error("a session of nobody is possible: foreign keys are off")
	}
	if _, err := w.Exec(`DELETE FROM person WHERE id = 'p'`); err != nil {
		t.Fatal(err)
	}
	if n := count(`SELECT (SELECT COUNT(*) FROM session) + (SELECT COUNT(*) FROM account WHERE id = 'a')`); n != 0 {
		t.Errorf("%d rows of a deleted person's account stay", n)
	}
}
