package record

import "time"

// BinDays is how many days what was deleted can be brought back. Thirty are what
// mail and photo programs keep, so people expect them.
const BinDays = 30

// Binned is something that was deleted and can still be brought back.
type Binned struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"person,recording"`
	PersonID  string    `json:"person_id"`
	Name      string    `json:"name" doc:"The person's name or the recording's label"`
	DeletedAt time.Time `json:"deleted_at"`
	GoneAt    time.Time `json:"gone_at" doc:"When it is deleted for good"`

	Body       []byte   `json:"-"` // its rows
	Recordings []string `json:"-"` // ids of the recordings that are part of it
}
