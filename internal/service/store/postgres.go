package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// postgres is what a store on PostgreSQL has beside its connections for SQL.
type postgres struct {
	config *pgxpool.Config
	pools  []*pgxpool.Pool
	queue  *pgxpool.Pool
	locks  *pgxpool.Pool
}

// How many connections a process opens at most, by what they are for. Whoever
// writes waits for the writers' lock with a connection, and may read meanwhile:
// so the two have pools of their own. A lock holds one for as long as it is held.
const (
	writeConnections = 4
	readConnections  = 8
	queueConnections = 12
	lockConnections  = 16
)

// How long a connection lives that the other side has silently left, seconds; and
// a transaction in which nothing happens, milliseconds.
const (
	keepAliveIdle     = "20"
	keepAliveInterval = "5"
	keepAliveCount    = "4"
	idleInTransaction = "60000"
)

// connectWithin is how long a new connection may take.
const connectWithin = 10 * time.Second

// IsURL reports whether a text names a PostgreSQL database.
func IsURL(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// Connect opens the PostgreSQL database at url (postgres://…), which several
// processes may do at once, and brings it to the program's form. An older program
// that a newer one has left behind gets [ErrTooOld].
func Connect(ctx context.Context, url string) (*Store, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("reading the address of the database: %w", withoutPassword(err))
	}
	c := config.ConnConfig
	c.ConnectTimeout = connectWithin
	// No plan is kept: a migration by a newer program would break it.
	c.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	for name, value := range map[string]string{"tcp_keepalives_idle": keepAliveIdle, "tcp_keepalives_interval": keepAliveInterval,
		"tcp_keepalives_count": keepAliveCount, "idle_in_transaction_session_timeout": idleInTransaction, "timezone": "UTC"} {
		c.RuntimeParams[name] = value
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "facialis"
	}
	s := &Store{pg: &postgres{config: config}}
	for _, p := range []struct {
		db    **sql.DB
		pool  **pgxpool.Pool
		conns int32
	}{{&s.w, nil, writeConnections}, {&s.r, nil, readConnections}, {&s.q, &s.pg.queue, queueConnections}, {nil, &s.pg.locks, lockConnections}} {
		of := config.Copy()
		of.MaxConns = p.conns
		pool, err := pgxpool.NewWithConfig(ctx, of)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("opening the database: %w", withoutPassword(err))
		}
		s.pg.pools = append(s.pg.pools, pool)
		if p.db != nil {
			*p.db = stdlib.OpenDBFromPool(pool)
		}
		if p.pool != nil {
			*p.pool = pool
		}
	}
	if err := s.migrate(ctx); err != nil {
		s.Close()
		return nil, withoutPassword(err)
	}
	return s, nil
}

// withoutPassword is an error that may quote the address of the database.
func withoutPassword(err error) error {
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		return errors.New("the address of the database cannot be read")
	}
	return err
}

// Shared reports whether other processes may work on the same database.
func (s *Store) Shared() bool { return s.pg != nil }

// Pool are the connections for the job queue of a shared database, nil for one
// that is not.
func (s *Store) Pool() *pgxpool.Pool {
	if s.pg == nil {
		return nil
	}
	return s.pg.queue
}

// writersLock is the key of the lock that lets one transaction write at a time,
// as SQLite does: what a transaction reads holds until it has written.
var writersLock = lockKey("writers")

// lockKey is the number of a lock by its name.
func lockKey(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte("facialis " + name))
	return int64(h.Sum64())
}

// alone has a transaction write alone until its end.
func (p *postgres) alone(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, writersLock)
	return err
}

// diskFull is PostgreSQL's code for it.
const diskFull = "53100"

func postgresFull(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == diskFull
}

// Away reports whether an error says that the database cannot be reached now: it
// was stopped, or the connection was cut. Whether the last statement was done is
// not known.
func Away(err error) bool {
	if err == nil {
		return false
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		const stopped, starting, tooMany = "57P", "08", "53300"
		return strings.HasPrefix(e.Code, stopped) || strings.HasPrefix(e.Code, starting) || e.Code == tooMany
	}
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || pgconn.SafeToRetry(err) || errors.Is(err, sql.ErrConnDone) || strings.Contains(err.Error(), "conn closed") ||
		strings.Contains(err.Error(), "unexpected EOF") || strings.Contains(err.Error(), "connection reset") || strings.Contains(err.Error(), "broken pipe")
}

// overlay are the migrations of PostgreSQL: a file in the folder of that name
// stands in for the one of the same name beside it.
type overlay struct{ shared, own fs.FS }

// Open opens a file.
func (o overlay) Open(name string) (fs.File, error) {
	f, err := o.own.Open(name)
	if errors.Is(err, fs.ErrNotExist) || name == "." {
		return o.shared.Open(name)
	}
	return f, err
}

func (p *postgres) migrations() (goose.Dialect, fs.FS, []goose.ProviderOption, error) {
	shared, err1 := fs.Sub(migrations, "migrations")
	own, err2 := fs.Sub(migrations, "migrations/postgres")
	locker, err3 := lock.NewPostgresSessionLocker()
	return goose.DialectPostgres, overlay{shared, own}, []goose.ProviderOption{goose.WithSessionLocker(locker)}, errors.Join(err1, err2, err3)
}
