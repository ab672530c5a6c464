package report

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParquetIsReadBack(t *testing.T) {
	_, want := fixture(40)
	want.MMPerPx = math.NaN()
	var b bytes.Buffer
	if err := EncodeParquet(&b, want, "0.1.0-test"); err != nil {
		t.Fatal(err)
	}
	got, err := DecodeParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Options{
		cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b }),
		cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b }),
	}
	if d := cmp.Diff(want, got, same); d != "" {
		t.Errorf("(-want +got):\n%.2000s", d)
	}
}

// A file that is cut or changed anywhere is an error or a trace, never a crash.
func FuzzDecodeParquet(f *testing.F) {
	_, tr := fixture(2)
	var b bytes.Buffer
	if err := EncodeParquet(&b, tr, "v"); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add(b.Bytes()[:b.Len()/2])
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if tr, err := DecodeParquet(bytes.NewReader(data), int64(len(data))); err == nil && tr.Len() < 0 {
			t.Error("a trace of less than nothing")
		}
	})
}
