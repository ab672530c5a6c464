package internal_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// joinedByCode is a list that code joins itself, as English does.
var joinedByCode = regexp.MustCompile(`strings\.Join\(.*, "(, |; | / )"\)`)

// joins are the files that join what no person reads in a language: pages for developers,
// and messages about the installation.
var joins = []string{"assess/book/book.go", "internal/cli/doctor.go", "report/boris/coding.go", "report/elan/elan.go", "internal/cli/completion.go"}

// Lists that people read are joined by package words, in the reader's language.
func TestListsAreJoinedByLanguage(t *testing.T) {
	all := files(t, func(p string) bool {
		return goFile(p) && slices.ContainsFunc([]string{"assess/", "report/", "course/", "interview/", "night/", "internal/cli/", "validate/score.go"}, func(dir string) bool { return strings.HasPrefix(p, dir) })
	})
	if len(all) < 50 {
		t.Fatalf("only %d files were found", len(all))
	}
	for _, path := range all {
		for _, hit := range joinedByCode.FindAllString(read(t, path), -1) {
			if !slices.Contains(joins, path) {
				t.Errorf("%s: %s: use And, List, Parts or Clauses of words.Language", path, hit)
			}
		}
	}
	if !joinedByCode.MatchString(`strings.Join(names, ", ")`) {
		t.Error("a list joined by code is not found")
	}
}
