package measure

import (
	"cmp"
	"slices"
	"strings"

	"facialis/event"
)

// asksForLids says whether a task asks the person to move their lids, so that
// its blinks say nothing of how often they blink.
func asksForLids(task string) bool {
	return task == "blink" || task == "eye_closure" || strings.HasPrefix(task, "wink")
}

// blinkRate is blinks a minute of usable time in which nobody asked for them.
func blinkRate(blinks []event.Event, usable []Span, tasks []event.Task) Estimate {
	var asked []Span
	for _, t := range tasks {
		if asksForLids(t.Task) {
			asked = append(asked, Span{t.FromS, t.ToS})
		}
	}
	asked = Union(asked)
	n := 0
	for _, b := range blinks {
		if find(asked, b.OnsetS) < 0 {
			n++
		}
	}
	return PoissonRate(n, total(subtract(usable, asked))/60)
}

// byTask is the spasm rate of each task, in the order of first appearance.
func byTask(spasms []event.Event, usable []Span, tasks []event.Task) []TaskRate {
	out := []TaskRate{}
	var names []string
	at := map[string][]Span{}
	for _, t := range tasks {
		if _, ok := at[t.Task]; !ok {
			names = append(names, t.Task)
		}
		at[t.Task] = append(at[t.Task], Span{t.FromS, t.ToS})
	}
	for _, name := range names {
		task := Union(at[name])
		seconds := total(Intersect(task, usable))
		n := 0
		for _, e := range spasms {
			if find(task, e.OnsetS) >= 0 {
				n++
			}
		}
		out = append(out, TaskRate{Task: name, UsableS: seconds, Spasms: n, RatePerMin: PoissonRate(n, seconds/60)})
	}
	return out
}

// byTrigger counts spasms by what set them off, most frequent first.
func byTrigger(spasms []event.Event) []TriggerShare {
	count := map[string]int{}
	for _, e := range spasms {
		name := ""
		if e.Trigger != nil {
			name = *e.Trigger
		}
		count[name]++
	}
	out := []TriggerShare{}
	for name, n := range count {
		out = append(out, TriggerShare{Trigger: name, Spasms: n, Share: float64(n) / float64(len(spasms))})
	}
	slices.SortFunc(out, func(a, b TriggerShare) int {
		return cmp.Or(cmp.Compare(b.Spasms, a.Spasms), cmp.Compare(a.Trigger, b.Trigger))
	})
	return out
}
