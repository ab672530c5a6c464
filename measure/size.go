package measure

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"facialis/anatomy"
	"facialis/event"
)

// SizeError says how far from the truth the size of a region's movement may be. The true
// size of one that reads m mm lies around gain·m, with Student's t of
// [SizeModel.Degrees] and the scale
//
//	√(1 + 1/groups) · √(sd² + (share·m)² + floor²)
//
// where sd is what the trace itself says (see [OwnSizeSD]); the first factor stands for
// the next face (or region), which is none of those that were measured.
type SizeError struct {
	Region  anatomy.Region `json:"region"`   // empty: every region without a row of its own
	Both    bool           `json:"both"`     // of movements of both sides together
	Gain    float64        `json:"gain"`     // the true size over the size read; over 1 where the region reads short
	Share   float64        `json:"share"`    // of the size read
	FloorMM float64        `json:"floor_mm"` // for the smallest movements, mm
	N       int            `json:"n"`        // true sizes that it was fitted on
	Groups  int            `json:"groups"`   // heads and people that these are of; in an estimate, regions
	Tag     string         `json:"tag"`      // derived: fitted on sizes of this region; estimate: on those of others
	Source  string         `json:"source"`   // a key of SizeModel.Sources
}

// SizeModel says it of every region. `go run ./bench/heads -sizes` writes it.
type SizeModel struct {
	Degrees float64           `json:"degrees"` // of freedom, of the t distribution
	Sources map[string]string `json:"sources"`
	Rows    []SizeError       `json:"rows"`
}

//go:embed sizes.json
var sizeFile []byte

var sizeModel = func() *SizeModel {
	var m SizeModel
	if err := json.Unmarshal(sizeFile, &m); err != nil {
		panic(fmt.Sprintf("measure: sizes.json: %v", err)) // a test reads it
	}
	return &m
}()

// Sizing is the model in use.
func Sizing() SizeModel { return *sizeModel }

// Of is the row of a region in movements of one side or of both; false where there is
// none.
func (m *SizeModel) Of(region anatomy.Region, both bool) (SizeError, bool) {
	for _, name := range []anatomy.Region{region, ""} {
		if i := slices.IndexFunc(m.Rows, func(r SizeError) bool { return r.Region == name && r.Both == both }); i >= 0 {
			return m.Rows[i], true
		}
	}
	return SizeError{}, false
}

// Interval is where the true size of a movement that reads mm lies with the probability
// level, mm; sd is the trace's own standard deviation, mm. It always holds the size
// that was read and never passes zero. It lies to one side of it where the region reads
// short or long.
func (m *SizeModel) Interval(e SizeError, mm, sd, level float64) [2]float64 {
	size := math.Abs(mm)
	half := distuv.StudentsT{Sigma: 1, Nu: m.Degrees}.Quantile((1+level)/2) * e.Scale(size, sd)
	lo, hi := max(0, min(size, e.Gain*size-half)), max(size, e.Gain*size+half)
	if mm < 0 {
		lo, hi = -hi, -lo
	}
	return [2]float64{lo, hi}
}

// Scale is the t distribution's scale, mm, for a size read and the trace's own
// standard deviation, mm.
func (e SizeError) Scale(size, sd float64) float64 {
	return math.Sqrt(1+1/float64(max(1, e.Groups))) * math.Sqrt(sd*sd+e.Share*e.Share*size*size+e.FloorMM*e.FloorMM)
}

// sizeLevel is the probability of the intervals that events carry.
const sizeLevel = 0.95

// Sizes puts the 95 % interval of its true size beside every size of the events, in
// place: PeakCI95MM. The events are those of the trace, with its sides. Nothing that
// was found or decided depends on it.
func Sizes(events []event.Event, tr *event.Trace) {
	for i := range events {
		sizesOf(&events[i], tr)
	}
}

// CandidateSizes does the same with what was looked at and is no event.
func CandidateSizes(c *event.Candidates, tr *event.Trace) {
	if c == nil {
		return
	}
	for i := range c.List {
		sizesOf(&c.List[i].Event, tr)
	}
}

func sizesOf(e *event.Event, tr *event.Trace) {
	for k := range e.Regions {
		r := &e.Regions[k]
		r.PeakCI95MM = nil
		row, ok := sizeModel.Of(r.Region, e.Side == anatomy.Both)
		if !ok || r.PeakMM == nil || math.IsNaN(*r.PeakMM) || math.IsInf(*r.PeakMM, 0) {
			continue
		}
		ci := sizeModel.Interval(row, *r.PeakMM, OwnSizeSD(e, r, tr), sizeLevel)
		for i, v := range ci {
			ci[i] = math.Round(v*1e3) / 1e3 // as the sizes themselves
		}
		r.PeakCI95MM = &ci
	}
}

// OwnSizeSD is what the trace itself says of the size of a region's part in an event,
// one standard deviation, mm: the median of its SD over the event, with that of the
// other side where the size is of one side beyond the other, and the part of the
// scale's. Where the trace says nothing (old traces, a region that was lost) the
// region's noise stands for it.
func OwnSizeSD(e *event.Event, r *event.RegionMovement, tr *event.Trace) float64 {
	k, s := r.Region.Index(), slices.Index(anatomy.Sides[:], r.Side)
	if tr == nil || k < 0 || s < 0 {
		return 0
	}
	from := sort.SearchFloat64s(tr.T, e.OnsetS)
	to := from + sort.Search(len(tr.T)-from, func(i int) bool { return tr.T[from+i] > e.OffsetS })
	sd := func(side int) float64 {
		if c := tr.SD[side][k]; len(c) == len(tr.T) {
			var known []float64
			for _, v := range c[from:to] {
				if v == v {
					known = append(known, float64(v))
				}
			}
			if len(known) > 0 {
				slices.Sort(known)
				return Quantile(known, 0.5)
			}
		}
		return math.NaN()
	}
	v := sd(s)
	if math.IsNaN(v) {
		v = tr.NoiseMM[s][k]
	}
	if math.IsNaN(v) {
		v = 0
	}
	if o := sd(1 - s); e.Side != anatomy.Both && !math.IsNaN(o) {
		v = math.Hypot(v, o)
	}
	if u := tr.ScaleUncertainty / 2; r.PeakMM != nil && u > 0 {
		v = math.Hypot(v, u**r.PeakMM)
	}
	return v
}
