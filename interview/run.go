package interview

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"facialis/words"
)

// ErrStopped is returned by [Talk.Run] when the person stops before the end.
var ErrStopped = errors.New("the interview was stopped; it can be taken up again")

// Talk asks the questions in a terminal, one by one.
type Talk struct {
	In    io.Reader
	Out   io.Writer
	Width int                    // columns to break lines at; 0 means 80
	Now   func() time.Time       // when an answer is given
	Save  func(*Response) error  // called after each answer
	Alarm func(*Response) []Note // what cannot wait, by the answers so far; may be nil

	q       *Questionnaire
	r       *Response
	history []string // what was asked, in order
	at      int      // place in history of what is asked once more; its length: none
	section string
	told    []Note
}

// Note is something to be told at once, in the middle of the questions.
type Note struct{ Title, Do string }

// Run asks what is open. Enter passes a question over, ? means "I don't know",
// b goes back one, q stops, and so does the end of ctx; what was answered is
// kept by then.
func (t *Talk) Run(ctx context.Context, q *Questionnaire, r *Response) error {
	t.q, t.r = q, r
	for _, k := range q.Questions {
		if r.Asked(k.ID) {
			t.history = append(t.history, k.ID)
		}
	}
	t.at = len(t.history)
	t.hello()
	t.alarm()
	lines := readLines(ctx, t.In)
	if len(q.Open(r)) == 0 && t.at > 0 {
		if err := t.finished(ctx, lines); err != nil {
			return err
		}
	}
	wrong := ""
	for {
		k, again := t.next()
		if k == nil {
			r.Done = true
			fmt.Fprintln(t.Out, "\n"+words.Default().Say("interview.done"))
			return t.Save(r)
		}
		if k.ID != wrong { // asked in full once, then only for a better answer
			t.ask(k, again)
		}
		fmt.Fprint(t.Out, k.hint())
		wrong = ""
		text, err := t.line(ctx, lines)
		if err != nil {
			return err
		}
		switch text {
		case "q":
			return t.stop()
		case "b":
			t.back()
			continue
		}
		if err := t.take(k, text, again); err != nil {
			fmt.Fprintln(t.Out, "  "+words.Default().Say("interview.again", words.Args{"Reason": strings.TrimPrefix(err.Error(), k.ID+": ")}))
			wrong = k.ID
			continue
		}
		if err := t.Save(r); err != nil {
			return err
		}
		t.alarm()
	}
}

// next is the question to ask: the one gone back to, else the first open one.
func (t *Talk) next() (k *Question, again bool) {
	if t.at < len(t.history) {
		return t.q.Find(t.history[t.at]), true
	}
	if open := t.q.Open(t.r); len(open) > 0 {
		return &open[0], false
	}
	return nil, false
}

func (t *Talk) back() {
	if t.at == 0 {
		fmt.Fprintln(t.Out, "  "+words.Default().Say("interview.first"))
		return
	}
	t.at--
	t.section = ""
}

// take stores what was typed. Where the question was gone back to, Enter keeps
// what was said, and what depended on an answer that is no more goes with it.
func (t *Talk) take(k *Question, text string, again bool) error {
	if again && text == "" {
		t.at = len(t.history)
		return nil
	}
	v, err := k.typed(text, t.Now())
	if err != nil {
		return err
	}
	if v != nil && v != DontKnow {
		if _, err := k.Check(v); err != nil {
			return err
		}
	}
	if err := t.r.Set(t.q, k.ID, v); err != nil {
		return err
	}
	t.r.Authored = t.Now()
	if again {
		gone := t.r.Prune(t.q)
		t.history = slices.DeleteFunc(t.history, func(id string) bool { return slices.Contains(gone, id) })
	} else {
		t.history = append(t.history, k.ID)
	}
	t.at = len(t.history)
	return nil
}

// finished is where an interview is opened of which nothing is open.
func (t *Talk) finished(ctx context.Context, lines <-chan input) error {
	left := len(t.r.Skipped)
	fmt.Fprintln(t.Out, "\n"+words.Default().Say("interview.all"))
	choices := words.Default().Say("interview.choices")
	if left > 0 {
		choices += "   " + words.Default().Say("interview.choices.open", words.Args{"Open": left})
	}
	fmt.Fprint(t.Out, choices+"\n> ")
	text, err := t.line(ctx, lines)
	if err != nil {
		return err
	}
	switch {
	case text == "b":
		t.back()
	case text == "o" && left > 0:
		t.history = slices.DeleteFunc(t.history, func(id string) bool { _, skipped := t.r.Skipped[id]; return skipped })
		t.r.Skipped, t.r.Done = map[string]string{}, false
		t.at = len(t.history)
	}
	return nil
}

// alarm tells at once what cannot wait, and each thing once.
func (t *Talk) alarm() {
	if t.Alarm == nil {
		return
	}
	var fresh []Note
	for _, n := range t.Alarm(t.r) {
		if !slices.Contains(t.told, n) {
			fresh = append(fresh, n)
		}
	}
	if len(fresh) == 0 {
		return
	}
	t.told = append(t.told, fresh...)
	rule := strings.Repeat("!", min(t.width(), 60))
	fmt.Fprintf(t.Out, "\n%s\n", rule)
	for _, n := range fresh {
		t.wrap("", words.Default().Say("interview.note", words.Args{"Title": n.Title, "Do": n.Do}))
	}
	t.wrap("", words.Default().Say("interview.wait"))
	fmt.Fprintln(t.Out, rule)
}

// input is a line, or why there is none.
type input struct {
	text string
	err  error
}

// readLines reads in the background, so that a stop does not wait for a key.
func readLines(ctx context.Context, in io.Reader) <-chan input {
	out := make(chan input)
	send := func(i input) bool {
		select {
		case out <- i:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		s := bufio.NewScanner(in)
		for s.Scan() {
			if !send(input{text: strings.TrimSpace(s.Text())}) {
				return
			}
		}
		err := s.Err()
		if err == nil {
			err = io.EOF
		}
		send(input{err: err})
	}()
	return out
}

// line waits for the next line. The end of the input and of ctx save and stop.
func (t *Talk) line(ctx context.Context, lines <-chan input) (string, error) {
	select {
	case <-ctx.Done():
		return "", t.stop()
	case i := <-lines:
		switch {
		case errors.Is(i.err, io.EOF):
			return "", t.stop()
		case i.err != nil:
			return "", fmt.Errorf("read the answer: %w", i.err)
		}
		return i.text, nil
	}
}

// stop keeps what was answered.
func (t *Talk) stop() error {
	if err := t.Save(t.r); err != nil {
		return err
	}
	return ErrStopped
}
