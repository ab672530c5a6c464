package internal

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"facialis/agreement"
	"facialis/anatomy"
	"facialis/assess"
	"facialis/course"
	"facialis/interview"
	"facialis/words"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

var missing = flag.String("missing", "", "folder into which TestLanguages writes, for each language, the English texts that it lacks: a translator's work list")

// dataTexts are the sentences of the data files by the file of their translations.
func dataTexts(t *testing.T) map[string][]string {
	t.Helper()
	protocols := []*interview.Protocol{}
	for _, id := range []string{"short", "full"} {
		p, err := interview.LoadProtocol(id)
		if err != nil {
			t.Fatal(err)
		}
		protocols = append(protocols, p)
	}
	stages := []string{}
	for _, s := range anatomy.StageNames {
		if s != "" {
			stages = append(stages, s)
		}
	}
	return map[string][]string{
		"interview.json": append(words.Marked(interview.Standard()), words.Marked(protocols)...),
		"assess.json":    words.Marked(assess.Standard()),
		"agreement.json": words.Marked(agreement.Scales()),
		"course.json":    append(words.Marked(course.Standard()), stages...),
	}
}

var (
	filled = regexp.MustCompile(`\{\{\.([A-Z]\w*)\}\}`)
	markup = regexp.MustCompile(`</?[a-z]+[^>]*>`)
)

// parts are what a translation has to keep of a text: placeholders and markup, sorted.
func parts(text string) []string {
	var out []string
	for _, m := range filled.FindAllString(text, -1) {
		if m != "{{.Count}}" {
			out = append(out, m)
		}
	}
	out = append(out, markup.FindAllString(text, -1)...)
	slices.Sort(out)
	return slices.Compact(out)
}

// forms are the names of the forms that a language has for numbers from 0 to 10^6.
func forms(tag language.Tag) []string {
	names := map[plural.Form]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	have := map[string]bool{"other": true}
	for _, n := range []int{0, 1, 2, 3, 5, 10, 11, 21, 100, 101, 1000000} {
		have[names[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)]] = true
	}
	var out []string
	for f := range have {
		out = append(out, f)
	}
	slices.Sort(out)
	return out
}

// catalog are the files of a language: file, key, form ("" for a plain text).
func catalog(t *testing.T, tag string) map[string]map[string]map[string]string {
	t.Helper()
	dir := filepath.Join("..", "words", tag)
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]map[string]string{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		file := map[string]map[string]string{}
		for key, v := range raw {
			var plain string
			if json.Unmarshal(v, &plain) == nil {
				file[key] = map[string]string{"": plain}
				continue
			}
			f := map[string]string{}
			if err := json.Unmarshal(v, &f); err != nil {
				t.Fatalf("%s: %s: %v", name, key, err)
			}
			file[key] = f
		}
		out[filepath.Base(name)] = file
	}
	return out
}

// Every language has every text of the English catalog and of the data files, with the
// same placeholders and markup, in all forms that it has for numbers, and nothing else.
func TestLanguages(t *testing.T) {
	english, data := catalog(t, "en"), dataTexts(t)
	delete(english, "api.json") // the API is described in English, as its names are
	for _, tag := range words.Tags() {
		if tag == "en" {
			continue
		}
		t.Run(tag, func(t *testing.T) {
			own := catalog(t, tag)
			wanted := forms(language.MustParse(tag))
			for file, keys := range english {
				lacks := map[string]any{}
				for key, texts := range keys {
					have, there := own[file][key]
					if !there {
						lacks[key] = source(texts)
						continue
					}
					holdText(t, file, key, texts, have, wanted)
				}
				report(t, tag, file, lacks)
				for key := range own[file] {
					if _, there := keys[key]; !there {
						t.Errorf("%s of %s: the key %s is not in the English catalog", file, tag, key)
					}
				}
			}
			l, _ := words.In(tag)
			used := map[string]bool{}
			for file, texts := range data {
				lacks := map[string]any{}
				for _, text := range texts {
					used[text] = true
					if own := l.Text(text); own == text && !sameEverywhere(text) {
						lacks[text] = text
					} else if !slices.Equal(parts(own), parts(text)) {
						t.Errorf("%s of %s: %q has %v, the English text %v", file, tag, own, parts(own), parts(text))
					}
				}
				report(t, tag, "data/"+file, lacks)
			}
			for _, text := range l.Texts() {
				if !used[text] {
					t.Errorf("data of %s: no data file has the text %q", tag, text)
				}
			}
		})
	}
}

// sameEverywhere reports whether a text has no words to translate, or a single one that
// may be the same in both languages.
func sameEverywhere(text string) bool { return len(strings.Fields(text)) < 2 }

// source is an English text as its file has it.
func source(texts map[string]string) any {
	if plain, ok := texts[""]; ok {
		return plain
	}
	return texts
}

func holdText(t *testing.T, file, key string, english, own map[string]string, wanted []string) {
	t.Helper()
	_, plain := english[""]
	if _, ownPlain := own[""]; plain != ownPlain {
		t.Errorf("%s: %s is one text here and has forms there", file, key)
		return
	}
	var all []string
	for _, text := range english {
		all = append(all, parts(text)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for form, text := range own {
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s: %s %s is empty", file, key, form)
		}
		if got := parts(text); !slices.Equal(got, all) {
			t.Errorf("%s: %s %s has %v, the English text %v", file, key, form, got, all)
		}
		if len(strings.Fields(text)) > 3 && text == english[form] {
			t.Errorf("%s: %s is still in English: %q", file, key, text)
		}
	}
	if plain {
		return
	}
	var have []string
	for form := range own {
		have = append(have, form)
	}
	slices.Sort(have)
	if !slices.Equal(have, wanted) {
		t.Errorf("%s: %s has the forms %v; the language has %v", file, key, have, wanted)
	}
}

// report fails for what is missing, and writes it where it is asked for.
func report(t *testing.T, tag, file string, lacks map[string]any) {
	t.Helper()
	if len(lacks) == 0 {
		return
	}
	t.Errorf("%s of %s lacks %d texts (write them with -missing FOLDER)", file, tag, len(lacks))
	if *missing == "" {
		return
	}
	b, err := json.MarshalIndent(lacks, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(*missing, tag, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Each fact that a scale may look at or lack has a name in the reports and on the pages.
func TestFactsOfScalesHaveNames(t *testing.T) {
	facts := map[string]bool{}
	for _, g := range assess.Standard().Grades {
		for _, l := range g.Levels {
			for _, n := range l.When.Names() {
				facts[strings.TrimPrefix(n, "video.")] = true
			}
		}
		if g.Sum != nil {
			for _, n := range append(slices.Clone(g.Sum.Items), g.Sum.Grades...) {
				facts[n] = true
			}
		}
	}
	if len(facts) < 40 {
		t.Fatalf("only %d facts were found", len(facts))
	}
	for fact := range facts {
		for _, table := range []string{"assess.fact.", "pages.result.facts."} {
			if !words.English().Has(table + fact) {
				t.Errorf("no name %s%s", table, fact)
			}
		}
	}
	for _, key := range words.English().Keys() {
		if fact, ok := strings.CutPrefix(key, "assess.fact."); ok && !facts[fact] {
			t.Errorf("no scale looks at %s", key)
		}
	}
}
