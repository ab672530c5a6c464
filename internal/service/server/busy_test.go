package server

import (
	"context"
	"sync/atomic"
	"testing"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
	"facialis/video"
)

// A computer too busy to look at an upload says so; the upload stays, and
// finishing it again works.
func TestFinishOnBusyComputer(t *testing.T) {
	var looks atomic.Int32
	b := serve(t, func(_ *Config, o *work.Options) {
		o.Probe = func(ctx context.Context, path string) (video.Info, error) {
			if looks.Add(1) == 1 {
				return video.Info{}, video.ErrBusy
			}
			return video.Probe(ctx, path)
		}
	})
	film := worktest.Film(t)
	var u record.Upload
	b.must(200, "POST", "/uploads", map[string]any{"person_id": b.person("X").ID, "size": len(film), "client_id": "c"}, &u)
	b.must(200, "PUT", "/uploads/"+u.ID+"?offset=0", film, nil)
	b.must(503, "POST", "/uploads/"+u.ID+"/finish", nil, nil)
	var r record.Recording
	b.must(200, "POST", "/uploads/"+u.ID+"/finish", nil, &r)
	if r = b.wait(r.ID); r.State != record.Done {
		t.Errorf("%+v", r)
	}
}
