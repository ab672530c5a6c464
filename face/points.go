package face

// Single points that others measure at. Left and right are the person's own;
// in an unmirrored picture their right side is at the image's left.
const (
	RightEyeOuter   = 33
	RightEyeInner   = 133
	LeftEyeInner    = 362
	LeftEyeOuter    = 263
	RightCommissure = 61 // corner of the mouth
	LeftCommissure  = 291
	UpperLip        = 0 // middle of the red border
	LowerLip        = 17
	UpperLipInner   = 13
	LowerLipInner   = 14
	Chin            = 152
	Forehead        = 10 // top of the mesh, at the hair line
	Glabella        = 9  // between the brows
	NoseBridge      = 168
	NoseTip         = 1
	NoseBase        = 2
)

// Groups of points. Paired groups have the same order on both sides, so that
// the i-th point of one is the mirror twin of the i-th of the other.
var (
	// Lids from the outer corner to the inner one, corners included; the i-th
	// points of the upper and the lower lid lie above each other.
	RightUpperLid = [9]int{33, 246, 161, 160, 159, 158, 157, 173, 133}
	RightLowerLid = [9]int{33, 7, 163, 144, 145, 153, 154, 155, 133}
	LeftUpperLid  = [9]int{263, 466, 388, 387, 386, 385, 384, 398, 362}
	LeftLowerLid  = [9]int{263, 249, 390, 373, 374, 380, 381, 382, 362}

	// Irises: the middle, the rim towards the nose, above, towards the ear, below.
	RightIris = [5]int{468, 469, 470, 471, 472}
	LeftIris  = [5]int{473, 476, 475, 474, 477}

	// Brows, from the outer end to the inner: the upper edge, then the lower.
	RightBrow = [10]int{70, 63, 105, 66, 107, 46, 53, 52, 65, 55}
	LeftBrow  = [10]int{300, 293, 334, 296, 336, 276, 283, 282, 295, 285}

	// Lips, from the person's right corner over the middle to the left one.
	OuterUpperLip = [11]int{61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291}
	OuterLowerLip = [11]int{61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291}
	InnerUpperLip = [11]int{78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308}
	InnerLowerLip = [11]int{78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308}

	// The face's outline from the forehead's middle down the person's right
	// side to the chin, and the same on the left; ends included.
	RightOutline = [19]int{10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152}
	LeftOutline  = [19]int{10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152}

	// Jaw line: the outline's lower part, from below the ear to the chin.
	RightJaw = [9]int{132, 58, 172, 136, 150, 149, 176, 148, 152}
	LeftJaw  = [9]int{361, 288, 397, 365, 379, 378, 400, 377, 152}

	// The bridge of the nose from between the eyes downwards, and the middle of
	// the forehead from the hair line down.
	Bridge      = [5]int{168, 6, 197, 195, 5}
	MidForehead = [4]int{10, 151, 9, 8}

	// Forehead above the brows, where the frontalis muscle lies.
	RightForehead = [6]int{109, 67, 103, 108, 69, 104}
	LeftForehead  = [6]int{338, 297, 332, 337, 299, 333}
)
