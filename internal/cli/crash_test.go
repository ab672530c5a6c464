package cli_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
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
	"testing"
	"time"

	"facialis/internal/service/keyring"
)

// app is the real program, serving.
type app struct {
	t     *testing.T
	cmd   *exec.Cmd
	url   string
	token string
	err   bytes.Buffer
}

// serveCommand serves a data folder on any port.
func serveCommand(data string, more ...string) *exec.Cmd {
	cmd := exec.Command("facialis", append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--no-open"}, more...)...)
	lib, err := filepath.Abs("../../lib")
	if err != nil {
		panic(err)
	}
	cmd.Env = append(os.Environ(), "FACIALIS_LIB="+lib)
	return cmd
}

// startApp starts facialis serve on a data folder and waits until it listens.
func startApp(t *testing.T, data string, more ...string) *app {
	t.Helper()
	return startCommand(t, serveCommand(data, more...))
}

// startCommand starts a program that serves and waits until it listens.
func startCommand(t *testing.T, cmd *exec.Cmd) *app {
	t.Helper()
	a := &app{t: t, cmd: cmd}
	a.cmd.Stderr = &a.err
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		a.cmd.Wait()
		t.Fatalf("it does not start: %v: %s", err, a.err.String())
	}
	at, token, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "facialis runs at ")), "#token=")
	a.url, a.token = strings.TrimSuffix(at, "/")+"/api/v1", token
	return a
}

// kill ends the program as a power cut would.
func (a *app) kill() {
	a.cmd.Process.Kill()
	a.cmd.Wait()
}

func (a *app) call(method, path string, body []byte, media string, out any) {
	a.t.Helper()
	req, err := http.NewRequest(method, a.url+path, bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		a.t.Fatalf("%s %s: %d %s %v %s", method, path, resp.StatusCode, data, err, a.err.String())
	}
	if out != nil {
		if err := json.Unmarshal(data, out); err != nil {
			a.t.Fatal(err)
		}
	}
}

// progress reads a recording's event stream until seen says enough.
func (a *app) progress(rec string, enough func(state string, frames int) bool) {
	a.t.Helper()
	req, err := http.NewRequest("GET", a.url+"/recordings/"+rec+"/progress", nil)
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		var p struct {
			State  string
			Frames int
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if ok && json.Unmarshal([]byte(data), &p) == nil && enough(p.State, p.Frames) {
			return
		}
	}
}

type idAnswer struct {
	ID       string
	Offset   int64
	State    string
	Attempts int
	SHA256   string
	Problem  *string
}

// Killed in the middle of an upload and of an analysis, the program starts again
// with nothing lost, and the analysis is done again.
func TestKilled(t *testing.T) { killed(t, t.TempDir()) }

// The same in a folder that is encrypted.
func TestKilledEncrypted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	dir := t.TempDir()
	t.Setenv("FACIALIS_KEY_FILE", "")
	if err := os.Mkdir(filepath.Join(dir, "blobs"), 0o700); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key")
	succeed(t, "encrypt", dir, "--new-key", key)
	t.Setenv("FACIALIS_KEY_FILE", key)
	killed(t, dir)
}

// Encrypting and decrypting, killed again and again, lose nothing.
func TestKilledEncrypting(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	const films, size = 40, 1 << 20
	dir := filepath.Join(t.TempDir(), "data")
	want := map[string][32]byte{}
	for i := range films {
		film := make([]byte, size+i)
		rand.Read(film)
		to := filepath.Join(dir, "blobs", "films", fmt.Sprintf("01HZZZZZZZZZZZZZZZZZZZZZ%02d", i), "original")
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, film, 0o600)); err != nil {
			t.Fatal(err)
		}
		want[to] = sha256.Sum256(film)
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := keyring.NewIdentity(key); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FACIALIS_KEY_FILE", key)
	for _, command := range []string{"encrypt", "decrypt"} {
		deaths := 0
		for wait := 20 * time.Millisecond; ; wait += 15 * time.Millisecond {
			cmd := exec.Command("facialis", command, dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
			err := cmd.Wait()
			timer.Stop()
			if err == nil {
				break
			}
			if code := cmd.ProcessState.ExitCode(); code >= 0 {
				t.Fatalf("%s ended with %d", command, code)
			}
			deaths++
		}
		t.Logf("%s was killed %d times", command, deaths)
		for name, sum := range want {
			data, err := os.ReadFile(name)
			if err != nil || (sha256.Sum256(data) == sum) != (command == "decrypt") {
				t.Errorf("after %s %s is not what it has to be: %v", command, name, err)
			}
		}
	}
}

func killed(t *testing.T, dir string) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	film := filepath.Join(t.TempDir(), "film.mp4")
	if out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=30:duration=20", "-c:v", "libx264",
		"-preset", "ultrafast", "-pix_fmt", "yuv420p", film).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	data, err := os.ReadFile(film)
	if err != nil {
		t.Fatal(err)
	}
	a := startApp(t, dir)
	var p, u, r idAnswer
	a.call("POST", "/people", []byte(`{"name":"X"}`), "application/json", &p)
	start := fmt.Appendf(nil, `{"person_id":%q,"size":%d,"client_id":"c"}`, p.ID, len(data))
	a.call("POST", "/uploads", start, "application/json", &u)
	const chunk = 100_000
	for range 3 {
		a.call("PUT", fmt.Sprintf("/uploads/%s?offset=%d", u.ID, u.Offset), data[u.Offset:u.Offset+chunk], "", &u)
	}
	// A chunk that stops in its middle, and then the power goes.
	part, feed := io.Pipe()
	req, err := http.NewRequest("PUT", fmt.Sprintf("%s/uploads/%s?offset=%d", a.url, u.ID, u.Offset), part)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.token)
	broke := make(chan struct{})
	go func() {
		defer close(broke)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	if _, err := feed.Write(data[u.Offset : u.Offset+chunk/2]); err != nil {
		t.Fatal(err)
	}
	acknowledged := u.Offset
	a.kill()
	feed.Close()
	<-broke

	a = startApp(t, dir)
	a.call("POST", "/uploads", start, "application/json", &u)
	if u.Offset < acknowledged {
		t.Fatalf("%d bytes were acknowledged, %d are there", acknowledged, u.Offset)
	}
	for u.Offset < int64(len(data)) {
		a.call("PUT", fmt.Sprintf("/uploads/%s?offset=%d", u.ID, u.Offset), data[u.Offset:min(int64(len(data)), u.Offset+8<<20)], "", &u)
	}
	a.call("POST", "/uploads/"+u.ID+"/finish", nil, "", &r)
	sum := sha256.Sum256(data)
	if r.SHA256 != hex.EncodeToString(sum[:]) {
		t.Error("the film is not what was sent")
	}
	a.progress(r.ID, func(state string, frames int) bool { return frames > 0 || state == "done" || state == "failed" })
	a.call("GET", "/recordings/"+r.ID, nil, "", &r)
	if r.State != "analysing" {
		t.Fatalf("killed too late: %+v", r)
	}
	a.kill()

	a = startApp(t, dir)
	a.progress(r.ID, func(string, int) bool { return false })
	a.call("GET", "/recordings/"+r.ID, nil, "", &r)
	if r.State != "done" || r.Attempts != 2 {
		t.Errorf("after the second start: %+v", r)
	}
	names, err := filepath.Glob(filepath.Join(dir, "blobs", "films", "*", "*"))
	for end := time.Now().Add(time.Minute); len(names) != 5 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) { // the copy comes after the analysis
		names, err = filepath.Glob(filepath.Join(dir, "blobs", "films", "*", "*"))
	}
	if err != nil || len(names) != 5 {
		t.Errorf("original, copy, upload's name, description and one analysis are wanted: %v %v", names, err)
	}

	// A second process is kept out while the first works.
	out, err := serveCommand(dir).CombinedOutput()
	if err == nil || bytes.Count(out, []byte("\n")) != 1 || !bytes.Contains(out, []byte("another facialis")) {
		t.Errorf("%v: %s", err, out)
	}
	if err := a.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Wait(); err != nil {
		t.Errorf("stopped by Ctrl-C: %v: %s", err, a.err.String())
	}
}

// Killed at any moment of its first start, the program starts the next time.
func TestKilledWhileMigrating(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	for round, journal := range []int64{0, 1, 20_000, 60_000, 120_000, 1 << 40} {
		dir := t.TempDir()
		cmd := serveCommand(dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ready := make(chan struct{})
		go func() {
			defer close(ready)
			bufio.NewReader(out).ReadString('\n')
		}()
		// A later moment each round, by how far the database's journal has grown;
		// the last one when the program already serves.
		for on := true; on; {
			st, err := os.Stat(filepath.Join(dir, "facialis.db-wal"))
			on = err != nil || st.Size() < journal
			select {
			case <-ready:
				on = false
			default:
			}
		}
		cmd.Process.Kill()
		cmd.Wait()
		a := startApp(t, dir)
		a.call("POST", "/people", []byte(`{"name":"X"}`), "application/json", nil)
		a.kill()
		a = startApp(t, dir)
		var list struct{ People []idAnswer }
		a.call("GET", "/people", nil, "", &list)
		if len(list.People) != 1 {
			t.Errorf("round %d: %d people", round, len(list.People))
		}
		a.kill()
	}
}
