package motion

import (
	"slices"
	"testing"

	"facialis/face"
)

// sightingOf is a sighting of two pins at a size.
func sightingOf(what sightingKind, size float64) *sighting {
	return &sighting{what: what, size: size, x: []float32{1, 2}, y: []float32{3, 4}, like: []float32{1, 1}}
}

// Of one pose there are four samples, 0.69 s apart; another pose or size has its own.
func TestAnAlbumHasDifferentPoses(t *testing.T) {
	a, m := newAlbum(), &mesh{}
	k := a.addKey(sightingOf(aBegin, 3))
	if k == nil || k.from != nil || len(a.keys) != 1 {
		t.Fatalf("the first key frame is kept: %+v", a.keys)
	}
	offer := func(at, yaw, pitch, size float64) bool {
		n := len(a.samples)
		a.last = nil
		a.offer(sightingOf(aFrame, size), k, m, at, face.Pose{Yaw: yaw, Pitch: pitch})
		if kept := len(a.samples) > n; kept != (a.last != nil) {
			t.Errorf("at %g s kept %t, and the last one is %v", at, kept, a.last)
		}
		return len(a.samples) > n
	}
	for _, c := range []struct {
		at, yaw, pitch, size float64
		want                 bool
	}{
		{0, 0.5, 0.5, 3, true}, {0.68, 0.5, 0.5, 3, false}, {0.7, 1.9, 1.9, 3, true}, {0.71, 2.1, 0.5, 3, true}, {0.72, 0.5, -0.1, 3, true},
		{0.73, 0.5, 0.5, 3.2, true}, {1.4, 0.5, 0.5, 3, true}, {2.1, 0.5, 0.5, 3, true}, {2.8, 0.5, 0.5, 3, false},
	} {
		if got := offer(c.at, c.yaw, c.pitch, c.size); got != c.want {
			t.Errorf("at %g s, yaw %g, pitch %g, %g px a mm: kept %t", c.at, c.yaw, c.pitch, c.size, got)
		}
	}
	for i := range 1000 {
		offer(100+float64(i), 100+3*float64(i), 0, 3)
	}
	if len(a.samples) != 240 {
		t.Errorf("%d samples, want 240", len(a.samples))
	}
	for _, s := range a.samples {
		if s.key != k || &s.x[0] == &a.samples[0].x[0] && s != a.samples[0] {
			t.Fatal("a sample has its key and its own pins")
		}
	}
}

// A key frame that the tracker went on to hangs by the frame it was taken from, which is
// kept for that even where the album is full, but not without end.
func TestKeyFramesHangByTheirFrame(t *testing.T) {
	a, m := newAlbum(), &mesh{}
	first := a.addKey(sightingOf(aBegin, 3))
	if k := a.addKey(sightingOf(aKey, 3)); k != nil {
		t.Errorf("a key frame of a frame that was not kept: %+v", k)
	}
	a.link(sightingOf(aFrame, 3), nil, m) // the present key frame is not in the album
	if len(a.samples) != 0 || a.last != nil {
		t.Errorf("a frame without a key was kept: %+v", a.samples)
	}
	a.link(sightingOf(aFrame, 3), first, m)
	from := a.last
	if len(a.samples) != 1 || from == nil || from.linked {
		t.Fatalf("%+v", a.samples)
	}
	a.link(sightingOf(aFrame, 3), first, m) // it is kept already
	if len(a.samples) != 1 {
		t.Errorf("one frame was kept twice")
	}
	k := a.addKey(sightingOf(aKey, 3))
	if k == nil || k.from != from || !from.linked {
		t.Errorf("%+v hangs by %+v", k, from)
	}
	for range 1000 {
		a.last = nil
		a.link(sightingOf(aFrame, 3), first, m)
	}
	if len(a.samples) != 300 { // 1.25 times 240
		t.Errorf("%d samples, want 300", len(a.samples))
	}
	for range 100 {
		a.addKey(sightingOf(aBegin, 3))
	}
	if len(a.keys) != 60 {
		t.Errorf("%d key frames, want 60", len(a.keys))
	}
}

// A copy stands by itself: its keys and samples point to each other, and what the first
// one goes on with is not in it.
func TestACopyOfAnAlbumStandsByItself(t *testing.T) {
	a, m := newAlbum(), &mesh{}
	first := a.addKey(sightingOf(aBegin, 3))
	a.link(sightingOf(aFrame, 3), first, m)
	a.addKey(sightingOf(aKey, 3))
	a.focal = 0.9
	c := a.copy()
	if len(c.keys) != 2 || len(c.samples) != 1 || c.focal != 0.9 {
		t.Fatalf("%+v", c)
	}
	if c.keys[0] == a.keys[0] || c.samples[0] == a.samples[0] || c.samples[0].key != c.keys[0] || c.keys[1].from != c.samples[0] || c.keys[0].from != nil {
		t.Errorf("%+v", c)
	}
	a.samples[0].linked = false
	a.addKey(sightingOf(aBegin, 3))
	if !c.samples[0].linked || len(c.keys) != 2 {
		t.Error("the copy follows the first one")
	}
}

// The first key frame stays, the second one goes when there are too many, and no two in
// use have one number.
func TestKeyFrames(t *testing.T) {
	var f keyFrames
	take := func() *key { return &key{pxPerMM: 3, fine: newPatches(1, 3), z: []float64{2}} }
	number := func(k *key) { k.slot = f.freeSlot(k) }
	first := take()
	f.begin(first)
	number(first)
	var all []*key
	for range 5 {
		k := take()
		f.add(k, 4)
		number(k)
		all = append(all, k)
		if f.active != k || f.cam != unmoved {
			t.Fatal("the tracker goes on from the new one")
		}
	}
	if want := []*key{first, all[2], all[3], all[4]}; !slices.Equal(f.all, want) {
		t.Errorf("%d key frames, the first and the last three are to stay", len(f.all))
	}
	seen := map[int]bool{}
	for _, k := range f.all {
		if seen[k.slot] || k.slot < 0 || k.slot > 3 {
			t.Errorf("number %d twice or beyond those in use", k.slot)
		}
		seen[k.slot] = true
	}
	f.cam = camera{{0, -2, 0.5, 7}, {2, 0, 0, 9}} // twice as large, turned by a right angle
	f.active.fine.x[0], f.active.fine.y[0] = 10, 20
	if x, y := f.place(0); x != -32 || y != 29 {
		t.Errorf("the pin lies at %g, %g", x, y)
	}
	if f.times() != 2 || f.pxPerMM() != 6 {
		t.Errorf("%g times as large, %g px a mm", f.times(), f.pxPerMM())
	}
	f.lose()
	if f.active != nil || len(f.all) != 0 {
		t.Error("nothing is left of a lost face")
	}
}
