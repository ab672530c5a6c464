package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// MostTold is how long a text may be that processes tell each other, bytes:
// PostgreSQL takes 8000 with what is put around it.
const MostTold = 7000

// channel is PostgreSQL's name for where processes tell each other something.
const channel = "facialis"

// message is what goes over it.
type message struct {
	Topic string `json:"topic"`
	Text  string `json:"text"`
}

// Tell tells every process on the same database something, this one as well.
// Nothing is kept for whoever does not listen. On a database that is not shared
// nobody is told.
func (s *Store) Tell(ctx context.Context, topic, text string) error {
	if s.pg == nil {
		return nil
	}
	data, err := json.Marshal(message{topic, text})
	if err == nil {
		_, err = s.w.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, string(data))
	}
	if err != nil {
		return fmt.Errorf("telling the other processes: %w", err)
	}
	return nil
}

// Pauses before the database is asked again for a connection that listens.
const (
	listenAgain     = 100 * time.Millisecond
	listenAgainMost = 5 * time.Second
)

// Listen hears what processes tell each other until the context ends. again is
// called whenever it begins to listen: what was told before is lost.
func (s *Store) Listen(ctx context.Context, heard func(topic, text string), again func()) {
	if s.pg == nil {
		<-ctx.Done()
		return
	}
	pause := listenAgain
	for ctx.Err() == nil {
		s.listen(ctx, heard, func() { pause = listenAgain; again() })
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			pause = min(2*pause, listenAgainMost)
		}
	}
}

// listen listens until its connection is cut.
func (s *Store) listen(ctx context.Context, heard func(topic, text string), begun func()) {
	c, err := pgx.ConnectConfig(ctx, s.pg.config.ConnConfig.Copy())
	if err != nil {
		return
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, `LISTEN `+channel); err != nil {
		return
	}
	begun()
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal([]byte(n.Payload), &m) == nil {
			heard(m.Topic, m.Text)
		}
	}
}
