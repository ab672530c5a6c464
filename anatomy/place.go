package anatomy

// Place is a spot that a person can point to.
type Place string

// The places, from the forehead down to the neck.
const (
	Forehead    Place = "forehead"
	Eyelid      Place = "eyelid"
	BelowEye    Place = "below_eye"
	Cheek       Place = "cheek"
	MouthCorner Place = "mouth_corner"
	UpperLip    Place = "upper_lip"
	LowerLip    Place = "lower_lip"
	Chin        Place = "chin"
	Neck        Place = "neck"
)

// PlaceInfo is what is known of a place.
type PlaceInfo struct {
	Place   Place
	Plain   string   // plain words
	Regions []Region // the regions it may be, the likeliest first; none where nothing is measured
	Stage   Stage    // stage of spread
	Also    []string // other names for the place in answers, diaries and annotations
}

// Places is the one table of places, from the forehead down to the neck.
var Places = []PlaceInfo{
	{Forehead, "forehead", []Region{Frontalis}, NoStage, []string{"brow"}},
	{Eyelid, "eyelid", []Region{OrbicularisOculi}, StageEye, []string{"eye", "lid", "upper_lid", "lower_lid"}},
	{BelowEye, "below the eye", []Region{OrbicularisOculi}, StageEye, nil},
	{Cheek, "cheek", []Region{Malar, Zygomaticus}, StageCheek, nil},
	{MouthCorner, "corner of the mouth", []Region{Zygomaticus, Depressor}, StageMouth, []string{"corner", "mouth"}},
	{UpperLip, "upper lip", []Region{OrbicularisOris, Zygomaticus}, StageMouth, []string{"lips"}},
	{LowerLip, "lower lip", []Region{Depressor, OrbicularisOris}, StageMouth, nil},
	{Chin, "chin", []Region{Mentalis}, StageChin, nil},
	{Neck, "neck", []Region{Platysma}, StageNeck, nil},
}

// words are the short plain words for the regions, in the order of Regions.
var words = [NumRegions]string{"brow", "eye", "cheek", "corner of the mouth", "lips", "lower lip", "chin", "neck"}

// Words are the short plain words for a region; a name that is no region is
// its own word.
func (r Region) Words() string {
	if i := r.Index(); i >= 0 {
		return words[i]
	}
	return string(r)
}

// PlaceOf finds a place by its key or by another name for it.
func PlaceOf(name string) (PlaceInfo, bool) {
	for _, p := range Places {
		if name == string(p.Place) {
			return p, true
		}
		for _, a := range p.Also {
			if name == a {
				return p, true
			}
		}
	}
	return PlaceInfo{}, false
}

// RegionOf is the region that a name means: the region's own name, or the
// likeliest region of a place. False where no region measures it.
func RegionOf(name string) (Region, bool) {
	if r := Region(name); r.Index() >= 0 {
		return r, true
	}
	if p, ok := PlaceOf(name); ok && len(p.Regions) > 0 {
		return p.Regions[0], true
	}
	return "", false
}

// StageOf is the stage of spread of a region or a place; false where the name is
// unknown or the usual way does not lead there.
func StageOf(name string) (Stage, bool) {
	if i, ok := Of(Region(name)); ok {
		return i.Stage, i.Stage != NoStage
	}
	p, ok := PlaceOf(name)
	return p.Stage, ok && p.Stage != NoStage
}

// tapped are the labels of the diary's buttons in versions that stored a region
// for the place a person tapped, in the order of Regions. Those labels named two
// places otherwise than the table does: "cheek" stored zygomaticus, and "corner of
// the mouth" stored depressor. No button stored malar, which came later: it is the
// cheek.
var tapped = [NumRegions]string{"brow", "eye", "cheek", "cheek", "lips", "corner of the mouth", "chin", "neck"}

// tappedPlaces are the places that these labels name.
var tappedPlaces = [NumRegions]Place{Forehead, Eyelid, Cheek, Cheek, UpperLip, MouthCorner, Chin, Neck}

// Tapped is the place that a diary entry means. Newer entries name a place, older
// ones the region stored for a button: then it is the place on the button's label,
// never the region's own. Any other name stays what it is.
func Tapped(name string) string {
	if i := Region(name).Index(); i >= 0 {
		return string(tappedPlaces[i])
	}
	return name
}

// IsPlace reports whether a name is the key of a place, not another name for it.
func IsPlace(name string) bool {
	p, ok := PlaceOf(name)
	return ok && string(p.Place) == name
}
