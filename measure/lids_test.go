package measure

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// shutEyes leaves a share of the open eyes' width and of what shows in them, from on to off.
func shutEyes(tr *event.Trace, on, off, width, shows float64, sides ...int) {
	if sides == nil {
		sides = []int{anatomy.AtRight, anatomy.AtLeft}
	}
	for i, at := range tr.T {
		if at < on || at >= off {
			continue
		}
		for _, s := range sides {
			tr.Aperture[s][i] *= float32(width)
			tr.Shown[s][i] *= float32(shows)
			tr.Along[s][anatomy.AtOrbicularisOculi][i] += float32(10 * (1 - width))
		}
	}
}

func TestClosures(t *testing.T) {
	for _, tc := range []struct {
		name string
		draw func(tr *event.Trace)
		want []Span
	}{
		{"nothing", func(*event.Trace) {}, nil},
		{"a blink", func(tr *event.Trace) { shutEyes(tr, 5, 5.2, 0.2, 0.15) }, []Span{{5, 5.2}}},
		{"long", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.2, 0.15) }, []Span{{5, 8}}},
		{"one eye", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.2, 0.15, anatomy.AtLeft) }, nil},
		{"narrowed in a smile", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.7, 0.6) }, nil},
		{"a blink, then a look down", func(tr *event.Trace) {
			shutEyes(tr, 5, 5.2, 0.2, 0.15)
			shutEyes(tr, 5.2, 8, 0.2, 0.3)
		}, []Span{{5, 5.2}}},
		{"dark: the mesh sees them half open", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.7, 0.15) }, []Span{{5, 8}}},
		{"in the sun: nothing shows in open eyes either", func(tr *event.Trace) {
			shutEyes(tr, 0, 20, 1, 0.1)
			shutEyes(tr, 5, 8, 0.7, 1)
		}, nil},
	} {
		tr := still(20)
		tc.draw(tr)
		got := closures(tr)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %+v, want %v", tc.name, got, tc.want)
			continue
		}
		for i, c := range got {
			if math.Abs(c.FromS-tc.want[i].FromS) > 0.07 || math.Abs(c.ToS-tc.want[i].ToS) > 0.07 {
				t.Errorf("%s: %.2f to %.2f s, want %v", tc.name, c.FromS, c.ToS, tc.want[i])
			}
		}
	}
}

// The lids' columns of the Talking Face clip, in which eyes are cast down for seconds,
// against its 61 blinks, marked frame by frame.
func TestTalkingFacesClosures(t *testing.T) {
	rows := func(path string, zipped bool) [][]string {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := csv.NewReader(f)
		if zipped {
			z, err := gzip.NewReader(f)
			if err != nil {
				t.Fatal(err)
			}
			r = csv.NewReader(z)
		}
		all, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all[1:]
	}
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return math.NaN()
		}
		return v
	}
	tr := &event.Trace{}
	for _, row := range rows(filepath.Join("testdata", "talking_face_lids.csv.gz"), true) {
		tr.T = append(tr.T, number(row[0]))
		for s := range 2 {
			tr.Aperture[s] = append(tr.Aperture[s], float32(number(row[1+3*s])))
			tr.Shown[s] = append(tr.Shown[s], float32(number(row[2+3*s])))
			tr.Along[s][anatomy.AtOrbicularisOculi] = append(tr.Along[s][anatomy.AtOrbicularisOculi], float32(number(row[3+3*s])))
		}
	}
	var marked, longest float64
	marks := rows(filepath.Join("..", "bench", "demo", "talking_face_blinks.csv"), false)
	found := closures(tr)
	hit := 0
	for _, m := range marks {
		from, to := number(m[0]), number(m[1])
		marked += to - from
		longest = max(longest, to-from)
		for _, c := range found {
			if c.FromS < to+0.1 && c.ToS > from-0.1 {
				hit++
				break
			}
		}
	}
	var told, most float64
	for _, c := range found {
		told += c.Len()
		most = max(most, c.Len())
	}
	all := tr.T[len(tr.T)-1] - tr.T[0]
	t.Logf("%d closures, %.1f %% of the time, longest %.2f s; marked %d, %.1f %%, %.2f s", len(found), 100*told/all, most, len(marks), 100*marked/all, longest)
	if math.Abs(told-marked) > 0.02*all || math.Abs(most-longest) > 0.2 || hit < 59 || len(found) > len(marks)+4 {
		t.Errorf("%d closures, %.1f %% of the time, longest %.2f s, %d of the marked ones; marked %d, %.1f %%, %.2f s", len(found), 100*told/all, most, hit, len(marks), 100*marked/all, longest)
	}
}
