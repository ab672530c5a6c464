package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"facialis/event"
	"facialis/report"
	"facialis/spasm"
	"facialis/words"
)

// mostTold is for how many events the terminal says why; events.csv has all.
const mostTold = 20

// why writes one line for each movement of one side that is an event, with the rules
// that made it what it is.
func why(w io.Writer, a *report.Analysis) {
	l := words.Default()
	n := 0
	var b strings.Builder
	for _, e := range a.Events {
		if len(e.Reasons) == 0 || e.Kind == event.Blink || e.Kind == event.Voluntary {
			continue
		}
		if n++; n > mostTold {
			continue
		}
		var reasons []string
		for _, r := range e.Reasons {
			reasons = append(reasons, report.ReasonText(l, r))
		}
		fmt.Fprintln(&b, l.Say("cli.analyze.why", words.Args{"At": l.Decimal(fmt.Sprintf("%.2f", e.OnsetS)), "Kind": l.Name("cli.kind", string(e.Kind)), "Side": l.Name("cli.side", string(e.Side)), "Place": report.RegionText(l, e.Lead),
			"Certainty": l.Decimal(fmt.Sprintf("%.2f", e.Confidence)), "Reasons": l.Clauses(reasons...)}))
	}
	if n > mostTold {
		fmt.Fprintln(&b, l.Say("cli.analyze.why.more", words.Args{"Number": n - mostTold}))
	}
	io.WriteString(w, b.String())
}

// parameters are the detector's, by --params and --without.
func (c *analyzeCmd) parameters() (spasm.Params, error) {
	p := spasm.DefaultParams()
	if c.Params != "" {
		f, err := os.Open(c.Params)
		if err != nil {
			return p, usagef("--params: %w", err)
		}
		defer f.Close()
		if p, err = spasm.ReadParams(f); err != nil {
			return p, usagef("--params %s: %w", filepath.Base(c.Params), err)
		}
	}
	for _, name := range c.Without {
		p.Without = append(p.Without, name)
		if err := p.Check(); err != nil {
			return p, usagef("--without: %w", err)
		}
	}
	return p, nil
}
