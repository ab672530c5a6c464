// Package fhir writes what is known of a person as a FHIR R4 bundle, for the
// records of a clinic.
//
//	Patient                 the person; without a name where none is given
//	Device                  this program, its version and its models
//	Media                   the film: length, size, hash; never its pictures
//	Observation             spasms, the resting face, blinks, grades,
//	                        what the movements fit with
//	DiagnosticReport        draws these together
//	DocumentReference       analysis.json
//	QuestionnaireResponse   the interview, and each day of the diary
//	Procedure               treatments
//	Provenance              who computed what from what
//
// Times are those of filming: onsets count from the first picture, as in
// analysis.json.
//
// # What is not said
//
// Everything that the machine measured is "preliminary" and stays so: that a
// clinician has looked is nothing that a program may write. What the movements
// fit with is an observation of a ranking, never a Condition. A figure that
// could not be had is a dataAbsentReason, never 0. Intervals stand beside their
// figure as a range.
//
// No LOINC code exists for spasms measured in video, so codes are of this
// program's own system ([System]), with their meaning in words. Units are UCUM.
// ICD-10-CM codes come from the evidence of package assess.
//
// Ids are derived from what is described: the same input gives the same bundle.
//
// Source: https://hl7.org/fhir/R4
package fhir
