package cli_test

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/blob"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// run runs the program to its end on a database of the clinic.
func (c *clinic) run(database string, args ...string) (string, int) {
	c.t.Helper()
	cmd := c.command(args...)
	cmd.Env = append(cmd.Env, "FACIALIS_DATABASE="+database)
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		c.t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// stop ends a program as systemd does.
func (c *clinic) stop(cmd *exec.Cmd) {
	c.t.Helper()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		c.t.Errorf("stopped: %v", err)
	}
}

// A backup of a clinic is pg_dump and a copy of the bucket. doctor says whether the two
// belong together: a bucket newer than the dump loses nothing, one with a file less is
// told. From the bucket alone a database is made again.
func TestRestoredPair(t *testing.T) {
	c := openClinic(t)
	a := c.server()
	worker, _ := c.worker(t.TempDir())
	first := c.send(a)
	c.done(a, first.ID, 1)

	dump := filepath.Join(t.TempDir(), "facialis.dump")
	if out, err := exec.Command("pg_dump", "--format=custom", "--file", dump, c.database).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	second := c.send(a) // after the dump, before the copy of the bucket
	c.done(a, second.ID, 1)
	c.copies(first.ID, second.ID)
	if out, code := c.run(c.database, "rebuild"); code != 2 || !strings.Contains(out, "stop them") {
		t.Errorf("rebuild beside a server: %d %s", code, out)
	}
	c.stop(worker)
	c.stop(a.cmd)

	if out, code := c.run(c.database, "doctor"); code != 0 || !strings.Contains(out, "1 person, 2 recordings; 0 files missing, 0 not referenced") {
		t.Errorf("a pair that works: %d %s", code, out)
	}
	restored := c.db.Database(t)
	if out, err := exec.Command("pg_restore", "--no-owner", "--dbname", restored, dump).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if out, code := c.run(restored, "doctor"); code != 0 || !strings.Contains(out, "1 recording; 0 files missing, 1 not referenced") || !strings.Contains(out, "films/"+second.ID) {
		t.Errorf("a bucket newer than the dump: %d %s", code, out)
	}
	// From the bucket alone.
	empty := c.db.Database(t)
	if out, code := c.run(empty, "rebuild"); code != 0 || !strings.Contains(out, "2 recordings") {
		t.Fatalf("rebuild: %d %s", code, out)
	}
	if out, code := c.run(empty, "doctor"); code != 0 || !strings.Contains(out, "1 person, 2 recordings; 0 files missing, 0 not referenced") {
		t.Errorf("rebuilt: %d %s", code, out)
	}

	s, err := blob.Connect(t.Context(), c.at, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names, err := s.List("films/" + first.ID)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(names, func(n string) bool { return len(n) == len(first.ID) })
	for _, k := range []string{"films/" + first.ID + "/" + names[i] + "/trace.bin", "films/" + second.ID + "/original"} {
		if err := s.Remove(k); err != nil {
			t.Fatal(err)
		}
		if out, code := c.run(c.database, "doctor"); code == 0 || !strings.Contains(out, "missing: "+k) {
			t.Errorf("without %s: %d %s", k, code, out)
		}
	}
}

// copies waits until recordings have their copies to play, so that nothing is under way.
func (c *clinic) copies(recs ...string) {
	c.t.Helper()
	s, err := blob.Connect(c.t.Context(), c.at, c.t.TempDir())
	if err != nil {
		c.t.Fatal(err)
	}
	defer s.Close()
	for _, r := range recs {
		for end := time.Now().Add(c.everythingFor); ; time.Sleep(100 * time.Millisecond) {
			if _, err := s.Size("films/" + r + "/play"); err == nil {
				break
			}
			if time.Now().After(end) {
				c.t.Fatal("no copy to play")
			}
		}
	}
}

// A version is rolled while one job takes long: each worker and server is stopped for
// another in the middle of it, old and new side by side. The job moves from one to the
// next, comes to its end once, leaves one analysis and counts as one attempt, also where a
// server that works itself has it.
func TestRolled(t *testing.T) {
	c := openClinic(t)
	serving := func() *app { // serves and works
		return startCommand(t, c.command("serve", "--listen", "127.0.0.1:0", "--no-open", "--workers", "1", "--spool", t.TempDir()))
	}
	old := serving()
	r := c.send(old)
	c.underWay(old, r.ID)
	next := c.server() // the new version, beside it
	worker, _ := c.worker(t.TempDir())
	c.stop(old.cmd)
	c.underWay(next, r.ID)
	newer, _ := c.worker(t.TempDir())
	c.stop(worker)
	last := c.server()
	c.stop(next.cmd)
	c.done(last, r.ID, 1)
	c.copies(r.ID)
	if n := c.analyses(r.ID); n != 1 {
		t.Errorf("%d analyses", n)
	}
	// What the queue itself says: each job of the recording came to its end once.
	db, err := sql.Open("pgx", c.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	jobs := map[string]int{}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		clear(jobs)
		rows, err := db.Query(`SELECT args::text || ' ' || kind, state FROM river_job WHERE args::text LIKE '%' || $1 || '%'`, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for rows.Next() {
			var what, state string
			if err := rows.Scan(&what, &state); err != nil {
				t.Fatal(err)
			}
			jobs[what+" "+state]++
			if state != "completed" {
				open++
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if open == 0 {
			break
		}
	}
	for what, n := range jobs {
		if n != 1 || !strings.HasSuffix(what, " completed") {
			t.Errorf("%d of %s", n, what)
		}
	}
	if status, data := c.try(last, "/recordings/"+r.ID+"/original"); status != 200 || string(data) != string(c.film) {
		t.Errorf("the film: %d, %d bytes", status, len(data))
	}
	newer.Process.Kill()
	newer.Wait()
}
