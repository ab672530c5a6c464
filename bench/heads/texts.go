package main

import (
	_ "embed"
	"strings"
)

// textsFile holds what the pages say around their tables, under a heading each.
//
//go:embed texts.md
var textsFile string

// text is what the file says under a heading; one that is not there is a mistake
// in this program.
func text(heading string) string {
	for _, part := range strings.Split("\n"+textsFile, "\n# ") {
		if name, words, ok := strings.Cut(part, "\n\n"); ok && name == heading {
			return strings.TrimSpace(words)
		}
	}
	panic("texts.md has no heading " + heading)
}
