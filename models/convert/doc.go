// Package convert turns the face models, as MediaPipe's npm package ships them,
// into ONNX files that run fast on ONNX Runtime with one thread.
//
// The package file is a plain concatenation of three TensorFlow Lite models and
// one geometry file; [Assets] cuts it and checks it against its known SHA-256.
// Three things change on the way to ONNX; none of them changes what a network
// computes by more than rounding:
//
//   - Weights are widened from float16 to float32 and turned from TensorFlow's
//     order (height, width, channel last) to ONNX's (channel first). All
//     images inside the graph, its input too, are channel first.
//   - PRelu, which is x for x > 0 and α·x otherwise, with one α a channel, is
//     written as α·x + (1−α)·max(x, 0), both factors as 1×1 depthwise
//     convolutions, or as α·x + max((1−α)·x, 0), which is the same to the bit,
//     where no α is above 1. ONNX Runtime then stays in its blocked layout from the
//     first convolution to the last, which halves the run time or better.
//     Widening a tensor by channels of zeros (Pad) becomes a 1×1 convolution
//     with an identity for weights, for the same reason.
//   - The attention model's three custom operators are spelled out in standard
//     ones (see attention.go), and its seven outputs are merged into one list
//     of 478 points by MediaPipe's own refinement table.
//
// The networks are MediaPipe's (Apache-2.0): BlazeFace (Bazarevsky et al. 2019),
// the face mesh (Kartynnik et al. 2019) and Attention Mesh (Grishchenko et al.
// 2020).
package convert
