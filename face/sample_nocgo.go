//go:build !cgo

package face

import "facialis/video"

// sample is [crop.sampleGo] where the program is built without C: the same
// result, several times slower.
func (c *crop) sample(dst []float32, f *video.Frame) { c.sampleGo(dst, f) }
