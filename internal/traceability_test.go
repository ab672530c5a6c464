package internal_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/traceability.md")

// rows are the rows of the tables of a document whose first cell matches.
func rows(t *testing.T, doc string, first *regexp.Regexp) [][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(module, "docs", doc))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if first.MatchString(cells[0]) {
			out = append(out, cells)
		}
	}
	return out
}

// testNames are the tests of the module, by package's last name and test.
func testNames(t *testing.T) map[string]string {
	t.Helper()
	fn := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	out := map[string]string{}
	for _, path := range files(t, func(p string) bool { return strings.HasSuffix(p, "_test.go") }) {
		data, err := os.ReadFile(filepath.Join(module, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range fn.FindAllStringSubmatch(string(data), -1) {
			out[filepath.Base(filepath.Dir(path))+"."+m[1]] = filepath.ToSlash(path)
		}
	}
	return out
}

// Each hazard names tests that exist, and each of the 26 statements stands in its
// document; the table of both is written by this test and no other hand.
func TestTraceability(t *testing.T) {
	exists := testNames(t)
	var b strings.Builder
	b.WriteString("# Traceability\n\nMade by `go test ./internal -run Traceability -update` from `docs/hazards.md`, `docs/statements.md` and the tests' files.\nA row says which requirement is held by which test, and where that test is.\n\n| requirement | what | test | file |\n|---|---|---|---|\n")
	seen := map[string]bool{}
	for _, r := range rows(t, "hazards.md", regexp.MustCompile(`^[FH]\d+$`)) {
		if len(r) != 7 || slices.Contains(r[:6], "") {
			t.Fatalf("the hazard %v is not whole", r)
		}
		seen[r[0]] = true
		for name := range strings.SplitSeq(r[5], ", ") {
			file, ok := exists[name]
			if !ok {
				t.Errorf("%s: there is no test %s", r[0], name)
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r[0], r[2], name, file)
		}
	}
	for n := 1; n <= 18; n++ {
		if !seen[fmt.Sprintf("F%d", n)] {
			t.Errorf("the hazard F%d has no row", n)
		}
	}
	statements := rows(t, "statements.md", regexp.MustCompile(`^S\d+$`))
	if len(statements) != 26 {
		t.Errorf("%d statements", len(statements))
	}
	word := regexp.MustCompile(`\bTest\w+`)
	for _, r := range statements {
		found := 0
		for _, name := range word.FindAllString(strings.Join(r, " "), -1) {
			for _, pkg := range []string{"assess", "course", "measure"} {
				if file, ok := exists[pkg+"."+name]; ok {
					found++
					fmt.Fprintf(&b, "| %s | %s | %s.%s | %s |\n", r[0], r[1], pkg, name, file)
					break
				}
			}
		}
		if found == 0 {
			t.Errorf("%s has no test", r[0])
		}
	}
	path := filepath.Join(module, "docs", "traceability.md")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile(path); string(got) != b.String() {
		t.Error("docs/traceability.md is not what the tests say; go test ./internal -run Traceability -update")
	}
}

// The list of third-party parts has every module of go.mod in its version, with a
// license.
func TestThirdParty(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string][]string{}
	for _, r := range rows(t, "third-party.md", regexp.MustCompile(`^[a-z0-9.-]+\.[a-z]+/`)) {
		listed[r[0]] = r
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`).FindAllStringSubmatch(string(data), -1) {
		n++
		if r := listed[m[1]]; len(r) != 4 || r[1] != m[2] || r[2] == "" || r[3] == "" {
			t.Errorf("%s %s: %v", m[1], m[2], r)
		}
	}
	if n == 0 || n != len(listed) {
		t.Errorf("%d modules, %d listed", n, len(listed))
	}
}

// No sentence that people read settles what the law makes of the program: that
// follows from the purpose that is declared.
func TestNoSentenceSettlesTheLaw(t *testing.T) {
	claim := regexp.MustCompile(`(?i)(is no medical device|is not a medical device)`)
	for _, path := range files(t, func(p string) bool {
		return strings.HasSuffix(p, ".md") || strings.HasPrefix(p, "words/") || strings.HasSuffix(p, ".yaml")
	}) {
		data, err := os.ReadFile(filepath.Join(module, path))
		if err != nil {
			t.Fatal(err)
		}
		if m := claim.FindString(string(data)); m != "" {
			t.Errorf("%s says %q", path, m)
		}
	}
}
