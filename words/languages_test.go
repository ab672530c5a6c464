package words_test

import (
	"context"
	"testing"
	"time"

	"facialis/words"
)

// A reader is answered in the nearest language there is; nobody is answered in one that
// is not near.
func TestMatch(t *testing.T) {
	for accept, want := range map[string]string{
		"":                        "en",
		"de":                      "de",
		"de-AT,de;q=0.9,en;q=0.8": "de",
		"fr,es;q=0.5":             "es",
		"es-MX":                   "es",
		"zh-CN,zh;q=0.9":          "zh-Hans",
		"fr":                      "en",
		"not a header;;":          "en",
	} {
		if got := words.Match(accept).Tag(); got != want {
			t.Errorf("%q is answered in %s, not in %s", accept, got, want)
		}
	}
	if _, ok := words.Find("fr"); ok {
		t.Error("French is found")
	}
	if l, ok := words.Find("zh-CN"); !ok || l.Tag() != "zh-Hans" {
		t.Error("Simplified Chinese is not found by its country")
	}
}

// A context keeps its reader's language; without one it is the process's own.
func TestFrom(t *testing.T) {
	de, _ := words.In("de")
	if got := words.From(words.With(context.Background(), de)); got != de {
		t.Errorf("a context of German gives %s", got.Tag())
	}
	if got := words.From(context.Background()); got != words.Default() {
		t.Errorf("a context without a language gives %s", got.Tag())
	}
}

// Each language writes dates and numbers in its own way, and every translation says that
// nobody has checked it.
func TestWaysOfWriting(t *testing.T) {
	day := time.Date(2026, time.March, 5, 0, 0, 0, 0, time.UTC)
	for tag, want := range map[string][3]string{
		"en":      {"5 March 2026", "March 2026", "0.4"},
		"de":      {"5. März 2026", "März 2026", "0,4"},
		"es":      {"5 de marzo de 2026", "marzo de 2026", "0,4"},
		"zh-Hans": {"2026年3月5日", "2026年3月", "0.4"},
	} {
		l, ok := words.In(tag)
		if !ok {
			t.Fatalf("there is no %s", tag)
		}
		if got := [3]string{l.Day(day), l.Month(day), l.Decimal("0.4")}; got != want {
			t.Errorf("%s writes %q, not %q", tag, got, want)
		}
		if (l.Caution() == "") != (tag == "en") {
			t.Errorf("%s says of itself: %q", tag, l.Caution())
		}
	}
}

// The sentences of data files change where they are marked, and nothing else does.
func TestTranslate(t *testing.T) {
	type file struct {
		Title string            `words:"text"`
		ID    string            // not for readers
		List  []string          `words:"text"`
		Named map[string]string `words:"text"`
	}
	de, _ := words.In("de")
	f := file{"Cheek", "Cheek", []string{"Cheek"}, map[string]string{"a": "Cheek"}}
	de.Translate(&f)
	if f.ID != "Cheek" || f.Title == "Cheek" || f.List[0] != f.Title || f.Named["a"] != f.Title {
		t.Errorf("%+v", f)
	}
}
