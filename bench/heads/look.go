package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"facialis/bench/kept"
	"facialis/event"
	"facialis/face"
	"facialis/internal/digest"
	"facialis/internal/pipeline"
	"facialis/internal/sources"
	"facialis/report"
	"facialis/spasm"
)

// looker is a program that analyzes films.
type looker struct {
	Name string
	look func(ctx context.Context, film string) (*seen, error)
}

// seen is what a program saw in a film.
type seen struct {
	Trace    *event.Trace
	Events   []event.Event
	Tracking tracking
}

// tracking are the analysis's figures of the whole film that are looked at here.
type tracking struct {
	DistanceMM *float64 `json:"distance_mm"` // from the camera to the face; programs without it leave it out
}

// measured is a kept trace, with the rest of what was seen as JSON.
type measured struct {
	Trace    *event.Trace
	Analysis []byte
}

// rooms are the folders whose sources make a trace out of a film; a test holds
// them to what the pipeline imports.
var rooms = []string{"anatomy", "event", "internal/infer", "internal/signal", "internal/linear", "video", "face", "motion", "internal/pipeline"}

// here is the program as it stands in this folder. Traces are kept in dir under
// the version of all that makes them; events are found again in each run, so that
// after a change of the detector no film is looked at again.
func here(dir string) (looker, func(), error) {
	engine, err := face.Open("")
	if err != nil {
		return looker{}, nil, err
	}
	version, err := sourcesVersion(fmt.Sprint(engine.Models()))
	if err != nil {
		engine.Close()
		return looker{}, nil, err
	}
	look := func(ctx context.Context, film string) (*seen, error) {
		file := keptFile(dir, version, film, ".gob")
		k, err := kept.Load[measured](file)
		if err != nil {
			return nil, err
		}
		if k.Trace == nil {
			r, err := pipeline.Run(ctx, engine, film, pipeline.DefaultOptions(), nil)
			if err != nil {
				return nil, err
			}
			defer r.Close()
			k.Trace = r.Trace
			if k.Analysis, err = json.Marshal(r.Analysis); err != nil {
				return nil, fmt.Errorf("keeping the analysis: %w", err)
			}
			if err := kept.Save(file, k); err != nil {
				return nil, err
			}
			if k, err = kept.Load[measured](file); err != nil { // the run's own columns may lie in a file that goes
				return nil, err
			}
		}
		s := &seen{Trace: k.Trace, Events: spasm.Detect(k.Trace, nil, spasm.DefaultParams())}
		return s, s.read(k.Analysis, false)
	}
	return looker{"this program", look}, func() { engine.Close() }, nil
}

// sourcesVersion names the sources, C among them, and the models that a trace
// comes from.
func sourcesVersion(models string) (string, error) {
	words, err := sources.Version([]string{"doc.go"}, rooms...)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintln(h, words, models)
	for _, room := range append([]string{"video/decoder"}, rooms...) {
		files, err := filepath.Glob(filepath.Join(room, "*.[ch]"))
		if err != nil {
			return "", fmt.Errorf("looking for C sources: %w", err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				return "", fmt.Errorf("reading the sources: %w", err)
			}
			h.Write(b)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:12], nil
}

// other is another build of the program. Its results are kept in dir under the
// hash of its file.
func other(binary, dir string) (looker, error) {
	sum, err := digest.OfFile(context.Background(), binary)
	if err != nil {
		return looker{}, fmt.Errorf("reading the other program: %w", err)
	}
	look := func(ctx context.Context, film string) (*seen, error) {
		out := keptFile(dir, sum[:12], film, "")
		trace := filepath.Join(out, "trace.parquet")
		if _, err := os.Stat(trace); errors.Is(err, fs.ErrNotExist) {
			if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
				return nil, fmt.Errorf("making the folder of kept results: %w", err)
			}
			said, err := exec.CommandContext(ctx, binary, "analyze", film, "--out", out).CombinedOutput()
			var exit *exec.ExitError
			const noFace = 5 // the exit code of a film without enough of a face: its files are there
			if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != noFace) {
				return nil, fmt.Errorf("%s analyze %s: %w: %s", binary, filepath.Base(film), err, said)
			}
		} else if err != nil {
			return nil, fmt.Errorf("looking for kept results: %w", err)
		}
		f, err := os.Open(trace)
		if err != nil {
			return nil, fmt.Errorf("reading the other program's trace: %w", err)
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return nil, fmt.Errorf("reading the other program's trace: %w", err)
		}
		s := new(seen)
		if s.Trace, err = report.DecodeParquet(f, info.Size()); err != nil {
			return nil, err
		}
		b, err := os.ReadFile(filepath.Join(out, report.AnalysisFile))
		if err != nil {
			return nil, fmt.Errorf("reading the other program's analysis: %w", err)
		}
		return s, s.read(b, true)
	}
	return looker{filepath.Base(binary) + " " + sum[:8], look}, nil
}

// read takes the tracking, and where it says so the events, out of an analysis.
func (s *seen) read(analysis []byte, events bool) error {
	var a struct {
		Events   []event.Event `json:"events"`
		Tracking tracking      `json:"tracking"`
	}
	if err := json.Unmarshal(analysis, &a); err != nil {
		return fmt.Errorf("reading the analysis: %w", err)
	}
	s.Tracking = a.Tracking
	if events {
		s.Events = a.Events
	}
	return nil
}

// keptFile is where a version's result for a film is kept. The path of the film
// is part of its name: two folders may hold films of one name.
func keptFile(dir, version, film, end string) string {
	folder := filepath.Base(filepath.Dir(film))
	return filepath.Join(dir, version, folder+"-"+filepath.Base(film)+end)
}
