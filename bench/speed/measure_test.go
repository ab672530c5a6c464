package main

import (
	"os"
	"runtime"
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

func TestMeasured(t *testing.T) {
	u, err := measured(t.Context(), "sleep", "0.2")
	if err != nil {
		t.Fatal(err)
	}
	if u.wall < 0.2 || u.cpu >= 0.2 {
		t.Errorf("a process that sleeps 0.2 s took %v s and %v s of a processor", u.wall, u.cpu)
	}
	if runtime.GOOS == "linux" && (u.own <= 0 || u.tree < u.own) {
		t.Errorf("memory of %d bytes, with children %d", u.own, u.tree)
	}
	if _, err := measured(t.Context(), "false"); err == nil {
		t.Error("a failed process was measured")
	}
}

func TestStatusOfThisProcess(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process's memory in /proc")
	}
	if n := status(os.Getpid(), "VmHWM:"); n < 1<<20 {
		t.Errorf("this test takes %d bytes", n)
	}
	if n := status(os.Getpid(), "Nothing:"); n != 0 {
		t.Errorf("a line that is not there says %d", n)
	}
}
