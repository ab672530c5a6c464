// Package storetest is what every database that the store runs on has to hold.
package storetest

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Exercise runs every test; open gives an empty store.
func Exercise(t *testing.T, open func(testing.TB) *store.Store) {
	t.Run("people", func(t *testing.T) { people(t, open(t)) })
	t.Run("recordings", func(t *testing.T) { recordings(t, open(t)) })
	t.Run("half a transaction", func(t *testing.T) { half(t, open(t)) })
	t.Run("sync loses nothing", func(t *testing.T) { losesNothing(t, open(t)) })
	t.Run("clocks decide nothing", func(t *testing.T) { clocks(t, open(t)) })
	t.Run("sync hands out each change once", func(t *testing.T) { cursor(t, open(t)) })
	t.Run("corrections keep their order", func(t *testing.T) { corrections(t, open(t)) })
	t.Run("the table over everybody", func(t *testing.T) { cohort(t, open(t)) })
	t.Run("ratings go with their recording", func(t *testing.T) { ratings(t, open(t)) })
}

func person(t testing.TB, st *store.Store, name string) *record.Person {
	t.Helper()
	p := &record.Person{ID: record.NewID(), Name: name, CreatedAt: epoch, UpdatedAt: epoch}
	if err := st.AddPerson(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

func recording(person string) *record.Recording {
	return &record.Recording{ID: record.NewID(), PersonID: person, CreatedAt: epoch, State: record.Queued, Film: record.Film{}}
}

func people(t *testing.T, st *store.Store) {
	ctx := context.Background()
	for _, n := range []string{"Özil", "anna 100%", "Bert_x", "anna b"} {
		p := person(t, st, n)
		got, err := st.Person(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := gocmp.Diff(p, got); d != "" {
			t.Error(d)
		}
	}
	var pages []string
	after := ""
	for {
		page, err := st.People(ctx, "", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			pages = append(pages, p.Name)
		}
		after = page[len(page)-1].ID
	}
	if d := gocmp.Diff([]string{"anna 100%", "anna b", "Bert_x", "Özil"}, pages); d != "" {
		t.Error(d)
	}
	for q, n := range map[string]int{"ANNA": 2, "%": 1, "_": 1, "öZ": 1, `\`: 0, "zzz": 0, "' OR 1=1 --": 0} {
		if got, err := st.People(ctx, q, "", 10); err != nil || len(got) != n {
			t.Errorf("%q finds %d, not %d: %v", q, len(got), n, err)
		}
	}
	if _, err := st.Person(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if err := st.SavePerson(ctx, &record.Person{ID: "nobody"}); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func recordings(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	r := recording(p.ID)
	r.Tasks, r.Label, r.Protocol = nil, "x", new("short")
	u := &record.Upload{ID: record.NewID(), PersonID: p.ID, ClientID: "c", Size: 5, CreatedAt: epoch}
	if err := st.AddUpload(ctx, u); err != nil {
		t.Fatal(err)
	}
	if err := st.AddUpload(ctx, &record.Upload{ID: record.NewID(), PersonID: p.ID, ClientID: "c", Size: 5, CreatedAt: epoch}); err == nil {
		t.Error("two uploads have one client id")
	}
	if n, err := st.PendingBytes(ctx); n != 5 || err != nil {
		t.Error(n, err)
	}
	if err := st.FinishUpload(ctx, u.ID, r, func(*sql.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := st.FinishUpload(ctx, u.ID, recording(p.ID), func(*sql.Tx) error { return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an upload is finished twice: %v", err)
	}
	if n, err := st.PendingBytes(ctx); n != 0 || err != nil {
		t.Error(n, err)
	}
	r.Analysis, r.Usable, r.RatePerMin, r.Spasms, r.Spells = "a1", new(true), new(2.5), new(3), new(5)
	if err := st.SetResult(ctx, r, nil, "films/old"); err != nil {
		t.Fatal(err)
	}
	got, err := st.Recording(ctx, r.ID)
	if err != nil || got.State != record.Done || got.Tasks == nil {
		t.Fatalf("%+v %v", got, err)
	}
	if q, err := st.Person(ctx, p.ID); err != nil || q.Recordings != 1 || q.LastRatePerMin == nil || *q.LastRatePerMin != 2.5 || q.LastSpells == nil || *q.LastSpells != 5 || !q.LastRecordingAt.Equal(epoch) {
		t.Errorf("%+v %v", q, err)
	}
	r.Spasms, r.Spells, r.Corrected = new(0), new(6), true
	if err := st.SetFigures(ctx, r); err != nil {
		t.Fatal(err)
	}
	if got, err = st.Recording(ctx, r.ID); err != nil || *got.Spasms != 0 || *got.Spells != 6 || *got.RatePerMin != 2.5 || !got.Corrected {
		t.Errorf("figures: %+v %v", got, err)
	}
	if got.Night != nil {
		t.Errorf("a night: %+v", got.Night)
	}
	looked := epoch.Add(time.Hour)
	got.Night = &record.Night{Look: record.LookNamed, Name: "Dr. Example", Keep: record.KeepMoments, LookedAt: &looked}
	if err := st.SaveFilm(ctx, r.ID, &got.Film); err != nil {
		t.Fatal(err)
	}
	got.Type, got.Bytes = "video/mp4", 7
	if err := st.SetFile(ctx, got); err != nil {
		t.Fatal(err)
	}
	if again, err := st.Recording(ctx, r.ID); err != nil || gocmp.Diff(got, again) != "" {
		t.Errorf("the night is not what was written: %s %v", gocmp.Diff(got, again), err)
	}
	if err := st.DeletePerson(ctx, p.ID, []string{"films/" + r.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Recording(ctx, r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if _, err := st.Upload(ctx, u.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	trash, err := st.Trash(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"films/" + r.ID, "films/old"}
	slices.Sort(want)
	if d := gocmp.Diff(want, trash); d != "" {
		t.Error(d)
	}
}

// What fails half-way leaves nothing.
func half(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	r := recording(p.ID)
	boom := errors.New("boom")
	if err := st.FinishUpload(ctx, "", r, func(*sql.Tx) error { return boom }); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if _, err := st.Recording(ctx, r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if err := st.DeletePerson(ctx, "nobody", []string{"films/x"}); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if trash, err := st.Trash(ctx); err != nil || len(trash) != 0 {
		t.Error(trash, err)
	}
}

// entry draws one of few ids and moments, so that versions meet.
func entry(t *rapid.T) record.Entry {
	e := record.Entry{ID: fmt.Sprintf("01J%023d", rapid.IntRange(0, 3).Draw(t, "id")), Kind: "visit", At: epoch,
		UpdatedAt: epoch.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "updated")) * time.Second),
		Deleted:   rapid.Bool().Draw(t, "deleted"),
		Data:      fmt.Appendf(nil, `{"with":null,"note":"%d","next":null}`, rapid.IntRange(0, 3).Draw(t, "note"))}
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	return e
}

// Whatever comes, in whatever order and however often: no state is lost. Each is
// the one that holds, or beside it, or was changed knowingly; and what comes twice
// changes nothing.
func losesNothing(t *testing.T, st *store.Store) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		p := &record.Person{ID: record.NewID(), Name: "x", CreatedAt: epoch, UpdatedAt: epoch}
		if err := st.AddPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
		changed := map[string]bool{} // states that somebody changed, by what they say
		var came []record.Entry
		all := func() map[string]record.Entry {
			list, _, err := st.Sync(ctx, p.ID, nil, nil, epoch)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]record.Entry{}
			for _, e := range list {
				out[e.ID] = e
			}
			return out
		}
		for range rapid.IntRange(1, 8).Draw(t, "arrivals") {
			e := rapid.Custom(entry).Draw(t, "entry")
			before := all()
			if old, ok := before[e.ID]; ok && rapid.Bool().Draw(t, "knows") {
				e.Version = old.Version
				changed[says(&old)] = true
				for _, o := range old.Others {
					changed[says(asEntry(e.ID, o))] = true
				}
			}
			for range 2 {
				if _, _, err := st.Sync(ctx, p.ID, []record.Entry{e}, nil, epoch); err != nil {
					t.Fatal(err)
				}
			}
			once := all()
			again := all()
			if d := gocmp.Diff(once, again); d != "" {
				t.Fatal(d)
			}
			came = append(came, e)
			for _, c := range came {
				now := once[c.ID]
				if !stands(&now, &c) && !changed[says(&c)] {
					t.Fatalf("lost %+v: %+v", c, now)
				}
			}
		}
	})
}

// stands reports whether a state that came is the one that holds now or beside it.
func stands(now, came *record.Entry) bool {
	return record.Same(now, came) || slices.ContainsFunc(now.Others, func(o record.Other) bool {
		return record.Same(asEntry(came.ID, o), came)
	})
}

// asEntry is what is kept beside entry id, as an entry.
func asEntry(id string, o record.Other) *record.Entry {
	return &record.Entry{ID: id, Kind: o.Kind, At: o.At, TZOffsetMin: o.TZOffsetMin, UpdatedAt: o.UpdatedAt, Deleted: o.Deleted, Data: o.Data}
}

// says is what an entry says, whenever it was written.
func says(e *record.Entry) string { return fmt.Sprint(e.ID, e.Kind, e.At, e.Deleted, string(e.Data)) }

// A device whose clock is a year ahead neither wins for ever nor is lost.
func clocks(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	note := func(text string, updated time.Time, version int64) record.Entry {
		e := record.Entry{ID: "01J00000000000000000000001", Kind: "visit", At: epoch, UpdatedAt: updated, Version: version, Data: fmt.Appendf(nil, `{"with":null,"note":%q,"next":null}`, text)}
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		return e
	}
	sync := func(e record.Entry) record.Entry {
		t.Helper()
		all, _, err := st.Sync(ctx, p.ID, []record.Entry{e}, nil, epoch)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	year := epoch.AddDate(1, 0, 0)
	first := sync(note("ahead", year, 0))
	right := sync(note("corrected", epoch.Add(time.Hour), first.Version))
	if !strings.Contains(string(right.Data), "corrected") || len(right.Others) != 0 {
		t.Errorf("ahead wins: %+v", right)
	}
	// The device ahead, offline meanwhile, changes what it has: both are kept.
	both := sync(note("ahead again", year.Add(time.Hour), first.Version))
	if !strings.Contains(string(both.Data), "ahead again") || len(both.Others) != 1 || !strings.Contains(string(both.Others[0].Data), "corrected") {
		t.Errorf("not both: %+v", both)
	}
	// A state that comes twice, long after, changes nothing.
	if late := sync(note("corrected", epoch.Add(time.Hour), first.Version)); late.Version != both.Version {
		t.Errorf("repeated: %+v", late)
	}
	// A deletion by a device that did not know does not take the other's words away.
	gone := note("", year.Add(2*time.Hour), first.Version)
	gone.Deleted, gone.Data = true, []byte("{}")
	if kept := sync(gone); kept.Deleted || len(kept.Others) != 2 || !kept.Others[0].Deleted {
		t.Errorf("deleted unseen: %+v", kept)
	}
	// Whoever has seen them all chooses.
	now := sync(note("ahead again", year.Add(3*time.Hour), 0))
	if len(now.Others) == 0 {
		t.Errorf("%+v", now)
	}
	if chosen := sync(note("chosen", epoch, now.Version)); len(chosen.Others) != 0 || !strings.Contains(string(chosen.Data), "chosen") {
		t.Errorf("not chosen: %+v", chosen)
	}
	// Within what a device hands in at once, its own order counts.
	e1, e2 := note("one", epoch.Add(time.Minute), 0), note("two", epoch.Add(2*time.Minute), 0)
	e1.ID, e2.ID = "01J00000000000000000000002", "01J00000000000000000000002"
	all, _, err := st.Sync(ctx, p.ID, []record.Entry{e2, e1}, nil, epoch)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.ID == e2.ID && (!strings.Contains(string(e.Data), "two") || len(e.Others) != 0) {
			t.Errorf("%+v", e)
		}
	}
}

// Two clients that sync now and then with the moment they were given end up with
// the same diary, though the server's clock stands still or goes back.
func cursor(t *testing.T, st *store.Store) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		p := &record.Person{ID: record.NewID(), Name: "x", CreatedAt: epoch, UpdatedAt: epoch}
		if err := st.AddPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
		clients := [2]map[string]record.Entry{{}, {}}
		var since [2]*time.Time
		sync := func(c int, send []record.Entry) {
			now := epoch.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "clock")) * time.Second)
			changed, mark, err := st.Sync(ctx, p.ID, send, since[c], now)
			if err != nil {
				t.Fatal(err)
			}
			since[c] = &mark
			for _, e := range changed {
				clients[c][e.ID] = e
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "syncs") {
			c := rapid.IntRange(0, 1).Draw(t, "client")
			send := rapid.SliceOfN(rapid.Custom(entry), 0, 3).Draw(t, "entries")
			for i := range send {
				send[i].Version = clients[c][send[i].ID].Version
			}
			sync(c, send)
		}
		sync(0, nil)
		sync(1, nil)
		if d := gocmp.Diff(clients[0], clients[1]); d != "" {
			t.Fatal(d)
		}
	})
}

func corrections(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	r := recording(p.ID)
	if err := st.FinishUpload(ctx, "", r, func(*sql.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	var want []record.Correction
	for i := range 5 {
		c := record.Correction{ID: record.NewID(), At: epoch, By: "x", Edit: record.Edit{Op: record.Reject, EventID: new(fmt.Sprint(i))}}
		if err := st.AddCorrection(ctx, r.ID, &c); err != nil {
			t.Fatal(err)
		}
		want = append(want, c)
	}
	got, err := st.Corrections(ctx, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// cohortRows adds people with recordings of every kind and gives them in the table's order.
func cohortRows(t *testing.T, st *store.Store) []record.CohortRow {
	ctx := context.Background()
	var all []record.CohortRow
	for i, code := range []string{"b", "a", "B", "ä", "a"} {
		p := &record.Person{ID: record.NewID(), Name: fmt.Sprint("Name 50%_", i), Code: code, CreatedAt: epoch, UpdatedAt: epoch}
		p.AffectedSide, p.Sex = new([]string{"right", "left", "both"}[i%3]), new([]string{"f", "m"}[i%2])
		if err := st.AddPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
		for k := range 3 {
			r := recording(p.ID)
			r.CreatedAt = epoch.AddDate(0, 0, k)
			if k == 1 {
				r.RecordedAt = new(epoch.AddDate(0, 0, 10-i)) // filmed before or after the others
			}
			if k < 2 {
				r.Usable, r.RatePerMin = new(k == 0), new(float64(i+k))
				r.Consent = &record.Consent{Keep: true, Research: i%2 == 0, By: "self", At: epoch}
			}
			r.Protocol = new([]string{"short", "long"}[k%2])
			err := st.Tx(ctx, func(tx *sql.Tx) error { return st.AddRecording(ctx, tx, r) })
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, record.CohortRow{Person: *p, Recording: *r})
		}
	}
	slices.SortFunc(all, func(a, b record.CohortRow) int {
		return cmp.Or(cmp.Compare(a.Person.Code, b.Person.Code), cmp.Compare(a.Person.ID, b.Person.ID), a.Recording.When().Compare(b.Recording.When()), cmp.Compare(a.Recording.ID, b.Recording.ID))
	})
	return all
}

// cohort reads the table by every filter, as a whole and by pages of two, and holds it
// against the same choice made here.
func cohort(t *testing.T, st *store.Store) {
	ctx, all := context.Background(), cohortRows(t, st)
	day := func(n int) time.Time { return epoch.AddDate(0, 0, n) }
	rate := func(c *record.CohortRow) float64 {
		if c.Recording.RatePerMin == nil {
			return math.NaN()
		}
		return *c.Recording.RatePerMin
	}
	for name, x := range map[string]struct {
		f    record.CohortFilter
		want func(c *record.CohortRow) bool
	}{
		"all":      {record.CohortFilter{}, func(*record.CohortRow) bool { return true }},
		"name":     {record.CohortFilter{Q: " NAME 50%_2"}, func(c *record.CohortRow) bool { return c.Person.Name == "Name 50%_2" }},
		"code":     {record.CohortFilter{Q: "ä"}, func(c *record.CohortRow) bool { return c.Person.Code == "ä" }},
		"side":     {record.CohortFilter{Side: "left"}, func(c *record.CohortRow) bool { return *c.Person.AffectedSide == "left" }},
		"sex":      {record.CohortFilter{Sex: "m"}, func(c *record.CohortRow) bool { return *c.Person.Sex == "m" }},
		"protocol": {record.CohortFilter{Protocol: "long"}, func(c *record.CohortRow) bool { return *c.Recording.Protocol == "long" }},
		"from":     {record.CohortFilter{From: day(2)}, func(c *record.CohortRow) bool { return !c.Recording.When().Before(day(2)) }},
		"to":       {record.CohortFilter{To: day(2)}, func(c *record.CohortRow) bool { return !c.Recording.When().After(day(2)) }},
		"usable":   {record.CohortFilter{Usable: new(true)}, func(c *record.CohortRow) bool { return c.Recording.Usable != nil && *c.Recording.Usable }},
		"unusable": {record.CohortFilter{Usable: new(false)}, func(c *record.CohortRow) bool { return c.Recording.Usable != nil && !*c.Recording.Usable }},
		"research": {record.CohortFilter{Research: true}, func(c *record.CohortRow) bool { return c.Recording.MayResearch() }},
		"least":    {record.CohortFilter{MinRate: new(3.0)}, func(c *record.CohortRow) bool { return rate(c) >= 3 }},
		"most":     {record.CohortFilter{MaxRate: new(3.0)}, func(c *record.CohortRow) bool { return rate(c) <= 3 }},
		"several": {record.CohortFilter{Sex: "f", Usable: new(true), MinRate: new(1.0)}, func(c *record.CohortRow) bool {
			return *c.Person.Sex == "f" && c.Recording.Usable != nil && *c.Recording.Usable && rate(c) >= 1
		}},
	} {
		var want []string
		for i := range all {
			if x.want(&all[i]) {
				want = append(want, all[i].Recording.ID)
			}
		}
		whole, paged := cohortIDs(t, st, x.f, 0), cohortIDs(t, st, x.f, 2)
		if len(want) == 0 || !slices.Equal(whole, want) || !slices.Equal(paged, want) {
			t.Errorf("%s: %v and by pages %v, want %v", name, whole, paged, want)
		}
	}
	rows, err := st.Cohort(ctx, &record.CohortFilter{After: "gone"})
	if err != nil || len(rows) != 0 {
		t.Errorf("after a recording that is gone: %d, %v", len(rows), err)
	}
}

// cohortIDs are the recordings of the table's rows, read by pages of so many; 0: at once.
func cohortIDs(t *testing.T, st *store.Store, f record.CohortFilter, page int) []string {
	var out []string
	f.Limit = page
	for {
		rows, err := st.Cohort(context.Background(), &f)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, r.Recording.ID)
		}
		if page == 0 || len(rows) < page {
			return out
		}
		f.After = rows[len(rows)-1].Recording.ID
	}
}

// ratings are read by study and by recording, and are erased with the recording; a locked
// study's log says so.
func ratings(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "Rated")
	r, other := recording(p.ID), recording(p.ID)
	err := st.Tx(ctx, func(tx *sql.Tx) error {
		return errors.Join(st.AddRecording(ctx, tx, r), st.AddRecording(ctx, tx, other))
	})
	if err != nil {
		t.Fatal(err)
	}
	study := &record.Study{ID: record.NewID(), CreatedAt: epoch, CreatedBy: "a", LockedAt: new(epoch), Plan: record.Plan{Title: "t", Films: []string{r.ID, other.ID}, Raters: []string{"AB"}}}
	if err := st.SaveStudy(ctx, study, "", &record.StudyNote{ID: record.NewID(), At: epoch, What: "made"}); err != nil {
		t.Fatal(err)
	}
	for i, rec := range []string{r.ID, other.ID} {
		x := &record.StudyRating{Rater: "AB", N: i + 1, RecordingID: rec, DoneAt: new(epoch), Marks: []record.Mark{{Kind: event.Spasm, Side: "right", OnsetS: 1, OffsetS: 2}}}
		if err := st.SaveRating(ctx, study.ID, x, nil); err != nil {
			t.Fatal(err)
		}
	}
	of, err := st.RatingsOf(ctx, r.ID)
	if err != nil || len(of) != 1 || of[0].Study != study.ID || of[0].N != 1 || len(of[0].Marks) != 1 {
		t.Fatalf("%+v, %v", of, err)
	}
	if err := st.AddMarks(ctx, r.ID, &record.MarkSet{ID: record.NewID(), Rater: "x", At: epoch}); err != nil {
		t.Fatal(err)
	}
	err = st.Tx(ctx, func(tx *sql.Tx) error {
		return errors.Join(store.EraseRatings(ctx, tx, []string{r.ID}), st.NoteFilms(ctx, tx, []string{r.ID}, "erased", epoch), store.DeleteRow(ctx, tx, "recording", r.ID))
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := st.Ratings(ctx, study.ID, "")
	log, errLog := st.StudyLog(ctx, study.ID)
	marks, errMarks := st.Marks(ctx, r.ID)
	if err := errors.Join(err, errLog, errMarks); err != nil || len(all) != 1 || all[0].RecordingID != other.ID || len(log) != 2 || !strings.Contains(log[0].Detail+log[1].Detail, r.ID) || len(marks) != 0 {
		t.Errorf("%+v, %+v, %d marks, %v", all, log, len(marks), err)
	}
}
