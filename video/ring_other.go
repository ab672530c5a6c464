//go:build !linux

package video

import (
	"context"
	"errors"
	"time"
)

// errNoRing says that the decoder program does not run here.
var errNoRing = errors.New("no decoder")

func openRing(context.Context, string, int, time.Duration) (decoder, error) { return nil, errNoRing }

func ringRuns() bool { return false }
