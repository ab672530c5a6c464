package words

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/text/language"
)

// tags are the languages there are, English first: the folders beside this file.
var tags = sync.OnceValue(func() []string {
	folders, err := catalog.ReadDir(".")
	if err != nil {
		panic(err) // embedded
	}
	out := []string{"en"}
	for _, f := range folders {
		if f.IsDir() && f.Name() != "en" {
			out = append(out, f.Name())
		}
	}
	return out
})

// languages are those that were asked for so far: a program that speaks English reads
// no other texts.
var languages sync.Map // tag: func() *Language

// In is the language of a tag as [Tags] has them, or false.
func In(tag string) (*Language, bool) {
	if !slices.Contains(tags(), tag) {
		return nil, false
	}
	read, _ := languages.LoadOrStore(tag, sync.OnceValue(func() *Language {
		l, err := New(tag, files(tag))
		if err != nil {
			panic(err) // embedded; a test reads it
		}
		return l
	}))
	return read.(func() *Language)(), true
}

// PerLanguage makes a thing once for each language in which it is asked for, such as
// data files with their sentences translated.
func PerLanguage[T any](make func(*Language) T) func(*Language) T {
	var made sync.Map // tag: func() T
	return func(l *Language) T {
		once, _ := made.LoadOrStore(l.Tag(), sync.OnceValue(func() T { return make(l) }))
		return once.(func() T)()
	}
}

// matcher finds the language nearest to what a reader asks for.
var matcher = sync.OnceValue(func() language.Matcher {
	var known []language.Tag
	for _, tag := range tags() {
		known = append(known, language.MustParse(tag))
	}
	return language.NewMatcher(known)
})

// English is the catalog's own language.
func English() *Language {
	l, _ := In("en")
	return l
}

// Tags are the tags of all languages, English first.
func Tags() []string { return slices.Clone(tags()) }

// Match is the language nearest to an Accept-Language header or a single tag such as
// "de-AT"; [Default] where none is near or the text cannot be read.
func Match(accept string) *Language {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return Default()
	}
	_, i, sure := matcher().Match(wanted...)
	if sure == language.No {
		return Default()
	}
	l, _ := In(tags()[i])
	return l
}

// Find is the language nearest to a tag that somebody names, such as "de" or "zh-CN";
// false where there is none.
func Find(tag string) (*Language, bool) {
	t, err := language.Parse(tag)
	if err != nil {
		return nil, false
	}
	_, i, sure := matcher().Match(t)
	l, _ := In(tags()[i])
	return l, sure >= language.High
}

// Caution says of a translation that no clinician who grew up with the language has
// checked its medical words. It is empty in English, in which the texts were written;
// that does not say that a clinician has checked those.
func (l *Language) Caution() string {
	if l.tag == "en" {
		return ""
	}
	return l.Say("language.unreviewed")
}

var chosen atomic.Pointer[Language]

// Default is the language of this process: English, or what [SetDefault] chose.
func Default() *Language {
	if l := chosen.Load(); l != nil {
		return l
	}
	return English()
}

// SetDefault chooses the language of this process, once, before it says anything.
func SetDefault(l *Language) { chosen.Store(l) }

type inContext struct{}

// With is a context whose reader reads the language.
func With(ctx context.Context, l *Language) context.Context {
	return context.WithValue(ctx, inContext{}, l)
}

// From is the language of a context's reader, or [Default].
func From(ctx context.Context) *Language {
	if l, ok := ctx.Value(inContext{}).(*Language); ok {
		return l
	}
	return Default()
}
