package report

import (
	"fmt"
	"math"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// assColors are the kinds' colors as ASS writes them, blue first.
var assColors = map[event.Kind]string{
	event.Spasm: "3C7DFF", event.Synkinesis: "DD94D7", event.Voluntary: "9BCF6C", event.Blink: "E3C4A8", event.Other: "C8C8C8",
}

// regionPlaces are where regions lie on an upright face, in widths of the face
// from its middle: outwards, downwards.
var regionPlaces = map[anatomy.Region][2]float64{
	anatomy.Frontalis: {0.2, -0.39}, anatomy.OrbicularisOculi: {0.21, -0.2}, anatomy.Malar: {0.26, 0.06}, anatomy.Zygomaticus: {0.19, 0.27},
	anatomy.OrbicularisOris: {0.12, 0.25}, anatomy.Depressor: {0.15, 0.34}, anatomy.Mentalis: {0.06, 0.46}, anatomy.Platysma: {0.2, 0.72},
}

const (
	barWidth  = 0.014 // of the picture
	captionS  = 1.2   // the words of a spasm stay at least this long, to be read
	ringStepS = 0.2   // rings follow the face at this step
)

// ass builds the annotations as an Advanced SubStation script, which ffmpeg's
// libass draws: plain text with positions, no fonts or pictures of its own.
type ass struct {
	voice
	b        strings.Builder
	a        *Analysis
	t        *event.Trace
	w, h     float64
	fontSize float64
}

func assScript(a *Analysis, t *event.Trace, w, h int) string {
	s := &ass{voice: english(), a: a, t: t, w: float64(w), h: float64(h), fontSize: max(14, float64(min(w, h))/28)}
	fmt.Fprintf(&s.b, "[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\nWrapStyle: 0\nScaledBorderAndShadow: yes\n\n", w, h)
	s.b.WriteString("[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n")
	margin := int(s.w * 0.04)
	fmt.Fprintf(&s.b, "Style: T,sans-serif,%.0f,&H00FFFFFF,&H00FFFFFF,&H00202020,&H80000000,0,0,0,0,100,100,0,0,1,%.1f,0,2,%d,%d,%d,1\n\n", s.fontSize, s.fontSize/12, margin, margin, int(s.fontSize*0.6))
	s.b.WriteString("[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n")

	for _, side := range anatomy.Sides {
		if !a.SideKnown() {
			break
		}
		an, x := 7, s.fontSize*0.5+s.w*barWidth
		if s.sign(side) > 0 {
			an, x = 9, s.w-s.fontSize*0.5-s.w*barWidth
		}
		s.line(0, 0, a.Recording.DurationS+1, fmt.Sprintf(`{\an%d\pos(%.0f,%.0f)\fs%.0f\alpha&H30&}%s`, an, x, s.fontSize*0.5, s.fontSize*0.8, capital(s.side(side))))
	}
	if !a.SideKnown() {
		s.line(0, 0, a.Recording.DurationS+1, fmt.Sprintf(`{\an7\pos(%.0f,%.0f)\fs%.0f\alpha&H30&}%s`, s.fontSize*0.5, s.fontSize*0.5, s.fontSize*0.8, capital(s.side(anatomy.Unknown))))
	}
	for _, e := range a.Events {
		s.event(e)
	}
	return s.b.String()
}

// sign is the direction in the picture, −1 left and +1 right, in which a side lies.
func (s *ass) sign(side anatomy.Side) float64 {
	if (side == anatomy.Right) != s.a.Recording.AsMirror() {
		return -1
	}
	return 1
}

func (s *ass) line(layer int, from, to float64, text string) {
	fmt.Fprintf(&s.b, "Dialogue: %d,%s,%s,T,,0,0,0,,%s\n", layer, assTime(from), assTime(to), text)
}

func (s *ass) event(e event.Event) {
	color := assColors[e.Kind]
	if e.Kind == event.Spasm || e.Kind == event.Synkinesis || e.Kind == event.Voluntary {
		to := e.OffsetS
		if e.Kind != event.Voluntary {
			to = max(to, e.OnsetS+captionS)
		}
		s.line(3, e.OnsetS, to, `{\c&H`+color+`&}`+assText(s.caption(e)))
		for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
			if e.Side == side || e.Side == anatomy.Both {
				bar, x := s.w*barWidth, 0.0
				if s.sign(side) > 0 {
					x = s.w - bar
				}
				s.line(1, e.OnsetS, e.OffsetS, fmt.Sprintf(`{\an7\pos(0,0)\bord0\shad0\c&H%s&\p1}m %.0f 0 l %.0f 0 %.0f %.0f %.0f %.0f{\p0}`,
					color, x, x+bar, x+bar, s.h, x, s.h))
			}
		}
	}
	for _, r := range e.Regions {
		if r.Side == anatomy.Unknown {
			continue // nobody knows where to draw it
		}
		to := max(e.OffsetS, r.OnsetS+0.04)
		for at := r.OnsetS; at < to; at += ringStepS {
			x, y, radius, ok := s.place(r.Region, r.Side, at)
			if ok {
				s.line(2, at, min(at+ringStepS, to), ring(x, y, radius, color))
			}
		}
	}
}

func (s *ass) caption(e event.Event) string {
	var parts []string
	for _, r := range byOnset(e.Regions) {
		if e.Side != anatomy.Both || r.Side != anatomy.Left {
			parts = append(parts, fmt.Sprintf("%s %s", s.region(r.Region), s.movement(r)))
		}
	}
	return fmt.Sprintf("%s %s: %s", s.kindShort(e.Kind), s.side(e.Side), s.Parts(parts...))
}

// place is where a region of a side lies in the picture at a time, and the
// radius of its ring, px.
func (s *ass) place(region anatomy.Region, side anatomy.Side, at float64) (x, y, radius float64, ok bool) {
	cx, cy, fw, ok := facePlace(s.t, at)
	p, known := regionPlaces[region]
	if !ok || !known {
		return 0, 0, 0, false
	}
	roll := 0.0
	if i := frameAt(s.t, at); i < len(s.t.Roll) && finite(float64(s.t.Roll[i])) {
		roll = float64(s.t.Roll[i]) * math.Pi / 180
	}
	if s.a.Recording.AsMirror() {
		roll = -roll
	}
	dx, dy := s.sign(side)*p[0]*fw, p[1]*fw
	return cx + dx*math.Cos(roll) - dy*math.Sin(roll), cy + dx*math.Sin(roll) + dy*math.Cos(roll), 0.075 * fw, true
}

// ring is a circle of four Bézier arcs, its inside clear.
func ring(x, y, r float64, color string) string {
	k := 0.5523 * r // a quarter circle's control points
	return fmt.Sprintf(`{\an7\pos(%.1f,%.1f)\bord%.1f\shad0\1a&HFF&\3c&H%s&\p1}m %s b %s %s %s b %s %s %s b %s %s %s b %s %s %s{\p0}`,
		x, y, max(1.5, r*0.12), color, pt(r, 0),
		pt(r, k), pt(k, r), pt(0, r), pt(-k, r), pt(-r, k), pt(-r, 0),
		pt(-r, -k), pt(-k, -r), pt(0, -r), pt(k, -r), pt(r, -k), pt(r, 0))
}

func pt(x, y float64) string { return fmt.Sprintf("%.1f %.1f", x, y) }

// assTime is H:MM:SS.CC.
func assTime(s float64) string {
	c := max(0, int(math.Round(s*100)))
	return fmt.Sprintf("%d:%02d:%02d.%02d", c/360000, c/6000%60, c/100%60, c%100)
}

// assText keeps a text from being read as commands.
func assText(s string) string {
	return strings.NewReplacer("{", "(", "}", ")", "\\", "/", "\n", " ", "\r", " ").Replace(s)
}
