package folder

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"facialis/internal/service/blob"
	"facialis/internal/service/store"
)

// Shared names what many machines work on together.
type Shared struct {
	Database string // postgres://…
	Blobs    string // s3://…, or a folder that every machine reaches by that name
	Spool    string // a folder of this machine; empty: the usual
}

// UsualSpool is the folder for passing files of this machine unless one is named.
func UsualSpool() string {
	return filepath.Join(os.TempDir(), "facialis-spool-"+strconv.Itoa(os.Getuid()))
}

// OpenShared opens a database and a store of films that other machines work on
// too. Nothing is locked; Path is the spool.
func OpenShared(ctx context.Context, at Shared) (*Folder, error) {
	if at.Spool == "" {
		at.Spool = UsualSpool()
	}
	f := &Folder{Path: at.Spool}
	var err error
	if f.Tightened, err = Private(at.Spool); err != nil {
		return nil, err
	}
	if f.Store, err = store.Connect(ctx, at.Database); err != nil {
		return nil, err
	}
	if blob.IsURL(at.Blobs) {
		var s *blob.S3
		if s, err = blob.Connect(ctx, at.Blobs, filepath.Join(at.Spool, "spool")); err == nil {
			f.Blobs = s
		}
	} else if f.dir, err = blob.Open(at.Blobs); err == nil {
		f.Blobs = f.dir
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Place says for people what is shared, without a password.
func (at Shared) Place() string {
	where := at.Database
	if u, err := url.Parse(at.Database); err == nil {
		where = fmt.Sprintf("%s://%s%s", u.Scheme, u.Host, u.Path)
	}
	films := at.Blobs
	if u, err := url.Parse(at.Blobs); err == nil && u.Scheme == "s3" {
		films = fmt.Sprintf("s3://%s%s", u.Host, u.Path)
	}
	return where + ", " + films
}
