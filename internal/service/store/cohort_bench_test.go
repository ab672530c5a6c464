package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// The made-up clinic of the benchmark: so many people, each with so many recordings.
const (
	benchPeople     = 1000
	benchRecordings = 10
)

// clinic fills a store with made-up people and recordings.
func clinic(t testing.TB, st *store.Store) {
	t.Helper()
	ctx := context.Background()
	start := time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC)
	side := []string{"right", "left", "both"}
	err := st.Tx(ctx, func(tx *sql.Tx) error {
		for i := range benchPeople {
			p := &record.Person{ID: record.NewID(), Name: fmt.Sprintf("Made-up Person %d", i), Code: fmt.Sprintf("P%04d", (i*7919)%benchPeople), AffectedSide: &side[i%3], CreatedAt: start, UpdatedAt: start}
			if err := st.AddPersonTx(ctx, tx, p); err != nil {
				return err
			}
			for k := range benchRecordings {
				at := start.AddDate(0, k, i%28)
				r := &record.Recording{ID: record.NewID(), PersonID: p.ID, CreatedAt: at, State: record.Done, Usable: new(k%4 != 3), RatePerMin: new(float64(i+k) / 10), Spasms: new(i),
					Film: record.Film{Label: "visit", RecordedAt: &at, Protocol: new([]string{"short", "long"}[k%2]), Consent: &record.Consent{Keep: true, Research: i%2 == 0, By: "self", At: at}}}
				if err := st.AddRecording(ctx, tx, r); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkCohort reads the table over 10,000 recordings as the page does: its first 100
// rows, a page from its middle, and rows by a filter that few pass. cpu-ms/op is the
// processor time of the whole process, B/op what was allocated.
func BenchmarkCohort(b *testing.B) {
	for name, keys := range map[string]bool{"open": false, "encrypted": true} {
		b.Run(name, func(b *testing.B) { benchCohort(b, keys) })
	}
}

func benchCohort(b *testing.B, encrypted bool) {
	st, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "db"))
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	if encrypted {
		keys, err := keyring.Create(filepath.Join(b.TempDir(), keyring.File), keyringtest.Source(b))
		if err != nil {
			b.Fatal(err)
		}
		st.Seal(keys)
	}
	clinic(b, st)
	all, err := st.Cohort(b.Context(), &record.CohortFilter{})
	if err != nil || len(all) != benchPeople*benchRecordings {
		b.Fatal(len(all), err)
	}
	middle := all[len(all)/2].Recording.ID
	all = nil
	least := 95.0
	for name, f := range map[string]record.CohortFilter{
		"first page":   {Limit: 101},
		"middle":       {Limit: 101, After: middle},
		"few":          {MinRate: &least, Usable: new(true), Limit: 101},
		"one by code":  {Q: "p0500", Limit: 101},
		"of one month": {From: time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC), Limit: 101},
		"everything":   {},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			runtime.GC()
			before := processorTime(b)
			for b.Loop() {
				if _, err := st.Cohort(b.Context(), &f); err != nil {
					b.Fatal(err)
				}
			}
			const msPerNs = 1e-6
			b.ReportMetric(float64(processorTime(b)-before)*msPerNs/float64(b.N), "cpu-ms/op")
		})
	}
}

// processorTime is what the process has used so far.
func processorTime(b testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
