// Package infer runs the face networks: three methods over ONNX Runtime.
//
//	engine, err := infer.Open("")               // finds the models and the library
//	mesh, err := engine.Session(infer.Attention)
//	fill(mesh.Input())                          // 3×192×192 floats, R then G then B
//	err = mesh.Run()
//	points := mesh.Output(0)                    // 478×3 floats
//
// The networks and their tensors (channel first: the whole red plane, then
// green, then blue, each row by row):
//
//	Detector   in 3×128×128, −1..1   out 0: boxes 896×16, offsets in pixels of
//	                                  the input from the anchor's center
//	                                  out 1: scores 896, logits
//	Attention  in 3×192×192, 0..1    out 0: points 478×3   out 1: flag, a logit
//
// Points are x, y in pixels of the input, z in the same unit, smaller towards
// the camera. The flag says whether there is a face: probability = [Sigmoid].
//
// A session owns its input and its outputs and works with one thread, so that
// Run allocates nothing and one session serves one goroutine; work in parallel
// takes several sessions. One thread is also the fastest way: these networks
// take about a millisecond, less than what sharing a layer between threads
// costs.
package infer
