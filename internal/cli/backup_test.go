package cli_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// filled is the data folder of a running app with a person and films.
func filled(t *testing.T, films int) (*app, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	a := startApp(t, dir)
	a.call("POST", "/people", []byte(`{"name":"Zebulon"}`), "application/json", nil)
	const bytes = 2 << 20
	for i := range films {
		film := make([]byte, bytes)
		rand.Read(film)
		to := filepath.Join(dir, "blobs", "films", fmt.Sprintf("01HZZZZZZZZZZZZZZZZZZZZZ%02d", i), "original")
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, film, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return a, dir
}

// killedAt starts the program and kills it when so many files are under a folder,
// or lets it end.
func killedAt(t *testing.T, dir string, files int, args ...string) {
	t.Helper()
	cmd := exec.Command("facialis", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	for {
		select {
		case <-ended:
			return
		default:
		}
		there, _ := filepath.Glob(filepath.Join(dir, "blobs", "films", "*", "original"))
		if st, err := os.Stat(dir); len(there) >= files && err == nil && st.IsDir() {
			cmd.Process.Kill()
			<-ended
			return
		}
	}
}

func succeed(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("facialis", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
}

// A backup beside a running app that is killed at any moment leaves nothing that
// looks like one, and the next one is whole; the same with putting it back.
func TestKilledBackup(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	const films = 20
	a, dir := filled(t, films)
	top := t.TempDir()
	for _, files := range []int{0, 1, 7, films} {
		to := filepath.Join(top, "backup")
		killedAt(t, to+".part", files, "backup", to, "--data", dir, "--copy")
		if _, err := os.Stat(to); err == nil && files < films {
			t.Errorf("killed at %d films, there is a backup", files)
		}
		if _, err := os.Stat(to); err != nil {
			succeed(t, "backup", to, "--data", dir, "--copy")
		}
		back := filepath.Join(top, "back")
		killedAt(t, back+".part", files, "restore", to, "--data", back)
		if _, err := os.Stat(back); err != nil {
			succeed(t, "restore", to, "--data", back)
		}
		there, err := filepath.Glob(filepath.Join(back, "blobs", "films", "*", "original"))
		if err != nil || len(there) != films {
			t.Errorf("%d films, %v", len(there), err)
		}
		for _, name := range there {
			rel, _ := filepath.Rel(back, name)
			was, err1 := os.ReadFile(filepath.Join(dir, rel))
			is, err2 := os.ReadFile(name)
			if err1 != nil || err2 != nil || !bytes.Equal(was, is) {
				t.Errorf("%s is not what it was", rel)
			}
		}
		for _, d := range []string{to, back} {
			if err := os.RemoveAll(d); err != nil {
				t.Fatal(err)
			}
		}
	}
	left, err := os.ReadDir(top)
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
	var list struct{ People []idAnswer }
	a.call("GET", "/people", nil, "", &list)
	if len(list.People) != 1 {
		t.Error("the app has lost its person")
	}
}

// A nightly backup that is switched on is made while the app runs; the folder
// comes back from it.
func TestNightlyBackup(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	dir, shelf := t.TempDir(), filepath.Join(t.TempDir(), "shelf")
	a := startApp(t, dir, "--backup", shelf)
	var whole []string
	for end := time.Now().Add(time.Minute); len(whole) == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		whole, _ = filepath.Glob(filepath.Join(shelf, "facialis-*Z"))
	}
	if len(whole) != 1 {
		t.Fatalf("%v %s", whole, a.err.String())
	}
	succeed(t, "restore", whole[0], "--data", filepath.Join(t.TempDir(), "back"))
}
