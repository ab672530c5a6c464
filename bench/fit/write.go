package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/measure"
	"facialis/spasm"
)

// provenance says where a score comes from.
type provenance struct {
	Command  string   `json:"command"`
	Films    []string `json:"films"` // "name (person, set)"
	Persons  []string `json:"persons"`
	Minutes  float64  `json:"minutes"`
	Rows     int      `json:"candidates"`
	Positive int      `json:"contractions"`
	Left     int      `json:"left_out"` // overlap a marked event but are cut otherwise
	Ridge    float64  `json:"ridge"`
	Bend     float64  `json:"bend"`
	Knots    int      `json:"knots"`
	HeldOut  heldOut  `json:"held_out"`
}

// heldOut are the figures of leaving one person out.
type heldOut struct {
	LogLoss        float64        `json:"log_loss"`
	FalseTalkers   float64        `json:"false_per_min_talkers"`
	FalseRest      float64        `json:"false_per_min_rest"`
	FalseHeads     float64        `json:"false_per_min_heads"`
	MinutesTalkers float64        `json:"minutes_talkers"`
	MinutesRest    float64        `json:"minutes_rest"`
	Found          map[string]int `json:"found"`
	Of             map[string]int `json:"of"`
}

// mostFalse is the published operating point: false a minute among all filmed people
// who are not in the fit that judges them.
const mostFalse = 0.4

// lockedBelow is by how many log-odds less is asked of what a lock speaks for.
const lockedBelow = 1.5

// fitAll fits the score on all films, with the figures, the operating point and the
// calibration of leaving one person out.
func fitAll(films []*film, p spasm.Params) spasm.Model {
	s := settings[0]
	holdOut(films, s, p)
	point := round(pointFor(films, mostFalse), 2)
	r := judge(films, point)
	pr := provenance{Command: "make fit", Ridge: s.ridge, Bend: s.bend, Knots: s.knots, Persons: persons(films)}
	h := heldOut{LogLoss: round(logLoss(films), 4), FalseTalkers: round(r.talkers(), 2), FalseRest: round(r.rest(), 2),
		FalseHeads: round(float64(r.fp["head"])/r.min["head"], 2), MinutesTalkers: round(r.min["talker"]+r.min["talk"], 1),
		MinutesRest: round(r.min["rest"]+r.min["control"], 1), Found: map[string]int{}, Of: map[string]int{}}
	for k, row := range rows {
		if r.n[k] == 0 {
			continue
		}
		h.Found[strings.TrimSpace(row.name)], h.Of[strings.TrimSpace(row.name)] = r.hit[k], r.n[k]
	}
	var score, y []float64
	for _, f := range films {
		pr.Films = append(pr.Films, fmt.Sprintf("%s (%s, %s)", f.Film, f.Person, f.Set))
		pr.Minutes += f.minutes
		for _, c := range f.cands {
			if c.y < 0 {
				pr.Left++
				continue
			}
			pr.Rows++
			pr.Positive += c.y
			if !c.Rival { // certainty is that of what is told
				score = append(score, c.score)
				y = append(y, float64(c.y))
			}
		}
	}
	pr.Minutes, pr.HeldOut = round(pr.Minutes, 1), h
	m := train(films, "", s)
	m.Point, m.LockedPoint = point, point-lockedBelow
	m.Calibration = isotonic(score, y)
	m.Provenance = pr
	return m
}

func writeModel(path string, m spasm.Model) error {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o666)
}

// reliability is the table of how often movements of a certainty were marked, by
// source, on people held out. m holds the calibration.
func reliability(films []*film, m spasm.Model) string {
	bins := []float64{0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0001}
	sets := [][]string{{"rest", "control"}, {"talk", "talker"}, {"head"}, {"pose"}, {"drawn"}}
	var b strings.Builder
	b.WriteString("| certainty | people at rest | people talking | heads | posers | drawn | all |\n|---|---|---|---|---|---|---|\n")
	for i := range len(bins) - 1 {
		fmt.Fprintf(&b, "| %.2f–%.2f |", bins[i], math.Min(bins[i+1], 1))
		var n, hit int
		var sum float64
		for _, set := range append(sets, nil) {
			k, y, q := 0, 0, 0.0
			for _, f := range films {
				if set != nil && !slices.Contains(set, f.Set) {
					continue
				}
				for _, c := range f.cands {
					p := m.Probability(c.score)
					if c.y < 0 || c.Rival || p < bins[i] || p >= bins[i+1] {
						continue
					}
					k++
					y += c.y
					q += p
				}
			}
			n, hit, sum = k, y, q
			if k == 0 {
				b.WriteString(" – |")
				continue
			}
			fmt.Fprintf(&b, " %d of %d = %.2f, said %.2f |", hit, n, float64(hit)/float64(n), sum/float64(n))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// wilson is the 95 % interval of a share; of none it may be anything.
func wilson(k, n int) (lo, hi float64) {
	if ci := measure.Wilson(k, n); ci != nil {
		return ci[0], ci[1]
	}
	return 0, 1
}

// table is what is found at several operating points, as Markdown.
func table(films []*film, point float64) string {
	var b strings.Builder
	points := []float64{point, pointFor(films, 0.2), pointFor(films, 1), pointFor(films, 2)}
	b.WriteString("| held out by person | operating point | 0.2 false a minute | 1 | 2 |\n|---|---|---|---|---|\n")
	var rs []result
	for _, q := range points {
		rs = append(rs, judge(films, q))
	}
	for k, row := range rows {
		if rs[0].n[k] == 0 {
			continue
		}
		fmt.Fprintf(&b, "| %s |", strings.TrimSpace(row.name))
		for i, r := range rs {
			if i == 0 {
				lo, hi := wilson(r.hit[k], r.n[k])
				fmt.Fprintf(&b, " %d of %d: %.2f (%.2f–%.2f) |", r.hit[k], r.n[k], float64(r.hit[k])/float64(r.n[k]), lo, hi)
				continue
			}
			fmt.Fprintf(&b, " %d |", r.hit[k])
		}
		b.WriteString("\n")
	}
	b.WriteString("| false a minute seen, talkers / at rest / heads |")
	for _, r := range rs {
		fmt.Fprintf(&b, " %.2f / %.2f / %.2f |", r.talkers(), r.rest(), float64(r.fp["head"])/r.min["head"])
	}
	b.WriteString("\n")
	return b.String()
}

// writeAll fits, and writes the score and the tables.
func writeAll(films []*film, p spasm.Params, score, tables string) error {
	m := fitAll(films, p)
	if err := writeModel(score, m); err != nil {
		return err
	}
	p.LeastLogOdds, p.LockedLogOdds = m.Point, m.LockedPoint
	var b strings.Builder
	b.WriteString("# The detector on people held out: tables\n\nWritten by `make fit`; see detector.md.\n\n")
	fmt.Fprintf(&b, "## Found\n\nOnset within 0.2 s, length within a factor of two or 0.3 s, the same side; each judged by a fit without any recording of the person.\n\n%s\n", table(films, m.Point))
	fmt.Fprintf(&b, "## By person\n\n%s\n", byPerson(films, m.Point))
	fmt.Fprintf(&b, "## Certainty\n\nHow many of the movements of a certainty are marked contractions.\n\n%s\n", reliability(films, m))
	fmt.Fprintf(&b, "## Ways compared\n\n%s\n", compare(films, p))
	fmt.Fprintf(&b, "## Kinds\n\n%s\n%s\n%s\n", invented(films), ofBothSides(films), blinkScore(films))
	fmt.Fprintf(&b, "## A lid that closes alone in or after a blink\n\n%s", blinks(films, p))
	return os.WriteFile(tables, []byte(b.String()), 0o666)
}

// keepTraces renews the traces that the package's own tests read, of those recordings
// of which the folder has one.
func keepTraces(films []*film, traces, folder string) error {
	for _, f := range films {
		to := filepath.Join(folder, f.Film+".parquet")
		if _, err := os.Stat(to); os.IsNotExist(err) {
			continue
		} else if err != nil {
			return err
		}
		b, err := os.ReadFile(filepath.Join(traces, f.Film, "trace.parquet"))
		if err != nil {
			return err
		}
		if err := os.WriteFile(to, b, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// byPerson is what is found of each person's events at the operating point.
func byPerson(films []*film, point float64) string {
	var b strings.Builder
	b.WriteString("| person | recordings | minutes seen | found of marked, 1 mm and more | false |\n|---|---|---|---|---|\n")
	for _, who := range persons(films) {
		var minutes float64
		var names []string
		n, hit, wrong := 0, 0, 0
		for _, f := range films {
			if f.Person != who {
				continue
			}
			names = append(names, f.Film)
			minutes += f.minutes
			r := judge([]*film{f}, point)
			wrong += r.fp[f.Set]
			got := map[int]bool{}
			for _, c := range f.cands {
				if c.y == 1 && !c.Rival && c.score >= point {
					got[c.truth] = true
				}
			}
			for i, t := range f.truth {
				if t.oneSided() && (t.largest() >= 1 || f.Set == "pose") {
					n++
					if got[i] {
						hit++
					}
				}
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %.1f | %d of %d | %d |\n", who, strings.Join(names, ", "), minutes, hit, n, wrong)
	}
	return b.String()
}
