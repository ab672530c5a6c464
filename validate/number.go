package validate

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// comma is what a comma in a table's numbers means.
type comma int

const (
	commaOpen      comma = iota // nothing in the table says: 1,234 may be either
	commaDecimal                // 1,5 is one and a half
	commaThousands              // 1,234.5 is more than a thousand
)

// groupDigits is how many digits stand between two marks of thousands.
const groupDigits = 3

var (
	errEitherComma = errors.New("the comma may mark thousands or decimals: write 1234 or 1.234")
	errBothCommas  = errors.New("the comma marks thousands in one place and decimals in another")
)

// grouped reports whether the text is 1 to 3 digits and then groups of three after
// each mark.
func grouped(s, mark string) bool {
	parts := strings.Split(strings.TrimLeft(s, "+-"), mark)
	for i, p := range parts {
		if i == 0 && (len(p) < 1 || len(p) > groupDigits || len(p) > 1 && p[0] == '0') || i > 0 && len(p) != groupDigits || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) > 1
}

// commaOf is what one number tells of the commas; open where it has none or could
// be read either way.
func commaOf(s string) comma {
	s = strings.TrimSpace(s)
	if strings.Contains(s, ":") {
		return commaOpen // no part of a clock time has thousands
	}
	point, com := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case com < 0:
		if point >= 0 && !grouped(s, ".") {
			return commaThousands // a decimal point leaves the comma only thousands
		}
		return commaOpen
	case point > com:
		return commaThousands
	case point >= 0:
		return commaDecimal // 1.234,5
	case strings.Count(s, ",") > 1:
		return commaThousands
	case grouped(s, ",") && !strings.HasPrefix(strings.TrimLeft(s, "+-"), "0,"):
		return commaOpen
	}
	return commaDecimal
}

// number reads a number whose commas mean what c says. An open comma is refused
// rather than guessed, since 1,234 s and 1.234 s are both times of a recording.
func (c comma) number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	own := commaOf(s)
	if c == commaDecimal && strings.Contains(s, ".") && !strings.Contains(s, ",") && grouped(s, ".") {
		return 0, errEitherComma // 1.234 beside decimal commas
	}
	if strings.Contains(s, ",") {
		if own == commaOpen {
			own = c
		}
		switch {
		case own == commaOpen:
			return 0, errEitherComma
		case c != commaOpen && own != c:
			return 0, errBothCommas
		case own == commaDecimal:
			whole, part, _ := strings.Cut(s, ",")
			if strings.Contains(whole, ".") && !grouped(whole, ".") {
				return 0, errors.New("not a number")
			}
			s = strings.ReplaceAll(whole, ".", "") + "." + part
		default:
			whole, part, dot := strings.Cut(s, ".")
			if !grouped(whole, ",") {
				return 0, errors.New("not a number")
			}
			s = strings.ReplaceAll(whole, ",", "")
			if dot {
				s += "." + part
			}
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && !finite(v) {
		err = errors.New("not finite")
	}
	return v, err
}

// sixty is how many seconds a minute has, and minutes an hour.
const sixty = 60

// errNoRate is what a time in pictures gets where nobody says how many a second.
var errNoRate = errors.New("counts pictures, and the file does not say how many a second there are: give --fps")

// seconds reads a number of seconds, hh:mm:ss.sss or mm:ss.sss, or hh:mm:ss:ff, whose last
// part counts pictures and needs their rate; hh:mm:ss;ff leaves out numbers as drop
// frame does.
func (c comma) seconds(s string, rate *float64) (float64, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, ":") {
		return c.number(s)
	}
	sign := 1.0
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, sign = rest, -1
	}
	drop := strings.Count(s, ";") == 1 && strings.LastIndexByte(s, ';') > strings.LastIndexByte(s, ':')
	parts := strings.Split(strings.Replace(s, ";", ":", 1), ":")
	if !drop {
		parts = strings.Split(s, ":")
	}
	if len(parts) > 4 || drop && len(parts) != 4 {
		return 0, errors.New("not a clock time")
	}
	frames := ""
	if len(parts) == 4 {
		frames, parts = parts[3], parts[:3]
	}
	var sum float64
	for i, p := range parts {
		v, err := commaDecimal.number(strings.Replace(p, ".", ",", 1))
		if err != nil {
			return 0, err
		}
		last := i == len(parts)-1 && frames == ""
		if v < 0 || i > 0 && v >= sixty || !last && v != math.Trunc(v) || strings.ContainsAny(p, "+-") {
			return 0, errors.New("not a clock time")
		}
		sum = sum*sixty + v
	}
	if frames != "" {
		f, err := strconv.Atoi(frames)
		if err != nil || f < 0 {
			return 0, errors.New("not a clock time")
		}
		if rate == nil {
			return 0, errNoRate
		}
		if sum, err = ofFrames(sum, f, *rate, drop); err != nil {
			return 0, err
		}
	}
	if !finite(sum) {
		return 0, errors.New("not finite")
	}
	return sign * sum, nil
}

// ofFrames is the time of picture f of a clock's second. A clock in pictures counts
// a whole number of them as a second, 30 at 29.97 a second (SMPTE ST 12-1); drop
// frame leaves out the first numbers of each minute but the tenth.
func ofFrames(clockS float64, f int, rate float64, drop bool) (float64, error) {
	const (
		dropShare  = 15.0 // of each 30 numbers a second, two are left out a minute
		dropSpared = 10   // the minutes that keep all their numbers
	)
	whole := math.Round(rate)
	if !(whole >= 1) {
		return 0, errNoRate
	}
	if float64(f) >= whole {
		return 0, fmt.Errorf("counts picture %d of a second that has %.0f", f, whole)
	}
	n := clockS*whole + float64(f)
	if drop {
		minutes := math.Floor(clockS / sixty)
		n -= whole / dropShare * (minutes - math.Floor(minutes/dropSpared))
	}
	return n / rate, nil
}
