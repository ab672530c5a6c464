package validate

import (
	"math/bits"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
)

func ev(on, off float64) event.Event {
	return event.Event{Kind: event.Spasm, Side: anatomy.Right, OnsetS: on, OffsetS: off}
}

func yes(a, b event.Event) bool        { return true }
func nothing(a, b event.Event) float64 { return 0 }

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		name          string
		truth, result []event.Event
		want          []Pair
	}{
		{"same", []event.Event{ev(1, 2)}, []event.Event{ev(1, 2)}, []Pair{{0, 0}}},
		{"touching ends", []event.Event{ev(1, 2)}, []event.Event{ev(2, 3)}, []Pair{{0, 0}}},
		{"near onsets, no overlap", []event.Event{ev(1, 1.02)}, []event.Event{ev(1.09, 1.2)}, []Pair{{0, 0}}},
		{"near onsets, result first", []event.Event{ev(1.09, 1.2)}, []event.Event{ev(1, 1.02)}, []Pair{{0, 0}}},
		{"beyond the tolerance", []event.Event{ev(1, 1.02)}, []event.Event{ev(1.13, 1.2)}, nil},
		{"one result for two truths", []event.Event{ev(1, 2), ev(2.5, 3.5)}, []event.Event{ev(1.9, 3.5)}, []Pair{{1, 0}}},
		{"more pairs before better pairs", []event.Event{ev(0, 10), ev(4, 6)}, []event.Event{ev(0, 3), ev(0, 10)}, []Pair{{0, 0}, {1, 1}}},
		{"crossing is undone", []event.Event{ev(0, 1), ev(0.9, 2)}, []event.Event{ev(0, 1), ev(0.9, 2)}, []Pair{{0, 0}, {1, 1}}},
		{"a long one far back", []event.Event{ev(0, 100), ev(50, 51)}, []event.Event{ev(1, 99), ev(49.8, 50.9)}, []Pair{{0, 0}, {1, 1}}},
		{"points", []event.Event{ev(3, 3)}, []event.Event{ev(2.5, 3.5)}, []Pair{{0, 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Match(c.truth, c.result, 0.1, yes, nothing)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("pairs (-want +got):\n%s", d)
			}
		})
	}
}

// Two spasms at one moment on the two sides are paired with their own side,
// even where the other's times lie better.
func TestMatchPrefersTheSide(t *testing.T) {
	truth := []event.Event{ev(1, 2), ev(1, 2)}
	truth[1].Side = anatomy.Left
	result := []event.Event{ev(1, 2), ev(1.2, 1.9)}
	result[0].Side = anatomy.Left
	got := Match(truth, result, 0.1, sameKind, sideBonus)
	if d := cmp.Diff([]Pair{{0, 1}, {1, 0}}, got); d != "" {
		t.Error(d)
	}
}

func drawEvents(t *rapid.T, name string, most int) []event.Event {
	n := rapid.IntRange(0, most).Draw(t, name)
	out := make([]event.Event, n)
	for i := range out {
		on := rapid.IntRange(0, 60).Draw(t, "on")
		out[i] = ev(float64(on)/10, float64(on+rapid.IntRange(0, 20).Draw(t, "long"))/10)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].OnsetS < out[j].OnsetS })
	return out
}

// The number of pairs is the largest possible: checked against trying every
// set of results, and greedy with augmentation reaches the same number.
func TestMatchIsMaximum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth, result := drawEvents(t, "truths", 6), drawEvents(t, "results", 6)
		const tol = 0.05
		admissible := func(a, b event.Event) bool {
			d := a.OnsetS - b.OnsetS
			return a.OnsetS <= b.OffsetS && b.OnsetS <= a.OffsetS || -tol <= d && d <= tol
		}
		// best[mask]: most pairs of the truths so far using the results in mask.
		best := map[int]int{0: 0}
		for _, a := range truth {
			next := map[int]int{}
			for m, n := range best {
				next[m] = max(next[m], n)
				for j, b := range result {
					if m>>j&1 == 0 && admissible(a, b) {
						next[m|1<<j] = max(next[m|1<<j], n+1)
					}
				}
			}
			best = next
		}
		want := 0
		for m := range best {
			want = max(want, bits.OnesCount(uint(m)))
		}
		got := Match(truth, result, tol, yes, nothing)
		if len(got) != want {
			t.Fatalf("%d pairs, %d are possible", len(got), want)
		}
		usedT, usedR := map[int]bool{}, map[int]bool{}
		var edges [][]edge
		for i := range truth {
			edges = append(edges, nil)
			for j := range result {
				if admissible(truth[i], result[j]) {
					edges[i] = append(edges[i], edge{j, iou(truth[i], result[j])})
				}
			}
		}
		for _, p := range got {
			if usedT[p.Truth] || usedR[p.Result] || !admissible(truth[p.Truth], result[p.Result]) {
				t.Fatalf("pair %v is taken twice or not admissible", p)
			}
			usedT[p.Truth], usedR[p.Result] = true, true
		}
		n := 0
		for _, c := range clusters(edges, len(result)) {
			n += len(greedy(c, edges))
		}
		if n != want {
			t.Fatalf("greedy with augmentation finds %d pairs, %d are possible", n, want)
		}
	})
}

func TestHungarian(t *testing.T) {
	// The least sum of this table is 5: 1 (row 0, column 1), 2 (1, 0), 2 (2, 2).
	got := hungarian([][]float64{{4, 1, 3}, {2, 0, 5}, {3, 2, 2}})
	if d := cmp.Diff([]int{1, 0, 2}, got); d != "" {
		t.Error(d)
	}
}
