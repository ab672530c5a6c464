package record

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
	"facialis/words"
)

// The operations of a correction.
const (
	Confirm = "confirm"
	Reject  = "reject"
	Move    = "move"
	Add     = "add"
	Relabel = "relabel"
	Undo    = "undo"
)

// Edit is one thing that somebody says about a recording's events.
type Edit struct {
	Op      string            `json:"op" enum:"confirm,reject,move,add,relabel,undo"`
	EventID *string           `json:"event_id,omitempty" maxLength:"60" doc:"The event it speaks of; none for add and undo"`
	OnsetS  *float64          `json:"onset_s,omitempty" minimum:"0"`
	OffsetS *float64          `json:"offset_s,omitempty" minimum:"0"`
	Side    *anatomy.Side     `json:"side,omitempty" enum:"right,left,both,unknown"`
	Kind    *event.Kind       `json:"kind,omitempty" enum:"blink,voluntary,spasm,synkinesis,other"`
	Form    *event.Form       `json:"form,omitempty" enum:"twitch,clonic,tonic"`
	Lead    *anatomy.Region   `json:"lead,omitempty" enum:"frontalis,orbicularis_oculi,malar,zygomaticus,orbicularis_oris,depressor,mentalis,platysma"`
	Regions *[]anatomy.Region `json:"regions,omitempty" doc:"The regions that take part; their measured sizes are kept where the program has them"`
	Note    *string           `json:"note,omitempty" maxLength:"2000"`
}

// Correction is an edit with who made it and when.
type Correction struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	By string    `json:"by"`
	Edit
	// Was is the machine's event that the edit spoke of, so that it can be found
	// again after another analysis; null for what was added by hand.
	Was *event.Event `json:"was"`
}

// Status is what became of an event.
type Status string

// The statuses of a corrected event.
const (
	ByMachine Status = "machine"
	Confirmed Status = "confirmed"
	Rejected  Status = "rejected"
	Moved     Status = "moved"
	Added     Status = "added"
	Relabeled Status = "relabelled"
)

// CorrectedEvent is an event as it stands after the corrections.
type CorrectedEvent struct {
	event.Event
	Status  Status       `json:"status" enum:"machine,confirmed,rejected,moved,added,relabelled"`
	Machine *event.Event `json:"machine"` // what the program itself found; null for an added event
	By      *string      `json:"by"`      // who spoke last
	At      *time.Time   `json:"at"`
	Note    *string      `json:"note"`
}

// Standing are the corrections that hold: those neither an undo nor undone.
func Standing(all []Correction) []Correction {
	var out []Correction
	for _, c := range all {
		switch {
		case c.Op != Undo:
			out = append(out, c)
		case len(out) > 0:
			out = out[:len(out)-1]
		}
	}
	return out
}

// Events are the machine's events with all corrections applied, by onset. It
// never changes what it is given. Episodes and attacks are counted again over
// the spasms that are not rejected; none goes on over one of the recording's
// joints (s, ascending).
func Events(machine []event.Event, corrections []Correction, p spasm.Params, joints []float64) []CorrectedEvent {
	out := make([]CorrectedEvent, len(machine))
	at := map[string]int{}
	for i := range machine {
		own := clone(machine[i])
		out[i] = CorrectedEvent{Event: clone(own), Status: ByMachine, Machine: &own}
		at[own.ID] = i
	}
	for _, c := range Standing(corrections) {
		if c.Op == Add {
			at[AddedID(c.ID)] = len(out)
			out = append(out, added(c))
			continue
		}
		if c.EventID == nil {
			continue
		}
		i, ok := find(out, at, c)
		if !ok {
			if c.Was == nil || c.Op == Reject {
				continue // nothing of it is left to reject
			}
			// The analysis that holds now does not have the event, but somebody
			// saw it: it stands as theirs.
			e := clone(*c.Was)
			e.ID = AddedID(c.ID)
			i = len(out)
			at[*c.EventID], at[e.ID] = i, i
			out = append(out, CorrectedEvent{Event: e, Status: Added})
		}
		apply(&out[i], c)
	}
	slices.SortStableFunc(out, func(a, b CorrectedEvent) int {
		return cmp.Or(cmp.Compare(a.OnsetS, b.OnsetS), cmp.Compare(a.ID, b.ID))
	})
	regroup(out, p, joints)
	return out
}

// Counted are the events that figures follow: all but the rejected.
func Counted(all []CorrectedEvent) []event.Event {
	out := make([]event.Event, 0, len(all))
	for _, e := range all {
		if e.Status != Rejected {
			out = append(out, e.Event)
		}
	}
	return out
}

// AddedID is the id of the event that a correction added.
func AddedID(correction string) string { return "a" + correction }

// find is the event that a correction speaks of: by its id where that is still
// the event it was, else the machine's event of the same side that overlaps most
// with what it was.
func find(out []CorrectedEvent, at map[string]int, c Correction) (int, bool) {
	i, ok := at[*c.EventID]
	if c.Was == nil || ok && (out[i].Machine == nil || same(*out[i].Machine, *c.Was)) {
		return i, ok
	}
	best, most := -1, 0.0
	for k, e := range out {
		if e.Machine == nil || e.Machine.Side != c.Was.Side {
			continue
		}
		both := min(e.Machine.OffsetS, c.Was.OffsetS) - max(e.Machine.OnsetS, c.Was.OnsetS)
		if share := both / max(e.Machine.Duration(), c.Was.Duration()); share >= 0.3 && share > most {
			best, most = k, share
		}
	}
	return best, best >= 0
}

func same(a, b event.Event) bool {
	return a.Side == b.Side && math.Abs(a.OnsetS-b.OnsetS) < 0.001 && math.Abs(a.OffsetS-b.OffsetS) < 0.001
}

// apply puts one correction into an event.
func apply(e *CorrectedEvent, c Correction) {
	switch c.Op {
	case Reject:
		e.Status = Rejected
	case Confirm:
		if e.Status == ByMachine || e.Status == Rejected {
			e.Status = Confirmed
		}
	case Move:
		shift(&e.Event, c.OnsetS, c.OffsetS)
		if e.Machine != nil {
			e.Status = Moved
		} else {
			e.Status = Added
		}
	case Relabel:
		relabel(&e.Event, c.Edit)
		if e.Machine != nil {
			e.Status = Relabeled
		} else {
			e.Status = Added
		}
	}
	by, when := c.By, c.At
	e.By, e.At = &by, &when
	if c.Note != nil {
		e.Note = c.Note
	}
}

// shift moves an event's ends; its regions' onsets go along with its onset.
func shift(e *event.Event, onset, offset *float64) {
	if onset != nil {
		by := *onset - e.OnsetS
		e.OnsetS = *onset
		for i := range e.Regions {
			e.Regions[i].OnsetS += by
		}
	}
	if offset != nil {
		e.OffsetS = *offset
	}
}

// relabel changes what is said of an event. Another side or another set of
// regions keeps the sizes of the regions that were measured.
func relabel(e *event.Event, d Edit) {
	if d.Kind != nil {
		if *d.Kind != e.Kind { // the rules gave their reasons for another kind
			e.Reasons = []string{}
		}
		e.Kind = *d.Kind
	}
	if d.Form != nil {
		e.Form = *d.Form
	}
	if d.Side != nil {
		e.Side = *d.Side
	}
	if d.Lead != nil {
		e.Lead, e.LeadTied = *d.Lead, []anatomy.Region{}
	}
	switch {
	case d.Regions != nil:
		e.Regions = takePart(*e, *d.Regions)
	case d.Side != nil:
		var names []anatomy.Region
		for _, r := range e.Regions {
			if !slices.Contains(names, r.Region) {
				names = append(names, r.Region)
			}
		}
		e.Regions = takePart(*e, names)
	}
}

// takePart lists regions on an event's side or sides, with the sizes that the
// event already has of them.
func takePart(e event.Event, names []anatomy.Region) []event.RegionMovement {
	sides := []anatomy.Side{e.Side}
	if e.Side == anatomy.Both {
		sides = []anatomy.Side{anatomy.Right, anatomy.Left}
	}
	out := []event.RegionMovement{}
	for _, n := range names {
		for _, s := range sides {
			m := event.RegionMovement{Region: n, Side: s, OnsetS: e.OnsetS}
			for _, r := range e.Regions {
				if r.Region == n && r.Side == s {
					m = r
				}
			}
			out = append(out, m)
		}
	}
	return out
}

// added is the event that an add makes.
func added(c Correction) CorrectedEvent {
	e := event.Event{ID: AddedID(c.ID), Kind: event.Spasm, Form: event.Twitch, Side: anatomy.Right,
		LeadTied: []anatomy.Region{}, Regions: []event.RegionMovement{}, Twitches: 1, Confidence: 1, Reasons: []string{}}
	if c.OnsetS != nil {
		e.OnsetS = *c.OnsetS
	}
	e.OffsetS = e.OnsetS
	shift(&e, nil, c.OffsetS)
	relabel(&e, c.Edit)
	if c.Lead == nil && len(e.Regions) > 0 {
		e.Lead = e.Regions[0].Region
	}
	if e.Lead == "" {
		e.Lead = anatomy.OrbicularisOculi
	}
	if len(e.Regions) == 0 {
		e.Regions = takePart(e, []anatomy.Region{e.Lead})
	}
	by, when := c.By, c.At
	return CorrectedEvent{Event: e, Status: Added, By: &by, At: &when, Note: c.Note}
}

// regroup numbers episodes and attacks over what counts.
func regroup(out []CorrectedEvent, p spasm.Params, joints []float64) {
	var at []int
	var list []event.Event
	for i := range out {
		out[i].Episode, out[i].Attack = nil, nil
		if out[i].Status != Rejected {
			at, list = append(at, i), append(list, out[i].Event)
		}
	}
	spasm.Group(list, p, joints)
	for k, i := range at {
		out[i].Event = list[k]
	}
}

// clone is a copy that shares nothing that a correction changes. An analysis of an
// older program may lack some of its lists; they are empty here.
func clone(e event.Event) event.Event {
	e.LeadTied = append([]anatomy.Region{}, e.LeadTied...)
	e.Reasons = append([]string{}, e.Reasons...)
	e.Regions = append([]event.RegionMovement{}, e.Regions...)
	return e
}

// Possible says whether an edit could be made in some recording of the given length
// in seconds, whatever its events are.
func (d *Edit) Possible(length float64) error {
	for _, x := range []*float64{d.OnsetS, d.OffsetS} {
		if x != nil && (math.IsNaN(*x) || *x < 0 || *x > length+1) {
			return invalid("record.invalid.times", words.Args{"Length": fmt.Sprintf("%.2f", length)})
		}
	}
	if d.Note != nil && badText(*d.Note, 2000) {
		return invalid("record.invalid.note")
	}
	if d.Regions != nil && len(*d.Regions) > 2*len(anatomy.Regions) {
		return invalid("record.invalid.regions")
	}
	var regions []anatomy.Region
	if d.Regions != nil {
		regions = append(regions, *d.Regions...)
	}
	if d.Lead != nil {
		regions = append(regions, *d.Lead)
	}
	for _, r := range regions {
		if !slices.Contains(anatomy.Regions, r) {
			return invalid("record.invalid.region", words.Args{"Region": fmt.Sprintf("%q", clip(string(r)))})
		}
	}
	if !among(d.Side, anatomy.Right, anatomy.Left, anatomy.Both, anatomy.Unknown) || !among(d.Form, event.Twitch, event.Clonic, event.Tonic) ||
		!among(d.Kind, event.Blink, event.Voluntary, event.Spasm, event.Synkinesis, event.Other) {
		return invalid("record.invalid.event")
	}
	switch d.Op {
	case Add:
		if d.OnsetS == nil || d.OffsetS == nil || d.Side == nil || d.Kind == nil {
			return invalid("record.invalid.event.add")
		}
		if *d.OffsetS <= *d.OnsetS {
			return invalid("record.invalid.event.order")
		}
	case Undo, Confirm, Reject, Move, Relabel:
	default:
		return invalid("record.invalid.operation", words.Args{"Operation": fmt.Sprintf("%q", clip(d.Op))})
	}
	return nil
}

// among reports whether a value is missing or one of the given.
func among[T comparable](v *T, of ...T) bool { return v == nil || slices.Contains(of, *v) }

// Check says whether an edit can be made to the events as they stand, in a
// recording of the given length in seconds.
func (d *Edit) Check(now []CorrectedEvent, length float64) error {
	if err := d.Possible(length); err != nil {
		return err
	}
	if d.Op == Add || d.Op == Undo {
		return nil
	}
	var target *CorrectedEvent
	if d.EventID != nil {
		for i := range now {
			if now[i].ID == *d.EventID {
				target = &now[i]
			}
		}
	}
	if target == nil {
		return invalid("record.invalid.event.none")
	}
	switch d.Op {
	case Move:
		on, off := target.OnsetS, target.OffsetS
		if d.OnsetS != nil {
			on = *d.OnsetS
		}
		if d.OffsetS != nil {
			off = *d.OffsetS
		}
		if d.OnsetS == nil && d.OffsetS == nil || off <= on {
			return invalid("record.invalid.event.move")
		}
	case Relabel:
		if d.Kind == nil && d.Form == nil && d.Side == nil && d.Lead == nil && d.Regions == nil && d.Note == nil {
			return invalid("record.invalid.event.relabel")
		}
	}
	return nil
}

// Target is the machine's event that an edit speaks of, nil when it speaks of
// none.
func (d *Edit) Target(now []CorrectedEvent) *event.Event {
	if d.EventID == nil {
		return nil
	}
	for _, e := range now {
		if e.ID == *d.EventID && e.Machine != nil {
			m := *e.Machine
			return &m
		}
	}
	return nil
}

// String is for test failures.
func (c Correction) String() string {
	id := ""
	if c.EventID != nil {
		id = *c.EventID
	}
	return fmt.Sprintf("%s(%s %v %v)", c.Op, id, c.OnsetS, c.OffsetS)
}
