package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
	"unicode"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/tracks"
	"facialis/internal/service/work"
	"facialis/phantom"
	"facialis/report"
	"facialis/words"
)

// How the drawn film of a masked zip looks: small, since it shows when, where and how far
// something moves, not what it is measured from. The trace itself is in the zip.
const (
	maskWidth  = 320
	maskHeight = 240
	maskFPS    = 30.0    // frames a second at most
	maskFrames = 18000.0 // of one film: 10 minutes at 30 frames a second; longer ones have fewer a second
	leastFPS   = 1.0
	maskSeed   = 19
)

// maskDay is when the first recording of a masked zip is said to be: intervals stay,
// dates do not.
var maskDay = time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC)

// masked is what stands for a film in a masked zip: files in memory, and the drawn film
// on disk.
type masked struct {
	files []piece
	drawn string // its path
}

// mask turns an export into one without the face, the name and the dates, before
// anything is written. Recordings without an analysis are left out: without the film
// there is nothing of them. The zip keeps nothing free: labels, notes, answers and
// diary stay at home. tmp is a folder for the drawn films.
func (e *Export) mask(ctx context.Context, p *record.Person, tmp string) error {
	secret := newSecrets(p, e.films)
	e.guard = secret
	code := strings.TrimSpace(p.Code)
	if code == "" || strings.EqualFold(code, strings.TrimSpace(p.Name)) {
		code = "P-" + record.NewID()[20:] // its last letters are random
	}
	out := record.Person{ID: record.NewID(), Code: code, Sex: p.Sex, AffectedSide: p.AffectedSide, Drawn: p.Drawn, CreatedAt: maskDay, UpdatedAt: maskDay}
	*p = out
	e.manifest.Person = out.ID
	e.manifest.Masked, e.manifest.Drawn = true, map[string]float64{}
	e.manifest.MadeAt = maskDay
	e.manifest.NotAllowed, e.manifest.LeftOut = nil, []string{}
	e.masked = map[string]*masked{}
	var first time.Time
	for i := range e.films {
		if w := e.films[i].When(); first.IsZero() || w.Before(first) {
			first = w
		}
	}
	var films []film
	for _, f := range e.films {
		if f.Analysis == "" {
			continue
		}
		m, as, err := e.maskFilm(ctx, &f, maskDay.Add(f.When().Sub(first)), tmp)
		if err != nil {
			return err
		}
		as.PersonID = out.ID
		e.masked[as.ID] = m
		films = append(films, *as)
	}
	e.films, e.history = films, map[string][]record.Correction{}
	return nil
}

// maskFilm draws a film of a recording's trace and takes what an analysis says without
// the face: no mesh, no stills, no name of the file.
func (e *Export) maskFilm(ctx context.Context, f *film, at time.Time, tmp string) (*masked, *film, error) {
	r := e.of(f)
	a, _, err := e.w.CorrectedAnalysis(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	id := record.NewID()
	m := &masked{drawn: filepath.Join(tmp, id+".mp4")}
	spec := drawnSpec(a)
	if err := spec.Validate(); err != nil {
		return nil, nil, fmt.Errorf("drawing a face for a recording: %w", err)
	}
	tr, err := e.w.LoadTrace(r)
	if err != nil {
		return nil, nil, err
	}
	e.manifest.Drawn[id] = spec.Camera.FPS
	if err := phantom.Follow(ctx, spec, traced(tr, spec.Camera.FPS), m.drawn); err != nil {
		return nil, nil, fmt.Errorf("drawing a face for a recording: %w", err)
	}
	sum, size, err := sumFile(m.drawn)
	if err != nil {
		return nil, nil, err
	}
	clean := *a
	clean.Recording.File, clean.Recording.SHA256 = "", sum
	clean.Events = append([]event.Event{}, a.Events...)
	var b bytes.Buffer
	if err := report.EncodeJSON(&b, &clean); err != nil {
		return nil, nil, err
	}
	m.files = append(m.files, piece{report.AnalysisFile, bytes.Clone(b.Bytes())})
	for _, name := range []string{work.TraceFile, report.TraceFile} {
		data, err := readAll(ctx, e.w, r, name)
		if err != nil {
			return nil, nil, err
		}
		m.files = append(m.files, piece{name, data})
	}
	b.Reset()
	if err := tracks.NewMeshWriter(&b, false).Close(); err != nil {
		return nil, nil, err
	}
	m.files = append(m.files, piece{work.MeshFile, bytes.Clone(b.Bytes())}, piece{work.StillsFile, []byte("[]\n")})
	as := &film{Recording: f.Recording, Analysis: record.NewID()}
	as.ID, as.SHA256, as.Bytes, as.Type = id, sum, size, "video/mp4"
	as.Label, as.Face, as.Problem = "", nil, nil
	as.RecordedAt, as.CreatedAt = &at, at
	as.Corrected = false // what was corrected is in the analysis; who did it is not
	if c := f.Consent; c != nil {
		as.Consent = &record.Consent{Keep: c.Keep, Research: c.Research, By: c.By, At: at}
	}
	as.Original = originalName(&as.Recording)
	return m, as, nil
}

// drawnSpec is a face at rest as long as a film; frames a second are the film's own, up to
// a bound of the whole.
func drawnSpec(a *report.Analysis) *phantom.Spec {
	s := &phantom.Spec{Name: "masked", Seed: maskSeed, Seconds: max(1, a.Recording.DurationS),
		Camera: phantom.Camera{Width: maskWidth, Height: maskHeight, FPS: maskFPS, FaceHeight: 0.7},
		Blinks: phantom.Blinks{RatePerMin: -1}, Head: phantom.Head{TurnDeg: -1, SwayMM: -1, BreathMM: -1}}
	if own := a.Recording.FrameRate; own > 0 {
		s.Camera.FPS = min(own, maskFPS)
	}
	s.Camera.FPS = max(leastFPS, min(s.Camera.FPS, math.Floor(maskFrames/s.Seconds)))
	s.Defaults()
	return s
}

// traced is the movement of a trace at the row nearest to each time. Where a region was
// not seen it rests. A row farther away than a frame is of another moment: nothing moves
// in a hole.
func traced(tr *event.Trace, fps float64) phantom.Movement {
	return func(t float64) (mm [2][anatomy.NumRegions]float64) {
		i := sort.SearchFloat64s(tr.T, t)
		if i > 0 && (i == len(tr.T) || t-tr.T[i-1] < tr.T[i]-t) {
			i--
		}
		if i == len(tr.T) || math.Abs(tr.T[i]-t) > 1/fps {
			return mm
		}
		for s := range mm {
			for k := range mm[s] {
				if along := tr.Along[s][k]; i < len(along) {
					mm[s][k] = float64(along[i])
				}
			}
		}
		return mm
	}
}

func sumFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// secrets are the texts that must not be in a masked zip: names, notes and labels by
// their words, ids, the films' sums, and the true dates.
type secrets struct {
	texts [][]byte
	long  int
}

// Words shorter than this are too common to be looked for: in text, and in bytes that
// are no text.
const (
	leastWord   = 4
	leastBinary = 8
)

func newSecrets(p *record.Person, films []film) *secrets {
	s := &secrets{}
	code := strings.ToLower(p.Code)
	add := func(text string) {
		text = strings.ToLower(strings.TrimSpace(text))
		if len(text) >= leastWord && !strings.Contains(code, text) {
			s.texts = append(s.texts, []byte(text))
			s.long = max(s.long, len(text))
		}
	}
	words := func(text string) {
		add(text)
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			add(w)
		}
	}
	date := func(t time.Time) {
		for _, form := range []string{time.DateOnly, "02.01.2006", "20060102", "2006/01/02", "01/02/2006", "02-Jan-2006", "02.01.06"} {
			add(t.UTC().Format(form))
		}
	}
	words(p.Name)
	add(p.ID)
	date(p.CreatedAt)
	for _, f := range films {
		add(f.ID)
		add(f.Analysis)
		add(f.SHA256)
		add(f.Label)
		date(f.When())
		date(f.CreatedAt)
	}
	return s
}

// scan reads everything and says which secret it holds; text is whether it is text.
type scan struct {
	s    *secrets
	r    io.Reader
	text bool
	tail []byte
}

func (s *scan) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n > 0 {
		window := bytes.ToLower(append(s.tail, p[:n]...))
		for _, t := range s.s.texts {
			if (s.text || len(t) >= leastBinary) && bytes.Contains(window, t) {
				return n, fmt.Errorf("%s: %w", words.Default().Say("archive.masked.leak"), record.ErrInvalid)
			}
		}
		s.tail = bytes.Clone(window[max(0, len(window)-s.s.long):])
	}
	return n, err
}

// isText reports whether a file of the zip is text.
func isText(name string) bool {
	for _, end := range []string{".json", ".csv", ".txt"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// maskedPieces are the small files of a masked zip.
func (e *Export) maskedPieces(p *record.Person) error {
	e.small = []piece{{"README.txt", readme}}
	for _, x := range []struct {
		name  string
		value any
	}{
		{personFile, p},
		{answersFile, answers{Values: map[string]any{}, Skipped: map[string]string{}}},
		{diaryFile, []record.Entry{}},
		{recordingsFile, e.films},
	} {
		data, err := json.MarshalIndent(x.value, "", " ")
		if err != nil {
			return fmt.Errorf("writing %s: %w", x.name, err)
		}
		e.small = append(e.small, piece{x.name, append(data, '\n')})
	}
	return nil
}

// maskedRecording writes what stands for a film.
func (z *writer) maskedRecording(f *film, m *masked) error {
	in, err := os.Open(m.drawn)
	if err != nil {
		return fmt.Errorf("reading a drawn film: %w", err)
	}
	defer in.Close()
	if err := z.add(f.Original, in); err != nil {
		return err
	}
	for _, p := range m.files {
		if err := z.bytes(folder+f.ID+"/"+p.name, p.data); err != nil {
			return err
		}
	}
	return z.bytes(folder+f.ID+"/"+correctionsFile, []byte("[]\n"))
}
