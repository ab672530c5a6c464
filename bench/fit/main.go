// Command fit fits the detector's score on kept traces of labelled recordings,
// judges it by leaving one person out, and writes spasm/score.json and the tables of
// docs/detector.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"facialis/spasm"
)

func main() {
	traces := flag.String("traces", "build/traces", "folder with NAME/trace.parquet")
	recordings := flag.String("recordings", "../shared/recordings", "folder with the truth")
	list := flag.String("films", "bench/fit/films.yaml", "the recordings and whose faces they show")
	mode := flag.String("mode", "recall", "recall or fit")
	only := flag.String("only", "", "show candidates of this film")
	flag.Parse()
	films, err := readFilms(*list, *traces, *recordings)
	if err != nil {
		fmt.Fprintln(os.Stderr, "fit:", err)
		os.Exit(1)
	}
	p := spasm.DefaultParams()
	each(films, func(f *film) { f.find(p) })
	switch {
	case *only != "":
		for _, f := range films {
			if f.Film == *only {
				show(f)
			}
		}
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
