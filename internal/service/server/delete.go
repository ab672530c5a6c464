package server

import "context"

func (s *Server) deletePerson(ctx context.Context, id string) error {
	return s.Work.DeletePerson(context.WithoutCancel(ctx), id)
}

func (s *Server) deleteRecording(ctx context.Context, id string) error {
	return s.Work.DeleteRecording(context.WithoutCancel(ctx), id)
}
