package archive

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"

	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/report"
	"facialis/words"
)

// Contents are a person out of a zip, checked. The zip must stay open until
// they are brought in.
type Contents struct {
	work.Brought
	c *container
}

// Read reads a zip of size bytes, to the last byte of every file: what it gives
// can be brought in. Errors about the zip wrap record.ErrInvalid and are one
// line for the person who chose it.
func Read(ctx context.Context, in io.ReaderAt, size int64, l Limits) (*Contents, error) {
	c, err := open(in, size, l)
	if err != nil {
		return nil, err
	}
	out := &Contents{c: c}
	if err := out.person(ctx); err != nil {
		return nil, err
	}
	if err := out.answers(ctx); err != nil {
		return nil, err
	}
	if err := out.diary(ctx); err != nil {
		return nil, err
	}
	if err := out.recordings(ctx); err != nil {
		return nil, err
	}
	return out, out.rest(ctx)
}

// Bring brings the person in, all of it or nothing.
func (x *Contents) Bring(ctx context.Context, w *work.Worker) error {
	err := w.Bring(ctx, &x.Brought)
	if errors.Is(err, record.ErrInvalid) {
		return problem(plain(err))
	}
	return err
}

// within says of which file an error about a value is.
func within(name string, err error) error {
	if err == nil {
		return nil
	}
	return problem(name + ": " + plain(err))
}

// plain is an error's text without the words by which programs know it.
func plain(err error) string {
	s := strings.TrimSuffix(err.Error(), ": "+record.ErrInvalid.Error())
	return strings.TrimSuffix(s, " ("+record.ErrInvalid.Error()+")")
}

func (x *Contents) person(ctx context.Context) error {
	p := &record.Person{}
	if err := x.c.decode(ctx, personFile, p); err != nil {
		return err
	}
	p.CreatedAt, p.UpdatedAt = record.Micros(p.CreatedAt), record.Micros(p.UpdatedAt)
	if !record.IsID(p.ID) || p.ID != x.c.manifest.Person || !sane(p.CreatedAt, p.UpdatedAt) {
		return bad("archive.problem.person", words.Args{"File": personFile})
	}
	x.Person = p
	return within(personFile, p.Check())
}

func (x *Contents) answers(ctx context.Context) error {
	var a answers
	if err := x.c.decode(ctx, answersFile, &a); err != nil {
		return err
	}
	if a.Authored != nil && !sane(*a.Authored) {
		return bad("archive.problem.answers", words.Args{"File": answersFile})
	}
	if len(a.Values)+len(a.Skipped) == 0 {
		return nil
	}
	given := record.NewAnswers()
	for id, v := range a.Values {
		given.Values[id] = v
	}
	for id, why := range a.Skipped {
		if why != "" && why != "unknown" {
			return bad("archive.problem.answers.open", words.Args{"File": answersFile})
		}
		if err := given.Known(id); err != nil {
			return within(answersFile, err)
		}
		given.Skipped[id] = why
	}
	if a.Authored != nil {
		at := record.Micros(*a.Authored)
		given.Authored = &at
	}
	x.Answers = given
	_, err := given.Response()
	return within(answersFile, err)
}

func (x *Contents) diary(ctx context.Context) error {
	if err := x.c.decode(ctx, diaryFile, &x.Entries); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range x.Entries {
		e := &x.Entries[i]
		if err := e.Check(); err != nil {
			return within(diaryFile, err)
		}
		if seen[e.ID] {
			return bad("archive.problem.diary.twice", words.Args{"File": diaryFile})
		}
		seen[e.ID] = true
	}
	return nil
}

func (x *Contents) recordings(ctx context.Context) error {
	var films []film
	if err := x.c.decode(ctx, recordingsFile, &films); err != nil {
		return err
	}
	ids := map[string]bool{}
	for i := range films {
		f := &films[i]
		if ids[f.ID] || f.Analysis != "" && (ids[f.Analysis] || f.Analysis == f.ID) {
			return bad("archive.problem.recordings.twice", words.Args{"File": recordingsFile})
		}
		ids[f.ID], ids[f.Analysis] = true, true
		if err := x.recording(ctx, f, ids); err != nil {
			return err
		}
	}
	return nil
}

// media is what a type in a list may look like; what the film is, is found again.
var media = regexp.MustCompile(`^[a-z]+/[a-z0-9.+-]{1,60}$`)

func (x *Contents) recording(ctx context.Context, f *film, ids map[string]bool) error {
	r := f.Recording
	r.Analysis, r.PersonID, r.CreatedAt = f.Analysis, x.Person.ID, record.Micros(r.CreatedAt)
	if r.RecordedAt != nil {
		at := record.Micros(*r.RecordedAt)
		r.RecordedAt = &at
		if !sane(at) {
			return bad("archive.problem.recordings.time", words.Args{"File": recordingsFile})
		}
	}
	if err := r.Film.Check(); err != nil {
		return within(recordingsFile, err)
	}
	l := x.c.listed[f.Original]
	switch {
	case !record.IsID(r.ID), r.Analysis != "" && !record.IsID(r.Analysis), !sane(r.CreatedAt), !media.MatchString(r.Type):
		return bad("archive.problem.recordings.id", words.Args{"File": recordingsFile})
	case f.Original != originalName(&r), l.Bytes != r.Bytes, l.SHA256 != r.SHA256, r.Bytes == 0:
		return bad("archive.problem.film")
	case r.Problem != nil && !record.Plain(*r.Problem, 2000), r.Attempts < 0 || r.Attempts > 1000:
		return bad("archive.problem.recordings.problem", words.Args{"File": recordingsFile})
	}
	switch r.State {
	case record.Done:
		if r.Analysis == "" {
			return bad("archive.problem.recordings.analysis", words.Args{"File": recordingsFile})
		}
	case record.Failed, record.Canceled:
	case record.Queued, record.Analyzing:
		r.State, r.Attempts, r.Problem = record.Queued, 0, nil
	default:
		return bad("archive.problem.recordings.state", words.Args{"File": recordingsFile})
	}
	r.Progress, r.LeftS = nil, nil
	b := work.BroughtRecording{Recording: &r, Files: map[string]func(io.Writer) error{}}
	put := func(name, as string) {
		b.Files[name] = func(w io.Writer) error { return x.c.copy(ctx, w, as) }
	}
	put(work.OriginalFile, f.Original)
	dir := folder + r.ID + "/"
	length := 0.0
	if r.Analysis != "" {
		for _, name := range work.AnalysisFiles {
			put(name, dir+name)
		}
		for _, name := range work.LaterFiles {
			if _, ok := x.c.files[dir+name]; ok {
				put(name, dir+name)
			}
		}
		a := &report.Analysis{}
		if err := x.c.decode(ctx, dir+report.AnalysisFile, a); err != nil {
			return err
		}
		if err := plausible(a); err != nil {
			return within(dir+report.AnalysisFile, err)
		}
		length = a.Recording.DurationS
	}
	var err error
	if b.Corrections, err = x.corrections(ctx, dir+correctionsFile, length, ids); err != nil {
		return err
	}
	if len(b.Corrections) > 0 && r.Analysis == "" {
		return bad("archive.problem.corrections", words.Args{"File": dir + correctionsFile})
	}
	if b.Marks, err = x.marks(ctx, dir+marksFile, ids); err != nil {
		return err
	}
	x.Recordings = append(x.Recordings, b)
	return nil
}

// marks reads what people marked in a film; zips of earlier versions have none.
func (x *Contents) marks(ctx context.Context, name string, ids map[string]bool) ([]record.MarkSet, error) {
	if _, ok := x.c.files[name]; !ok {
		return nil, nil
	}
	var all []record.MarkSet
	if err := x.c.decode(ctx, name, &all); err != nil {
		return nil, err
	}
	if len(all) > maxMarkSets {
		return nil, bad("archive.problem.corrections.many", words.Args{"File": name, "Most": maxMarkSets})
	}
	for i := range all {
		m := &all[i]
		m.At = record.Micros(m.At)
		if err := m.Check(); err != nil {
			return nil, within(name, err)
		}
		if ids[m.ID] || !sane(m.At) {
			return nil, bad("archive.problem.corrections.id", words.Args{"File": name})
		}
		ids[m.ID] = true
		if m.Marks == nil {
			m.Marks = []event.Event{}
		}
		if m.Tasks == nil {
			m.Tasks = []event.Task{}
		}
		for k := range m.Marks {
			e := m.Marks[k]
			if e.ID == "" { // marks from a table have none
				e.ID = "mark"
			}
			if err := plausibleEvent(&e, math.MaxFloat32); err != nil {
				return nil, within(name, err)
			}
		}
	}
	return all, nil
}

// maxMarkSets bounds the sets of marks of one recording.
const maxMarkSets = 10_000

// maxCorrections bounds a recording's history.
const maxCorrections = 100_000

func (x *Contents) corrections(ctx context.Context, name string, length float64, ids map[string]bool) ([]record.Correction, error) {
	var raw []json.RawMessage
	if err := x.c.decode(ctx, name, &raw); err != nil {
		return nil, err
	}
	if len(raw) > maxCorrections {
		return nil, bad("archive.problem.corrections.many", words.Args{"File": name, "Most": maxCorrections})
	}
	var all []record.Correction
	for _, data := range raw {
		var c record.Correction
		if err := json.Unmarshal(data, &c); err != nil {
			return nil, bad("archive.problem.unreadable", words.Args{"File": name})
		}
		c.At = record.Micros(c.At)
		if !record.IsID(c.ID) || ids[c.ID] || !sane(c.At) || !record.Plain(c.By, 300) || c.EventID != nil && !record.Plain(*c.EventID, 60) {
			return nil, bad("archive.problem.corrections.id", words.Args{"File": name})
		}
		ids[c.ID] = true
		if err := c.Edit.Possible(length); err != nil {
			return nil, within(name, err)
		}
		if c.Was != nil {
			if err := plausibleEvent(c.Was, math.MaxFloat32); err != nil {
				return nil, within(name, err)
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// rest reads to its end what was not read yet, so that a zip which is not whole
// is told before anything is written.
func (x *Contents) rest(ctx context.Context) error {
	for name := range x.c.listed {
		if err := x.c.copy(ctx, io.Discard, name); err != nil {
			return err
		}
	}
	return nil
}

// Renew gives everything in a person new ids. Corrections keep speaking of the
// same events.
func (x *Contents) Renew() {
	x.Person.ID = record.NewID()
	for i := range x.Entries {
		x.Entries[i].ID = record.NewID()
	}
	for i := range x.Recordings {
		r := &x.Recordings[i]
		r.ID, r.PersonID = record.NewID(), x.Person.ID
		if r.Analysis != "" {
			r.Analysis = record.NewID()
		}
		for k := range r.Marks {
			r.Marks[k].ID = record.NewID()
		}
		events := map[string]string{}
		for k := range r.Corrections {
			c := &r.Corrections[k]
			id := record.NewID()
			events[record.AddedID(c.ID)] = record.AddedID(id)
			c.ID = id
			if c.EventID != nil {
				if now, ok := events[*c.EventID]; ok {
					c.EventID = &now
				}
			}
		}
	}
}
