package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"facialis/internal/pipeline"
	"facialis/internal/service/folder"
	"facialis/internal/service/folder/foldertest"
	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

// From a film to figures, corrected ones too.
func TestFilmToFigures(t *testing.T) { filmToFigures(t, serve(t, nil)) }

// The same where everything is encrypted, of which nothing lies readable on the
// disk afterwards.
func TestFilmToFiguresEncrypted(t *testing.T) {
	foldertest.OnDisk(t)
	t.Setenv(keyring.KeyVariable, keyringtest.Key(t))
	dir := t.TempDir()
	if _, _, err := folder.Encrypt(t.Context(), dir, keyring.Environment); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // after the worker has stopped
		files := 0
		err := filepath.WalkDir(filepath.Join(dir, folder.BlobFolder), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || e.Name() == folder.MarkFile {
				return err
			}
			files++
			data, err := os.ReadFile(name)
			if !bytes.HasPrefix(data, []byte("facialis/sealed1")) {
				t.Errorf("%s is not encrypted", name)
			}
			return err
		})
		if err != nil || files < 8 {
			t.Error(files, err)
		}
	})
	filmToFigures(t, serveIn(t, dir, nil))
}

func filmToFigures(t *testing.T, b *bench) {
	p := b.person("Ann Example")
	film := worktest.Film(t)
	r := b.wait(b.upload(p.ID, "c1", film, 1000).ID)
	sum := sha256.Sum256(film)
	if r.State != record.Done || r.SHA256 != hex.EncodeToString(sum[:]) || r.Type != "video/mp4" || *r.Spasms != 2 || !*r.Usable {
		t.Fatalf("%+v", r)
	}
	worktest.NoneUnfinished(t, b.dir)
	var raw []byte
	worktest.Aside(t, b.w, r.ID)
	b.must(200, "GET", "/recordings/"+r.ID+"/original", nil, &raw)
	if !bytes.Equal(raw, film) {
		t.Error("the original is not what was handed in")
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/video", nil, &raw)
	if !bytes.Contains(raw[:64], []byte("ftyp")) {
		t.Error("the copy to play is no MP4")
	}
	req, _ := http.NewRequest("GET", b.url+"/api/v1/recordings/"+r.ID+"/video", nil)
	req.Header.Set("Range", "bytes=10-19")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 206 || resp.ContentLength != 10 {
		t.Errorf("a range of the film: %d, %d bytes", resp.StatusCode, resp.ContentLength)
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/analysis", nil, &raw)
	if !bytes.Contains(raw, []byte(`"facialis.analysis/1"`)) {
		t.Error("the analysis is not its file")
	}
	var tr work.TracePart
	b.must(200, "GET", "/recordings/"+r.ID+"/trace?points=10&series=movement.right.zygomaticus,aperture", nil, &tr)
	if len(tr.T) != 10 || len(tr.Series) != 3 || tr.Frames != 60 || tr.Series[0].Max[5] < 1.9 {
		t.Errorf("the trace: %d times, %d series, %+v", len(tr.T), len(tr.Series), tr.Series[0])
	}
	var mesh work.MeshPart
	b.must(200, "GET", "/recordings/"+r.ID+"/mesh?from_s=0.5&to_s=1", nil, &mesh)
	if len(mesh.T) < 4 || len(mesh.Frames[0]) != 2*len(mesh.Points) {
		t.Errorf("the mesh: %d rows of %d, %d points", len(mesh.T), len(mesh.Frames[0]), len(mesh.Points))
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/frame?t=1", nil, &raw)
	if !bytes.HasPrefix(raw, []byte{0xff, 0xd8}) {
		t.Error("the frame is no JPEG")
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/report.html", nil, &raw)
	if bytes.Contains(raw, []byte("Corrected by hand")) {
		t.Error("the report says that it was corrected")
	}

	var ev eventsAnswer
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "reject", "event_id": "e0002", "note": "a yawn"}, &ev)
	if len(ev.Events) != 2 || ev.Events[1].Status != record.Rejected || ev.Events[1].Machine == nil || *ev.Events[1].By != "this computer" {
		t.Errorf("%+v", ev)
	}
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "add", "onset_s": 0.2, "offset_s": 0.5, "side": "left", "kind": "spasm"}, &ev)
	var m measuresAnswer
	b.must(200, "GET", "/recordings/"+r.ID+"/measures", nil, &m)
	if !m.Corrected || m.Machine.Spasms != 2 || m.Measures.Spasms != 2 || m.Measures.Sides.Left.Spasms != 1 {
		t.Errorf("%+v", m)
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/report.html", nil, &raw)
	if !bytes.Contains(raw, []byte("Corrected by hand")) {
		t.Error("the report does not say that it was corrected")
	}
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "undo"}, &ev)
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "undo"}, &ev)
	b.must(422, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "undo"}, nil)
	b.must(422, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "reject", "event_id": "nothing"}, nil)
	var hist correctionsAnswer
	b.must(200, "GET", "/recordings/"+r.ID+"/corrections", nil, &hist)
	if len(hist.Corrections) != 4 || ev.Corrections != 0 || ev.Events[1].Status != record.ByMachine {
		t.Errorf("%d lines, %+v", len(hist.Corrections), ev)
	}

	b.must(200, "POST", "/recordings/"+r.ID+"/analyse", nil, &r)
	if r = b.wait(r.ID); r.State != record.Done {
		t.Errorf("again: %+v", r)
	}
	var a record.Answers
	b.must(200, "PUT", "/people/"+p.ID+"/answers", map[string]any{"set": map[string]any{"age": 52, "side": "right"}}, &a)
	if a.Done || len(a.Open) == 0 || a.Values["age"] != 52.0 {
		t.Errorf("%+v", a)
	}
	b.must(422, "PUT", "/people/"+p.ID+"/answers", map[string]any{"set": map[string]any{"age": "old"}}, nil)
	for _, path := range []string{"/assessment", "/assessment.html?page=clinician", "/course", "/diary", "/recordings", ""} {
		b.must(200, "GET", "/people/"+p.ID+path, nil, &raw)
	}
	for _, path := range []string{"/interview", "/protocols", "/protocols/short", "/people?q=ANN"} {
		b.must(200, "GET", path, nil, &raw)
	}
	b.must(200, "PATCH", "/people/"+p.ID, map[string]any{"sex": "f", "birth_year": 1960}, &p)
	b.must(200, "PATCH", "/people/"+p.ID, map[string]any{"birth_year": nil}, &p)
	if p.BirthYear != nil || p.Sex == nil || p.Name != "Ann Example" || p.Recordings != 1 || p.LastRatePerMin == nil || p.LastSpells == nil || *p.LastSpells != 0 {
		t.Errorf("%+v", p)
	}
}

// Uploads: offsets, repeats, the same client id, what is no film.
func TestUploads(t *testing.T) {
	b := serve(t, nil)
	p := b.person("B")
	film := worktest.Film(t)
	start := map[string]any{"person_id": p.ID, "size": len(film), "client_id": "../../etc/passwd", "type": "text/html"}
	var u, v record.Upload
	b.must(200, "POST", "/uploads", start, &u)
	b.must(409, "PUT", "/uploads/"+u.ID+"?offset=5", film[5:10], nil)
	b.must(200, "PUT", "/uploads/"+u.ID+"?offset=0", film[:100], &u)
	b.must(200, "PUT", "/uploads/"+u.ID+"?offset=0", film[:100], &u)
	b.must(200, "PUT", "/uploads/"+u.ID+"?offset=50", film[50:200], &u)
	b.must(200, "POST", "/uploads", start, &v)
	if u.Offset != 200 || v.ID != u.ID || v.Offset != 200 {
		t.Errorf("%+v %+v", u, v)
	}
	b.must(409, "POST", "/uploads/"+u.ID+"/finish", nil, nil)
	b.must(413, "PUT", "/uploads/"+u.ID+"?offset=200", append(bytes.Clone(film[200:]), 1), nil)
	b.must(200, "GET", "/uploads/"+u.ID, nil, &u)
	if u.Offset != int64(len(film)) {
		t.Errorf("%+v", u)
	}
	var r, again record.Recording
	b.must(200, "POST", "/uploads/"+u.ID+"/finish", nil, &r)
	b.must(200, "POST", "/uploads/"+u.ID+"/finish", nil, &again)
	b.must(200, "POST", "/uploads", start, &v)
	if again.ID != r.ID || v.RecordingID == nil || *v.RecordingID != r.ID || v.Offset != v.Size {
		t.Errorf("%s %s %+v", r.ID, again.ID, v)
	}
	foreign := filepath.Join(t.TempDir(), "foreign.mp4")
	if err := os.WriteFile(foreign, film, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, text := range []string{
		"#EXTM3U\nfile:///etc/passwd\n",
		`<!-- x --><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="video/mp4">` +
			`<Representation id="1" bandwidth="1" width="160" height="120"><BaseURL>file://` + foreign + `</BaseURL></Representation></AdaptationSet></Period></MPD>`,
		"# a\nffconcat version 1.0\nfile '" + foreign + "'\n",
	} {
		b.must(200, "POST", "/uploads", map[string]any{"person_id": p.ID, "size": len(text), "client_id": fmt.Sprintf("hostile-%d", i), "type": "video/mp4"}, &u)
		b.must(200, "PUT", "/uploads/"+u.ID+"?offset=0", []byte(text), &u)
		b.must(422, "POST", "/uploads/"+u.ID+"/finish", nil, nil)
		b.must(204, "DELETE", "/uploads/"+u.ID, nil, nil)
		b.must(404, "GET", "/uploads/"+u.ID, nil, nil)
	}
	b.must(413, "POST", "/uploads", map[string]any{"person_id": p.ID, "size": int64(1) << 40, "client_id": "3"}, nil)
	b.must(404, "POST", "/uploads", map[string]any{"person_id": record.NewID(), "size": 5, "client_id": "3"}, nil)
	b.must(422, "POST", "/uploads", map[string]any{"person_id": p.ID, "size": 5, "client_id": "4", "tasks": []map[string]any{{"task": "rest", "from_s": 3, "to_s": 1}}}, nil)
	b.wait(r.ID)
}

// Fifty uploads at once, in small pieces, and nothing is lost. Their analyses
// stand in the queue behind one that does not end.
func TestFiftyUploads(t *testing.T) {
	b := serve(t, func(_ *Config, o *work.Options) {
		o.Workers = 1
		o.Run = func(ctx context.Context, _ string, _ pipeline.Options, _ func(pipeline.Progress)) (*pipeline.Result, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
	})
	p := b.person("C")
	film := worktest.Film(t)
	ids := make([]string, 50)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() { ids[i] = b.upload(p.ID, fmt.Sprint(i), film, len(film)/3+i).ID })
	}
	wg.Wait()
	sum := sha256.Sum256(film)
	for _, id := range ids {
		var r record.Recording
		b.must(200, "GET", "/recordings/"+id, nil, &r)
		if has, err := b.w.Queue.Has(t.Context(), work.AnalyzeJob, id); err != nil || !has {
			t.Errorf("%s has no job: %v", id, err)
		}
		if r.State.Over() || r.SHA256 != hex.EncodeToString(sum[:]) || r.Bytes != int64(len(film)) {
			t.Errorf("%+v", r)
		}
	}
	var list recordingList
	b.must(200, "GET", "/people/"+p.ID+"/recordings", nil, &list)
	if len(list.Recordings) != 50 {
		t.Errorf("%d recordings", len(list.Recordings))
	}
}

// The delete leaves nothing: no row, no file, no word in the database's file or
// its journal.
func TestDeletePerson(t *testing.T) {
	b := serve(t, nil)
	keep := b.person("Keepme")
	kept := b.done(keep.ID)
	p := b.person("Zebulon Quagga")
	r := b.done(p.ID)
	b.must(200, "PUT", "/people/"+p.ID+"/answers", map[string]any{"set": map[string]any{"age": 52}}, nil)
	entry := map[string]any{"id": record.NewID(), "kind": "visit", "at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05Z", "data": map[string]any{"with": "Dr Xylophon", "note": "", "next": nil}}
	b.must(200, "POST", "/people/"+p.ID+"/sync", map[string]any{"entries": []any{entry}}, nil)
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "confirm", "event_id": "e0001", "note": "Wolkenkuckucksheim"}, nil)
	b.must(200, "POST", "/uploads", map[string]any{"person_id": p.ID, "size": 100, "client_id": "half"}, nil)
	b.must(204, "DELETE", "/people/"+p.ID+"?now=true", nil, nil)
	b.must(404, "GET", "/people/"+p.ID, nil, nil)
	b.must(404, "GET", "/recordings/"+r.ID, nil, nil)
	b.must(200, "GET", "/recordings/"+kept.ID+"/analysis", nil, nil)
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, id := range []string{p.ID, r.ID} {
			if strings.Contains(path, id) {
				t.Errorf("%s is left", path)
			}
		}
		if d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, word := range []string{p.ID, r.ID, "Zebulon", "zebulon", "Xylophon", "Wolkenkuckucksheim"} {
			if bytes.Contains(data, []byte(word)) {
				t.Errorf("%s still holds %q", filepath.Base(path), word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Lists say what both eyes do together beside the spasms, and follow the corrections.
func TestListsTellOfBothEyes(t *testing.T) {
	b := serve(t, nil)
	p := b.person("Ann Example")
	r := b.done(p.ID)
	for _, at := range []float64{0.2, 0.5, 0.8} { // three in a row
		b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "add", "onset_s": at, "offset_s": at + 0.2, "side": "both", "kind": "blink"}, nil)
	}
	var list recordingList
	b.must(200, "GET", "/people/"+p.ID+"/recordings", nil, &list)
	b.must(200, "GET", "/people/"+p.ID, nil, &p)
	if got := list.Recordings[0].Spells; got == nil || *got != 1 || p.LastSpells == nil || *p.LastSpells != 1 {
		t.Errorf("the recording says %v, the person %v, want 1", got, p.LastSpells)
	}
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "undo"}, nil)
	b.must(200, "GET", "/people/"+p.ID, nil, &p)
	if p.LastSpells == nil || *p.LastSpells != 0 {
		t.Errorf("two closures are %v spells", p.LastSpells)
	}
}

// An answer that tells of an emergency says so at once, and no longer when it is
// taken back.
func TestEmergenciesComeWithTheAnswer(t *testing.T) {
	b := serve(t, nil)
	path := "/people/" + b.person("Ann Example").ID + "/answers"
	for _, c := range []struct {
		said []string
		want int
	}{{[]string{"none"}, 0}, {[]string{"droop"}, 1}, {[]string{"droop", "passed_out"}, 2}, {[]string{"none"}, 0}} {
		var set, got answersSoFar
		b.must(200, "PUT", path, map[string]any{"set": map[string]any{"now": c.said}}, &set)
		b.must(200, "GET", path, nil, &got)
		if len(set.Emergencies) != c.want || len(got.Emergencies) != c.want || set.Emergencies == nil {
			t.Errorf("%v: set says %v, get %v", c.said, set.Emergencies, got.Emergencies)
		}
		for _, f := range set.Emergencies {
			if f.Do == "" || f.Level != "emergency" {
				t.Errorf("%v: %+v", c.said, f)
			}
		}
	}
}

// Nothing that was said or named goes into the log.
func TestLogHoldsNoWords(t *testing.T) {
	b := serve(t, nil)
	p := b.person("Zebulon Quagga")
	r := b.done(p.ID)
	b.must(200, "GET", "/people?q=Quagga", nil, nil)
	b.must(200, "PUT", "/people/"+p.ID+"/answers", map[string]any{"set": map[string]any{"side": "right"}}, nil)
	b.must(422, "PUT", "/people/"+p.ID+"/answers", map[string]any{"set": map[string]any{"side": "Xylophon"}}, nil)
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "confirm", "event_id": "e0001", "note": "Wolkenkuckucksheim"}, nil)
	b.call("GET", "/Xylophon/Quagga", nil, nil)
	// A request is logged once it is over, which may be after its answer has come.
	var log string
	done := func() bool {
		return strings.Contains(log, `"route":"PUT /api/v1/people/{person}/answers"`) && strings.Contains(log, r.ID)
	}
	for end := time.Now().Add(30 * time.Second); !done() && time.Now().Before(end); time.Sleep(time.Millisecond) {
		log = b.log.String()
	}
	for _, word := range []string{"Zebulon", "Quagga", "Xylophon", "Wolkenkuckucksheim", "right", b.dir} {
		if strings.Contains(log, word) {
			t.Errorf("the log holds %q", word)
		}
	}
	if !done() {
		t.Error("the log does not say what was done")
	}
}
