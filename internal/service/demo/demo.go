package demo

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"time"

	"facialis/anatomy"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/phantom"
	"facialis/words"
)

func note() string { return words.Default().Say("demo.note") }

// Fill writes the drawn patients into a store that holds nobody. It reports
// whether it did.
func Fill(ctx context.Context, st *store.Store, now time.Time) (bool, error) {
	now = record.Micros(now)
	filled := false
	err := st.Tx(ctx, func(tx *sql.Tx) error {
		empty, err := store.Empty(ctx, tx)
		if err != nil || !empty {
			return err
		}
		for i := range patients {
			if err := patients[i].write(ctx, st, tx, now, uint64(i)); err != nil {
				return fmt.Errorf("drawing a patient: %w", err)
			}
		}
		filled = true
		return nil
	})
	return filled, err
}

// write writes one patient: the person, the answers, the diary, and recordings
// whose films are still to be drawn.
func (p *patient) write(ctx context.Context, st *store.Store, tx *sql.Tx, now time.Time, seed uint64) error {
	person := &record.Person{ID: record.NewID(), Name: p.name(), Code: p.code, BirthYear: &p.year, Sex: &p.sex, AffectedSide: ptr(string(p.side)),
		Note: note(), Drawn: true, CreatedAt: now, UpdatedAt: now}
	if err := person.Check(); err != nil {
		return err
	}
	if err := st.AddPersonTx(ctx, tx, person); err != nil {
		return err
	}
	a := record.NewAnswers()
	if err := a.Merge(p.answers, now); err != nil {
		return err
	}
	if err := st.SetAnswers(ctx, tx, person.ID, a); err != nil {
		return err
	}
	entries, err := p.diary(now, rand.New(rand.NewPCG(seed, 20260101)))
	if err != nil {
		return err
	}
	for i := range entries {
		if err := st.AddEntry(ctx, tx, person.ID, &entries[i], now); err != nil {
			return err
		}
	}
	for _, f := range p.films {
		spec, err := f.spec()
		if err != nil {
			return err
		}
		at := now.AddDate(0, 0, -f.daysAgo)
		r := &record.Recording{ID: record.NewID(), PersonID: person.ID, CreatedAt: now, State: record.Queued, Type: "video/mp4",
			Film: record.Film{Label: f.label(), RecordedAt: &at}}
		for _, t := range spec.Tasks {
			r.Tasks = append(r.Tasks, spasmTask(t))
		}
		if err := st.AddRecording(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// diary draws the daily checks, with their treatments and visits. About one day
// in seven was forgotten.
func (p *patient) diary(now time.Time, rng *rand.Rand) ([]record.Entry, error) {
	var out []record.Entry
	add := func(kind string, ago, hour int, data any) error {
		b, err := json.Marshal(data)
		if err != nil {
			return err
		}
		d := now.AddDate(0, 0, -ago)
		at := time.Date(d.Year(), d.Month(), d.Day(), hour, 30, 0, 0, time.UTC)
		if at.After(now) {
			at = now
		}
		e := record.Entry{ID: record.NewID(), Kind: kind, At: at, UpdatedAt: at, Data: b}
		if err := e.Check(); err != nil {
			return err
		}
		out = append(out, e)
		return nil
	}
	tenth := func(x float64) *float64 { return ptr(math.Round(10*x) / 10) }
	scale := func(x float64) *float64 { return ptr(math.Round(max(0, min(10, x)))) }
	for ago := p.days; ago > 0; ago-- {
		sleep := max(3.5, min(9.5, 7+rng.NormFloat64()))
		if rng.Float64() < 0.15 {
			continue
		}
		level := p.level(ago) * math.Exp(0.12*(7-sleep)+0.2*rng.NormFloat64())
		bad := min(1, level/25)
		worst, _ := anatomy.Of(p.worst(ago))
		region := string(worst.Word)
		d := record.DayData{Date: day(now, ago), Attacks: ptr(math.Round(level)), SleepH: tenth(sleep), SleepQuality: scale(sleep + rng.NormFloat64()),
			Pain: scale(1 + 2*bad + rng.NormFloat64()), Headache: scale(1 + bad + rng.NormFloat64()), Tinnitus: scale(rng.NormFloat64()),
			Mood: scale(7 - 3*bad + rng.NormFloat64()), Triggers: []string{}}
		if *d.Attacks > 0 {
			d.LongestS, d.WorstRegion = ptr(math.Round(3+25*bad*math.Exp(0.3*rng.NormFloat64()))), &region
		}
		if sleep < 6 {
			d.Triggers = append(d.Triggers, words.Default().Say("demo.trigger"))
		}
		if err := add("day", ago, 20, d); err != nil {
			return nil, err
		}
	}
	if p.treatments != nil {
		for _, t := range p.treatments(now) {
			from, err := time.Parse(time.DateOnly, t.From)
			if err != nil {
				return nil, err
			}
			t.Note = note()
			if err := add("treatment", int(now.Sub(from).Hours()/24), 9, t); err != nil {
				return nil, err
			}
		}
	}
	for _, ago := range p.visits {
		if err := add("visit", ago, 10, record.VisitData{With: ptr(words.Default().Say("demo.clinic")), Note: note()}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// spec is what is drawn.
func (f *film) spec() (*phantom.Spec, error) {
	s, err := phantom.Preset(f.preset)
	if err != nil {
		return nil, err
	}
	s.SetSeconds(seconds)
	s.Camera.Width, s.Camera.Height, s.Camera.FPS, s.Camera.FaceHeight = 640, 480, 30, 0.6
	s.Seed = f.seed
	for i := range s.Generators {
		s.Generators[i].RatePerMin *= f.rate
	}
	return s, s.Validate()
}

// turn puts what is drawn on the patient's side.
func (p *patient) turn(s *phantom.Spec) {
	if p.side == "left" || p.side == "right" {
		s.SetSide(p.side)
	}
}

// Draw draws the film of a recording that Fill wrote into the file at path. It
// reports whether the recording is one of them.
func Draw(ctx context.Context, r *record.Recording, path string, progress func(share float64)) (bool, error) {
	for _, p := range patients {
		for _, f := range p.films {
			if f.label() != r.Label {
				continue
			}
			s, err := f.spec()
			if err != nil {
				return true, err
			}
			p.turn(s)
			_, err = phantom.Render(ctx, s, filepath.Clean(path), func(done, total int) { progress(float64(done) / float64(total)) })
			return true, err
		}
	}
	return false, nil
}
