package store

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
)

// names are locks within a process, by name.
type names struct {
	mu sync.Mutex
	by map[string]chan struct{} // holds one token while it is free
}

func (n *names) take(ctx context.Context, name string) (release func(), err error) {
	n.mu.Lock()
	if n.by == nil {
		n.by = map[string]chan struct{}{}
	}
	c := n.by[name]
	if c == nil {
		c = make(chan struct{}, 1)
		c <- struct{}{}
		n.by[name] = c
	}
	n.mu.Unlock()
	select {
	case <-c:
		return func() { c <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Lock keeps whoever else asks for the same name waiting until it is released, in
// this process and in every other on the same database. There are few names: each
// that is held takes a connection. The database lets go of the locks of a process
// that dies.
func (s *Store) Lock(ctx context.Context, name string) (release func(), err error) {
	here, err := s.names.take(ctx, name)
	if err != nil || s.pg == nil {
		return here, err
	}
	c, err := s.pg.locks.Acquire(ctx)
	if err == nil {
		if _, err = c.Exec(ctx, `SELECT pg_advisory_lock($1)`, lockKey(name)); err != nil {
			drop(c)
		}
	}
	if err != nil {
		here()
		return nil, fmt.Errorf("waiting for the others: %w", err)
	}
	return func() {
		unlock(c, name)
		here()
	}, nil
}

// unlock lets go of a lock, if need be by ending the connection that holds it.
func unlock(c *pgxpool.Conn, name string) {
	var was bool
	if err := c.QueryRow(context.Background(), `SELECT pg_advisory_unlock($1)`, lockKey(name)).Scan(&was); err != nil || !was {
		drop(c)
		return
	}
	c.Release()
}

// drop ends a connection.
func drop(c *pgxpool.Conn) {
	c.Hijack().Close(context.Background())
}

// Lead is the place of the one process that tidies.
type Lead struct {
	conn *pgxpool.Conn
	name string
}

// Lead tries to become the one that leads in something, which in a database that
// is not shared is always so; nil says that another process leads.
func (s *Store) Lead(ctx context.Context, name string) (*Lead, error) {
	if s.pg == nil {
		return &Lead{}, nil
	}
	c, err := s.pg.locks.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("asking who leads: %w", err)
	}
	var got bool
	if err := c.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, lockKey("lead "+name)).Scan(&got); err != nil {
		drop(c)
		return nil, fmt.Errorf("asking who leads: %w", err)
	}
	if !got {
		c.Release()
		return nil, nil
	}
	return &Lead{c, "lead " + name}, nil
}

// Still reports whether the process still leads. Once it does not, its place has
// to be left.
func (l *Lead) Still(ctx context.Context) bool {
	if l.conn == nil {
		return true
	}
	var one int
	return l.conn.QueryRow(ctx, `SELECT 1`).Scan(&one) == nil
}

// Leave gives the place to another.
func (l *Lead) Leave() {
	if l.conn != nil {
		unlock(l.conn, l.name)
		l.conn = nil
	}
}
