package work

import (
	"context"
	"time"
)

// tidyEvery is how often the data folder is tidied.
const tidyEvery = time.Hour

// Tidy does what has to be done from time to time: it drops uploads that nobody
// goes on with, deletes for good what has been in the bin for its time, removes
// what waits to be removed, and brings the descriptions beside the films up to
// date. Only one process may do it at a time.
func (w *Worker) Tidy(ctx context.Context, now time.Time) error {
	if err := w.dropStale(ctx, now); err != nil {
		return err
	}
	if err := w.purgeOld(ctx, now); err != nil {
		return err
	}
	if err := w.empty(ctx); err != nil {
		return err
	}
	if err := w.Blobs.Sweep("films"); err != nil {
		return err
	}
	return w.describeAll(ctx)
}

// soonEvery is how long a changed diary waits for its description at most.
const soonEvery = 30 * time.Second

// Soon has what is kept of a person beside their films described before long:
// a diary changes often, and all of it is written each time.
func (w *Worker) Soon(person string) {
	w.waiting.Lock()
	defer w.waiting.Unlock()
	w.soon[person] = true
}

// describeSoon describes the people that wait for it.
func (w *Worker) describeSoon(ctx context.Context) {
	w.waiting.Lock()
	people := w.soon
	w.soon = map[string]bool{}
	w.waiting.Unlock()
	for id := range people {
		w.described(w.DescribePerson(ctx, id))
	}
}

// lookEvery is how often a process asks whether it is the one that tidies.
const lookEvery = 10 * time.Second

// tidying tidies now and then every hour until the context ends, where no other
// process on the same database does. A description that waits is written before.
func (w *Worker) tidying(ctx context.Context, every time.Duration) {
	defer close(w.tidied)
	tick := time.NewTicker(min(every, soonEvery, w.look))
	defer tick.Stop()
	defer func() {
		if w.place != nil {
			w.place.Leave()
			w.place = nil
		}
	}()
	for {
		if err := w.lead(ctx, time.Now()); err != nil && ctx.Err() == nil {
			w.Log.Warn("tidying the data folder failed; it is tried again", "error", err.Error())
		}
		w.describeSoon(context.WithoutCancel(ctx))
		select {
		case <-ctx.Done():
			w.describeSoon(context.WithoutCancel(ctx))
			return
		case <-tick.C:
		}
	}
}
