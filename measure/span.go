package measure

import (
	"cmp"
	"slices"
)

// Span is a stretch of a recording, in seconds; ToS is its end.
type Span struct{ FromS, ToS float64 }

// Len is the span's length in seconds, never negative.
func (s Span) Len() float64 { return max(0, s.ToS-s.FromS) }

// Union sorts spans and joins those that touch; empty ones are dropped.
func Union(spans []Span) []Span {
	s := slices.DeleteFunc(slices.Clone(spans), func(s Span) bool { return !(s.ToS > s.FromS) })
	slices.SortFunc(s, func(a, b Span) int { return cmp.Compare(a.FromS, b.FromS) })
	var out []Span
	for _, x := range s {
		if n := len(out); n > 0 && x.FromS <= out[n-1].ToS {
			out[n-1].ToS = max(out[n-1].ToS, x.ToS)
			continue
		}
		out = append(out, x)
	}
	return out
}

// Intersect is what two unions have in common.
func Intersect(a, b []Span) []Span {
	var out []Span
	for i, j := 0, 0; i < len(a) && j < len(b); {
		lo, hi := max(a[i].FromS, b[j].FromS), min(a[i].ToS, b[j].ToS)
		if hi > lo {
			out = append(out, Span{lo, hi})
		}
		if a[i].ToS < b[j].ToS {
			i++
		} else {
			j++
		}
	}
	return out
}

// subtract is what remains of the union a without the union b.
func subtract(a, b []Span) []Span {
	var out []Span
	for _, s := range a {
		from := s.FromS
		for _, c := range b {
			if c.ToS <= from || c.FromS >= s.ToS {
				continue
			}
			if c.FromS > from {
				out = append(out, Span{from, c.FromS})
			}
			from = max(from, c.ToS)
		}
		if from < s.ToS {
			out = append(out, Span{from, s.ToS})
		}
	}
	return out
}

// total is the length of all spans together, seconds.
func total(spans []Span) float64 {
	sum := 0.0
	for _, s := range spans {
		sum += s.Len()
	}
	return sum
}

// find is the index of the span of a union that holds t, or -1. A span's end
// belongs to it, so that an event in the last frame is counted.
func find(spans []Span, t float64) int {
	return slices.IndexFunc(spans, func(s Span) bool { return s.FromS <= t && t <= s.ToS })
}
