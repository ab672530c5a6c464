package cli_test

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/rogpeppe/go-internal/testscript"

	"facialis/report"
)

// table reads recordings.csv as maps from the column's name to the cell, and
// checks that recordings.parquet says the same.
func table(dir string) ([]map[string]string, error) {
	f, err := os.Open(filepath.Join(dir, report.RecordingsCSV))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		out = append(out, row)
	}
	p, err := os.Open(filepath.Join(dir, report.RecordingsParquet))
	if err != nil {
		return nil, err
	}
	defer p.Close()
	st, err := p.Stat()
	if err != nil {
		return nil, err
	}
	pf, err := parquet.OpenFile(p, st.Size())
	if err != nil {
		return nil, err
	}
	if got, want := pf.NumRows(), int64(len(out)); got != want {
		return nil, fmt.Errorf("recordings.parquet has %d rows, recordings.csv %d", got, want)
	}
	var names []string
	for _, c := range pf.Schema().Columns() {
		names = append(names, c[0])
	}
	if !slices.Equal(names, lines[0]) {
		return nil, fmt.Errorf("recordings.parquet has the columns %v, recordings.csv %v", names, lines[0])
	}
	for _, group := range pf.RowGroups() {
		rs := group.Rows()
		buf := make([]parquet.Row, len(out)+1)
		n, _ := rs.ReadRows(buf)
		for k, r := range buf[:n] {
			for i, v := range r {
				if v.IsNull() != (lines[k+1][i] == "") {
					return nil, fmt.Errorf("row %d, %s: %v in recordings.parquet, %q in recordings.csv", k, names[i], v, lines[k+1][i])
				}
			}
		}
		rs.Close()
	}
	return out, nil
}

// rows runs "rows dir path=state:code…": the table of recordings in dir must hold
// just these rows, measures only where the state is measured.
func rows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: rows dir path=state:code…")
	}
	got, err := table(ts.MkAbs(args[0]))
	ts.Check(err)
	var said []string
	for _, r := range got {
		state := r["state"]
		if s, _, failed := strings.Cut(state, ":"); failed && s == "failed" {
			state = s
		}
		said = append(said, fmt.Sprintf("%s=%s:%s", r["path"], state, r["exit_code"]))
		measured := state == report.StateMeasured.String()
		for _, name := range []string{"spasms", "rate_per_min", "burden", "sides_right_spasms", "lids_closures"} {
			if (r[name] != "") != measured {
				ts.Fatalf("%s is %s and %s is %q", r["path"], state, name, r[name])
			}
		}
		if len(r["sha256"]) != 64 {
			ts.Fatalf("%s has the sum %q", r["path"], r["sha256"])
		}
		if state == report.StateNoFace.String() && (r["usable_s"] != "0" || !strings.Contains(r["warnings"], "no_face")) {
			ts.Fatalf("%s was seen for %q s, warnings %q", r["path"], r["usable_s"], r["warnings"])
		}
	}
	if !slices.Equal(said, args[1:]) {
		ts.Fatalf("the table has %q", said)
	}
}

var (
	rememberedLock sync.Mutex
	remembered     = map[string]map[string]string{}
)

// states are the identities of all analyses under a folder.
func states(dir string) map[string]string {
	out := map[string]string{}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == report.AnalysisFile {
			if st, err := d.Info(); err == nil {
				out[path] = fmt.Sprint(st.ModTime(), st.Size())
			}
		}
		return err
	})
	return out
}

// remember and unchanged run as "remember dir" and "unchanged dir": no
// analysis.json under dir was written in between.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	rememberedLock.Lock()
	defer rememberedLock.Unlock()
	dir := ts.MkAbs(args[0])
	remembered[dir] = states(dir)
}

func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	rememberedLock.Lock()
	defer rememberedLock.Unlock()
	dir := ts.MkAbs(args[0])
	if now := states(dir); len(now) == 0 || len(now) != len(remembered[dir]) {
		ts.Fatalf("%d analyses, %d before", len(now), len(remembered[dir]))
	} else {
		for path, s := range now {
			if remembered[dir][path] != s {
				ts.Fatalf("%s was written again", path)
			}
		}
	}
}

// analyzeCommand is the real program on a batch.
func analyzeCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	lib, err := filepath.Abs("../../lib")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("facialis", append([]string{"analyze"}, args...)...)
	cmd.Env = append(os.Environ(), "FACIALIS_LIB="+lib)
	return cmd
}

// films draws a face and gives the paths of three recordings of it in a folder,
// the second longer.
func films(t *testing.T) string {
	t.Helper()
	var c clip
	path, err := c.get(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in := t.TempDir()
	for name, loops := range map[string]string{"a": "0", "b": "10", "c": "0"} {
		if out, err := exec.Command("ffmpeg", "-v", "error", "-stream_loop", loops, "-i", path, "-c", "copy", filepath.Join(in, name+".mp4")).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	return in
}

// Killed in the middle of the second recording, a batch has the first whole and
// nothing of the second, and goes on with the second.
func TestBatchKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	in, out := films(t), filepath.Join(t.TempDir(), "out")
	cmd := analyzeCommand(t, in, "-o", out, "--jobs", "1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		rows, err := table(out)
		if err == nil && len(rows) == 1 && decodes(cmd.Process.Pid) {
			break
		}
		if time.Now().After(end) {
			cmd.Process.Kill()
			t.Fatalf("the second recording was not begun: %v", err)
		}
	}
	time.Sleep(200 * time.Millisecond)
	cmd.Process.Kill()
	cmd.Wait()
	first := states(out)
	if len(first) != 1 {
		t.Fatalf("after the kill there are %v", first)
	}
	if rows, err := table(out); err != nil || len(rows) != 1 || rows[0]["path"] != "a.mp4" {
		t.Errorf("the table after the kill: %v %v", rows, err)
	}
	said, err := analyzeCommand(t, in, "-o", out, "--resume").CombinedOutput()
	if err != nil || !strings.Contains(string(said), "1 of 3 recordings already analyzed") {
		t.Fatalf("going on: %v\n%s", err, said)
	}
	all := states(out)
	for path, s := range first {
		if all[path] != s {
			t.Errorf("%s was written again", path)
		}
	}
	rows, err := table(out)
	if err != nil || len(all) != 3 || len(rows) != 3 {
		t.Errorf("in the end %d analyses, table %v %v", len(all), rows, err)
	}
}

// On a full disk a recording leaves its whole result or none, and a former
// result stays.
func TestFullDisk(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("mounts a small disk, which takes root")
	}
	in, disk := films(t), t.TempDir()
	film := filepath.Join(in, "a.mp4")
	size := 0
	for _, room := range []string{"24k", "64k", "96k", "160k", "8m"} {
		if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+room, "tmpfs", disk).CombinedOutput(); err != nil {
			t.Skipf("no small disk can be mounted: %s", out)
		}
		out := filepath.Join(disk, "out")
		said, err := analyzeCommand(t, film, "-o", out).CombinedOutput()
		var left []string
		filepath.WalkDir(disk, func(path string, d fs.DirEntry, err error) error {
			if path != disk {
				left = append(left, path)
			}
			return err
		})
		whole := len(left) == 8
		for _, name := range []string{"events.csv", "regions.csv", "seen.csv", "candidates.parquet", "trace.parquet", "report.html", "analysis.json"} {
			if st, e := os.Stat(filepath.Join(out, name)); whole && (e != nil || st.Size() == 0) {
				t.Errorf("%s: %s: %v", room, name, e)
			}
		}
		if !whole && len(left) != 0 || whole != (err == nil) {
			t.Errorf("%s: %v, left %v\n%s", room, err, left, said)
		}
		if !whole && !strings.Contains(string(said), "no space left") {
			t.Errorf("%s: %s", room, said)
		}
		if whole {
			size++
			// Another run on a disk that is full by then leaves what is there.
			st := states(out)
			free := exec.Command("dd", "if=/dev/zero", "of="+filepath.Join(disk, "fill"), "bs=4k")
			free.Run()
			if err := analyzeCommand(t, film, "-o", out, "--mirrored").Run(); err == nil {
				t.Errorf("%s: a full disk was no error", room)
			}
			for path, s := range states(out) {
				if st[path] != s {
					t.Errorf("%s: %s was changed", room, path)
				}
			}
			if len(states(out)) != 1 {
				t.Errorf("%s: the former result is gone", room)
			}
		}
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	if size == 0 {
		t.Error("no disk was large enough")
	}
}
