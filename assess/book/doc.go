// Package book writes the evidence as pages that a clinician can read, check and
// sign: one page per entity, one for the findings and one for the rules of advice,
// each number with its range, its source and the place in it, and the written and
// published cases that hold it.
package book
