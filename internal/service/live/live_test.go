package live

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"math"
	"path/filepath"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/phantom"
	"facialis/video"
)

// asJPEG is a decoded picture as a browser sends it.
func asJPEG(t *testing.T, f *video.Frame, quality int) []byte {
	t.Helper()
	p := &image.YCbCr{Y: f.Y, Cb: f.Cb, Cr: f.Cr, YStride: f.W, CStride: (f.W + 1) / 2, SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(0, 0, f.W, f.H)}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Pictures of a drawn film that come one by one give every spasm that was drawn, on its
// side, across the change of windows, and none that the film as a file does not give.
func TestLiveFindsWhatTheFileHas(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and analyzes a film")
	}
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	twitch := func(at float64, side anatomy.Side) phantom.EventSpec {
		return phantom.EventSpec{At: at, Side: side, RiseMS: 70, FallMS: 110,
			Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 3, Share: 1}, {Region: anatomy.OrbicularisOculi, MM: 3, Share: 1}}}
	}
	spec := &phantom.Spec{Name: "live", Seed: 11, Seconds: 24, Events: []phantom.EventSpec{twitch(4, anatomy.Right), twitch(9.2, anatomy.Left), twitch(14.1, anatomy.Right), twitch(18.5, anatomy.Right), twitch(21.3, anatomy.Left)},
		Blinks: phantom.Blinks{RatePerMin: 15}, Camera: phantom.Camera{Width: 480, Height: 480, FPS: 30, FaceHeight: 0.66}}
	path := filepath.Join(t.TempDir(), "live.mp4")
	if _, err := phantom.Render(context.Background(), spec, path, nil); err != nil {
		t.Fatal(err)
	}
	res, err := pipeline.Run(context.Background(), engine, path, pipeline.DefaultOptions(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Close()
	s, err := New(engine)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var last *State
	var took, first float64
	delays := map[int]float64{}
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if last, err = s.Push(bytes.NewReader(asJPEG(t, f, 92)), f.T); err != nil {
			t.Fatal(err)
		}
		if took += last.TookMS; first == 0 {
			first = last.TookMS
		}
		for i, e := range spec.Events {
			for _, x := range last.Events {
				if _, told := delays[i]; !told && x.Kind == event.Spasm && math.Abs(x.OnsetS-e.At) < 0.2 {
					delays[i] = f.T - x.OffsetS
				}
			}
		}
		f.Release()
		s.looking.Wait() // as if pictures came no faster than they are measured
	}
	if last == nil || !last.Found || last.UpToS == nil {
		t.Fatalf("at the end: %+v", last)
	}
	t.Logf("%d pictures, %.1f ms each, a search %.0f ms; spasms told %v s after they ended", last.Pictures, took/float64(last.Pictures), last.LookMS, delays)
	spasms := func(events []event.Event) (out []event.Event) {
		for _, e := range events {
			if e.Kind == event.Spasm && e.OffsetS < *last.UpToS-0.5 {
				out = append(out, e)
			}
		}
		return out
	}
	file, here := spasms(res.Analysis.Events), spasms(last.Events)
	t.Logf("%d drawn, %d in the file, %d live", len(spec.Events), len(file), len(here))
	among := func(all []event.Event, at float64, side anatomy.Side) bool {
		for _, e := range all {
			if math.Abs(e.OnsetS-at) < 0.2 && e.Side == side {
				return true
			}
		}
		return false
	}
	for _, e := range spec.Events {
		if !among(here, e.At, e.Side) {
			t.Errorf("the spasm drawn at %.2f s on the %s was not found live", e.At, e.Side)
		}
	}
	for _, e := range here {
		if !among(file, e.OnsetS, e.Side) {
			t.Errorf("live %.2f s %s, which the file has not", e.OnsetS, e.Side)
		}
	}
	if len(here) > len(file) || len(file)-len(here) > 1 {
		t.Errorf("live %d spasms, in the file %d", len(here), len(file))
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	var all Sessions
	now := time.Now()
	if err := all.Start(engine, "a", "one", now); err != nil {
		t.Fatal(err)
	}
	if _, err := all.Get("a", "another", now); !errors.Is(err, ErrNone) {
		t.Errorf("another account gets %v", err)
	}
	s, err := all.Get("a", "one", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Push(bytes.NewReader([]byte("no picture")), 1); !errors.Is(err, ErrPicture) {
		t.Errorf("no picture: %v", err)
	}
	f := video.NewFrame(320, 240)
	if _, err := s.Push(bytes.NewReader(asJPEG(t, f, 80)), 2); err != nil {
		t.Error(err)
	}
	if _, err := s.Push(bytes.NewReader(asJPEG(t, f, 80)), 2); !errors.Is(err, ErrOrder) {
		t.Errorf("the same time again: %v", err)
	}
	if _, err := s.Push(bytes.NewReader(asJPEG(t, video.NewFrame(40, 40), 80)), 3); !errors.Is(err, ErrPicture) {
		t.Errorf("a tiny picture: %v", err)
	}
	s.mu.Lock()
	if _, err := s.Push(bytes.NewReader(nil), 4); !errors.Is(err, ErrBusy) {
		t.Errorf("while one is measured: %v", err)
	}
	s.mu.Unlock()
	for _, id := range []string{"b", "c", "d"} {
		if err := all.Start(engine, id, "one", now); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Start(engine, "e", "one", now); !errors.Is(err, ErrMany) {
		t.Errorf("a fifth session: %v", err)
	}
	if err := all.Start(engine, "e", "one", now.Add(idleAfter+time.Second)); err != nil {
		t.Errorf("after the others were left: %v", err)
	}
	if err := all.End("e", "one"); err != nil {
		t.Error(err)
	}
}
