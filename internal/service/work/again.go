package work

import (
	"context"
	"database/sql"

	"facialis/internal/pipeline"
	"facialis/internal/service/record"
)

// MeasuredBy names how this program measures, as report.Provenance.MeasuredBy does
// for what it measured.
func (w *Worker) MeasuredBy() string { return w.measuresBy(false) }

// measuresBy is MeasuredBy of a film by day, or of one of a night.
func (w *Worker) measuresBy(night bool) string {
	opt := pipeline.DefaultOptions()
	opt.Version, opt.Night = w.Version, night
	return pipeline.Settings(opt.AsMeasured()).MeasuredBy()
}

// Older are a person's recordings that were measured in another way than this
// program measures, and whose analysis is over.
func (w *Worker) Older(ctx context.Context, person string) ([]record.Recording, error) {
	recs, err := w.Store.Recordings(ctx, person)
	if err != nil {
		return nil, err
	}
	now := map[bool]string{false: w.measuresBy(false), true: w.measuresBy(true)}
	var out []record.Recording
	for i := range recs {
		r := &recs[i]
		if r.Analysis == "" || !r.State.Over() || r.Reduced() || r.ToReduce() {
			continue
		}
		a, err := w.Analysis(ctx, r)
		if err != nil {
			return nil, err
		}
		if a.Provenance.MeasuredBy() != now[ofNight(r)] {
			out = append(out, *r)
		}
	}
	return out, nil
}

// AgainAll queues the analysis of a person's older recordings behind whatever else
// waits, and gives their number. What holds now holds until each is done.
func (w *Worker) AgainAll(ctx context.Context, person string) (int, error) {
	recs, err := w.Older(ctx, person)
	if err != nil {
		return 0, err
	}
	for i := range recs {
		r := &recs[i]
		if err := w.Queue.Cancel(ctx, PlayJob, r.ID); err != nil { // it comes again after the analysis
			return i, err
		}
		w.Queue.Wait(PlayJob, r.ID)
		w.Hub.expect(r)
		err := w.Store.Tx(ctx, func(tx *sql.Tx) error {
			if err := w.Store.SetStateTx(ctx, tx, r.ID, record.Queued, nil, 0); err != nil {
				return err
			}
			return w.Queue.InsertBehind(ctx, tx, AnalyzeJob, r.ID, r.PersonID, length(r))
		})
		if err != nil {
			w.Hub.forget(r)
			return i, err
		}
		r.State, r.Problem, r.Attempts = record.Queued, nil, 0
		w.Hub.tell(r)
	}
	return len(recs), nil
}
