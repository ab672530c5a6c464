package server

import (
	"context"
	"net/url"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// linkHolds is how long a browser may go on reading a video by one link.
const linkHolds = time.Hour

// link is an address at the S3 server from which a browser plays a video, "" where
// it comes from here.
func (s *Server) link(ctx context.Context, r *record.Recording, name string) string {
	if !s.PlayDirect || name != work.PlayFile {
		return ""
	}
	link, err := s.Work.Link(r, linkHolds)
	if err != nil {
		s.Log.WarnContext(ctx, "a video has no link", "error", err.Error())
		return ""
	}
	return link
}

// withVideos lets the app's pages play videos from the S3 server.
func (s *Server) withVideos(policy string) string {
	link, err := s.Blobs.Link("films/any", "video/mp4", linkHolds)
	if err != nil || link == "" {
		return policy
	}
	u, err := url.Parse(link)
	if err != nil {
		return policy
	}
	return strings.Replace(policy, "media-src 'self'", "media-src 'self' "+u.Scheme+"://"+u.Host, 1)
}
