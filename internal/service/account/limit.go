package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"net/netip"
	"sync"
	"time"

	"facialis/words"
)

// LimitError says that there were too many attempts.
type LimitError struct{ Wait time.Duration }

func (e LimitError) Error() string {
	return words.Default().Say("account.limit", words.Args{"Seconds": e.Seconds()})
}

// Seconds is the wait in whole seconds, at least one.
func (e LimitError) Seconds() int { return max(1, int((e.Wait+time.Second-1)/time.Second)) }

// buckets let burst attempts of a key pass at once and one more every so often.
// They are for any number of keys in a fixed memory: keys share them by a hash
// that nobody outside knows. A stranger's bucket is shared once in [bucketCount];
// nothing is ever pushed out.
type buckets struct {
	name         string
	key          []byte
	every, burst int64 // µs; burst is the whole of it, as time

	book *Book // where several processes count: it is counted in the database

	mu sync.Mutex
	// paid is until when a bucket is spent, in µs since 1970: every attempt adds
	// to it, and what lies before now is free.
	paid [bucketCount]int64
}

const bucketCount = 4096

// newBuckets are buckets of a name, under which they are kept.
func newBuckets(name string, key []byte, burst int, every time.Duration) *buckets {
	return &buckets{name: name, key: key, every: every.Microseconds(), burst: int64(burst) * every.Microseconds()}
}

// taken is an attempt that counts in a bucket.
type taken struct {
	in   *buckets
	slot int
}

// attempt counts an attempt of a key, or says how long to wait.
func (b *buckets) attempt(key string, now time.Time) (taken, error) {
	i, at := b.slot(key), now.UnixMicro()
	if b.book != nil {
		return b.attemptShared(i, at)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count(i, at)
}

// count counts an attempt in a bucket.
func (b *buckets) count(i int, at int64) (taken, error) {
	// Never more than a burst ahead, also after a clock was set back.
	b.paid[i] = min(max(b.paid[i], at), at+b.burst)
	if wait := b.paid[i] + b.every - at - b.burst; wait > 0 {
		return taken{}, LimitError{time.Duration(wait) * time.Microsecond}
	}
	b.paid[i] += b.every
	return taken{b, i}, nil
}

// countWithin is how long counting may take that goes through the database.
const countWithin = 10 * time.Second

// attemptShared counts an attempt in a bucket that several processes share.
func (b *buckets) attemptShared(i int, at int64) (t taken, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), countWithin)
	defer cancel()
	var limit error
	err = b.book.st.Tx(ctx, func(tx *sql.Tx) error {
		var paid int64
		err := tx.QueryRowContext(ctx, `SELECT paid FROM attempt WHERE bucket = $1 AND slot = $2`, b.name, i).Scan(&paid)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return wrap("counting an attempt", err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.paid[i] = paid
		if t, limit = b.count(i, at); limit != nil {
			return nil
		}
		_, err = tx.ExecContext(ctx, keepAttempt, b.name, i, b.paid[i])
		return wrap("counting an attempt", err)
	})
	if err != nil {
		return taken{}, err
	}
	return t, limit
}

const keepAttempt = `INSERT INTO attempt (bucket, slot, paid) VALUES ($1, $2, $3) ON CONFLICT (bucket, slot) DO UPDATE SET paid = excluded.paid`

func (b *buckets) slot(key string) int {
	h := hmac.New(sha256.New, b.key)
	h.Write([]byte(b.name + "\n" + key))
	return int(binary.BigEndian.Uint64(h.Sum(nil)) % bucketCount)
}

// giveBack makes an attempt that was right count nothing.
func (t taken) giveBack() {
	if b := t.in.book; b != nil {
		ctx, cancel := context.WithTimeout(context.Background(), countWithin)
		defer cancel()
		b.w.ExecContext(ctx, `UPDATE attempt SET paid = paid - $1 WHERE bucket = $2 AND slot = $3`, t.in.every, t.in.name, t.slot) // else it counts
		return
	}
	t.in.mu.Lock()
	defer t.in.mu.Unlock()
	t.in.paid[t.slot] -= t.in.every
}

// keep writes a bucket down, so that it outlives the process.
func (t taken) keep(ctx context.Context, b *Book) error {
	if t.in.book != nil {
		return nil // it was kept when it was counted
	}
	t.in.mu.Lock()
	paid := t.in.paid[t.slot]
	t.in.mu.Unlock()
	_, err := b.w.ExecContext(ctx, keepAttempt, t.in.name, t.slot, paid)
	return wrap("keeping an attempt", err)
}

// recall reads what an earlier process has kept.
func (b *buckets) recall(ctx context.Context, book *Book) error {
	if book.st.Shared() {
		b.book = book
		return nil
	}
	rows, err := book.r.QueryContext(ctx, `SELECT slot, paid FROM attempt WHERE bucket = $1 AND slot >= 0 AND slot < $2`, b.name, bucketCount)
	if err != nil {
		return wrap("reading attempts", err)
	}
	defer rows.Close()
	for rows.Next() {
		var slot int
		var paid int64
		if err := rows.Scan(&slot, &paid); err != nil {
			return wrap("reading attempts", err)
		}
		b.paid[slot] = paid
	}
	return wrap("reading attempts", rows.Err())
}

// network is an address as far as one person has it: a whole IPv4 address, the
// first 64 bits of an IPv6 one.
func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
