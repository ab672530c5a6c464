package fhir

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // FHIR's Attachment.hash is SHA-1 by definition
	"fmt"
	"math"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/measure"
	"facialis/report"
)

func own(code, text string) Concept {
	return Concept{Coding: []Coding{{System, code, text}}, Text: text}
}

func category(code string) []Concept {
	return []Concept{{Coding: []Coding{{System: "http://terminology.hl7.org/CodeSystem/observation-category", Code: code}}}}
}

// film adds a recording: the film, what was measured, the report on it and
// where all this comes from.
func (b *builder) film(f *Film) {
	a := f.Analysis
	key := cmp.Or(f.Key, a.Recording.SHA256)
	device := b.device(a.Provenance.Version, a.Provenance.Models)
	m := Media{ResourceType: "Media", ID: b.id(key, "media"), Status: "completed", Subject: b.patient,
		Type:            Concept{Coding: []Coding{{System: "http://terminology.hl7.org/CodeSystem/media-type", Code: "video"}}},
		CreatedDateTime: instant(f.Recorded), Height: a.Recording.Height, Width: a.Recording.Width, Duration: round(a.Recording.DurationS),
		Content: Attachment{ContentType: f.Type, URL: f.URL, Title: a.Recording.File}}
	if sum := a.Recording.SHA256; sum != "" {
		m.Identifier = []Identifier{{sums, sum}}
	}
	media := b.add(m.ID, m)

	var results []Reference
	add := func(name string, code Concept, parts []Component, note []Annotation) {
		o := Observation{ResourceType: "Observation", ID: b.id(key, name), Status: "preliminary", Category: category("exam"), Code: code,
			Subject: b.patient, Device: &device, DerivedFrom: []Reference{media}, Component: parts, Note: note,
			Method: &Concept{Text: "video, by facialis " + a.Provenance.Version}, BodySite: side(a.Measures.Side)}
		if !f.Recorded.IsZero() {
			end := f.Recorded.Add(time.Duration(a.Recording.DurationS * float64(time.Second)))
			o.EffectivePeriod = &Period{instant(f.Recorded), instant(end)}
		}
		results = append(results, b.add(o.ID, o))
	}
	add("spasms", own("facial-spasm", "Spasms of the face in a recording"), spasms(&a.Measures), warnings(a))
	add("rest", own("resting-face", "The face between its movements"), resting(&a.Measures.Resting, a.SideKnown()), nil)
	if report, ok := a.Assessment.(*assess.Report); ok && report != nil && b.in.Assessment == nil {
		results = append(results, b.assessment(report)...)
	}
	d := DiagnosticReport{ResourceType: "DiagnosticReport", ID: b.id(key, "report"), Status: "preliminary",
		Category: []Concept{{Coding: []Coding{{System: "http://terminology.hl7.org/CodeSystem/v2-0074", Code: "OTH"}}}},
		Code:     own("spasm-report", "Spasms of the face measured in a recording"), Subject: b.patient, EffectiveDateTime: instant(f.Recorded),
		Result: results, Media: []ReportMedia{{media}},
		Conclusion: "Measured by a program in a recording and not yet looked at by a clinician. It measures; it does not diagnose."}
	targets := append(results, b.add(d.ID, d))
	if f.JSON != nil {
		sum := sha1.Sum(f.JSON)
		doc := DocumentReference{ResourceType: "DocumentReference", ID: b.id(key, "document"), Status: "current", DocStatus: "preliminary",
			Type: Concept{Text: "analysis.json (" + report.Schema + ")"}, Subject: b.patient,
			Content: []DocumentContent{{Attachment{ContentType: "application/json", URL: f.JSONURL, Size: len(f.JSON), Hash: sum[:], Title: "analysis.json"}}}}
		targets = append(targets, b.add(doc.ID, doc))
	}
	p := Provenance{ResourceType: "Provenance", ID: b.id(key, "provenance"), Target: targets, Recorded: instant(b.in.Now),
		Activity: Concept{Text: "measuring a recording"}, Agent: []ProvenanceAgent{{device}}, Entity: []ProvenanceEntity{{"source", media}}}
	b.add(p.ID, p)
}

func side(s *anatomy.Side) *Concept {
	switch {
	case s == nil:
		return nil
	case *s == anatomy.Both:
		return &Concept{Text: "both sides of the face"}
	case *s == anatomy.Unknown:
		return &Concept{Text: "one side of the face, not known which"}
	}
	return &Concept{Text: string(*s) + " side of the face"}
}

func warnings(a *report.Analysis) []Annotation {
	var out []Annotation
	if !a.Quality.Usable {
		out = append(out, Annotation{"The recording is not good enough for its figures to be relied on."})
	}
	for _, w := range a.Quality.Warnings {
		text := w.Text
		if w.FromS != nil && w.ToS != nil {
			text += fmt.Sprintf(" (%.1f to %.1f s)", *w.FromS, *w.ToS)
		}
		if text != "" {
			out = append(out, Annotation{text})
		}
	}
	return out
}

// parts gathers components.
type parts []Component

// figure adds a number with its unit, or says that there is none.
func (p *parts) figure(code, text, unit string, x *float64) {
	c := Component{Code: own(code, text)}
	if x == nil || math.IsNaN(*x) || math.IsInf(*x, 0) {
		c.AbsentReason = &Concept{Coding: []Coding{{absent, "unknown", "Unknown"}}}
	} else {
		c.ValueQuantity = quantity(*x, unit)
	}
	*p = append(*p, c)
}

func (p *parts) interval(code, text, unit string, ci *[2]float64) {
	if ci != nil && !math.IsNaN(ci[0]+ci[1]) && !math.IsInf(ci[0], 0) && !math.IsInf(ci[1], 0) {
		*p = append(*p, Component{Code: own(code+"-ci95", text+", 95 % confidence interval"),
			ValueRange: &Range{quantity(ci[0], unit), quantity(ci[1], unit)}})
	}
}

func (p *parts) estimate(code, text, unit string, e measure.Estimate) {
	p.figure(code, text, unit, e.Value)
	p.interval(code, text, unit, e.CI95)
}

func (p *parts) count(code, text, unit string, n int) {
	x := float64(n)
	p.figure(code, text, unit, &x)
}

func percent(x *float64) *float64 {
	if x == nil {
		return nil
	}
	y := 100 * *x
	return &y
}

func percents(x *[2]float64) *[2]float64 {
	if x == nil {
		return nil
	}
	return &[2]float64{100 * x[0], 100 * x[1]}
}

func quantity(x float64, code string) *Quantity {
	unit := strings.Trim(code, "{}")
	if code == "1" {
		unit = ""
	}
	return &Quantity{round(x), unit, ucum, code}
}

// round keeps four decimals: more is noise.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func spasms(m *measure.Summary) []Component {
	var p parts
	p.count("spasm-count", "Spasms", "{spasms}", m.Spasms)
	p.figure("usable-time", "Time in which the face was measured", "s", &m.UsableS)
	p.estimate("spasm-rate", "Spasms a minute", "/min", m.RatePerMin)
	p.estimate("spasm-rate-at-rest", "Spasms a minute at rest", "/min", m.RestRatePerMin)
	p.figure("time-in-spasm", "Share of the time spent in spasm", "%", percent(m.Burden))
	p.count("episode-count", "Episodes", "{episodes}", m.Episodes)
	p.count("attack-count", "Attacks", "{attacks}", m.Attacks)
	p.figure("duration-median", "Length of a spasm, median", "s", m.DurationS.Median)
	p.interval("duration-median", "Length of a spasm, median", "s", m.DurationS.MedianCI95)
	p.figure("duration-p95", "Length of a spasm, 95th percentile", "s", m.DurationS.P95)
	p.figure("interval-median", "Time from one spasm to the next, median", "s", m.IntervalS.Median)
	p.figure("tonic-share", "Share of the time in spasm that is held a second or more", "%", percent(m.TonicFraction))
	if !m.SideUnknown() {
		p.figure("laterality", "Side of the spasms: 1 right alone, -1 left alone", "1", m.Laterality)
	}
	p.figure("bilateral-overlap", "Spasms of both sides at once", "%", percent(m.BilateralOverlap))
	p.interval("bilateral-overlap", "Spasms of both sides at once", "%", percents(m.BilateralOverlapCI95))
	p.figure("brow-lift-share", "Spasms closing the eye in which the brow rises", "%", percent(m.BrowLiftShare))
	p.interval("brow-lift-share", "Spasms closing the eye in which the brow rises", "%", percents(m.BrowLiftShareCI95))
	p.estimate("blink-rate", "Blinks a minute", "/min", m.BlinkRatePerMin)
	for _, r := range m.Spread {
		name := strings.ReplaceAll(string(r.Region), "_", " ")
		code := strings.ReplaceAll(string(r.Region), "_", "-")
		p.figure("share-"+code, "Spasms in which the "+name+" takes part", "%", percent(&r.Share))
		far := "How far the skin over the " + name + " goes, median"
		p.figure("peak-"+code, far, "mm", r.PeakMM)
		p.interval("peak-"+code, far, "mm", r.PeakCI95MM)
	}
	return p
}

func resting(r *measure.RestingFace, sided bool) []Component {
	var p parts
	if !sided {
		p.estimate("mouth-width", "Width of the mouth", "mm", r.MouthWidthMM)
		return p
	}
	p.estimate("aperture-right", "Opening of the right eye", "mm", r.ApertureMM.Right)
	p.estimate("aperture-left", "Opening of the left eye", "mm", r.ApertureMM.Left)
	p.estimate("aperture-difference", "Opening of the eyes, right minus left", "mm", r.ApertureDifferenceMM)
	p.estimate("corner-difference", "Height of the mouth's corners, right minus left", "mm", r.CornerUpDifferenceMM)
	return p
}
