package interview

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"facialis/words"

	"go.yaml.in/yaml/v3"
)

// Option is one answer that a question offers.
type Option struct {
	Value string `yaml:"value" json:"value"`
	Text  string `yaml:"text" json:"text" words:"text"`
	// ForDoctor: the answer moves nothing here; it is asked because a doctor wants to
	// know it, and the page for the clinician shows it.
	ForDoctor bool `yaml:"for_doctor" json:"for_doctor,omitempty"`
}

// Question is one question. Type is yesno, choice, multi, number or month.
type Question struct {
	ID      string   `yaml:"id" json:"id"`
	Section string   `yaml:"section" json:"section" words:"text"`
	Text    string   `yaml:"text" json:"text" words:"text"`
	Help    string   `yaml:"help" json:"help,omitempty" words:"text"`
	Type    string   `yaml:"type" json:"type"`
	Options []Option `yaml:"options" json:"options,omitempty"`
	Min     *float64 `yaml:"min" json:"min,omitempty"`
	Max     *float64 `yaml:"max" json:"max,omitempty"`
	Unit    string   `yaml:"unit" json:"unit,omitempty" words:"text"`
	When    Cond     `yaml:"when" json:"when"`
	// List: the person ticks what applies; nothing ticked means "none", which is among
	// the options.
	List bool `yaml:"list" json:"list,omitempty"`
	// ForDoctor says the same of the whole question.
	ForDoctor bool `yaml:"for_doctor" json:"for_doctor,omitempty"`
}

// Questionnaire is the whole interview, in the order of asking.
type Questionnaire struct {
	ID        string     `yaml:"id" json:"id"`
	Version   string     `yaml:"version" json:"version"`
	Title     string     `yaml:"title" json:"title" words:"text"`
	Intro     string     `yaml:"intro" json:"intro" words:"text"`
	Questions []Question `yaml:"questions" json:"questions"`
}

//go:embed questions.yaml
var questionsYAML []byte

// Standard is the interview that ships with the program.
func Standard() *Questionnaire { return In(words.English()) }

// In is the interview that ships with the program, its sentences in a language.
var In = words.PerLanguage(func(l *words.Language) *Questionnaire {
	q, err := Parse(questionsYAML)
	if err != nil {
		panic("interview: the embedded questions are broken: " + err.Error())
	}
	l.Translate(q)
	return q
})

// Parse reads and checks a questionnaire.
func Parse(data []byte) (*Questionnaire, error) {
	var q Questionnaire
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	if err := dec.Decode(&q); err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	seen := map[string]bool{}
	for i := range q.Questions {
		k := &q.Questions[i]
		if seen[k.ID] || k.ID == "" || k.Text == "" || k.Section == "" {
			return nil, fmt.Errorf("question %d (%q): no id, no text, no section, or asked twice", i+1, k.ID)
		}
		for _, n := range k.When.Names() {
			if !seen[n] {
				return nil, fmt.Errorf("question %s depends on %s, which is not asked before it", k.ID, n)
			}
		}
		seen[k.ID] = true
		switch k.Type {
		case "yesno":
			k.Options = []Option{{Value: "yes", Text: "Yes"}, {Value: "no", Text: "No"}}
		case "choice", "multi":
			if len(k.Options) < 2 {
				return nil, fmt.Errorf("question %s offers fewer than two answers", k.ID)
			}
		case "number", "month":
		default:
			return nil, fmt.Errorf("question %s has the unknown type %q", k.ID, k.Type)
		}
		if k.List && !slices.ContainsFunc(k.Options, func(o Option) bool { return o.Value == "none" }) {
			return nil, fmt.Errorf("question %s is a list to tick without the answer none", k.ID)
		}
	}
	return &q, nil
}

// Find is the question with that id, or nil.
func (q *Questionnaire) Find(id string) *Question {
	for i := range q.Questions {
		if q.Questions[i].ID == id {
			return &q.Questions[i]
		}
	}
	return nil
}

// Open lists the questions that apply to what has been answered and have not
// been asked yet. A question whose condition is not known is not asked: what it
// depends on was skipped.
func (q *Questionnaire) Open(r *Response) []Question {
	var out []Question
	f := r.Facts()
	for _, k := range q.Questions {
		if !r.Asked(k.ID) && (k.When.Zero() || k.When.Eval(f) == Yes) {
			out = append(out, k)
		}
	}
	return out
}

// Prune takes out the answers to questions that no longer apply to what has been
// answered, and lists them.
func (r *Response) Prune(q *Questionnaire) []string {
	var gone []string
	for _, k := range q.Questions { // a condition looks only at earlier questions
		if r.Asked(k.ID) && !k.When.Zero() && k.When.Eval(r.Facts()) != Yes {
			delete(r.Values, k.ID)
			delete(r.Skipped, k.ID)
			gone = append(gone, k.ID)
		}
	}
	return gone
}

var month = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2]))?$`)

// Check turns an answer into its stored shape, or says why it cannot be one.
func (k *Question) Check(v any) (any, error) {
	word := func(s string) error {
		if !slices.ContainsFunc(k.Options, func(o Option) bool { return o.Value == s }) {
			return fmt.Errorf("%s: %q is not one of the answers", k.ID, s)
		}
		return nil
	}
	switch k.Type {
	case "yesno", "choice":
		if b, ok := v.(bool); ok { // YAML and JSON writers may turn yes into true
			v = map[bool]string{true: "yes", false: "no"}[b]
		}
		s, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("%s: expected one word, not %v", k.ID, v)
		}
		return s, word(s)
	case "multi":
		var list []string
		switch x := v.(type) {
		case string:
			list = []string{x}
		case []string:
			list = slices.Clone(x)
		case []any:
			for _, e := range x {
				list = append(list, fmt.Sprint(e))
			}
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("%s: expected a list of words, not %v", k.ID, v)
		}
		for _, s := range list {
			if err := word(s); err != nil {
				return nil, err
			}
		}
		if len(list) > 1 && slices.Contains(list, "none") {
			return nil, fmt.Errorf("%s: “none of these” cannot go with another answer", k.ID)
		}
		slices.Sort(list)
		return slices.Compact(list), nil
	case "month":
		s := fmt.Sprint(v)
		if !month.MatchString(s) {
			return nil, fmt.Errorf("%s: %q is not a month like 2021-03 or a year", k.ID, s)
		}
		return s, nil
	}
	var x float64
	switch n := v.(type) {
	case float64:
		x = n
	case int:
		x = float64(n)
	case string:
		var err error
		if x, err = strconv.ParseFloat(strings.Replace(n, ",", ".", 1), 64); err != nil {
			return nil, fmt.Errorf("%s: %q is not a number", k.ID, n)
		}
	default:
		return nil, fmt.Errorf("%s: expected a number, not %v", k.ID, v)
	}
	if (k.Min != nil && x < *k.Min) || (k.Max != nil && x > *k.Max) {
		return nil, fmt.Errorf("%s: %g is outside %g to %g", k.ID, x, *k.Min, *k.Max)
	}
	return x, nil
}
