package face

import (
	"math"
	"testing"

	"facialis/internal/infer"
)

func canonical(t testing.TB) *[468][3]float32 {
	t.Helper()
	dir, err := infer.Find()
	if err != nil {
		t.Fatal(err)
	}
	c, err := infer.Canonical(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMirrorIsTheCanonicalFacesSymmetry(t *testing.T) {
	c := canonical(t)
	for i := range c {
		best, at := math.Inf(1), -1
		for j := range c {
			if d := math.Hypot(math.Hypot(float64(c[i][0]+c[j][0]), float64(c[i][1]-c[j][1])), float64(c[i][2]-c[j][2])); d < best {
				best, at = d, j
			}
		}
		if Mirror[i] != at {
			t.Errorf("point %d: twin %d, the canonical face says %d", i, Mirror[i], at)
		}
	}
	for i, j := range Mirror {
		if Mirror[j] != i {
			t.Errorf("the twin of %d is %d, whose twin is %d", i, j, Mirror[j])
		}
	}
}

func TestPairedGroupsAreTwins(t *testing.T) {
	for name, g := range map[string][2][]int{
		"upper lid": {RightUpperLid[:], LeftUpperLid[:]},
		"lower lid": {RightLowerLid[:], LeftLowerLid[:]},
		"iris":      {RightIris[:], LeftIris[:]},
		"brow":      {RightBrow[:], LeftBrow[:]},
		"outline":   {RightOutline[:], LeftOutline[:]},
		"jaw":       {RightJaw[:], LeftJaw[:]},
		"forehead":  {RightForehead[:], LeftForehead[:]},
	} {
		for i := range g[0] {
			if Mirror[g[0][i]] != g[1][i] {
				t.Errorf("%s: %d's twin is %d, not %d", name, g[0][i], Mirror[g[0][i]], g[1][i])
			}
		}
	}
	for name, g := range map[string][]int{"bridge": Bridge[:], "forehead": MidForehead[:],
		"singles": {UpperLip, LowerLip, UpperLipInner, LowerLipInner, Chin, Forehead, Glabella, NoseBridge, NoseTip, NoseBase}} {
		for _, i := range g {
			if Mirror[i] != i {
				t.Errorf("%s: %d is not on the midline", name, i)
			}
		}
	}
	for name, g := range map[string][11]int{"outer upper": OuterUpperLip, "outer lower": OuterLowerLip, "inner upper": InnerUpperLip, "inner lower": InnerLowerLip} {
		for i := range g {
			if Mirror[g[i]] != g[10-i] {
				t.Errorf("%s lip: %d's twin is %d, not %d", name, g[i], Mirror[g[i]], g[10-i])
			}
		}
	}
}

// turned is the canonical face seen by a far camera after a turn, in pixels.
func turned(c *[468][3]float32, p Pose, k float64) *Landmarks {
	const rad = math.Pi / 180
	sy, cy := math.Sincos(p.Yaw * rad)
	sp, cp := math.Sincos(p.Pitch * rad)
	sr, cr := math.Sincos(p.Roll * rad)
	lm := &Landmarks{}
	for i, v := range c {
		x, y, z := float64(v[0]), float64(v[1]), float64(v[2])
		x, y = x*cr+y*sr, y*cr-x*sr // towards the image's right
		y, z = y*cp+z*sp, z*cp-y*sp // upwards
		x, z = x*cy+z*sy, z*cy-x*sy // to the image's right
		lm.Points[i] = Point{float32(300 + k*x), float32(300 - k*y), float32(-k * z)}
	}
	return lm
}

func TestPoseOfTurnedFaces(t *testing.T) {
	c := canonical(t)
	for _, want := range []Pose{{}, {Yaw: 25}, {Yaw: -40}, {Pitch: 20}, {Pitch: -15}, {Roll: 30}, {Roll: -10}, {20, -10, 15}} {
		got := poseOf(turned(c, want, 20), c)
		// Angles of a turn in several directions differ by their order.
		tol := 0.1
		if want.Yaw != 0 && want.Pitch != 0 {
			tol = 5
		}
		if math.Abs(got.Yaw-want.Yaw) > tol || math.Abs(got.Pitch-want.Pitch) > tol || math.Abs(got.Roll-want.Roll) > tol {
			t.Errorf("turned by %.1f: pose %.1f", want, got)
		}
	}
}

func TestParseChoice(t *testing.T) {
	for _, s := range []string{"", "largest", "left", "right", "center", "1", "12", "0.5,0.25"} {
		if err := (Options{Face: s}).Validate(); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"0", "-1", "mother", "2,3", "0.5", "0.5,", "NaN,0"} {
		if err := (Options{Face: s}).Validate(); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
}
