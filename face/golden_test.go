package face

import (
	"fmt"
	"math"
	"testing"

	"facialis/internal/goldentest"
	"facialis/video"
)

// disk is a painted head: bright, the brighter the nearer to its crown, so that what is
// up can be seen in it.
type disk struct {
	x, y, r, roll float64 // px, radians clockwise
}

// goldenScene is a film of disks. Its networks see what is in their crops and nothing
// else, so that every square, turn and gain of the tracker shows in what they answer.
type goldenScene struct {
	opt   Options
	disks func(i int) []disk
	light func(i int) float64
	yaw   func(i int) float64 // degrees; no network reads it off a disk
}

const (
	goldenFrames = 75
	diskEyes     = 0.42  // of the radius: eyes lie so far aside and above the middle
	diskMesh     = 0.085 // of the radius: a cm of the canonical face
	goldenSlack  = 0.02  // of what was written: px or degrees
)

func evenLight(int) float64 { return 1 }

var goldenScenes = []goldenScene{
	{ // A head goes aside, comes near and tilts, is covered, and a larger one comes in.
		opt: Options{RecheckS: 0.4},
		disks: func(i int) []disk {
			t := float64(i)
			var out []disk
			if i < 25 || i >= 32 {
				out = append(out, disk{250 + 1.5*t, 240 + 20*math.Sin(t/9), 60 + 0.3*t, 0.2 * math.Sin(t/7)})
			}
			if i >= 45 {
				out = append(out, disk{530, 130, 95, 0})
			}
			return out
		},
		light: func(i int) float64 {
			if i >= 15 {
				return 0.8
			}
			return 1
		},
		yaw: func(i int) float64 { return 15 * math.Sin(float64(i)/12) },
	},
	{ // In the dark, a head lies on its side and turns over.
		opt: Options{AnyRoll: true, RecheckS: 0.3},
		disks: func(i int) []disk {
			return []disk{{320, 250 + float64(i)/3, 90, math.Pi/2 + math.Max(0, float64(i)-30)*0.05}}
		},
		light: func(int) float64 { return 0.25 },
		yaw:   func(int) float64 { return 0 },
	},
	{ // The one on the right is asked for; small, so that squares are looked at.
		opt: Options{Face: "right", LostRetryS: 0.1},
		disks: func(i int) []disk {
			return []disk{{150, 200, 50, 0}, {500 - float64(i), 300, 24, -0.1}}
		},
		light: evenLight,
		yaw:   func(int) float64 { return -5 },
	},
	{ // One who stands upside down in the picture.
		disks: func(i int) []disk { return []disk{{300, 220 + float64(i)/2, 80, math.Pi - 0.15}} },
		light: evenLight,
		yaw:   func(int) float64 { return 8 },
	},
}

func (g *goldenScene) frame(i int) *video.Frame {
	f := video.NewFrame(640, 480)
	f.Index, f.T = i, float64(i)/30
	disks := g.disks(i)
	for y := range f.H {
		for x := range f.W {
			v := 50 + 12*math.Sin(float64(x)/9)*math.Sin(float64(y)/11)
			for _, d := range disks {
				s, c := math.Sincos(d.roll)
				dx, dy := float64(x)-d.x, float64(y)-d.y
				if math.Hypot(dx, dy) < d.r {
					v = 170 + 50*(dx*s-dy*c)/d.r
				}
			}
			f.Y[y*f.W+x] = byte(v * g.light(i))
		}
	}
	return f
}

// blobs are the bright patches in a crop, px of the crop, where something is three times
// as bright as the rest. black is what stands for no light and for what lies outside.
func blobs(in []float32, side int, black float32) (out []disk) {
	plane := in[side*side : 2*side*side] // green
	low, high := float32(math.Inf(1)), black
	for _, v := range plane {
		high = max(high, v)
		if v > black+0.02 { // not outside the picture
			low = min(low, v)
		}
	}
	if high-black < 3*(low-black) {
		return nil
	}
	limit := low + 0.45*(high-low)
	seen := make([]bool, side*side)
	for start := range plane {
		if seen[start] || plane[start] < limit {
			continue
		}
		seen[start] = true
		stack := []int{start}
		var n, x, y, w, wx, wy float64
		for len(stack) > 0 {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			v, kx, ky := float64(plane[k]-limit), float64(k%side)+0.5, float64(k/side)+0.5
			n, x, y, w, wx, wy = n+1, x+kx, y+ky, w+v, wx+v*kx, wy+v*ky
			for _, d := range [4][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
				if a, b := k%side+d[0], k/side+d[1]; a >= 0 && a < side && b >= 0 && b < side && !seen[b*side+a] && plane[b*side+a] >= limit {
					seen[b*side+a] = true
					stack = append(stack, b*side+a)
				}
			}
		}
		if n > 20 {
			x, y = x/n, y/n
			out = append(out, disk{x, y, math.Sqrt(n / math.Pi), math.Atan2(wx/w-x, y-wy/w)})
		}
	}
	return out
}

// seeing is a network that answers by what lies in its input.
type seeing struct {
	scripted
	answer func(s *seeing)
}

func (s *seeing) Run() error {
	s.runs++
	s.answer(s)
	return nil
}

// asUpright is the roll that a network takes a face for: like those that are in use, it
// lays an upright face over one that stands upside down.
func asUpright(roll float64) float64 {
	if math.Cos(roll) < 0 {
		return roll - math.Pi
	}
	return roll
}

func goldenDetector() *seeing {
	places := NewDetector(nil).anchors
	return &seeing{scripted{in: make([]float32, 3*detectorSide*detectorSide), outs: [2][]float32{make([]float32, 896*16), make([]float32, 896)}},
		func(s *seeing) {
			for i := range s.outs[1] {
				s.outs[1][i] = -10
			}
			for _, d := range blobs(s.in, detectorSide, -1) {
				if d.r < 6 { // a tenth of the picture
					continue
				}
				best := 0
				for i, a := range places {
					was := places[best]
					if math.Hypot(float64(a[0])-d.x, float64(a[1])-d.y) < math.Hypot(float64(was[0])-d.x, float64(was[1])-d.y) {
						best = i
					}
				}
				s.outs[1][best] = float32(3 + 2.5*math.Cos(d.roll)) // it knows upright faces best
				d.roll = asUpright(d.roll)
				ax, ay := float64(places[best][0]), float64(places[best][1])
				box := s.outs[0][16*best : 16*best+16]
				box[0], box[1], box[2], box[3] = float32(d.x-ax), float32(d.y-ay), float32(2*d.r), float32(2*d.r)
				sin, cos := math.Sincos(d.roll)
				for k, at := range [6][2]float64{{-diskEyes, -diskEyes}, {diskEyes, -diskEyes}, {0, 0}, {0, diskEyes}, {-0.9, 0}, {0.9, 0}} {
					box[4+2*k] = float32(d.x - ax + d.r*(at[0]*cos-at[1]*sin))
					box[5+2*k] = float32(d.y - ay + d.r*(at[0]*sin+at[1]*cos))
				}
			}
		}}
}

func goldenMesh(canon *[468][3]float32, yaw func() float64) *seeing {
	return &seeing{scripted{in: make([]float32, 3*meshSide*meshSide), outs: [2][]float32{make([]float32, 478*3), make([]float32, 1)}},
		func(s *seeing) {
			s.outs[1][0] = -5
			var d disk
			for _, b := range blobs(s.in, meshSide, 0) {
				if b.r > d.r && math.Hypot(b.x-meshSide/2, b.y-meshSide/2) < meshSide/3 {
					d = b
				}
			}
			if d.r == 0 || d.r > 0.48*meshSide {
				return
			}
			d.roll = asUpright(d.roll)
			s.outs[1][0] = float32(6 * math.Cos(d.roll))
			sin, cos := math.Sincos(d.roll)
			sy, cy := math.Sincos(yaw() * math.Pi / 180)
			put := func(i int, x, y, z float64) {
				u, v, w := d.r*diskMesh*(x*cy+z*sy), -d.r*diskMesh*y, -d.r*diskMesh*(z*cy-x*sy)
				s.outs[0][3*i], s.outs[0][3*i+1], s.outs[0][3*i+2] = float32(d.x+u*cos-v*sin), float32(d.y+u*sin+v*cos), float32(w)
			}
			for i, c := range canon {
				put(i, float64(c[0]), float64(c[1]), float64(c[2]))
			}
			for eye, at := range [2][2]int{{RightEyeOuter, RightEyeInner}, {LeftEyeOuter, LeftEyeInner}} {
				a, b := canon[at[0]], canon[at[1]]
				for k, off := range [5][2]float64{{}, {0.58, 0}, {0, 0.58}, {-0.58, 0}, {0, -0.58}} {
					put(468+5*eye+k, float64(a[0]+b[0])/2+off[0], float64(a[1]+b[1])/2+off[1], float64(a[2]+b[2])/2)
				}
			}
		}}
}

// goldenRows is what the tracker says of a scene, frame by frame, and of all of it.
func goldenRows(t *testing.T, g *goldenScene) [][]float64 {
	t.Helper()
	canon := canonical(t)
	at := 0
	det, mesh := goldenDetector(), goldenMesh(canon, func() float64 { return g.yaw(at) })
	tr := NewWith(det, mesh, canon, g.opt)
	yes := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	var rows [][]float64
	for at = range goldenFrames {
		o, err := tr.Next(g.frame(at))
		if err != nil {
			t.Fatal(err)
		}
		row := []float64{float64(at), yes(o.Found), yes(o.Fresh), yes(o.Reset), float64(o.Faces)}
		if o.Found {
			row = append(row, o.Pose.Yaw, o.Pose.Pitch, o.Pose.Roll, o.IrisPx)
			for _, v := range []int{1, 152, RightEyeOuter, LeftEyeOuter} {
				row = append(row, float64(o.Landmarks.Points[v].X), float64(o.Landmarks.Points[v].Y))
			}
			row = append(row, float64(o.Landmarks.Score))
		}
		rows = append(rows, row)
	}
	return append(rows, []float64{float64(tr.FacesMax()), yes(tr.WayUpClear()), float64(det.runs), float64(mesh.runs)})
}

// What is followed in scenes of painted heads stays as it is written down: where a head
// is, how it is turned, whose it is, and how often the networks were asked. A change that
// is meant writes it again:
//
//	go test ./face -run Golden -update
//
// and its diff says what changed. Other tests say what is right; this one notices.
func TestGoldenScenes(t *testing.T) {
	var rows [][]float64
	for i := range goldenScenes {
		rows = append(rows, goldenRows(t, &goldenScenes[i])...)
	}
	goldentest.Rows(t, rows, goldentest.Slack{Least: goldenSlack}, func(row, column int) string {
		return fmt.Sprintf("frame %d of scene %d, value %d", row%(goldenFrames+1), row/(goldenFrames+1)+1, column+1)
	})
}
