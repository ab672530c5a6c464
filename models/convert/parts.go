package convert

// part is one part of the face that the attention model refines.
type part struct {
	output   string // the model's output that holds the refined points
	from, to int    // the corners between which the part is level
	points   []int  // the mesh points that the refined points replace, in the output's order
}

// The parts and the points they replace are MediaPipe's refinement table
// (tensors_to_face_landmarks_with_attention). "Left" and "right" in the
// outputs' names are the image's; points 33 and 133 are of the person's right
// eye.
var parts = []part{
	{output: "output_lips", from: 61, to: 291,
		points: []int{
			61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409, 78,
			95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415, 76, 77,
			90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408, 62, 96, 89,
			179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407,
		}},
	{output: "output_left_eye", from: 33, to: 133,
		points: []int{
			33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173, 130, 25, 110, 24,
			23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190, 226, 31, 228, 229, 230, 231, 232, 233, 244,
			113, 225, 224, 223, 222, 221, 189, 35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121,
			128, 245, 156, 70, 63, 105, 66, 107, 55, 193,
		}},
	{output: "output_right_eye", from: 362, to: 263,
		points: []int{
			263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398, 359, 255, 339,
			254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414, 446, 261, 448, 449, 450, 451,
			452, 453, 464, 342, 445, 444, 443, 442, 441, 413, 265, 353, 276, 283, 282, 295, 372, 340, 346,
			347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336, 285, 417,
		}},
}

// irises are the outputs that hold five points of each iris, which follow the
// 468 of the mesh.
var irises = []string{"output_left_iris", "output_right_iris"}

// eyeContour is how many of an eye's points are its contour: their mean depth
// is the depth of the iris.
const eyeContour = 16
