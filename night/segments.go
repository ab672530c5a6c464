package night

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// File is a film of a night as a camera wrote it.
type File struct {
	Path    string
	Begin   time.Time // when its first picture was taken
	LengthS float64
}

// Segment is the part of a film that is used for the night.
type Segment struct {
	Path    string  `json:"path"`
	StartS  float64 `json:"start_s"`  // seconds of the night at which the film's first picture was taken
	FromS   float64 `json:"from_s"`   // of the film, from where it is used: an earlier film shows what is before
	LengthS float64 `json:"length_s"` // of the film
}

// UseS is how much of the film is used, seconds.
func (s Segment) UseS() float64 { return max(s.LengthS-s.FromS, 0) }

// Gap is a time of the night that no film shows, or that two do.
type Gap struct {
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
}

// touchS: films that begin within this after the one before ended go on without a gap:
// cameras write their names by the second.
const touchS = 1.5

// leastUseS is the least of a film that is worth reading, seconds.
const leastUseS = 1.0

// Join puts films in order of their clock. Where two show the same time the earlier one
// is used. It returns the gaps between them and the overlaps.
func Join(files []File) (segments []Segment, gaps, overlaps []Gap, err error) {
	if len(files) == 0 {
		return nil, nil, nil, fmt.Errorf("there is no film of the night")
	}
	order := slices.Clone(files)
	slices.SortStableFunc(order, func(a, b File) int {
		return cmp.Or(a.Begin.Compare(b.Begin), cmp.Compare(a.Path, b.Path))
	})
	zero, end := order[0].Begin, 0.0
	for i, f := range order {
		start := f.Begin.Sub(zero).Seconds()
		if i > 0 && start > end && start-end <= touchS || i > 0 && start < end && end-start <= touchS {
			start = end
		}
		s := Segment{Path: f.Path, StartS: start, LengthS: f.LengthS}
		switch {
		case start > end && i > 0:
			gaps = append(gaps, Gap{end, start})
		case start < end:
			s.FromS = min(end-start, f.LengthS)
			overlaps = append(overlaps, Gap{start, min(end, start+f.LengthS)})
		}
		if s.UseS() >= leastUseS || len(order) == 1 {
			segments = append(segments, s)
		}
		end = max(end, start+f.LengthS)
	}
	return segments, gaps, overlaps, nil
}

// Name is what a night of these films is called.
func Name(s []Segment) string {
	switch len(s) {
	case 0:
		return ""
	case 1:
		return filepath.Base(s[0].Path)
	}
	return filepath.Base(filepath.Dir(s[0].Path))
}
