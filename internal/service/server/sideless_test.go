package server

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/internal/service/record"
	"facialis/report/pdf"
	"facialis/words"
)

// A recording whose sides nobody can tell has none in any answer of the API that
// says what happened, corrected or not, and keeps its episodes when it is corrected.
func TestNoSideInTheAPI(t *testing.T) {
	b := serve(t, nil)
	b.mirrored = nil
	p := b.person("Ann Example")
	r := b.done(p.ID)
	if r.Mirrored != nil {
		t.Fatalf("mirrored %v", *r.Mirrored)
	}
	for _, tag := range words.Tags() {
		l, _ := words.In(tag)
		var raw []byte
		b.must(200, "GET", "/recordings/"+r.ID+"/analysis?lang="+tag, nil, &raw)
		if want := l.Say("quality.side.mirrored"); !bytes.Contains(raw, []byte(want)) {
			t.Errorf("the warnings are not in %s: no %q", tag, want)
		}
	}
	sided := regexp.MustCompile(`(?i)\b(right|left)\b`)
	innocent := strings.NewReplacer("which side is right and which is left", "", "right and left", "", "Right and left", "", "from left to right", "", "right or left", "", "came right with", "", "Came right with", "", "right with", "")
	// Names of fields and of the picture's two halves, which are no statement.
	fields := regexp.MustCompile(`"(right|left)": ?(\{|\[|null)|(movement|aperture|brow_height|corner_out|corner_up|along|dx|dy)[._](right|left)`)
	look := func(when string) {
		for _, path := range []string{"events", "measures", "analysis", "report.html", "export/events.csv", "export/eaf", "export/boris", "export/edf"} {
			var raw []byte
			b.must(200, "GET", "/recordings/"+r.ID+"/"+path, nil, &raw)
			text := string(raw)
			if path == "export/edf" { // its signals are those of the picture's two halves
				text = strings.Join(regexp.MustCompile(`spasm [a-z ]+`).FindAllString(text, -1), "; ")
				if !strings.Contains(text, "side unknown") {
					t.Errorf("%s has no event: %s", path, text)
				}
			}
			if _, body, ok := strings.Cut(text, "</style>"); ok {
				text = body
			}
			text = innocent.Replace(fields.ReplaceAllString(text, ""))
			for _, at := range sided.FindAllStringIndex(text, 3) {
				t.Errorf("%s, %s names a side: …%s…", path, when, text[max(0, at[0]-60):min(len(text), at[1]+40)])
			}
		}
	}
	look("as it came")
	var ev eventsAnswer
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "confirm", "event_id": "e0002"}, &ev)
	for _, e := range ev.Events {
		if e.Side != anatomy.Unknown || e.Episode == nil || e.Attack == nil {
			t.Errorf("%s: side %s, episode %v, attack %v", e.ID, e.Side, e.Episode, e.Attack)
		}
	}
	look("corrected")
	var m measuresAnswer
	b.must(200, "GET", "/recordings/"+r.ID+"/measures", nil, &m)
	if !m.Measures.SideUnknown() || m.Measures.Laterality != nil || m.Measures.Spasms != 2 || m.Measures.Episodes == 0 {
		t.Errorf("%+v", m.Measures)
	}
	var list struct{ Recordings []record.Recording }
	b.must(200, "GET", "/people/"+p.ID+"/recordings", nil, &list)
	if len(list.Recordings) != 1 || list.Recordings[0].Mirrored != nil {
		t.Errorf("%+v", list)
	}
	if _, err := pdf.Find(); err != nil {
		t.Skip(err)
	}
	var raw []byte
	b.must(200, "GET", "/recordings/"+r.ID+"/report.pdf", nil, &raw)
	if !bytes.HasPrefix(raw, []byte("%PDF")) {
		t.Errorf("the PDF begins with %.20q", raw)
	}
}
