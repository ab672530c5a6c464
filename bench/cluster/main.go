// Command cluster runs two servers, three workers, PostgreSQL and an S3 server on
// one machine, sends them short drawn films, kills one of them again and again in
// the middle of the work, and holds that nothing is lost and nothing done twice. It
// writes docs/scale.md. What it says is in processor time: seconds depend on the
// machine and on who else uses it.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"facialis/internal/service/pgtest"
	"facialis/internal/service/s3test"
	"facialis/phantom"
)

type options struct {
	program, dir, page string
	films, each, long  int
	shortS, longS      int
}

func main() {
	var o options
	flag.StringVar(&o.program, "program", "bin/facialis", "the built program")
	flag.StringVar(&o.dir, "dir", "build/cluster", "folder for the drawn films")
	flag.StringVar(&o.page, "page", "docs/scale.md", "page to write")
	flag.IntVar(&o.films, "films", 200, "films while programs are killed")
	flag.IntVar(&o.each, "each", 12, "films for each number of workers")
	flag.IntVar(&o.long, "long", 10, "one film of so many is long")
	flag.IntVar(&o.shortS, "short", 4, "length of a short film, seconds")
	flag.IntVar(&o.longS, "long-seconds", 20, "length of a long film, seconds")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

// bench is what servers for tests need of who starts them.
type bench struct{ ends []func() }

func (*bench) Helper()             {}
func (b *bench) Cleanup(do func()) { b.ends = append(b.ends, do) }
func (b *bench) Skip(args ...any)  { b.Fatal(args...) }
func (b *bench) Fatal(args ...any) { panic(failed(fmt.Sprint(args...))) }

func (b *bench) close() {
	for _, end := range slices.Backward(b.ends) {
		end()
	}
	b.ends = nil
}

// failed is what a bench panics with.
type failed string

// film is a drawn film.
type film struct {
	data    []byte
	seconds float64
}

// draw draws a film, unless that was done before.
func draw(ctx context.Context, dir, preset string, seconds int, seed uint64) (film, error) {
	path := filepath.Join(dir, fmt.Sprintf("%s-%d-%d.mp4", preset, seconds, seed))
	if _, err := os.Stat(path); err != nil {
		spec, err := phantom.Preset(preset)
		if err != nil {
			return film{}, err
		}
		spec.SetSeconds(float64(seconds))
		spec.Camera.Width, spec.Camera.Height, spec.Camera.FPS, spec.Seed = 480, 360, 15, seed
		part := filepath.Join(dir, "part.mp4")
		if _, err := phantom.Render(ctx, spec, part, nil); err != nil {
			return film{}, err
		}
		if err := os.Rename(part, path); err != nil {
			return film{}, err
		}
	}
	data, err := os.ReadFile(path)
	return film{data, float64(seconds)}, err
}

func run(ctx context.Context, o options) (err error) {
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	var short []film
	for seed := range uint64(4) {
		f, err := draw(ctx, o.dir, "primary-mouth", o.shortS, seed+1)
		if err != nil {
			return err
		}
		short = append(short, f)
	}
	long, err := draw(ctx, o.dir, "primary-mouth", o.longS, 9)
	if err != nil {
		return err
	}
	pick := func(i int) film {
		if i%o.long == o.long-1 {
			return long
		}
		return short[i%len(short)]
	}
	b := &bench{}
	defer func() {
		b.close()
		switch f := recover().(type) {
		case nil:
		case failed:
			err = errors.New(string(f))
		default:
			panic(f)
		}
	}()
	p := page{o: o, cores: runtime.NumCPU(), at: time.Now()}
	for workers := 1; workers <= 3; workers++ {
		r, err := measure(ctx, b, o, workers, o.each, pick, 0)
		if err != nil {
			return err
		}
		p.calm = append(p.calm, *r)
		fmt.Fprintf(os.Stderr, "%d workers: %.2f s of processor time per second of film\n", workers, r.workersS/r.filmS)
	}
	calm := p.calm[len(p.calm)-1].shortJob
	r, err := measure(ctx, b, o, 3, o.films, pick, calm[len(calm)/2])
	if err != nil {
		return err
	}
	p.killed = *r
	return p.write(o.page)
}

// measure sends films to two servers, starts so many workers behind them, and waits
// until all are analyzed. With the usual time of a job, programs are killed.
func measure(ctx context.Context, b *bench, o options, workers, films int, pick func(int) film, usual time.Duration) (*result, error) {
	defer b.close()
	db, s3 := pgtest.Start(b), s3test.Start(b)
	c := &cluster{b: b, program: o.program, database: db.Database(b), store: s3.Store(b)}
	b.Cleanup(c.end)
	for range 2 {
		c.start("server")
	}
	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	w := newWatch()
	go c.watch(watching, w)
	r := &result{workers: workers, films: films}
	var sent []recording
	for i := range films {
		f := pick(i)
		rec, err := c.send(i, f)
		if err != nil {
			return nil, err
		}
		rec.long = f.seconds > float64(o.shortS)
		r.filmS += f.seconds
		sent = append(sent, rec)
	}
	for range workers { // so that every film waits for the same
		c.start("worker")
	}
	last := time.Now()
	for i := range sent {
		sent[i].sent = last
	}
	for {
		open, err := c.open(ctx)
		if err != nil {
			return nil, err
		}
		if open == 0 {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
		// A kill at every second median job.
		if pause := 2 * cmp.Or(w.median(sent), usual); usual > 0 && time.Since(last) > pause {
			last = time.Now()
			r.kills++
			if r.kills%4 == 0 {
				r.serverKills++
				c.kill("server")
			} else {
				c.kill("worker")
			}
		}
	}
	if err := c.check(ctx, r, sent, pick); err != nil {
		return nil, err
	}
	w.delays(r, sent)
	r.databaseS, r.storeS = tree(db.Pid()), tree(s3.Pid())
	c.end()
	r.workersS, r.serversS = c.spent["worker"], c.spent["server"]
	return r, nil
}
