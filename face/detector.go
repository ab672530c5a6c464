package face

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"facialis/internal/infer"
	"facialis/video"
)

// Net is a network with its input and outputs; internal/infer's sessions are.
type Net interface {
	Input() []float32
	Run() error
	Output(i int) []float32
}

// Box is a face found by the detector, in px of the frame: its square's centre
// and size, and the six key points (the person's right eye, left eye, nose tip,
// mouth, right and left ear).
type Box struct {
	X, Y, W, H float64
	Keys       [6][2]float64
	Score      float64
}

const (
	detectorSide  = 128
	minDetection  = 0.5 // MediaPipe's own
	overlapIsSame = 0.3
)

// detector is BlazeFace with its anchors.
type detector struct {
	net     Net
	anchors [][2]float64
}

func newDetector(net Net) *detector {
	d := &detector{net: net}
	for _, l := range []struct{ cells, each int }{{16, 2}, {8, 6}} {
		for y := range l.cells {
			for x := range l.cells {
				for range l.each {
					d.anchors = append(d.anchors, [2]float64{(float64(x) + 0.5) / float64(l.cells), (float64(y) + 0.5) / float64(l.cells)})
				}
			}
		}
	}
	return d
}

// find returns the faces of a frame, largest first. A frame in which none is
// found at full view is looked at again in overlapping squares, where a small
// face is larger.
func (d *detector) find(f *video.Frame) ([]Box, error) {
	w, h := float64(f.W), float64(f.H)
	out, err := d.view(f, crop{x: w / 2, y: h / 2, size: math.Max(w, h)}, nil)
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		side := math.Min(w, h)
		for _, size := range []float64{side, side * 0.55} {
			for y := size / 2; y <= h-size/2+1; y += math.Max(size/2, 1) {
				for x := size / 2; x <= w-size/2+1; x += math.Max(size/2, 1) {
					if out, err = d.view(f, crop{x: x, y: y, size: size}, out); err != nil {
						return nil, err
					}
				}
			}
			if len(out) > 0 {
				break
			}
		}
	}
	out = suppress(out)
	slices.SortStableFunc(out, func(a, b Box) int { return cmp.Compare(b.W*b.H, a.W*a.H) })
	return out, nil
}

// view runs the detector on one square of the frame and adds what it finds.
func (d *detector) view(f *video.Frame, c crop, out []Box) ([]Box, error) {
	c.tensor(d.net.Input(), detectorSide, f, -1, 1)
	if err := d.net.Run(); err != nil {
		return nil, fmt.Errorf("looking for faces: %w", err)
	}
	boxes, scores := d.net.Output(0), d.net.Output(1)
	for i, a := range d.anchors {
		p := float64(infer.Sigmoid(scores[i]))
		if p < minDetection {
			continue
		}
		raw := boxes[i*16 : i*16+16]
		at := func(k int) (float64, float64) {
			return c.point(float64(raw[k])/detectorSide+a[0], float64(raw[k+1])/detectorSide+a[1])
		}
		b := Box{Score: p, W: float64(raw[2]) / detectorSide * c.size, H: float64(raw[3]) / detectorSide * c.size}
		b.X, b.Y = at(0)
		for k := range b.Keys {
			b.Keys[k][0], b.Keys[k][1] = at(4 + 2*k)
		}
		out = append(out, b)
	}
	return out, nil
}

// suppress keeps the best of boxes that lie on one another.
func suppress(in []Box) []Box {
	slices.SortStableFunc(in, func(a, b Box) int { return cmp.Compare(b.Score, a.Score) })
	var out []Box
	for _, b := range in {
		same := false
		for _, o := range out {
			if overlap(b, o) > overlapIsSame {
				same = true
				break
			}
		}
		if !same {
			out = append(out, b)
		}
	}
	return out
}

// overlap is the intersection of two boxes over their union.
func overlap(a, b Box) float64 {
	w := math.Min(a.X+a.W/2, b.X+b.W/2) - math.Max(a.X-a.W/2, b.X-b.W/2)
	h := math.Min(a.Y+a.H/2, b.Y+b.H/2) - math.Max(a.Y-a.H/2, b.Y-b.H/2)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h / (a.W*a.H + b.W*b.H - w*h)
}

// crop is the square the mesh looks at, from a detection: the box's longer
// side × 1.5, turned so that the eyes are level.
func (b Box) crop() crop {
	return crop{x: b.X + 0.5, y: b.Y + 0.5, size: 1.5 * math.Max(b.W, b.H),
		angle: math.Atan2(b.Keys[1][1]-b.Keys[0][1], b.Keys[1][0]-b.Keys[0][0])}
}
