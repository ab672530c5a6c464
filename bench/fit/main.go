// Command fit fits the detector's score on kept traces of labeled recordings,
// judges it by leaving one person out, and writes spasm/score.json and the tables of
// docs/detector.md.
package main

import (
	"cmp"
	"encoding/json"
	"facialis/event"
	"facialis/report"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/spasm"
)

func main() {
	traces := flag.String("traces", "build/traces", "folder with NAME/trace.parquet")
	recordings := flag.String("recordings", "../shared/recordings", "folder with the truth")
	list := flag.String("films", "bench/fit/films.yaml", "the recordings and whose faces they show")
	out := flag.String("out", "spasm/score.json", "where the score is written")
	tables := flag.String("tables", "docs/detector-tables.md", "where the tables are written")
	keep := flag.String("kept", "spasm/testdata/traces", "folder of kept traces that the package's tests read")
	rules := flag.String("rules", "docs/rules.md", "where -mode ablate writes")
	mode := flag.String("mode", "recall", "fit, ablate, recall, brief, falses, misses, seen, drawn or blinks")
	only := flag.String("only", "", "show candidates of this film")
	flag.Parse()
	films, err := readFilms(*list, *traces, *recordings)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
	p := spasm.DefaultParams()
	each(films, func(f *film) {
		f.find(p)
		f.pulls = f.strong(p)
	})
	switch {
	case *only != "":
		for _, f := range films {
			if f.Film == *only {
				show(f)
			}
		}
	case *mode == "try":
		try(films, p)
	case *mode == "falses":
		falses(films, p)
	case *mode == "brief":
		for _, s := range settings {
			holdOut(films, s, p)
			fmt.Println(s, brief(films))
		}
	case *mode == "fit":
		err := writeAll(films, p, *out, *tables)
		if err == nil {
			err = keepTraces(films, *traces, *keep)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "fit:", err)
			os.Exit(1)
		}
	case *mode == "ablate":
		if err := ablate(films, *traces, *recordings, p, *rules); err != nil {
			fmt.Fprintln(os.Stderr, "fit:", err)
			os.Exit(1)
		}
	case *mode == "drawn":
		drawn(*traces, p)
	case *mode == "blinks":
		fmt.Println(blinks(films, p))
	case *mode == "seen":
		seen(films, p)
	case *mode == "misses":
		misses(films)
	case *mode == "recall":
		recall(films)
	}
}

func each(films []*film, do func(*film)) {
	done := make(chan bool)
	for w := range 2 {
		go func() {
			for i := w; i < len(films); i += 2 {
				do(films[i])
			}
			done <- true
		}()
	}
	<-done
	<-done
}

func show(f *film) {
	fmt.Println(f.Film, f.Person, f.Set, len(f.cands))
	for i, t := range f.truth {
		hit := "MISS"
		for _, c := range f.cands {
			if c.truth == i {
				hit = fmt.Sprintf("hit  %.2f-%.2f %s score %.1f", c.OnsetS, c.OffsetS, c.Lead, c.score)
			}
		}
		fmt.Printf("T %6.2f-%6.2f %-5s %-10s %-8s %-18s %-6s yaw %5.1f turn %4.0f", t.OnsetS, t.OffsetS, t.Side, t.Kind, t.Form, t.Lead, t.Place, t.Yaw, t.Turning)
		for _, r := range t.Regions {
			if r.PeakMM != nil && r.Side == t.Side {
				fmt.Printf(" %s:%.1f", string(r.Region)[:4], *r.PeakMM)
			}
		}
		fmt.Println("  ", hit)
	}
	for _, c := range f.cands {
		fmt.Printf("C %6.2f-%6.2f %-5s %-8s %-18s y %2d score %5.1f", c.OnsetS, c.OffsetS, c.Side, c.Form, c.Lead, c.y, c.score)
		for _, r := range c.Regions {
			if r.PeakMM != nil {
				fmt.Printf(" %s:%.2f", string(r.Region)[:4], *r.PeakMM)
			}
		}
		var t []string
		for _, x := range c.Terms {
			if x.Name == "size_over_noise" || x.Name == "other_side" || x.Name == "both_sides" {
				t = append(t, fmt.Sprintf("%s %.2f", x.Name, x.Value))
			}
		}
		fmt.Println(" ", strings.Join(t, " "))
	}
}

// misses shows each marked event without a candidate, and what is looked at there.
func misses(films []*film) {
	for _, f := range films {
		for i, t := range f.truth {
			got := false
			for _, c := range f.cands {
				got = got || c.truth == i
			}
			if got || !t.oneSided() || t.largest() < 0.9 {
				continue
			}
			fmt.Printf("%s T %.2f-%.2f %s %s %s %s %.1f yaw %.0f turn %.0f\n", f.Film, t.OnsetS, t.OffsetS, t.Side, t.Form, t.Lead, t.Place, t.largest(), t.Yaw, t.Turning)
			for _, c := range f.cands {
				if c.Side == t.Side && c.OnsetS < t.OffsetS+0.1 && c.OffsetS > t.OnsetS-0.1 {
					fmt.Printf("      C %.2f-%.2f %s %s snr %.1f", c.OnsetS, c.OffsetS, c.Form, c.Lead, c.x[0])
					for _, r := range c.Regions {
						if r.PeakMM != nil {
							fmt.Printf(" %s:%.2f", string(r.Region)[:4], *r.PeakMM)
						}
					}
					fmt.Println()
				}
			}
		}
	}
}

func try(films []*film, p spasm.Params) {
	for _, f := range films {
		for i := range f.cands {
			f.cands[i].score = f.cands[i].x[0]
			f.cands[i].Rival = false
		}
	}
	fmt.Println("size over noise alone")
	curve(films)
	for _, s := range settings {
		holdOut(films, s, p)
		fmt.Printf("\n%+v: loss %.4f\n", s, logLoss(films))
		curve(films)
	}
}

var settings = []setting{{5, 2, 1, nil, strongWeight}, {5, 2, 1, []string{"quick_pull"}, 0}}

// falses shows the highest scores of what is none.
func falses(films []*film, p spasm.Params) {
	holdOut(films, settings[0], p)
	var all []cand
	for _, f := range films {
		for _, c := range f.cands {
			if !c.Rival && (c.y == 0 || f.Set == "pose" && c.y == 1) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b cand) int { return cmp.Compare(b.score, a.score) })
	for _, c := range all {
		if c.score < -1 && c.y == 0 {
			continue
		}
		fmt.Printf("%5.2f %d %-14s %-6s %6.2f-%6.2f %-5s %-7s %-12s", c.score, c.y, c.film.Film, c.film.Set, c.OnsetS, c.OffsetS, c.Side, c.Form, c.Lead)
		for _, r := range c.Regions {
			if r.PeakMM != nil {
				fmt.Printf(" %s:%.2f", string(r.Region)[:4], *r.PeakMM)
			}
		}
		for _, t := range c.Terms {
			if math.Abs(t.LogOdds) > 0.6 {
				fmt.Printf(" %s %.2f(%+.1f)", t.Name, t.Value, t.LogOdds)
			}
		}
		for _, t := range c.film.truth {
			if t.OnsetS < c.OffsetS+0.3 && t.OffsetS > c.OnsetS-0.3 {
				fmt.Printf(" [%s %s %s %.2f-%.2f]", t.Kind, t.Side, t.Lead, t.OnsetS, t.OffsetS)
			}
		}
		fmt.Println()
	}
}

// drawn shows what is found of drawn presets, by events.
func drawn(traces string, p spasm.Params) {
	dirs, _ := filepath.Glob(filepath.Join(traces, "d_*"))
	for _, d := range dirs {
		f := &film{Film: filepath.Base(d)}
		file, err := os.Open(filepath.Join(d, "trace.parquet"))
		if err != nil {
			continue
		}
		info, _ := file.Stat()
		f.trace, err = report.DecodeParquet(file, info.Size())
		file.Close()
		if err != nil {
			continue
		}
		b, _ := os.ReadFile(filepath.Join(d, "truth.json"))
		var t struct {
			Events []marked `json:"events"`
		}
		_ = json.Unmarshal(b, &t)
		found, wrong, kinds := 0, 0, map[string]int{}
		n, used := 0, map[int]bool{}
		for _, e := range spasm.Detect(f.trace, nil, p) {
			kinds[string(e.Kind)]++
			if e.Kind != event.Spasm && e.Kind != event.Synkinesis {
				continue
			}
			right := false
			for i, w := range t.Events {
				if w.oneSided() && w.Kind == e.Kind && fits(w.Event, e) && !used[i] {
					used[i], right = true, true
					break
				}
			}
			if right {
				found++
			} else {
				wrong++
				fmt.Printf("    %s %s %s %s %.2f-%.2f %.2f\n", e.Kind, e.Side, e.Form, e.Lead, e.OnsetS, e.OffsetS, e.Confidence)
			}
		}
		for i, w := range t.Events {
			if w.oneSided() {
				n++
				if !used[i] {
					fmt.Printf("    missed %s %s %s %s %.2f-%.2f %.1f mm\n", w.Kind, w.Side, w.Form, w.Lead, w.OnsetS, w.OffsetS, w.largest())
				}
			}
		}
		fmt.Printf("%s: %d of %d found, %d others; %v\n", f.Film, found, n, wrong, kinds)
	}
}
