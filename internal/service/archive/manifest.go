package archive

import (
	"regexp"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/report"
)

// Format is the form of the zips that are written, and the one that is read.
const Format = "facialis.person/1"

// The files of a zip that are read back.
const (
	manifestFile    = "manifest.json"
	personFile      = "person.json"
	answersFile     = "answers.json"
	diaryFile       = "diary.json"
	recordingsFile  = "recordings.json"
	correctionsFile = "corrections.json"
	marksFile       = "marks.json"
	fhirFile        = "fhir.json"
	folder          = "recordings/"
)

// Manifest says what a zip holds.
type Manifest struct {
	Format  string    `json:"format"`
	Program string    `json:"program"`
	MadeAt  time.Time `json:"made_at"`
	Person  string    `json:"person"`
	LeftOut []string  `json:"left_out"` // recordings whose film is not there yet
	// NotAllowed are the recordings left out because they were not allowed for research.
	NotAllowed []string `json:"not_allowed_for_research,omitempty"`
	// Masked says that drawn faces stand for the films, and that dates are days since
	// the first recording.
	Masked bool `json:"masked,omitempty"`
	// Drawn are the frames a second of each drawn film, by recording. Those of long films
	// are fewer than the film's own; the trace has them all.
	Drawn map[string]float64 `json:"drawn_frames_per_second,omitempty"`
	Files []Listed           `json:"files"`
}

// Listed is a file in the manifest.
type Listed struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// film is a recording as the zip tells it.
type film struct {
	record.Recording
	Analysis string `json:"analysis"` // id of the analysis that holds; empty: none
	Original string `json:"original"` // name of the film in the zip
}

// answers are the interview as the zip tells it.
type answers struct {
	Values   map[string]any    `json:"values"`
	Skipped  map[string]string `json:"skipped"`
	Authored *time.Time        `json:"authored"`
}

// nameForm is what a name in a zip may look like: the ones that are written,
// with room for files that a later version adds.
var nameForm = regexp.MustCompile(`^(?:[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.[a-z0-9]{1,8}|recordings/[0-9A-HJKMNP-TV-Z]{26}/[a-z0-9_-]{1,60}(?:\.[a-z0-9]{1,8})?)$`)

// packed are the files whose bytes do not get fewer by deflating.
var packed = map[string]bool{work.OriginalFile: true, report.TraceFile: true, report.CandidatesFile: true}
