package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/template"
)

//go:embed page.md
var pageText string

//go:embed readme.md
var readmeText string

// figures are what the page shows.
type figures struct {
	Cores, Runs           int
	Seconds, Long         int
	System, Go            string
	Filmed, Drawn         []row
	Start                 row
	StartUp               float64
	Few                   int
	Memory                []memoryRow
	Stages                []stage
	LoadBefore, LoadAfter float64
}

func newFigures(o options) *figures {
	return &figures{Cores: runtime.NumCPU(), Runs: o.runs, Seconds: o.seconds, Long: o.long, System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
		StartUp: startUp, Few: fewPictures, LoadBefore: load()}
}

// Slope is how much the memory with all children grows, in MB a minute of film.
func (f *figures) Slope() float64 {
	a, b := f.Memory[0], f.Memory[len(f.Memory)-1]
	if a.Minutes == b.Minutes {
		return 0
	}
	return (b.Tree - a.Tree) / (b.Minutes - a.Minutes)
}

// fill puts the figures into a text.
func (f *figures) fill(text string) ([]byte, error) {
	t, err := template.New("").Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, f)
	return b.Bytes(), err
}

// write prints the page, writes it, and puts the figures into the README.
func (f *figures) write(o options) error {
	page, err := f.fill(pageText)
	if err != nil {
		return err
	}
	os.Stdout.Write(page)
	quoted, err := f.fill(readmeText)
	if err != nil {
		return err
	}
	if err := os.WriteFile(o.page, page, 0o644); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	if o.readme == "" {
		return nil
	}
	old, err := os.ReadFile(o.readme)
	if err != nil {
		return fmt.Errorf("reading the file that quotes the figures: %w", err)
	}
	text, err := replaced(string(old), string(quoted))
	if err != nil {
		return fmt.Errorf("%s: %w", o.readme, err)
	}
	return os.WriteFile(o.readme, []byte(text), 0o644)
}

// The marks around the figures in the README.
const (
	from = "<!-- figures: make bench -->\n"
	to   = "<!-- end -->"
)

// replaced is the text with new figures between the marks.
func replaced(text, figures string) (string, error) {
	before, rest, ok := strings.Cut(text, from)
	_, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		return "", errors.New("the marks around the figures of make bench are missing")
	}
	return before + from + figures + to + after, nil
}
