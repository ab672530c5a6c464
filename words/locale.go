package words

import (
	"strings"
	"time"
)

// months are the names of the months by language; Chinese numbers them.
var months = map[string][12]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"de": {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
}

// Day is a date as the language writes it in full: 2 January 2006, 2. Januar 2006,
// 2 de enero de 2006, 2006年1月2日 (Unicode CLDR, long dates; English day first).
func (l *Language) Day(t time.Time) string {
	switch l.tag {
	case "de":
		return t.Format("2. ") + months["de"][t.Month()-1] + t.Format(" 2006")
	case "es":
		return t.Format("2 de ") + months["es"][t.Month()-1] + t.Format(" de 2006")
	case "zh-Hans":
		return t.Format("2006年1月2日")
	}
	return t.Format("2 January 2006")
}

// Month is a month as the language writes it: January 2006, 2006年1月.
func (l *Language) Month(t time.Time) string {
	switch l.tag {
	case "de":
		return months["de"][t.Month()-1] + t.Format(" 2006")
	case "es":
		return months["es"][t.Month()-1] + t.Format(" de 2006")
	case "zh-Hans":
		return t.Format("2006年1月")
	}
	return t.Format("January 2006")
}

// Decimal writes a number that has a point, such as 0.4, as the language does: with a
// comma in German and Spanish.
func (l *Language) Decimal(number string) string {
	if l.tag == "de" || l.tag == "es" {
		return strings.ReplaceAll(number, ".", ",")
	}
	return number
}
