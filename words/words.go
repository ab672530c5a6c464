package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed en de es zh-Hans
var catalog embed.FS

// Args are the values of a text's placeholders, by name.
type Args map[string]any

// Language says the texts of the catalog in one language. It is safe for
// concurrent use.
type Language struct {
	tag      string
	locale   language.Tag
	messages map[string]*i18n.Message
	data     map[string]string // English text of a data file: this language's
	say      *i18n.Localizer

	mu  sync.Mutex
	err error
}

// Files are the English catalog, one JSON file per area: what a translator starts
// from. What is translated of the data files stands in its folder data.
func Files() fs.FS { return files("en") }

func files(tag string) fs.FS {
	f, err := fs.Sub(catalog, tag)
	if err != nil {
		panic(err) // embedded
	}
	return f
}

// New is the language of a tag such as "es" or "zh-Hans", its texts in the JSON
// files of a folder and, in the folder's folder data, its texts of the data files by
// their English text.
func New(tag string, files fs.FS) (*Language, error) {
	t, err := language.Parse(tag)
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", tag, err)
	}
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("finding the texts of %q: %w", tag, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("language %q has no texts", tag)
	}
	bundle := i18n.NewBundle(t)
	l := &Language{tag: tag, locale: t, messages: map[string]*i18n.Message{}, data: map[string]string{}}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading the texts of %q: %w", tag, err)
		}
		ms, err := i18n.ParseMessageBytes(b, json.Unmarshal)
		if err != nil {
			return nil, fmt.Errorf("reading %s of %q: %w", name, tag, err)
		}
		for _, m := range ms {
			if _, twice := l.messages[m.ID]; twice {
				return nil, fmt.Errorf("%s of %q: the key %q is there twice", name, tag, m.ID)
			}
			l.messages[m.ID] = m
		}
		if err := bundle.AddMessages(t, ms...); err != nil {
			return nil, fmt.Errorf("adding %s of %q: %w", name, tag, err)
		}
	}
	if err := l.readData(files); err != nil {
		return nil, err
	}
	l.say = i18n.NewLocalizer(bundle, tag)
	return l, nil
}

// readData takes in what is translated of the data files.
func (l *Language) readData(files fs.FS) error {
	names, err := fs.Glob(files, "data/*.json")
	if err != nil {
		return fmt.Errorf("finding the data texts of %q: %w", l.tag, err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("reading the data texts of %q: %w", l.tag, err)
		}
		texts := map[string]string{}
		if err := json.Unmarshal(b, &texts); err != nil {
			return fmt.Errorf("reading %s of %q: %w", name, l.tag, err)
		}
		for english, text := range texts {
			if was, there := l.data[english]; there && was != text {
				return fmt.Errorf("%s of %q: %q is translated in two ways", name, l.tag, english)
			}
			l.data[english] = text
		}
	}
	return nil
}

// Tag is the language's tag as HTML's lang attribute takes it.
func (l *Language) Tag() string { return l.tag }

// Say is the text of a key with its placeholders filled.
func (l *Language) Say(key string, args ...Args) string {
	return l.localize(key, &i18n.LocalizeConfig{MessageID: key, TemplateData: merge(args)})
}

// Count is the text of a key in the form that goes with n, which also fills the
// placeholder Count.
func (l *Language) Count(key string, n int, args ...Args) string {
	data := merge(args)
	data["Count"] = n
	return l.localize(key, &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
}

// Name is the text of an id within a table, under the key table.id. An id without
// a text is shown as it is, with spaces: data may be newer than the catalog.
func (l *Language) Name(table, id string) string {
	if key := table + "." + id; l.Has(key) {
		return l.Say(key)
	}
	return strings.ReplaceAll(id, "_", " ")
}

// Has reports whether a key has a text.
func (l *Language) Has(key string) bool { return l.messages[key] != nil }

// Text is a sentence of a data file (the interview's questions, the evidence) in this
// language, by its English text; the English text itself where it has none.
func (l *Language) Text(english string) string {
	if text, ok := l.data[english]; ok {
		return text
	}
	return english
}

// Texts are the English texts of data files that the language has a text for, sorted.
func (l *Language) Texts() []string { return slices.Sorted(maps.Keys(l.data)) }

// Keys are all keys, sorted.
func (l *Language) Keys() []string { return slices.Sorted(maps.Keys(l.messages)) }

// Source is the text of a key as the catalog has it: its placeholders not filled,
// its forms one after the other.
func (l *Language) Source(key string) string {
	m := l.messages[key]
	if m == nil {
		return ""
	}
	return m.Zero + m.One + m.Two + m.Few + m.Many + m.Other
}

// Err is the first text that could not be said. Tests look at it.
func (l *Language) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// strict fails where a placeholder has no value.
var strict = &template.TextParser{Option: "missingkey=error"}

func (l *Language) localize(key string, c *i18n.LocalizeConfig) string {
	c.TemplateParser = strict
	text, err := l.say.Localize(c)
	if err == nil {
		return text
	}
	if en := English(); l != en && l.messages[key] == nil && en.messages[key] != nil {
		return en.localize(key, c) // a text that is not translated yet
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = fmt.Errorf("saying %q: %w", key, err)
	}
	return key
}

func merge(all []Args) Args {
	out := Args{}
	for _, a := range all {
		maps.Copy(out, a)
	}
	return out
}
