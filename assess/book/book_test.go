package book

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facialis/assess"
)

// The pages that are kept are the pages that the evidence makes.
func TestPagesAreFresh(t *testing.T) {
	pages, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != len(assess.Standard().Entities)+3 {
		t.Errorf("%d pages", len(pages))
	}
	dir := filepath.Join("..", "..", "docs", "evidence")
	for name, text := range pages {
		kept, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(kept) != text {
			t.Errorf("%s is not what the evidence says now: run make evidence", name)
		}
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil || len(names) != len(pages) {
		t.Errorf("%d files in %s for %d pages", len(names), dir, len(pages))
	}
}

// A page shows what a reviewer needs: the number, its range, where it comes from
// and the cases.
func TestAPageCanBeReviewed(t *testing.T) {
	pages, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"48.5 years", "Wang & Jankovic 1998", "153 of 158", "0.93–0.99", "librata2022", "Reviewed by"} {
		if !strings.Contains(pages["HFS1.md"], want) {
			t.Errorf("the page of hemifacial spasm lacks %q", want)
		}
	}
	for _, f := range assess.Standard().Flags {
		if !strings.Contains(pages["rules.md"], "## "+f.ID+":") {
			t.Errorf("rule %s has no place", f.ID)
		}
	}
}
