package assess

import "slices"

// contradictions are answers that cannot all be right, as sentences. Nothing is
// decided by them: the person is asked to look again.
func (r *Report) contradictions(today string) []string {
	text := func(id string) string { s, _ := r.Answered[id].(string); return s }
	list := func(id string) []string { l, _ := r.Answered[id].([]string); return l }
	out := []string{}
	add := func(when bool, key string) {
		if when {
			out = append(out, say("assess.contradict."+key))
		}
	}
	// Of two months told, b lies before a. A year alone says too little within it.
	before := func(a, b string) bool {
		n := min(len(a), len(b))
		return n > 0 && b[:n] < a[:n]
	}
	// A month told lies after today.
	ahead := func(s string) bool { return len(today) > 0 && before(s, today[:min(len(today), 7)]) }
	add(ahead(text("since")) || ahead(text("spread_since")) || ahead(text("palsy_since")) || ahead(text("operated")), "future")
	add(before(text("since"), text("spread_since")), "spread")
	if age, ok := r.Answered["age"].(float64); ok && len(today) >= 4 && len(text("since")) >= 4 {
		born := year(today) - int(age) - 1
		add(year(text("since")) < born, "birth")
	}
	kind := list("kind")
	moved := slices.ContainsFunc(list("places"), func(p string) bool { return p != "" }) || text("attack_now") != "" || text("hold") == "no"
	add(slices.Equal(kind, []string{"none"}) && moved, "nothing")
	add(slices.Equal(list("treated"), []string{"none"}) && r.treated(), "treated")
	return out
}

// treated says whether the diary names a treatment that the answers deny.
func (r *Report) treated() bool {
	kinds, _ := r.known["treated"].([]string)
	return slices.ContainsFunc(kinds, func(s string) bool { return s != "none" })
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
