package folder

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// filled is a data folder with what may lie in one. It returns what has to be
// readable afterwards, by key, and whose it is.
func filled(t *testing.T, dir string) (texts, people map[string]string) {
	t.Helper()
	ctx := t.Context()
	f, err := Open(ctx, dir)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	texts, people = map[string]string{}, map[string]string{}
	put := func(key, person string) {
		texts[key], people[key] = strings.Repeat("readable "+key+" ", 3000), person
		must(t, f.Blobs.Put(key, func(w io.Writer) error { _, err := io.WriteString(w, texts[key]); return err }))
	}
	now := record.Micros(time.Now())
	for i := range 2 {
		p := &record.Person{ID: record.NewID(), Name: fmt.Sprint("P", i), CreatedAt: now, UpdatedAt: now}
		must(t, f.Store.AddPerson(ctx, p))
		r := &record.Recording{ID: record.NewID(), PersonID: p.ID, CreatedAt: now, State: record.Done}
		must(t, f.Store.Tx(ctx, func(tx *sql.Tx) error { return f.Store.AddRecording(ctx, tx, r) }))
		put("films/"+r.ID+"/original", p.ID)
		put("films/"+r.ID+"/"+record.NewID()+"/analysis.json", p.ID)
		put("people/"+p.ID+".json", p.ID)
		put("lost/analysis-"+r.ID+"-x/trace.bin", p.ID)
		u := &record.Upload{ID: record.NewID(), PersonID: p.ID, ClientID: record.NewID(), Size: 1 << 20, CreatedAt: now}
		must(t, f.Store.AddUpload(ctx, u))
		put("uploads/"+u.ID, p.ID)
	}
	lost := record.NewID()
	put("lost/film-"+lost+"-now/original", people["people/none"])
	about := "lost/film-" + lost + "-now/about.json"
	person := record.NewID()
	texts[about] = fmt.Sprintf(`{"person":{"id":%q}}`, person)
	must(t, f.Blobs.Put(about, func(w io.Writer) error { _, err := io.WriteString(w, texts[about]); return err }))
	people[about], people["lost/film-"+lost+"-now/original"] = person, person
	must(t, os.WriteFile(filepath.Join(dir, blobFolder, "films", ".part-1-2"), []byte("readable half"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, blobFolder, "lost", "not ours"), []byte("note"), 0o600))
	return texts, people
}

// readable are the names of files that say so.
func readable(t *testing.T, dir string) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(filepath.Join(dir, blobFolder), func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if bytes.Contains(text, []byte("readable")) {
			names = append(names, name)
		}
		return err
	}))
	return names
}

// holds opens the folder and reads everything.
func holds(t *testing.T, dir string, texts map[string]string, src keyring.Source) {
	t.Helper()
	f, err := OpenWith(t.Context(), dir, src)
	must(t, err)
	defer f.Close()
	for key, text := range texts {
		in, err := f.Blobs.Open(key)
		must(t, err)
		got, err := io.ReadAll(in)
		in.Close()
		if err != nil || string(got) != text {
			t.Errorf("%s: %d bytes, %v", key, len(got), err)
		}
	}
}

// errKilled stands for kill -9: nothing of the process runs any more.
var errKilled = errors.New("killed")

// killedAfter converts and dies before the file of that number; it reports
// whether it came to that file.
func killedAfter(n int, convert func()) (died bool) {
	testOnlyStep = func() {
		if n--; n < 0 {
			panic(errKilled)
		}
	}
	defer func() {
		testOnlyStep = func() {}
		if r := recover(); r != nil {
			if r != any(errKilled) {
				panic(r)
			}
			died = true
		}
	}()
	convert()
	return false
}

// There and back, each killed before every one of its files: nothing is lost, the
// folder does not open in between, and the next run finishes.
func TestEncrypt(t *testing.T) {
	dir := t.TempDir()
	src := keyringtest.Source(t)
	texts, people := filled(t, dir)
	for n := 0; ; n++ {
		died := killedAfter(n, func() {
			files, others, err := Encrypt(t.Context(), dir, src)
			if err != nil || len(others) != 1 || files == 0 {
				t.Fatal(files, others, err)
			}
		})
		if !died {
			break
		}
		if _, err := OpenWith(t.Context(), dir, src); !errors.Is(err, ErrHalf) {
			t.Fatal(err)
		}
	}
	if names := readable(t, dir); len(names) > 0 {
		t.Errorf("readable: %v", names)
	}
	holds(t, dir, texts, src)
	if n, _, err := Encrypt(t.Context(), dir, src); n != 0 || err != nil {
		t.Errorf("again: %d %v", n, err)
	}

	// Whose key it is.
	f, err := OpenWith(t.Context(), dir, src)
	must(t, err)
	keys, err := keyring.Open(filepath.Join(dir, keyring.File), src)
	must(t, err)
	must(t, f.Blobs.Encrypt(keys))
	for _, p := range people {
		must(t, keys.Destroy(p))
	}
	for key := range texts {
		if _, err := f.Blobs.Open(key); err == nil {
			t.Errorf("%s opens without its person's key", key)
		}
	}
	must(t, f.Close())
}

func TestDecrypt(t *testing.T) {
	dir := t.TempDir()
	src := keyringtest.Source(t)
	texts, _ := filled(t, dir)
	_, _, err := Encrypt(t.Context(), dir, src)
	must(t, err)
	f, err := OpenWith(t.Context(), dir, src)
	must(t, err)
	var upload string
	for key := range texts {
		if strings.HasPrefix(key, "uploads/") {
			upload = key
		}
	}
	there, err := f.Blobs.Size(upload)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Blobs.Append(upload, there, strings.NewReader("and more")) // has no end now
	must(t, err)
	texts[upload] += "and more"
	must(t, f.Close())
	for n := 0; killedAfter(n, func() {
		if _, _, err := Decrypt(t.Context(), dir, src); err != nil {
			t.Fatal(err)
		}
	}); n++ {
		if _, err := OpenWith(t.Context(), dir, src); !errors.Is(err, ErrHalf) {
			t.Fatal(err)
		}
	}
	holds(t, dir, texts, keyring.Source{Getenv: func(string) string { return "" }})
	if is, err := EncryptionOf(dir); is != Off || err != nil {
		t.Error(is, err)
	}
	// Between the steps at the end.
	must(t, os.WriteFile(filepath.Join(dir, blobFolder, MarkFile), []byte(markDecrypting), 0o600))
	_, _, err = Decrypt(t.Context(), dir, src)
	must(t, err)
	holds(t, dir, texts, src)
}

// A key that is wrong or missing, and a key file that is damaged or missing, are
// said in one line before anything is opened, and change nothing.
func TestWrongKey(t *testing.T) {
	dir := t.TempDir()
	src := keyringtest.Source(t)
	texts, _ := filled(t, dir)
	_, _, err := Encrypt(t.Context(), dir, src)
	must(t, err)
	file := filepath.Join(dir, keyring.File)
	whole, err := os.ReadFile(file)
	must(t, err)
	wrong := filepath.Join(t.TempDir(), "other")
	must(t, keyring.NewIdentity(wrong))
	env := func(name, value string) keyring.Source {
		return keyring.Source{Getenv: func(n string) string {
			if n == name {
				return value
			}
			return ""
		}}
	}
	for name, c := range map[string]struct {
		src  keyring.Source
		file []byte
		want error
	}{
		"no key":     {env("", ""), whole, keyring.ErrNoKey},
		"wrong key":  {env(keyring.FileVariable, wrong), whole, keyring.ErrWrongKey},
		"not a key":  {env(keyring.KeyVariable, "hunter2"), whole, nil},
		"no file":    {src, nil, keyring.ErrNoFile},
		"cut short":  {src, whole[:len(whole)-40], keyring.ErrDamaged},
		"other form": {src, []byte("{}"), keyring.ErrDamaged},
	} {
		os.Remove(file)
		if c.file != nil {
			must(t, os.WriteFile(file, c.file, 0o600))
		}
		_, err := OpenWith(t.Context(), dir, c.src)
		if err == nil || c.want != nil && (!errors.Is(err, c.want) || !KeyProblem(err)) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := Encrypt(t.Context(), dir, c.src); err == nil {
			t.Errorf("%s: encrypted", name)
		}
		if _, _, err := Decrypt(t.Context(), dir, c.src); err == nil {
			t.Errorf("%s: decrypted", name)
		}
	}
	must(t, os.WriteFile(file, whole, 0o600))
	holds(t, dir, texts, src)
}
