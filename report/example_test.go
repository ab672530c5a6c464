package report_test

import (
	"fmt"
	"os"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report"
)

// An analysis as a table for a spreadsheet: its columns, and one row an event.
func ExampleEncodeEventsCSV() {
	a := &report.Analysis{Schema: report.Schema, Events: []event.Event{{ID: "e1", Kind: event.Spasm, Side: anatomy.Left, Form: event.Twitch,
		OnsetS: 8, OffsetS: 8.2, Lead: anatomy.Zygomaticus, Confidence: 0.9}}}
	var b strings.Builder
	if err := report.EncodeEventsCSV(&b, a); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	lines := strings.Split(b.String(), "\r\n")
	fmt.Println(strings.Join(strings.Split(lines[0], ",")[:5], " "))
	fmt.Println(strings.Join(strings.Split(lines[1], ",")[:5], " "))
	// Output:
	// id kind side form onset_s
	// e1 spasm left twitch 8.0000
}
