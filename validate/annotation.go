package validate

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// Annotation is what one rater says happened in a recording: the drawn truth
// of a phantom, a person's marks, or the program's own result. All raters are
// compared in this one form.
type Annotation struct {
	Source    string        // the file it was read from
	Rater     string        // tier or observation chosen within the file; empty for the whole file
	DurationS *float64      // length of the recording, seconds; nil where the file does not say
	FrameRate *float64      // frames a second; nil where the file does not say
	Tasks     []event.Task  // stretches of the protocol
	Events    []event.Event // by onset
	FileClock bool          // times are those of the file as ELAN and BORIS play it, not from the first picture
	Clock     *Clock        // how the two go together; nil where the file does not say
	MovedS    float64       // by how much the file's own times were moved to its film's: ELAN's TIME_ORIGIN, BORIS's time and media offsets
	Unknown   []string      // labels that name no kind of event and were left out, each once
}

// maxEvents bounds what a file may hold: more than one event every 0.1 s
// through a whole day is no annotation.
const maxEvents = 1_000_000

// finish checks and orders what a parser has read.
func (a *Annotation) finish() error {
	if len(a.Events) > maxEvents {
		return fmt.Errorf("more than %d events", maxEvents)
	}
	for i := range a.Events {
		if err := check(&a.Events[i]); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
	}
	if d := a.DurationS; d != nil && (!finite(*d) || *d <= 0) {
		a.DurationS = nil
	}
	if f := a.FrameRate; f != nil && (!finite(*f) || *f <= 0) {
		a.FrameRate = nil
	}
	sort.SliceStable(a.Events, func(i, j int) bool { return a.Events[i].OnsetS < a.Events[j].OnsetS })
	return nil
}

var (
	kinds = []event.Kind{event.Blink, event.Voluntary, event.Spasm, event.Synkinesis, event.Other}
	sides = []anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both}
	forms = []event.Form{event.Twitch, event.Clonic, event.Tonic}
)

// maxTimeS bounds times: a month.
const maxTimeS = 31 * 24 * 3600

func check(e *event.Event) error {
	if !finite(e.OnsetS) || !finite(e.OffsetS) || e.OnsetS < -maxTimeS || e.OffsetS > maxTimeS {
		return fmt.Errorf("times %g to %g are not those of a recording", e.OnsetS, e.OffsetS)
	}
	if e.OffsetS < e.OnsetS {
		return fmt.Errorf("ends at %g s, before it begins at %g s", e.OffsetS, e.OnsetS)
	}
	if !slices.Contains(kinds, e.Kind) {
		return fmt.Errorf("kind %.40q is not one of blink, voluntary, spasm, synkinesis, other", e.Kind)
	}
	if e.Side == anatomy.Unknown { // here a side that is not known is empty
		e.Side = ""
	}
	if e.Side != "" && !slices.Contains(sides, e.Side) {
		return fmt.Errorf("side %.40q is not right, left or both", e.Side)
	}
	if e.Form != "" && !slices.Contains(forms, e.Form) {
		return fmt.Errorf("form %.40q is not twitch, clonic or tonic", e.Form)
	}
	if e.Lead != "" && !slices.Contains(anatomy.Regions, e.Lead) {
		return fmt.Errorf("region %.40q is not known", e.Lead)
	}
	for _, r := range e.Regions {
		if !slices.Contains(anatomy.Regions, r.Region) {
			return fmt.Errorf("region %.40q is not known", r.Region)
		}
		if r.PeakMM != nil && (!finite(*r.PeakMM) || *r.PeakMM < 0) {
			return fmt.Errorf("peak of %s is not a length", r.Region)
		}
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// peakMM is the largest displacement of any region of the event, nil where no
// region has one.
func peakMM(e event.Event) *float64 {
	var top *float64
	for _, r := range e.Regions {
		if r.PeakMM != nil && (top == nil || *r.PeakMM > *top) {
			top = r.PeakMM
		}
	}
	return top
}
