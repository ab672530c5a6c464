package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"

	"facialis/internal/service/sealed"

	"github.com/minio/minio-go/v7"
)

// segments are the objects of what is added to, beside everything else.
const segmentsFolder = "segments"

// segment is a part of what is added to.
type segment struct {
	name       string
	at, length int64
}

func (s *S3) segmentsOf(key string) string { return s.name(segmentsFolder + "/" + key) }

// segments are those of a key that follow each other from its beginning; nil
// where there are none.
func (s *S3) segments(key string) ([]segment, error) {
	longest := map[int64]segment{}
	for o := range s.list(s.segmentsOf(key)+"/", false) {
		if o.Err != nil {
			return nil, wrap("looking at", key, o.Err)
		}
		is := segment{name: o.Key}
		if _, err := fmt.Sscanf(path.Base(o.Key), "%x-%x", &is.at, &is.length); err != nil {
			continue
		}
		if was, ok := longest[is.at]; !ok || is.length > was.length {
			longest[is.at] = is
		}
	}
	var out []segment
	for next, ok := longest[0]; ok; next, ok = longest[next.at+next.length] {
		out = append(out, next)
		if next.length == 0 {
			break
		}
	}
	return out, nil
}

// whole is the size of what was finished under key; parts that still come do not count.
// The error is os.ErrNotExist where nothing was.
func (s *S3) whole(key string) (int64, error) {
	o, err := s.open(s.name(key))
	if err != nil {
		return 0, err
	}
	if s.keys == nil {
		return o.size, nil
	}
	r, err := sealed.NewReader(o, o.size, s.keys.Find)
	if err != nil {
		return 0, err
	}
	return r.Size(), nil
}

// Append adds bytes. Where another server has added some meanwhile, they are the
// same bytes of the same film: the longer part counts.
func (s *S3) Append(key string, at int64, r io.Reader) (size int64, err error) {
	if err := check(key); err != nil {
		return 0, err
	}
	segs, err := s.segments(key)
	if err != nil {
		return 0, err
	}
	var there int64
	if len(segs) > 0 {
		last := segs[len(segs)-1]
		there = last.at + last.length
	} else if there, err = s.whole(key); err == nil {
		// It was finished before: it becomes the first part of what comes.
		if err := s.copy(s.name(key), s.segment(key, 0, there)); err != nil {
			return 0, wrap("storing", key, err)
		}
		if err := s.drop(s.name(key)); err != nil {
			return 0, wrap("storing", key, err)
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return 0, wrap("storing", key, err)
	}
	if there < at {
		return there, ErrGap
	}
	size = at
	buf := make([]byte, partBytes)
	for {
		n, readErr := sealed.Fill(r, buf)
		if n > 0 {
			err := s.put(s.segment(key, size, int64(n)), key, func(w io.Writer) error { _, err := w.Write(buf[:n]); return err })
			if err != nil {
				return size, err
			}
			size += int64(n)
		}
		if readErr == nil {
			continue
		}
		if errors.Is(readErr, io.EOF) {
			readErr = nil
		}
		return max(size, there), readErr
	}
}

func (s *S3) segment(key string, at, length int64) string {
	return fmt.Sprintf("%s/%016x-%x", s.segmentsOf(key), at, length)
}

// Finish makes one object of what was added.
func (s *S3) Finish(key string) error {
	if err := check(key); err != nil {
		return err
	}
	segs, err := s.segments(key)
	if err != nil {
		return err
	}
	if len(segs) == 0 {
		_, err := s.open(s.name(key))
		return wrap("storing", key, err)
	}
	if s.composable(segs) {
		var from []minio.CopySrcOptions
		for _, g := range segs {
			from = append(from, minio.CopySrcOptions{Bucket: s.bucket, Object: g.name})
		}
		_, err = s.client.ComposeObject(context.Background(), minio.CopyDestOptions{Bucket: s.bucket, Object: s.name(key)}, from...)
		err = gone(err)
	} else {
		err = s.Put(key, func(w io.Writer) error {
			for _, g := range segs {
				o, err := s.open(g.name)
				if err != nil {
					return err
				}
				f, err := s.unseal(o)
				if err == nil {
					_, err = io.Copy(w, struct{ io.Reader }{f})
				}
				if err = errors.Join(err, o.Close()); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return wrap("storing", key, err)
	}
	return s.removeUnder(s.segmentsOf(key) + "/")
}

// composable reports whether the server can make one object of the parts itself.
func (s *S3) composable(segs []segment) bool {
	if s.keys != nil || len(segs) > mostParts {
		return false
	}
	return !slices.ContainsFunc(segs[:len(segs)-1], func(g segment) bool { return g.length < leastPart })
}
