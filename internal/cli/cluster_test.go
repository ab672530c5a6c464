package cli_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"facialis/internal/service/archive"
	"facialis/internal/service/blob"
	"facialis/internal/service/pgtest"
	"facialis/internal/service/s3test"
	"facialis/internal/service/store"

	"github.com/jackc/pgx/v5"
)

// clinic is a database and an S3 server that several programs share.
type clinic struct {
	t             *testing.T
	db            *pgtest.Server
	s3            *s3test.Server
	database, at  string
	film          []byte
	person        string
	n             int
	everythingFor time.Duration
}

func openClinic(t *testing.T) *clinic {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	c := &clinic{t: t, db: pgtest.Start(t), s3: s3test.Start(t), everythingFor: 10 * time.Minute}
	c.database, c.at = c.db.Database(t), c.s3.Store(t)
	film := filepath.Join(t.TempDir(), "film.mp4")
	if out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=30:duration=15", "-c:v", "libx264",
		"-preset", "ultrafast", "-pix_fmt", "yuv420p", film).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var err error
	if c.film, err = os.ReadFile(film); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *clinic) command(args ...string) *exec.Cmd {
	lib, err := filepath.Abs("../../lib")
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.Command("facialis", args...)
	cmd.Env = append(os.Environ(), "FACIALIS_LIB="+lib, "FACIALIS_DATABASE="+c.database, "FACIALIS_BLOBS="+c.at, "FACIALIS_TOKEN=shared")
	return cmd
}

// server starts a server that does no work itself.
func (c *clinic) server() *app {
	c.t.Helper()
	return startCommand(c.t, c.command("serve", "--listen", "127.0.0.1:0", "--no-open", "--no-work", "--spool", c.t.TempDir()))
}

// log is what a program says, while it runs.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// worker starts a worker and waits until it works.
func (c *clinic) worker(spool string) (*exec.Cmd, *log) {
	c.t.Helper()
	cmd, says := c.command("work", "--workers", "1", "--spool", spool, "--verbose"), &log{}
	cmd.Stderr = says
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		cmd.Wait()
		c.t.Fatalf("it does not start: %v %s %s", err, line, says)
	}
	return cmd, says
}

// send sends the film through the servers in turns, and gives the recording.
func (c *clinic) send(via ...*app) idAnswer {
	c.t.Helper()
	if c.person == "" {
		var p idAnswer
		via[0].call("POST", "/people", []byte(`{"name":"X"}`), "application/json", &p)
		c.person = p.ID
	}
	c.n++
	var u, r idAnswer
	via[0].call("POST", "/uploads", fmt.Appendf(nil, `{"person_id":%q,"size":%d,"client_id":"c%d"}`, c.person, len(c.film), c.n), "application/json", &u)
	for i := 0; u.Offset < int64(len(c.film)); i++ {
		a := via[i%len(via)]
		a.call("PUT", fmt.Sprintf("/uploads/%s?offset=%d", u.ID, u.Offset), c.film[u.Offset:min(int64(len(c.film)), u.Offset+int64(len(c.film))/3+1)], "", &u)
	}
	via[len(via)-1].call("POST", "/uploads/"+u.ID+"/finish", nil, "", &r)
	sum := sha256.Sum256(c.film)
	if r.SHA256 != hex.EncodeToString(sum[:]) {
		c.t.Error("the film is not what was sent")
	}
	return r
}

// underWay waits until a server's page says that a recording is analyzed.
func (c *clinic) underWay(a *app, rec string) {
	c.t.Helper()
	over := ""
	a.progress(rec, func(state string, frames int) bool {
		if state != "queued" && state != "analysing" {
			over = state
		}
		return frames > 0 || over != ""
	})
	if over != "" {
		c.t.Fatalf("%s too early", over)
	}
}

// state asks for a recording until it is as wanted.
func (c *clinic) state(a *app, rec string, is func(idAnswer) bool) idAnswer {
	c.t.Helper()
	var r idAnswer
	for end := time.Now().Add(c.everythingFor); ; time.Sleep(100 * time.Millisecond) {
		status, data := c.try(a, "/recordings/"+rec)
		if status == http.StatusOK && json.Unmarshal(data, &r) == nil && is(r) {
			return r
		}
		if time.Now().After(end) {
			c.t.Fatalf("it stays so: %+v %d %s", r, status, data)
		}
	}
}

// try asks a server, which may say that something is not there.
func (c *clinic) try(a *app, path string) (int, []byte) {
	req, err := http.NewRequest("GET", a.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil
	}
	return resp.StatusCode, data
}

func isDone(r idAnswer) bool { return r.State == "done" || r.State == "failed" }

// done waits until a recording is analyzed, after so many attempts.
func (c *clinic) done(a *app, rec string, attempts int) {
	c.t.Helper()
	r := c.state(a, rec, isDone)
	if r.State != "done" || r.Attempts < attempts || r.Attempts > attempts+1 { // the one that found no room may count
		c.t.Errorf("%+v %v after %d attempts, not %d", r.State, r.Problem, r.Attempts, attempts)
	}
}

// analyses are how many analyses of a recording there are, finished or not.
func (c *clinic) analyses(rec string) int {
	c.t.Helper()
	s, err := blob.Connect(c.t.Context(), c.at, c.t.TempDir())
	if err != nil {
		c.t.Fatal(err)
	}
	defer s.Close()
	names, err := s.List("films/" + rec)
	if err != nil {
		c.t.Fatal(err)
	}
	n := 0
	for _, name := range names {
		if len(name) == len(rec) {
			n++
		}
	}
	return n
}

// Several servers and workers share a database and an S3 server, and each of them
// is killed in the middle of the work: nothing is lost, nothing is done twice, and
// whoever is asked says what is going on.
func TestClinic(t *testing.T) {
	t.Parallel() // it mostly waits
	c := openClinic(t)
	a, b := c.server(), c.server()
	first, _ := c.worker(t.TempDir())

	// A worker is killed: another does its work again, and both servers know.
	r := c.send(a, b)
	c.underWay(b, r.ID)
	first.Process.Kill()
	first.Wait()
	second, _ := c.worker(t.TempDir())
	c.done(a, r.ID, 2)

	// A server is killed: the other goes on, and what was begun at the one is
	// finished at the other.
	r = c.send(a)
	a.kill()
	c.underWay(b, r.ID)

	// All connections to the database are cut: the work goes on.
	cut(t, c.database)
	c.done(b, r.ID, 1)
	if n := c.analyses(r.ID); n != 1 {
		t.Errorf("%d analyses", n)
	}

	// The database is killed: the servers say so; the result waits for it.
	r = c.send(b)
	c.underWay(b, r.ID)
	c.db.Kill()
	for end := time.Now().Add(time.Minute); ; {
		status, data := c.try(b, "/recordings/"+r.ID)
		if status == http.StatusServiceUnavailable && strings.Contains(string(data), "nothing was lost") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("without a database it says %d %s", status, data)
		}
	}
	if err := c.db.Restart(); err != nil {
		t.Fatal(err)
	}
	c.done(b, r.ID, 1)
	if n := c.analyses(r.ID); n != 1 {
		t.Errorf("%d analyses", n)
	}

	// The S3 server is killed: likewise.
	r = c.send(b)
	c.underWay(b, r.ID)
	c.s3.Kill()
	if status, data := c.try(b, "/recordings/"+r.ID+"/original"); status != http.StatusServiceUnavailable {
		t.Errorf("without a store of films it says %d %s", status, data)
	}
	if err := c.s3.Restart(); err != nil {
		t.Fatal(err)
	}
	c.done(b, r.ID, 1)
	if n := c.analyses(r.ID); n != 1 {
		t.Errorf("%d analyses", n)
	}

	// A worker is stopped for a newer one: that takes its work up at once, and it
	// counts as no attempt.
	r = c.send(b)
	c.underWay(b, r.ID)
	if err := second.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err != nil {
		t.Errorf("stopped: %v", err)
	}
	third, _ := c.worker(t.TempDir())
	c.done(b, r.ID, 1)
	if n := c.analyses(r.ID); n != 1 {
		t.Errorf("%d analyses", n)
	}
	if status, data := c.try(b, "/recordings/"+r.ID+"/original"); status != http.StatusOK || string(data) != string(c.film) {
		t.Errorf("the film: %d, %d bytes", status, len(data))
	}
	third.Process.Kill()
	third.Wait()
}

// cut ends every connection to a database.
func cut(t *testing.T, database string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var n sql.NullInt64
	if err := conn.QueryRow(context.Background(), `SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&n); err != nil || n.Int64 == 0 {
		t.Fatal("no connection was cut", err)
	}
}

// A worker whose spool has no room says so and leaves the work to another; it is
// no attempt.
func TestFullSpool(t *testing.T) {
	t.Parallel() // it mostly waits
	c := openClinic(t)
	spool := t.TempDir()
	const room = "size=64k,mode=700"
	if err := syscall.Mount("tmpfs", spool, "tmpfs", 0, room); err != nil {
		t.Skip("no small disk can be made here:", err)
	}
	t.Cleanup(func() { syscall.Unmount(spool, syscall.MNT_DETACH) })
	a := c.server()
	full, says := c.worker(spool)
	r := c.send(a)
	for end := time.Now().Add(c.everythingFor); !strings.Contains(says.String(), "kind=analyse"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(says)
		}
	}
	r = c.state(a, r.ID, func(r idAnswer) bool { return r.State == "queued" })
	if r.Attempts != 0 || r.Problem != nil || !strings.Contains(says.String(), "no space left") {
		t.Errorf("%+v %s", r, says)
	}
	full.Process.Kill()
	full.Wait()
	c.worker(t.TempDir())
	c.done(a, r.ID, 1)
}

// What several machines share can be shared in its turn, while a server and a worker run:
// the file holds the film from the S3 server, and opens by the key that was made.
func TestShareOfClinic(t *testing.T) {
	c := openClinic(t)
	a := c.server()
	c.send(a)
	key, err := c.command("share", "key").Output()
	if err != nil || !strings.HasPrefix(string(key), "age1") {
		t.Fatalf("%v %q", err, key)
	}
	file := filepath.Join(t.TempDir(), "x.facialis")
	args := []string{"share", "--person", c.person, "--to", strings.TrimSpace(string(key)), "-o", file}
	if out, err := c.command(args...).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	st, err := store.Connect(t.Context(), c.database)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	keys, err := st.ShareKeys(t.Context())
	if err != nil || len(keys) != 1 || keys[0].Public != strings.TrimSpace(string(key)) {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	sealed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer sealed.Close()
	plain, err := archive.UnsealBy(sealed, "", []string{keys[0].Secret})
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(plain)
	if err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		held, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		found = found || bytes.Equal(held, c.film)
	}
	if !found {
		t.Errorf("the film is in none of %d files", len(z.File))
	}
	// A person nobody knows gives one clear line, and nothing is written.
	other := filepath.Join(t.TempDir(), "y.facialis")
	cmd := c.command("share", "--person", "nobody", "--to", strings.TrimSpace(string(key)), "-o", other)
	out, _ := cmd.CombinedOutput()
	if _, err := os.Stat(other); cmd.ProcessState.ExitCode() != 2 || strings.Count(string(out), "\n") != 1 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%d %s %v", cmd.ProcessState.ExitCode(), out, err)
	}
}

// What does not go together is refused in one line.
func TestTogether(t *testing.T) {
	for _, args := range [][]string{
		{"work"},
		{"work", "--database", "postgres://x/y"},
		{"serve", "--no-open", "--no-work"},
		{"serve", "--no-open", "--blobs", "s3://x"},
		{"serve", "--no-open", "--database", "mysql://x/y", "--blobs", "s3://x"},
		{"serve", "--no-open", "--database", "postgres://x/y", "--blobs", "s3://x", "--data", t.TempDir()},
		{"share", "key", "--database", "postgres://x/y"},
		{"share", "key", "--database", "postgres://x/y", "--blobs", "s3://x", "--data", t.TempDir()},
	} {
		cmd := exec.Command("facialis", args...)
		cmd.Env = append(os.Environ(), "FACIALIS_DATABASE=", "FACIALIS_BLOBS=")
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != 2 || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%q: %d %s", args, code, out)
		}
	}
}
