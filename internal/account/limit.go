package account

import (
	"fmt"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// LimitError says that there were too many attempts.
type LimitError struct{ Wait time.Duration }

func (e LimitError) Error() string {
	return fmt.Sprintf("too many attempts: try again in %d s", e.Seconds())
}

// Seconds is the wait in whole seconds, at least one.
func (e LimitError) Seconds() int { return max(1, int((e.Wait+time.Second-1)/time.Second)) }

// buckets are token buckets for any number of keys in a fixed memory: keys share
// them by a hash that nobody outside knows. A stranger's bucket is shared once
// in [bucketCount]; nothing is ever pushed out.
type buckets struct {
	mu    sync.Mutex
	seed  maphash.Seed
	each  rate.Limit
	burst int
	all   [bucketCount]*rate.Limiter
}

const bucketCount = 4096

// newBuckets allows burst attempts at once and one more every so often.
func newBuckets(burst int, every time.Duration) *buckets {
	return &buckets{seed: maphash.MakeSeed(), each: rate.Every(every), burst: burst}
}

// attempt takes a token for a key, or says how long to wait. An attempt that was
// right gives it back.
func (b *buckets) attempt(key string, now time.Time) (giveBack func(), err error) {
	b.mu.Lock()
	i := maphash.String(b.seed, key) % bucketCount
	l := b.all[i]
	if l == nil {
		l = rate.NewLimiter(b.each, b.burst)
		b.all[i] = l
	}
	b.mu.Unlock()
	r := l.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return nil, LimitError{wait + time.Millisecond} // the limiter rounds down
	}
	return func() { r.CancelAt(now) }, nil
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
