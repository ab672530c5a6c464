// Command heads holds the program against three-dimensional heads whose every
// movement is known (../shared/recordings/heads) and against filmed people into
// whose skin movements of known size were put (../shared/recordings/implants),
// and writes docs/heads.md and docs/people.md. The films are no part of the
// project: where their folder is not there, the command says so and leaves the
// documents as they are.
//
// Each film is looked at once. Its trace is kept in build/heads under the version
// of all sources that made it; events are found again in each run. It is run from
// the top of the program's folder.
//
//	go run ./bench/heads                           the heads, docs/heads.md
//	go run ./bench/heads -people                   the people, docs/people.md
//	go run ./bench/heads -sizes                    both, how true the printed sizes are: measure/sizes.json, docs/sizes.md
//	go run ./bench/heads -only mid50,turns         some films; the figures on the terminal only
//	go run ./bench/heads -program old/facialis     another build's figures beside
//	go run ./bench/heads -json figures.json        all figures as JSON
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"facialis/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "heads:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	folder := os.Getenv("FACIALIS_RECORDINGS")
	if folder == "" {
		folder = "../shared/recordings"
	}
	people := flag.Bool("people", false, "the filmed people instead of the heads")
	from := flag.String("films", "", "the folder of films with their truth; heads or implants of FACIALIS_RECORDINGS or ../shared/recordings where it is left out")
	only := flag.String("only", "", "only films of these names, by commas (a name that ends in * stands for all that begin so); writes no page")
	dir := flag.String("dir", "build/heads", "where traces are kept")
	page := flag.String("page", "", "the page to write; docs/heads.md or docs/people.md where it is left out")
	program := flag.String("program", "", "another facialis that looks at the same films, its figures beside")
	asJSON := flag.String("json", "", "a file for all figures")
	sized := flag.Bool("sizes", false, "how true the printed sizes are, of heads and people; writes the model of their error, measure/sizes.json, and docs/sizes.md")
	workers := flag.Int("workers", 2, "films looked at at a time")
	flag.Parse()
	if *sized {
		l, end, err := here(*dir)
		if err != nil {
			return err
		}
		defer end()
		return sizePages(ctx, folder, l, *workers)
	}
	what, doc := "heads", headsDoc
	if *people {
		what, doc = "implants", peopleDoc
	}
	if *from == "" {
		*from = filepath.Join(folder, what)
	}
	if *page == "" {
		*page = doc.page
	}
	if _, err := os.Stat(*from); errors.Is(err, os.ErrNotExist) {
		fmt.Printf("The films of %s are not here (FACIALIS_RECORDINGS or -films names their folder): nothing was measured.\n", *from)
		return nil
	}
	films, err := readFilms(*from, doc.who)
	if err != nil {
		return err
	}
	if *people {
		more, err := readTalkers(filepath.Dir(filepath.Clean(*from)))
		if err != nil {
			return err
		}
		posers, err := readPosers(filepath.Dir(filepath.Clean(*from)))
		if err != nil {
			return err
		}
		films = append(append(films, more...), posers...)
	}
	if *only != "" {
		films = slices.DeleteFunc(films, func(f *film) bool { return !named(f.Name, *only) })
	}
	if len(films) == 0 {
		return fmt.Errorf("no film in %s is asked for", *from)
	}
	us, end, err := here(*dir)
	if err != nil {
		return err
	}
	defer end()
	lookers := []looker{us}
	if *program != "" {
		them, err := other(*program, *dir)
		if err != nil {
			return err
		}
		lookers = append(lookers, them)
	}
	var all [][]*section
	for _, l := range lookers {
		if err := each(ctx, films, *workers, l); err != nil {
			return err
		}
		all = append(all, doc.measure(films))
	}
	r := &result{Schema: "facialis.heads/1", Version: cli.Version, What: what, Programs: names(lookers), Sections: beside(all)}
	fmt.Print(r.short(*only != ""))
	if *asJSON != "" {
		b, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return fmt.Errorf("writing the figures: %w", err)
		}
		if err := os.WriteFile(*asJSON, append(b, '\n'), 0o666); err != nil {
			return fmt.Errorf("writing the figures: %w", err)
		}
	}
	if *only != "" {
		return nil
	}
	if err := os.WriteFile(*page, []byte(r.markdown(doc)), 0o666); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

func names(ls []looker) []string {
	var out []string
	for _, l := range ls {
		out = append(out, l.Name)
	}
	return out
}

// named reports whether a film is one of those asked for.
func named(name, only string) bool {
	for _, o := range strings.Split(only, ",") {
		if begin, all := strings.CutSuffix(o, "*"); name == o || all && strings.HasPrefix(name, begin) {
			return true
		}
	}
	return false
}

// each lets the program look at every film, workers at a time.
func each(ctx context.Context, films []*film, workers int, l looker) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan *film)
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for f := range next {
				start := time.Now()
				s, err := l.look(ctx, f.path)
				mu.Lock()
				if err != nil {
					failed = errors.Join(failed, fmt.Errorf("%s: %w", f.Name, err))
					cancel()
				} else {
					f.seen = s
					if took := time.Since(start); took > time.Second {
						fmt.Fprintf(os.Stderr, "%s looked at %s in %.0f s\n", l.Name, f.Name, took.Seconds())
					}
				}
				mu.Unlock()
			}
		})
	}
feed:
	for _, f := range films {
		select {
		case next <- f:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	return errors.Join(failed, ctx.Err())
}
