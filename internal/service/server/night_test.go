package server

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/account"
	"facialis/internal/service/record"
	"facialis/internal/service/work/worktest"
)

// Who may look at a night is asked for each: everybody else who may see the person gets
// the figures and no picture, may not say that they looked, and may not let themselves in.
func TestNightLook(t *testing.T) {
	w := newWorld(t)
	w.b.account("other", account.Clinician, nil)
	ann, doc, other, root := w.as[1], w.as[3], w.b.in("other"), w.as[4]
	film := worktest.Film(t)
	night := func(n *record.Night) record.Recording {
		w.fresh++
		var u record.Upload
		ann.must(200, "POST", "/uploads", map[string]any{"person_id": w.person, "size": len(film), "client_id": "night " + n.Look, "mirrored": false, "night": n}, &u)
		ann.must(200, "PUT", "/uploads/"+u.ID+"?offset=0", film, &u)
		var r record.Recording
		ann.must(200, "POST", "/uploads/"+u.ID+"/finish", nil, &r)
		return ann.wait(r.ID)
	}
	long := time.Now().Add(-time.Hour)
	pictures := []string{"video", "original", "frame?t=1"}
	for _, c := range []struct {
		night *record.Night
		may   []*bench
		not   []*bench
	}{
		{&record.Night{Look: record.LookSelf, Keep: record.KeepMoments, LookedAt: &long, ReducedAt: &long}, []*bench{ann}, []*bench{doc, other, root}},
		{&record.Night{Look: record.LookNamed, Name: " Doc ", Keep: record.KeepMoments}, []*bench{ann, doc}, []*bench{other, root}},
		{&record.Night{Look: record.LookClinic, Keep: record.KeepAll}, []*bench{ann, doc, other, root}, nil},
	} {
		r := night(c.night)
		at := "/recordings/" + r.ID
		if r.Night == nil || r.Night.LookedAt != nil || r.Night.ReducedAt != nil {
			t.Fatalf("%s: a client says that somebody looked: %+v", c.night.Look, r.Night)
		}
		for _, b := range c.not {
			for _, p := range pictures {
				b.must(403, "GET", at+"/"+p, nil, nil)
			}
			b.must(200, "GET", at+"/events", nil, nil)
			b.must(403, "POST", at+"/looked", nil, nil)
			b.must(403, "PATCH", at, map[string]any{"night": record.Night{Look: record.LookClinic, Keep: record.KeepAll}}, nil)
			var page []byte
			b.must(200, "GET", at+"/report.html", nil, &page)
			if strings.Contains(string(page), "data:image/jpeg") {
				t.Errorf("%s: the report shows pictures to whoever may not look", c.night.Look)
			}
			var got record.Recording
			b.must(200, "GET", at, nil, &got)
			if !got.Hidden {
				t.Errorf("%s: not said to be hidden", c.night.Look)
			}
			var raw []byte
			b.must(200, "GET", "/people/"+w.person+"/export", nil, &raw)
			z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range z.File {
				if strings.Contains(f.Name, r.ID+"/") {
					t.Errorf("%s: the zip for whoever may not look has %s", c.night.Look, f.Name)
				}
			}
		}
		w.as[2].must(404, "GET", at+"/video", nil, nil)
		w.as[2].must(404, "POST", at+"/looked", nil, nil)
		for _, b := range c.may {
			for _, p := range pictures {
				b.must(200, "GET", at+"/"+p, nil, nil)
			}
		}
		for _, b := range c.may[:1] {
			var got record.Recording
			b.must(200, "POST", at+"/looked", nil, &got)
			if got.Night.LookedAt == nil || got.Hidden {
				t.Errorf("%s: %+v", c.night.Look, got.Night)
			}
		}
	}
	for _, bad := range []record.Night{{Look: "everybody", Keep: record.KeepAll}, {Look: record.LookNamed, Keep: record.KeepAll}, {Look: record.LookSelf, Keep: "none"}, {Look: record.LookSelf, Name: "doc", Keep: record.KeepAll}} {
		ann.must(422, "POST", "/uploads", map[string]any{"person_id": w.person, "size": 5, "client_id": "bad", "night": bad}, nil)
	}
}
