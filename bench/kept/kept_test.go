package kept

import (
	"os"
	"path/filepath"
	"testing"
)

type result struct {
	Version string
	Values  []float64
}

// What was kept comes back whole; a file that is missing or was cut short is none.
func TestKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "v", "a.gob")
	if r, err := Load[result](file); err != nil || r.Version != "" {
		t.Fatalf("before: %+v, %v", r, err)
	}
	if err := Save(file, result{"1", []float64{2, 3}}); err != nil {
		t.Fatal(err)
	}
	if r, err := Load[result](file); err != nil || r.Version != "1" || len(r.Values) != 2 || r.Values[1] != 3 {
		t.Fatalf("kept: %+v, %v", r, err)
	}
	st, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, st.Size()-1); err != nil {
		t.Fatal(err)
	}
	if r, err := Load[result](file); err != nil || r.Version != "" || r.Values != nil {
		t.Errorf("cut short: %+v, %v", r, err)
	}
}
