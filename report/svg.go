package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// svg is a picture being drawn. Colors come from the page's style sheet by
// class, so that they follow dark mode and print.
type svg struct{ b strings.Builder }

// newSVG begins a picture of w by h units; title and desc are its text for
// those who listen to a page, id must be unique on the page.
func newSVG(id string, w, h float64, title, desc string) *svg {
	s := &svg{}
	s.add(`<svg viewBox="0 0 %s %s" role="img" aria-labelledby="%s-t %s-d" id="%s">`, f1(w), f1(h), id, id, id)
	s.add(`<title id="%s-t">%s</title><desc id="%s-d">%s</desc>`, id, esc(title), id, esc(desc))
	return s
}

func (s *svg) add(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

// rect draws a rectangle; a title becomes its tooltip.
func (s *svg) rect(class string, x, y, w, h float64, title string) {
	s.add(`<rect class="%s" x="%s" y="%s" width="%s" height="%s"`, class, f1(x), f1(y), f1(w), f1(h))
	if title == "" {
		s.add(`/>`)
		return
	}
	s.add(`><title>%s</title></rect>`, esc(title))
}

func (s *svg) line(class string, x1, y1, x2, y2 float64) {
	s.add(`<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, f1(x1), f1(y1), f1(x2), f1(y2))
}

// text writes at x, y; anchor is start, middle or end.
func (s *svg) text(class, anchor string, x, y, size float64, text string) {
	s.add(`<text class="%s" x="%s" y="%s" font-size="%s" text-anchor="%s">%s</text>`, class, f1(x), f1(y), f1(size), anchor, esc(text))
}

func (s *svg) html() template.HTML { return template.HTML(s.b.String() + "</svg>") }

func f1(x float64) string { return trim(x, 1) }

func esc(s string) string { return html.EscapeString(s) }

// textWidth is a fair guess of how wide a text is in a sans-serif face.
func textWidth(s string, size float64) float64 { return float64(len([]rune(s))) * size * 0.55 }
