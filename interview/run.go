package interview

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// ErrStopped is returned by Run when the person stops before the end.
var ErrStopped = errors.New("the interview was stopped; it can be taken up again")

// Run asks the open questions one by one, writing to out and reading lines from
// in, and calls save after each. Enter passes a question over, ? means "I don't
// know", b goes back one, q stops.
func Run(in io.Reader, out io.Writer, q *Questionnaire, r *Response, now func() time.Time, save func(*Response) error) error {
	lines := bufio.NewScanner(in)
	var history []string
	section := ""
	fmt.Fprintf(out, "%s\n\n%s\nEnter: skip   ?: I don't know   b: back   q: stop and keep\n", q.Title, q.Intro)
	for {
		open := q.Open(r)
		if len(open) == 0 {
			r.Done = true
			fmt.Fprintln(out, "\nThat was all. Thank you.")
			return save(r)
		}
		k := open[0]
		if k.Section != section {
			section = k.Section
			fmt.Fprintf(out, "\n== %s ==\n", section)
		}
		k.print(out)
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return fmt.Errorf("read the answer: %w", err)
			}
			return errors.Join(save(r), ErrStopped)
		}
		text := strings.TrimSpace(lines.Text())
		switch text {
		case "q":
			return errors.Join(save(r), ErrStopped)
		case "b":
			if n := len(history); n > 0 {
				delete(r.Values, history[n-1])
				delete(r.Skipped, history[n-1])
				history, section = history[:n-1], ""
			}
			continue
		}
		v, err := k.read(text)
		if err == nil {
			err = r.Set(q, k.ID, v)
		}
		if err != nil {
			fmt.Fprintln(out, "  please again:", err)
			continue
		}
		history = append(history, k.ID)
		r.Authored = now()
		if err := save(r); err != nil {
			return err
		}
	}
}

func (k *Question) print(out io.Writer) {
	fmt.Fprintf(out, "\n%s\n", k.Text)
	if k.Help != "" {
		fmt.Fprintf(out, "  (%s)\n", k.Help)
	}
	for i, o := range k.Options {
		fmt.Fprintf(out, "  %d  %s\n", i+1, o.Text)
	}
	switch {
	case k.Type == "multi":
		fmt.Fprint(out, "numbers, with spaces between> ")
	case k.Type == "month":
		fmt.Fprint(out, "year-month, like 2021-03, or the year> ")
	case k.Type == "number" && k.Unit != "":
		fmt.Fprintf(out, "%s> ", k.Unit)
	default:
		fmt.Fprint(out, "> ")
	}
}

// read turns a typed line into an answer: the numbers of options into their
// words, anything else as it stands.
func (k *Question) read(text string) (any, error) {
	switch text {
	case "":
		return nil, nil
	case "?":
		return DontKnow, nil
	}
	if k.Type == "number" || k.Type == "month" {
		return text, nil
	}
	var list []string
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(f)
		switch {
		case err == nil && n >= 1 && n <= len(k.Options):
			list = append(list, k.Options[n-1].Value)
		case err == nil:
			return nil, fmt.Errorf("there is no answer %d", n)
		case k.Type == "yesno" && strings.HasPrefix("yes", strings.ToLower(f)):
			list = append(list, "yes")
		case k.Type == "yesno" && strings.HasPrefix("no", strings.ToLower(f)):
			list = append(list, "no")
		default:
			list = append(list, f)
		}
	}
	if k.Type == "multi" {
		return list, nil
	}
	if len(list) != 1 {
		return nil, errors.New("one answer only")
	}
	return list[0], nil
}
