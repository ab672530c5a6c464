package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/motion"
	"facialis/video"
)

// marks are the mesh points whose mean speaks for a region, the person's right
// side and left side.
var marks = [anatomy.NumRegions][2][]int{
	anatomy.AtFrontalis:       {{105, 66, 107}, {334, 296, 336}},
	anatomy.AtMalar:           {{205, 50, 36}, {425, 280, 266}},
	anatomy.AtZygomaticus:     {{61, 76, 62}, {291, 306, 292}},
	anatomy.AtOrbicularisOris: {{39, 40, 37}, {269, 270, 267}},
	anatomy.AtDepressor:       {{181, 91, 84}, {405, 321, 314}},
	anatomy.AtMentalis:        {{201, 194, 204}, {421, 418, 424}},
	anatomy.AtPlatysma:        {{172, 136, 150}, {397, 365, 379}},
}

// lids are three pairs of points, upper over lower, of each eye.
var lids = [2][3][2]int{{{159, 145}, {160, 144}, {158, 153}}, {{386, 374}, {387, 373}, {385, 380}}}

// landmarkTrace measures by the mesh alone, as published tools do: the mesh on
// every frame, the face turned and scaled by the corners of the eyes, every
// region's place less its median over 20 s. The detector is the same as the
// program's own.
func landmarkTrace(ctx context.Context, engine *face.Networks, path string) (*event.Trace, error) {
	r, err := video.Open(ctx, path, video.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	opt := face.DefaultOptions()
	opt.MeshEveryS = 1e-6 // every frame
	tracker, err := face.New(engine, opt)
	if err != nil {
		return nil, err
	}
	defer tracker.Close()
	tr := &event.Trace{MMPerPx: math.NaN()}
	var perMM []float64 // eye span in irises
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		o, err := tracker.Next(f)
		if err != nil {
			f.Release()
			return nil, fmt.Errorf("finding the face: %w", err)
		}
		addRow(tr, f.T, &o)
		if o.Found && o.IrisPx > 0 {
			perMM = append(perMM, o.IrisPx/eyeSpan(o.Landmarks)/motion.IrisMM)
		}
		f.Release()
	}
	if len(perMM) == 0 {
		return tr, nil
	}
	slices.Sort(perMM)
	mm := 1 / perMM[len(perMM)/2] // of an eye span
	tr.MMPerPx = 1                // a scale is known
	for s := range 2 {
		for k := range anatomy.NumRegions {
			for _, c := range [][]float32{tr.DX[s][k], tr.DY[s][k]} {
				for i := range c {
					c[i] *= float32(mm)
				}
				settle(tr.T, c)
			}
		}
		for i := range tr.Aperture[s] {
			tr.Aperture[s][i] *= float32(mm)
		}
	}
	for k := range anatomy.NumRegions {
		a := anatomy.Directions[k]
		for s := range 2 {
			along := make([]float32, tr.Len())
			for i := range along {
				along[i] = float32(a[0])*tr.DX[s][k][i] + float32(a[1])*tr.DY[s][k][i]
			}
			tr.Along[s][k], tr.NoiseMM[s][k] = along, motion.Noise(tr.T, along)
		}
		d := make([]float32, tr.Len())
		for i := range d {
			d[i] = tr.Along[0][k][i] - tr.Along[1][k][i]
		}
		tr.Diff[k], tr.DiffNoiseMM[k] = d, motion.Noise(tr.T, d)
	}
	return tr, nil
}

func eyeSpan(l *face.Landmarks) float64 {
	a, b := l.Points[face.RightEyeOuter], l.Points[face.LeftEyeOuter]
	return math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y))
}

// addRow writes one frame: places in eye spans, outwards and up from the middle
// between the eyes' four corners.
func addRow(tr *event.Trace, t float64, o *face.Observation) {
	tr.T = append(tr.T, t)
	miss := event.Missing
	if !o.Found || o.Landmarks == nil {
		for s := range 2 {
			for k := range anatomy.NumRegions {
				tr.DX[s][k], tr.DY[s][k] = append(tr.DX[s][k], miss), append(tr.DY[s][k], miss)
			}
			tr.Aperture[s] = append(tr.Aperture[s], miss)
			for _, c := range []*[]float32{&tr.BrowHeight[s], &tr.CornerOut[s], &tr.CornerUp[s]} {
				*c = append(*c, miss)
			}
		}
		for _, c := range []*[]float32{&tr.LipOpen, &tr.Yaw, &tr.Pitch, &tr.Roll, &tr.FaceX, &tr.FaceY, &tr.FaceW} {
			*c = append(*c, miss)
		}
		tr.Quality = append(tr.Quality, 0)
		return
	}
	p := &o.Landmarks.Points
	var ox, oy float64
	for _, v := range []int{face.RightEyeOuter, face.RightEyeInner, face.LeftEyeInner, face.LeftEyeOuter} {
		ox, oy = ox+float64(p[v].X)/4, oy+float64(p[v].Y)/4
	}
	a, b := p[face.RightEyeOuter], p[face.LeftEyeOuter]
	span := eyeSpan(o.Landmarks)
	ex, ey := float64(b.X-a.X)/span, float64(b.Y-a.Y)/span
	at := func(v int) (x, y float64) {
		dx, dy := float64(p[v].X)-ox, float64(p[v].Y)-oy
		return (dx*ex + dy*ey) / span, (dx*ey - dy*ex) / span
	}
	for s := range 2 {
		sign := float64(2*s - 1) // outwards is to the picture's left on the person's right
		var open float64
		for _, l := range lids[s] {
			_, u := at(l[0])
			_, d := at(l[1])
			open += (u - d) / 3
		}
		for k := range anatomy.NumRegions {
			var x, y float64
			if k == anatomy.AtOrbicularisOculi {
				y = open
			} else {
				for _, v := range marks[k][s] {
					px, py := at(v)
					x, y = x+sign*px/3, y+py/3
				}
			}
			tr.DX[s][k], tr.DY[s][k] = append(tr.DX[s][k], float32(x)), append(tr.DY[s][k], float32(y))
		}
		tr.Aperture[s] = append(tr.Aperture[s], float32(open))
		for _, c := range []*[]float32{&tr.BrowHeight[s], &tr.CornerOut[s], &tr.CornerUp[s]} {
			*c = append(*c, miss)
		}
	}
	tr.LipOpen = append(tr.LipOpen, miss)
	tr.Yaw, tr.Pitch, tr.Roll = append(tr.Yaw, float32(o.Pose.Yaw)), append(tr.Pitch, float32(o.Pose.Pitch)), append(tr.Roll, float32(o.Pose.Roll))
	tr.FaceX, tr.FaceY, tr.FaceW = append(tr.FaceX, float32(ox)), append(tr.FaceY, float32(oy)), append(tr.FaceW, float32(span))
	tr.Quality = append(tr.Quality, 1)
}

// settle takes a column's median within ± 10 s out of it, found once a second.
func settle(t []float64, c []float32) {
	level := make([]float32, len(c))
	var now float32
	var win []float32
	lo, hi := 0, 0
	next := math.Inf(-1)
	for i := range c {
		if t[i] >= next {
			next = t[i] + 1
			for t[lo] < t[i]-10 {
				lo++
			}
			for hi < len(t) && t[hi] <= t[i]+10 {
				hi++
			}
			win = win[:0]
			for _, v := range c[lo:hi] {
				if v == v {
					win = append(win, v)
				}
			}
			now = event.Missing
			if len(win) > 0 {
				slices.Sort(win)
				now = win[len(win)/2]
			}
		}
		level[i] = now
	}
	for i := range c {
		c[i] -= level[i]
	}
}
