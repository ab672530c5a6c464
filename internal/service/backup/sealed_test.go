package backup_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/event"
	"facialis/internal/service/account"
	"facialis/internal/service/backup"
	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"

	"github.com/google/go-cmp/cmp"
)

// secret is a word of a person, and of a place where it is kept.
func secret(who, where string) string { return "Xq" + who + "Zk" + where }

// places are where a word may be kept.
var places = []string{"name", "code", "note", "answer", "diary", "othernote", "label", "protocol", "task", "face", "problem", "sha", "upload", "client",
	"maker", "correction", "binned", "account", "mail", "detail", "before", "after", "network", "former", "staff"}

// secrets writes every word of somebody into a store.
func secrets(t *testing.T, st *store.Store, who string) (person string) {
	t.Helper()
	ctx, now := t.Context(), record.Micros(time.Now())
	word := func(where string) string { return secret(who, where) }
	text := func(where string) *string { w := word(where); return &w }
	year, rate, count := 1931, 7.5, 12
	p := &record.Person{ID: record.NewID(), Name: word("name"), Code: word("code"), Note: word("note"), BirthYear: &year, CreatedAt: now, UpdatedAt: now}
	must(t, st.AddPerson(ctx, p))
	must(t, st.SavePerson(ctx, p))
	must(t, st.Tx(ctx, func(tx *sql.Tx) error {
		a := record.NewAnswers()
		a.Values["q"] = word("answer")
		return st.SetAnswers(ctx, tx, p.ID, a)
	}))
	e := record.Entry{ID: record.NewID(), Kind: "day", At: now, UpdatedAt: now, Data: json.RawMessage(`{"note":"` + word("diary") + `"}`)}
	_, _, err := st.Sync(ctx, p.ID, []record.Entry{e}, nil, now)
	must(t, err)
	e.Data, e.UpdatedAt = json.RawMessage(`{"note":"`+word("othernote")+`"}`), now.Add(time.Second)
	_, _, err = st.Sync(ctx, p.ID, []record.Entry{e}, nil, now.Add(time.Second))
	must(t, err)
	r := &record.Recording{ID: record.NewID(), PersonID: p.ID, CreatedAt: now, State: record.Done, SHA256: word("sha"), Problem: text("problem"), RatePerMin: &rate, Spasms: &count,
		Film: record.Film{Label: word("label"), Protocol: text("protocol"), Face: text("face"), Tasks: []event.Task{{Task: word("task"), FromS: 1, ToS: 2}}}}
	must(t, st.Tx(ctx, func(tx *sql.Tx) error { return st.AddRecording(ctx, tx, r) }))
	must(t, st.SaveFilm(ctx, r.ID, &r.Film))
	must(t, st.SetFile(ctx, r))
	must(t, st.SetFigures(ctx, r))
	must(t, st.SetState(ctx, r.ID, record.Failed, r.Problem, 1))
	must(t, st.AddCorrection(ctx, r.ID, &record.Correction{ID: record.NewID(), At: now, By: word("maker"), Edit: record.Edit{Op: record.Add, Note: text("correction")}}))
	must(t, st.AddUpload(ctx, &record.Upload{ID: record.NewID(), PersonID: p.ID, ClientID: word("client"), Size: 1, Film: record.Film{Label: word("upload")}, CreatedAt: now}))
	must(t, st.Tx(ctx, func(tx *sql.Tx) error {
		return st.Bin(ctx, tx, &record.Binned{ID: record.NewID(), Kind: "recording", PersonID: p.ID, Name: word("binned"), DeletedAt: now, Body: []byte(`"` + word("binned") + `"`)})
	}))
	book := account.NewBook(st, nil)
	const password = "nineteen purple walruses 7"
	_, err = book.Add(ctx, account.New{Name: word("account"), Role: account.Patient, PersonID: &p.ID, Password: password, Email: word("mail") + "@example.org"})
	must(t, err)
	staff, err := book.Add(ctx, account.New{Name: word("staff"), Role: account.Clinician, Password: password, Email: word("mail") + "@example.org"})
	must(t, err)
	former, err := book.Add(ctx, account.New{Name: word("former"), Role: account.Clinician, Password: password})
	must(t, err)
	must(t, book.Remove(ctx, former.ID))
	must(t, book.WriteEvent(ctx, account.Event{Account: staff.ID, Action: "change", Object: "person " + p.ID, Person: p.ID, Detail: word("detail"), Address: word("network"),
		Before: `{"name":"` + word("before") + `"}`, After: `{"name":"` + word("after") + `"}`}))
	return p.ID
}

// seen is everything that can be read of a store, as text.
func seen(t *testing.T, st *store.Store, person string) string {
	t.Helper()
	ctx := t.Context()
	var all []any
	add := func(v any, err error) {
		t.Helper()
		must(t, err)
		all = append(all, v)
	}
	add(st.People(ctx, "xq", "", 10))
	add(st.Person(ctx, person))
	add(st.Answers(ctx, person))
	add(st.Entries(ctx, person))
	recs, err := st.Recordings(ctx, person)
	add(recs, err)
	for _, r := range recs {
		add(st.Corrections(ctx, r.ID))
	}
	ups, err := st.PersonUploads(ctx, person)
	add(ups, err)
	for _, u := range ups {
		add(u.Film, nil)
		by, err := st.UploadByClient(ctx, person, u.ClientID)
		add(by, err)
		if by == nil || by.ID != u.ID || !strings.Contains(u.ClientID, "Zk") {
			t.Errorf("the upload %q is not found by the client's id", u.ClientID)
		}
	}
	bins, err := st.BinList(ctx, person, "", 10)
	add(bins, err)
	for _, b := range bins {
		full, err := st.Binned(ctx, b.ID)
		add(string(full.Body), err)
	}
	book := account.NewBook(st, nil)
	add(book.List(ctx))
	add(book.Lines(ctx, "", "", 100))
	text, err := json.MarshalIndent(all, "", " ")
	must(t, err)
	return string(text)
}

// found are the places whose words stand in a file under dir, but for key files.
func found(t *testing.T, dir, who string) (where []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		data = bytes.ToLower(data)
		for _, p := range places {
			if bytes.Contains(data, []byte(strings.ToLower(secret(who, p)))) && !slices.Contains(where, p) {
				where = append(where, p)
			}
		}
		return err
	}))
	slices.Sort(where)
	return where
}

// Of what was written of people no byte stands in the database of an encrypted
// folder, in its journal or in a backup of it, and all of it is read as before.
// In a folder that is not encrypted all of it stands there.
func TestDatabaseIsSealed(t *testing.T) {
	t.Setenv(keyring.KeyVariable, keyringtest.Key(t))
	ctx := t.Context()
	f, dir := data(t, 1, 1000)
	anna := secrets(t, f.Store, "Anna")
	before := seen(t, f.Store, anna)
	must(t, f.Close())
	want := slices.Sorted(slices.Values(places))
	if d := cmp.Diff(want, found(t, dir, "Anna")); d != "" {
		t.Fatalf("the search finds less than was written: %s", d)
	}

	_, _, err := folder.Encrypt(ctx, dir, keyring.Environment)
	must(t, err)
	if w := found(t, dir, "Anna"); w != nil {
		t.Errorf("readable after encrypting: %v", w)
	}
	f, err = folder.Open(ctx, dir)
	must(t, err)
	if d := cmp.Diff(before, seen(t, f.Store, anna)); d != "" {
		t.Errorf("read otherwise: %s", d)
	}
	numbers(t, f.Store)

	// What is written from now on, while the journal has it.
	bert := secrets(t, f.Store, "Bert")
	if st, err := os.Stat(filepath.Join(dir, folder.DatabaseFile+"-wal")); err != nil || st.Size() == 0 {
		t.Fatal("there is no journal to search", err)
	}
	if w := found(t, dir, "Bert"); w != nil {
		t.Errorf("readable in the journal: %v", w)
	}
	numbers(t, f.Store)
	to := filepath.Join(t.TempDir(), "backup")
	made, err := backup.Make(ctx, dir, to, options)
	must(t, err)
	if w := append(found(t, to, "Anna"), found(t, to, "Bert")...); w != nil {
		t.Errorf("readable in the backup: %v", w)
	}
	back := filepath.Join(t.TempDir(), "back")
	_, err = backup.Restore(ctx, to, "", back)
	must(t, err)
	restored, err := folder.Open(ctx, back)
	must(t, err)
	if text := seen(t, restored.Store, bert); !strings.Contains(text, secret("Bert", "diary")) || !strings.Contains(text, secret("Anna", "name")) {
		t.Error("the restored folder does not have what was backed up")
	}
	must(t, restored.Close())

	// Anna's key is destroyed: what is left of her says nothing, also in the backup
	// beside the later keys, and Bert is as he was.
	must(t, f.Blobs.Destroy(anna))
	if _, err := f.Store.Person(ctx, anna); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	text := seen(t, f.Store, bert)
	for _, p := range places {
		if at := strings.Contains(text, secret("Anna", p)); at != slices.Contains([]string{"staff", "mail"}, p) {
			t.Errorf("%s of somebody whose key is gone: %v", p, at)
		}
	}
	if !strings.Contains(text, secret("Bert", "after")) || !strings.Contains(text, secret("Bert", "account")) {
		t.Error("somebody else's are gone too")
	}
	must(t, f.Close())
	later, err := os.ReadFile(filepath.Join(dir, keyring.File))
	must(t, err)
	must(t, os.WriteFile(made.Keys, later, 0o600))
	back = filepath.Join(t.TempDir(), "back")
	_, err = backup.Restore(ctx, to, "", back)
	must(t, err)
	restored, err = folder.Open(ctx, back)
	must(t, err)
	if people, err := restored.Store.People(ctx, "", "", 10); err != nil || len(people) != 2 || strings.Contains(seen(t, restored.Store, bert), secret("Anna", "diary")) {
		t.Errorf("%v %v", people, err)
	}
	must(t, restored.Close())

	_, _, err = folder.Decrypt(ctx, dir, keyring.Environment)
	must(t, err)
	if d := cmp.Diff(want, found(t, dir, "Bert")); d != "" {
		t.Error(d)
	}
	f, err = folder.Open(ctx, dir)
	must(t, err)
	defer f.Close()
	if d := cmp.Diff(text, seen(t, f.Store, bert)); d != "" {
		t.Errorf("read otherwise once decrypted: %s", d)
	}
}

// numbers looks at what no search for words finds: no row has a birth year or a
// figure that can be read.
func numbers(t *testing.T, st *store.Store) {
	t.Helper()
	_, r := st.DB()
	for _, q := range []string{`SELECT COUNT(*) FROM person WHERE birth_year IS NOT NULL OR sealed = ''`,
		`SELECT COUNT(*) FROM recording WHERE rate_per_min IS NOT NULL OR spasms IS NOT NULL OR sealed = ''`, `SELECT COUNT(*) FROM entry WHERE kind <> '' OR sealed = ''`} {
		var n int
		must(t, r.QueryRowContext(t.Context(), q).Scan(&n))
		if n != 0 {
			t.Errorf("%d: %s", n, q)
		}
	}
}

// A row that was changed, or put in the place of another, is not believed.
func TestSealedRowsAreNotMoved(t *testing.T) {
	t.Setenv(keyring.KeyVariable, keyringtest.Key(t))
	ctx := t.Context()
	f, dir := data(t, 0, 0)
	must(t, f.Close())
	_, _, err := folder.Encrypt(ctx, dir, keyring.Environment)
	must(t, err)
	f, err = folder.Open(ctx, dir)
	must(t, err)
	defer f.Close()
	secrets(t, f.Store, "Cleo")
	w, r := f.Store.DB()
	people, err := f.Store.People(ctx, "", "", 10)
	must(t, err)
	one, other := people[0].ID, people[1].ID
	var was, wrong string
	must(t, r.QueryRowContext(ctx, `SELECT sealed FROM person WHERE id = $1`, one).Scan(&was))
	must(t, r.QueryRowContext(ctx, `SELECT sealed FROM person WHERE id = $1`, other).Scan(&wrong))
	flipped := []byte(was)
	flipped[len(flipped)/2] ^= 1
	for name, text := range map[string]string{"another row": wrong, "a changed byte": string(flipped), "cut": was[:40], "no text": "x"} {
		_, err := w.ExecContext(ctx, `UPDATE person SET sealed = $1 WHERE id = $2`, text, one)
		must(t, err)
		if _, err := f.Store.Person(ctx, one); !errors.Is(err, store.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = w.ExecContext(ctx, `UPDATE person SET sealed = $1 WHERE id = $2`, was, one)
	must(t, err)
	if _, err := f.Store.Person(ctx, one); err != nil {
		t.Error(err)
	}
}

// A folder whose files an earlier version encrypted has its database sealed when
// it is opened next.
func TestEarlierEncryptionIsCompleted(t *testing.T) {
	t.Setenv(keyring.KeyVariable, keyringtest.Key(t))
	ctx := t.Context()
	f, dir := data(t, 1, 1000)
	must(t, f.Close())
	_, _, err := folder.Encrypt(ctx, dir, keyring.Environment)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, folder.BlobFolder, folder.MarkFile), []byte("on\n"), 0o600))
	plain, err := store.Open(ctx, filepath.Join(dir, folder.DatabaseFile)) // without keys, as that version did
	must(t, err)
	dora := secrets(t, plain, "Dora")
	must(t, plain.Close())
	if len(found(t, dir, "Dora")) == 0 {
		t.Fatal("nothing to seal")
	}
	f, err = folder.Open(ctx, dir)
	must(t, err)
	defer f.Close()
	if w := found(t, dir, "Dora"); w != nil {
		t.Errorf("readable: %v", w)
	}
	if !strings.Contains(seen(t, f.Store, dora), secret("Dora", "diary")) {
		t.Error("it is not read any more")
	}
}

// The cost of a list by name with a thousand people, which are all opened for it.
func BenchmarkSealedPeople(b *testing.B) {
	ctx := context.Background()
	for _, on := range []bool{false, true} {
		st, err := store.Open(ctx, filepath.Join(b.TempDir(), "db"))
		must(b, err)
		if on {
			keys, err := keyring.Create(filepath.Join(b.TempDir(), keyring.File), keyringtest.Source(b))
			must(b, err)
			st.Seal(keys)
			var ids []string
			for i := range 1000 {
				ids = append(ids, fmt.Sprintf("P%04d", i))
			}
			must(b, keys.Make(ids))
		}
		now := record.Micros(time.Now())
		must(b, st.Tx(ctx, func(tx *sql.Tx) error {
			for i := range 1000 {
				p := &record.Person{ID: fmt.Sprintf("P%04d", i), Name: fmt.Sprintf("Person %d", i*7919%1000), Note: strings.Repeat("a note ", 20), CreatedAt: now, UpdatedAt: now}
				if err := st.AddPersonTx(ctx, tx, p); err != nil {
					return err
				}
			}
			return nil
		}))
		for name, q := range map[string]string{"page": "", "search": "person 99"} {
			b.Run(fmt.Sprintf("%s/sealed=%v", name, on), func(b *testing.B) {
				for b.Loop() {
					got, err := st.People(ctx, q, "", 50)
					if err != nil || len(got) == 0 {
						b.Fatal(len(got), err)
					}
				}
			})
		}
		must(b, st.Close())
	}
}
