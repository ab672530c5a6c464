package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// borisObservation is the part of an observation of a BORIS project that is
// used. An event is [time, subject, code, modifier, comment, frame].
type borisObservation struct {
	Events     [][]any `json:"events"`
	TimeOffset any     `json:"time offset"` // added by BORIS to the film's time, seconds
	MediaInfo  struct {
		Length map[string]float64 `json:"length"`
		FPS    map[string]float64 `json:"fps"`
		Offset map[string]any     `json:"offset"` // how much later than the observation each player begins, seconds
	} `json:"media_info"`
}

// firstPlayer is the player whose film is the recording.
const firstPlayer = "1"

// moved is how far the observation's times must go to be those of the film.
func (o borisObservation) moved() float64 {
	return -amount(o.TimeOffset) - amount(o.MediaInfo.Offset[firstPlayer])
}

// amount is a number, or the number that a text holds; 0 where it is none.
func amount(v any) float64 {
	f, ok := v.(float64)
	if s, text := v.(string); text {
		var err error
		f, err = commaOpen.seconds(s, nil)
		ok = err == nil
	}
	if !ok || !finite(f) {
		return 0
	}
	return f
}

// parseBoris reads the observations of a .boris project. State events are two
// rows with the same subject and code, in turn the start and the stop.
func parseBoris(raw json.RawMessage, points map[string]bool, rater string) (*Annotation, error) {
	var obs map[string]borisObservation
	if err := json.Unmarshal(raw, &obs); err != nil {
		return nil, fmt.Errorf("the BORIS project's observations cannot be read: %w", err)
	}
	names := make([]string, 0, len(obs))
	for n := range obs {
		names = append(names, n)
	}
	name, err := choose("observation", names, rater)
	if err != nil {
		return nil, err
	}
	o := obs[name]
	a := &Annotation{FileClock: true}
	a.DurationS, a.FrameRate = only(o.MediaInfo.Length), only(o.MediaInfo.FPS)
	rows := make([]borisRow, 0, len(o.Events))
	for i, e := range o.Events {
		if len(e) < 3 {
			return nil, fmt.Errorf("event %d of the BORIS project has %d fields instead of 5 or 6", i+1, len(e))
		}
		at, ok := e[0].(float64)
		if !ok {
			if at, err = commaOpen.seconds(fmt.Sprint(e[0]), only(o.MediaInfo.FPS)); err != nil {
				return nil, fmt.Errorf("event %d of the BORIS project has no time", i+1)
			}
		}
		r := borisRow{at: at, subject: str(e[1]), code: str(e[2])}
		if len(e) > 3 {
			r.modifiers = str(e[3])
		}
		rows = append(rows, r)
	}
	for i := range rows {
		if points[rows[i].code] {
			rows[i].mark = "POINT"
		}
	}
	if err := pair(a, rows); err != nil {
		return nil, err
	}
	a.moveBy(o.moved())
	return a, nil
}

// borisRow is one row of an observation: a start, a stop or a point.
type borisRow struct {
	at                             float64
	subject, code, modifiers, mark string
}

// runs says that the row may stop what s has started: the same behavior of the
// same subject, and the same modifiers or none.
func (r borisRow) runs(s borisRow) bool {
	return r.subject == s.subject && r.code == s.code && (r.modifiers == s.modifiers || !says(r.modifiers))
}

// says tells modifiers from none at all.
func says(modifiers string) bool {
	m := strings.Trim(strings.ToLower(modifiers), " |")
	return m != "" && m != "none" && m != "na"
}

// label joins all that the row says; the behavior's code counts before the
// subject and the modifiers.
func (r borisRow) label() label {
	return parseLabel(r.code).or(parseLabel(r.modifiers)).or(parseLabel(r.subject))
}

// pair turns starts and stops into events, in the order of time. Rows without a
// mark, as in a project's file, start and stop in turn.
func pair(a *Annotation, rows []borisRow) error {
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].at < rows[j].at })
	c := collect{a: a}
	var open []borisRow
	for _, r := range rows {
		at := slices.IndexFunc(open, r.runs)
		mark := r.mark
		if mark == "" {
			mark = map[bool]string{true: "STOP", false: "START"}[at >= 0]
		}
		switch mark {
		case "START":
			if i := slices.IndexFunc(open, func(s borisRow) bool { return s.runs(r) && r.runs(s) }); i >= 0 {
				return fmt.Errorf("behavior %.40q starts at %g s and again at %g s without a stop", r.code, open[i].at, r.at)
			}
			open = append(open, r)
		case "STOP":
			if at < 0 { // the modifiers may have been chosen when it stopped
				at = slices.IndexFunc(open, func(s borisRow) bool { return s.subject == r.subject && s.code == r.code && !says(s.modifiers) })
			}
			if at < 0 {
				return fmt.Errorf("behavior %.40q stops at %g s without a start", r.code, r.at)
			}
			s := open[at]
			open = slices.Delete(open, at, at+1)
			c.add(s.label().or(r.label()), s.code, s.at, r.at)
		case "POINT":
			c.add(r.label(), r.code, r.at, r.at)
		default:
			return fmt.Errorf("behavior type %.40q is not START, STOP or POINT", r.mark)
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("behavior %.40q has a start at %g s without a stop", open[0].code, open[0].at)
	}
	return nil
}

// boris reads a tabular export (one row a start, stop or point) or an
// aggregated one (one row an event).
func (t *table) boris(rater string) (*Annotation, error) {
	a := &Annotation{FileClock: true}
	c := collect{a: a}
	type line struct {
		obs   string
		row   borisRow
		stop  float64
		moved float64
	}
	var lines []line
	var names []string
	seen := map[string]bool{}
	aggregated := t.has("start_s")
	for {
		more, err := t.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if strings.TrimSpace(strings.Join(t.row, "")) == "" {
			continue
		}
		l := line{obs: t.get("observation_id")}
		l.row = borisRow{subject: t.get("subject"), code: t.get(behaviorNames...), mark: strings.ToUpper(t.get(markNames...))}
		for _, i := range t.modifiers {
			if i < len(t.row) {
				l.row.modifiers += " " + t.row[i]
			}
		}
		if l.row.at, err = t.number(timeNames...); err != nil {
			return nil, err
		}
		if aggregated {
			if l.stop, err = t.number("stop_s"); err != nil {
				l.stop = l.row.at // a point event has no stop
			}
		}
		if v, err := t.comma.number(t.get("media_duration_s", "total_length")); err == nil {
			a.DurationS = &v
		}
		if v, err := t.comma.number(t.get("fps", "fps_frame_s")); err == nil {
			a.FrameRate = &v
		}
		if v, err := t.comma.number(t.get("time_offset_s")); err == nil && finite(v) {
			l.moved = -v
		}
		if !seen[l.obs] {
			seen[l.obs] = true
			names = append(names, l.obs)
		}
		if lines = append(lines, l); len(lines) > maxEvents {
			return nil, fmt.Errorf("more than %d rows", maxEvents)
		}
	}
	name, err := choose("observation", names, rater)
	if err != nil {
		return nil, err
	}
	var rows []borisRow
	moved := 0.0
	for _, l := range lines {
		if l.obs == name {
			moved = l.moved
		}
		switch {
		case l.obs != name:
		case aggregated:
			c.add(l.row.label(), l.row.code, l.row.at, l.stop)
		default:
			rows = append(rows, l.row)
		}
	}
	if err := pair(a, rows); err != nil {
		return nil, err
	}
	a.moveBy(moved)
	return a, nil
}

// choose picks the named one, or the only one.
func choose(what string, names []string, want string) (string, error) {
	sort.Strings(names)
	list := strings.Join(names, ", ")
	if len(list) > 200 {
		list = list[:200] + "…"
	}
	switch {
	case want != "":
		for _, n := range names {
			if n == want {
				return n, nil
			}
		}
		return "", fmt.Errorf("no %s %q (there are: %s)", what, want, list)
	case len(names) == 1:
		return names[0], nil
	case len(names) == 0:
		return "", errors.New("holds no " + what)
	}
	return "", fmt.Errorf("holds several %ss (%s): name one", what, list)
}

func only(m map[string]float64) *float64 {
	if len(m) != 1 {
		return nil
	}
	for _, v := range m {
		return &v
	}
	return nil
}

// str is a text, or the texts of a list.
func str(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		var all []string
		for _, x := range v {
			all = append(all, str(x))
		}
		return strings.Join(all, " | ")
	}
	return ""
}
