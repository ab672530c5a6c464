package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"facialis/internal/service/keyring"
	"facialis/internal/service/sealed"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 is a store on a server that speaks S3. What other programs read or write
// lies meanwhile in a spool: a folder of this computer, one for each process.
//
// Bytes that are added come as objects of their own, each named by where it
// begins and how long it is; Finish makes one object of them, on the server where
// it can (multipart copies). So two servers may take parts of one upload: what
// does not follow the rest is passed over.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
	spool  *spool
	keys   *keyring.Ring
	person string
}

// Sizes of requests, bytes. S3 takes no part smaller than leastPart but the last.
const (
	leastPart   = 5 << 20
	partBytes   = 8 << 20 // as much as one request of an upload carries
	mostParts   = 10_000
	blockBytes  = 1 << 20 // read at once
	s3Retries   = 5
	dialWithin  = 10 * time.Second
	startWithin = 60 * time.Second // an answer begins
)

// IsURL reports whether a text names a store on an S3 server.
func IsURL(s string) bool { return strings.HasPrefix(s, "s3://") }

// Connect opens the store at an address s3://BUCKET/PREFIX?endpoint=URL&region=NAME,
// with its spool in a folder, which it makes. Without an endpoint it is the one
// that AWS_ENDPOINT_URL names, or Amazon's. The keys to the server come from
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the files that Amazon's own
// programs read, or the machine's role.
func Connect(ctx context.Context, address, spoolFolder string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("%q is not the address of a store: write s3://BUCKET/PREFIX?endpoint=URL", address)
	}
	s := &S3{bucket: u.Host, prefix: strings.Trim(u.Path, "/")}
	if s.prefix != "" {
		if err := check(s.prefix); err != nil {
			return nil, err
		}
		s.prefix += "/"
	}
	at := u.Query().Get("endpoint")
	if at == "" {
		at = os.Getenv("AWS_ENDPOINT_URL")
	}
	if at == "" {
		at = "https://s3.amazonaws.com"
	}
	end, err := url.Parse(at)
	if err != nil || end.Host == "" || end.Scheme != "http" && end.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of an S3 server: write https://HOST", at)
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: dialWithin}).DialContext,
		MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: dialWithin, ResponseHeaderTimeout: startWithin, ExpectContinueTimeout: time.Second}
	s.client, err = minio.New(end.Host, &minio.Options{Secure: end.Scheme == "https", Region: u.Query().Get("region"), MaxRetries: s3Retries, Transport: transport,
		Creds: credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Transport: transport}}})})
	if err != nil {
		return nil, fmt.Errorf("opening the store of films: %w", err)
	}
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err != nil {
		return nil, fmt.Errorf("opening the store of films: %w", err)
	}
	if !there {
		return nil, fmt.Errorf("opening the store of films: there is no bucket %s", s.bucket)
	}
	s.spool, err = openSpool(spoolFolder)
	return s, err
}

// Close removes the spool.
func (s *S3) Close() error { return s.spool.close() }

func (s *S3) name(key string) string { return s.prefix + key }

// gone turns the server's words for nothing into ErrNotFound.
func gone(err error) error {
	if err == nil {
		return nil
	}
	if r := minio.ToErrorResponse(err); r.StatusCode == http.StatusNotFound || r.Code == "NoSuchKey" {
		return fs404{err}
	}
	return err
}

// fs404 is an error about nothing, which wrap knows.
type fs404 struct{ error }

func (fs404) Is(target error) bool { return target == os.ErrNotExist }

// Away reports whether an error says that the store cannot be reached now.
func Away(err error) bool {
	var op *net.OpError
	var u *url.Error
	if err == nil || errors.Is(err, ErrNotFound) {
		return false
	}
	if errors.As(err, &op) || errors.As(err, &u) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	var r minio.ErrorResponse
	return errors.As(err, &r) && (r.StatusCode >= http.StatusInternalServerError || r.Code == "SlowDown" || r.Code == "RequestTimeout")
}

// NoRoom reports whether an error says that the spool is full.
func NoRoom(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// Put stores what write writes.
func (s *S3) Put(key string, write func(io.Writer) error) error {
	if err := check(key); err != nil {
		return err
	}
	return s.put(s.name(key), key, write)
}

// Open opens what is stored under key.
func (s *S3) Open(key string) (File, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	o, err := s.open(s.name(key))
	if err != nil {
		return nil, wrap("opening", key, err)
	}
	f, err := s.unseal(o)
	if err != nil {
		return nil, wrap("opening", key, errors.Join(err, o.Close()))
	}
	return f, nil
}

func (s *S3) unseal(o *object) (File, error) {
	if o.size == 0 && s.keys == nil {
		return o, nil
	}
	switch is := sealed.Is(o); {
	case s.keys == nil && is:
		return nil, ErrSealed
	case s.keys == nil:
		o.begun = false // nobody was given anything of it
		return o, nil
	case !is:
		return nil, ErrPlain
	}
	r, err := sealed.NewReader(o, o.size, s.keys.Find)
	return sealedFile{r, o}, err
}

// Size is the number of bytes under key.
func (s *S3) Size(key string) (int64, error) {
	if err := check(key); err != nil {
		return 0, err
	}
	size, err := s.whole(key)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return size, wrap("looking at", key, err)
	}
	segs, segErr := s.segments(key)
	if segErr != nil {
		return 0, segErr
	}
	if len(segs) > 0 {
		last := segs[len(segs)-1]
		return last.at + last.length, nil
	}
	if folder, listErr := s.anything(s.name(key) + "/"); folder || listErr != nil {
		return 0, wrap("looking at", key, listErr)
	}
	return 0, wrap("looking at", key, err)
}

// anything reports whether there is an object whose name begins so.
func (s *S3) anything(prefix string) (bool, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o, ok := <-s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, MaxKeys: 1})
	return ok && o.Err == nil, o.Err
}

// list walks over the objects whose names begin so.
func (s *S3) list(prefix string, recursive bool) <-chan minio.ObjectInfo {
	return s.client.ListObjects(context.Background(), s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: recursive})
}

// copy has the server copy an object.
func (s *S3) copy(from, to string) error {
	_, err := s.client.ComposeObject(context.Background(), minio.CopyDestOptions{Bucket: s.bucket, Object: to}, minio.CopySrcOptions{Bucket: s.bucket, Object: from})
	return gone(err)
}

func (s *S3) drop(name string) error {
	return gone(s.client.RemoveObject(context.Background(), s.bucket, name, minio.RemoveObjectOptions{}))
}

// Move gives what is stored under one key another. Everything is copied before
// anything is removed.
func (s *S3) Move(from, to string) error {
	if err := errors.Join(check(from), check(to)); err != nil {
		return err
	}
	type pair struct{ from, to string }
	var all []pair
	if _, err := s.open(s.name(from)); err == nil {
		all = append(all, pair{s.name(from), s.name(to)})
	} else if !errors.Is(err, os.ErrNotExist) {
		return wrap("moving", from, err)
	}
	for _, tree := range []pair{{s.name(from) + "/", s.name(to) + "/"}, {s.segmentsOf(from) + "/", s.segmentsOf(to) + "/"}} {
		for o := range s.list(tree.from, true) {
			if o.Err != nil {
				return wrap("moving", from, o.Err)
			}
			if !strings.HasSuffix(o.Key, "/") {
				all = append(all, pair{o.Key, tree.to + strings.TrimPrefix(o.Key, tree.from)})
			}
		}
	}
	if len(all) == 0 {
		return wrap("moving", from, os.ErrNotExist)
	}
	for _, p := range all {
		if err := s.copy(p.from, p.to); err != nil {
			return wrap("moving", from, err)
		}
	}
	for _, p := range all {
		if err := s.drop(p.from); err != nil && !errors.Is(err, os.ErrNotExist) {
			return wrap("moving", from, err)
		}
	}
	return nil
}

// Remove removes key and everything under it, in the spool too.
func (s *S3) Remove(key string) error {
	if err := check(key); err != nil {
		return err
	}
	if err := s.spool.remove(key); err != nil {
		return wrap("removing", key, err)
	}
	if err := s.drop(s.name(key)); err != nil && !errors.Is(err, os.ErrNotExist) && !isFolder(err) {
		return wrap("removing", key, err)
	}
	return errors.Join(s.removeUnder(s.name(key)+"/"), s.removeUnder(s.segmentsOf(key)+"/"))
}

// isFolder reports whether a server on top of a file system says that the object
// is a folder of others.
func isFolder(err error) bool {
	r := minio.ToErrorResponse(err)
	return r.Code == "DirectoryNotEmpty" || r.Code == "ExistingObjectIsDirectory" || r.StatusCode == http.StatusConflict
}

func (s *S3) removeUnder(prefix string) error {
	var folders []string
	for o := range s.list(prefix, true) {
		if o.Err != nil {
			return wrap("removing", prefix, o.Err)
		}
		if strings.HasSuffix(o.Key, "/") {
			folders = append(folders, o.Key)
			continue
		}
		if err := s.drop(o.Key); err != nil && !errors.Is(err, os.ErrNotExist) {
			return wrap("removing", prefix, err)
		}
	}
	for _, f := range slices.Backward(folders) {
		if err := s.drop(f); err != nil && !errors.Is(err, os.ErrNotExist) && !isFolder(err) {
			return wrap("removing", prefix, err)
		}
	}
	return nil
}

// List names what lies directly under key.
func (s *S3) List(key string) ([]string, error) {
	if err := check(key); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var names []string
	for _, prefix := range []string{s.name(key) + "/", s.segmentsOf(key) + "/"} {
		for o := range s.list(prefix, false) {
			if o.Err != nil {
				return nil, wrap("listing", key, o.Err)
			}
			n := strings.TrimSuffix(strings.TrimPrefix(o.Key, prefix), "/")
			own := prefix != s.name(key)+"/" && !strings.HasSuffix(o.Key, "/") // a part of key itself
			if n != "" && !seen[n] && !own {
				seen[n] = true
				names = append(names, n)
			}
		}
	}
	return names, nil
}

// abandonedAfter is when an upload in parts that nobody goes on with is given up.
const abandonedAfter = 24 * time.Hour

// Sweep gives up what was sent in parts under key and did not come to its end.
func (s *S3) Sweep(key string) error {
	if err := check(key); err != nil {
		return err
	}
	for u := range s.client.ListIncompleteUploads(context.Background(), s.bucket, s.name(key)+"/", true) {
		if u.Err != nil {
			return wrap("sweeping", key, u.Err)
		}
		if time.Since(u.Initiated) < abandonedAfter {
			continue
		}
		if err := gone(s.client.RemoveIncompleteUpload(context.Background(), s.bucket, u.Key)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return wrap("sweeping", key, err)
		}
	}
	return nil
}

// Measure adds up the bytes of what is under key by a name.
func (s *S3) Measure(key, name string) (bytes int64, changed time.Time, err error) {
	if err := check(key); err != nil {
		return 0, changed, err
	}
	found := false
	add := func(o minio.ObjectInfo) {
		bytes, found = bytes+o.Size, true
		if o.LastModified.After(changed) {
			changed = o.LastModified
		}
	}
	full := s.name(key) + "/" + name
	st, err := s.client.StatObject(context.Background(), s.bucket, full, minio.StatObjectOptions{})
	if err == nil {
		add(st)
	} else if err = gone(err); !errors.Is(err, os.ErrNotExist) {
		return 0, changed, wrap("measuring", key, err)
	}
	for _, prefix := range []string{full + "/", s.segmentsOf(key) + "/" + name + "/"} {
		for o := range s.list(prefix, true) {
			if o.Err != nil {
				return 0, changed, wrap("measuring", key, o.Err)
			}
			add(o)
		}
	}
	if !found {
		return 0, changed, wrap("measuring", key, os.ErrNotExist)
	}
	return bytes, changed, nil
}

// Plain copies what is stored under key into the spool.
func (s *S3) Plain(key string) (name string, done func(), err error) {
	in, err := s.Open(key)
	if err != nil {
		return "", nil, err
	}
	defer in.Close()
	name = filepath.Join(s.spool.dir, plainFolder, rand.Text())
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return "", nil, wrap("reading", key, err)
	}
	out, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", nil, wrap("reading", key, err)
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{out}, struct{ io.Reader }{in}, make([]byte, blockBytes))
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(name)
		return "", nil, wrap("reading", key, err)
	}
	return name, func() { os.Remove(name) }, nil
}

// Path is the name of a file in the spool, whose folder it makes.
func (s *S3) Path(key string) (string, error) {
	if err := check(key); err != nil {
		return "", err
	}
	name := s.spool.path(key)
	return name, wrap("making", key, os.MkdirAll(filepath.Dir(name), 0o700))
}

// Make makes a folder in the spool.
func (s *S3) Make(key string) error {
	if err := check(key); err != nil {
		return err
	}
	return wrap("making", key, os.MkdirAll(s.spool.path(key), 0o700))
}

// Take stores what another program wrote into the spool.
func (s *S3) Take(from, key string) error {
	if err := check(from); err != nil {
		return err
	}
	f, err := os.Open(s.spool.path(from))
	if err != nil {
		return wrap("storing", from, err)
	}
	defer f.Close()
	if err := s.Put(key, func(w io.Writer) error { _, err := io.Copy(w, f); return err }); err != nil {
		return err
	}
	return wrap("removing", from, os.Remove(f.Name()))
}

// Where is the address of what is stored under key.
func (s *S3) Where(key string) string { return "s3://" + s.bucket + "/" + s.name(key) }

// Free is how many bytes the spool's disk still takes: what the server takes,
// nobody is told.
func (s *S3) Free() (int64, error) { return free(s.spool.dir) }

// Hold does nothing: a backup of a server's objects is the server's own (docs).
func (s *S3) Hold(time.Duration) (func(), error) { return func() {}, nil }

// Link is a signed address. What is encrypted has none.
func (s *S3) Link(key, media string, within time.Duration) (string, error) {
	if err := check(key); err != nil || s.keys != nil {
		return "", err
	}
	u, err := s.client.PresignedGetObject(context.Background(), s.bucket, s.name(key), within, url.Values{"response-content-type": {media}, "response-cache-control": {"private"}})
	if err != nil {
		return "", wrap("addressing", key, err)
	}
	return u.String(), nil
}

// Encrypt has everything sealed that is written from now on.
func (s *S3) Encrypt(keys *keyring.Ring) error {
	s.keys = keys
	return nil
}

// Encrypted reports whether the store is.
func (s *S3) Encrypted() bool { return s.keys != nil }

// As is the same store, which seals what is written by the key of a person.
func (s *S3) As(person string) Store {
	as := *s
	as.person = person
	return &as
}

// Destroy destroys the key of a person.
func (s *S3) Destroy(person string) error {
	if s.keys == nil {
		return nil
	}
	return s.keys.Destroy(person)
}
