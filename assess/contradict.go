package assess

import "slices"

// Clash are answers that cannot all be right: the sentence that says so, and the
// questions whose answers it is about, by id.
type Clash struct {
	Text      string   `json:"text"`
	Questions []string `json:"questions" doc:"Ids of the questions to look at again"`
}

// contradictions are answers that cannot all be right. Nothing is decided by them: the
// person is asked to look again. today is a date like 2026-01-31, or empty.
func (r *Report) contradictions(today string) []Clash {
	text := func(id string) string { s, _ := r.Answered[id].(string); return s }
	list := func(id string) []string { l, _ := r.Answered[id].([]string); return l }
	out := []Clash{}
	add := func(when bool, key string, questions ...string) {
		if when {
			questions = slices.DeleteFunc(questions, func(q string) bool { _, told := r.Answered[q]; return !told })
			out = append(out, Clash{r.language().Say("assess.contradict." + key), questions})
		}
	}
	// Of two months told, b lies before a. A year alone says too little within it.
	before := func(a, b string) bool {
		n := min(len(a), len(b))
		return n > 0 && b[:n] < a[:n]
	}
	// A month told lies after today.
	ahead := func(s string) bool { return len(today) > 0 && before(s, today[:min(len(today), 7)]) }
	var future []string
	for _, q := range []string{"since", "spread_since", "palsy_since", "operated"} {
		if ahead(text(q)) {
			future = append(future, q)
		}
	}
	add(len(future) > 0, "future", future...)
	add(before(text("since"), text("spread_since")), "spread", "since", "spread_since")
	add(before(text("since"), text("operated")), "operated", "since", "operated")
	if age, ok := r.Answered["age"].(float64); ok && len(today) >= 4 && len(text("since")) >= 4 {
		born := year(today) - int(age) - 1
		add(year(text("since")) < born, "birth", "age", "since")
	}
	kind := list("kind")
	moved := slices.ContainsFunc(list("places"), func(p string) bool { return p != "" }) || text("attack_now") != "" || text("hold") == "no"
	add(slices.Equal(kind, []string{"none"}) && moved, "nothing", "kind", "places", "attack_now", "hold")
	add(text("attack_now") == "nonstop" && text("rest") == "no", "nonstop", "attack_now", "rest")
	add(text("rest") == "no" && slices.Equal(list("evoked"), []string{"none"}), "cause", "rest", "evoked")
	add(slices.Equal(list("treated"), []string{"none"}) && r.inTreatment(), "treated", "treated")
	return out
}

// year is the year of a month like 2021-03.
func year(s string) int {
	n := 0
	for _, c := range s[:4] {
		n = n*10 + int(c-'0')
	}
	return n
}

// forChild says whether a parent or guardian answered for a child.
func (r *Report) forChild() bool { return r.Answered["who"] == "guardian" }

// aloneTooYoung says whether a child under twelve answered without an adult.
func (r *Report) aloneTooYoung() bool {
	age, ok := r.Answered["age"].(float64)
	return ok && age < guardianAge && !r.forChild()
}

// guardianAge is the age, in years, below which an adult should answer: that from
// which on the PHQ-4 was tried. Estimate of this program.
const guardianAge = 12
