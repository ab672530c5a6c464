package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"facialis/words"
)

// Exit codes of the program.
const (
	ExitOK      = 0 // everything was done
	ExitFailed  = 1 // something could not be done; one line on standard error says what
	ExitUsage   = 2 // the command line, or an input file given on it, is wrong
	ExitPartial = 3 // of several inputs, some failed
	ExitSetup   = 4 // ffmpeg, the models or the runtime library are missing
	ExitNoFace  = 5 // a recording was analyzed, but no face was seen in it: nothing was measured
	ExitStopped = 130
)

// Env is what a command works with instead of the process's globals.
type Env struct {
	Ctx    context.Context
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	quiet bool // --quiet was given
}

// notes is where progress and notes go: standard error, or nowhere with --quiet.
// Errors go to Stderr itself.
func (e *Env) notes() io.Writer {
	if e.quiet {
		return io.Discard
	}
	return e.Stderr
}

// exitError carries the exit code that an error ends the program with.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// withExit wraps err so that the program ends with code.
func withExit(code int, err error) error { return &exitError{code, err} }

// usagef is an error about what the user gave; the program ends with ExitUsage.
func usagef(format string, args ...any) error {
	return withExit(ExitUsage, fmt.Errorf(format, args...))
}

// usage is such an error in the words of the catalog.
func usage(key string, args ...words.Args) error {
	return withExit(ExitUsage, errors.New(words.Default().Say(key, args...)))
}

// exitCode is the code that err ends the program with.
func exitCode(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, context.Canceled):
		return ExitStopped
	}
	return ExitFailed
}
