package archive_test

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"facialis/internal/service/archive"
	"facialis/internal/service/record"
	"facialis/internal/service/tracks"
	"facialis/internal/service/work"
)

// A masked zip holds nothing of who, when and what was filmed: looked for in its raw
// bytes, in every file's bytes and in the names of the files. It is brought in
// elsewhere with consent, events and trace, and a drawn film.
func TestMasked(t *testing.T) {
	h := build(t, t.TempDir())
	p, r := h.person(t)
	ctx := context.Background()
	r.Consent = &record.Consent{Keep: true, Research: true, By: "guardian", At: now}
	r.Label = "Lindenstrasse visit"
	must(t, r.Film.Check())
	must(t, h.f.Store.SaveFilm(ctx, r.ID, &r.Film))
	p.Note = "works at the harbour"
	must(t, h.f.Store.SavePerson(ctx, p))
	original, err := h.w.Open(ctx, r, work.OriginalFile)
	must(t, err)
	film, err := io.ReadAll(original)
	must(t, err)
	original.Close()

	e, err := archive.Prepare(ctx, h.w, p.ID, now, archive.Options{Masked: true})
	must(t, err)
	defer e.Close()
	var b bytes.Buffer
	must(t, e.Write(ctx, &b))
	files := unzip(t, b.Bytes())
	// The zip's raw bytes are compressed: each file's own bytes and its name are looked
	// through, and the container around them.
	all := map[string]string{"the zip itself": b.String()}
	for name, data := range files {
		all[name] = data
		all["the name of "+name] = name
	}
	filmed := *r.RecordedAt
	for where, data := range all {
		low := strings.ToLower(data)
		for _, secret := range []string{"Ada", "Example", "Lindenstrasse", "harbour", p.ID, r.ID, r.Analysis, r.SHA256,
			filmed.Format("2006-01-02"), filmed.Format("02.01.2006"), filmed.Format("20060102"), now.Format("2006-01-02"), "guardian-name", "film.mp4"} {
			found := secret != "" && strings.Contains(low, strings.ToLower(secret))
			if len(secret) < 4 { // three letters come by chance in an id
				found = strings.HasSuffix(where, ".json") && regexp.MustCompile(`(?i)\b`+secret+`\b`).MatchString(data)
			}
			if found {
				t.Errorf("%s holds %q", where, secret)
			}
		}
		if strings.Contains(data, string(film)) {
			t.Errorf("%s is the film", where)
		}
	}
	if !strings.Contains(files["person.json"], `"C-7"`) || !strings.Contains(files["recordings.json"], `"by": "guardian"`) {
		t.Error("the code or the consent is missing")
	}

	other := build(t, t.TempDir())
	x, err := other.bring(b.Bytes(), false)
	must(t, err)
	recs, err := other.f.Store.Recordings(ctx, x.Person.ID)
	must(t, err)
	if len(recs) != 1 || recs[0].State != record.Done || !recs[0].MayResearch() || recs[0].RecordedAt.Year() != 2000 {
		t.Fatalf("%+v", recs)
	}
	was, err := h.w.Analysis(ctx, r)
	must(t, err)
	is, err := other.w.Analysis(ctx, &recs[0])
	must(t, err)
	if len(is.Events) != len(was.Events) || is.Recording.Frames != was.Recording.Frames {
		t.Errorf("%d events of %d", len(is.Events), len(was.Events))
	}
	tr, err := other.w.LoadTrace(&recs[0])
	if err != nil || tr.Len() != was.Recording.Frames {
		t.Errorf("the trace: %v", err)
	}
}

// The check refuses a zip that would tell: a name that is hidden in a place that the
// mask does not know.
func TestMaskRefuses(t *testing.T) {
	h := build(t, t.TempDir())
	p, r := h.person(t)
	ctx := context.Background()
	p.Name = "Restful Example" // the task's name and the protocol's stay in the zip
	must(t, h.f.Store.SavePerson(ctx, p))
	protocol := "example"
	r.Protocol = &protocol
	must(t, h.f.Store.SaveFilm(ctx, r.ID, &r.Film))
	e, err := archive.Prepare(ctx, h.w, p.ID, now, archive.Options{Masked: true})
	must(t, err)
	defer e.Close()
	if err := e.Write(ctx, io.Discard); err == nil || !strings.Contains(err.Error(), "masked file would hold") {
		t.Errorf("a name was let out: %v", err)
	}
}

// A sealed file opens by its passphrase only, and no changed byte is read.
func TestSeal(t *testing.T) {
	text := []byte(strings.Repeat("Ada Example ", 20000))
	var b bytes.Buffer
	if _, err := archive.Seal(&b, "short"); err == nil {
		t.Error("a short passphrase is taken")
	}
	w, err := archive.Seal(&b, "three long words here")
	must(t, err)
	_, err = w.Write(text)
	must(t, err)
	must(t, w.Close())
	if bytes.Contains(b.Bytes(), []byte("Example")) {
		t.Error("the sealed file is readable")
	}
	in, sealed, err := archive.IsSealed(bytes.NewReader(b.Bytes()))
	must(t, err)
	if !sealed {
		t.Fatal("not known as sealed")
	}
	r, err := archive.Unseal(in, "three long words here")
	must(t, err)
	got, err := io.ReadAll(r)
	must(t, err)
	if !bytes.Equal(got, text) {
		t.Error("another text")
	}
	if _, err := archive.Unseal(bytes.NewReader(b.Bytes()), "three long words her"); err == nil {
		t.Error("another passphrase opens it")
	}
	broken := bytes.Clone(b.Bytes())
	broken[len(broken)/2] ^= 1
	if r, err := archive.Unseal(bytes.NewReader(broken), "three long words here"); err == nil {
		if _, err := io.ReadAll(r); err == nil {
			t.Error("a changed file is read")
		}
	}
}

// The drawn film of a masked zip is made of the trace alone: another name, birth year,
// date, label, note and film around the same trace draw the same bytes, and another trace
// draws others. It moves where the trace does.
func TestDrawnByTheTraceAlone(t *testing.T) {
	h := build(t, t.TempDir())
	p, r := h.person(t)
	ctx := context.Background()
	drawn := func() string {
		t.Helper()
		e, err := archive.Prepare(ctx, h.w, p.ID, now, archive.Options{Masked: true})
		must(t, err)
		defer e.Close()
		var b bytes.Buffer
		must(t, e.Write(ctx, &b))
		for name, data := range unzip(t, b.Bytes()) {
			if strings.HasSuffix(name, "/original.mp4") {
				return data
			}
		}
		t.Fatal("no drawn film")
		return ""
	}
	before := drawn()
	p.Name, p.Note, p.BirthYear, p.Code = "Quite Another", "another note", new(1931), "ZZ-99"
	must(t, h.f.Store.SavePerson(ctx, p))
	at := now.AddDate(-3, 0, 0)
	r.Label, r.RecordedAt = "another visit", &at
	must(t, h.f.Store.SaveFilm(ctx, r.ID, &r.Film))
	if drawn() != before {
		t.Error("the drawn film depends on something but the trace")
	}
	// Another trace.
	tr, err := h.w.LoadTrace(r)
	must(t, err)
	for i := range tr.Along[0][0] {
		for k := range tr.Along[0] {
			tr.Along[0][k][i] = 8
		}
	}
	var b bytes.Buffer
	must(t, tracks.WriteTrace(&b, tr))
	must(t, h.f.Blobs.As(p.ID).Put("films/"+r.ID+"/"+r.Analysis+"/"+work.TraceFile, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }))
	if drawn() == before {
		t.Error("the drawn film does not follow the trace")
	}
}
