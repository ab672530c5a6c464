package motion

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// An eye that looks down behind lids that have come down with it still shows its iris;
// a shut one shows next to nothing, and so it is in flat light.
func TestShown(t *testing.T) {
	for _, tc := range []struct {
		name string
		rest eye
	}{
		{"good light", eye{contrast: 1}},
		{"low contrast", eye{contrast: 0.5}},
	} {
		lids := tc.rest.lids(t)
		cam := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
		buf := make([]float32, lidReach*lidCols)
		shows := func(drop, rise, gaze float64) float32 {
			e := tc.rest
			e.drop, e.rise, e.gaze, e.seed = drop, rise, gaze, 3
			return lids[0].shown(e.paint(), &cam, eyeTop+eyeLow, buf)
		}
		open, down, shut := shows(0, 0, 0), shows(5, -1, 3), shows(8.2, 0.8, 0)
		if !(shut < 0.3*open && down > shut+0.1*open && open > 1) {
			t.Errorf("%s: open eyes show %.2f mm, looking down %.2f, shut %.2f", tc.name, open, down, shut)
		}
		out := picture{4, 4, make([]byte, 16)}
		if v := lids[0].shown(out, &cam, 9, buf); v == v {
			t.Errorf("outside the picture %.2f mm show", v)
		}
	}
}

// Where the mesh sees an eye nearly shut, a strip that lies elsewhere does not count.
func TestSlippedStrip(t *testing.T) {
	m := &Tracker{p: DefaultParams()}
	m.rows.stay = true
	for i := range 300 {
		m.rows.addEmpty(float64(i)/30, 0)
		m.rows.quality[i] = 1
		for s := range 2 {
			m.rows.aperture[s][i], m.rows.lidMM[s][i], m.rows.lidSD[s][i] = 10, 0, 0.1
		}
		if i >= 100 && i < 106 { // shut: the left strip lies 3 mm off
			for s := range 2 {
				m.rows.aperture[s][i], m.rows.lidMM[s][i] = 2, 8
			}
			m.rows.lidMM[1][i] = 5
		}
		if i >= 200 && i < 206 { // a twitch that the mesh hardly sees
			m.rows.aperture[0][i], m.rows.lidMM[0][i] = 9, 3
		}
	}
	r := &m.rows
	tr := &event.Trace{T: r.t, DX: r.dx, DY: r.dy, Aperture: r.aperture}
	for s := range 2 {
		m.lidSignal(tr, s)
	}
	for s, at := range map[int]int{0: 203, 1: 103} {
		want := map[int]float64{0: -3, 1: -8}[s]
		if v := float64(tr.DY[s][anatomy.AtOrbicularisOculi][at]); math.Abs(v-want) > 0.3 {
			t.Errorf("side %d, frame %d: %.2f mm, want %.2f", s, at, v, want)
		}
	}
}
