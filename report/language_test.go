package report

import (
	"encoding/json"
	"html"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

// bracketed is a language made for tests: every text of the catalog in brackets.
func bracketed(t *testing.T) *words.Language {
	t.Helper()
	names, err := fs.Glob(words.Files(), "*.json")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range names {
		b, err := fs.ReadFile(words.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		var all map[string]any
		if err := json.Unmarshal(b, &all); err != nil {
			t.Fatal(err)
		}
		for k, v := range all {
			switch v := v.(type) {
			case string:
				all[k] = "⟦" + v + "⟧"
			case map[string]any:
				for form, text := range v {
					v[form] = "⟦" + text.(string) + "⟧"
				}
			}
		}
		if b, err = json.Marshal(all); err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: b}
	}
	l, err := words.New("en-x-test", files)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

var (
	inBrackets = regexp.MustCompile(`⟦[^⟦⟧]*⟧`)
	whole      = regexp.MustCompile(`<span class="whole">([^<]*)</span>`) // a range, within a text
	markup     = regexp.MustCompile(`(?s)<style>.*?</style>|<code>.*?</code>|<span class="file">.*?</span>|<[^>]*>`)
	attribute  = regexp.MustCompile(`(?:alt|aria-label|title)="([^"]*)"`)
	letters    = regexp.MustCompile(`\pL{4,}`)
)

// Every word of the page comes from the catalog: in another language none of the
// English is left.
func TestPageInAnotherLanguage(t *testing.T) {
	l := bracketed(t)
	for _, seconds := range []float64{9, 60, 300} {
		a, tr := fixture(seconds)
		a.Recording.File, a.Recording.Mirrored, a.Quality.Usable = "x.mp4", new(true), false
		for i := range a.Quality.Warnings {
			a.Quality.Warnings[i].Text = ""
		}
		a.Provenance.Version = ""
		page := render(t, a, Inputs{Trace: tr, Language: l})
		if !strings.Contains(page, `<html lang="en-x-test">`) {
			t.Error("the page does not name its language")
		}
		var texts []string
		for _, m := range attribute.FindAllStringSubmatch(page, -1) {
			texts = append(texts, m[1])
		}
		texts = append(texts, strings.Split(markup.ReplaceAllString(whole.ReplaceAllString(page, "$1"), "\n"), "\n")...)
		for _, text := range texts {
			rest := html.UnescapeString(text)
			for inBrackets.MatchString(rest) {
				rest = inBrackets.ReplaceAllString(rest, "")
			}
			if w := letters.FindString(rest); w != "" && w != "facialis" && w != "mesh" {
				t.Errorf("%q is not from the catalog: %q", w, text)
			}
		}
	}
	if err := l.Err(); err != nil {
		t.Error(err)
	}
	if err := words.English().Err(); err != nil {
		t.Error(err)
	}
}

// A spasm of both sides can be one of the strongest.
func TestCloseUpOfBothSides(t *testing.T) {
	a, tr := fixture(60)
	for i := range a.Events {
		if a.Events[i].Kind == event.Spasm {
			a.Events[i].Side = anatomy.Both
		}
	}
	if page := render(t, a, Inputs{Trace: tr}); !strings.Contains(page, ", both</strong>") {
		t.Error("no close-up says that it shows both sides")
	}
}

// In a language whose texts carry a caution, the page is cut for print as in English.
func TestForPrintInAnotherLanguage(t *testing.T) {
	l, ok := words.In("de")
	if !ok {
		t.Fatal("German is not spoken")
	}
	a, tr := fixture(60)
	page := []byte(render(t, a, Inputs{Trace: tr, Language: l}))
	if !strings.Contains(string(page), html.EscapeString(l.Caution())) {
		t.Error("the page does not say that its texts have not been reviewed")
	}
	alone, ok := ForPrint(page, false)
	if !ok || strings.Contains(string(alone), appendixTag) {
		t.Error("the first page alone still has the appendix")
	}
	if !strings.Contains(string(alone), html.EscapeString(l.Caution())) {
		t.Error("the first page alone does not say that its texts have not been reviewed")
	}
	if whole, ok := ForPrint(page, true); !ok || !strings.Contains(string(whole), appendixTag+" open") {
		t.Error("the appendix stays folded in print")
	}
}
