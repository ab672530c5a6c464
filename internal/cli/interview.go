package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/term"

	"facialis/assess"
	"facialis/interview"
	"facialis/words"
)

// interviewCmd asks the questions in the terminal.
type interviewCmd struct {
	Answers  string `arg:"" optional:"" placeholder:"FILE"`
	Print    bool
	Protocol string `placeholder:"NAME"`
}

func (c *interviewCmd) Run(env *Env) error {
	show := func(v any) error {
		enc := json.NewEncoder(env.Stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	}
	q := interview.In(words.Default())
	switch {
	case c.Print:
		return show(q)
	case c.Protocol != "":
		p, err := interview.ProtocolIn(words.Default(), c.Protocol)
		if err != nil {
			return usagef("%w", err)
		}
		return show(p)
	case c.Answers == "":
		return usage("cli.usage.answers")
	}
	r := interview.NewResponse()
	data, err := os.ReadFile(c.Answers)
	if err == nil { // whole or not at all: what could not be read would be lost in writing
		r, err = interview.Decode(q, data)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usagef("%s: %w", c.Answers, err)
	}
	talk := interview.Talk{In: env.Stdin, Out: env.Stdout, Now: time.Now, Alarm: emergencies, Width: columns(env.Stdout),
		Save: func(r *interview.Response) error {
			data, err := r.Encode(q)
			if err != nil {
				return fmt.Errorf("encode the answers: %w", err)
			}
			// Written beside and renamed, so that a stop in between loses nothing.
			if err := os.WriteFile(c.Answers+".part", data, 0o600); err != nil {
				return err
			}
			return os.Rename(c.Answers+".part", c.Answers)
		}}
	switch err := talk.Run(env.Ctx, q, r); {
	case errors.Is(err, interview.ErrStopped):
		fmt.Fprintln(env.Stdout, "\n"+words.Default().Say("cli.interview.stopped", words.Args{"File": c.Answers}))
	case err != nil:
		return err
	default:
		fmt.Fprintln(env.Stdout, words.Default().Say("cli.interview.done", words.Args{"File": c.Answers}))
	}
	return nil
}

// emergencies are what the answers so far say that cannot wait for the rest.
func emergencies(r *interview.Response) []interview.Note {
	flags, err := assess.Emergencies(r, time.Now(), nil)
	if err != nil {
		return nil
	}
	var out []interview.Note
	for _, f := range flags {
		out = append(out, interview.Note{Title: f.Title, Do: f.Do})
	}
	return out
}

// columns is the width of the terminal that w is, or 0.
func columns(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return min(n, 100)
		}
	}
	return 0
}
