// Package interview asks what a recording cannot show: when it began, where,
// whether a facial palsy came before, whether it goes on in sleep, what else
// the body does, and how the person is.
//
// Everything is data. questions.yaml holds the questions in plain words of our
// own, in the order in which they are asked; protocol/*.yaml holds the tasks to
// film. The terminal and the app draw from the same files.
//
// An answer is one of four shapes: a word ("yes", "left", "lower_lid"), a list
// of words, a number, or a month ("2021-03"). There is no boolean: a question
// that was skipped, and one that was answered with "I don't know", leave no
// value at all, so that "no" is only ever what somebody said.
//
// # Conditions
//
// Branching here, and findings, red flags and grades in package assess, share
// one small language. A leaf is one comparison; branches are all, any and not:
//
//	all: ["side = both", "both_how = together"]
//	any: ["age < 40", {not: "palsy = yes"}]
//
// The logic has three values. A comparison with something unknown is unknown,
// and stays so unless the other branches decide the matter without it:
//
//	all: one no        -> no      any: one yes      -> yes
//	     else unknown?  -> unknown      else unknown? -> unknown
//	     else          -> yes          else         -> no
//
// "unless" is "not" for exclusions: it holds as long as the condition is not
// certainly fulfilled.
//
// # Answers
//
// Answers are kept as a FHIR R4 QuestionnaireResponse: one item a question,
// linkId the question's id. An item without an answer was asked and skipped; so
// a half-finished interview can be taken up where it was left.
package interview
