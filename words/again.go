package words

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A text that was said once in some language, such as a warning that an analysis keeps,
// is found in the catalog by its template and said again in another.

// pattern is a text of the catalog as a pattern, with the names of its placeholders.
type pattern struct {
	key   string
	text  *regexp.Regexp
	names []string
}

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

// patterns are the texts of a language below a prefix, those with most fixed words first.
var patterns = struct {
	sync.Mutex
	known map[[2]string][]pattern
}{known: map[[2]string][]pattern{}}

func (l *Language) patterns(prefix string) []pattern {
	patterns.Lock()
	defer patterns.Unlock()
	id := [2]string{l.tag, prefix}
	if known, ok := patterns.known[id]; ok {
		return known
	}
	var out []pattern
	for key, m := range l.messages {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		var names []string
		for _, n := range placeholder.FindAllStringSubmatch(m.Other, -1) {
			names = append(names, n[1])
		}
		parts := placeholder.Split(m.Other, -1)
		for i, p := range parts {
			parts[i] = regexp.QuoteMeta(p)
		}
		out = append(out, pattern{key, regexp.MustCompile(`^` + strings.Join(parts, `(.+?)`) + `$`), names})
	}
	slices.SortFunc(out, func(a, b pattern) int {
		return len(b.text.String()) - len(a.text.String())
	})
	patterns.known[id] = out
	return out
}

// Again is a text of the keys below a prefix, said in any language, in this one. Its
// values are taken over; of those that are lists of names below the other prefixes each
// name is said again too. A text that no key has is given as it is.
func (l *Language) Again(text, prefix string, names ...string) string {
	for _, tag := range tags() {
		from, _ := In(tag)
		for _, p := range from.patterns(prefix) {
			found := p.text.FindStringSubmatch(text)
			if found == nil {
				continue
			}
			if from == l {
				return text
			}
			values := Args{}
			for i, name := range p.names {
				values[name] = l.namesAgain(from, found[i+1], names)
			}
			return l.Say(p.key, values)
		}
	}
	return text
}

// namesAgain says each name of a list again; a value that is no such list stays.
func (l *Language) namesAgain(from *Language, list string, prefixes []string) string {
	j := from.joiners()
	parts := strings.Split(strings.ReplaceAll(list, j.last, j.between), j.between)
	if from.tag == "es" {
		parts = strings.Split(strings.NewReplacer(" e ", j.between, j.last, j.between).Replace(list), j.between)
	}
	for i, part := range parts {
		key := from.keyOf(part, prefixes)
		if key == "" {
			return list
		}
		parts[i] = l.Say(key)
	}
	return l.And(parts...)
}

// keyOf is the first key below the prefixes whose text it is, or "".
func (l *Language) keyOf(text string, prefixes []string) string {
	for _, prefix := range prefixes {
		for _, p := range l.patterns(prefix) {
			if len(p.names) == 0 && p.text.MatchString(text) {
				return p.key
			}
		}
	}
	return ""
}
