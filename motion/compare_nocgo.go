//go:build !cgo

package motion

// Where the program is built without C, Go does it all: the same results as on a
// processor without AVX2, several times slower.

func (t *patches) compare(p picture, i int, cx, cy float32, a mat2) (moments, bool) {
	return t.compareGo(p, i, cx, cy, a)
}

func (t *patches) find(p picture, i int, x, y float32, a mat2, iterations int) (float32, float32, float32) {
	return t.findGo(p, i, x, y, a, iterations)
}

func halve(src, dst picture, x0, y0, x1, y1 int) { halveGo(src, dst, x0, y0, x1, y1) }

func (c *changes) blocks(p picture, across, down int) { c.blocksGo(p, across, down) }
