// Package phantom draws videos of a face whose every movement is known: the
// instrument's test object.
//
// # The idea
//
// A gauge block tells whether a micrometer is right. A phantom is the gauge
// block of this instrument: a face drawn by the program (nobody's likeness), on
// which a muscle pulls one patch of skin by, say, exactly 0.8 mm at exactly
// 3.217 s. What the instrument reports can then be held against what was drawn.
//
// # Coordinates
//
// The face is painted on a sheet measured in millimetres. The origin lies between
// the eyes, x grows to the right of the picture (the person's own left), y grows
// downwards, z towards the camera. The iris has a diameter of 11.7 mm
// (white-to-white 11.71 ± 0.42 mm in adults), the pupils are 63 mm apart, the
// palpebral aperture at rest is 10.1 mm, the mouth is 54 mm wide and the face
// measures 175 mm from the hairline to the chin.
//
// # The head
//
// The sheet is bent over a head: its point (x, y) lies z(x, y) mm in front of the
// plane of the irises. z is a sum of smooth hills (nose, bridge, lips, chin, eye
// sockets) on a vault that falls away to the ears, and five sets of its figures are
// the profiles that a spec can name (see [Profiles]): usual, flat (a low nose on a
// broad face), deep (a high nose, deep eyes, a narrow face), long (a receding
// forehead and a chin that stands out) and uneven (a bent nose and one fuller
// cheek). The formula and its figures are our own; no head was copied.
//
// A muscle moves the skin along the sheet: 1 mm of a pull is 1 mm in x and y of the
// head's own frame, whichever way the head is turned, and the skin's z follows the
// head's surface.
//
// # The lens
//
// The head turns about the neck's joint n = (0, 95, −109) mm: first by the pitch θ
// about x, then by the yaw ψ about y, then by the roll φ about z, with the signs of
// face.Pose. With its sway s = (X, Y, F) a point of the sheet is in the room at
//
//	P = n + Rz(φ)·Ry(ψ)·Rx(θ)·((x, y, z) − n) + s
//
// The lens is a pinhole at distance D from the irises' plane at rest; its axis
// meets the picture's middle, from which the head's origin stands off by (u, v) mm.
// The point is seen, in mm of the picture's plane at the irises' depth, at
//
//	(Px + u, Py + v) · D / (D − Pz)
//
// and a millimetre there is face_height · height / 175 px. So the focal length in px
// is that times D; in mm for a picture 36 mm wide it can be given instead of the
// face's height. At D = 10⁶ mm, with no turn, the sheet is seen as it was painted.
// The irises keep their 11.7 mm at their own depth and are seen the smaller the
// further the head is, as all else.
//
// Shoulders stay where they are: between chin and chest the turn fades out.
//
// # From the sheet to the picture
//
// The sheet is painted once (skin with noise at several scales, pores, spots,
// folds, hairs). In every frame the formula above places the vertices of a mesh, one
// every 2 mm, and the mesh's triangles say which point (x, y) of the head is seen at
// each node of a grid over the picture; of several at one node the nearest stays, so
// that a nose hides the cheek behind it. Where the nodes around a cell do not belong
// together, every pixel of the cell asks the mesh at four points. Then the muscles
// are undone:
//
//	q = M⁻¹(x, y),  M(q) = q + Σ a_i(t)·f_i(q)
//
// where a_i is muscle i's pull in mm and f_i a smooth field of vectors whose length
// is exactly 1 at the muscle's patch (see [PatchOf]). M is inverted by fixed-point
// iteration on a grid as fine as the fields', and the sheet is read with bilinear
// interpolation: nothing snaps to pixels, so a pull of 0.1 mm moves the skin by
// 0.1 mm.
//
// # Light
//
// The room's light is painted into the sheet, by the surface's normal, as it falls
// on a head that faces the lens. It stays in the room when the head turns: every
// vertex is made brighter or darker by the ratio of its shade now to the painted
// one. A lamp ([Lamp]) adds light from one direction, by the same normals, and the
// head stands in it: from each vertex the way to the lamp is followed over the
// depths, and what rises above it darkens the vertex, the more softly the further
// off it is. A [Shadow] lays the edge of a shade across the picture, still or
// wandering, under which the head moves. [Exposure] steps change the brightness of
// everything at once. No light is a movement: none changes the truth.
//
// # Skin at rest
//
// Filmed skin is never still. With rest: {wander_mm: 0.2} each region of each side
// wanders, along its muscle's pull and across it: a smooth noise between 0.05 and
// 3 Hz of which the sides have a share in common, a part that goes with each blink,
// with the gaze (the upper lid follows the eye) and with the breath, and now and then
// a small expression of both sides. 0.2 mm is what films of four people at rest
// showed when this program's own trace was taken of them: 0.06–0.33 mm a region, and
// up to 0.8 at chin and neck. It is none of the truth's movements and stands beside
// them ([Truth].Wander), so that a detector that stays silent is right. It is off
// unless a spec asks for it; the scenes of bench/accuracy do.
//
// # Lids and lips
//
// Two slits tear the sheet. The lids are curves over a painted eyeball: with
// aperture a(t) and profile P(x) (1 at the middle, 0 at the corners), the upper
// margin lies at y_lower(x) − a(t)·P(x), so the aperture is exact and the eye
// is shut exactly when a = 0. The skin of the lid follows its margin. The lips
// part where the fields that act on the lower lip and jaw alone differ from
// those that act on both.
//
// # A spec
//
// A spec is a short YAML file; what it leaves out has a default, and what it
// misspells is an error. Its fields are those of [Spec]; the built-in presets
// are specs too, each with the source of its figures.
//
//	seconds: 20
//	seed: 7
//	person: {skin: 4, age: 62, beard: 0.5, glasses: true}
//	camera: {width: 1280, height: 720, fps: 60, noise: 2, crf: 23, distance_mm: 400}
//	head:
//	  profile: deep
//	  turns: [{at: 8, hold_s: 3, yaw: 15, pitch: -5, forward_mm: 40}]
//	lamp: {share: 0.6, side_deg: 60, height_deg: 20}   # and a shadow:, see Shadow
//	rest: {wander_mm: 0.2}
//	events:            # at given times
//	  - {at: 3, side: right, regions: [{region: depressor, mm: 1.5}]}
//	generators:        # at random times
//	  - side: right
//	    rate_per_min: 12
//	    forms: {twitch: 0.6, clonic: 0.3, tonic: 0.1}
//	    regions:
//	      - {region: orbicularis_oculi, mm: 2.5, sd: 0.3}
//	      - {region: zygomaticus, mm: 1.5, lag_ms: 15, share: 0.9}
//	tasks:             # what the person is asked for, with its movements
//	  - {task: smile, from_s: 10, to_s: 20, every_s: 5}
//
// Generated events keep 0.8 s away from each other and blinks 0.3 s, so that
// each can be told from its neighbours. The same spec and seed give the same
// bytes with the same ffmpeg.
//
// What cannot be drawn or told is refused in one line before anything is drawn
// ([Spec.Validate]): every number has its range, in one table; a train faster than
// half the camera's rate could not be seen; a lens must not be inside the head; and
// of two events at one moment, of one side and region, the skin could follow one
// only.
//
// # What the truth says
//
// [Truth] holds the events by the contract of facialis.analysis/1 and, for
// every frame's exact time, each muscle's displacement. For orbicularis oculi
// the displacement is the drop of the palpebral aperture (fall of the upper
// margin plus rise of the lower one) in mm; for every other region it is the
// displacement of the skin at the muscle's patch by this muscle alone, mm (of
// the lips: outwards and up in a spasm, towards the midline in a pucker). An
// event begins when the first of its muscles exceeds 10 % of its own pull
// (event.FootShare) and ends when the last one falls below that.
//
// A peak is the largest displacement of the skin at the patch, along the
// muscle's direction, at any frame's time: what the pictures hold. It counts
// the event's other muscles of that side too, whose fields reach the patch: a
// corner that goes 3 mm carries the lip beside it 0.9 mm along.
//
// All of this is in the head's own frame, and no pose, lens, light or wandering
// changes it; the aperture alone holds the lids' wandering, being what is seen. The
// head's pose and the distance from the lens to the point between the irises are
// told for every frame.
//
// Which movements of one side are one train, what form it has, and which spasms
// are one episode or one attack, package event says, here as everywhere else.
package phantom
