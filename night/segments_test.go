package night

import (
	"testing"
	"time"
)

func TestJoin(t *testing.T) {
	zero := time.Date(2026, 11, 29, 22, 0, 0, 0, time.UTC)
	at := func(s float64) time.Time { return zero.Add(time.Duration(s * float64(time.Second))) }
	// Ten minutes each, out of order: the third begins 50 s late, the fourth 20 s early,
	// the fifth lies within the fourth.
	seg, gaps, over, err := Join([]File{{"c", at(1250), 600}, {"a", zero, 600}, {"b", at(601), 599}, {"d", at(1830), 600}, {"e", at(1900), 100}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Segment{{"a", 0, 0, 600}, {"b", 600, 0, 599}, {"c", 1250, 0, 600}, {"d", 1830, 20, 600}}
	if len(seg) != len(want) {
		t.Fatalf("%v", seg)
	}
	for i := range want {
		if seg[i] != want[i] {
			t.Errorf("segment %d: %+v, want %+v", i, seg[i], want[i])
		}
	}
	if len(gaps) != 1 || gaps[0] != (Gap{1199, 1250}) {
		t.Errorf("gaps %v", gaps)
	}
	if len(over) != 2 || over[0] != (Gap{1830, 1850}) || over[1] != (Gap{1900, 2000}) {
		t.Errorf("overlaps %v", over)
	}
	if _, _, _, err := Join(nil); err == nil {
		t.Error("a night without a film was joined")
	}
}
