package scratch

import (
	"errors"
	"testing"
)

// Columns of any kind lie side by side, keep what was written when their memory is
// given back, and are in memory where the file is full.
func TestColumns(t *testing.T) {
	const n = 4099
	k, err := NewColumns(ColumnBytes[float32](n) + ColumnBytes[float64](n) + ColumnBytes[int32](n))
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	a, b, c, d := Column[float32](k, n), Column[float64](k, n), Column[int32](k, n), Column[float32](k, n)
	for i := range n {
		a[i], b[i], c[i], d[i] = float32(i), float64(-i), int32(3*i), 1
	}
	k.Free()
	for i := range n {
		if a[i] != float32(i) || b[i] != float64(-i) || c[i] != int32(3*i) || d[i] != 1 {
			t.Fatalf("row %d is %g, %g, %d, %g", i, a[i], b[i], c[i], d[i])
		}
	}
	for range 2 {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
	k.Free()
	if e := Column[int32](k, 3); len(e) != 3 {
		t.Error("no column after the file")
	}
	if e := Column[int32](nil, 3); len(e) != 3 {
		t.Error("no column without a file")
	}
}

// Where there is no room on the disk, there is no file.
func TestColumnsWithoutRoom(t *testing.T) {
	if _, err := NewColumns(1 << 60); err == nil {
		t.Error("an exabyte was reserved")
	}
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	if _, err := NewColumns(1 << 12); err == nil {
		t.Error("a file where there is no folder")
	}
}
