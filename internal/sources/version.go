package sources

import (
	"crypto/sha256"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Version is a hash of the words of the Go sources in the folders dirs, without
// comments and tests and without the files named in skip. A folder without
// sources is an error.
func Version(skip []string, dirs ...string) (string, error) {
	h := sha256.New()
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			return "", fmt.Errorf("no sources in %s: run from the top of the program's folder", dir)
		}
		for _, f := range files {
			if name := filepath.Base(f); strings.HasSuffix(name, "_test.go") || slices.Contains(skip, name) {
				continue
			}
			if err := words(h, f); err != nil {
				return "", err
			}
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:12], nil
}

// words writes a source's words, one a line.
func words(w io.Writer, file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the sources: %w", err)
	}
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile(file, -1, len(src)), src, nil, 0)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF {
			return nil
		}
		if _, err := io.WriteString(w, tok.String()+" "+lit+"\n"); err != nil {
			return err
		}
	}
}
