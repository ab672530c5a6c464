package edf_test

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/report/edf"
	"facialis/report/reporttest"
)

// What is written is what a reader finds: values to half a step of the scale,
// annotations in full, missing stretches as the lowest value.
func TestRoundTrip(t *testing.T) {
	tr := reporttest.Trace(300, 30)
	a := reporttest.Small()
	var b bytes.Buffer
	if err := edf.Encode(&b, a, tr, edf.Options{}); err != nil {
		t.Fatal(err)
	}
	f := read(t, b.Bytes())
	if f.patient != "X X X X" || f.records != 10 || len(f.signals) != 30 {
		t.Fatalf("patient %q, %d records, %d signals", f.patient, f.records, len(f.signals))
	}
	for _, c := range []struct {
		label string
		want  []float32
	}{{"R frontalis", tr.Along[0][0]}, {"L zygomaticus", tr.Along[1][anatomy.AtZygomaticus]}, {"R-L platysma", tr.Diff[anatomy.AtPlatysma]}, {"L aperture", tr.Aperture[1]}, {"yaw", tr.Yaw}} {
		s := f.signal(t, c.label)
		if len(s.values) != 300 {
			t.Fatalf("%s has %d samples", c.label, len(s.values))
		}
		step := (s.high - s.low) / 65535
		for i, want := range c.want {
			switch got := s.values[i]; {
			case math.IsNaN(float64(want)):
				if got != s.low {
					t.Fatalf("%s, frame %d: %g where nothing was measured", c.label, i, got)
				}
			case math.Abs(got-float64(want)) > step:
				t.Fatalf("%s, frame %d: %g, want %g within %g", c.label, i, got, want, step)
			}
		}
	}
	want := []string{"0 4 task rest", "1 0.23 blink both twitch orbicularis_oculi", "1.3 0.2 spasm left twitch zygomaticus",
		"4.5 2.5 task smile", "5 1.5 synkinesis left tonic orbicularis_oculi", "5 1 BAD_not measured"}
	if !slices.Equal(f.notes, want) {
		t.Errorf("annotations\n%s\nwant\n%s", strings.Join(f.notes, "\n"), strings.Join(want, "\n"))
	}
}

// Any analysis fits, whatever stands in its header.
func TestAny(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := reporttest.Analysis(rt)
		fps := rapid.SampledFrom([]float64{12.5, 24, 25, 29.97, 30, 50, 60, 120, 240}).Draw(rt, "fps")
		tr := reporttest.Trace(rapid.IntRange(1, 300).Draw(rt, "frames"), fps)
		var b bytes.Buffer
		err := edf.Encode(&b, a, tr, edf.Options{Code: "a b", Name: "Zoë Ångström", Sex: "F",
			Recorded: time.Date(2026, 5, 7, 8, 9, 10, 0, time.UTC), Born: time.Date(1961, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			rt.Fatal(err)
		}
		f := read(rt, b.Bytes())
		if got := len(f.notes); got < len(a.Events)+len(a.Tasks) {
			rt.Fatalf("%d annotations of %d", got, len(a.Events)+len(a.Tasks))
		}
		if f.patient != "a_b F 01-JAN-1961 Zo?_?ngstr?m" || !strings.HasPrefix(f.recording, "Startdate 07-MAY-2026 X X facialis_") {
			rt.Fatalf("%q, %q", f.patient, f.recording)
		}
	})
}

// Every sample that was not measured stands clearly below all that were, within an
// annotation of its channel or of all; no measured sample does.
func TestHoles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fps := rapid.SampledFrom([]float64{25, 30, 60}).Draw(rt, "fps")
		n := rapid.IntRange(60, 300).Draw(rt, "frames")
		tr := reporttest.Trace(n, fps)
		for range rapid.IntRange(0, 6).Draw(rt, "holes") {
			col := rapid.SampledFrom([][]float32{tr.Along[0][1], tr.Aperture[0], tr.Yaw, tr.Diff[3]}).Draw(rt, "column")
			from := rapid.IntRange(0, n-1).Draw(rt, "from")
			for i := from; i < min(n, from+rapid.IntRange(1, 20).Draw(rt, "length")); i++ {
				col[i] = event.Missing
			}
		}
		var b bytes.Buffer
		if err := edf.Encode(&b, reporttest.Small(), tr, edf.Options{}); err != nil {
			rt.Fatal(err)
		}
		f := read(rt, b.Bytes())
		for _, s := range f.signals {
			least, most := math.Inf(1), math.Inf(-1)
			for _, v := range s.values {
				if v > s.low {
					least, most = min(least, v), max(most, v)
				}
			}
			if least-s.low < 0.1*(most-least) {
				rt.Fatalf("%s: %g stands for nothing beside %g to %g", s.label, s.low, least, most)
			}
			rate := float64(len(s.values)) / float64(f.records)
			for i, v := range s.values {
				at, inside := (float64(i)+0.5)/rate, false
				for _, note := range f.notes {
					parts := strings.SplitN(note, " ", 3)
					on, _ := strconv.ParseFloat(parts[0], 64)
					length, _ := strconv.ParseFloat(parts[1], 64)
					_, channel, one := strings.Cut(parts[2], "@@")
					if strings.HasPrefix(parts[2], "BAD_") && (!one || channel == s.label) && at > on && at < on+length {
						inside = true
					}
				}
				face := !slices.Contains([]string{"yaw", "pitch", "roll", "quality"}, s.label)
				if v == s.low && !inside || v > s.low && inside && face {
					rt.Fatalf("%s at %.3f s: %g, annotated: %v", s.label, at, v, inside)
				}
			}
		}
	})
}

func TestNothing(t *testing.T) {
	if err := edf.Encode(&bytes.Buffer{}, reporttest.Small(), reporttest.Trace(0, 30), edf.Options{}); err == nil {
		t.Error("a file of nothing was written")
	}
}

// A program that others read EDF+ with reads ours.
func TestBiosig(t *testing.T) {
	program, err := exec.LookPath("save2gdf")
	if err != nil {
		t.Skip("save2gdf (biosig-tools) is not here")
	}
	var b bytes.Buffer
	if err := edf.Encode(&b, reporttest.Small(), reporttest.Trace(300, 30), edf.Options{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.edf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-JSON", path).CombinedOutput()
	if err != nil {
		t.Fatalf("save2gdf: %v\n%s", err, out)
	}
	for _, want := range []string{"R frontalis", "spasm left twitch zygomaticus", `"EDF"`} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("save2gdf does not say %q:\n%.1500s", want, out)
		}
	}
}
