package motion

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"facialis/anatomy"
	"facialis/face"
	"facialis/video"
)

// eye is a painted eye of the size of a filmed one: 2 px a mm, skin with pores and a
// lash line over a white with an iris in it.
type eye struct {
	drop, rise float64 // how far the upper lid has come down and the lower one up, mm
	gaze       float64 // how far the iris has turned down, mm
	contrast   float64 // of everything, 1 for a face in good light
	sun        float64 // luma added from one side of the picture to the other
	covered    bool    // by a hand
	seed       uint64  // of the sensor's noise, 1.5 luma
}

const (
	eyePx   = 2.0 // a mm
	eyeTop  = 4.5 // mm from the eye's middle to the upper margin at rest
	eyeLow  = 4.5
	eyeSide = 120
)

func (e eye) paint() picture {
	if p, ok := painted.Load(e); ok {
		return p.(picture)
	}
	p := e.draw()
	painted.Store(e, p)
	return p
}

// painted are the pictures of the eyes that were painted before: many tests look at the
// same one, and none writes into it.
var painted sync.Map

func (e eye) draw() picture {
	skin, hand, noise := newTexture(21), newTexture(22), newTexture(100+e.seed)
	p := picture{eyeSide, eyeSide, make([]byte, eyeSide*eyeSide)}
	for y := range eyeSide {
		for x := range eyeSide {
			u, v := (float64(x)-eyeSide/2)/eyePx, (float64(y)-eyeSide/2)/eyePx // mm, v down
			var luma float64
			for k := range 9 { // a pixel is the mean of what falls on it
				a, b := u+(float64(k%3)-1)/3/eyePx, v+(float64(k/3)-1)/3/eyePx
				luma += e.at(skin, hand, a, b) / 9
			}
			luma = 128 + e.contrast*(luma-128) + e.sun*u/30
			luma += 1.5 * (noise.at(7.3*float64(x), 11.1*float64(y)) - 128) / 18
			p.pix[y*eyeSide+x] = byte(max(0, min(255, math.Round(luma))))
		}
	}
	return p
}

// at is the luma at a place in mm from the eye's middle.
func (e eye) at(skin, hand *texture, u, v float64) float64 {
	if e.covered {
		return hand.at(eyePx*u+300, eyePx*v)
	}
	share := math.Max(1-u*u/225, 0)
	top, low := (e.drop-eyeTop)*share, (eyeLow-e.rise)*share
	switch {
	case v < top: // the lid, with what lies on it
		lash := 45 * math.Exp(-(v-top)*(v-top)/0.5)
		return 20 + skin.at(eyePx*u, eyePx*(v-e.drop*share)) - lash
	case v > low:
		lash := 20 * math.Exp(-(v-low)*(v-low)/0.5)
		return 20 + skin.at(eyePx*u+900, eyePx*(v+e.rise*share)) - lash
	case math.Hypot(u, v-e.gaze) < 2.2: // pupil
		return 25
	case math.Hypot(u, v-e.gaze) < 5.85:
		return 75
	}
	return 200
}

// lids are the upper and the lower lid of the eye as it is painted.
func (e eye) lids(t *testing.T) [2]lid {
	t.Helper()
	var out [2]lid
	p := e.paint()
	for which, at := range [2]float64{-eyeTop, eyeLow} {
		var pts [5][2]float32
		for i := range pts {
			u := 3 * (float64(i) - 2)
			pts[i] = [2]float32{float32(eyeSide/2 + eyePx*u), float32(eyeSide/2 + eyePx*at*(1-u*u/225))}
		}
		out[which].learn(p, pts, 1, 0, 0, [2]float32{1, -1}[which], 15*eyePx, eyePx, 0)
	}
	return out
}

// see looks for both lids of an eye that was learned, after it was watched at rest.
func (e eye) see(lids *[2]lid) [2]found {
	cam := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	buf := make([]float32, lidReach*lidCols)
	p := e.paint()
	var out [2]found
	for which := range lids {
		out[which] = lids[which].find(p, &cam, true, 8, math.NaN(), math.NaN(), buf)
	}
	return out
}

// A lid in flat light or in the sun is measured as well as its picture allows, and
// its uncertainty says how well that is.
func TestPaleLidsAreMeasured(t *testing.T) {
	for _, tc := range []struct {
		name string
		rest eye
		off  float64 // mm
	}{
		{"good light", eye{contrast: 1}, 0.12},
		{"low contrast", eye{contrast: 0.15}, 0.25},
		{"sun from one side", eye{contrast: 0.2, sun: 40}, 0.25},
	} {
		lids := tc.rest.lids(t)
		var sds float64
		for i, mm := range []float64{0, 0.5, 1, 2, 4} {
			now := tc.rest
			now.drop, now.seed = mm, uint64(i)+1
			u := now.see(&lids)[0]
			if !(u.sd < lidUnseenMM) || math.Abs(float64(u.mm)-mm) > tc.off+0.06*mm {
				t.Errorf("%s: a lid %.1f mm down reads %.2f ± %.2f", tc.name, mm, u.mm, u.sd)
			}
			sds += float64(u.sd) / 5
		}
		t.Logf("%s: ± %.2f mm", tc.name, sds)
	}
}

// An eye that looks down behind lids that stay has not closed; and where both lids go
// down with it, the upper one reads as gone down and the lower one as gone the other
// way than in closing.
func TestGazeIsNoClosure(t *testing.T) {
	rest := eye{contrast: 1}
	lids := rest.lids(t)
	for _, mm := range []float64{-1.5, 1, 2} {
		now := rest
		now.gaze, now.seed = mm, 9
		// An iris that goes up uncovers the white at the lower margin, which a strip by
		// itself takes for 0.7 mm of lid: the lower lid is only held to where it goes down.
		if f := now.see(&lids); math.Abs(float64(f[0].mm)) > 0.2 || mm > 0 && math.Abs(float64(f[1].mm)) > 0.2 {
			t.Errorf("an iris %.1f mm down: the lids read %.2f and %.2f", mm, f[0].mm, f[1].mm)
		}
	}
	down := rest
	down.gaze, down.drop, down.rise = 2.5, 2, -1
	if f := down.see(&lids); math.Abs(float64(f[0].mm)-2) > 0.25 || math.Abs(float64(f[1].mm)+1) > 0.25 {
		t.Errorf("looking down by 2 and 1 mm, the lids read %.2f and %.2f", f[0].mm, f[1].mm)
	}
	shut := rest
	shut.drop, shut.rise = 3, 0.7
	if f := shut.see(&lids); math.Abs(float64(f[0].mm)-3) > 0.25 || math.Abs(float64(f[1].mm)-0.7) > 0.25 {
		t.Errorf("closing by 3 and 0.7 mm, the lids read %.2f and %.2f", f[0].mm, f[1].mm)
	}
}

// An eye under a hand is not seen, whatever the hand looks like, and the other one is.
func TestCoveredEyeIsNotSeen(t *testing.T) {
	rest := eye{contrast: 1}
	lids := rest.lids(t)
	hidden := rest
	hidden.covered = true
	if f := hidden.see(&lids)[0]; f.sd < lidUnseenMM {
		t.Errorf("under a hand the lid reads %.2f ± %.2f", f.mm, f.sd)
	}
	if f := rest.see(&lids)[0]; !(f.sd < 0.2) {
		t.Errorf("the uncovered lid reads %.2f ± %.2f", f.mm, f.sd)
	}
}

// One lid that cannot be seen does not hide the other: a lower lid without any
// contrast leaves the eye's own upper one.
func TestLowerLidDoesNotHideTheUpper(t *testing.T) {
	canon := new([468][3]float32)
	for v := range canon {
		canon[v] = [3]float32{float32(v % 20), float32(v / 20), 0}
	}
	m := New(DefaultParams(), canon)
	k := &key{pxPerMM: eyePx, open: [2]float64{9, 9}, fine: newPatches(0, 5)}
	m.keys.active, m.keys.cam = k, camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	lids := eye{contrast: 1}.lids(t)
	lids[1].ok = false
	k.lids = [2][2]lid{lids, {}}
	for s := range 2 {
		for j := range 5 {
			u := float32(3 * (j - 2) * eyePx)
			m.mesh.pts[vUpperLid[s][j]] = [2]float32{eyeSide/2 + u, eyeSide/2 - eyeTop*eyePx}
			m.mesh.pts[vLowerLid[s][j]] = [2]float32{eyeSide/2 + u, eyeSide/2 + eyeLow*eyePx}
		}
	}
	m.rows.addEmpty(0, 0)
	m.lids.rest(0)
	m.measureLids(eye{contrast: 1, drop: 1.2, seed: 4}.paint())
	if mm, sd := m.rows.lidMM[0][0], m.rows.lidSD[0][0]; math.Abs(float64(mm)-1.2) > 0.2 || !(sd > 0.3 && sd < lidUnseenMM) {
		t.Errorf("read %.2f ± %.2f, want 1.2 with the lower lid's uncertainty in it", mm, sd)
	}
	if mm := m.rows.lidMM[1][0]; mm == mm {
		t.Errorf("an eye of which nothing is known reads %.2f", mm)
	}
}

// A lower lid goes where it is seen, stays certain while it is, and goes back to rest
// where it is not.
func TestSettledLid(t *testing.T) {
	w := settled{sd2: lidLower * lidLower}
	for range 30 {
		w.see(1.0/30, found{mm: 1, sd: 0.1})
	}
	if math.Abs(w.mm-1) > 0.05 || w.sd2 > 0.1*0.1 {
		t.Errorf("seen at 1.0 ± 0.1 it lies at %.2f ± %.2f", w.mm, math.Sqrt(w.sd2))
	}
	for range 60 {
		w.see(1.0/30, unseenLid)
	}
	if math.Abs(w.mm) > 0.05 || math.Abs(math.Sqrt(w.sd2)-lidLower) > 0.02 {
		t.Errorf("unseen for two seconds it lies at %.2f ± %.2f", w.mm, math.Sqrt(w.sd2))
	}
}

func TestLidsDoNotAllocate(t *testing.T) {
	lids := eye{contrast: 1}.lids(t)
	p := eye{contrast: 1, drop: 1}.paint()
	cam := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	buf := make([]float32, lidReach*lidCols)
	still(t, "a lid", func() { lids[0].find(p, &cam, true, 8, 0.5, 0.5, buf) })
}

// The man whose right lid was missing in nine of ten frames: what was marked by eye,
// before anybody had looked at a trace, is seen.
func TestSunlitLidIsSeen(t *testing.T) {
	const film = "c_p3a"
	path := filepath.Join("..", "..", "shared", "recordings", "implants", film+".mp4")
	if _, err := os.Stat(path); err != nil || testing.Short() {
		t.Skip("needs the recordings")
	}
	engine, err := face.Open("")
	if err != nil {
		t.Skip(err)
	}
	canon, err := engine.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	tracker, err := face.New(engine, face.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	defer tracker.Close()
	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	m := New(DefaultParams(), canon)
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		o, err := tracker.Next(f)
		if err == nil {
			err = m.Push(f, &o)
		}
		f.Release()
		if err != nil {
			t.Fatal(err)
		}
	}
	tr, err := m.Finish()
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	marked, err := os.Open(filepath.Join("testdata", "lids_seen.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer marked.Close()
	rows, err := csv.NewReader(marked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n, seen := 0, 0
	for _, row := range rows {
		if row[0] != film || row[3] == "hidden" {
			continue
		}
		at, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		s := anatomy.AtRight
		if row[2] == "left" {
			s = anatomy.AtLeft
		}
		for i, ti := range tr.T {
			if math.Abs(ti-at) < 0.01 {
				n++
				if sd := tr.SD[s][anatomy.AtOrbicularisOculi][i]; sd == sd && tr.Along[s][anatomy.AtOrbicularisOculi][i] == tr.Along[s][anatomy.AtOrbicularisOculi][i] {
					seen++
				}
				break
			}
		}
	}
	t.Logf("%d of %d seen", seen, n)
	if n < 8 || float64(seen) < 0.95*float64(n) {
		t.Errorf("of %d eyes marked open or closed %d are seen", n, seen)
	}
	lost := 0
	for _, v := range tr.SD[anatomy.AtRight][anatomy.AtOrbicularisOculi] {
		if v != v {
			lost++
		}
	}
	if float64(lost) > 0.05*float64(tr.Len()) {
		t.Errorf("the right lid is missing in %d of %d frames", lost, tr.Len())
	}
}

// A window is as like a lid as their correlation: 1 for the lid itself, whatever its light,
// -1 for its negative, and less than a half for another place of the skin.
func TestLikenessIsACorrelation(t *testing.T) {
	lids := eye{contrast: 1}.lids(t)
	for which := range lids {
		l := &lids[which]
		win := func(gain, level float32, shift int) []float32 {
			out := make([]float32, len(l.tmpl))
			for k := range out {
				out[k] = gain*l.tmpl[(k+shift)%len(l.tmpl)] + level
			}
			return out
		}
		for _, c := range []struct {
			what        string
			win         []float32
			least, most float32
		}{
			{"itself", win(1, 0, 0), 0.999, 1.001},
			{"itself in other light", win(0.6, 20, 0), 0.999, 1.001},
			{"its negative", win(-1, 255, 0), -1.001, -0.999},
			{"another place", win(1, 0, len(l.tmpl)/2), -1, 0.5},
			{"an even one", win(0, 100, 0), -1, -1},
		} {
			if got := l.likeness(c.win); got < c.least || got > c.most {
				t.Errorf("lid %d and %s are alike by %.3f", which, c.what, got)
			}
		}
	}
}

// Between pixels a picture is the mean of those around, by their nearness; beyond its last
// ones it says nothing.
func TestBilinearStaysInThePicture(t *testing.T) {
	p := picture{3, 2, []byte{10, 20, 40, 30, 60, 80}}
	for _, c := range []struct {
		x, y, want float32
		ok         bool
	}{
		{0, 0, 10, true}, {0.5, 0, 15, true}, {1.5, 0, 30, true}, {0, 0.5, 20, true}, {1.5, 0.5, 50, true},
		{2, 0, 0, false}, {2.5, 0, 0, false}, {3.5, 0, 0, false}, {0, 1, 0, false}, {0, 2.5, 0, false}, {-0.1, 0, 0, false}, {0, -0.1, 0, false},
	} {
		if got, ok := p.bilinear(c.x, c.y); ok != c.ok || math.Abs(float64(got-c.want)) > 1e-4 {
			t.Errorf("at %g, %g: %g %v, want %g %v", c.x, c.y, got, ok, c.want, c.ok)
		}
	}
}
