// Package anatomy holds the words and the map of the face that the rest of the
// program shares: its sides, its regions, and the places a person can point to.
// It is plain data and imports nothing of this program.
//
// # Sides
//
// A side is always the person's own. In an unmirrored video their right side is
// at the image's left. Where a recording does not tell the two apart, the side
// is Unknown.
//
// # Regions
//
// A region is the patch of skin that one muscle moves on one side of the face.
// There are eight, and their order, from the brow down to the neck, is the order
// of every array that holds one value per region:
//
//	     right       left
//	   frontalis             lifts the brow
//	orbicularis oculi        closes the lids
//	     malar               the cheek: lifted by zygomaticus and the outer orbicularis oculi
//	  zygomaticus            draws the corner of the mouth out and up
//	orbicularis oris         closes and purses the lips
//	   depressor             draws the lower lip down
//	   mentalis              lifts the chin
//	   platysma              tightens the skin of the neck
//
// Each region has a direction: the unit vector (outward, upward) in which its
// skin goes when the muscle contracts. Think of eight strings sewn to the skin,
// each of which can only be pulled one way. For orbicularis oculi the movement
// is the loss of the gap between the lids.
//
// # Places
//
// People do not point to muscles. They say "the corner of my mouth" or "below
// the eye". A place is such a spot, and each names the regions it may be. The
// corner of the mouth is moved by zygomaticus; the lower lip by depressor. The
// cheek is the skin over the cheek bone, between lid and mouth: region malar. It
// lies on two sheets of skin, since closing lids push it up and a smile draws it
// up; a small movement there goes with a larger one of eye or mouth.
//
// # Stage of spread
//
// Hemifacial spasm usually begins around one eye and moves down the face over
// months and years. The stage counts the way: 1 eye, 2 cheek, 3 mouth, 4 chin,
// 5 neck. The forehead is not on this way and has no stage. Recordings and diary
// use the same table, so that a twitch of the corner of the mouth is stage 3
// whether it was filmed or written down. Results of
// versions without region malar have no stage 2.
package anatomy
