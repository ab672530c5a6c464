package tracks

import (
	"facialis/event"
)

// Series is a column thinned to what a screen shows.
type Series struct {
	Name
	Min Values `json:"min"`
	Max Values `json:"max"`
}

// Part is a stretch of a trace. T are the times of the points: a frame each, or
// the middle of the frames whose least and greatest values stand there.
type Part struct {
	T      []float64
	Series []Series
	FromS  float64
	ToS    float64
	Frames int
}

// Part reads the columns of those names between two times as at most points
// points. Of more frames than points the least and the greatest of each bucket
// are given, so that no twitch is lost.
func (t *Trace) Part(from, to float64, points int, names []string) (*Part, error) {
	i, j, err := t.Span(from, to)
	if err != nil {
		return nil, err
	}
	times, err := t.Times(i, j)
	if err != nil {
		return nil, err
	}
	n := j - i
	p := &Part{FromS: from, ToS: to, Frames: n, Series: []Series{}, T: times}
	buckets := n
	if points > 0 && n > points {
		buckets = points
		p.T = make([]float64, buckets)
		for b := range buckets {
			lo, hi := b*n/buckets, (b+1)*n/buckets
			p.T[b] = (times[lo] + times[hi-1]) / 2
		}
	}
	for _, name := range t.Names(names) {
		v, err := t.Column(name.Name, i, j)
		if err != nil {
			return nil, err
		}
		s := Series{Name: name, Min: v, Max: v}
		if buckets < n {
			s.Min, s.Max = thin(v, buckets)
		}
		p.Series = append(p.Series, s)
	}
	return p, nil
}

// thin gives the least and the greatest of each bucket, missing where nothing in
// it is known.
func thin(v []float32, buckets int) (lo, hi Values) {
	lo, hi = make(Values, buckets), make(Values, buckets)
	for b := range buckets {
		least, most := event.Missing, event.Missing
		for _, x := range v[b*len(v)/buckets : (b+1)*len(v)/buckets] {
			if !(x >= least) && x == x {
				least = x
			}
			if !(x <= most) && x == x {
				most = x
			}
		}
		lo[b], hi[b] = least, most
	}
	return lo, hi
}
