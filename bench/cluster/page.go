package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// page is docs/scale.md.
type page struct {
	o      options
	cores  int
	at     time.Time
	calm   []result
	killed result
}

// fullRun is how many films a full run has.
const fullRun = 200

// The plan: what a hospital brings in a day, and what one core gives.
const (
	planRecordings = 10_000 // a day
	planSeconds    = 60.0   // of one recording
	planBusyHours  = 12.0   // in which they are analyzed
	planCores      = 8.0    // of one worker's machine
	planMB         = 30.0   // of one recording: a phone's film of a minute at 4 Mbit/s
	planSpare      = 0.3    // of every machine stays free
)

func at(all []time.Duration, share float64) string {
	if len(all) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", all[min(len(all)-1, int(share*float64(len(all))))].Seconds())
}

func (p *page) write(name string) error {
	var b strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	put("# Many machines\n\nWritten by `make cluster`: two servers, one to three workers with one analysis at once each, PostgreSQL and\n")
	put("an S3 server (versitygw) on one machine with %d cores, which others used too. The films are drawn faces of %d s\n", p.cores, p.o.shortS)
	put("(480×360, 15 pictures a second); one of %d lasts %d s. What is said per machine is **processor time**; waiting\n", p.o.long, p.o.longS)
	put("times are seconds of this busy machine and only compare within one row.\n\n")
	put("## Work by number of workers\n\n| workers | films | length, s | workers | servers | PostgreSQL | S3 server | worker per second of film |\n|---|---|---|---|---|---|---|---|\n")
	row := func(r result) {
		put("| %d | %d | %.0f | %.1f s | %.1f s | %.1f s | %.1f s | %.2f s |\n", r.workers, r.films, r.filmS, r.workersS, r.serversS, r.databaseS, r.storeS, r.workersS/r.filmS)
	}
	for _, r := range p.calm {
		row(r)
	}
	put("\nProcessor time, the programs that read films included. A start of a program (loading the networks) counts as well:\n")
	put("with short films it is a good part. More workers add little to the work of each film: they share nothing but the\ntable of jobs.\n\n")
	k := p.killed
	put("## Killed again and again\n\n%d films, three workers; a program was killed (SIGKILL) at every second median job: %d times, %d of them a server.\n", k.films, k.kills, k.serverKills)
	put("Films that were lost: 0. Films with two analyses: 0. Analyses that were begun again: %d. The program ends with an\nerror instead of writing this page where one film differs.\n\n", k.again)
	if k.films < fullRun {
		put("This run had %d films instead of %d.\n\n", k.films, fullRun)
	}
	put("| workers | films | length, s | workers | servers | PostgreSQL | S3 server | worker per second of film |\n|---|---|---|---|---|---|---|---|\n")
	row(k)
	put("\nWhat was spent by programs that read films for a worker that was killed is missing in it.\n\n")
	put("## Waiting\n\nSeconds from the moment when the workers start, with all films there, until the analysis of each begins.\n\n")
	put("| workers | killed | short: n, median, 90 %% | long: n, median, 90 %% | one short analysis, median |\n|---|---|---|---|---|\n")
	for _, r := range append(p.calm, k) {
		put("| %d | %d | %d, %s, %s | %d, %s, %s | %s |\n", r.workers, r.kills, len(r.shortDelay), at(r.shortDelay, .5), at(r.shortDelay, .9), len(r.longDelay), at(r.longDelay, .5), at(r.longDelay, .9), at(r.shortJob, .5))
	}
	last := p.calm[len(p.calm)-1]
	cost := (last.workersS + last.serversS + last.databaseS + last.storeS) / last.filmS
	put("\n## Cost of an hour of film\n\n%.2f hours of one core with films like these: workers %.2f, servers %.2f, PostgreSQL %.2f, S3 server %.2f.\n",
		cost, last.workersS/last.filmS, last.serversS/last.filmS, last.databaseS/last.filmS, last.storeS/last.filmS)
	put("Larger pictures and more of them a second cost more: [speed.md](speed.md) has the ratios.\n\n")
	load := planRecordings * planSeconds * last.workersS / last.filmS / 3600
	cores := load / planBusyHours / (1 - planSpare)
	put("## On paper: %d recordings a day\n\nNot measured; it follows from the figures above.\n\n", planRecordings)
	put("| what | figure | from |\n|---|---|---|\n")
	put("| film a day | %.0f hours | %d recordings of %.0f s |\n", planRecordings*planSeconds/3600, planRecordings, planSeconds)
	put("| work a day | %.0f core hours | × %.2f |\n", load, last.workersS/last.filmS)
	put("| cores for workers | %.0f | done within %.0f hours, %.0f %% of each machine free |\n", cores, planBusyHours, 100*planSpare)
	put("| worker machines | %d of %.0f cores | one more for one that is down |\n", int(cores/planCores)+2, planCores)
	put("| servers | 2 behind a proxy | %.1f core hours a day |\n", planRecordings*planSeconds*last.serversS/last.filmS/3600)
	put("| PostgreSQL | 1, and a replica of it | %.1f core hours a day; some 20 short transactions a recording |\n", planRecordings*planSeconds*last.databaseS/last.filmS/3600)
	put("| videos | %.0f GB a day, %.0f TB a year | %.0f MB each, and as much again for the copy that browsers play |\n", planRecordings*planMB/1000, planRecordings*planMB*2*365/1e6, planMB)
	put("| spool of a worker | 20 GB | the largest film that is taken, twice for each analysis at once |\n\n")
	put("What grows with the number of films and is not spread yet: one transaction writes at a time in the whole database\n")
	put("(as SQLite has it), the hourly tidying reads every description of every person and film on one machine, and lists\nof people search without an index within names.\n\nMeasured on %s.\n", p.at.UTC().Format("2 January 2006"))
	// What was measured by another command stays.
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("reading the page before: %w", err)
	}
	if _, rest, ok := strings.Cut(string(old), elsewhere); ok {
		put("\n%s%s", elsewhere, rest)
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

// elsewhere begins what the page holds of other measurements.
const elsewhere = "## The table over everybody\n"
