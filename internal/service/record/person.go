package record

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrInvalid is wrapped by every error about a value that cannot be.
var ErrInvalid = errors.New("not valid")

func invalidf(format string, a ...any) error {
	return fmt.Errorf(format+": %w", append(a, ErrInvalid)...)
}

// Invalid is an error about a value that cannot be, in words for people.
func Invalid(format string, a ...any) error { return invalidf(format, a...) }

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
		return invalidf("a person needs a name or a code")
	case badText(p.Name, 200) || badText(p.Code, 100) || badText(p.Note, 20000):
		return invalidf("the name, the code or the note is too long or holds control characters")
	case p.BirthYear != nil && (*p.BirthYear < 1890 || *p.BirthYear > time.Now().Year()):
		return invalidf("the year of birth cannot be %d", *p.BirthYear)
	case !oneOf(p.Sex, "f", "m", "x"):
		return invalidf("sex is f, m or x")
	case !oneOf(p.AffectedSide, "right", "left", "both"):
		return invalidf("the affected side is right, left or both")
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
