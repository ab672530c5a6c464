package infer

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
)

func open(t testing.TB) *Engine {
	t.Helper()
	e, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func session(t testing.TB, e *Engine, name string) *Session {
	t.Helper()
	s, err := e.Session(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for i := range s.Input() {
		s.Input()[i] = float32(i%97) / 97
	}
	return s
}

func TestSessions(t *testing.T) {
	e := open(t)
	for name, want := range map[string][]int{Detector: {896 * 16, 896}, Attention: {478 * 3, 1}} {
		s := session(t, e, name)
		if err := s.Run(); err != nil {
			t.Fatal(name, err)
		}
		for i, n := range want {
			out := s.Output(i)
			if len(out) != n {
				t.Errorf("%s: output %d has %d values, want %d", name, i, len(out), n)
			}
			for _, v := range out {
				if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
					t.Fatalf("%s: output %d holds %v", name, i, v)
				}
			}
		}
		// Many runs, since the runtime's own work now and then counts too.
		if n := testing.AllocsPerRun(50, func() { s.Run() }); n != 0 {
			t.Errorf("%s: Run allocates %v times", name, n)
		}
		if len(e.Models()[name+".onnx"]) != 64 {
			t.Errorf("%s has no SHA-256", name)
		}
	}
	if _, err := e.Session("horse"); err == nil {
		t.Error("a model that does not exist was loaded")
	}
}

// Sessions side by side give what one alone gives.
func TestParallel(t *testing.T) {
	e := open(t)
	alone := session(t, e, Attention)
	if err := alone.Run(); err != nil {
		t.Fatal(err)
	}
	sessions := []*Session{session(t, e, Attention), session(t, e, Attention)}
	var wg sync.WaitGroup
	for _, s := range sessions {
		wg.Go(func() {
			for range 10 {
				if err := s.Run(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, s := range sessions {
		if !slices.Equal(s.Output(0), alone.Output(0)) {
			t.Error("a session in parallel gives other points")
		}
	}
}

func TestMissing(t *testing.T) {
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrMissing) {
		t.Errorf("opening an empty folder gives %v", err)
	}
	t.Setenv("FACIALIS_LIB", t.TempDir())
	if _, err := Find(); !errors.Is(err, ErrMissing) {
		t.Errorf("finding in an empty folder gives %v", err)
	}
}

// The canonical face is symmetric: its outer eye corners mirror each other.
func TestCanonical(t *testing.T) {
	c, err := open(t).Canonical()
	if err != nil {
		t.Fatal(err)
	}
	r, l := c[33], c[263]
	if r[0] >= 0 || math.Abs(float64(r[0]+l[0])) > 1e-4 || math.Abs(float64(r[1]-l[1])) > 1e-4 {
		t.Errorf("outer eye corners at %v and %v", r, l)
	}
	if w := l[0] - r[0]; w < 8 || w > 10 {
		t.Errorf("the outer eye corners lie %v cm apart", w)
	}
}

func benchmark(b *testing.B, name string) {
	s := session(b, open(b), name)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDetector(b *testing.B)  { benchmark(b, Detector) }
func BenchmarkAttention(b *testing.B) { benchmark(b, Attention) }

// BenchmarkOpen is what a program pays before its first frame.
func BenchmarkOpen(b *testing.B) {
	e := open(b)
	for b.Loop() {
		s, err := e.Session(Attention)
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
