package interview

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"facialis/words"
)

// Read takes answers in any of the shapes in which programs send them:
//
//   - a FHIR QuestionnaireResponse, its items in groups or not, answers by code
//     or by the text shown, or a Bundle with one in it;
//   - {"answers": {"side": "left", …}}, the same under "values", or bare;
//   - [{"linkId": "side", "answer": "left"}, …].
//
// Notes say, a line each, what was left out and why: questions that this
// interview does not have, answers that it does not offer. What is left out is
// not known; it never counts as a no. The error is for data that holds no
// answer at all.
func Read(q *Questionnaire, data []byte) (r *Response, notes []string, err error) {
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, nil, fmt.Errorf("read answers: %w", err)
	}
	if m, ok := root.(map[string]any); ok && m["resourceType"] == "Bundle" {
		if root = inBundle(m); root == nil {
			return nil, nil, errors.New("read answers: the Bundle holds no QuestionnaireResponse")
		}
	}
	rd := reader{q: q, r: NewResponse(), raw: map[string]any{}}
	switch x := root.(type) {
	case map[string]any:
		if t, has := x["resourceType"]; has && t != "QuestionnaireResponse" {
			return nil, nil, fmt.Errorf("read answers: resourceType is %q, not QuestionnaireResponse", t)
		}
		rd.r.Done = x["status"] == "completed"
		if s, ok := x["authored"].(string); ok && s != "" {
			if rd.r.Authored, err = when(s); err != nil {
				return nil, nil, fmt.Errorf("read answers: authored: %w", err)
			}
		}
		rd.object(x)
	case []any:
		rd.items(x)
	default:
		return nil, nil, errors.New("read answers: there is neither an object nor a list")
	}
	for _, k := range q.Questions {
		if v, ok := rd.raw[k.ID]; ok {
			rd.set(&k, v)
		}
	}
	if fhir, _ := root.(map[string]any); len(rd.raw)+len(rd.unknown) == 0 && fhir["resourceType"] == nil {
		return nil, nil, errors.New("read answers: there is no answer in it")
	}
	if len(rd.unknown) > 0 {
		slices.Sort(rd.unknown)
		rd.notes = append(rd.notes, words.Default().Say("interview.read.unknown", words.Args{"Questions": words.Default().List(slices.Compact(rd.unknown)...)}))
		if len(rd.r.Values)+len(rd.r.Skipped) == 0 {
			return nil, nil, errors.New("read answers: " + rd.notes[len(rd.notes)-1])
		}
	}
	return rd.r, rd.notes, nil
}

// Decode reads a QuestionnaireResponse, or one of the plainer shapes of [Read].
// Items that are not questions of q, and answers that the question does not
// allow, are errors.
func Decode(q *Questionnaire, data []byte) (*Response, error) {
	r, notes, err := Read(q, data)
	if err != nil {
		return nil, err
	}
	if len(notes) > 0 {
		return nil, errors.New("read answers: " + words.Default().Clauses(notes...))
	}
	return r, nil
}

type reader struct {
	q       *Questionnaire
	r       *Response
	raw     map[string]any // by question
	unknown []string
	notes   []string
}

func inBundle(m map[string]any) any {
	entries, _ := m["entry"].([]any)
	for _, e := range entries {
		if e, ok := e.(map[string]any); ok {
			if res, ok := e["resource"].(map[string]any); ok && res["resourceType"] == "QuestionnaireResponse" {
				return res
			}
		}
	}
	return nil
}

// object reads a QuestionnaireResponse or a map of answers.
func (rd *reader) object(m map[string]any) {
	if items, ok := m["item"].([]any); ok {
		rd.items(items)
		return
	}
	for _, k := range []string{"answers", "values"} {
		switch x := m[k].(type) {
		case map[string]any:
			rd.object(x)
			return
		case []any:
			rd.items(x)
			return
		}
	}
	for k, v := range m {
		if !slices.Contains([]string{"resourceType", "status", "authored", "questionnaire", "skipped", "done", "open", "id", "meta", "subject", "source", "author", "language", "text"}, k) {
			rd.put(k, "", v)
		}
	}
}

// items reads a list of items; groups hold items of their own, and so may
// answers.
func (rd *reader) items(list []any) {
	for _, it := range list {
		m, ok := it.(map[string]any)
		if !ok {
			continue
		}
		id := first(m, "linkId", "id", "question")
		text, _ := m["text"].(string)
		inner, group := m["item"].([]any)
		if group {
			rd.items(inner)
		}
		v, has := m["answer"]
		if !has {
			v, has = m["value"]
		}
		if has || !group {
			rd.put(id, text, v)
		}
	}
}

func first(m map[string]any, keys ...string) string {
	for _, k := range keys {
		if s, ok := m[k].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// put keeps what was said to a question. Several answers, given together or one
// after the other, become a list.
func (rd *reader) put(id, text string, v any) {
	k := rd.question(id, text)
	if k == nil {
		if id == "" {
			id = text
		}
		rd.unknown = append(rd.unknown, strconv.Quote(id))
		return
	}
	var list []any
	switch x := v.(type) {
	case []any:
		for _, a := range x {
			list = append(list, rd.value(a))
		}
	case nil:
	default:
		list = []any{rd.value(v)}
	}
	list = slices.DeleteFunc(list, func(v any) bool { return v == nil })
	if was, ok := rd.raw[k.ID].([]any); ok {
		list = append(was, list...)
	}
	rd.raw[k.ID] = list
}

// value takes a FHIR answer apart; anything else is the answer itself.
func (rd *reader) value(a any) any {
	m, ok := a.(map[string]any)
	if !ok {
		return a
	}
	if inner, ok := m["item"].([]any); ok {
		rd.items(inner)
	}
	for k, v := range m {
		if x, ok := v.(map[string]any); ok && (strings.HasPrefix(k, "value") || k == "coding") {
			return rd.value(x)
		}
		if strings.HasPrefix(k, "value") {
			return v // valueString, valueBoolean, a Quantity's value …
		}
	}
	if c := first(m, "code", "display", "text"); c != "" {
		return c
	}
	return nil
}

// question finds a question by its id, by the end of a longer link, or by its
// words.
func (rd *reader) question(id, text string) *Question {
	tail := id[strings.LastIndexAny(id, "/#.:")+1:]
	for _, s := range []string{id, tail} {
		s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "-", "_")
		if k := rd.q.Find(s); k != nil {
			return k
		}
	}
	for _, t := range []string{text, id} {
		if t = plain(t); t == "" {
			continue
		}
		for i := range rd.q.Questions {
			if plain(rd.q.Questions[i].Text) == t {
				return &rd.q.Questions[i]
			}
		}
	}
	return nil
}

var notWord = regexp.MustCompile(`[^\p{L}\p{N}]+`)

// plain is a text without case, marks and spaces, by which texts are compared.
func plain(s string) string { return notWord.ReplaceAllString(strings.ToLower(s), "") }

// set stores what was said, in the words of the question.
func (rd *reader) set(k *Question, v any) {
	list, _ := v.([]any)
	var said []any
	for _, a := range list {
		if s, ok := a.(string); ok && slices.Contains(noAnswer, plain(s)) {
			continue
		}
		said = append(said, k.words(a)...)
	}
	if len(said) == 0 {
		why := any(nil)
		if len(list) > 0 {
			why = DontKnow
		}
		if err := rd.r.Set(rd.q, k.ID, why); err != nil {
			rd.notes = append(rd.notes, err.Error())
		}
		return
	}
	if k.Type != "multi" {
		if slices.ContainsFunc(said, func(a any) bool { return a != said[0] }) {
			rd.notes = append(rd.notes, words.Default().Say("interview.read.twice", words.Args{"Question": k.ID}))
			return
		}
		if err := rd.r.Set(rd.q, k.ID, said[0]); err != nil {
			rd.notes = append(rd.notes, err.Error()+", left out")
		}
		return
	}
	var words []string
	for _, a := range said {
		if _, err := k.Check([]any{a}); err != nil {
			rd.notes = append(rd.notes, err.Error()+", left out")
			continue
		}
		words = append(words, fmt.Sprint(a))
	}
	// Who ticks one of these and none of these means the one.
	if real := slices.DeleteFunc(slices.Clone(words), func(s string) bool { return s == "none" }); len(real) > 0 {
		words = real
	}
	if len(words) == 0 {
		return
	}
	if err := rd.r.Set(rd.q, k.ID, words); err != nil {
		rd.notes = append(rd.notes, err.Error()+", left out")
	}
}

// noAnswer are the ways to say that there is no answer, FHIR's among them.
var noAnswer = []string{"", "unknown", "dontknow", "idontknow", "idonotknow", "notsure", "unsure", "na", "askedunknown", "askeddeclined", "notasked", "notapplicable", "notanswered", "skipped", "null"}

// words is what was said in the question's own words: its option for a text
// shown, its month for a date, its number for a number with a unit. What cannot
// be told stays as it is.
func (k *Question) words(a any) []any {
	switch x := a.(type) {
	case bool:
		if len(k.Options) > 0 {
			a = map[bool]string{true: "yes", false: "no"}[x]
		}
		return []any{a}
	case float64:
		if k.Type == "choice" || k.Type == "month" {
			return []any{strconv.FormatFloat(x, 'f', -1, 64)}
		}
		return []any{a}
	case string:
		if o, ok := k.option(x); ok {
			return []any{o}
		}
		switch k.Type {
		case "multi":
			parts := strings.FieldsFunc(x, func(r rune) bool { return r == ',' || r == ';' || r == '|' })
			var out []any
			for _, p := range parts {
				o, ok := k.option(p)
				if !ok {
					return []any{x}
				}
				out = append(out, o)
			}
			return out
		case "month":
			return []any{asMonth(x)}
		case "number":
			if m := leading.FindString(strings.TrimSpace(x)); m != "" {
				if n, err := strconv.ParseFloat(strings.Replace(m, ",", ".", 1), 64); err == nil && !math.IsInf(n, 0) {
					return []any{n}
				}
			}
		}
	}
	switch a.(type) {
	case string, float64:
		return []any{a}
	}
	return []any{fmt.Sprint(a)} // no answer can look like that; Check will say so
}

var leading = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?`)

// option is the option that a word or a text means.
func (k *Question) option(s string) (string, bool) {
	p := plain(s)
	for _, o := range k.Options {
		if plain(o.Value) == p || plain(o.Text) == p {
			return o.Value, true
		}
	}
	if p == "no" && k.Type == "multi" && k.offers("none") {
		return "none", true
	}
	if k.Type == "yesno" || (len(k.Options) > 1 && k.offers("yes") && k.offers("no")) {
		switch p {
		case "y", "true":
			return "yes", true
		case "n", "false":
			return "no", true
		}
	}
	return "", false
}

func (k *Question) offers(v string) bool {
	return slices.ContainsFunc(k.Options, func(o Option) bool { return o.Value == v })
}

// asMonth is a date as the month in which it lies; a text that is none stays.
func asMonth(s string) string {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", time.RFC3339, "01/2006", "1/2006", "January 2006", "Jan 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			if layout == "2006" {
				return s
			}
			return t.Format("2006-01")
		}
	}
	return s
}

// when reads a date of FHIR: a year, a month, a day or a time.
func when(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date", s)
}
