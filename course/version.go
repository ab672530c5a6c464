package course

import (
	"cmp"
	"slices"
)

// Version is one way of measuring and the recordings that were measured by it.
type Version struct {
	Version    string `json:"version"`
	Recordings int    `json:"recordings"`
}

// LeftOut is a recording that the course leaves out because it was measured by
// another version than the one shown: a program that finds more would look like an
// illness that gets worse.
type LeftOut struct {
	ID      string `json:"id"`
	Label   string `json:"label"`
	Date    string `json:"date"`
	Version string `json:"version"`
}

// Measured says by which version the recordings of a course were measured.
type Measured struct {
	Version  *string   `json:"version"`  // of all recordings shown; null where there are none
	Versions []Version `json:"versions"` // all, the one with most recordings first
	LeftOut  []LeftOut `json:"left_out"` // in order of time
}

// ofOneVersion keeps the recordings that were measured by one version: the one that
// is asked for, else the one with most recordings; of those with as many, the one of
// the latest recording.
func ofOneVersion(all []RecordingPoint, wanted string) ([]RecordingPoint, Measured) {
	m := Measured{Versions: []Version{}, LeftOut: []LeftOut{}}
	latest := map[string]int{} // by version, the place of its latest recording
	for i, r := range all {
		latest[r.Version] = i
		at := slices.IndexFunc(m.Versions, func(v Version) bool { return v.Version == r.Version })
		if at < 0 {
			at = len(m.Versions)
			m.Versions = append(m.Versions, Version{Version: r.Version})
		}
		m.Versions[at].Recordings++
	}
	slices.SortFunc(m.Versions, func(a, b Version) int {
		return cmp.Or(cmp.Compare(b.Recordings, a.Recordings), cmp.Compare(latest[b.Version], latest[a.Version]))
	})
	if len(m.Versions) == 0 {
		return all, m
	}
	shown := m.Versions[0].Version
	if _, ok := latest[wanted]; ok {
		shown = wanted
	}
	m.Version = &shown
	kept := []RecordingPoint{}
	for _, r := range all {
		if r.Version == shown {
			kept = append(kept, r)
			continue
		}
		m.LeftOut = append(m.LeftOut, LeftOut{r.ID, r.Label, r.Date, r.Version})
	}
	return kept, m
}
