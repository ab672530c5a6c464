package words

import "strings"

// joiners are what stands between the parts of a list in one language (Unicode CLDR,
// list patterns; punctuation as the language's own style guides ask for).
type joiners struct {
	between  string // two names
	last     string // the last two names
	part     string // two remarks on one thing
	clause   string // two longer parts, which may hold commas
	sentence string // two sentences
}

// byLanguage are the joiners; what is not here joins as English does.
var byLanguage = map[string]joiners{
	"en":      {", ", " and ", ", ", "; ", " "},
	"de":      {", ", " und ", ", ", "; ", " "},
	"es":      {", ", " y ", ", ", "; ", " "},
	"zh-Hans": {"、", "和", "，", "；", ""},
}

func (l *Language) joiners() joiners {
	if j, ok := byLanguage[l.tag]; ok {
		return j
	}
	return byLanguage["en"]
}

// And joins names that all hold: the eye, the cheek and the chin.
func (l *Language) And(names ...string) string {
	n := len(names)
	if n < 2 {
		return strings.Join(names, "")
	}
	j := l.joiners()
	last := j.last
	if l.tag == "es" && startsWithI(names[n-1]) {
		last = " e "
	}
	return strings.Join(names[:n-1], j.between) + last + names[n-1]
}

// startsWithI reports whether a Spanish word begins with the sound i, before which
// "and" is e: e infección, but y hielo.
func startsWithI(word string) bool {
	w := strings.ToLower(word)
	if strings.HasPrefix(w, "hie") || strings.HasPrefix(w, "hia") || strings.HasPrefix(w, "ie") || strings.HasPrefix(w, "ia") {
		return false
	}
	return strings.HasPrefix(w, "i") || strings.HasPrefix(w, "í") || strings.HasPrefix(w, "hi") || strings.HasPrefix(w, "hí")
}

// List names things one after the other, without a word before the last: for codes,
// choices and the ends of lists that go on.
func (l *Language) List(names ...string) string { return strings.Join(names, l.joiners().between) }

// Parts joins short remarks on one thing: a twitch, 0.2 s, cheek 1.3 mm.
func (l *Language) Parts(parts ...string) string { return join(parts, l.joiners().part) }

// Clauses joins longer parts, which may hold commas of their own.
func (l *Language) Clauses(parts ...string) string { return join(parts, l.joiners().clause) }

// Sentences joins whole sentences.
func (l *Language) Sentences(parts ...string) string { return join(parts, l.joiners().sentence) }

// Stop is the full stop that ends a sentence.
func (l *Language) Stop() string {
	if l.tag == "zh-Hans" {
		return "。"
	}
	return "."
}

// join leaves out what is empty.
func join(parts []string, by string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, by)
}
