package fold

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "fold the long lines of the files")

// What a reviewer reads: no line is longer than Columns.
func TestLinesAreShort(t *testing.T) {
	for _, pattern := range []string{"assess/evidence/*.yaml", "assess/vignettes/*.yaml", "assess/vignettes/published/*.yaml", "assess/presets/*.yaml",
		"interview/*.yaml", "interview/protocol/*.yaml", "course/evidence/*.yaml"} {
		names, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if data, err = YAML(data); err != nil {
					t.Fatal(name, err)
				}
				if err := os.WriteFile(name, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for i, line := range strings.Split(string(data), "\n") {
				if n := utf8.RuneCountInString(line); n > Columns {
					t.Errorf("%s:%d has %d columns: run go test ./internal/fold -update", name, i+1, n)
				}
			}
		}
	}
}

func TestYAML(t *testing.T) {
	long := strings.Repeat("word ", 40)
	for _, src := range []string{
		"- {id: a, story: \"" + long + "end, of, it\", answers: {x: [" + strings.Repeat("one, ", 30) + "two]}}\n",
		"a:\n  text: " + long + "end\n",
		"# " + long + "\na: {b: [" + strings.Repeat("c, ", 60) + "d]} # a remark\n",
	} {
		got, err := YAML([]byte(src))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(got), "\n") {
			if utf8.RuneCountInString(line) > Columns {
				t.Errorf("%d columns in %q", len(line), line)
			}
		}
		again, err := YAML(got)
		if err != nil || string(again) != string(got) {
			t.Errorf("folded twice it differs: %v", err)
		}
	}
	if got, err := YAML([]byte("a: 1\n")); err != nil || string(got) != "a: 1\n" {
		t.Errorf("a short file changes: %q, %v", got, err)
	}
}
