package interview

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"facialis/words"
)

// secondsPerQuestion is a rough guess of how long one takes to read and answer.
const secondsPerQuestion = 6

func (t *Talk) width() int {
	if t.Width > 0 {
		return t.Width
	}
	return 80
}

// wrap prints a text, its lines broken between words; the second line on is
// indented like the first.
func (t *Talk) wrap(indent, text string) {
	room := max(t.width()-1, 20) - utf8.RuneCountInString(indent)
	hang := strings.Repeat(" ", utf8.RuneCountInString(indent))
	line, first := "", true
	flush := func() {
		if first {
			fmt.Fprintln(t.Out, indent+line)
		} else {
			fmt.Fprintln(t.Out, hang+line)
		}
		first = false
	}
	for _, w := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > room {
			flush()
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	flush()
}

func (t *Talk) hello() {
	fmt.Fprintf(t.Out, "%s\n\n", t.q.Title)
	if n := len(t.history); n > 0 {
		t.wrap("", words.Default().Say("interview.resumed", words.Args{"Answered": len(t.r.Values)}))
	} else {
		t.wrap("", t.q.Intro)
	}
	fmt.Fprintln(t.Out, words.Default().Say("interview.keys"))
}

// minutesLeft is a rough guess of what the open questions take.
func (t *Talk) minutesLeft() int {
	return max(1, (len(t.q.Open(t.r))*secondsPerQuestion+30)/60)
}

func (t *Talk) ask(k *Question, again bool) {
	if k.Section != t.section {
		t.section = k.Section
		left := words.Default().Count("interview.left", t.minutesLeft())
		fmt.Fprintf(t.Out, "\n== %s == (%s)\n", t.section, left)
	}
	fmt.Fprintln(t.Out)
	t.wrap("", k.Text)
	if k.Help != "" {
		t.wrap("  ", "("+k.Help+")")
	}
	for i, o := range k.Options {
		t.wrap(fmt.Sprintf("  %2d  ", i+1), o.Text)
	}
	if again {
		t.wrap("", words.Default().Say("interview.kept", words.Args{"Answer": k.said(t.r)}))
	}
}

func (k *Question) hint() string {
	switch {
	case k.Type == "multi":
		return words.Default().Say("interview.hint.multi") + "> "
	case k.Type == "month":
		return words.Default().Say("interview.hint.month") + "> "
	case k.Type == "number" && k.Unit != "":
		return k.Unit + "> "
	case k.Type == "number" && k.Min != nil && k.Max != nil:
		return words.Default().Say("interview.hint.range", words.Args{"Min": fmt.Sprintf("%g", *k.Min), "Max": fmt.Sprintf("%g", *k.Max)}) + "> "
	case k.Type == "number":
		return "> "
	}
	return words.Default().Say("interview.hint.one") + "> "
}

// Words are the text of the option of a value; a value that is none stays.
func (k *Question) Words(value string) string {
	for _, o := range k.Options {
		if o.Value == value {
			return o.Text
		}
	}
	return value
}

// said is the answer in words.
func (k *Question) said(r *Response) string {
	switch v := r.Values[k.ID].(type) {
	case []string:
		var out []string
		for _, w := range v {
			out = append(out, k.Words(w))
		}
		return words.Default().Clauses(out...) + words.Default().Stop()
	case string:
		return k.Words(v) + words.Default().Stop()
	case float64:
		return strings.TrimSpace(strconv.FormatFloat(v, 'f', -1, 64)+" "+k.Unit) + words.Default().Stop()
	}
	if r.Skipped[k.ID] == DontKnow {
		return words.Default().Say("interview.unknown")
	}
	return words.Default().Say("interview.open")
}

// Answer is an answer in words.
type Answer struct{ Question, Answer string }

// Told are the known answers in words, in the order of asking.
func (q *Questionnaire) Told(values map[string]any) []Answer {
	r := &Response{Values: values}
	var out []Answer
	for _, k := range q.Questions {
		if _, ok := values[k.ID]; ok {
			out = append(out, Answer{k.Text, strings.TrimSuffix(k.said(r), ".")})
		}
	}
	return out
}

// typed turns a typed line into an answer: the numbers of options into their
// words, words and dates as people write them.
func (k *Question) typed(text string, now time.Time) (any, error) {
	switch text {
	case "":
		return nil, nil
	case "?":
		return DontKnow, nil
	}
	switch k.Type {
	case "number":
		v := k.words(text)[0]
		if s, ok := v.(string); ok {
			return nil, fmt.Errorf("“%s” is not a number", s)
		}
		return v, nil
	case "month":
		s := asMonth(text)
		if !month.MatchString(s) {
			return nil, fmt.Errorf("“%s” is no month like 2021-03 and no year like 2021", text)
		}
		if s > now.Format("2006-01") {
			return nil, fmt.Errorf("%s has not come yet", s)
		}
		return s, nil
	}
	var list []string
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		w, err := k.choice(f)
		if err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	switch {
	case len(list) == 0:
		return nil, errors.New("write the number of an answer")
	case k.Type == "multi":
		return list, nil
	case len(list) > 1:
		return nil, errors.New("one answer only")
	}
	return list[0], nil
}

// choice is the option meant by a number or a word.
func (k *Question) choice(s string) (string, error) {
	if n, err := strconv.Atoi(s); err == nil {
		if n < 1 || n > len(k.Options) {
			return "", fmt.Errorf("there is no answer %d", n)
		}
		return k.Options[n-1].Value, nil
	}
	if w, ok := k.option(s); ok {
		return w, nil
	}
	return "", fmt.Errorf("“%s” is none of the answers; write the number before it", s)
}
