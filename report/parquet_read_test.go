package report

import (
	"bytes"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"facialis/anatomy"
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

// A trace of a version that did not say how certain the lids are is read without it.
func TestOldParquetIsRead(t *testing.T) {
	type row struct {
		T   float64 `parquet:"t_s"`
		Eye float32 `parquet:"along_right_orbicularis_oculi_mm,optional"`
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b, parquet.KeyValueMetadata("facialis.schema", "1"))
	if _, err := w.Write([]row{{0, 1}, {0.04, 2}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := DecodeParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if v := got.Along[anatomy.AtRight][anatomy.AtOrbicularisOculi]; len(v) != 2 || v[1] != 2 {
		t.Errorf("the eyelid reads %v", v)
	}
	for s, sd := range got.LidSD {
		if len(sd) != 2 || sd[0] == sd[0] {
			t.Errorf("side %d: what was not said is %v", s, sd)
		}
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
