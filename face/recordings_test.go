package face

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"facialis/internal/recordings"
	"facialis/video"
)

func engine(t testing.TB) *Networks {
	t.Helper()
	e, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// follow tracks a recording and calls see with every observation.
func follow(t testing.TB, path string, opt Options, see func(f *video.Frame, o Observation)) {
	t.Helper()
	tr, err := New(engine(t), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		o, err := tr.Next(f)
		if err != nil {
			t.Fatal(err)
		}
		see(f, o)
		f.Release()
	}
}

// blinksOf finds blinks by the plainest rule: the eyes' opening falls under
// half of its usual value.
func blinksOf(open []float64, usual float64) (runs [][2]int) {
	for i := 0; i < len(open); i++ {
		if !(open[i] < usual/2) {
			continue
		}
		j := i
		for j+1 < len(open) && open[j+1] < usual/2 {
			j++
		}
		runs = append(runs, [2]int{i, j})
		i = j
	}
	return runs
}

func TestTalkingFaceBlinks(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	dir := recordings.Folder(t, "..")
	var open []float64
	fresh, found, pose := 0, 0, Pose{}
	follow(t, filepath.Join(dir, "talking_face.webm"), Options{}, func(_ *video.Frame, o Observation) {
		v := math.NaN()
		if o.Found {
			found++
			a, b := LidOpening(o.Landmarks)
			v = (a + b) / 2
			pose.Yaw += o.Pose.Yaw
			pose.Pitch += o.Pose.Pitch
		}
		if o.Fresh {
			fresh++
		}
		open = append(open, v)
	})
	usual := running80(open)
	hit := make([]bool, len(open))
	blinks := 0
	for _, r := range blinksOfVarying(open, usual) {
		blinks++
		for i := max(0, r[0]-5); i <= min(len(open)-1, r[1]+5); i++ {
			hit[i] = true
		}
	}
	truth := readBlinks(t, filepath.Join(dir, "talking_face.blinks.csv"))
	caught := 0
	for _, b := range truth {
		for i := b[0]; i <= b[1] && i < len(hit); i++ {
			if hit[i] {
				caught++
				break
			}
		}
	}
	n := float64(len(open))
	t.Logf("%d frames, found %.3f, fresh %.3f, %d of %d blinks with %d runs; mean yaw %.1f pitch %.1f",
		len(open), float64(found)/n, float64(fresh)/n, caught, len(truth), blinks, pose.Yaw/n, pose.Pitch/n)
	if caught < 58 || blinks > len(truth)+4 {
		t.Errorf("%d of %d blinks with %d runs", caught, len(truth), blinks)
	}
}

func running80(x []float64) []float64 {
	out := make([]float64, len(x))
	hist := make([]int, 256)
	q := func(v float64) int { return max(0, min(255, int(v*400))) }
	const half = 125
	n := 0
	for i := -half; i < len(x); i++ {
		if j := i + half; j < len(x) && !math.IsNaN(x[j]) {
			hist[q(x[j])]++
			n++
		}
		if j := i - half - 1; j >= 0 && !math.IsNaN(x[j]) {
			hist[q(x[j])]--
			n--
		}
		if i >= 0 {
			k := 0
			for b, c := range hist {
				if k += c; 5*k >= 4*n {
					out[i] = (float64(b) + 0.5) / 400
					break
				}
			}
		}
	}
	return out
}

func blinksOfVarying(open, usual []float64) [][2]int {
	rel := make([]float64, len(open))
	for i := range rel {
		rel[i] = open[i] / usual[i]
	}
	return blinksOf(rel, 1)
}

// readBlinks reads the first and last frame of each blink.
func readBlinks(t *testing.T, path string) (out [][2]int) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		p := strings.Split(sc.Text(), ",")
		if len(p) < 2 {
			continue
		}
		a, errA := strconv.Atoi(p[0])
		b, errB := strconv.Atoi(p[1])
		if errA == nil && errB == nil {
			out = append(out, [2]int{a, b})
		}
	}
	return out
}
