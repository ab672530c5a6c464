package validate

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
)

// eaf is the part of an ELAN annotation document that is used.
type eaf struct {
	XMLName xml.Name `xml:"ANNOTATION_DOCUMENT"`
	Header  struct {
		Units string `xml:"TIME_UNITS,attr"`
	} `xml:"HEADER"`
	Slots []struct {
		ID    string   `xml:"TIME_SLOT_ID,attr"`
		Value *float64 `xml:"TIME_VALUE,attr"`
	} `xml:"TIME_ORDER>TIME_SLOT"`
	Tiers []eafTier `xml:"TIER"`
}

type eafTier struct {
	ID          string `xml:"TIER_ID,attr"`
	Annotator   string `xml:"ANNOTATOR,attr"`
	Annotations []struct {
		Aligned *struct {
			ID    string `xml:"ANNOTATION_ID,attr"`
			From  string `xml:"TIME_SLOT_REF1,attr"`
			To    string `xml:"TIME_SLOT_REF2,attr"`
			Value string `xml:"ANNOTATION_VALUE"`
		} `xml:"ALIGNABLE_ANNOTATION"`
		Remark *struct {
			On    string `xml:"ANNOTATION_REF,attr"`
			Value string `xml:"ANNOTATION_VALUE"`
		} `xml:"REF_ANNOTATION"`
	} `xml:"ANNOTATION"`
}

// rater is the rater whose tier this is: the tiers "rater:<name>", and
// "rater:<name> anything" or "rater:<name>/anything"; empty for other tiers.
func (t eafTier) rater() string {
	rest, ok := strings.CutPrefix(t.ID, "rater:")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, " /-"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// parseEAF reads an ELAN file. Tiers named after a kind and a side
// (spasm-left, blink …) give these to their annotations; an annotation's own
// words come first. A file with rater tiers is that rater's annotation: the
// other tiers are then only what the rater was shown.
func parseEAF(data []byte, rater string) (*Annotation, error) {
	var doc eaf
	if err := xml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("not an ELAN file: %w", err)
	}
	unit := 0.001
	switch strings.ToLower(doc.Header.Units) {
	case "", "milliseconds":
	default:
		return nil, fmt.Errorf("time unit %.40q of the ELAN file is not milliseconds", doc.Header.Units)
	}
	slots := make(map[string]*float64, len(doc.Slots))
	for _, s := range doc.Slots {
		slots[s.ID] = s.Value
	}
	var raters []string
	seen := map[string]bool{}
	for _, t := range doc.Tiers {
		if r := t.rater(); r != "" && !seen[r] {
			seen[r] = true
			raters = append(raters, r)
		}
	}
	if rater == "" && len(raters) == 0 {
		// the file as a whole
	} else if name, err := choose("rater tier", raters, rater); err != nil {
		return nil, err
	} else {
		rater = name
	}
	// What a dependent tier says of an annotation: its side, its form … The details
	// that this program writes below an event are told of it, not what it is.
	remarks := map[string]label{}
	for _, t := range doc.Tiers {
		if strings.HasSuffix(t.ID, " details") {
			continue
		}
		for _, an := range t.Annotations {
			if r := an.Remark; r != nil {
				remarks[r.On] = remarks[r.On].or(parseLabel(r.Value))
			}
		}
	}
	a := &Annotation{FileClock: true}
	c := collect{a: a}
	count := 0
	for _, t := range doc.Tiers {
		if t.rater() != rater || strings.HasPrefix(t.ID, "quality") {
			continue
		}
		name := strings.TrimPrefix(t.ID, "rater:"+rater)
		tier := parseLabel(name)
		for _, an := range t.Annotations {
			if an.Aligned == nil {
				continue // a remark on another annotation, taken with that
			}
			from, to := slots[an.Aligned.From], slots[an.Aligned.To]
			if from == nil || to == nil {
				return nil, fmt.Errorf("tier %.40q of the ELAN file has an annotation without times", t.ID)
			}
			text := strings.TrimSpace(an.Aligned.Value)
			l := parseLabel(text).or(remarks[an.Aligned.ID]).or(tier)
			if text == "" {
				text = t.ID
			}
			c.add(l, text, *from*unit, *to*unit)
			if count++; count > maxEvents {
				return nil, errors.New("the ELAN file holds too many annotations")
			}
		}
	}
	return a, nil
}
