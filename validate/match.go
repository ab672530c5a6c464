package validate

import (
	"math"
	"sort"

	"facialis/event"
)

// Pair is a truth event and the result event that it was matched with, as
// indices into the two annotations.
type Pair struct{ Truth, Result int }

// hungarianLimit is the size of a cluster of mutually admissible events up to
// which the best assignment is computed exactly. Beyond it (hundreds of events
// that all overlap) pairs are taken greedily, best first, and then augmented.
const hungarianLimit = 300

// Match pairs events one to one. A pair is admissible where admit says so and
// the two intervals overlap or their onsets lie within toleranceS. Of all ways
// to pair, one with the largest number of pairs is taken, and among these the
// one with the largest sum of likeness: intersection over union, plus the
// closeness of onsets, plus the bonus that bonus gives (side, kind).
// Events must be sorted by onset. Pairs come in order of the truth.
func Match(truth, result []event.Event, toleranceS float64, admit func(t, r event.Event) bool, bonus func(t, r event.Event) float64) []Pair {
	edges := make([][]edge, len(truth))
	// Result events by onset: for each truth event only those are looked at
	// that begin before it ends. longest[j] is the latest end of results 0..j.
	longest := make([]float64, len(result))
	for j, r := range result {
		longest[j] = r.OffsetS
		if j > 0 && longest[j-1] > r.OffsetS {
			longest[j] = longest[j-1]
		}
	}
	for i, t := range truth {
		end := sort.Search(len(result), func(j int) bool {
			return result[j].OnsetS > math.Max(t.OffsetS, t.OnsetS+toleranceS)
		})
		for j := end - 1; j >= 0; j-- {
			if math.Max(longest[j], result[j].OnsetS+toleranceS) < t.OnsetS && result[j].OnsetS < t.OnsetS-toleranceS {
				break // nothing earlier reaches this far
			}
			r := result[j]
			overlap := r.OnsetS <= t.OffsetS && t.OnsetS <= r.OffsetS
			near := math.Abs(r.OnsetS-t.OnsetS) <= toleranceS
			if (overlap || near) && admit(t, r) {
				w := iou(t, r) + 1/(1+math.Abs(r.OnsetS-t.OnsetS)/0.1) + bonus(t, r)
				edges[i] = append(edges[i], edge{j, w})
			}
		}
	}
	var pairs []Pair
	for _, c := range clusters(edges, len(result)) {
		pairs = append(pairs, assign(c, edges)...)
	}
	sort.Slice(pairs, func(a, b int) bool { return pairs[a].Truth < pairs[b].Truth })
	return pairs
}

type edge struct {
	to     int
	weight float64
}

// iou is the intersection over the union of two intervals; 1 for two points at
// the same time.
func iou(a, b event.Event) float64 {
	inter := math.Min(a.OffsetS, b.OffsetS) - math.Max(a.OnsetS, b.OnsetS)
	union := math.Max(a.OffsetS, b.OffsetS) - math.Min(a.OnsetS, b.OnsetS)
	switch {
	case inter < 0:
		return 0
	case union <= 0:
		return 1
	}
	return inter / union
}

// cluster is a set of truth and result events that are connected by
// admissible pairs.
type cluster struct{ truth, result []int }

func clusters(edges [][]edge, results int) []cluster {
	parent := make([]int, len(edges)+results)
	for i := range parent {
		parent[i] = i
	}
	find := func(x int) int {
		for parent[x] != x {
			parent[x] = parent[parent[x]]
			x = parent[x]
		}
		return x
	}
	for i, es := range edges {
		for _, e := range es {
			parent[find(i)] = find(len(edges) + e.to)
		}
	}
	at := map[int]int{}
	var out []cluster
	place := func(root int) *cluster {
		if _, ok := at[root]; !ok {
			at[root] = len(out)
			out = append(out, cluster{})
		}
		return &out[at[root]]
	}
	for i, es := range edges {
		if len(es) > 0 {
			c := place(find(i))
			c.truth = append(c.truth, i)
		}
	}
	for j := range results {
		if k, ok := at[find(len(edges)+j)]; ok {
			out[k].result = append(out[k].result, j)
		}
	}
	return out
}

// assign pairs the events of one cluster.
func assign(c cluster, edges [][]edge) []Pair {
	if len(c.truth) == 1 && len(c.result) == 1 {
		return []Pair{{c.truth[0], c.result[0]}}
	}
	if len(c.truth) > hungarianLimit || len(c.result) > hungarianLimit {
		return greedy(c, edges)
	}
	column := make(map[int]int, len(c.result))
	for k, j := range c.result {
		column[j] = k
	}
	// A square table of costs; an admissible pair costs less than any number
	// of likenesses can make up for, so that the count of pairs comes first.
	n := max(len(c.truth), len(c.result))
	const pairWorth = 1e4
	cost := make([][]float64, n)
	for i := range cost {
		cost[i] = make([]float64, n)
		if i < len(c.truth) {
			for _, e := range edges[c.truth[i]] {
				cost[i][column[e.to]] = -pairWorth - e.weight
			}
		}
	}
	var pairs []Pair
	for i, k := range hungarian(cost) {
		if i < len(c.truth) && k < len(c.result) && cost[i][k] < 0 {
			pairs = append(pairs, Pair{c.truth[i], c.result[k]})
		}
	}
	return pairs
}

// hungarian returns for each row of a square table the column it is assigned,
// so that the sum of costs is least: the shortest augmenting path method with
// potentials (Kuhn 1955, Munkres 1957), O(n³).
func hungarian(cost [][]float64) []int {
	n := len(cost)
	u, v := make([]float64, n+1), make([]float64, n+1)
	rowOf := make([]int, n+1) // rowOf[column], 1-based, 0 for none
	way := make([]int, n+1)
	for i := 1; i <= n; i++ {
		rowOf[0] = i
		j0 := 0
		least := make([]float64, n+1)
		used := make([]bool, n+1)
		for j := range least {
			least[j] = math.Inf(1)
		}
		for {
			used[j0] = true
			i0, j1, delta := rowOf[j0], 0, math.Inf(1)
			for j := 1; j <= n; j++ {
				if used[j] {
					continue
				}
				if c := cost[i0-1][j-1] - u[i0] - v[j]; c < least[j] {
					least[j], way[j] = c, j0
				}
				if least[j] < delta {
					delta, j1 = least[j], j
				}
			}
			for j := 0; j <= n; j++ {
				if used[j] {
					u[rowOf[j]] += delta
					v[j] -= delta
				} else {
					least[j] -= delta
				}
			}
			if j0 = j1; rowOf[j0] == 0 {
				break
			}
		}
		for j0 != 0 {
			rowOf[j0] = rowOf[way[j0]]
			j0 = way[j0]
		}
	}
	columnOf := make([]int, n)
	for j := 1; j <= n; j++ {
		columnOf[rowOf[j]-1] = j - 1
	}
	return columnOf
}

// greedy takes the best pairs first and then lengthens the matching along
// augmenting paths, so that the number of pairs is still the largest possible.
func greedy(c cluster, edges [][]edge) []Pair {
	type candidate struct {
		Pair
		w float64
	}
	var all []candidate
	for _, i := range c.truth {
		for _, e := range edges[i] {
			all = append(all, candidate{Pair{i, e.to}, e.weight})
		}
	}
	sort.SliceStable(all, func(a, b int) bool { return all[a].w > all[b].w })
	resultOf, truthOf := map[int]int{}, map[int]int{}
	for _, p := range all {
		_, a := resultOf[p.Truth]
		_, b := truthOf[p.Result]
		if !a && !b {
			resultOf[p.Truth], truthOf[p.Result] = p.Result, p.Truth
		}
	}
	for _, i := range c.truth {
		if _, ok := resultOf[i]; !ok {
			augment(i, edges, resultOf, truthOf)
		}
	}
	pairs := make([]Pair, 0, len(resultOf))
	for i, j := range resultOf {
		pairs = append(pairs, Pair{i, j})
	}
	return pairs
}

// augment looks, breadth first, for a path of alternately free and taken pairs
// from a free truth event to a free result event, and swaps the pairs along it.
func augment(start int, edges [][]edge, resultOf, truthOf map[int]int) {
	from := map[int]int{} // result to the truth event it was reached from
	queue := []int{start}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, e := range edges[i] {
			if _, seen := from[e.to]; seen {
				continue
			}
			from[e.to] = i
			if next, taken := truthOf[e.to]; taken {
				queue = append(queue, next)
				continue
			}
			for j := e.to; ; {
				t := from[j]
				before, had := resultOf[t]
				resultOf[t], truthOf[j] = j, t
				if !had {
					return
				}
				j = before
			}
		}
	}
}
