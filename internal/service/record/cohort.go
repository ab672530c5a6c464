package record

import (
	"time"
)

// CohortFilter chooses recordings out of those of everybody. Empty fields choose all.
type CohortFilter struct {
	Q        string // part of a person's name or code
	Side     string // the person's affected side
	Sex      string
	Protocol string
	From, To time.Time // of filming; zero: no bound
	Usable   *bool
	Research bool // only what may be given to research
	MinRate  *float64
	MaxRate  *float64
	After    string // recording after which the page begins
	Limit    int
}

// CohortRow is a recording beside the person it is of.
type CohortRow struct {
	Person    Person
	Recording Recording
}

// TreatmentOn is a treatment in somebody's diary.
type TreatmentOn struct {
	Type string    `json:"type"`
	At   time.Time `json:"at"`
}
