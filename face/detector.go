package face

import (
	"fmt"
	"math"
	"slices"

	"facialis/internal/infer"
	"facialis/video"
)

// Net is one network: fill Input, Run, read Output.
type Net interface {
	Input() []float32
	Run() error
	Output(i int) []float32
}

// Detection is one face as the detector sees it, in pixels of the frame.
type Detection struct {
	X, Y, W, H float64 // middle and size of the box
	Score      float64 // probability, 0..1
	// Keys are the person's right eye, left eye, nose tip, mouth middle, right
	// and left ear.
	Keys [6][2]float64

	angle float64 // by which the square was turned in which it was seen, radians
}

// Square is the crop that the mesh wants around the detection: the box made
// square, 1.5 times as large, turned so that the eyes are level.
func (d Detection) Square() Square {
	return Square{d.X, d.Y, 1.5 * max(d.W, d.H),
		math.Atan2(d.Keys[1][1]-d.Keys[0][1], d.Keys[1][0]-d.Keys[0][0])}
}

const (
	detectorSide = 128
	// The least score of a detection in the whole frame is MediaPipe's own. The
	// many squares of a deep look give texture many chances to look like a face:
	// on a cartoon title such faces reached 0.60 to 0.72, by how the squares were
	// sampled, while the weakest small true face that was looked at had 0.76. The
	// margin is narrow.
	wholeScore, deepScore = 0.5, 0.7
	overlapSame           = 0.3 // detections that overlap more are one face
)

// Detector finds faces in whole frames.
type Detector struct {
	net     Net
	anyRoll bool    // faces are sought at every quarter turn
	gain    float64 // by which the picture is brightened; 0 and 1 leave it
	anchors [896][2]float32
	raw     []Detection
	out     []Detection
}

// NewDetector makes a detector of its network.
func NewDetector(net Net) *Detector {
	d := &Detector{net: net}
	i := 0
	for _, layer := range [2]struct{ cells, each int }{{16, 2}, {8, 6}} {
		step := float32(detectorSide) / float32(layer.cells)
		for y := range layer.cells {
			for x := range layer.cells {
				for range layer.each {
					d.anchors[i] = [2]float32{(float32(x) + 0.5) * step, (float32(y) + 0.5) * step}
					i++
				}
			}
		}
	}
	return d
}

// Faces finds the faces of a frame, the largest first. The whole frame is seen
// at 128 × 128 pixels, in which a face of less than about a tenth of the frame
// is lost; with deep set, overlapping squares of the frame are looked at too.
// The slice is valid until the next call.
func (d *Detector) Faces(f *video.Frame, deep bool) ([]Detection, error) {
	d.raw = d.raw[:0]
	w, h := float64(f.W), float64(f.H)
	if err := d.lookAround(f, Square{w / 2, h / 2, max(w, h), 0}, wholeScore); err != nil {
		return nil, err
	}
	if deep {
		for _, part := range [2]float64{1, 2} {
			side := min(w, h) / part
			if side < detectorSide {
				break
			}
			nx, ny := tiles(w, side), tiles(h, side)
			for j := range ny {
				for i := range nx {
					q := Square{spread(i, nx, w, side), spread(j, ny, h, side), side, 0}
					if err := d.lookAround(f, q, deepScore); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	d.merge()
	return d.out, nil
}

// lookAround looks at one square as it is and, where faces may lie any way, at each of
// its quarter turns: the network knows upright faces only.
func (d *Detector) lookAround(f *video.Frame, q Square, least float64) error {
	turns := 1
	if d.anyRoll {
		turns = 4
	}
	for range turns {
		if err := d.look(f, q, least); err != nil {
			return err
		}
		q.Angle += math.Pi / 2
	}
	return nil
}

// tiles is how many squares, overlapping by at least 30 %, cover a length.
func tiles(length, side float64) int {
	if length <= side*oneTileTimes {
		return 1
	}
	return 1 + int(math.Ceil((length-side)/(side*tileStepShare)))
}

// spread is the middle of the i-th of n squares over a length.
func spread(i, n int, length, side float64) float64 {
	if n == 1 {
		return length / 2
	}
	return side/2 + float64(i)*(length-side)/float64(n-1)
}

// look runs the network on one square and notes what it sees.
func (d *Detector) look(f *video.Frame, q Square, least float64) error {
	Sample(d.net.Input(), detectorSide, f, q, d.scale(), -1)
	if err := d.net.Run(); err != nil {
		return fmt.Errorf("looking for faces: %w", err)
	}
	boxes, scores := d.net.Output(0), d.net.Output(1)
	for i, a := range d.anchors {
		score := float64(infer.Sigmoid(scores[i]))
		if !(score >= least) {
			continue
		}
		b := boxes[16*i : 16*i+16]
		at := func(k int) (float64, float64) {
			return q.At(float64(a[0]+b[k]), float64(a[1]+b[k+1]), detectorSide)
		}
		det := Detection{Score: score, angle: q.Angle}
		det.X, det.Y = at(0)
		det.W, det.H = float64(b[2])/detectorSide*q.Side, float64(b[3])/detectorSide*q.Side
		for k := range det.Keys {
			det.Keys[k][0], det.Keys[k][1] = at(4 + 2*k)
		}
		if det.W > 0 && det.H > 0 {
			d.raw = append(d.raw, det)
		}
	}
	return nil
}

// uprightRoom is how much larger than the mesh's crop the detector's square is
// when the way up is sought: the detector was trained on faces with some room
// around them.
const uprightRoom = 1.6

// best is the highest logit that the detector gives anywhere in the square.
func (d *Detector) best(f *video.Frame, q Square) (float64, error) {
	q.Side *= uprightRoom
	Sample(d.net.Input(), detectorSide, f, q, d.scale(), -1)
	if err := d.net.Run(); err != nil {
		return 0, fmt.Errorf("looking for the way up: %w", err)
	}
	return float64(slices.Max(d.net.Output(1)[:len(d.anchors)])), nil
}

// scale makes luma what the network was trained on, −1 to 1, brightened.
func (d *Detector) scale() float32 { return float32(2.0 / 255 * max(d.gain, 1)) }

// merge joins detections that overlap into one each: the mean, weighted by
// score, of all that overlap the likeliest.
func (d *Detector) merge() {
	d.out = d.out[:0]
	slices.SortFunc(d.raw, func(a, b Detection) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	for len(d.raw) > 0 {
		best := d.raw[0]
		sum := Detection{}
		total := 0.0
		rest := d.raw[:0]
		for _, r := range d.raw {
			if overlap(best, r) < overlapSame {
				rest = append(rest, r)
				continue
			}
			if r.angle != best.angle { // seen askew: it would draw the eyes aside
				continue
			}
			total += r.Score
			sum.X += r.Score * r.X
			sum.Y += r.Score * r.Y
			sum.W += r.Score * r.W
			sum.H += r.Score * r.H
			for k := range r.Keys {
				sum.Keys[k][0] += r.Score * r.Keys[k][0]
				sum.Keys[k][1] += r.Score * r.Keys[k][1]
			}
		}
		d.raw = rest
		sum.X, sum.Y, sum.W, sum.H = sum.X/total, sum.Y/total, sum.W/total, sum.H/total
		for k := range sum.Keys {
			sum.Keys[k][0] /= total
			sum.Keys[k][1] /= total
		}
		sum.Score = best.Score
		d.out = append(d.out, sum)
	}
	slices.SortFunc(d.out, func(a, b Detection) int {
		switch {
		case a.W*a.H > b.W*b.H:
			return -1
		case a.W*a.H < b.W*b.H:
			return 1
		}
		return 0
	})
}

// overlap is the shared area of two boxes over that of the smaller one; a tile
// may show only a part of a face, and that part is no second face.
func overlap(a, b Detection) float64 {
	w := min(a.X+a.W/2, b.X+b.W/2) - max(a.X-a.W/2, b.X-b.W/2)
	h := min(a.Y+a.H/2, b.Y+b.H/2) - max(a.Y-a.H/2, b.Y-b.H/2)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h / min(a.W*a.H, b.W*b.H)
}
