package report

import (
	"bytes"
	"math"
	"testing"

	"facialis/anatomy"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

func TestParquetIsReadBack(t *testing.T) {
	_, want := fixture(40)
	want.MMPerPx, want.Cuts, want.Joints = math.NaN(), []float64{0.4, 0.8}, []float64{0.8}
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

// A file of a version before region malar says nothing of the cheek, not zero.
func TestParquetWithoutTheCheek(t *testing.T) {
	_, want := fixture(40)
	type row struct {
		T     float64  `parquet:"t_s"`
		Along *float32 `parquet:"along_right_zygomaticus_mm"`
		Diff  *float32 `parquet:"diff_zygomaticus_mm"`
	}
	rows := make([]row, want.Len())
	for i := range rows {
		rows[i] = row{want.T[i], &want.Along[anatomy.AtRight][anatomy.AtZygomaticus][i], &want.Diff[anatomy.AtZygomaticus][i]}
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b)
	w.SetKeyValueMetadata("facialis.schema", "1")
	w.SetKeyValueMetadata("facialis.noise", `{"along_right_zygomaticus_mm":0.25}`)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := DecodeParquet(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	k := anatomy.AtMalar
	for s := range 2 {
		for _, c := range [][]float32{got.Along[s][k], got.DX[s][k], got.DY[s][k], got.Diff[k]} {
			if len(c) != want.Len() || c[0] == c[0] || c[len(c)-1] == c[len(c)-1] {
				t.Fatalf("the cheek reads %v", c)
			}
		}
		if n := got.NoiseMM[s][k]; n == n {
			t.Errorf("the cheek's noise is %g", n)
		}
	}
	if got.NoiseMM[anatomy.AtRight][anatomy.AtZygomaticus] != 0.25 {
		t.Error("another region's noise was moved")
	}
	for i, v := range want.Along[anatomy.AtRight][anatomy.AtZygomaticus] {
		if g := got.Along[anatomy.AtRight][anatomy.AtZygomaticus][i]; g != v && (g == g || v == v) {
			t.Fatalf("row %d: %g, not %g", i, g, v)
		}
	}
}

// A trace of a version that did not say how well each region was seen is read without it.
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
	for s := range 2 {
		sd := got.SD[s][anatomy.AtOrbicularisOculi]
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
