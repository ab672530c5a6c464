package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want spread
	}{
		{[]float64{2}, spread{2, 2, 2}},
		{[]float64{3, 1, 2}, spread{1, 2, 3}},
		{[]float64{4, 1, 2, 3}, spread{1, 2.5, 4}},
	} {
		if got := spreadOf(c.in); got != c.want {
			t.Errorf("spread of %v is %v, want %v", c.in, got, c.want)
		}
	}
}

func TestRatiosAreOfPairs(t *testing.T) {
	a, b := runs{{wall: 6, cpu: 8}, {wall: 9, cpu: 2}}, runs{{wall: 2, cpu: 2}, {wall: 9, cpu: 1}}
	if got, want := over(a, b, wall), (spread{1, 2, 3}); got != want {
		t.Errorf("ratio of wall times %v, want %v", got, want)
	}
	if got, want := over(a, b, cpu), (spread{2, 3, 4}); got != want {
		t.Errorf("ratio of processor times %v, want %v", got, want)
	}
}

func TestMeasured(t *testing.T) {
	u, err := measured(t.Context(), andMemory, "sleep", "0.2")
	if err != nil {
		t.Fatal(err)
	}
	if u.wall < 0.2 {
		t.Errorf("a process that sleeps 0.2 s took %v s", u.wall)
	}
	if runtime.GOOS == "linux" && (u.program <= 0 || u.tree <= 0) {
		t.Errorf("memory of %d bytes, with children %d", u.program, u.tree)
	}
	if _, err := measured(t.Context(), timeOnly, "false"); err == nil {
		t.Error("a failed process was measured")
	}
}

// The decoder is a child of the program, so a child's processor time must count.
func TestMeasuredCountsChildren(t *testing.T) {
	loop := `i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; exit 0`
	u, err := measured(t.Context(), timeOnly, "sh", "-c", `sh -c "$0"; true`, loop)
	if err != nil {
		t.Fatal(err)
	}
	if u.cpu <= 0 {
		t.Fatalf("a busy child took %g s of a processor", u.cpu)
	}
	if runtime.GOOS == "linux" && child(u) < u.cpu/2 {
		t.Errorf("of %g s the child took %g", u.cpu, child(u))
	}
}

func TestDescendants(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lists a process's children in /proc")
	}
	u, err := measured(t.Context(), andMemory, "sh", "-c", "sh -c 'sleep 0.3; true'; true")
	if err != nil {
		t.Fatal(err)
	}
	if u.tree <= 0 {
		t.Errorf("three processes take %d bytes", u.tree)
	}
}

func TestFigureInProc(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process's memory in /proc")
	}
	if n := inProc(os.Getpid(), "status", "VmHWM:"); n < 1<<20 {
		t.Errorf("this test takes %d bytes", n)
	}
	if n := inProc(os.Getpid(), "status", "Nothing:"); n != 0 {
		t.Errorf("a line that is not there says %d", n)
	}
	if n := share(os.Getpid()); n < 1<<20 {
		t.Errorf("this test's share is %d bytes", n)
	}
}

// The page and the README say the same figures, and a second run replaces those
// of the first.
func TestPages(t *testing.T) {
	dir := t.TempDir()
	o := options{page: filepath.Join(dir, "speed.md"), readme: filepath.Join(dir, "README.md"), runs: 3, seconds: 60}
	if err := os.WriteFile(o.readme, []byte("before\n"+from+"old\n"+to+"\nafter\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFigures(o)
	r := row{size: sizes[0], Pictures: 1500, WallRatio: spread{2.5, 2.75, 3.125}, CPURatio: spread{3, 3, 3}}
	f.Filmed, f.Drawn, f.Start = []row{r}, []row{r}, r
	f.Memory = []memoryRow{{1, 100, 150, 4}, {10, 101, 159, 40}}
	f.Stages = []stage{{size: sizes[0], Whole: 3.25}}
	for range 2 {
		if err := f.write(o); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile(o.page)
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := os.ReadFile(o.readme)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"page": string(page), "README": string(quoted)} {
		if !strings.Contains(text, "2.75 (2.50–3.12)") || !strings.Contains(text, "159 MB") {
			t.Errorf("the %s lacks figures:\n%s", name, text)
		}
	}
	if !strings.Contains(string(page), "grows by 1.00 MB") {
		t.Errorf("the page does not tell how memory grows:\n%s", page)
	}
	if s := string(quoted); strings.Count(s, from) != 1 || strings.Contains(s, "old") || !strings.HasPrefix(s, "before\n") || !strings.HasSuffix(s, to+"\nafter\n") {
		t.Errorf("the README is %q", s)
	}
	if _, err := replaced("no marks", "x"); err == nil {
		t.Error("a text without marks was taken")
	}
}

// The page about memory leaves the first minutes out of the growth, and growth
// above the limit is an error.
func TestMemoryPage(t *testing.T) {
	o := options{memoryPage: filepath.Join(t.TempDir(), "memory.md"), seconds: 60}
	f := newFigures(o)
	f.Memory = []memoryRow{{1, 100, 150, 4}, {5, 101, 154, 20}, {40, 101, 157.15, 160}}
	if err := f.writeMemory(o); err != nil {
		t.Error(err)
	}
	page, err := os.ReadFile(o.memoryPage)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"0.090 MB a minute", "| 40 min | 101.0 MB | 157.2 MB | 160 s |", "From 5 minutes on"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	f.Memory[2].Tree = 158
	if err := f.writeMemory(o); !errors.Is(err, errGrows) {
		t.Errorf("growth of 0.114 MB a minute: %v", err)
	}
}
