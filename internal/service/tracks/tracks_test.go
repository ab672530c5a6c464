package tracks_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	_ "facialis/internal/rapidtest"
	"facialis/internal/service/tracks"
	"facialis/internal/service/work/worktest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func open(t testing.TB, tr *event.Trace) *tracks.Trace {
	var b bytes.Buffer
	if err := tracks.WriteTrace(&b, tr); err != nil {
		t.Fatal(err)
	}
	f, err := tracks.OpenTrace(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What was written is read back, missing values too.
func TestTraceRoundTrip(t *testing.T) {
	for _, seconds := range []float64{0, 0.1, 3} {
		want := worktest.Trace(seconds)
		if want.Len() > 0 {
			want.Along[0][3][1], want.NoiseMM[1][2], want.MMPerPx = event.Missing, math.NaN(), math.NaN()
		}
		got, err := open(t, want).Load()
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	}
}

// However few points are asked for: none of the values lies outside the least
// and the greatest of its bucket, and both are values that are there.
func TestThinKeepsPeaks(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr := worktest.Trace(4)
		v := tr.Along[0][anatomy.AtZygomaticus]
		for i := range v {
			v[i] = float32(rapid.IntRange(-50, 50).Draw(rt, "v"))
			if v[i] > 45 {
				v[i] = event.Missing
			}
		}
		f := open(t, tr)
		from := rapid.Float64Range(0, 3).Draw(rt, "from")
		to := from + rapid.Float64Range(0, 2).Draw(rt, "length")
		points := rapid.IntRange(1, 150).Draw(rt, "points")
		p, err := f.Part(from, to, points, []string{"movement.right.zygomaticus"})
		if err != nil {
			rt.Fatal(err)
		}
		n := 0
		least, most := math.Inf(1), math.Inf(-1)
		for i, x := range tr.T {
			if x >= from && x <= to {
				n++
				if v[i] == v[i] {
					least, most = min(least, float64(v[i])), max(most, float64(v[i]))
				}
			}
		}
		if p.Frames != n || len(p.T) != min(n, points) {
			rt.Fatalf("%d frames as %d points, not %d as %d", p.Frames, len(p.T), n, points)
		}
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range p.T {
			if a, b := float64(p.Series[0].Min[i]), float64(p.Series[0].Max[i]); a == a {
				if a > b {
					rt.Fatal("the least is above the greatest")
				}
				lo, hi = min(lo, a), max(hi, b)
			}
		}
		if lo != least || hi != most {
			rt.Fatalf("from %g to %g, not %g to %g", lo, hi, least, most)
		}
	})
}

func TestNames(t *testing.T) {
	f := open(t, worktest.Trace(1))
	for want, n := range map[string]int{"movement": 2 * anatomy.NumRegions, "movement.right": anatomy.NumRegions, "difference": anatomy.NumRegions, "aperture.left": 1, "out": 2 * anatomy.NumRegions, "none": 0, "move": 0} {
		if got := len(f.Names([]string{want})); got != n {
			t.Errorf("%s: %d columns, not %d", want, got, n)
		}
	}
	if got := len(f.Names(nil)); got != 16+3*anatomy.NumRegions {
		t.Errorf("%d columns without a choice", got)
	}
}

func TestMesh(t *testing.T) {
	for _, mirrored := range []bool{false, true} {
		var b bytes.Buffer
		w := tracks.NewMeshWriter(&b, mirrored)
		var lm face.Landmarks
		lm.Points[face.RightEyeOuter] = face.Point{X: 64, Y: 24}
		lm.Points[face.LeftEyeOuter] = face.Point{X: -5, Y: 999}
		for i := range 90 {
			w.Add(float64(i)/30, 128, 96, &lm)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		c, err := tracks.ReadMesh(bytes.NewReader(b.Bytes()), int64(b.Len()), 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.T) < 9 || len(c.T) > 11 || c.T[0] < 1 || c.T[len(c.T)-1] > 2 {
			t.Errorf("rows at %v", c.T)
		}
		side := map[bool]string{false: "right", true: "left"}[mirrored]
		seen := false
		for i, n := range c.Points {
			if n == "upper_lid."+side+".0" {
				seen = true
				if x, y := c.Frames[0][2*i], c.Frames[0][2*i+1]; math.Abs(float64(x)-0.5) > 1e-4 || math.Abs(float64(y)-0.25) > 1e-4 {
					t.Errorf("%s lies at %g %g", n, x, y)
				}
			}
		}
		if !seen {
			t.Errorf("there is no upper_lid.%s.0", side)
		}
	}
}

func TestValues(t *testing.T) {
	v := tracks.Values{1, -0.00001, event.Missing, float32(math.Inf(1)), 0.12345, 1e9}
	got, err := json.Marshal(v)
	if err != nil || string(got) != "[1,0,null,null,0.1235,1000000000]" {
		t.Errorf("%s %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	var b bytes.Buffer
	if err := tracks.WriteTrace(&b, worktest.Trace(0.1)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("FMESH01\n\x02\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if tr, err := tracks.OpenTrace(bytes.NewReader(data)); err == nil && tr.Rows() < 1000 {
			tr.Part(0, 1, 10, nil)
			tr.Load()
		}
		tracks.ReadMesh(bytes.NewReader(data), int64(len(data)), 0, 1)
	})
}

// An hour at 60 frames a second, whole, thinned to 2000 points: what the app
// asks for when it zooms out.
func BenchmarkHour(b *testing.B) {
	path := filepath.Join(b.TempDir(), "trace")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	tr := worktest.Trace(7200)
	if err := tracks.WriteTrace(f, tr); err != nil {
		b.Fatal(err)
	}
	for _, names := range [][]string{{"difference.zygomaticus"}, {"movement"}} {
		b.Run(fmt.Sprint(names), func(b *testing.B) {
			for b.Loop() {
				t, err := tracks.OpenTrace(f)
				if err != nil {
					b.Fatal(err)
				}
				p, err := t.Part(0, 1e9, 2000, names)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := json.Marshal(p.Series); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Files of versions before region malar have seven regions: their noise floors stay
// with their regions, and the cheek is not measured.
func TestTraceWithoutTheCheek(t *testing.T) {
	want := worktest.Trace(1)
	for s := range 2 {
		for k := range anatomy.NumRegions {
			want.NoiseMM[s][k] = 0.01 * float64(1+k)
		}
	}
	var b bytes.Buffer
	if err := tracks.WriteTrace(&b, want); err != nil {
		t.Fatal(err)
	}
	var h map[string]any
	n := binary.LittleEndian.Uint32(b.Bytes()[8:])
	rows := b.Bytes()[12+n:]
	if err := json.Unmarshal(b.Bytes()[12:12+n], &h); err != nil {
		t.Fatal(err)
	}
	var names []any
	old := slices.Clone(rows[:8*want.Len()]) // the times
	for i, c := range h["columns"].([]any) {
		if !strings.Contains(c.(string), "malar") {
			names = append(names, c)
			old = append(old, rows[8*want.Len()+4*want.Len()*i:][:4*want.Len()]...)
		}
	}
	h["columns"] = names
	without := func(v any) []any { return slices.Delete(v.([]any), anatomy.AtMalar, anatomy.AtMalar+1) }
	h["diff_noise_mm"] = without(h["diff_noise_mm"])
	for s := range 2 {
		h["noise_mm"].([]any)[s] = without(h["noise_mm"].([]any)[s])
	}
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	file := append(binary.LittleEndian.AppendUint32([]byte("FTRACE1\n"), uint32(len(text))), text...)
	f, err := tracks.OpenTrace(bytes.NewReader(append(file, old...)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Load()
	if err != nil {
		t.Fatal(err)
	}
	k := anatomy.AtMalar
	if want.DiffNoiseMM[k] = math.NaN(); len(got.Along[0][k]) != want.Len() {
		t.Fatalf("%d rows of the cheek", len(got.Along[0][k]))
	}
	missing := func(c []float32) {
		for i := range c {
			c[i] = event.Missing
		}
	}
	missing(want.Diff[k])
	for s := range 2 {
		want.NoiseMM[s][k] = math.NaN()
		want.Along[s][k], want.DX[s][k], want.DY[s][k] = slices.Clone(want.Along[s][k]), slices.Clone(want.DX[s][k]), slices.Clone(want.DY[s][k])
		missing(want.Along[s][k])
		missing(want.DX[s][k])
		missing(want.DY[s][k])
	}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

// A mesh of an earlier version numbers seven regions; they are read by name.
func TestMeshOfNumberedRegions(t *testing.T) {
	const header = `{"points":["bridge.0","region.right.0","region.right.2","region.left.6"]}`
	file := append(binary.LittleEndian.AppendUint32([]byte("FMESH01\n"), uint32(len(header))), header...)
	m, err := tracks.ReadMesh(bytes.NewReader(file), int64(len(file)), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"bridge.0", "region.right.frontalis", "region.right.zygomaticus", "region.left.platysma"}; !slices.Equal(m.Points, want) {
		t.Errorf("%v, want %v", m.Points, want)
	}
}
