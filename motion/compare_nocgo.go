//go:build !cgo

package motion

// compare is [patches.compareGo] where the program is built without C: the same
// results as on a processor without AVX2, several times slower.
func (t *patches) compare(p picture, i int, cx, cy float32, a mat2) (moments, bool) {
	return t.compareGo(p, i, cx, cy, a)
}
