package anatomy

import "slices"

// Side is the person's own side. In an unmirrored recording their right side
// lies at the image's left.
type Side string

// The sides of a face.
const (
	Right   Side = "right"
	Left    Side = "left"
	Both    Side = "both"
	Unknown Side = "unknown" // the person's own side cannot be told
)

// Sides are the two sides in the order of arrays with one value per side.
var Sides = [2]Side{Right, Left}

// Indices into Sides.
const (
	AtRight = 0
	AtLeft  = 1
)

// Other returns the opposite side; Both and Unknown are their own opposites.
func (s Side) Other() Side {
	switch s {
	case Right:
		return Left
	case Left:
		return Right
	}
	return s
}

// Region is one muscle's patch of skin on one side; the cheek's is moved by two.
type Region string

// The regions, from the brow down to the neck.
const (
	Frontalis        Region = "frontalis"
	OrbicularisOculi Region = "orbicularis_oculi"
	Malar            Region = "malar"
	Zygomaticus      Region = "zygomaticus"
	OrbicularisOris  Region = "orbicularis_oris"
	Depressor        Region = "depressor"
	Mentalis         Region = "mentalis"
	Platysma         Region = "platysma"
)

// Indices into Regions, for arrays with one value per region.
const (
	AtFrontalis = iota
	AtOrbicularisOculi
	AtMalar
	AtZygomaticus
	AtOrbicularisOris
	AtDepressor
	AtMentalis
	AtPlatysma
	NumRegions
)

// Regions lists every region in anatomical order, brow to neck.
var Regions = []Region{Frontalis, OrbicularisOculi, Malar, Zygomaticus, OrbicularisOris, Depressor, Mentalis, Platysma}

// Index is the region's place in Regions, or -1 for an unknown name.
func (r Region) Index() int { return slices.Index(Regions, r) }

// Info is what is known of a region.
type Info struct {
	Region     Region
	Term       string     // the field's name for the muscle
	Word       Place      // the place whose plain words name the region, see Words
	Neighbors  []Region   // regions that share a sheet of skin with it
	Direction  [2]float64 // unit vector (outward, upward) of the skin when the muscle contracts
	Stage      Stage      // stage of spread; 0 where the usual way does not lead
	Periocular bool       // on the eye's sheet of skin
	Perioral   bool       // on the mouth's sheet of skin; the cheek is on both
}

// Stage is how far down the face a spasm has spread, 1 to 5.
type Stage int

// The stages of spread; NoStage is a place off the usual way.
const (
	NoStage Stage = iota
	StageEye
	StageCheek
	StageMouth
	StageChin
	StageNeck
)

// StageNames are the plain words for the stages, in order; NoStage has none.
var StageNames = [...]string{"", "eye", "cheek", "mouth", "chin", "neck"}

// table is what is known of each region, in the order of Regions.
var table = [NumRegions]Info{
	{Frontalis, "frontalis", Forehead, []Region{OrbicularisOculi, Malar}, [2]float64{0, 1}, NoStage, true, false},
	{OrbicularisOculi, "orbicularis oculi", Eyelid, []Region{Frontalis, Malar}, [2]float64{0, -1}, StageEye, true, false},
	// Zygomaticus minor draws what it holds upward and outward (Stedman's Medical
	// Dictionary, "zygomaticus minor"), and the outer orbicularis oculi lifts the cheek
	// toward the eye (cheek raiser, action unit 6 of the Facial Action Coding System).
	// The direction halves the angle between zygomaticus major's and straight up.
	{Malar, "zygomaticus minor", Cheek, []Region{Frontalis, OrbicularisOculi, Zygomaticus, OrbicularisOris, Depressor, Mentalis, Platysma}, [2]float64{0.316, 0.949}, StageCheek, true, true},
	{Zygomaticus, "zygomaticus major", MouthCorner, []Region{Malar, OrbicularisOris, Depressor, Mentalis, Platysma}, [2]float64{0.60, 0.80}, StageMouth, false, true},
	{OrbicularisOris, "orbicularis oris", UpperLip, []Region{Malar, Zygomaticus, Depressor, Mentalis, Platysma}, [2]float64{0.80, 0.60}, StageMouth, false, true},
	{Depressor, "depressor labii inferioris and anguli oris", LowerLip, []Region{Malar, Zygomaticus, OrbicularisOris, Mentalis, Platysma}, [2]float64{0.20, -0.98}, StageMouth, false, true},
	{Mentalis, "mentalis", Chin, []Region{Malar, Zygomaticus, OrbicularisOris, Depressor, Platysma}, [2]float64{0, 1}, StageChin, false, true},
	{Platysma, "platysma", Neck, []Region{Malar, Zygomaticus, OrbicularisOris, Depressor, Mentalis}, [2]float64{0.20, -0.98}, StageNeck, false, true},
}

// Of is what is known of a region; false for an unknown name.
func Of(r Region) (Info, bool) {
	i := r.Index()
	if i < 0 {
		return Info{}, false
	}
	return table[i], true
}

// Directions are the directions (outward, upward) in which each region's skin
// goes when its muscle contracts, in the order of Regions.
var Directions = func() (d [NumRegions][2]float64) {
	for i, r := range table {
		d[i] = r.Direction
	}
	return d
}()

// RegionNames and SideNames are Regions and Sides as bare strings, from which
// the names of columns are made.
var (
	RegionNames = func() (n [NumRegions]string) {
		for i, r := range Regions {
			n[i] = string(r)
		}
		return n
	}()
	SideNames = [2]string{string(Right), string(Left)}
)
