package motion

import (
	"math"
	"slices"

	"facialis/face"
)

// The pictures by which a head is learned.
const (
	samplesMost   = 240 // pictures in all
	samplesKeys   = 60  // key frames they belong to
	sampleDeg     = 2.0 // degrees: pictures turned less differently are of one pose
	sampleSize    = 0.04
	samplesPose   = 4    // pictures of one pose
	sampleApartS  = 0.69 // s between them, so that no one movement is in all
	sampleLinkMax = 1.25 // of samplesMost: pictures that another key frame was taken from are kept beyond it
)

// A sample is a picture by which a head is learned.
type sample struct {
	sighting
	key    *sampleKey
	mesh   [468][2]float32
	linked bool // a key frame was taken from it
}

// sampleKey is a key frame of samples.
type sampleKey struct {
	sighting
	from *sample // the frame it was taken from; nil for the first of a segment
}

// album is the pictures by which the head is learned, gathered while the film is read:
// few, and as different in pose as the film has them. At most samplesKeys keys, and at
// most samplesMost samples but for those that a key frame was taken from. Every
// sample's key is among keys, and every key's from among samples.
type album struct {
	keys    []*sampleKey
	samples []*sample
	poses   map[samplePose]sampled
	last    *sample // the present frame, if it is a sample
	focal   float64 // the focal length over the picture's longer side that the film tells; 0 where it does not
}

func newAlbum() album { return album{poses: map[samplePose]sampled{}} }

// samplePose is a pose up to what counts as the same.
type samplePose struct {
	key              *sampleKey
	yaw, pitch, size int
}

// sampled is how many samples there are of a pose, and when the last one was taken.
type sampled struct {
	n int
	t float64
}

// addKey keeps a key frame for samples to belong to; nil where there is no room, or
// where the frame it was taken from, which then is the present one, was not kept.
func (a *album) addKey(g *sighting) *sampleKey {
	if len(a.keys) >= samplesKeys {
		return nil
	}
	k := &sampleKey{sighting: *g}
	if g.what == aKey {
		if k.from = a.last; k.from == nil {
			return nil
		}
		k.from.linked = true
	}
	a.keys = append(a.keys, k)
	return k
}

// offer keeps the present frame, at t seconds and in a pose, if that pose is not among
// those there are enough of. One that a key frame is taken from is kept in any case,
// see link.
func (a *album) offer(g *sighting, k *sampleKey, mesh *mesh, t float64, p face.Pose) {
	at := samplePose{k, int(math.Floor(p.Yaw / sampleDeg)), int(math.Floor(p.Pitch / sampleDeg)), int(math.Floor(math.Log(g.size) / sampleSize))}
	have := a.poses[at]
	if have.n >= samplesPose || have.n > 0 && t < have.t+sampleApartS || len(a.samples) >= samplesMost {
		return
	}
	a.poses[at] = sampled{have.n + 1, t}
	a.keep(g, k, mesh)
}

// link keeps the present frame because a key frame is taken from it.
func (a *album) link(g *sighting, k *sampleKey, mesh *mesh) {
	if a.last == nil && k != nil && float64(len(a.samples)) < sampleLinkMax*samplesMost {
		a.keep(g, k, mesh)
	}
}

// keep makes the present frame a sample.
func (a *album) keep(g *sighting, k *sampleKey, mesh *mesh) {
	s := &sample{sighting: *g, key: k}
	s.x, s.y, s.like = slices.Clone(g.x), slices.Clone(g.y), slices.Clone(g.like)
	copy(s.mesh[:], mesh.pts[:468])
	a.samples = append(a.samples, s)
	a.last = s
}

// copy is an album of its own with the same samples and keys, which point to each other;
// a goes on marking its own.
func (a *album) copy() album {
	c := newAlbum()
	c.focal = a.focal
	samples, keys := map[*sample]*sample{}, map[*sampleKey]*sampleKey{}
	for _, k := range a.keys {
		own := *k
		keys[k] = &own
		c.keys = append(c.keys, &own)
	}
	for _, s := range a.samples {
		own := *s
		own.key = keys[s.key]
		samples[s] = &own
		c.samples = append(c.samples, &own)
	}
	for _, k := range c.keys {
		k.from = samples[k.from]
	}
	return c
}

// learn finds the person's head from the samples, seen in pictures like v.
func (a *album) learn(g *grid, v *view) *head {
	l := newLearner(g, a.keys, a.samples, v.long)
	if a.focal > 0 {
		l.expect(a.focal)
	}
	return l.learn(lens{f: l.usual * v.long, cx: v.center[0], cy: v.center[1]})
}
