// Package motion measures how each region of each side of a face moves, in
// millimetres, with the movement of the head taken out.
//
// # Why pixels
//
// Landmarks come from a network that sees the face at 192 pixels and has learnt
// what faces look like: it knows where the mouth is, but a corner that lifts by
// a millimetre on one side it pulls back towards the symmetric face it expects.
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
// The pins on bone (bridge of the nose, temples, outer cheek bones) tell how the head
// has moved. It is one rigid body seen from far away, so besides a shift it can
// only turn in the picture (θ), come nearer (σ) and tilt out of it (k, sines):
//
//	x' = σ·R(θ)·((I − ½·k·kᵀ)·(x, y)ᵀ + k·z) + t
//
// fitted by re-weighted least squares with Tukey's biweight, so that a pin that
// moves by itself does not pull. k·z is the parallax of a turn, z the canonical
// face's depth. A camera free to stretch would take a raised brow for a longer face
// and move the chin by two millimetres. What a pin has moved beyond that is its own movement; a region's is
// the agreement of its pins. Right minus mirrored left then takes out what is
// left of the head's motion, because that is common to both sides and a
// hemifacial spasm is not.
//
// # The lids
//
// Each margin of each eye is followed by itself, by a strip of skin, lashes and the
// edge of the eye along it. Every shift of a strip is tried, since a blink goes ten
// millimetres in two frames, and each is as likely as its misfit says:
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
// Millimetres come from the iris (11.71 ± 0.42 mm in adults), so every figure
// has ±7 % of scale in it before anything else.
package motion
