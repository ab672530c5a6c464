// Package face says where the patient's face is in every frame, which way it
// looks, and where its 478 points lie. It measures no movement: that is the
// next room's work, from pixels; this one tells it where to look.
//
//	frame ──► detector ──► box, eyes ──► turned square ──► mesh ──► 478 points
//	          (only at the start,             ▲                        │
//	           after a loss, and now          └── next frame's square ─┘
//	           and then to count faces)
//
// # From the frame to the points
//
// The detector (BlazeFace) sees the whole frame at 128 × 128 pixels and answers
// for each of 896 anchors, fixed places on that picture, how likely a face is
// there and how far its box and six key points lie from the anchor. Boxes that
// overlap are one face. A face under a tenth of the frame is lost at that
// resolution, so overlapping squares of the frame are looked at as well when
// the faces are small or none is found; because texture then has many chances
// to look like a face, more certainty is asked of those.
//
// The mesh sees a square of 192 × 192 pixels: around the detector's box made
// square and 1.5 times as large, or around the last points in the same way,
// turned by the angle of the line between the outer eye corners,
//
//	angle = atan2(y₂₆₃ − y₃₃, x₂₆₃ − x₃₃)
//
// so that it always sees an upright face of the same size. The square stays
// where it is while the face moves in it by less than a few percent: a network
// answers a little differently when the same face lies a pixel further, and a
// square that trembles with the points would make them tremble more. [Sample] takes that
// square out of the decoder's planes; what the network gives, x, y and z in
// pixels of the square, goes back to the frame by the same turn. With the points
// comes the probability that this is a face at all; below 0.5 the face is lost
// and the detector looks again in the same frame.
//
// # No smoothing
//
// A live overlay smooths the points over time to look calm. That damps and
// delays the very twitches that are to be measured, so nothing here is
// smoothed: a fresh frame's points depend on that frame and on its square only.
//
// # When the mesh runs
//
// Between two runs the head moves little, and movement is measured from pixels,
// so the mesh runs every fifth of a second, and besides on each frame in which an
// eye or the mouth has changed: 200 luma samples in each of those boxes are
// held against those of the last fresh frame, without their common change in
// brightness, and a mean difference well above the usual one of this recording
// calls the mesh. So a blink, which lasts five frames, is seen at the full
// rate. On the Talking Face clip, where these limits were chosen, the plainest
// rule for blinks (both eyes less than half as open as usual) finds the same 61
// of 61 from just under half of the frames as from all of them; with limits that let the
// mesh run on 43 %, it found 59. [Observation.Fresh] says which frames those are.
//
// # Whose face
//
// Of several faces the patient is the largest that stays: another one takes
// over only when it is larger by Options.SwitchArea at three looks in a row.
// After a loss the face that is found near the place of the lost one is the
// patient again. Options.Face picks by hand.
//
// # Left and right, and the points' names
//
// Left and right are the person's own. In an unmirrored picture their right
// side is at the image's left: point 33 is the outer corner of their right eye,
// 61 the right corner of their mouth, 468 the middle of their right iris.
// points.go names points and groups; [Mirror] gives each point's twin.
//
// # Pose
//
// The canonical face (468 points in cm, x to the image's right, y up, z to the
// camera) is carried to the points by the affine camera that fits best in the
// least-squares sense,
//
//	x ≈ a·p + a₀,   y ≈ b·p + b₀
//
// whose rows a and b are, up to their length, the picture's axes as the head
// sees them. Yaw, pitch and roll are read off their directions.
//
// # What is flagged
//
// [Watch] gathers the stretches in which the view does not allow measuring: no
// face, a turn of more than 30°, less than 95 px between the outer eye corners,
// a mean brightness under 45 of 255.
package face
