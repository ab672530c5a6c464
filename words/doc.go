// Package words is the message catalog: it holds every sentence that a person
// reads, so that no other package and no page of the app holds one.
//
// # Why a catalog
//
// A sentence inside the code can be read in one language only. Here each
// sentence has a key, and the code asks for the key. To show the program in
// Spanish, somebody copies the folder en to es, translates the texts and leaves
// the keys alone. No line of Go or TypeScript changes.
//
// # The files
//
// The folder en holds the English texts, one JSON file per area. A text is either
// one sentence, or two forms of one where it depends on a number:
//
//	"report.sheet.title":  "Facial movement report",
//	"report.length": "A typical spasm lasted about {{.Median}}.",
//	"report.attacks":  {
//	  "one":   "They came in one attack.",
//	  "other": "They came in {{.Count}} attacks."
//	}
//
// A key starts with the area that uses it. A name in double braces is a
// placeholder: the code gives its value. A language with more forms than two
// (Polish has four) adds "few" and "many"; the library picks the form by the
// rules of Unicode CLDR. Go reads the files with go-i18n, the pages read the same
// files with i18next.
//
// The pages' texts have keys that start with "pages.", one file per part of the
// app. The modules in web/src/lib/strings give them to the pages as fields and
// functions, so that the compiler of the pages finds a wrong name.
//
// The questions of the interview, the clinical knowledge and the rating scales keep their
// sentences in YAML files of their own (interview, assess/evidence, course/evidence,
// agreement/scales), where a clinician reviews them beside conditions, numbers and sources.
//
// # Using it
//
//	l := words.English()
//	l.Say("report.sheet.title")
//	l.Say("report.length", words.Args{"Median": "0.4 s"})
//	l.Count("report.attacks", 3)
//	l.Name("report.region", "mentalis") // the text of report.region.mentalis
//
// Think of a phrase book: you point at the number of a phrase, and the book shows
// it in the language of whoever reads along.
//
// # When something is missing
//
// A person never sees a crash because of a text. Say returns the key itself when
// it has no text or lacks a placeholder, and [Language.Err] remembers it. The tests read
// every use in the code and hold it against the catalog, so that such a mistake
// does not get that far.
package words
