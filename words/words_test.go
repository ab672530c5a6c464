package words_test

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"facialis/words"
)

var placeholder = regexp.MustCompile(`\{\{\.([A-Z]\w*)\}\}`)

// text is one entry of a file: forms by name, "other" alone for a plain text.
func entries(t *testing.T) map[string]map[string]string {
	t.Helper()
	files, err := fs.Glob(words.Files(), "*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, name := range files {
		b, err := fs.ReadFile(words.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for key, v := range raw {
			var plain string
			if err := json.Unmarshal(v, &plain); err == nil {
				all[key] = map[string]string{"": plain}
				continue
			}
			forms := map[string]string{}
			if err := json.Unmarshal(v, &forms); err != nil {
				t.Errorf("%s: %s is neither a text nor its forms: %v", name, key, err)
			}
			all[key] = forms
		}
	}
	return all
}

func TestEveryEntryIsWellFormed(t *testing.T) {
	key := regexp.MustCompile(`^[a-z][A-Za-z]*(\.[A-Za-z0-9_:# +-]+)+$`)
	for k, forms := range entries(t) {
		if !key.MatchString(k) {
			t.Errorf("the key %q is not of the form area.name", k)
		}
		if _, plain := forms[""]; !plain && (len(forms) != 2 || forms["one"] == "" || forms["other"] == "") {
			t.Errorf("%s has the forms %v; English has one and other", k, forms)
		}
		var names [][]string
		for form, text := range forms {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s %s is empty", k, form)
			}
			if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
				t.Errorf("%s: %q has braces that are no placeholder", k, text)
			}
			var in []string
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				if m[1] != "Count" {
					in = append(in, m[1])
				}
			}
			slices.Sort(in)
			names = append(names, slices.Compact(in))
		}
		if len(names) == 2 && !slices.Equal(names[0], names[1]) {
			t.Errorf("%s: its forms have the placeholders %v and %v", k, names[0], names[1])
		}
	}
}

func sample(t *testing.T, tag string) *words.Language {
	t.Helper()
	l, err := words.New(tag, fstest.MapFS{"a.json": {Data: []byte(`{
		"a.hello": "Hello {{.Name}}, 100 % & <b>",
		"a.twitch": {"one": "one twitch", "other": "{{.Count}} twitches of {{.Side}}"},
		"a.place.chin": "the chin"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSaying(t *testing.T) {
	l := sample(t, "en")
	for _, c := range []struct{ got, want string }{
		{l.Say("a.hello", words.Args{"Name": "Ann"}), "Hello Ann, 100 % & <b>"},
		{l.Count("a.twitch", 1, words.Args{"Side": "x"}), "one twitch"},
		{l.Count("a.twitch", 0, words.Args{"Side": "x"}), "0 twitches of x"},
		{l.Count("a.twitch", 7, words.Args{"Side": "x"}), "7 twitches of x"},
		{l.Name("a.place", "chin"), "the chin"},
		{l.Name("a.place", "upper_lip"), "upper lip"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if err := l.Err(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsMissingShowsItsKey(t *testing.T) {
	for _, say := range []func(*words.Language) string{
		func(l *words.Language) string { return l.Say("a.nothing") },
		func(l *words.Language) string { return l.Say("a.hello") },
		func(l *words.Language) string { return l.Count("a.twitch", 3) },
	} {
		l := sample(t, "en")
		if got := say(l); !strings.HasPrefix(got, "a.") {
			t.Errorf("%q is not the key", got)
		}
		if l.Err() == nil {
			t.Error("nothing was remembered")
		}
	}
}

// Other languages have other forms than two.
func TestFormsFollowTheLanguage(t *testing.T) {
	l, err := words.New("pl", fstest.MapFS{"a.json": {Data: []byte(`{"a.day": {"one": "{{.Count}} dzień", "few": "{{.Count}} dni.", "many": "{{.Count}} dni", "other": "{{.Count}} dnia"}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{1: "1 dzień", 3: "3 dni.", 5: "5 dni"} {
		if got := l.Count("a.day", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if l.Tag() != "pl" {
		t.Error(l.Tag())
	}
}

func TestBrokenCatalogs(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no file":     {},
		"no JSON":     {"a.json": {Data: []byte("{")}},
		"a key twice": {"a.json": {Data: []byte(`{"a.x": "1"}`)}, "b.json": {Data: []byte(`{"a.x": "2"}`)}},
	} {
		if _, err := words.New("en", files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := words.New("no tag", fstest.MapFS{"a.json": {Data: []byte(`{"a.x": "1"}`)}}); err == nil {
		t.Error("no error for a tag that is none")
	}
}
