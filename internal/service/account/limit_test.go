package account

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However attempts are spread, no more pass than the bucket holds and what has
// run into it since; one that gives back counts nothing; and one that is refused
// is let in after the wait that it was told.
func TestBucketsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		burst := rapid.IntRange(1, 10).Draw(t, "burst")
		every := time.Duration(rapid.IntRange(1, 120).Draw(t, "every")) * time.Second
		b := newBuckets("a", []byte("key"), burst, every)
		start := time.Unix(1e9, 0)
		now, spent := start, 0
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 200), 1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(step) * time.Second)
			try, err := b.attempt("doc", now)
			var limit LimitError
			switch {
			case errors.As(err, &limit):
				if limit.Wait <= 0 || limit.Wait > every+time.Millisecond {
					t.Fatalf("a wait of %v", limit.Wait)
				}
				now = now.Add(limit.Wait)
				if _, err := b.attempt("doc", now); err != nil {
					t.Fatalf("refused after the wait: %v", err)
				}
				spent++
			case err != nil:
				t.Fatal(err)
			case rapid.Bool().Draw(t, "right"):
				try.giveBack()
			default:
				spent++
			}
			if most := float64(burst) + float64(now.Sub(start))/float64(every) + 1e-6; float64(spent) > most {
				t.Fatalf("%d attempts, at most %.2f", spent, most)
			}
		}
	})
}

// What was spent is spent for the next process too, under the same secret, and
// what was given back is not.
func TestBucketsOutliveTheProcess(t *testing.T) {
	ctx, now := context.Background(), time.Unix(1e9, 0)
	st := openStore(t)
	for i, want := range []bool{true, true, true, false} { // three at once, a process each
		s, err := Serve(st, Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := newBuckets("test", s.deviceKey, 3, time.Minute)
		if err := b.recall(ctx, s.Book); err != nil {
			t.Fatal(err)
		}
		if right, err := b.attempt("doc", now); err == nil {
			right.giveBack()
		}
		try, err := b.attempt("doc", now)
		if (err == nil) != want {
			t.Fatalf("process %d: %v", i, err)
		}
		if err == nil {
			if err := try.keep(ctx, s.Book); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A clock that was set back locks nobody out for longer than a burst.
func TestBucketsAfterAWrongClock(t *testing.T) {
	b := newBuckets("a", []byte("key"), 2, time.Minute)
	now := time.Unix(1e9, 0)
	for range 2 {
		if _, err := b.attempt("doc", now.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
	}
	var limit LimitError
	if _, err := b.attempt("doc", now); !errors.As(err, &limit) || limit.Wait > time.Minute {
		t.Errorf("%v", err)
	}
	if _, err := b.attempt("doc", now.Add(time.Minute)); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}

// One key's attempts leave another's alone, but for one in so many.
func TestBucketsApart(t *testing.T) {
	b := newBuckets("a", []byte("key"), 1, time.Hour)
	now := time.Unix(1e9, 0)
	if _, err := b.attempt("doc", now); err != nil {
		t.Fatal(err)
	}
	shared := 0
	for i := range 100 {
		if _, err := b.attempt(string(rune('a'+i)), now); err != nil {
			shared++
		}
	}
	if shared > 10 { // of 4096 buckets 100 keys share about one
		t.Errorf("%d of 100 share a bucket", shared)
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.7":         "203.0.113.7",
		"::ffff:203.0.113.7":  "203.0.113.7",
		"2001:db8:1:2:3:4::5": "2001:db8:1:2::/64",
		"2001:db8:1:2::":      "2001:db8:1:2::/64",
		"fe80::1%eth0":        "fe80::/64",
	} {
		if got := network(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is %s, not %s", address, got, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "127.0.0.1:80": true, "127.9.9.9": true, "localhost": true, "LocalHost.:80": true, "[::1]:80": true, "::1": true, "[::1]": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "10.0.0.1:80": false, "localhost.example": false, "127.0.0.1.example": false, "xlocalhost": false, ":80": false, "[::2]:80": false, "evil.example:127": false,
	} {
		if got := Loopback(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}
