package face

import (
	"errors"
	"math"
	"slices"
	"testing"

	"facialis/video"
)

// scripted is a network that answers with what it is told.
type scripted struct {
	in   []float32
	outs [2][]float32
	fail error
	runs int
}

func (s *scripted) Input() []float32       { return s.in }
func (s *scripted) Run() error             { s.runs++; return s.fail }
func (s *scripted) Output(i int) []float32 { return s.outs[i] }

// onFace is a tracker whose detector sees one face in the middle and whose mesh
// always answers with the canonical face.
func onFace(t testing.TB, opt Options) (*Tracker, *scripted, *scripted) {
	t.Helper()
	det := &scripted{in: make([]float32, 3*128*128), outs: [2][]float32{make([]float32, 896*16), make([]float32, 896)}}
	for i := range det.outs[1] {
		det.outs[1][i] = -10
	}
	const anchor = 2 * (8*16 + 8) // about the middle
	det.outs[1][anchor] = 5
	copy(det.outs[0][16*anchor:], []float32{0, 0, 40, 40, -8, -8, 8, -8, 0, 0, 0, 8, -16, 0, 16, 0})
	mesh := &scripted{in: make([]float32, 3*192*192), outs: [2][]float32{make([]float32, 478*3), {10}}}
	c := canonical(t)
	for i, v := range c {
		mesh.outs[0][3*i], mesh.outs[0][3*i+1], mesh.outs[0][3*i+2] = 96+7*v[0], 96-7*v[1], -7*v[2]
	}
	for i := 468; i < 478; i++ {
		eye := 159
		if i >= 473 {
			eye = 386
		}
		copy(mesh.outs[0][3*i:3*i+3], mesh.outs[0][3*eye:3*eye+3])
	}
	return NewWith(det, mesh, c, opt), det, mesh
}

// noisy is a frame with texture, so that changes can be seen.
func noisy(seed uint32) *video.Frame {
	f := video.NewFrame(640, 480)
	for i := range f.Y {
		seed = seed*1664525 + 1013904223
		f.Y[i] = byte(100 + seed>>28)
	}
	return f
}

func TestMeshRunsWhenDueAndWhenSomethingMoves(t *testing.T) {
	tr, _, _ := onFace(t, Options{MeshEveryS: 5.0 / 30, RecheckS: 1000})
	var fresh []int
	for i := range 40 {
		f := noisy(uint32(i) * 77)
		f.Index, f.T = i, float64(i)/30
		if i == 33 { // the right eye darkens by much, which closes nothing but is a change
			p := tr.last.Points[159]
			for y := int(p.Y) - 4; y < int(p.Y)+10; y++ {
				for x := int(p.X) - 12; x < int(p.X)+12; x++ {
					f.Y[y*f.W+x] = 20
				}
			}
		}
		o, err := tr.Next(f)
		if err != nil || !o.Found {
			t.Fatal(i, err, o.Found)
		}
		if o.Fresh {
			fresh = append(fresh, i)
		}
	}
	has := map[int]bool{}
	for _, i := range fresh {
		has[i] = true
	}
	if !has[0] || !has[5] || !has[30] || !has[33] {
		t.Errorf("fresh frames %v: want the first, every fifth, and the one that changed", fresh)
	}
	if len(fresh) > 14 {
		t.Errorf("%d of 40 frames are fresh although only noise changes", len(fresh))
	}
}

func TestLossAndReturn(t *testing.T) {
	tr, det, mesh := onFace(t, Options{MeshEveryS: 1e-6})
	next := func(i int) Observation {
		f := noisy(1)
		f.Index, f.T = i, float64(i)/30
		o, err := tr.Next(f)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	if o := next(0); !o.Found || !o.Reset || !o.Fresh || o.Faces != 1 || o.Landmarks == nil {
		t.Fatalf("at the start: %+v", o)
	}
	if o := next(1); !o.Found || o.Reset || !o.Fresh {
		t.Fatalf("while following: %+v", o)
	}
	mesh.outs[1][0] = -5 // no face in the square any more
	if o := next(2); o.Found || o.Landmarks != nil {
		t.Fatalf("after the loss: %+v", o)
	}
	mesh.outs[1][0] = 5
	if o := next(3); !o.Found || !o.Reset {
		t.Fatalf("after the return: %+v", o)
	}
	mesh.fail = errors.New("no memory")
	f := noisy(1)
	f.T = 1
	if _, err := tr.Next(f); !errors.Is(err, mesh.fail) {
		t.Errorf("a network's error came out as %v", err)
	}
	if det.runs < 2 {
		t.Errorf("the detector ran %d times", det.runs)
	}
}

func TestTrackingDoesNotAllocate(t *testing.T) {
	tr, _, _ := onFace(t, Options{MeshEveryS: 1e-6, RecheckS: 1000})
	f := noisy(1)
	if _, err := tr.Next(f); err != nil {
		t.Fatal(err)
	}
	if a := testing.AllocsPerRun(20, func() {
		f.T += 0.01
		if _, err := tr.Next(f); err != nil {
			t.Fatal(err)
		}
	}); a != 0 {
		t.Errorf("%v allocations a frame", a)
	}
}

// Another face elsewhere is told of; the same one found again where it was is not.
func TestWatchTellsOfAnotherFace(t *testing.T) {
	tr, _, _ := onFace(t, Options{MeshEveryS: 1e-6, RecheckS: 1000})
	for name, by := range map[string]struct {
		shift float32
		want  int
	}{"elsewhere": {400, 1}, "where it was": {5, 0}} {
		w := NewWatch()
		for i := range 20 {
			f := noisy(1)
			f.T = float64(i) / 30
			o, err := tr.Next(f)
			if err != nil {
				t.Fatal(err)
			}
			o.Reset = i == 0 || i == 10
			moved := *o.Landmarks
			if i >= 10 {
				for k := range moved.Points {
					moved.Points[k].X += by.shift
				}
			}
			o.Landmarks = &moved
			w.Add(f, &o)
		}
		n := 0
		for _, g := range w.Warnings() {
			if g.Code == "face_changed" {
				n++
				if math.Abs(g.FromS-10.0/30) > 1e-6 {
					t.Errorf("%s: told at %.2f s", name, g.FromS)
				}
			}
		}
		if n != by.want {
			t.Errorf("a face %s: %d warnings of another face, want %d", name, n, by.want)
		}
	}
}

func TestWatchGathersStretches(t *testing.T) {
	w := NewWatch()
	tr, _, _ := onFace(t, Options{MeshEveryS: 1e-6, RecheckS: 1000})
	for i := range 300 {
		f := noisy(1)
		f.T = float64(i) / 30
		o, err := tr.Next(f)
		if err != nil {
			t.Fatal(err)
		}
		if i >= 60 && i < 120 {
			o.Pose.Yaw = 40
		}
		if i >= 200 && i < 203 {
			o.Pose.Pitch = -50 // a glance: not a stretch
		}
		if i >= 210 {
			o.Found, o.Landmarks = false, nil
		}
		w.Add(f, &o)
	}
	got := slices.DeleteFunc(w.Warnings(), func(w Warning) bool { return w.Code == "tiny_face" }) // as the drawn face is
	if len(got) != 2 || got[0].Code != "profile" && got[1].Code != "profile" {
		t.Fatalf("flags %+v", got)
	}
	for _, g := range got {
		want := [2]float64{2, 4}
		if g.Code == "face_lost" {
			want = [2]float64{7, 10}
		}
		if g.FromS < want[0]-0.05 || g.FromS > want[0]+0.05 || g.ToS < want[1]-0.05 || g.ToS > want[1]+0.05 {
			t.Errorf("%+v, want %v", g, want)
		}
	}
}

// What the detector takes for a face once is no second person.
func TestOneManIsOneFace(t *testing.T) {
	for name, c := range map[string]struct {
		looks []int
		faces int
	}{
		"alone":              {[]int{1, 1, 1, 1}, 1},
		"a passing mistake":  {[]int{1, 1, 2, 1, 1, 2, 1}, 1},
		"somebody stays":     {[]int{1, 2, 2, 1}, 2},
		"a single look":      {[]int{3}, 3},
		"begins with a slip": {[]int{2, 1, 1}, 1},
	} {
		tr := &Tracker{}
		for i, n := range c.looks {
			tr.nextCheck = float64(i + 2)
			tr.count(n, float64(i))
			if n > max(tr.facesMax, 1) && tr.nextCheck != float64(i)+confirmS {
				t.Errorf("%s: %d faces are looked for again at %g s", name, n, tr.nextCheck)
			}
		}
		if got := tr.FacesMax(); got != c.faces {
			t.Errorf("%s: %d faces, want %d", name, got, c.faces)
		}
	}
}

// A face is followed while the mesh holds it for a face rather than for none: MediaPipe's
// own threshold is a half.
func TestFaceFlagIsAHalf(t *testing.T) {
	for _, c := range []struct {
		flag  float64
		found bool
	}{{0.45, false}, {0.55, true}} {
		tr, _, mesh := onFace(t, Options{MeshEveryS: 1e-6})
		for i := range 2 {
			if i == 1 {
				mesh.outs[1][0] = float32(math.Log(c.flag / (1 - c.flag)))
			}
			f := noisy(1)
			f.Index, f.T = i, float64(i)/30
			o, err := tr.Next(f)
			if err != nil {
				t.Fatal(err)
			}
			if i == 1 && o.Found != c.found {
				t.Errorf("at %.2f found is %v", c.flag, o.Found)
			}
		}
	}
}
