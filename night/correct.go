package night

import "math"

// Missed says what a camera of few pictures a second misses, of what 24 to 30 show.
type Missed struct {
	RateHz     float64    `json:"rate_hz"`
	Share      float64    `json:"share"`       // of the twitches and trains that are still found
	ShareCI95  [2]float64 `json:"share_ci95"`  // for one more person
	Size       float64    `json:"size"`        // a movement is measured so large, of its size at the full rate
	SizeCI95   [2]float64 `json:"size_ci95"`   // of one movement, 5 to 95 %
	Persons    int        `json:"persons"`     // on whose traces it was measured
	Movements  int        `json:"movements"`   // found at the full rate
	Extrapolat bool       `json:"beyond_data"` // slower than what was measured
}

// thinned is what was measured when all but every second or third row of kept traces
// was left out: 234 movements found at 24 to 30 pictures a second in films of 7 persons
// and 4 heads (bench/nights -rates). off is by how much the others' share is off for a
// person who was held out, root mean square of its logarithm, over the 9 with at least
// three movements.
var thinned = []struct {
	hz, share, off, size, sizeLo, sizeHi float64
}{
	{10, 0.855, 0.16, 0.977, 0.65, 1.07},
	{15, 0.938, 0.09, 0.991, 0.77, 1.05},
	{24, 1, 0, 1, 1, 1},
}

const (
	thinnedPersons   = 11
	thinnedMovements = 234
)

// Correct is what pictures at a rate miss; between the rates that were measured by a
// straight line, below them as at the lowest, and then it says so.
func Correct(hz float64) Missed {
	m := Missed{RateHz: hz, Persons: thinnedPersons, Movements: thinnedMovements}
	t := thinned
	i := 0
	for i+2 < len(t) && hz > t[i+1].hz {
		i++
	}
	f := min(max((hz-t[i].hz)/(t[i+1].hz-t[i].hz), 0), 1)
	at := func(a, b float64) float64 { return a + f*(b-a) }
	const slack = 0.9 // a camera that says 10 gives 9
	m.Extrapolat = hz < slack*t[0].hz
	m.Share, m.Size = at(t[i].share, t[i+1].share), at(t[i].size, t[i+1].size)
	off := at(t[i].off, t[i+1].off)
	m.ShareCI95 = [2]float64{m.Share * math.Exp(-normal95*off), min(m.Share*math.Exp(normal95*off), 1)}
	m.SizeCI95 = [2]float64{at(t[i].sizeLo, t[i+1].sizeLo), at(t[i].sizeHi, t[i+1].sizeHi)}
	return m
}

// normal95 is how many standard deviations hold 95 % of a normal distribution.
const normal95 = 1.96

// Rate is a rate with what the camera missed put back: value and interval, which is as
// wide as both intervals together make it.
func (m Missed) Rate(value, lo, hi float64) (float64, [2]float64) {
	return value / m.Share, [2]float64{lo / m.ShareCI95[1], hi / m.ShareCI95[0]}
}
