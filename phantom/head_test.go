package phantom

import (
	"math"
	"reflect"
	"testing"

	_ "facialis/internal/rapidtest"

	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"facialis/anatomy"
)

// headScene is a small picture of a head of the given shape and distance.
func headScene(t testing.TB, change func(s *Spec)) *scene {
	s := stillSpec()
	change(s)
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	return newScene(s)
}

// A point of known depth lands where the formula of a pinhole camera says, whatever
// the head's shape, pose and distance.
func TestPointsLandByThePerspective(t *testing.T) {
	scenes := map[string]*scene{}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(Profiles()).Draw(t, "profile")
		if scenes[name] == nil {
			s := stillSpec()
			s.Head.Profile = name
			if err := s.Validate(); err != nil {
				t.Fatal(err)
			}
			scenes[name] = newScene(s)
		}
		sc := scenes[name]
		sc.lens.distance = rapid.SampledFrom([]float64{300, 500, 700, 2000, 1e7}).Draw(t, "distance")
		deg := func(most float64, label string) float64 {
			return rapid.Float64Range(-most, most).Draw(t, label) * math.Pi / 180
		}
		st := rest()
		st.pose = headPose{Yaw: deg(20, "yaw"), Pitch: deg(15, "pitch"), Roll: deg(15, "roll"),
			X: rapid.Float64Range(-5, 5).Draw(t, "x"), Y: rapid.Float64Range(-5, 5).Draw(t, "y"), Fwd: rapid.Float64Range(-20, 20).Draw(t, "forward")}
		r := newRenderer(sc)
		r.frame(st, 0)
		x, y := rapid.Float64Range(-45, 45).Draw(t, "sheet x"), rapid.Float64Range(-50, 90).Draw(t, "sheet y")
		// the pinhole, written out: turn about the neck's joint, then divide by the depth
		z := profiles[name].height(x, y) - profiles[name].height(eyeX, 0)/2 - profiles[name].height(-eyeX, 0)/2
		p := st.pose
		vx, vy, vz := x, y-pivotY, z-pivotZ
		vy, vz = vy*math.Cos(p.Pitch)-vz*math.Sin(p.Pitch), vy*math.Sin(p.Pitch)+vz*math.Cos(p.Pitch)
		vx, vz = vx*math.Cos(p.Yaw)+vz*math.Sin(p.Yaw), -vx*math.Sin(p.Yaw)+vz*math.Cos(p.Yaw)
		vx, vy = vx*math.Cos(p.Roll)-vy*math.Sin(p.Roll), vx*math.Sin(p.Roll)+vy*math.Cos(p.Roll)
		middleX, middleY := float64(sc.w)/2, float64(sc.h)/2
		far := sc.lens.distance - (vz + pivotZ + p.Fwd)
		focal := sc.scale * sc.lens.distance
		wantX := middleX + focal*(vx+p.X+(sc.cx-middleX)/sc.scale)/far
		wantY := middleY + focal*(vy+pivotY+p.Y+(sc.cy-middleY)/sc.scale)/far
		if wantX < 4 || wantY < 4 || wantX > float64(sc.w)-5 || wantY > float64(sc.h)-5 {
			t.Skip("out of the picture")
		}
		// what the nodes around that place show
		fx, fy := (wantX-0.5)/float64(r.step), (wantY-0.5)/float64(r.step)
		i, j := int(fx), int(fy)
		n := [4]*node{&r.nodes[j*r.nw+i], &r.nodes[j*r.nw+i+1], &r.nodes[(j+1)*r.nw+i], &r.nodes[(j+1)*r.nw+i+1]}
		if r.isTorn(n, true) {
			t.Skip("at an edge")
		}
		a, b := mixNode(n[0], n[2], float32(fy)-float32(j)), mixNode(n[1], n[3], float32(fy)-float32(j))
		got := mixNode(&a, &b, float32(fx)-float32(i))
		off := math.Hypot(float64(got.hx)-x, float64(got.hy)-y)
		if hidden := r.coarse.seen[j*r.nw+i].z-float32(vz+pivotZ+p.Fwd) > 5; off > 0.35 && !hidden {
			t.Errorf("the sheet's (%.2f, %.2f) ought to be seen at (%.1f, %.1f) px, where (%.2f, %.2f) is", x, y, wantX, wantY, got.hx, got.hy)
		}
	})
}

// Infinitely far away and facing the lens, a head of any depth is the sheet as it
// was painted.
func TestFarAwayTheSheetIsSeen(t *testing.T) {
	for _, name := range Profiles() {
		sc := headScene(t, func(s *Spec) { s.Camera.DistanceMM, s.Head.Profile = 1e7, name })
		r := newRenderer(sc)
		r.frame(rest(), 0)
		for k, n := range r.nodes {
			X, Y := (float64(k%r.nw*r.step)+0.5-sc.cx)/sc.scale, (float64(k/r.nw*r.step)+0.5-sc.cy)/sc.scale
			if math.Abs(float64(n.hx)-X) > 0.01 || math.Abs(float64(n.hy)-Y) > 0.01 || math.Abs(float64(n.lit)-1) > 1e-5 {
				t.Fatalf("%s: at (%.2f, %.2f) mm the sheet's (%.2f, %.2f) is seen, lit %v", name, X, Y, n.hx, n.hy, n.lit)
			}
		}
	}
}

// Neither the way the head is held, nor its shape, nor the light, nor the lens nor
// the skin's wandering is a movement of the face.
func TestTruthIsTheFacesAlone(t *testing.T) {
	spec := func(change func(s *Spec)) *Truth {
		s, err := Preset("primary-spread")
		if err != nil {
			t.Fatal(err)
		}
		change(s)
		tr, err := Tell(s)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	plain := spec(func(*Spec) {})
	for name, change := range map[string]func(s *Spec){
		"turns":    func(s *Spec) { s.Head.Turns = []Turn{{At: 1, Hold: 20, Yaw: 20, Pitch: -10, Roll: 8, Forward: 100}} },
		"profile":  func(s *Spec) { s.Head.Profile = "deep" },
		"distance": func(s *Spec) { s.Camera.DistanceMM = 300 },
		"lamp": func(s *Spec) {
			s.Lamp = Lamp{Share: 0.9, SideDeg: 70, HeightDeg: 20, Shadow: Shadow{Depth: 0.5, SwayMM: 20}}
		},
		"exposure": func(s *Spec) { s.Camera.Exposure = []Exposure{{At: 2, Gain: 0.5, OverS: 0.3}} },
		"wander":   func(s *Spec) { s.Rest.WanderMM = 0.25 },
	} {
		got := spec(change)
		if !reflect.DeepEqual(got.Events, plain.Events) || !reflect.DeepEqual(got.Displacement, plain.Displacement) || !reflect.DeepEqual(got.JawMM, plain.JawMM) {
			t.Errorf("%s changes what the face does", name)
		}
		if (got.Wander != nil) != (name == "wander") {
			t.Errorf("%s: wander is %v", name, got.Wander != nil)
		}
		if same := reflect.DeepEqual(got.ApertureMM, plain.ApertureMM); same == (name == "wander") {
			t.Errorf("%s: the aperture is the same: %v", name, same)
		}
	}
	turned := spec(func(s *Spec) { s.Head.Turns = []Turn{{At: 1, Hold: 20, Yaw: 20, Forward: 100}} })
	k := 150 // 5 s
	if d := turned.Head.Yaw[k] - plain.Head.Yaw[k]; math.Abs(d-20) > 0.01 {
		t.Errorf("a turn of 20° is told as %.2f°", d)
	}
	if d := turned.Head.DistanceMM[k]; d > 620 || d < 580 {
		t.Errorf("100 mm nearer, and turned about the neck, the distance is %.0f mm", d)
	}
}

// The nearer part of the head hides the further one: behind a high nose of a turned
// head there is no cheek.
func TestNoseHidesTheCheek(t *testing.T) {
	sc := headScene(t, func(s *Spec) { s.Head.Profile = "deep" })
	r := newRenderer(sc)
	st := rest()
	st.pose.Yaw = 30 * math.Pi / 180
	r.frame(st, 0)
	seenAt := map[[2]int]bool{} // squares of 4 mm
	for _, n := range r.nodes {
		if n.on {
			seenAt[[2]int{floor(n.hx / 4), floor(n.hy / 4)}] = true
		}
	}
	for _, c := range []struct {
		x, y int
		want bool
	}{{0, 36, true}, {-16, 36, true}, {16, 36, false}, {14, 32, false}, {30, 68, true}} {
		if got := seenAt[[2]int{floor(float32(c.x) / 4), floor(float32(c.y) / 4)}]; got != c.want {
			t.Errorf("turned to its left by 30°, (%d, %d) mm is seen: %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

// A lamp beside the head leaves the other side of the nose dark, and the shade does
// not turn with the head.
func TestLampShadesTheFarSide(t *testing.T) {
	sc := headScene(t, func(s *Spec) { s.Lamp = Lamp{Share: 0.9, SideDeg: 70, HeightDeg: 10} })
	bright := func(p []byte, x, y float64) (sum float64) {
		for v := -3; v <= 3; v++ {
			for u := -3; u <= 3; u++ {
				sum += float64(p[(int(sc.cy+sc.scale*y)+v)*sc.w+int(sc.cx+sc.scale*x)+u]) / 49
			}
		}
		return sum
	}
	p := luma(sc, rest())
	if l, r := bright(p, 24, 30), bright(p, -18, 30); l < 2*r {
		t.Errorf("beside the nose it is %.0f bright towards the lamp and %.0f away from it", l, r)
	}
	st := rest()
	st.pose.Yaw = 25 * math.Pi / 180
	if ahead, turned := bright(p, 0, -35), bright(luma(sc, st), 40, -35); turned < ahead {
		t.Errorf("a forehead turned to the lamp is %.0f bright, %.0f when it looks ahead", turned, ahead)
	}
}

// Skin at rest wanders by as much as was asked for, each side by itself, and the
// drawn skin is where the truth says.
func TestSkinWandersAsTold(t *testing.T) {
	tr, err := Tell(&Spec{Seconds: 120, Rest: Rest{WanderMM: 0.2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, region := range anatomy.Regions {
		for side, v := range [][]float64{tr.Wander.Right[region], tr.Wander.Left[region]} {
			if sd := stat.StdDev(v, nil); sd < 0.08 || sd > 0.5 {
				t.Errorf("%s, side %d: wanders by %.3f mm (SD)", region, side, sd)
			}
		}
		if c := stat.Correlation(tr.Wander.Right[region], tr.Wander.Left[region], nil); c > 0.95 {
			t.Errorf("%s: both sides wander alike: r = %.2f", region, c)
		}
	}
	sc := stillScene()
	st := rest()
	w := &st.wander[1]
	w.along[anatomy.AtZygomaticus], w.across[anatomy.AtZygomaticus] = 0.8, 0.5
	p := patches[anatomy.AtZygomaticus]
	dx, dy := shift(luma(sc, rest()), luma(sc, st), sc.w, sc.cx-0.5+sc.scale*p.Out, sc.cy-0.5+sc.scale*p.Down, 5)
	along, across := (dx*p.DirOut+dy*p.DirDown)/sc.scale, (dy*p.DirOut-dx*p.DirDown)/sc.scale
	if math.Abs(along-0.8) > 0.1 || math.Abs(across-0.5) > 0.1 || math.Abs(st.shownWander(1, anatomy.AtZygomaticus)-0.8) > 1e-6 {
		t.Errorf("0.8 mm along and 0.5 across moved the corner by %.2f and %.2f", along, across)
	}
}

// Steps of exposure are what the spec says, and the time between is eased.
func TestExposureSteps(t *testing.T) {
	c := Camera{Light: 0.9, Exposure: []Exposure{{At: 2, Gain: 0.5, OverS: 1}, {At: 5, Gain: 2}}}
	for at, want := range map[float64]float64{0: 0.9, 1.99: 0.9, 2.5: 0.675, 3: 0.45, 4.9: 0.45, 5.01: 1.8} {
		if got := c.gainAt(at); math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v s the exposure is %v, want %v", at, got, want)
		}
	}
}
