package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

// What can stand in the way of two versions on one database.
var (
	// ErrTooOld says that a newer program has taken away what this one needs.
	ErrTooOld = errors.New("the database belongs to a newer version of facialis; start that one")
	// ErrOlderRuns says that another machine runs a program that needs what this
	// one would take away.
	ErrOlderRuns = errors.New("an older version of facialis still works on this database; end it first")
)

// contractMark begins the line of a migration that takes something away: the
// number after it is the lowest form of the database that a program has to know
// to do without. A program knows all forms up to its own last migration.
const contractMark = "-- contract: "

// contract is what a migration says after its mark, 0 where it takes nothing away.
func contract(files fs.FS, name string) (int64, error) {
	f, err := files.Open(name)
	if err != nil {
		return 0, fmt.Errorf("reading a migration: %w", err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if n, ok := strings.CutPrefix(lines.Text(), contractMark); ok {
			return strconv.ParseInt(strings.TrimSpace(n), 10, 64)
		}
	}
	return 0, nil
}

// form is the number of the last migration that this program knows.
func form(p *goose.Provider) int64 {
	all := p.ListSources()
	return all[len(all)-1].Version
}

// compatible reports whether this program may work on the database, and may bring
// it to its form beside the programs that work on it now.
func (s *Store) compatible(ctx context.Context, p *goose.Provider, files fs.FS) error {
	s.form = form(p)
	var there int
	probe := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'program'`
	if s.pg != nil {
		probe = `SELECT COUNT(*) FROM pg_tables WHERE schemaname = ANY (current_schemas(false)) AND tablename = 'program'`
	}
	if err := s.w.QueryRowContext(ctx, probe).Scan(&there); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	if there == 0 {
		return nil // from before there were several
	}
	var least int64
	if err := s.w.QueryRowContext(ctx, `SELECT least FROM program WHERE id = 1`).Scan(&least); err != nil {
		return fmt.Errorf("looking at the form of the database: %w", err)
	}
	if s.form < least {
		return ErrTooOld
	}
	status, err := p.Status(ctx)
	if err != nil {
		return fmt.Errorf("looking at the form of the database: %w", err)
	}
	for _, m := range status {
		if m.State != goose.StatePending {
			continue
		}
		need, err := contract(files, m.Source.Path)
		if err != nil {
			return err
		}
		var older int
		if err := s.w.QueryRowContext(ctx, `SELECT COUNT(*) FROM member WHERE form < $1 AND seen > $2`, need, time.Now().Add(-memberGone).UnixMicro()).Scan(&older); err != nil {
			return fmt.Errorf("looking for others on the database: %w", err)
		}
		if older > 0 {
			return ErrOlderRuns
		}
	}
	return nil
}

// leaveBehind writes down which programs can do without what was taken away.
func (s *Store) leaveBehind(ctx context.Context, files fs.FS) error {
	all, err := fs.ReadDir(files, ".")
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	var least int64
	for _, f := range all {
		if f.IsDir() {
			continue
		}
		n, err := contract(files, f.Name())
		if err != nil {
			return err
		}
		least = max(least, n)
	}
	if least == 0 {
		return nil
	}
	if _, err := s.w.ExecContext(ctx, `UPDATE program SET least = $1 WHERE id = 1 AND least < $2`, least, least); err != nil {
		return fmt.Errorf("writing the form of the database: %w", err)
	}
	return nil
}

// memberGone is when a process that says nothing is taken to have ended.
const memberGone = time.Minute

// Member is a process that works on the database.
type Member struct {
	ID, Host, Kind, Version string
	Form                    int64
	Since, Seen             time.Time
}

// Beat says that the process with that id works on the database: a server or a
// worker, of a version of the program.
func (s *Store) Beat(ctx context.Context, id, kind, version string) error {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	now := time.Now().UnixMicro()
	_, err = s.w.ExecContext(ctx, `INSERT INTO member (id, host, kind, version, form, since, seen) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`, id, host, kind, version, s.form, now, now)
	if err != nil {
		return fmt.Errorf("saying that this process works: %w", err)
	}
	return nil
}

// Bye says that a process has ended.
func (s *Store) Bye(ctx context.Context, id string) error {
	if _, err := s.w.ExecContext(ctx, `DELETE FROM member WHERE id = $1 OR seen < $2`, id, time.Now().Add(-10*memberGone).UnixMicro()); err != nil {
		return fmt.Errorf("saying that this process ends: %w", err)
	}
	return nil
}

// Members are the processes that work on the database now.
func (s *Store) Members(ctx context.Context) ([]Member, error) {
	return list(ctx, s.r, func(row scanner) (Member, error) {
		var m Member
		var since, seen int64
		err := row.Scan(&m.ID, &m.Host, &m.Kind, &m.Version, &m.Form, &since, &seen)
		m.Since, m.Seen = at(since), at(seen)
		return m, err
	}, `SELECT id, host, kind, version, form, since, seen FROM member WHERE seen > $1 ORDER BY id`, time.Now().Add(-memberGone).UnixMicro())
}
