package internal_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"facialis/words"

	"go.yaml.in/yaml/v3"
)

// exception is what a place still holds outside the catalog. The number of its
// sentences may only go down: whoever moves some sets the new number.
type exception struct {
	sentences int
	why       string
}

// elsewhere are the places whose sentences are not in the catalog. A place is a
// folder with what lies below it, or one file.
var elsewhere = map[string]exception{
	"bench":                              {188, "writes pages for developers"},
	"bench/fit":                          {71, "writes pages for developers"},
	"validate":                           {28, "writes tables and pages for developers"},
	"assess/vignettes":                   {8, "writes a page for developers"},
	"report/fhir":                        {38, "names of codes and notes on them, in English wherever the file goes"},
	"report/boris/table.go":              {5, "the names that BORIS itself gives its columns"},
	"report/reporttest":                  {2, "a made analysis, for tests"},
	"internal/recordings":                {2, "for tests"},
	"internal/service/blob/blobtest":     {12, "a suite for tests"},
	"internal/service/folder/foldertest": {1, "for tests"},
	"internal/service/pgtest":            {2, "for tests"},
	"internal/service/queue/queuetest":   {12, "a suite for tests"},
	"internal/service/s3test":            {2, "for tests"},
	"internal/service/store/storetest":   {9, "a suite for tests"},
	"assess/presets":                     {1, "checks drawn cases, for developers"},
	"anatomy":                            {4, "the names of regions and places, beside what they are; a test of report holds the catalog to them"},
	"report/boris/coding.go":             {1, "the name of a category, by which a coding is read again"},
	"report/edf":                         {3, "labels of a file's columns, in ASCII as the format wants"},
	"report/elan":                        {1, "a name that ELAN itself gives"},
	"report/parquet.go":                  {1, "a note on a column, for programs"},
	"internal/cli/completion.go":         {4, "scripts for shells; the help in them is the catalog's"},
	"video/errors.go":                    {3, "messages of ffmpeg that are recognized, not shown"},
}

// beside are the data files whose sentences are part of the catalog although they
// stand outside words: a clinician reviews them beside the numbers, the conditions
// and the sources that they belong to. To translate them, copy the file.
var beside = []string{
	"agreement/scales",
	"assess/evidence",
	"course/evidence",
	"interview/questions.yaml",
	"interview/protocol",
}

// developers are the data files with sentences for developers alone.
var developers = []string{
	"assess/presets",
	"assess/vignettes",
	"phantom",
	"validate",
	".depguard.yml",
}

// module is the folder of the module.
const module = ".."

// files are the paths, from the module's folder, of the files that people may read
// from.
func files(t *testing.T, keep func(path string) bool) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(module, path)
		if d.IsDir() {
			if slices.Contains([]string{"node_modules", "dist", "build", "testdata", "bin", "lib"}, d.Name()) && rel != filepath.Join("web", "src", "lib") || strings.HasPrefix(d.Name(), ".") && rel != "." {
				return filepath.SkipDir
			}
			return nil
		}
		if keep(filepath.ToSlash(rel)) {
			out = append(out, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func goFile(path string) bool {
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
}

func pageFile(path string) bool {
	return strings.HasPrefix(path, "web/") && (strings.HasSuffix(path, ".svelte") || strings.HasSuffix(path, ".ts")) &&
		!strings.HasSuffix(path, ".test.ts") && !strings.HasSuffix(path, ".d.ts") && !strings.HasPrefix(path, "web/tests/") && !strings.HasPrefix(path, "web/scripts/")
}

// literal is a text within a source file.
type literal struct {
	text string
	line int
}

// people are the fields of struct tags that people read.
var people = regexp.MustCompile(`\bhelp:"((?:[^"\\]|\\.)*)"`)

// literals are the texts of a Go file, without what goes to a log or names an
// error for developers.
func literals(t *testing.T, path, source string) []literal {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []literal
	add := func(pos token.Pos, text string) { out = append(out, literal{text, set.Position(pos).Line}) }
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if n.Tag != nil {
				tag, _ := strconv.Unquote(n.Tag.Value)
				for _, m := range people.FindAllStringSubmatch(tag, -1) {
					add(n.Tag.Pos(), m[1])
				}
				ast.Inspect(n.Type, func(ast.Node) bool { return true })
			}
			if s, ok := n.Type.(*ast.StructType); ok {
				ast.Inspect(s, func(m ast.Node) bool {
					if f, ok := m.(*ast.Field); ok && f.Tag != nil {
						tag, _ := strconv.Unquote(f.Tag.Value)
						for _, m := range people.FindAllStringSubmatch(tag, -1) {
							add(f.Tag.Pos(), m[1])
						}
					}
					return true
				})
			}
			return n.Tag == nil
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				x, _ := s.X.(*ast.Ident)
				if x != nil && (x.Name+"."+s.Sel.Name == "fmt.Errorf" || x.Name+"."+s.Sel.Name == "errors.New" || x.Name == "slog" || x.Name == "regexp") ||
					slices.Contains([]string{"InfoContext", "WarnContext", "ErrorContext", "Warn"}, s.Sel.Name) {
					return false
				}
			}
			if x, ok := n.Fun.(*ast.Ident); ok && (x.Name == "panic" || x.Name == "wrap") {
				return false
			}
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				if s, err := strconv.Unquote(n.Value); err == nil {
					add(n.Pos(), s)
				}
			}
		}
		return true
	})
	return out
}

var (
	comment  = regexp.MustCompile(`(?s)/\*.*?\*/|<!--.*?-->|(?m)(^|\s)//[^\n]*`)
	style    = regexp.MustCompile(`(?s)<style.*?</style>`)
	quoted   = regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\n]|\\\\.)*'|(?s:`(?:[^`\\\\]|\\\\.)*`)")
	between  = regexp.MustCompile(`(?:^|[^=\s])\s*>([^<>{}]+)[<{]`) // not an arrow function's "=>"
	newError = regexp.MustCompile(`new Error\($`)
)

// pageLiterals are the texts of a page: what is quoted and, in markup, what stands
// between tags. It splits by eye, not by grammar; the pages' own test reads the
// syntax tree.
func pageLiterals(path, source string) []literal {
	blank := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
	source = comment.ReplaceAllStringFunc(source, blank)
	source = style.ReplaceAllStringFunc(source, blank)
	line := func(at int) int { return 1 + strings.Count(source[:at], "\n") }
	var out []literal
	for _, m := range quoted.FindAllStringIndex(source, -1) {
		if !newError.MatchString(source[:m[0]]) {
			out = append(out, literal{source[m[0]+1 : m[1]-1], line(m[0])})
		}
	}
	if strings.HasSuffix(path, ".svelte") {
		for _, m := range between.FindAllStringSubmatchIndex(source, -1) {
			out = append(out, literal{source[m[2]:m[3]], line(m[2])})
		}
	}
	return out
}

var (
	code = regexp.MustCompile(`[<>{}=]|;\s*$|^[A-Z][A-Z ]+\b|\.svelte|^Mozilla|://|^\[|'none'|'self'|\b[a-z]+_[a-z]+, `)
	verb = regexp.MustCompile(`%[-+# 0]*(\[\d+\])?[\d.*]*[a-zA-Z%]|\$\{[^}]*\}`)
)

// sentence reports whether a text looks written for people: at least four words, or
// three that begin with a capital or end like a sentence. In a page four words are
// not enough, since its texts are split by eye; the pages' own test finds those.
func sentence(text string, page bool) bool {
	text = strings.TrimSpace(text)
	bare := verb.ReplaceAllString(text, "")
	if bare == "" || code.MatchString(bare) {
		return false
	}
	n := 0
	for _, w := range strings.Fields(bare) {
		w = strings.Trim(w, ".,;:!?()“”\"'’…")
		if len([]rune(w)) > 0 && strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' && r != '’' && r != '\'' }) < 0 {
			n++
		}
	}
	first := []rune(text)[0]
	return n >= 4 && !page || n >= 3 && (unicode.IsUpper(first) || strings.ContainsAny(text[len(text)-1:], ".?!") || strings.HasSuffix(text, "…"))
}

// template leaves out the templates of documents, which are written in English alone.
func template(path string) bool {
	return strings.HasSuffix(path, ".tmpl") && !strings.HasSuffix(path, ".md.tmpl")
}

var (
	action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tag    = regexp.MustCompile(`(?s)<[^>]*>`)
	word   = regexp.MustCompile(`\pL{3,}`)
)

// A template holds no word of its own between its tags.
func TestTemplatesHoldNoWords(t *testing.T) {
	all := files(t, template)
	if len(all) < 3 {
		t.Fatalf("only %d templates were found", len(all))
	}
	for _, path := range all {
		source := tag.ReplaceAllString(action.ReplaceAllString(style.ReplaceAllString(read(t, path), ""), ""), "")
		for _, w := range word.FindAllString(source, -1) {
			t.Errorf("%s: %q is not from the catalog", path, w)
		}
	}
}

// excepted is the closest entry of elsewhere that a file falls under.
func excepted(path string) string {
	longest := ""
	for e := range elsewhere {
		if under(path, e) && len(e) > len(longest) {
			longest = e
		}
	}
	return longest
}

// sentences are the places of a file that hold sentences.
func sentences(t *testing.T, path, source string) []string {
	t.Helper()
	found := pageLiterals
	if goFile(path) {
		found = func(path, source string) []literal { return literals(t, path, source) }
	}
	var out []string
	for _, l := range found(path, source) {
		if sentence(l.text, !goFile(path)) {
			out = append(out, path+":"+strconv.Itoa(l.line)+": "+l.text)
		}
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(module, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What people read is in words, and nowhere else.
func TestSentencesAreInTheCatalog(t *testing.T) {
	held := map[string]int{}
	all := files(t, func(p string) bool { return goFile(p) || pageFile(p) })
	if len(all) < 200 {
		t.Fatalf("only %d files were found", len(all))
	}
	for _, path := range all {
		hits := sentences(t, path, read(t, path))
		if e := excepted(path); e != "" {
			held[e] += len(hits)
			continue
		}
		for _, h := range hits {
			t.Errorf("a sentence outside words: %s", h)
		}
	}
	for e, allowed := range elsewhere {
		switch n := held[e]; {
		case n == 0:
			t.Errorf("%s holds no sentence any more: take it out of the exceptions", e)
		case n > allowed.sentences:
			t.Errorf("%s holds %d sentences outside words, %d are allowed: put the new ones into the catalog", e, n, allowed.sentences)
		case n < allowed.sentences:
			t.Errorf("%s holds %d sentences outside words: set the allowed %d to that", e, n, allowed.sentences)
		}
	}
}

// A data file with sentences is one of those that belong to the catalog.
func TestDataWithSentencesIsKnown(t *testing.T) {
	known := map[string]int{}
	for _, path := range files(t, func(p string) bool { return strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml") }) {
		n := dataSentences(t, path)
		if at := slices.IndexFunc(beside, func(b string) bool { return under(path, b) }); at >= 0 {
			known[beside[at]] += n
			continue
		}
		if n > 0 && !slices.ContainsFunc(developers, func(d string) bool { return under(path, d) }) {
			t.Errorf("%s holds %d sentences and does not belong to the catalog", path, n)
		}
	}
	for _, b := range beside {
		if known[b] == 0 {
			t.Errorf("%s holds no sentence: take it out of the list", b)
		}
	}
}

// dataSentences is how many sentences the values of a YAML file hold.
func dataSentences(t *testing.T, path string) int {
	t.Helper()
	n := 0
	var walk func(node *yaml.Node)
	walk = func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode && sentence(node.Value, true) {
			n++
		}
		for i, c := range node.Content {
			if node.Kind != yaml.MappingNode || i%2 == 1 { // not its keys
				walk(c)
			}
		}
	}
	in := yaml.NewDecoder(strings.NewReader(read(t, path)))
	for {
		var doc yaml.Node
		if err := in.Decode(&doc); errors.Is(err, io.EOF) {
			return n
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		walk(&doc)
	}
}

// The search finds a sentence that somebody writes into a finished package, and
// lets through what is for the program.
func TestTheSearchFindsSentences(t *testing.T) {
	for path, c := range map[string]struct {
		source string
		want   int
	}{
		"report/a.go":      {"package report\nvar s = \"It lasted about a second.\"", 1},
		"report/b.go":      {"package report\nimport \"fmt\"\nfunc f() string { return fmt.Sprintf(\"Held for %d seconds or more\", 3) }", 1},
		"report/c.go":      {"package report\nimport \"fmt\"\nfunc f() error { return fmt.Errorf(\"Held for a second or more\") }", 0},
		"report/d.go":      {"package report\ntype s struct { A int `help:\"Show the whole list.\" json:\"a\"` }", 1},
		"report/e.go":      {"package report\n// It lasted about a second.\nconst q = `SELECT id FROM people WHERE id = ?`", 0},
		"report/f.go":      {"package report\nconst q = \"no such file\"", 0},
		"report/h.go":      {"package report\nconst q = \"the video ends too early\"", 1},
		"report/g.go":      {"package report\nvar s = l.Say(\"report.length\")", 0},
		"web/src/a.ts":     {"// It lasted about a second.\nexport const x = { title: 'What it may mean' };", 1},
		"web/src/b.svelte": {"<p class=\"two words\">What it may mean</p><p>{t.title}</p>", 1},
		"web/src/c.svelte": {"<button aria-label=\"Close it at once\">×</button>", 1},
	} {
		if got := sentences(t, path, c.source); len(got) != c.want {
			t.Errorf("%s: found %q, want %d", path, got, c.want)
		}
	}
}

// use is one place in the code that asks the catalog for a text.
type use struct {
	key, at string
	args    []string // names of the placeholders that it fills
	known   bool     // whether args are all of them
}

// uses are the places of a Go file that ask for a text by a key written there,
// and all texts of the file that may be a key or the start of one.
func uses(t *testing.T, path string) (asked []use, strs []string) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, filepath.Join(module, path), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				strs = append(strs, s)
			}
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.SelectorExpr:
				name = f.Sel.Name
			case *ast.Ident:
				name = f.Name
			}
			if len(n.Args) == 0 || !slices.Contains([]string{"Say", "Count", "say", "invalid", "Invalid", "bad", "usage"}, name) {
				return true
			}
			lit, ok := n.Args[0].(*ast.BasicLit)
			if !ok {
				return true
			}
			if key, _ := strconv.Unquote(lit.Value); !strings.Contains(key, ".") {
				return true // another function of that name
			}
			u := use{at: set.Position(n.Pos()).String(), known: true}
			u.key, _ = strconv.Unquote(lit.Value)
			rest := n.Args[1:]
			if name == "Count" && len(rest) > 0 {
				rest, u.args = rest[1:], []string{"Count"}
			}
			for _, a := range rest {
				m, ok := a.(*ast.CompositeLit)
				if !ok {
					u.known = false
					continue
				}
				for _, e := range m.Elts {
					key, ok := e.(*ast.KeyValueExpr).Key.(*ast.BasicLit)
					if !ok {
						u.known = false
						continue
					}
					arg, _ := strconv.Unquote(key.Value)
					u.args = append(u.args, arg)
				}
			}
			asked = append(asked, u)
		}
		return true
	})
	return asked, strs
}

var (
	inTemplate  = regexp.MustCompile(`\b[Ss]ay "([^"]+)"([^}]*)`)
	named       = regexp.MustCompile(`"([A-Z]\w*)"`)
	placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)
)

// placeholders are the names of a text of the catalog, found by leaving them out.
func placeholders(l *words.Language, key string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(l.Source(key), -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Each key that is asked for has a text, each text is asked for, and whoever asks
// fills the placeholders.
func TestKeysAndPlaceholdersAgree(t *testing.T) {
	l := words.English()
	used := map[string]bool{}
	texts := map[string][]string{}
	var starts []string
	for _, path := range files(t, goFile) {
		asked, strs := uses(t, path)
		for _, u := range asked {
			if !l.Has(u.key) {
				t.Errorf("%s: no text for %q", u.at, u.key)
				continue
			}
			if want := placeholders(l, u.key); u.known && !reflect.DeepEqual(want, without(u.args, want)) {
				t.Errorf("%s: %q has the placeholders %v and is given %v", u.at, u.key, want, u.args)
			}
		}
		texts[path] = strs // a template may be written in the code
		for _, s := range strs {
			used[s] = true
			starts = append(starts, strings.TrimSuffix(s, ".")+".")
		}
	}
	for _, path := range files(t, template) {
		texts[path] = append(texts[path], read(t, path))
	}
	pages := map[string]string{}
	for _, path := range files(t, pageFile) {
		pages[path] = read(t, path)
	}
	for _, u := range pageUses(pages) {
		used[u.key] = true
		if !l.Has(u.key) {
			t.Errorf("%s: no text for %q", u.at, u.key)
		} else if want := placeholders(l, u.key); !reflect.DeepEqual(want, without(u.args, want)) {
			t.Errorf("%s: %q has the placeholders %v and is given %v", u.at, u.key, want, u.args)
		}
	}
	fields := pageFields(pages)
	for path, all := range texts {
		for _, source := range all {
			for _, m := range inTemplate.FindAllStringSubmatch(source, -1) {
				used[m[1]] = true
				args, nested, _ := strings.Cut(m[2], "(say ")
				if key, _, ok := strings.Cut(strings.TrimPrefix(nested, `"`), `"`); ok {
					used[key] = true
				}
				var given []string
				for _, a := range named.FindAllStringSubmatch(args, -1) {
					given = append(given, a[1])
				}
				slices.Sort(given)
				if !l.Has(m[1]) {
					t.Errorf("%s: no text for %q", path, m[1])
				} else if want := placeholders(l, m[1]); !slices.Equal(given, want) {
					t.Errorf("%s: %q has the placeholders %v and is given %v", path, m[1], want, given)
				}
			}
		}
	}
	tables := map[string]bool{}
	for _, s := range starts {
		tables[s] = true
	}
	for _, key := range l.Keys() {
		found := used[key]
		parts := strings.SplitAfter(key, ".")
		for n := 2; n < len(parts); n++ { // a table, whose rows are asked for by id
			found = found || tables[strings.Join(parts[:n], "")]
		}
		if strings.HasPrefix(key, "pages.") && len(placeholders(l, key)) == 0 {
			found = found || fields.ask(key)
		}
		if !found {
			t.Errorf("nothing asks for %q", key)
		}
	}
}

var (
	inPage   = regexp.MustCompile(`\b(say|count)\(\s*"(pages\.[^"]+)"((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)`)
	inObject = regexp.MustCompile(`(?:[{,]\s*)([A-Z]\w*):`)
	spread   = regexp.MustCompile(`\.\.\.[\w.]+`)
	field    = regexp.MustCompile(`\.(\w+)|\["([^"]+)"\]|\btable\(\{ en \}, "[\w.]*\.(\w+)"\)`)
)

// pageUses are the places of the pages that ask for a text with values.
func pageUses(pages map[string]string) []use {
	var out []use
	for path, source := range pages {
		for _, m := range inPage.FindAllStringSubmatch(source, -1) {
			u := use{key: m[2], at: path, known: true}
			if m[1] == "count" {
				u.args = []string{"Count"}
			}
			for _, a := range inObject.FindAllStringSubmatch(m[3], -1) {
				u.args = append(u.args, a[1])
			}
			out = append(out, u)
		}
	}
	return out
}

// fieldNames are the names of fields that the pages read: of a text, or of a
// table of texts, which is read by id.
type fieldNames struct{ text, table map[string]bool }

func pageFields(pages map[string]string) fieldNames {
	f := fieldNames{map[string]bool{}, map[string]bool{}}
	for _, source := range pages {
		source = spread.ReplaceAllString(source, "")
		for _, m := range field.FindAllStringSubmatchIndex(source, -1) {
			for g := 2; g < len(m); g += 2 {
				if m[g] < 0 {
					continue
				}
				name := source[m[g]:m[g+1]]
				f.text[name] = true
				if !strings.HasPrefix(source[m[1]:], ".") {
					f.table[name] = true
				}
			}
		}
	}
	return f
}

// ask reports whether the pages may read a text. It goes by the names alone: the
// compiler of the pages holds that the field is there.
func (f fieldNames) ask(key string) bool {
	parts := strings.Split(key, ".")
	if f.text[parts[len(parts)-1]] {
		return true
	}
	for _, table := range parts[2 : len(parts)-1] {
		if f.table[table] {
			return true
		}
	}
	return false
}

// without is given with Count left out where the text does not show it, sorted.
func without(given, want []string) []string {
	var out []string
	for _, g := range given {
		if g != "Count" || slices.Contains(want, "Count") {
			out = append(out, g)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
