package motion

import (
	"fmt"
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/goldentest"
	"facialis/video"
)

const (
	goldenW, goldenH = 320, 400
	goldenFrames     = 200
	goldenIris       = 5.85  // mm, the radius of a painted iris
	goldenEvery      = 3     // of so many pictures one is written down
	goldenSlack      = 0.004 // of what was written: mm, degrees or px
	goldenShare      = 0.01  // and this share of it more
)

// moment is what a drawn person does in one picture.
type moment struct {
	pose  drawnPose
	shut  [2]float64 // share by which the eyes are shut
	down  float64    // mm by which they look down
	light float64    // of the picture, 1 as it is at first
	shade float64    // luma added across the face
	lost  bool       // no face is found
}

// goldenMoment is the film that the golden trace is of: rest with a little sway, blinks,
// twitches, a hold, a look down, a turn with a pull in it, a head that tilts and comes
// near, a face that is lost and found, pictures that repeat, other light and a shade.
func goldenMoment(i int) moment {
	if i == 84 || i == 86 || i == 88 {
		i-- // the picture before once more
	}
	t := float64(i)
	bump := func(at, half float64) float64 { // a cosine's hump
		if d := math.Abs(t-at) / half; d < 1 {
			return (1 + math.Cos(math.Pi*d)) / 2
		}
		return 0
	}
	ramp := func(from, up, down, to float64) float64 {
		return math.Max(0, math.Min(1, math.Min((t-from)/(up-from), (to-t)/(to-down))))
	}
	m := moment{light: 1}
	m.pose = drawnPose{
		yaw:   1.5*math.Sin(t/11) + 14*ramp(100, 112, 130, 142),
		pitch: 1.0*math.Sin(t/17) - 5*ramp(104, 116, 128, 138),
		roll:  0.6*math.Sin(t/13) + 8*ramp(145, 152, 160, 166),
		size:  1.25 * (1 + 0.004*math.Sin(t/19) + 0.07*ramp(148, 156, 162, 168)),
		x:     35 + math.Sin(t/15), y: 45 + math.Sin(t/12),
	}
	m.pose.pull[anatomy.AtRight] = 2*bump(30, 4) + 1.5*ramp(60, 63, 78, 81) + 2.5*bump(122, 4)
	m.pose.pull[anatomy.AtLeft] = 3*bump(45, 5) + 0.8*bump(90, 4)
	blinks := bump(16, 4) + bump(52, 4) + bump(118, 4) + bump(188, 4)
	m.shut = [2]float64{blinks + 0.3*bump(70, 4), blinks}
	m.down = 3 * ramp(92, 95, 98, 101)
	if i >= 176 {
		m.light = 0.85
	}
	m.shade = 25 * ramp(180, 190, 300, 301)
	m.lost = i >= 168 && i < 172
	return m
}

// goldenFilm draws the person: the drawn head with painted eyes in it.
type goldenFilm struct {
	*drawnHead
	lid *texture
}

func (g *goldenFilm) picture(i int) (*video.Frame, *face.Observation) {
	m := goldenMoment(i)
	p := m.pose
	back := p.back()
	var eyes [2]eye
	for s := range 2 {
		eyes[s] = eye{drop: 8 * m.shut[s] * 0.8, rise: 8 * m.shut[s] * 0.15, gaze: m.down, contrast: 1}
	}
	pix := make([]byte, goldenW*goldenH)
	for y := range goldenH {
		for x := range goldenW {
			u, v := back(float64(x), float64(y))
			luma := -1.0
			for s, sign := range [2]float64{-1, 1} {
				if a, b := u-sign*31, 26-v; math.Abs(a) < 14 && math.Abs(b) < 9 {
					luma = eyes[s].at(g.lid, nil, a, b) // no hand covers it
				}
			}
			u, v = p.atRest(u, v)
			if luma < 0 {
				luma = g.skin.at(1.9*u, 1.9*v)
			}
			luma = m.light*luma + m.shade*math.Max(0, math.Min(1, (u+10)/30))
			pix[y*goldenW+x] = byte(max(0, min(255, math.Round(luma))))
		}
	}
	lm := &face.Landmarks{Score: 1}
	put := func(v int, x, y, z float64) {
		px, py := p.at(x, y, z)
		lm.Points[v] = face.Point{X: float32(px + 0.5), Y: float32(py + 0.5)}
	}
	for v, c := range g.canon {
		put(v, 10*float64(c[0]), 10*float64(c[1]), 10*float64(c[2]))
	}
	for s, sign := range [2]float64{-1, 1} {
		for k := range 5 {
			up, low := g.canon[vUpperLid[s][k]], g.canon[vLowerLid[s][k]]
			gap := 10 * float64(up[1]-low[1])
			put(vUpperLid[s][k], 10*float64(up[0]), 10*float64(up[1])-0.8*gap*m.shut[s], 10*float64(up[2]))
			put(vLowerLid[s][k], 10*float64(low[0]), 10*float64(low[1])+0.15*gap*m.shut[s], 10*float64(low[2]))
		}
		for k, d := range [5][2]float64{{}, {goldenIris, 0}, {0, goldenIris}, {-goldenIris, 0}, {0, -goldenIris}} {
			x, y := sign*31+d[0], 26+d[1]-m.down
			put(468+5*s+k, x, y, bulge(x, y))
		}
	}
	o := &face.Observation{Index: i, T: float64(i) / 30, Found: !m.lost, Fresh: true, Landmarks: lm,
		IrisPx: meshIris * 2 * goldenIris * drawnPx * p.size * math.Cos(p.yaw*math.Pi/180), // as the mesh sees it
		Pose:   face.Pose{Yaw: p.yaw, Pitch: p.pitch, Roll: p.roll}}
	if m.lost {
		o.Landmarks = nil
	}
	return &video.Frame{Index: i, T: float64(i) / 30, W: goldenW, H: goldenH, Y: pix, Full: true}, o
}

// goldenRow is what a trace says at one picture, in the order of goldenNames.
func goldenRow(tr *event.Trace, i int) []float64 {
	out := []float64{tr.T[i], float64(tr.Quality[i]), float64(tr.Yaw[i]), float64(tr.Pitch[i]), float64(tr.Roll[i]),
		float64(tr.FaceX[i]), float64(tr.FaceY[i]), float64(tr.FaceW[i]), float64(tr.LipOpen[i]), float64(tr.Distance[i])}
	for s := range 2 {
		out = append(out, float64(tr.Aperture[s][i]), float64(tr.Shown[s][i]), float64(tr.BrowHeight[s][i]), float64(tr.CornerOut[s][i]), float64(tr.CornerUp[s][i]))
		for k := range anatomy.NumRegions {
			out = append(out, float64(tr.DX[s][k][i]), float64(tr.DY[s][k][i]), float64(tr.SD[s][k][i]))
		}
	}
	return out
}

func goldenNames() []string {
	out := []string{"t", "quality", "yaw", "pitch", "roll", "face_x", "face_y", "face_w", "lip_open", "distance"}
	for _, side := range anatomy.Sides {
		for _, n := range []string{"aperture", "shown", "brow_height", "corner_out", "corner_up"} {
			out = append(out, fmt.Sprintf("%s.%s", n, side))
		}
		for _, r := range anatomy.Regions {
			for _, n := range []string{"dx", "dy", "sd"} {
				out = append(out, fmt.Sprintf("%s.%s.%s", n, side, r))
			}
		}
	}
	return out
}

// goldenWhole is what a trace says of the whole film.
func goldenWhole(tr *event.Trace) []float64 {
	out := []float64{tr.MMPerPx, tr.ScaleUncertainty, tr.FocalPx, float64(tr.Len()), float64(len(tr.Cuts))}
	for s := range 2 {
		out = append(out, tr.NoiseMM[s][:]...)
	}
	return append(out, tr.DiffNoiseMM[:]...)
}

// What is measured of a drawn person who does a little of everything stays as it is
// written down. A change that is meant writes it again:
//
//	go test ./motion -run Golden -update
//
// and its diff says what changed. Other tests say what is right; this one notices.
func TestGoldenTrace(t *testing.T) {
	g := &goldenFilm{drawnHead: newDrawnHead(), lid: newTexture(21)}
	m := New(DefaultParams(), &g.canon)
	for i := range goldenFrames {
		f, o := g.picture(i)
		if err := m.Push(f, o); err != nil {
			t.Fatal(err)
		}
	}
	tr, err := m.Finish()
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	rows := [][]float64{goldenWhole(tr)}
	for i := 0; i < tr.Len(); i += goldenEvery {
		rows = append(rows, goldenRow(tr, i))
	}
	names := goldenNames()
	goldentest.Rows(t, rows, goldentest.Slack{Least: goldenSlack, Share: goldenShare}, func(row, column int) string {
		if row == 0 {
			return fmt.Sprintf("value %d of the whole film", column+1)
		}
		return fmt.Sprintf("%s at %.2f s", names[column], rows[row][0])
	})
}
