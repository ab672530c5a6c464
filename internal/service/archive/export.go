package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/report"
)

// Export is a person's zip before it is written.
type Export struct {
	w        *work.Worker
	manifest Manifest
	films    []film
	small    []piece // what stands before the recordings, ready
	history  map[string][]record.Correction
	marks    map[string][]record.MarkSet
	masked   map[string]*masked // by recording; nil: the films themselves go along
	guard    *secrets           // what must not be in it; nil: nothing
	tmp      string             // folder of drawn films
}

// Close removes what the export kept on disk.
func (e *Export) Close() error {
	if e.tmp == "" {
		return nil
	}
	return os.RemoveAll(e.tmp)
}

// piece is a file of the zip that is held in memory.
type piece struct {
	name string
	data []byte
}

// Options say what a zip is for.
type Options struct {
	// Research leaves out every recording that was not allowed for research, with all
	// that was made of it. The manifest lists them.
	Research bool
	// Masked leaves the face at home: a drawn face that moves by the trace stands for
	// each film, a code for the name, and dates become days since the first recording.
	// Answers, diary, labels and who corrected what stay at home too.
	Masked bool
	// Rater is the name of who asks: what a study's raters said is left out while they
	// have not finished rating for it themselves.
	Rater string
	// Guidance is [BundleOptions.Guidance] for the bundle in the zip.
	// Raters are numbered instead of named then.
	Guidance bool
	// May says whether pictures of a recording may be in the zip; nil: of all. Those it
	// refuses are left out and listed like those not allowed for research.
	May func(*record.Recording) bool
}

// Prepare gathers everything about a person but the large files.
func Prepare(ctx context.Context, w *work.Worker, person string, now time.Time, opt Options) (*Export, error) {
	p, err := w.Store.Person(ctx, person)
	if err != nil {
		return nil, err
	}
	return PrepareOf(ctx, w, p, now, opt)
}

// PrepareOf is [Prepare] for a person as they are given: without the note, say,
// for somebody who may not read it.
func PrepareOf(ctx context.Context, w *work.Worker, whom *record.Person, now time.Time, opt Options) (*Export, error) {
	p := *whom
	if opt.Research { // who it is is not for research
		p.Name, p.Note = "", ""
	}
	e := &Export{w: w, history: map[string][]record.Correction{}, marks: map[string][]record.MarkSet{},
		manifest: Manifest{Format: Format, Program: "facialis " + w.Version, MadeAt: record.Micros(now), Person: p.ID, LeftOut: []string{}}}
	recs, err := w.Store.Recordings(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range recs {
		if opt.Research && !r.MayResearch() || opt.May != nil && !opt.Masked && !opt.May(&r) {
			e.manifest.NotAllowed = append(e.manifest.NotAllowed, r.ID)
			continue
		}
		if err := e.gather(ctx, r); err != nil {
			return nil, err
		}
	}
	if !opt.Masked {
		if err := e.gatherMarks(ctx, opt); err != nil {
			return nil, err
		}
	}
	if opt.Masked {
		if e.tmp, err = os.MkdirTemp("", "facialis-masked-*"); err != nil {
			return nil, fmt.Errorf("making a folder for drawn films: %w", err)
		}
		whole := *whom
		if err := e.mask(ctx, &whole, e.tmp); err != nil {
			return nil, errors.Join(err, e.Close())
		}
		return e, e.maskedPieces(&whole)
	}
	given, err := w.Store.Answers(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	entries, err := w.Store.Entries(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for i := range entries {
		entries[i].Version = 0 // this server's own number
	}
	var bundle []byte
	if !opt.Research { // it rests on every recording
		if bundle, err = Bundle(ctx, w, &p, BundleOptions{Setting: "public", Now: now, Zip: true, Guidance: opt.Guidance}); err != nil {
			return nil, err
		}
	}
	tables, err := tables(given, entries, e.films)
	if err != nil {
		return nil, err
	}
	e.small = append(e.small, piece{"README.txt", readme})
	for _, x := range []struct {
		name  string
		value any
	}{
		{personFile, p},
		{answersFile, answers{given.Values, given.Skipped, given.Authored}},
		{diaryFile, entries},
		{recordingsFile, e.films},
	} {
		data, err := json.MarshalIndent(x.value, "", " ")
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", x.name, err)
		}
		e.small = append(e.small, piece{x.name, append(data, '\n')})
	}
	if bundle != nil {
		e.small = append(e.small, piece{fhirFile, bundle})
	}
	e.small = append(e.small, tables...)
	return e, nil
}

// gather takes a recording in, unless its film is not there: a drawn one of the
// demo that nobody has drawn yet.
func (e *Export) gather(ctx context.Context, r record.Recording) error {
	f, err := e.w.Open(ctx, &r, work.OriginalFile)
	if errors.Is(err, blob.ErrNotFound) {
		e.manifest.LeftOut = append(e.manifest.LeftOut, r.ID)
		return nil
	}
	if err != nil {
		return err
	}
	f.Close()
	if e.history[r.ID], err = e.w.Store.Corrections(ctx, r.ID); err != nil {
		return err
	}
	e.films = append(e.films, film{Recording: r, Analysis: r.Analysis, Original: originalName(&r)})
	return nil
}

// gatherMarks takes in what people marked in each film: in other programs, and as raters
// of locked studies where they have finished.
func (e *Export) gatherMarks(ctx context.Context, opt Options) error {
	studies := map[string]*record.Study{} // nil: left out
	raters := map[string]string{}
	for _, f := range e.films {
		sets, err := e.w.Store.Marks(ctx, f.ID)
		if err != nil {
			return err
		}
		ratings, err := e.w.Store.RatingsOf(ctx, f.ID)
		if err != nil {
			return err
		}
		for i := range ratings {
			r := &ratings[i]
			st, known := studies[r.Study]
			if !known {
				if st, err = e.w.Store.Study(ctx, r.Study); err != nil {
					return err
				}
				blind, err := e.w.StillRates(ctx, st, opt.Rater)
				if err != nil {
					return err
				}
				if blind {
					st = nil
				}
				studies[r.Study] = st
			}
			if st == nil {
				continue
			}
			if m, ok := st.AsMarks(&r.StudyRating); ok {
				sets = append(sets, m)
			}
		}
		if opt.Guidance {
			for i := range sets {
				m := &sets[i]
				if raters[m.Rater] == "" {
					raters[m.Rater] = fmt.Sprint("R", len(raters)+1)
				}
				m.Rater, m.By = raters[m.Rater], ""
			}
		}
		if len(sets) > 0 {
			e.marks[f.ID] = sets
		}
	}
	return nil
}

// originalName is a film's name in the zip.
func originalName(r *record.Recording) string {
	return folder + r.ID + "/" + work.OriginalFile + work.Extension(r.Type)
}

// Write streams the zip. After an error what was written is no zip.
func (e *Export) Write(ctx context.Context, out io.Writer) error {
	z := &writer{z: zip.NewWriter(out), e: e, ctx: ctx}
	z.z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, p := range e.small {
		if err := z.bytes(p.name, p.data); err != nil {
			return err
		}
	}
	for i := range e.films {
		if err := z.recording(&e.films[i]); err != nil {
			return err
		}
	}
	data, err := json.MarshalIndent(&e.manifest, "", " ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	if err := z.bytes(manifestFile, append(data, '\n')); err != nil {
		return err
	}
	if err := z.z.Close(); err != nil {
		return fmt.Errorf("writing the zip: %w", err)
	}
	return nil
}

// writer writes files into a zip and lists them in the manifest.
type writer struct {
	z   *zip.Writer
	e   *Export
	ctx context.Context
}

func (z *writer) recording(f *film) error {
	if m := z.e.masked[f.ID]; m != nil {
		return z.maskedRecording(f, m)
	}
	dir := folder + f.ID + "/"
	files := []string{work.OriginalFile}
	if f.Analysis != "" {
		files = append(files, work.AnalysisFiles...)
		for _, name := range work.LaterFiles {
			if z.e.w.Has(z.e.of(f), name) {
				files = append(files, name)
			}
		}
	}
	for _, name := range files {
		as := dir + name
		if name == work.OriginalFile {
			as = f.Original
		}
		if err := z.file(as, f, name); err != nil {
			return err
		}
	}
	history := z.e.history[f.ID]
	data, err := json.MarshalIndent(history, "", " ")
	if err != nil {
		return fmt.Errorf("writing the corrections: %w", err)
	}
	if err := z.bytes(dir+correctionsFile, append(data, '\n')); err != nil {
		return err
	}
	if marks := z.e.marks[f.ID]; len(marks) > 0 {
		data, err := json.MarshalIndent(marks, "", " ")
		if err != nil {
			return fmt.Errorf("writing the marks: %w", err)
		}
		if err := z.bytes(dir+marksFile, append(data, '\n')); err != nil {
			return err
		}
	}
	table, err := correctionTable(history)
	if err != nil {
		return err
	}
	if err := z.bytes(dir+"corrections.csv", table); err != nil {
		return err
	}
	if f.Analysis == "" {
		return nil
	}
	a, _, err := z.e.w.CorrectedAnalysis(z.ctx, z.e.of(f))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := report.EncodeEventsCSV(&b, a); err != nil {
		return err
	}
	return z.bytes(dir+"events.csv", b.Bytes())
}

// of is a film's recording with the analysis that held when the export began.
func (e *Export) of(f *film) *record.Recording {
	r := f.Recording
	r.Analysis = f.Analysis
	return &r
}

func (z *writer) file(as string, f *film, name string) error {
	in, err := z.e.w.Open(z.ctx, z.e.of(f), name)
	if err != nil {
		return err
	}
	defer in.Close()
	return z.add(as, in.File)
}

func (z *writer) bytes(name string, data []byte) error { return z.add(name, bytes.NewReader(data)) }

// add writes one file. Its sum goes into the manifest.
func (z *writer) add(name string, in io.Reader) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: z.e.manifest.MadeAt}
	if base := path.Base(name); packed[base] || packed[strings.TrimSuffix(base, path.Ext(base))] {
		h.Method = zip.Store
	}
	if z.e.guard != nil {
		in = &scan{s: z.e.guard, r: in, text: isText(name)}
	}
	out, err := z.z.CreateHeader(h)
	if err != nil {
		return fmt.Errorf("writing the zip: %w", err)
	}
	sum := &summed{h: sha256.New(), ctx: z.ctx, r: in}
	if _, err := io.CopyBuffer(struct{ io.Writer }{out}, sum, make([]byte, 256<<10)); err != nil {
		return fmt.Errorf("writing the zip: %w", err)
	}
	if name != manifestFile {
		z.e.manifest.Files = append(z.e.manifest.Files, Listed{name, sum.n, sum.hex()})
	}
	return nil
}

// summed reads until the context ends and sums what it reads.
type summed struct {
	r   io.Reader
	h   hash.Hash
	n   int64
	ctx context.Context
}

func (s *summed) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.h.Write(p[:n])
	s.n += int64(n)
	return n, err
}

func (s *summed) hex() string { return hex.EncodeToString(s.h.Sum(nil)) }

// readAll reads a file of a recording's analysis.
func readAll(ctx context.Context, w *work.Worker, r *record.Recording, name string) ([]byte, error) {
	f, err := w.Open(ctx, r, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("reading a result: %w", err)
	}
	return data, nil
}
