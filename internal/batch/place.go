package batch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"facialis/internal/digest"
	"facialis/report"
)

// ErrTaken is wrapped where a folder holds the results of another recording.
var ErrTaken = errors.New("holds the results of another recording")

// results are the files that a result always has, in the order in which they
// take their places: with analysis.json the result is there.
var results = []string{report.EventsFile, report.RegionsFile, report.SeenFile, report.TraceFile, report.CandidatesFile, report.HTMLFile, report.AnalysisFile}

// partFolder is where a result is written before it takes its place.
const partFolder = ".facialis.part"

// Held is the analysis in a folder of results; nil where there is none.
func Held(dir string) (*report.Analysis, error) {
	b, err := os.ReadFile(filepath.Join(dir, report.AnalysisFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a := &report.Analysis{}
	if err := json.Unmarshal(b, a); err != nil || a.Schema != report.Schema {
		return nil, fmt.Errorf("%s in it cannot be read", report.AnalysisFile)
	}
	return a, nil
}

// Free reports with [ErrTaken] that dir holds the results of a recording other
// than the one at path, or something that is not a result under its name.
func Free(ctx context.Context, dir, path string) error {
	a, err := Held(dir)
	if err != nil {
		return fmt.Errorf("the folder %s %w (%w); choose another folder or use --force", filepath.Base(dir), ErrTaken, err)
	}
	if a == nil {
		return nil
	}
	sum, err := digest.OfFile(ctx, path)
	if err != nil || sum == a.Recording.SHA256 {
		return err
	}
	return fmt.Errorf("the folder %s %w (%s); choose another folder or use --force", filepath.Base(dir), ErrTaken, a.Recording.File)
}

// Done gives the analysis in dir if it is that of the recording at path, is
// complete, and another run would give it again: want is what it would say
// about the recording, its tasks and where it comes from.
func Done(ctx context.Context, dir, path string, want *report.Analysis) *report.Analysis {
	a, err := Held(dir)
	if err != nil || a == nil || !complete(dir, a) {
		return nil
	}
	if !same(a.Provenance, want.Provenance) || !same(a.Tasks, want.Tasks) || !same(a.Recording.Mirrored, want.Recording.Mirrored) {
		return nil
	}
	if sum, err := digest.OfFile(ctx, path); err != nil || sum != a.Recording.SHA256 {
		return nil
	}
	return a
}

// same compares two values by their JSON; a list that is nil is empty.
func same(a, b any) bool {
	plain := func(v any) any {
		var out any
		if data, err := json.Marshal(v); err != nil || json.Unmarshal(data, &out) != nil {
			return err
		}
		if list, ok := out.([]any); ok && len(list) == 0 {
			return nil
		}
		return out
	}
	x, err := json.Marshal(plain(a))
	y, err2 := json.Marshal(plain(b))
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// complete reports whether every file of a result is there to its end.
func complete(dir string, a *report.Analysis) bool {
	for name, end := range map[string]string{report.EventsFile: "\r\n", report.RegionsFile: "\r\n", report.SeenFile: "\r\n", report.TraceFile: "PAR1", report.CandidatesFile: "PAR1", report.HTMLFile: "</html>"} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return false
		}
		tail := make([]byte, 16)
		st, err := f.Stat()
		n := 0
		if err == nil {
			n, _ = f.ReadAt(tail, max(0, st.Size()-int64(len(tail))))
		}
		f.Close()
		if tail = tail[:n]; !bytes.HasSuffix(tail, []byte(end)) && !bytes.HasSuffix(bytes.TrimSpace(tail), []byte(end)) {
			return false
		}
	}
	events, err := os.ReadFile(filepath.Join(dir, report.EventsFile))
	return err == nil && bytes.Count(events, []byte("\r\n")) == len(a.Events)+1
}

// Write writes a result into dir, whole or not at all: into a hidden folder
// within it first, every file to the disk, then each under its name, and
// analysis.json last. A former result stays until the new one is complete.
func Write(dir string, a *report.Analysis, in report.Inputs) (err error) {
	made := missing(dir)
	defer func() {
		if err != nil {
			for _, d := range made { // the folders that were made for it, while empty
				os.Remove(d)
			}
		}
	}()
	part := filepath.Join(dir, partFolder)
	if err := os.RemoveAll(part); err != nil { // of a run that was killed
		return fmt.Errorf("clearing what was left of an earlier run: %w", err)
	}
	defer os.RemoveAll(part)
	if err := report.Write(part, a, in); err != nil {
		os.RemoveAll(part) // before the folders around it
		return err
	}
	if err := take(part, dir); err != nil {
		os.RemoveAll(part)
		return fmt.Errorf("putting the results into their folder: %w", err)
	}
	return nil
}

// take moves the files of a complete result to their places. Between the first
// and the last there is no analysis.json, and so no result.
func take(part, dir string) error {
	for _, name := range []string{report.AnalysisFile, AnnotatedFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for i, name := range results {
		if i == len(results)-1 {
			if err := syncFolder(dir); err != nil {
				return err
			}
		}
		err := os.Rename(filepath.Join(part, name), filepath.Join(dir, name))
		if err != nil {
			for _, moved := range results[:i] {
				os.Remove(filepath.Join(dir, moved))
			}
			return err
		}
	}
	return syncFolder(dir)
}

// syncFolder brings the names in a folder to the disk, where the system can.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	d.Sync() // some systems know no such thing for folders
	return nil
}

// missing are the folders on the way to dir that are not there, the innermost
// first.
func missing(dir string) []string {
	var out []string
	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			return out
		}
		out = append(out, d)
	}
}
