package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"facialis/interview"
)

// interviewCmd asks the questions in the terminal.
type interviewCmd struct {
	Answers  string `arg:"" optional:"" help:"File for the answers; an unfinished one is taken up again." placeholder:"FILE"`
	Print    bool   `help:"Print the questions as JSON and ask nothing."`
	Protocol string `help:"Print a guided protocol as JSON and ask nothing: short or full." placeholder:"NAME"`
}

func (c *interviewCmd) Run(env *Env) error {
	show := func(v any) error {
		enc := json.NewEncoder(env.Stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	q := interview.Standard()
	switch {
	case c.Print:
		return show(q)
	case c.Protocol != "":
		p, err := interview.LoadProtocol(c.Protocol)
		if err != nil {
			return usagef("%w", err)
		}
		return show(p)
	case c.Answers == "":
		return usagef("give a file for the answers")
	}
	r := interview.NewResponse()
	data, err := os.ReadFile(c.Answers)
	if err == nil { // whole or not at all: what could not be read would be lost in writing
		r, err = interview.Decode(q, data)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usagef("%s: %w", c.Answers, err)
	}
	err = interview.Run(env.Stdin, env.Stdout, q, r, time.Now, func(r *interview.Response) error {
		data, err := r.Encode(q)
		if err != nil {
			return fmt.Errorf("encode the answers: %w", err)
		}
		// Written beside and renamed, so that a stop in between loses nothing.
		if err := os.WriteFile(c.Answers+".part", data, 0o600); err != nil {
			return err
		}
		return os.Rename(c.Answers+".part", c.Answers)
	})
	if errors.Is(err, interview.ErrStopped) {
		_, err = fmt.Fprintln(env.Stdout, "\nkept in", c.Answers)
	}
	return err
}
