package report

import (
	"html/template"

	"facialis/anatomy"
	"facialis/measure"
)

// facePatch is where a region lies in the drawing, for the side at the
// viewer's left; the origin is the middle of the face.
type facePatch struct {
	region anatomy.Region
	path   string
	x, y   float64 // where the line from the label ends
}

var facePatches = []facePatch{
	{anatomy.Frontalis, "M-16 -92C-30 -128 -80 -136 -112 -104C-116 -92 -112 -84 -104 -82C-78 -98 -44 -96 -20 -82Z", -96, -103},
	{anatomy.OrbicularisOculi, "M-14 -46C-20 -76 -54 -84 -80 -78C-108 -72 -118 -50 -110 -34C-100 -12 -66 -8 -44 -14C-24 -18 -14 -30 -14 -46Z", -106, -44},
	{anatomy.Malar, "M-36 8C-60 0 -104 -4 -122 14C-128 46 -108 82 -76 92C-62 94 -54 86 -52 72C-50 48 -30 30 -36 8Z", -106, 34},
	{anatomy.Zygomaticus, "M-50 88C-66 86 -80 94 -82 106C-82 118 -70 126 -56 122C-46 116 -44 98 -50 88Z", -66, 106},
	{anatomy.OrbicularisOris, "M0 84C-18 80 -44 88 -58 104C-48 122 -22 128 0 126Z", -46, 104},
	{anatomy.Depressor, "M-10 132C-28 132 -46 126 -60 114C-72 124 -74 146 -62 160C-44 164 -24 158 -10 150Z", -60, 142},
	{anatomy.Mentalis, "M0 156C-22 158 -36 166 -40 176C-32 192 -16 200 0 200Z", -28, 181},
	{anatomy.Platysma, "M-14 214C-34 212 -54 200 -66 186C-64 216 -66 246 -82 270C-56 280 -32 282 -14 280Z", -58, 244},
}

// Lines of the drawing, one half; the other is its mirror image.
var faceLines = []string{
	"M-104 -80C-80 -96 -46 -94 -22 -82",                                                                    // brow
	"M-96 -44C-82 -62 -48 -64 -32 -42C-48 -30 -80 -28 -96 -44Z",                                            // eye
	"M-12 -50C-14 -20 -14 6 -24 34C-28 46 -16 52 0 50",                                                     // nose
	"M0 92C-8 88 -16 88 -22 92C-32 96 -42 100 -52 105C-38 116 -18 120 0 120M-52 105C-36 106 -16 104 0 106", // lips
	"M-146 -50C-164 -66 -172 -26 -160 4C-156 18 -146 22 -142 16",                                           // ear
	"M-64 184C-62 216 -64 246 -84 270C-110 286 -150 292 -178 312",                                          // neck and shoulder
}

const faceHair = "M0 -232C128 -236 172 -150 156 -40C150 -56 146 -70 144 -84C134 -120 118 -142 104 -158C60 -140 -40 -140 -100 -166C-118 -144 -136 -116 -144 -84C-146 -70 -150 -56 -156 -40C-172 -150 -128 -236 0 -232Z"

const faceOutline = "M0 -214C104 -214 148 -138 147 -50C146 60 84 204 0 206C-84 204 -146 60 -147 -50C-148 -138 -104 -214 0 -214Z"

// drawnFace shows each region's share in the spasms of its side, colored and
// in numbers. The person's right is at the viewer's left, as in a film.
func (l voice) drawnFace(m measure.Summary) template.HTML {
	const w, h, cx, cy = 1160, 580, 580, 240
	s := newSVG("face", w, h, l.Say("report.face.head"), l.faceDesc(m))
	s.add(`<g transform="translate(%d %d)">`, cx, cy)
	s.add(`<path class="skin" d="%s"/>`, faceOutline)
	sides := []struct {
		name anatomy.Side
		sum  measure.SideSummary
		flip float64
	}{{anatomy.Right, m.Sides.Right, 1}, {anatomy.Left, m.Sides.Left, -1}}
	for _, side := range sides {
		s.add(`<g transform="scale(%s 1)">`, f1(side.flip))
		for _, p := range facePatches {
			r, ok := shareOf(side.sum, p.region)
			if ok {
				s.add(`<path class="patch" fill-opacity="%s" d="%s"/>`, trim(0.12+0.8*r.Share, 2), p.path)
			} else {
				s.add(`<path class="patch none" d="%s"/>`, p.path)
			}
		}
		for _, d := range faceLines {
			s.add(`<path class="feature" d="%s"/>`, d)
		}
		s.add(`<circle class="iris" cx="-64" cy="-46" r="10"/></g>`)
	}
	s.add(`<path class="hair" d="%s"/>`, faceHair)
	s.add(`<line class="midline" x1="0" y1="-140" x2="0" y2="290"/>`)
	for _, side := range sides {
		l.faceLabels(s, side.name, side.sum, side.flip)
	}
	s.add(`</g>`)
	return s.html()
}

func (l voice) faceLabels(s *svg, side anatomy.Side, sum measure.SideSummary, flip float64) {
	x, anchor := -572.0, "start"
	if flip < 0 {
		x, anchor = 572, "end"
	}
	s.text("ink strong", anchor, x, -200, 30, capital(l.yourSide(side)))
	if sum.Spasms == 0 {
		s.text("ink soft", anchor, x, -160, 26, l.Say("report.face.none"))
		return
	}
	y := -160.0
	for _, p := range facePatches {
		r, ok := shareOf(sum, p.region)
		if !ok {
			continue
		}
		name := capital(l.region(p.region))
		end := x + flip*(1.12*textWidth(name, 29)+14)
		s.add(`<polyline class="leader" points="%s,%s %s,%s %s,%s"/>`, f1(end), f1(y), f1(end+flip*12), f1(y), f1(flip*p.x), f1(p.y))
		s.add(`<circle class="pin" cx="%s" cy="%s" r="4"/>`, f1(flip*p.x), f1(p.y))
		s.text("ink strong", anchor, x, y+10, 29, name)
		detail := l.millimeters(r.PeakMM, r.PeakCI95MM)
		if r.MedianLagMS != nil && *r.MedianLagMS >= 0.5 {
			detail = l.Say("report.face.later", args{"Size": detail, "Lag": trim(*r.MedianLagMS, 0)})
		}
		s.text("ink soft", anchor, x, y+38, 24, l.percent(r.Share)+" · "+detail)
		y += 62
	}
}

func shareOf(s measure.SideSummary, region anatomy.Region) (measure.RegionShare, bool) {
	for _, r := range s.Spread {
		if r.Region == region {
			return r, true
		}
	}
	return measure.RegionShare{}, false
}

// faceDesc is the drawing in words.
func (l voice) faceDesc(m measure.Summary) string {
	var out []string
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		sum := m.Sides.Of(side)
		var items []string
		for _, r := range sum.Spread {
			items = append(items, l.Say("report.face.item", args{"Place": l.region(r.Region), "Share": l.percent(r.Share)}))
		}
		if len(items) == 0 {
			items = []string{l.Say("report.face.none")}
		}
		out = append(out, l.Say("report.face.side", args{"Side": l.side(side), "Places": l.Parts(items...)}))
	}
	return l.Say("report.face.desc", args{"Sides": l.Sentences(out...)})
}
