// Package motion measures how each region of each side of a face moves, in
// millimeters, with the movement of the head taken out.
//
// # Why pixels
//
// Landmarks come from a network that sees the face at 192 pixels and has learned
// what faces look like: it knows where the mouth is, but a corner that lifts by
// a millimeter on one side it pulls back towards the symmetric face it expects.
// The skin's own texture has no such opinion. So the mesh says where the face
// is, and the skin says how far it has moved.
//
// # The picture
//
// Imagine a sheet of about 300 pins stuck through the face in a key frame, each
// with a stamp-sized picture of the skin around it (about 5 mm). In every later
// frame each stamp is slid until it fits the skin again (inverse compositional
// Lucas–Kanade; Baker & Matthews 2004, 10.1023/B:VISI.0000011205.11775.fd):
//
//	p ← p − A·H⁻¹·Σ ∇T·(g·I(p) − T),   H = Σ ∇T·∇Tᵀ
//
// T is the stamp less its mean, I the frame's pixels, g what brings their
// contrast to the stamp's, A how the head has turned and grown since. Stamps are
// compared with the key frame and not with the frame before, so errors do not
// add up. A head that turns or comes nearer gets another key frame; what a pin
// had moved goes along.
//
// The pins on bone (bridge of the nose, temples, forehead) tell how the head has
// moved, and what a pin has moved beyond that is its own movement. That is done
// twice. While the film is read the head is one rigid body seen from far away with
// everybody's depth, which is good enough to know where to look:
//
//	x' = σ·R(θ)·((I − ½·k·kᵀ)·(x, y)ᵀ + k·z) + t
//
// θ turns it in the picture, σ brings it nearer, k tilts it (sines), k·z is the
// parallax of the tilt; a camera free to stretch would take a raised brow for a
// longer face. It is not good enough to measure by: at a yaw of 20° and half a meter
// it leaves three millimeters at the corners of the mouth, right minus left. So it is
// kept where every pin was found ([Tracker.Finish] reads it back), and once the whole
// film is known movement is measured again, in the frame of this person's own head.
//
// # The head in three dimensions
//
// Hold a cup before one eye and turn it: its near rim sweeps further than its far
// one (parallax, by depth), and what comes nearer grows (perspective, by distance).
// A pin at s in the head's frame (mm; x to the person's left, y up, z out of the
// face) is seen at
//
//	P = R·s + t,   u = cx + f·Px/(−Pz),   v = cy − f·Py/(−Pz)
//
// with the frame's pose R, t (six unknowns) and the film's focal length f in px. In a
// key frame with pose Rₖ, tₖ the pin's place in the picture fixes a ray r, and its
// depth z in the head's frame the place on it:
//
//	s = Rₖᵀ(λ·r − tₖ),   λ = (z + e·Rₖᵀtₖ)/(e·Rₖᵀr),   e = (0, 0, 1)
//
// so each pin has one unknown, z, for the whole film, and no picture is needed to
// measure it but those in which the head has turned: what is learned is what the
// person shows. z is everybody's (0.9 of the canonical face's, which is deeper than
// heads are) plus a smooth difference (a sum of bells 20 mm wide
// with coefficients drawn towards nothing, 6 mm 1 sd; that is a Gaussian process seen
// at fewer places, Quiñonero-Candela & Rasmussen 2005, jmlr.org/papers/v6) plus what
// the pin differs by itself, 1 mm. Poses and depths are found in turn from up to 240
// pictures, chosen to differ in pose: the poses by Gauss–Newton steps with Tukey's
// biweight, the depths by least squares with weights 1/(1 + e²)² (Geman & McClure).
// That is bundle adjustment (Triggs et al. 2000, 10.1007/3-540-44480-7_21), in two
// alternating halves because contractions of the mouth shall not pull on the poses.
// With few turns the prior decides, and the head stays everybody's.
//
// f and the distance only show in how near parts sweep further than far ones: nine
// lenses are tried, each with depths of its own, and
//
//	n/75 · ln(median miss) + ½·((ln f − ln f₀)/0.6)² + ½·Σ((z − z₀)/6 mm)²·(step/reach)²
//
// decides, f₀ being a usual lens, or the one that the film's file tells (then 0.1
// instead of 0.6, and five lenses about it are tried); the smallest is the lowest point of a parabola
// through the best three. The distance so found is 0.67
// to 1.14 times the true one for 15 films of heads at 50 cm and 1.55 for one in side
// light, 29 cm for 30, and 97 cm for one at 20 m: what is far is all alike (docs/heads.md). Depth and turn trade against each other (the bas-relief
// ambiguity, Belhumeur et al. 1999, 10.1023/A:1008154927611), so yaw and pitch are
// some hundredths too small or too large, and movement does not care.
//
// A pin's own movement is what is left in the picture, taken back along the skin: a
// step of x or y in the head's frame takes depth along by the face's slope there. So
// a pull is as long on a turned cheek as on one that faces the lens. A region's is the
// agreement of its pins. Right minus mirrored left then takes out what both sides
// share.
//
// What depth and lens do not explain is learned too: each region's movement is fitted
// as a smooth function of yaw, pitch, roll and size over the film, drawn towards
// nothing as strongly as the turns are few, and taken out (leftover.go). A contraction
// is no function of the pose and stays.
//
// Lids have their own frame, and a turn to one side shows more of one eye and less of
// the other. Of what the two lose with yaw, only what they mirror is taken out, the
// smaller slope of the two, so that a lid that closes at every turn stays. What skin
// does with the gaze and with blinks is not learned: nothing of it came again in the
// other half of a film (docs/decisions/0084-gaze-and-blinks.md).
//
// Every value comes with what it may be off by (SD of the trace):
//
//	sd² = r² + (p·spread)²/n + q²·a·J·C·Jᵀ·aᵀ + d²·(∂m/∂z)²·var z
//
// what its pins disagree about, the covariance C of the pose carried to the region's
// middle along its muscle a, and the depth that is not known, which counts the more
// the further the head has turned from the key frame. Where only the mesh speaks, a
// millimeter is added; the neck, which the mesh does not have, is not seen then. The
// factors are calibrated (sureParts): pins of one region err together, while most of
// what a pose or a depth is off by is the same in the whole film and goes with the
// region's rest, r is what is left of that. The neck does not turn with the head, so
// it is the less certain the further and the faster the head turns, and from 0.7 mm
// on not measured.
//
// Where the face looks when yaw, pitch and roll are 0 is the mesh's opinion in the
// middle of the film: yaw and roll by all of it, pitch by what lies above the mouth.
//
// # The lids
//
// Each margin of each eye is followed by itself, by a strip of skin, lashes and the
// edge of the eye along it. Every shift of a strip is tried, since a blink goes ten
// millimeters in two frames, and each is as likely as its misfit says:
//
//	log L = −n/2 · ln(1 − c²)
//
// c is the strip's likeness to its template and n how many pixels do not share their
// noise. Where the lid lay in the frame before, and where the mesh sees it, choose
// between places that look alike, with wide tails. The best place is refined below a
// step by the strip's gradient, with Geman & McClure's weights against what turns
// behind the margin. Its standard deviation is the likelihood's curvature, and what
// likelihood lies elsewhere: so a pale lid in the sun counts by how sharp its strip
// is, not by how like.
//
// The lower lid hardly moves and is often flat skin. Its place goes through a Kalman
// filter that falls back to rest within half a second where nothing is seen, and a
// lower lid that has no contrast at all leaves the upper one its ± 0.5 mm. Before
// that rule one man's right eye was missing in nine of ten frames, because the skin
// under it was lit evenly.
//
// The loss of aperture is what both have closed, and SD of the trace its standard
// deviation. What is less certain than 0.7 mm is not seen by pixels. Where neither
// pins nor strips hold — a wide-open mouth, a shut eye — the mesh speaks for the
// region (for a lid within ± 2 mm); where pixels and mesh disagree by more than the
// mesh can be wrong, pixels are not believed. What nobody saw is missing.
//
// An iris that turns behind lids that stay does not move them. Lids that go down with
// a look down do lose aperture, and are not told from a slow closure: the mesh draws
// the iris down with the lid in both (by 0.25 of the closure when eyes shut, by 0.4 to
// 0.6 in two looks down).
//
// # Neutral and noise
//
// A region's zero is where it rests: the shorth of its values within ±12 s,
// which held movements do not shift as long as rest is the commonest single
// state. A spasm may hold for longer than that. But a muscle can only pull: of two
// levels the less closed one is the lids' rest, and the less raised one that of
// the corner of the mouth, unless the lips have moved it. The other regions rest
// when lids and corner do, and none while the head is turned away. A region's noise
// floor is what it wanders about its zero, bounded by its jitter in calm moments.
//
// # Pictures that are stored again
//
// A video call or a webcam in the dark may store each picture twice, or hold one
// for a second. Repeated pictures are found by fast movements that stand still for
// a step, in a pattern, and are taken out of the rows; rows of a held picture are
// emptied. Both before neutral and noise are sought.
//
// Millimeters come from the iris (11.71 ± 0.42 mm in adults), so every figure
// has ±7 % of scale in it before anything else.
//
// # Where things are
//
// A [Tracker] is made of parts, each in a file of its name:
//
//	while the film is read
//	  mesh      where the network sees the face now
//	  view      the picture now, at the sizes that are searched
//	  keys      the key frames that can be gone back to, and the head's motion from one
//	  pins      where the skin is now; follow.go finds them, region makes a region of them
//	  lids      where the lids are now; lid.go has the strip that finds a margin
//	  uneven    a hint that something moves on one side
//	for the end
//	  sighting  where the pins were in every frame
//	  samples   the album of pictures by which the head is learned
//	  rows      what was measured in every frame; store.go puts it away meanwhile
//	  change    by how much each picture differs from the one before
//	after it (finish.go)
//	  frozen, repeat     held and repeated pictures
//	  shape, retell      the person's head, and every row measured again by it
//	  leftover, facing, neutral   what turns leave over, and where each region rests
package motion
