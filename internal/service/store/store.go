package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// ErrNotFound is wrapped by errors about a row that is not there.
var ErrNotFound = errors.New("not found")

//go:embed migrations/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Store is an open database.
type Store struct {
	w *sql.DB // one writes at a time
	r *sql.DB // readers
	q *sql.DB // the job queue's own

	vault *vault    // nil: not encrypted
	pg    *postgres // nil: SQLite
	form  int64     // of the database, that this program knows
	names names     // locks within the process
}

// pragmas: busy_timeout comes first, since the others wait by it.
const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=journal_size_limit(67108864)&_txlock=immediate"

// Open opens the database file at path, which it makes, and brings it to the
// program's form.
func Open(ctx context.Context, path string) (*Store, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas
	s := &Store{}
	for _, p := range []struct {
		db    **sql.DB
		dsn   string
		conns int
	}{{&s.w, dsn, 1}, {&s.r, dsn + "&_pragma=query_only(1)", 4}, {&s.q, dsn, 1}} {
		db, err := sql.Open("sqlite", p.dsn)
		if err != nil {
			return nil, fmt.Errorf("opening the database: %w", err)
		}
		db.SetMaxOpenConns(p.conns)
		db.SetMaxIdleConns(p.conns)
		*p.db = db
	}
	if err := s.migrate(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	dialect, more := goose.DialectSQLite3, []goose.ProviderOption(nil)
	if s.pg != nil {
		dialect, files, more, err = s.pg.migrations()
	}
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, s.w, files, append(more, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return fmt.Errorf("preparing the migrations: %w", err)
	}
	if err := s.compatible(ctx, p, files); err != nil {
		return err
	}
	// Another process may do the same at the same time. A step that fails because
	// the other has just done it is done; with every failure there is one less.
	for range len(p.ListSources()) + 2 {
		if _, err = p.Up(ctx); err == nil {
			return s.leaveBehind(ctx, files)
		}
	}
	return fmt.Errorf("bringing the database to this version's form: %w", err)
}

// Snapshot writes a copy of the database file at from, whole and of one moment,
// to a new file at to, also while another process writes it, and looks whether
// the copy is sound.
func Snapshot(ctx context.Context, from, to string) error {
	do := func(path, mode, query string, args ...any) (string, error) {
		db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode="+mode+"&_pragma=busy_timeout(10000)")
		if err != nil {
			return "", err
		}
		defer db.Close()
		var said sql.NullString
		err = db.QueryRowContext(ctx, query, args...).Scan(&said)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return said.String, err
	}
	if _, err := do(from, "rw", `VACUUM INTO $1`, to); err != nil {
		return fmt.Errorf("copying the database: %w", err)
	}
	return Sound(ctx, to)
}

// Full reports whether an error says that there is no room on the disk.
func Full(err error) bool {
	const databaseFull = 13 // SQLITE_FULL
	var e *sqlite.Error
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.As(err, &e) && e.Code()&0xff == databaseFull || postgresFull(err)
}

// Sound reports what is wrong with the database file at path, which nobody has
// open.
func Sound(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return fmt.Errorf("checking the database: %w", err)
	}
	defer db.Close()
	var said string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&said); err != nil {
		return fmt.Errorf("checking the database: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("the database is damaged: %s", said)
	}
	return nil
}

// Kept are the recordings, and the analysis that holds of each, in the database
// file at path, which nobody has open.
func Kept(ctx context.Context, path string) (map[string]string, error) {
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	defer db.Close()
	out := map[string]string{}
	_, err = list(ctx, db, func(row scanner) (string, error) {
		var id, analysis string
		err := row.Scan(&id, &analysis)
		out[id] = analysis
		return id, err
	}, `SELECT id, analysis FROM recording`)
	return out, err
}

// Close closes the database.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.q, s.r, s.w} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.pg != nil {
		for _, p := range s.pg.pools {
			p.Close()
		}
	}
	return errors.Join(errs...)
}

// QueueDB is the connection for the job queue, which keeps its tables in the
// same database.
func (s *Store) QueueDB() *sql.DB { return s.q }

// DB are the connections for a package that keeps tables of its own in the same
// database: for single statements that write, and for readers. More than one
// statement belongs into [Store.Tx].
func (s *Store) DB() (write, read *sql.DB) { return s.w, s.r }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.r.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Tx runs do in one transaction: all of it is written or nothing.
func (s *Store) Tx(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer tx.Rollback() // does nothing once committed
	if s.pg != nil {
		if err := s.pg.alone(ctx, tx); err != nil {
			return fmt.Errorf("beginning a transaction: %w", err)
		}
	}
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("writing to the database: %w", err)
	}
	return nil
}

// Forget empties the journal, so that nothing of what was deleted stays in it.
// PostgreSQL keeps its journal as its own settings say.
func (s *Store) Forget(ctx context.Context) error {
	if s.pg != nil {
		return nil
	}
	if _, err := s.w.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("emptying the journal: %w", err)
	}
	return nil
}

// scanner is a row.
type scanner interface{ Scan(...any) error }

// one wraps an error about a single row.
func one(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return fmt.Errorf("reading %s: %w", what, err)
}

// list reads every row by scan. It is never nil without an error.
func list[T any](ctx context.Context, db *sql.DB, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	defer rows.Close()
	out := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if errors.Is(err, ErrKeyGone) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the database: %w", err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the database: %w", err)
	}
	return out, nil
}

// changed turns an update of no row into ErrNotFound.
func changed(what string, res sql.Result, err error) error {
	if err != nil {
		return fmt.Errorf("writing %s: %w", what, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("%s: %w", what, errors.Join(ErrNotFound, err))
	}
	return nil
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func microsPtr(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	m := t.UnixMicro()
	return &m
}

func at(m int64) time.Time { return time.UnixMicro(m).UTC() }

func atPtr(m sql.NullInt64) *time.Time {
	if !m.Valid {
		return nil
	}
	t := at(m.Int64)
	return &t
}

func ptr[T any](v sql.Null[T]) *T {
	if !v.Valid {
		return nil
	}
	return &v.V
}

// like escapes what a person typed for LIKE … ESCAPE '\'.
func like(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}
