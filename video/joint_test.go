package video

import (
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	_ "facialis/internal/rapidtest"
	"facialis/internal/recordings"
)

// place is what a camera sees: texture by a seed, moved and lit as given, with noise.
func place(seed uint64, at, dx, gain float64, noise *rand.Rand) *Frame {
	f := NewFrame(96, 72)
	f.T = at
	r := rand.New(rand.NewPCG(seed, 7))
	var waves [9][4]float64
	for i := range waves {
		waves[i] = [4]float64{0.06 + 0.24*r.Float64(), 0.3 * (r.Float64() - 0.5), 6.28 * r.Float64(), 4 + 6*r.Float64()}
	}
	for y := range f.H {
		for x := range f.W {
			v := 90.0
			for _, w := range waves {
				v += w[3] * math.Sin(w[0]*(float64(x)-dx)+w[1]*float64(y)+w[2])
			}
			f.Y[y*f.W+x] = byte(min(max(gain*v+0.5*noise.NormFloat64(), 0), 255))
		}
	}
	return f
}

// jointsOf are the times at which joints are told in these pictures.
func jointsOf(t interface{ Fatal(...any) }, film []*Frame) (at []float64) {
	i, j := 0, &joints{}
	for n := 0; ; n++ {
		f, err := j.take(func() (*Frame, error) {
			if i == len(film) {
				return nil, io.EOF
			}
			i++
			return film[i-1], nil
		})
		if err != nil {
			if n != len(film) {
				t.Fatal("pictures are missing: ", n, " of ", len(film))
			}
			return at
		}
		if f != film[n] {
			t.Fatal("pictures come in another order")
		}
		if f.Joint {
			if !f.Cut {
				t.Fatal("a joint is no cut")
			}
			at = append(at, f.T)
		}
	}
}

const jointHz = 15.0

func TestJoints(t *testing.T) {
	for _, c := range []struct {
		name string
		at   func(i int, noise *rand.Rand) *Frame
		want []float64
	}{
		{"one place", func(i int, n *rand.Rand) *Frame { return place(1, float64(i)/jointHz, 0, 1, n) }, nil},
		{"another place", func(i int, n *rand.Rand) *Frame { return place(1+uint64(i/30), float64(i)/jointHz, 0, 1, n) }, []float64{2, 4}},
		{"the camera is moved at once", func(i int, n *rand.Rand) *Frame { return place(1, float64(i)/jointHz, 15*float64(i/30), 1, n) }, []float64{2, 4}},
		{"something moves fast", func(i int, n *rand.Rand) *Frame {
			return place(1, float64(i)/jointHz, 4*float64(min(max(i-30, 0), 12)), 1, n)
		}, nil},
		{"the exposure changes", func(i int, n *rand.Rand) *Frame { return place(1, float64(i)/jointHz, 0, 1+0.5*float64(i/30), n) }, nil},
		{"a flash", func(i int, n *rand.Rand) *Frame {
			if i == 30 {
				return place(9, float64(i)/jointHz, 0, 2, n)
			}
			return place(1, float64(i)/jointHz, 0, 1, n)
		}, nil},
		{"another place after black", func(i int, n *rand.Rand) *Frame {
			if i >= 28 && i < 33 {
				f := NewFrame(96, 72)
				f.T = float64(i) / jointHz
				return f
			}
			return place(1+uint64(i/30), float64(i)/jointHz, 0, 1, n)
		}, []float64{33 / jointHz, 4}},
		{"nothing to be seen", func(i int, n *rand.Rand) *Frame {
			f := NewFrame(96, 72)
			f.T = float64(i) / jointHz
			return f
		}, nil},
	} {
		noise := rand.New(rand.NewPCG(5, 6))
		var film []*Frame
		for i := range 90 {
			film = append(film, c.at(i, noise))
		}
		if got := jointsOf(t, film); !slices.Equal(got, c.want) {
			t.Errorf("%s: joints at %v, want %v", c.name, got, c.want)
		}
	}
}

// Films of any places and lengths of more than half a second, joined, have their joints
// and no others.
func TestJointsOfMany(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		noise := rand.New(rand.NewPCG(1, 2))
		var film []*Frame
		var want []float64
		for k, n := range rapid.SliceOfN(rapid.IntRange(9, 20), 1, 4).Draw(rt, "lengths") {
			if k > 0 {
				want = append(want, float64(len(film))/jointHz)
			}
			seed, gain := rapid.Uint64Range(1+1000*uint64(k), 1000+1000*uint64(k)).Draw(rt, "place"), rapid.Float64Range(0.4, 1.2).Draw(rt, "gain")
			sway := rapid.Float64Range(0, 0.2).Draw(rt, "sway")
			for i := range n {
				film = append(film, place(seed, float64(len(film))/jointHz, sway*math.Sin(float64(i)), gain, noise))
			}
		}
		if got := jointsOf(rt, film); !slices.Equal(got, want) {
			rt.Fatalf("joints at %v, want %v", got, want)
		}
	})
}

// Films of people have no joints, however they talk, turn and move their hands; where one
// film goes over into another there is one.
func TestJointsOfFilms(t *testing.T) {
	dir := recordings.Folder(t, "..")
	for name, want := range map[string]int{
		"talking_face.webm": 0, "talking_a.mp4": 0, "talking_glasses.mp4": 0, "talking_vfr.mp4": 0, "one_sided_eyes.mp4": 0, "one_sided_mouth.mp4": 0, "smile.mp4": 0,
		"hard/hand_over_face.mp4": 0, "hard/ten_faces.mp4": 0, "hard/rotation_tag.mp4": 0, "hard/no_face.mp4": 0, "hard/lowlight.mp4": 0,
		"hard/face_then_none.mov": 1, "hard/none_then_face.mov": 1,
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(t.Context(), filepath.Join(dir, name), Options{Joints: true})
			if err != nil {
				t.Skip(err)
			}
			defer r.Close()
			told := 0
			for {
				f, err := r.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if f.Joint {
					told++
				}
				f.Release()
			}
			if told != want || len(r.Clock().Joints) != want {
				t.Errorf("%d joints, in the ledger %v, want %d", told, r.Clock().Joints, want)
			}
		})
	}
}
