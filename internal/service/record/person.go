package record

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"facialis/words"
)

// ErrInvalid is wrapped by every error about a value that cannot be.
var ErrInvalid = errors.New("not valid")

// invalid is an error in the words of the catalog.
func invalid(key string, args ...words.Args) error {
	return fmt.Errorf("%s: %w", words.Default().Say(key, args...), ErrInvalid)
}

// Invalid is an error about a value that cannot be, in the words that the catalog
// has for a key.
func Invalid(key string, args ...words.Args) error { return invalid(key, args...) }

// Person is somebody whose recordings and diary are kept. What cannot be known
// yet is null.
type Person struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Code         string    `json:"code" doc:"A clinic's own number or short name for the person; may be empty"`
	BirthYear    *int      `json:"birth_year"`
	Sex          *string   `json:"sex" enum:"f,m,x"`
	AffectedSide *string   `json:"affected_side" enum:"right,left,both" doc:"The person's own side"`
	Note         string    `json:"note"`
	Drawn        bool      `json:"drawn" doc:"A drawn patient of the demo, no real person"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`

	Recordings      int        `json:"recordings"`
	LastRecordingAt *time.Time `json:"last_recording_at"`
	LastRatePerMin  *float64   `json:"last_rate_per_min" doc:"Spasms a minute in the latest recording that could be used"`
	LastSpells      *int       `json:"last_spells" doc:"How often both eyes closed for long or three times in a row in that recording"`
}

// Check says what is wrong with a person's fields; nil when nothing is.
func (p *Person) Check() error {
	p.Name, p.Code = strings.TrimSpace(p.Name), strings.TrimSpace(p.Code)
	switch {
	case p.Name == "" && p.Code == "":
		return invalid("record.invalid.person.name")
	case badText(p.Name, 200) || badText(p.Code, 100) || badText(p.Note, 20000):
		return invalid("record.invalid.person.text")
	case p.BirthYear != nil && (*p.BirthYear < 1890 || *p.BirthYear > time.Now().Year()):
		return invalid("record.invalid.person.year", words.Args{"Year": *p.BirthYear})
	case !oneOf(p.Sex, "f", "m", "x"):
		return invalid("record.invalid.person.sex")
	case !oneOf(p.AffectedSide, "right", "left", "both"):
		return invalid("record.invalid.person.side")
	}
	return nil
}

// oneOf reports whether a value is missing or one of the given.
func oneOf(v *string, of ...string) bool {
	if v == nil {
		return true
	}
	for _, o := range of {
		if *v == o {
			return true
		}
	}
	return false
}

// Plain reports text of at most so many characters without control characters.
func Plain(s string, most int) bool { return !badText(s, most) }

// badText reports text that is too long, no UTF-8, or holds control characters
// other than line ends and tabs.
func badText(s string, most int) bool {
	return len(s) > 4*most || utf8.RuneCountInString(s) > most || !utf8.ValidString(s) ||
		strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' })
}
