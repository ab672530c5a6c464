// Command house draws the house and the ways of data through it from the code itself,
// into the marked parts of ARCHITECTURE.md, so that the picture cannot say what is no
// longer so.
//
//	go run ./bench/house          writes ARCHITECTURE.md
//	go run ./bench/house -check   fails where it would change
//
// The house is who imports whom, one box a room. A walk follows the calls from one
// function on, in the order in which they stand, and notes each first step into another
// package with the first sentence of the function's comment. A call through an interface
// cannot be followed that way; where a walk needs one, walks.go names the function behind
// it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

const page = "ARCHITECTURE.md"

func main() {
	check := flag.Bool("check", false, "only say whether ARCHITECTURE.md is as the code is")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	was, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	h, err := load()
	if err != nil {
		return err
	}
	parts := map[string]string{"house": h.draw()}
	for _, w := range walks {
		if parts["walk "+w.name], err = h.walk(w); err != nil {
			return err
		}
	}
	now := string(was)
	for name, text := range parts {
		if now, err = fill(now, name, text); err != nil {
			return err
		}
	}
	switch {
	case now == string(was):
		return nil
	case check:
		return errors.New(page + " is not as the code is: run make house")
	}
	return os.WriteFile(page, []byte(now), 0o644)
}

// fill puts a text between the marks of a part.
func fill(doc, name, text string) (string, error) {
	from, to := "<!-- "+name+" -->\n", "<!-- end of "+name+" -->"
	before, rest, ok := strings.Cut(doc, from)
	if !ok {
		return "", fmt.Errorf("%s has no mark %q", page, strings.TrimSpace(from))
	}
	_, after, ok := strings.Cut(rest, to)
	if !ok {
		return "", fmt.Errorf("%s has no mark %q", page, to)
	}
	return before + from + text + to + after, nil
}
