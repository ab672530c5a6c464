package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"facialis/internal/service/demo"
	"facialis/internal/service/folder"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"
)

// pair are the flags of what many machines share.
type pair struct {
	Database string `placeholder:"URL" env:"FACIALIS_DATABASE"`
	Blobs    string `placeholder:"URL" env:"FACIALIS_BLOBS"`
}

// together are the flags of a machine that works on it.
type together struct {
	pair
	Spool   string `placeholder:"DIR" env:"FACIALIS_SPOOL"`
	Workers int    `placeholder:"N"`
}

// shared reports whether many machines work together.
func (c *pair) shared() bool { return c.Database != "" || c.Blobs != "" }

// check refuses what does not name both, or something else.
func (c *pair) check() error {
	if c.shared() && (!store.IsURL(c.Database) || c.Blobs == "") {
		return usage("cli.usage.together")
	}
	return nil
}

func (c *pair) place() folder.Shared { return folder.Shared{Database: c.Database, Blobs: c.Blobs} }

func (c *together) place() folder.Shared {
	at := c.pair.place()
	at.Spool = c.Spool
	return at
}

// openShared opens what is shared.
func openShared(ctx context.Context, at folder.Shared) (*folder.Folder, error) {
	f, err := folder.OpenShared(ctx, at)
	if errors.Is(err, store.ErrTooOld) || errors.Is(err, store.ErrOlderRuns) {
		return nil, withExit(ExitUsage, err)
	}
	return f, err
}

// workCmd takes jobs of what many machines work on together.
type workCmd struct {
	together
	Purpose string `default:"compare" enum:"compare,measure"`
	Verbose bool
}

// Help says what the command does.
func (c *workCmd) Help() string { return words.Default().Say("cli.detail.work") }

// Run takes jobs until the environment's context ends.
func (c *workCmd) Run(env *Env) (err error) {
	if !c.shared() {
		return usage("cli.usage.together")
	}
	if c.Workers < 0 {
		return usage("cli.usage.workers")
	}
	if err := c.check(); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if c.Verbose {
		log = slog.New(slog.NewTextHandler(env.Stderr, nil))
	}
	f, err := openShared(env.Ctx, c.place())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	worker, err := work.New(env.Ctx, f.Store, f.Blobs, work.Options{Log: log, Version: Version, Purpose: c.Purpose, Workers: c.Workers, Kind: "worker"})
	if err != nil {
		return err
	}
	for _, l := range jailLacks() {
		log.Warn(words.Default().Say("jail.weak"), "why", l)
	}
	worker.Draw = demo.Draw
	if err := worker.Start(env.Ctx); err != nil {
		if errors.Is(err, work.ErrNoRecordings) {
			return usage("cli.usage.lost", words.Args{"Reason": err, "Folder": c.place().Place()})
		}
		return err
	}
	fmt.Fprintln(env.Stdout, words.Default().Say("cli.work.runs", words.Args{"Place": c.place().Place()}))
	<-env.Ctx.Done()
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	return worker.Stop(ctx)
}
