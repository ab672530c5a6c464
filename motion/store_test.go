package motion

import (
	"path/filepath"
	"testing"
)

// mark writes a value into every column of the latest row that tells column and
// frame.
func mark(r *rows, frame int) {
	i := len(r.t) - 1
	for k, c := range r.columns() {
		switch c := c.(type) {
		case list[float32]:
			(*c.c)[i] = float32(frame*64 + k)
		case list[float64]:
			(*c.c)[i] = float64(frame*64 + k)
		case list[int32]:
			(*c.c)[i] = int32(frame*64 + k)
		}
	}
}

func holds(t *testing.T, r *rows, frames int) {
	t.Helper()
	for k, c := range r.columns() {
		n, value := 0, func(int) int { return 0 }
		switch c := c.(type) {
		case list[float32]:
			n, value = len(*c.c), func(i int) int { return int((*c.c)[i]) }
		case list[float64]:
			n, value = len(*c.c), func(i int) int { return int((*c.c)[i]) }
		case list[int32]:
			n, value = len(*c.c), func(i int) int { return int((*c.c)[i]) }
		}
		if n != frames {
			t.Fatalf("column %d has %d rows of %d", k, n, frames)
		}
		for i := range n {
			if value(i) != i*64+k {
				t.Fatalf("column %d has %d in frame %d", k, value(i), i)
			}
		}
	}
}

// However long a recording is, two blocks of it are in memory, and in the end
// all of it is there in order.
func TestRowsAreSpilled(t *testing.T) {
	for _, frames := range []int{0, 100, 2 * blockRows, 2*blockRows + 1, 5*blockRows + 17} {
		var r rows
		for i := range frames {
			r.spill()
			r.addEmpty(float64(i), 0)
			mark(&r, i)
			if len(r.t) > 2*blockRows || cap(r.quality) > 3*blockRows {
				t.Fatalf("%d rows in memory, room for %d", len(r.t), cap(r.quality))
			}
		}
		if err := r.gather(); err != nil {
			t.Fatal(err)
		}
		holds(t, &r, frames)
	}
}

// Where nothing can be written, everything stays.
func TestRowsStay(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	var r rows
	const frames = 3 * blockRows
	for i := range frames {
		r.spill()
		r.addEmpty(float64(i), 0)
		mark(&r, i)
	}
	if err := r.gather(); err != nil {
		t.Fatal(err)
	}
	holds(t, &r, frames)
}

// What cannot be read back is an error, not a recording without its beginning.
func TestRowsLost(t *testing.T) {
	var r rows
	for i := range 3 * blockRows {
		r.spill()
		r.addEmpty(float64(i), 0)
	}
	if err := r.file.Truncate(1000); err != nil {
		t.Fatal(err)
	}
	if err := r.gather(); err == nil {
		t.Error("no error")
	}
}

// A key frame taken again goes back to the frame where its segment began, also
// when that one has moved down or away meanwhile.
func TestStartMovesWithTheRows(t *testing.T) {
	m := &Tracker{}
	for i := range 2 * blockRows {
		m.rows.addEmpty(float64(i), 0)
	}
	m.stretch.row = blockRows + 5
	m.stretch.row -= m.rows.spill()
	if at := m.rows.t[m.stretch.row]; at != blockRows+5 {
		t.Errorf("the segment now begins at frame %g", at)
	}
}

func TestRowsDoNotAllocate(t *testing.T) {
	var r rows
	add := func() {
		r.spill()
		r.addEmpty(0, 0)
	}
	for range 3 * blockRows {
		add()
	}
	if n := testing.AllocsPerRun(2*blockRows, add); n != 0 {
		t.Errorf("a row allocates %v times", n)
	}
}
