package report

import (
	"bufio"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"

	"facialis/event"
	"facialis/words"
)

// Names of the files that Write makes.
const (
	AnalysisFile = "analysis.json"
	HTMLFile     = "report.html"
	EventsFile   = "events.csv"
	RegionsFile  = "regions.csv"
	SeenFile     = "seen.csv"
	TraceFile    = "trace.parquet"

	CandidatesFile = "candidates.parquet"
)

// Still is one picture out of the recording.
type Still struct {
	T       float64 // seconds from the first frame
	JPEG    []byte
	W, H    int    // pixels
	EventID string // the event it shows, empty for none
	Caption string
}

// Inputs are what the report shows beside the analysis. All may be absent:
// without a trace there are no curves and no trace.parquet.
type Inputs struct {
	Language *words.Language // of the page; nil is English
	Trace    *event.Trace
	Small    *event.Candidates // nil writes no candidates.parquet
	Stills   []Still
	Pages    []template.HTML // sections of the appendix before the measurements, ready and safe as they are
	Sheet    Sheet           // what the first page says beside the analysis
}

// voice is what the page speaks with.
func (in Inputs) voice() voice {
	if in.Language == nil {
		return english()
	}
	return voice{in.Language}
}

// Write writes analysis.json, report.html, events.csv, regions.csv, seen.csv and,
// with a trace, trace.parquet, and with candidates, candidates.parquet into dir, which it makes when it is not there. Each file
// appears complete or not at all; analysis.json comes last, so that its
// presence says that the rest is there.
func Write(dir string, a *Analysis, in Inputs) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making the folder for the results: %w", err)
	}
	files := []struct {
		name  string
		write func(io.Writer) error
		skip  bool
	}{
		{EventsFile, func(w io.Writer) error { return EncodeEventsCSV(w, a) }, false},
		{RegionsFile, func(w io.Writer) error { return EncodeRegionsCSV(w, a) }, false},
		{SeenFile, func(w io.Writer) error { return EncodeSeenCSV(w, a) }, false},
		{TraceFile, func(w io.Writer) error { return EncodeParquet(w, in.Trace, a.Provenance.Version) }, in.Trace == nil},
		{CandidatesFile, func(w io.Writer) error { return EncodeCandidates(w, in.Small, a.Provenance.Version) }, in.Small == nil},
		{HTMLFile, func(w io.Writer) error { return EncodeHTML(w, a, in) }, false},
		{AnalysisFile, func(w io.Writer) error { return EncodeJSON(w, a) }, false},
	}
	for _, f := range files {
		if f.skip {
			continue
		}
		if err := writeFile(filepath.Join(dir, f.name), f.write); err != nil {
			return fmt.Errorf("writing %s: %w", f.name, err)
		}
	}
	return nil
}

// WriteJSON writes the analysis to path, whole or not at all.
func WriteJSON(path string, a *Analysis) error {
	if err := writeFile(path, func(w io.Writer) error { return EncodeJSON(w, a) }); err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	return nil
}

// WriteFile writes data to path, whole or not at all.
func WriteFile(path string, data []byte) error {
	err := writeFile(path, func(w io.Writer) error { _, err := w.Write(data); return err })
	if err != nil {
		return fmt.Errorf("writing %s: %w", filepath.Base(path), err)
	}
	return nil
}

// writeFile has a file written under another name in the same folder and
// renames it when complete.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err = write(w); err != nil {
		return err
	}
	if err = w.Flush(); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
