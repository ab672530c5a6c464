package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"facialis/internal/service/archive"
	"facialis/internal/service/record"
)

// The zip for research holds what was allowed for research and nothing else, without
// the name; the whole zip holds the consent.
func TestResearchExport(t *testing.T) {
	h := build(t, t.TempDir())
	p, r := h.person(t)
	read := func(opt archive.Options) (names []string, all string) {
		e, err := archive.Prepare(context.Background(), h.w, p.ID, now, opt)
		must(t, err)
		var b bytes.Buffer
		must(t, e.Write(context.Background(), &b))
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		must(t, err)
		for _, f := range z.File {
			names = append(names, f.Name)
			if strings.HasSuffix(f.Name, ".json") || strings.HasSuffix(f.Name, ".csv") {
				c, err := f.Open()
				must(t, err)
				data, err := io.ReadAll(c)
				must(t, err)
				c.Close()
				all += string(data)
			}
		}
		return names, all
	}
	for _, c := range []struct {
		consent *record.Consent
		allowed bool
	}{
		{nil, false},
		{&record.Consent{Keep: true, By: "self", At: now}, false},
		{&record.Consent{Keep: true, Research: true, By: "guardian", At: now}, true},
	} {
		r.Consent = c.consent
		must(t, r.Film.Check())
		must(t, h.f.Store.SaveFilm(context.Background(), r.ID, &r.Film))
		names, all := read(archive.Options{Research: true})
		if got := strings.Contains(strings.Join(names, " "), "recordings/"+r.ID); got != c.allowed {
			t.Errorf("%+v: in the zip %v", c.consent, got)
		}
		if strings.Contains(all, "Ada Example") || !c.allowed && !strings.Contains(all, `"not_allowed_for_research"`) {
			t.Errorf("%+v: the zip names the person or does not list what is left out", c.consent)
		}
	}
	if _, all := read(archive.Options{}); !strings.Contains(all, `"by": "guardian"`) || !strings.Contains(all, "consent_research") || !strings.Contains(all, "Ada Example") {
		t.Error("the whole zip does not hold the consent")
	}
	for _, bad := range []record.Consent{{Keep: false, By: "self", At: now}, {Keep: true, By: "nobody", At: now}, {Keep: true, By: "self"}} {
		f := record.Film{Consent: &bad}
		if f.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
