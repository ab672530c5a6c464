package internal_test

import (
	"strings"
	"testing"

	"facialis/report"
	"facialis/spasm"
	"facialis/words"
)

// Every term may be a reason for and against, and the report and the pages say it in
// the same words.
func TestEveryReasonHasWords(t *testing.T) {
	l := words.English()
	for _, f := range spasm.Features {
		for _, sign := range []string{"+", "-"} {
			r := f.Name + sign
			said, page := report.ReasonText(l, r), l.Say("pages.names.reason."+r)
			if strings.Contains(said, "_") || said != page || len(said) < 10 {
				t.Errorf("%s is %q in the report and %q on the pages", r, said, page)
			}
		}
	}
}
