package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/minio/minio-go/v7"
)

// put is a Put that is on its way: small ones in one request, others in parts.
type put struct {
	s    *S3
	to   string
	buf  bytes.Buffer
	pipe *io.PipeWriter
	done chan error
}

func (p *put) Write(b []byte) (int, error) {
	if p.pipe != nil {
		return p.pipe.Write(b)
	}
	if p.buf.Len()+len(b) <= partBytes {
		return p.buf.Write(b)
	}
	r, w := io.Pipe()
	p.pipe, p.done = w, make(chan error, 1)
	go func() {
		_, err := p.s.client.PutObject(context.Background(), p.s.bucket, p.to, io.MultiReader(&p.buf, r), -1, minio.PutObjectOptions{PartSize: partBytes, NumThreads: 1})
		r.CloseWithError(err)
		p.done <- err
	}()
	return w.Write(b)
}

// end stores what was written, or after an error nothing.
func (p *put) end(err error) error {
	if p.pipe != nil {
		if err != nil {
			p.pipe.CloseWithError(err)
			<-p.done
			return err
		}
		p.pipe.Close()
		return <-p.done
	}
	if err != nil {
		return err
	}
	_, err = p.s.client.PutObject(context.Background(), p.s.bucket, p.to, bytes.NewReader(p.buf.Bytes()), int64(p.buf.Len()), minio.PutObjectOptions{})
	return err
}

func (s *S3) put(to, key string, write func(io.Writer) error) error {
	p := &put{s: s, to: to}
	var said error
	err := p.end(seal(p, s.keys, s.person, func(w io.Writer) error { said = write(w); return said }))
	if said != nil {
		return said
	}
	return wrap("storing", key, err)
}

// object is an open object.
type object struct {
	s    *S3
	name string
	size int64
	etag string

	begun bool // something of it was read

	at   int64
	body io.ReadCloser // from at on; nil: not begun

	block   []byte // what ReadAt has read last
	blockAt int64
}

func (s *S3) open(name string) (*object, error) {
	st, err := s.client.StatObject(context.Background(), s.bucket, name, minio.StatObjectOptions{})
	if err != nil {
		return nil, gone(err)
	}
	return &object{s: s, name: name, size: st.Size, etag: st.ETag}, nil
}

// read begins to read at a place; to is the last byte, or less than 0 for the end.
// What was replaced since it was opened is opened again, as long as nothing of it
// was read.
func (o *object) read(from, to int64) (io.ReadCloser, error) {
	for {
		body, err := o.get(from, to)
		if minio.ToErrorResponse(err).StatusCode != http.StatusPreconditionFailed || o.begun {
			o.begun = o.begun || err == nil
			return body, err
		}
		now, err := o.s.open(o.name)
		if err != nil {
			return nil, err
		}
		o.size, o.etag, o.block = now.size, now.etag, nil
		if from >= o.size {
			return nil, io.EOF
		}
	}
}

func (o *object) get(from, to int64) (io.ReadCloser, error) {
	opt := minio.GetObjectOptions{}
	if to < 0 || to >= o.size {
		to = o.size - 1
	}
	if err := opt.SetRange(from, to); err != nil {
		return nil, err
	}
	if err := opt.SetMatchETag(o.etag); err != nil { // not half of one and half of another
		return nil, err
	}
	core := minio.Core{Client: o.s.client}
	body, _, _, err := core.GetObject(context.Background(), o.s.bucket, o.name, opt)
	return body, gone(err)
}

func (o *object) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	if len(p) == 0 {
		return 0, nil
	}
	if o.body == nil && o.block != nil && o.at >= o.blockAt && o.at < o.blockAt+int64(len(o.block)) {
		n := copy(p, o.block[o.at-o.blockAt:])
		o.at, o.begun = o.at+int64(n), true
		return n, nil
	}
	if o.body == nil {
		body, err := o.read(o.at, -1)
		if err != nil {
			return 0, err
		}
		o.body = body
	}
	n, err := o.body.Read(p)
	o.at += int64(n)
	if errors.Is(err, io.EOF) && o.at < o.size {
		err = io.ErrUnexpectedEOF
	}
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return o.at, errors.New("seeking before the beginning of a file")
	}
	if offset != o.at && o.body != nil {
		o.body.Close()
		o.body = nil
	}
	o.at = offset
	return offset, nil
}

func (o *object) ReadAt(p []byte, at int64) (done int, err error) {
	if at < 0 {
		return 0, errors.New("reading before the beginning of a file")
	}
	for done < len(p) {
		if at >= o.size {
			return done, io.EOF
		}
		if o.block == nil || at < o.blockAt || at >= o.blockAt+int64(len(o.block)) {
			from := at - at%blockBytes
			to := min(max(from+blockBytes, at+int64(len(p)-done)), o.size)
			body, err := o.read(from, to-1)
			if err != nil {
				return done, err
			}
			block := make([]byte, min(to, o.size)-from)
			_, err = io.ReadFull(body, block)
			body.Close()
			if err != nil {
				return done, err
			}
			o.block, o.blockAt = block, from
		}
		n := copy(p[done:], o.block[at-o.blockAt:])
		o.begun = true
		done, at = done+n, at+int64(n)
	}
	return done, nil
}

func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	return o.body.Close()
}
