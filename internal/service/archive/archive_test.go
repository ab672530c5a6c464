package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/internal/service/archive"
	"facialis/internal/service/folder"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
	"facialis/interview"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	if dir := os.Getenv("FACIALIS_DIES_IN"); dir != "" {
		die(dir)
		return
	}
	flag.Parse()
	flag.Set("rapid.checks", "5") // each writes a film to disk and reads it back
	os.Exit(m.Run())
}

// house is a data folder with a worker.
type house struct {
	dir string
	f   *folder.Folder
	w   *work.Worker
}

func build(t testing.TB, dir string) *house {
	t.Helper()
	ctx := context.Background()
	f, err := folder.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	w, err := work.New(ctx, f.Store, f.Blobs, work.Options{Run: worktest.Run, Poll: 5 * time.Millisecond, Version: "test", Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(w.Stop(ctx), f.Close()); err != nil {
			t.Error(err)
		}
	})
	return &house{dir, f, w}
}

type tb interface {
	Helper()
	Fatal(...any)
}

func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person adds a person with one analyzed recording.
func (h *house) person(t testing.TB) (*record.Person, *record.Recording) {
	t.Helper()
	ctx := context.Background()
	p := &record.Person{ID: record.NewID(), Name: "Ada Example", Code: "C-7", CreatedAt: now, UpdatedAt: now}
	must(t, h.f.Store.AddPerson(ctx, p))
	filmed := now.Add(-time.Hour)
	r := &record.Recording{PersonID: p.ID, CreatedAt: now, Film: record.Film{Label: "=first", RecordedAt: &filmed, Tasks: []event.Task{{Task: "rest", FromS: 0, ToS: 1}}}}
	must(t, h.w.Add(ctx, r, func(w io.Writer) error {
		_, err := w.Write(worktest.Film(t))
		return err
	}))
	sub := h.w.Hub.Subscribe(r.ID)
	defer sub.Close()
	for {
		got, err := h.f.Store.Recording(ctx, r.ID)
		must(t, err)
		if got.State == record.Done {
			worktest.Aside(t, h.w, r.ID)
			return p, got
		}
		if got.State.Over() {
			t.Fatalf("%s: %v", got.State, *got.Problem)
		}
		<-sub.C
	}
}

func (h *house) export(t tb, person string) []byte {
	t.Helper()
	e, err := archive.Prepare(context.Background(), h.w, person, now, archive.Options{})
	must(t, err)
	var b bytes.Buffer
	must(t, e.Write(context.Background(), &b))
	return b.Bytes()
}

func read(data []byte) (*archive.Contents, error) {
	l := archive.DefaultLimits(1 << 30)
	l.Slack = 8 << 20 // so that a bomb need not be large
	return archive.Read(context.Background(), bytes.NewReader(data), int64(len(data)), l)
}

func (h *house) bring(data []byte, anew bool) (*archive.Contents, error) {
	x, err := read(data)
	if err != nil {
		return nil, err
	}
	if anew {
		x.Renew()
	}
	return x, x.Bring(context.Background(), h.w)
}

// unzip is the content of each file.
func unzip(t tb, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t, err)
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(t, err)
		b, err := io.ReadAll(r)
		must(t, err)
		out[f.Name] = string(b)
	}
	return out
}

// files is everything in a data folder but the database and what belongs to it.
func (h *house) files(t tb) []string {
	t.Helper()
	var out []string
	must(t, filepath.WalkDir(filepath.Join(h.dir, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, strings.TrimPrefix(path, h.dir))
		}
		return err
	}))
	return out
}

// life gives a person what people say and note.
func (h *house) life(t *rapid.T, p *record.Person, r *record.Recording) {
	ctx := context.Background()
	var entries []record.Entry
	for range rapid.IntRange(0, 6).Draw(t, "entries") {
		kind := rapid.SampledFrom([]string{"attack", "day", "treatment", "visit"}).Draw(t, "kind")
		note, _ := json.Marshal(rapid.SampledFrom([]string{"", "tired, \"very\"\n=1+1", "läuft", "-"}).Draw(t, "note"))
		data := map[string]string{
			"attack":    `{"end":null,"worst_region":"zygomaticus","side":"left","trigger":"speech","note":%s}`,
			"day":       `{"date":"2026-11-24","attacks":4,"triggers":["speech"],"taken_medicine":true,"note":%s}`,
			"treatment": `{"type":"botulinum_toxin","units_total":20,"sites":[{"region":"orbicularis_oculi","side":"left","units":5}],"from":"2026-11-01","note":%s}`,
			"visit":     `{"with":"Dr Who","next":null,"note":%s}`}[kind]
		e := record.Entry{ID: record.NewID(), Kind: kind, At: now.Add(time.Duration(rapid.IntRange(-9, 9).Draw(t, "at")) * time.Hour), TZOffsetMin: 60,
			UpdatedAt: now, Deleted: rapid.Bool().Draw(t, "deleted"), Data: fmt.Appendf(nil, data, note)}
		must(t, e.Check())
		entries = append(entries, e)
	}
	_, _, err := h.f.Store.Sync(ctx, p.ID, entries, nil, now)
	must(t, err)
	set := map[string]any{}
	for _, q := range interview.Standard().Questions {
		switch rapid.IntRange(0, 4).Draw(t, q.ID) {
		case 0:
			set[q.ID] = nil
		case 1:
			set[q.ID] = interview.DontKnow
		case 2:
			switch {
			case q.Type == "multi":
				set[q.ID] = []any{q.Options[0].Value}
			case len(q.Options) > 0:
				set[q.ID] = q.Options[0].Value
			}
		}
	}
	_, err = h.f.Store.ChangeAnswers(ctx, p.ID, func(a *record.Answers) error { return a.Merge(set, now) })
	must(t, err)
	for i := range rapid.IntRange(0, 5).Draw(t, "corrections") {
		ev, err := h.w.Events(ctx, r)
		must(t, err)
		e := ev.Events[rapid.IntRange(0, len(ev.Events)-1).Draw(t, "event")]
		on, off, right, kind, word := 0.1*float64(i), 0.1*float64(i)+0.05, anatomy.Right, event.Blink, "seen"
		edit := rapid.SampledFrom([]record.Edit{
			{Op: record.Confirm, EventID: &e.ID, Note: &word}, {Op: record.Reject, EventID: &e.ID}, {Op: record.Undo},
			{Op: record.Move, EventID: &e.ID, OnsetS: &on, OffsetS: &off}, {Op: record.Relabel, EventID: &e.ID, Kind: &kind},
			{Op: record.Add, OnsetS: &on, OffsetS: &off, Side: &right, Kind: &kind}}).Draw(t, "edit")
		err = h.w.Correct(ctx, r, &record.Correction{ID: record.NewID(), At: now, By: "Dr Who", Edit: edit})
		if err != nil && !errors.Is(err, record.ErrInvalid) { // nothing to undo, say
			t.Fatal(err)
		}
	}
}

// Out and in again is the same person, byte for byte of everything; and as
// somebody new the same but for the ids.
func TestRoundTrip(t *testing.T) {
	a, b := build(t, t.TempDir()), build(t, t.TempDir())
	p, r := a.person(t)
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		year, sex := rapid.IntRange(1900, 2020).Draw(t, "born"), rapid.SampledFrom([]string{"f", "m", "x"}).Draw(t, "sex")
		p.BirthYear, p.Sex, p.Note = &year, &sex, rapid.SampledFrom([]string{"", "-1", "two\nlines"}).Draw(t, "about")
		must(t, a.f.Store.SavePerson(ctx, p))
		a.life(t, p, r)
		out := a.export(t, p.ID)
		if _, err := b.bring(out, false); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(unzip(t, out), unzip(t, b.export(t, p.ID))); d != "" {
			t.Fatal(d)
		}
		row, err := b.f.Store.Recording(ctx, r.ID)
		must(t, err)
		want, err := a.f.Store.Recording(ctx, r.ID)
		must(t, err)
		if d := cmp.Diff(want, row); d != "" {
			t.Fatal(d)
		}
		// The same person is not merged.
		if _, err := b.bring(out, false); !errors.Is(err, work.ErrHere) {
			t.Fatalf("brought in twice: %v", err)
		}
		x, err := b.bring(out, true)
		must(t, err)
		for _, name := range b.files(t) {
			if filepath.Base(name) == "unfinished" {
				t.Fatalf("%s still counts as unfinished after the import: a start would remove it if its row were lost", name)
			}
		}
		second, third := b.export(t, p.ID), b.export(t, x.Person.ID)
		if bytes.Contains(third, []byte(p.ID)) || bytes.Contains(third, []byte(r.ID)) {
			t.Fatal("an id of the first is in the second")
		}
		if d := cmp.Diff(nameless(t, second), nameless(t, third)); d != "" {
			t.Fatal(d)
		}
		must(t, b.w.DeletePerson(ctx, p.ID))
		must(t, b.w.DeletePerson(ctx, x.Person.ID))
		if left := b.files(t); len(left) > 0 {
			t.Fatalf("left: %v", left)
		}
	})
}

// nameless is a zip's files with a word instead of each id, as they come; what
// is derived from ids is left out.
func nameless(t tb, data []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, text := range unzip(t, data) {
		if name == "manifest.json" || name == "fhir.json" {
			continue
		}
		out[ids.ReplaceAllString(name, "ID")] = sorted(ids.ReplaceAllString(text, "ID"), name)
	}
	return out
}

// sorted orders the lines of what is ordered by ids where times are equal.
func sorted(text, name string) string {
	if strings.HasSuffix(name, ".csv") || strings.HasPrefix(name, "diary") {
		lines := strings.Split(text, "\n")
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	return text
}

// The bundle in the zip has the assessment and holds to FHIR R4.
func TestBundleValidates(t *testing.T) {
	const validator = "../../../scripts/fhir"
	if _, err := os.Stat(validator + "/node_modules/@medplum/core"); err != nil {
		t.Skip("the validator is not installed (make fhir)")
	}
	h := build(t, t.TempDir())
	p, r := h.person(t)
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		if n++; n == 1 {
			h.life(t, p, r)
		}
	})
	bundle := unzip(t, h.export(t, p.ID))["fhir.json"]
	for _, want := range []string{`"code": "comparison"`, `"code": "fits-with-1"`, `recordings/` + r.ID + `/original.mp4`, `recordings/` + r.ID + `/analysis.json`} {
		if !strings.Contains(bundle, want) {
			t.Errorf("the bundle lacks %s", want)
		}
	}
	cmd := exec.Command("node", "validate.mjs")
	cmd.Dir, cmd.Stdin = validator, strings.NewReader(bundle)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// A film that is there no more breaks the export off; what was written is no zip.
func TestBrokenExportIsNoZip(t *testing.T) {
	h := build(t, t.TempDir())
	p, r := h.person(t)
	e, err := archive.Prepare(t.Context(), h.w, p.ID, now, archive.Options{})
	must(t, err)
	must(t, h.w.Blobs.Remove("films/"+r.ID+"/"+r.Analysis+"/mesh.bin"))
	var b bytes.Buffer
	if err := e.Write(t.Context(), &b); err == nil {
		t.Error("no error")
	}
	if _, err := read(b.Bytes()); !errors.Is(err, record.ErrInvalid) {
		t.Errorf("a part of a zip was read: %v", err)
	}
}

// A recording that waits is brought in waiting, and analyzed here.
func TestWaitingRecording(t *testing.T) {
	a, b := build(t, t.TempDir()), build(t, t.TempDir())
	p, r := a.person(t)
	must(t, b.w.Stop(context.Background()))
	data := remake(t, a.export(t, p.ID), func(m map[string]string) {
		m["recordings.json"] = strings.NewReplacer(`"done"`, `"analysing"`, `"analysis": "`+r.Analysis+`"`, `"analysis": ""`).Replace(m["recordings.json"])
		maps.DeleteFunc(m, func(name, _ string) bool { return strings.HasSuffix(name, ".bin") || strings.Contains(name, "trace.") })
	})
	_, err := b.bring(data, false)
	must(t, err)
	got, err := b.f.Store.Recording(t.Context(), r.ID)
	must(t, err)
	if has, err := b.w.Queue.Has(t.Context(), work.AnalyzeJob, r.ID); got.State != record.Queued || !has || err != nil || got.Analysis != "" {
		t.Errorf("%+v %v %v", got, has, err)
	}
}
