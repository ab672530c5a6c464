package main

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/measure"
)

// The steps in which a row is searched.
const (
	leastGain, mostGain, gainStep = 0.7, 2.5, 0.05
	mostShare, shareStep          = 0.6, 0.02
)

// What a row is drawn to where there is little to fit it on: no bias, and a fifth of
// the size, each give or take so much (one standard deviation).
const (
	usualShare, usualShareSD, usualGainSD = 0.2, 0.15, 0.3
	sizeDegrees                           = 4 // of freedom, as the trace's own uncertainty (decision 0080)
	mostWeight                            = 3 // of one size in times of the mean
)

var floorsMM = []float64{0.05, 0.1, 0.15, 0.2, 0.3}

// fitSizes is the row that makes the true sizes likeliest. What by names counts alike,
// as far as one size may weigh most times as much as the mean.
func fitSizes(all []sizeOf, by func(sizeOf) string, most float64) measure.SizeError {
	count := map[string]int{}
	for _, s := range all {
		count[by(s)]++
	}
	best, row := math.Inf(-1), measure.SizeError{N: len(all), Groups: len(count)}
	weight := make([]float64, len(all))
	for i, s := range all {
		weight[i] = min(most, float64(len(all))/float64(len(count))/float64(count[by(s)]))
	}
	for gain := leastGain; gain <= mostGain+1e-9; gain += gainStep {
		for share := 0.0; share <= mostShare+1e-9; share += shareStep {
			for _, floor := range floorsMM {
				l := -math.Pow(math.Log(gain)/usualGainSD, 2)/2 - math.Pow((share-usualShare)/usualShareSD, 2)/2
				for i, s := range all {
					v := s.SD*s.SD + share*share*s.Read*s.Read + floor*floor
					d := s.Truth - gain*s.Read
					l += weight[i] * (-math.Log(v)/2 - (sizeDegrees+1)/2.0*math.Log1p(d*d/v/sizeDegrees))
				}
				if l > best {
					best = l
					row.Gain, row.Share, row.FloorMM = math.Round(gain*100)/100, math.Round(share*100)/100, floor
				}
			}
		}
	}
	return row
}

// leastFaces and leastSizes are what a row of a region's own is fitted on; below, an
// estimate stands for it.
const leastFaces, leastSizes = 3, 4

// byFace and byRegion are what counts alike: faces in a region's row, regions in an
// estimate for those that have none.
func byFace(s sizeOf) string   { return s.Who }
func byRegion(s sizeOf) string { return string(s.Region) }

// sizeGroups are the groups that have a row of their own, with what was read of them.
func sizeGroups(all []sizeOf) map[sizeGroup][]sizeOf {
	out := map[sizeGroup][]sizeOf{}
	for _, s := range all {
		out[s.group()] = append(out[s.group()], s)
	}
	for g, of := range out {
		if g.region == "" || len(of) < leastSizes || len(faces(of)) < leastFaces {
			delete(out, g)
		}
	}
	return out
}

// estimate is the row of regions that have none of their own: movements of one side of
// all regions that have, all counting alike.
func estimate(groups map[sizeGroup][]sizeOf) measure.SizeError {
	var of []sizeOf
	for _, g := range order() {
		if !g.both {
			of = append(of, groups[g]...)
		}
	}
	row := fitSizes(of, byRegion, math.Inf(1))
	row.Tag, row.Source = "estimate", "house"
	return row
}

// order are the groups as they are shown.
func order() []sizeGroup {
	var out []sizeGroup
	for _, r := range anatomy.Regions {
		out = append(out, sizeGroup{r, false})
	}
	return append(out, sizeGroup{"", false}, sizeGroup{anatomy.OrbicularisOculi, true}, sizeGroup{"", true})
}

// fitModel fits every row.
func fitModel(all []sizeOf) measure.SizeModel {
	m := measure.SizeModel{Degrees: sizeDegrees, Sources: map[string]string{
		"sizes": "docs/sizes.md: printed sizes of this region against the true ones, three-dimensional heads and filmed people",
		"house": "no true size of this region was to hand: fitted on those of the regions that have one, which count alike; its groups are these regions",
	}}
	groups := sizeGroups(all)
	for g, of := range groups {
		row := fitSizes(of, byFace, mostWeight)
		row.Region, row.Both, row.Tag, row.Source = g.region, g.both, "derived", "sizes"
		m.Rows = append(m.Rows, row)
	}
	row := estimate(groups)
	m.Rows = append(m.Rows, row)
	row.Both = true
	m.Rows = append(m.Rows, row)
	at := order()
	slices.SortFunc(m.Rows, func(a, b measure.SizeError) int {
		return slices.Index(at, sizeGroup{a.Region, a.Both}) - slices.Index(at, sizeGroup{b.Region, b.Both})
	})
	return m
}

// heldOut judges every size by a model that was fitted without its head or person.
func heldOut(all []sizeOf, see func(s sizeOf, m *measure.SizeModel)) {
	for _, who := range faces(all) {
		var rest []sizeOf
		for _, s := range all {
			if s.Who != who {
				rest = append(rest, s)
			}
		}
		m := fitModel(rest)
		for _, s := range all {
			if s.Who == who {
				see(s, &m)
			}
		}
	}
}

func faces(all []sizeOf) []string {
	var out []string
	for _, s := range all {
		if !slices.Contains(out, s.Who) {
			out = append(out, s.Who)
		}
	}
	slices.Sort(out)
	return out
}
