package fhir

import (
	"fmt"

	"facialis/assess"
)

// ranked is how many places of the ranking are told.
const ranked = 3

// assessment adds grades, and what the movements fit with, as observations of
// a comparison: they are no conditions of the person.
func (b *builder) assessment(r *assess.Report) []Reference {
	var out []Reference
	add := func(name string, code Concept, parts []Component, note string) {
		if len(parts) == 0 {
			return
		}
		o := Observation{ResourceType: "Observation", ID: b.id("assessment", name), Status: "preliminary", Category: category("survey"),
			Code: code, Subject: b.patient, Component: parts, Note: []Annotation{{note}},
			Method: &Concept{Text: "rules over a recording and answers, by facialis " + b.in.Version}}
		out = append(out, b.add(o.ID, o))
	}
	if r.Differential.Verdict != "not-enough" {
		var parts []Component
		for i, c := range r.Differential.Candidates[:min(ranked, len(r.Differential.Candidates))] {
			v := &Concept{Text: c.Name}
			for _, code := range c.ICD10CM {
				v.Coding = append(v.Coding, Coding{System: icd10, Code: code})
			}
			rank := fmt.Sprint(i + 1)
			parts = append(parts, Component{Code: own("fits-with-"+rank, "Fits with, place "+rank), ValueCodeable: v})
		}
		add("differential", own("comparison", "What the movements fit with, a comparison and no diagnosis"), parts,
			"Places rank by rules whose likelihoods are mostly estimates; they are no probabilities and no diagnosis.")
	}
	var parts []Component
	for _, g := range r.Grades {
		if g.Low < 0 { // noted by an examiner, not read by the program
			continue
		}
		c := Component{Code: own("grade-"+g.ID, g.Name)}
		if g.Low == g.High {
			c.ValueInteger = &g.Low
		} else {
			c.ValueString = g.Text
		}
		parts = append(parts, c)
	}
	add("grades", own("grades", "Grades by published scales"), parts, "Where an answer is missing a grade is a span.")
	parts = nil
	for _, f := range r.Flags {
		parts = append(parts, Component{Code: own("flag-"+f.ID, f.Title), ValueString: f.Level + ": " + f.Do})
	}
	add("flags", own("flags", "What should not wait"), parts, "Raised by rules; each names its reason in the assessment.")
	return out
}
