package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// stamp is the time in the name of a nightly backup, in UTC, so that names sort
// by age.
const stamp = "20060102T150405Z"

var nightly = regexp.MustCompile(`^facialis-\d{8}T\d{6}Z$`)

// Nightly makes backups in a folder of their own by the night and keeps the
// latest.
type Nightly struct {
	Data    string // the data folder
	Dir     string // where the backups go
	Hour    int    // of the day by the computer's clock, 0 to 23
	Keep    int    // how many backups stay
	Version string
	Done    func(name string, m *Made, err error) // told of each
}

// Run makes a backup every night until the context ends, and one at once where
// the latest is older than a day.
func (n *Nightly) Run(ctx context.Context) {
	for {
		wait := n.until(time.Now())
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		name, m, err := n.Make(ctx, time.Now())
		if ctx.Err() != nil {
			return
		}
		n.Done(name, m, err)
		if err != nil {
			const again = time.Hour
			select {
			case <-ctx.Done():
				return
			case <-time.After(again):
			}
		}
	}
}

// until is how long the next backup is away.
func (n *Nightly) until(now time.Time) time.Duration {
	const day = 24 * time.Hour
	all, _ := n.list()
	if len(all) == 0 {
		return 0
	}
	last, err := time.Parse("facialis-"+stamp, all[len(all)-1])
	if err != nil || now.Sub(last) >= day {
		return 0
	}
	next := time.Date(now.Year(), now.Month(), now.Day(), n.Hour, 0, 0, 0, now.Location())
	for !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next.Sub(now)
}

// list is the names of the backups that are whole, the oldest first.
func (n *Nightly) list() ([]string, error) {
	entries, err := os.ReadDir(n.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && nightly.MatchString(e.Name()) {
			out = append(out, e.Name())
		}
	}
	slices.Sort(out)
	return out, err
}

// Make makes one backup, linked to the one before where the disk is another than
// the data folder's, and removes the oldest ones beyond those to keep.
func (n *Nightly) Make(ctx context.Context, now time.Time) (name string, m *Made, err error) {
	if err := os.MkdirAll(n.Dir, 0o700); err != nil {
		return "", nil, fmt.Errorf("making the folder for backups: %w", err)
	}
	all, err := n.list()
	if err != nil {
		return "", nil, fmt.Errorf("looking at the backups: %w", err)
	}
	if err := n.sweep(); err != nil {
		return "", nil, err
	}
	o := Options{Version: n.Version, Now: now}
	if len(all) > 0 {
		o.Before = filepath.Join(n.Dir, all[len(all)-1])
	}
	name = filepath.Join(n.Dir, "facialis-"+now.UTC().Format(stamp))
	if m, err = Make(ctx, n.Data, name, o); err != nil {
		return name, nil, err
	}
	for _, old := range all[:max(0, len(all)+1-n.Keep)] {
		old = filepath.Join(n.Dir, old)
		if err := errors.Join(os.RemoveAll(old), os.RemoveAll(old+KeysEnding)); err != nil {
			return name, m, fmt.Errorf("removing an old backup: %w", err)
		}
	}
	return name, m, nil
}

// sweep removes what nights that were broken off left.
func (n *Nightly) sweep() error {
	entries, err := os.ReadDir(n.Dir)
	if err != nil {
		return fmt.Errorf("looking at the backups: %w", err)
	}
	for _, e := range entries {
		if of, ok := strings.CutSuffix(e.Name(), KeysEnding); ok && nightly.MatchString(of) {
			if _, err := os.Stat(filepath.Join(n.Dir, of)); errors.Is(err, os.ErrNotExist) {
				if err := os.Remove(filepath.Join(n.Dir, e.Name())); err != nil {
					return fmt.Errorf("removing the keys of an old backup: %w", err)
				}
			}
		}
		if whole, ok := strings.CutSuffix(e.Name(), part); ok && nightly.MatchString(whole) {
			if err := sweep(filepath.Join(n.Dir, e.Name()), ""); err != nil {
				return err
			}
		}
	}
	return nil
}
