package event

import "facialis/anatomy"

// Term is one feature's part in the score of a movement.
type Term struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`    // of the feature, NaN where it could not be had
	LogOdds float64 `json:"log_odds"` // what it adds to the score
}

// Candidate is a movement of one side that was looked at and is no event: its score
// lies below the operating point, or a gate closed it and it scored low besides.
type Candidate struct {
	Event           // as it would be reported if it were one; ID, Episode and Attack are empty
	LogOdds float64 // the score
	Terms   []Term  // that the score is the sum of, with an intercept
	Gates   []string
	Rival   bool // another movement of the same side and moment explains it better, which is an event or a candidate itself
}

// Candidates are the small and doubtful movements of a recording, in order of onset.
type Candidates struct {
	Terms        []string // names of the terms of each
	LeastLogOdds float64  // the operating point
	List         []Candidate
}

// Small counts the small and doubtful movements of one side of a recording. They are
// no events, and in no other figure.
type Small struct {
	Count int  `json:"count"` // each moment and side once: rivals are left out
	Right *int `json:"right"` // nil where the side is not known
	Left  *int `json:"left"`
	Gated int  `json:"gated"` // of them, closed by a gate
	// Likely is the sum of their certainties: how many of as many such movements
	// were contractions in the recordings by which certainty was calibrated.
	Likely float64 `json:"likely"`
}

// Count counts the candidates. A nil list counts as none.
func (c *Candidates) Count(sidesKnown bool) Small {
	var s Small
	if c == nil {
		return s
	}
	side := map[anatomy.Side]int{}
	for _, x := range c.List {
		if x.Rival {
			continue
		}
		s.Count++
		side[x.Side]++
		s.Likely += x.Confidence
		if len(x.Gates) > 0 {
			s.Gated++
		}
	}
	if sidesKnown {
		right, left := side[anatomy.Right], side[anatomy.Left]
		s.Right, s.Left = &right, &left
	}
	return s
}
