package server

import (
	"context"

	"facialis/internal/service/record"
)

// How is how something is deleted.
type How struct {
	Now bool `query:"now" doc:"For good at once; else it can be brought back for 30 days"`
}

// binPerson moves a person with everything of theirs into the bin, and deletes it for
// good where that is asked for.
func (s *Server) binPerson(ctx context.Context, id string, how How) error {
	ctx = context.WithoutCancel(ctx)
	b, err := s.Work.BinPerson(ctx, id, s.Now())
	return s.thenPurge(ctx, b, err, how)
}

// binRecording does the same with one recording.
func (s *Server) binRecording(ctx context.Context, id string, how How) error {
	ctx = context.WithoutCancel(ctx)
	b, err := s.Work.BinRecording(ctx, id, s.Now())
	return s.thenPurge(ctx, b, err, how)
}

func (s *Server) thenPurge(ctx context.Context, b *record.Binned, err error, how How) error {
	if err != nil || !how.Now {
		return err
	}
	return s.Work.Purge(ctx, b.ID)
}

// verb is what the audit log says of a deletion.
func (h How) verb() string {
	if h.Now {
		return "delete for good"
	}
	return "delete"
}
