package internal_test

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// british are spellings that are not American, in any part of a name. What misspell knows
// of comments and documents make spell looks for; this holds names and the pages too.
var british = regexp.MustCompile(`colour|behaviour|neighbour|favour|honour|flavour|vapour|tumour|metre|litre|` +
	`centre|grey|analyse([a-rt-z_]|\b)|analysing|paralyse|catalyse|catalogue|licence|defence|judgement|learnt|spelt\b|` +
	`cancelled|cancelling|levelled|levelling|labelled|labelling|modelled|modelling|travelled|` +
	`organis|recognis|normalis|summaris|minimis|maximis|initialis|serialis|authoris|synchronis|standardis|stabilis|` +
	`whilst|amongst|artefact|\bageing|fulfil\b|haem[ao]|oedema|anaesth|paediat|foetus|diarrhoea|oesoph`)

// britishNames are the words that stay as they are, because others named them or they
// stand in databases, results and calls.
var britishNames = []struct{ word, why string }{
	{"analyse", "kind of a job, route and entry of the log, stored and called"},
	{"analyseAgain", "operation of the API and entry of the log"},
	{"analysing", "state of a recording, stored"},
	{"cancelled", "state of a recording, stored"},
	{"relabelled", "what a correction did, stored"},
	{"labelledby", "ARIA names its attribute so"},
	{"behaviour", "accepted in tables that others write"},
	{"behaviour_type", "accepted in tables that others write"},
	{"centre", "accepted beside center"},
	{"grey", "accepted beside gray"},
	{"vapoursynth", "a format of ffmpeg"},
	{"PrimaryColour", "a column of ASS"}, {"SecondaryColour", "a column of ASS"}, {"OutlineColour", "a column of ASS"}, {"BackColour", "a column of ASS"},
	{"CancelledJobRetentionPeriod", "River's name"}, {"ErrJobCancelledRemotely", "River's name"},
	{"colour", "an answer that nobody asks for, in a test"},
}

var aWord = regexp.MustCompile(`[A-Za-z_]+`)

// Names, comments and texts are American in every program of the tree; so are the keys
// of the catalog. phantom's own names stay: what it drew is kept by a sum of its source.
func TestAmericanSpelling(t *testing.T) {
	stays, met := map[string]bool{}, map[string]bool{}
	for _, n := range britishNames {
		stays[n.word] = true
	}
	look := func(file string, line int, text string) {
		for _, w := range aWord.FindAllString(text, -1) {
			if !british.MatchString(strings.ToLower(w)) {
				continue
			}
			if met[w] = true; !stays[w] {
				t.Errorf("%s:%d: %s", file, line, w)
			}
		}
	}
	root := ".."
	read := func(pattern string) {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no file %s: %v", pattern, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(data), "\n") {
				look(f, i+1, line)
			}
		}
	}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, name := strings.TrimPrefix(path, root+string(filepath.Separator)), d.Name()
		switch {
		case d.IsDir() && (name == "node_modules" || name == "dist" || name == "testdata" || name == "build" || rel == "phantom" || name == ".git"):
			return filepath.SkipDir
		case d.IsDir() || name == "schema.d.ts" || name == "spelling_test.go":
			return nil
		case strings.HasSuffix(name, ".go"):
			return eachToken(path, look)
		case strings.HasPrefix(rel, "web"+string(filepath.Separator)) && (strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".svelte") || strings.HasSuffix(name, ".css") || strings.HasSuffix(name, ".mjs")):
			data, err := os.ReadFile(path)
			for i, line := range strings.Split(string(data), "\n") {
				look(path, i+1, line)
			}
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	read("words/en/*.json")
	for _, n := range britishNames {
		if !met[n.word] {
			t.Errorf("%s is met nowhere any more", n.word)
		}
	}
}

// eachToken shows a Go file's names, comments and strings.
func eachToken(path string, look func(file string, line int, text string)) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	file := set.AddFile(path, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return nil
		case token.IDENT, token.COMMENT, token.STRING:
			look(path, file.Line(pos), text)
		}
	}
}
