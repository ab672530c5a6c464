package assess

import (
	"slices"
	"strconv"
	"time"

	"facialis/interview"
	"facialis/words"
)

// Input is what an assessment rests on. Every part may be missing.
type Input struct {
	Video   *Video
	Answers *interview.Response
	Diary   []Entry
	// Treatments are those that the diary names; they hold beside the answers.
	Treatments []Treatment
	// Ratings are what examiners read on scales; they stand beside the program's grades.
	Ratings []Rating
	// Purpose is "compare" (the default) or "measure": what was seen and how it
	// changes, without a word on what it may be. Emergencies are told in either.
	Purpose string
	Setting string    // "public" (the default) or "clinic"
	Today   time.Time // months are counted up to here; the answers' own date if zero
	// Language is the one in which the report speaks; nil is the process's own.
	Language *words.Language
}

// Rating is an examiner's own reading of a scale.
type Rating struct {
	Grade string    `json:"grade"` // the scale's id
	Value float64   `json:"value"`
	By    string    `json:"by"` // who examined; may be empty
	At    time.Time `json:"at"`
}

// Treatment is one treatment of the diary: Kind is what the interview calls it
// ("botulinum", "decompression", "drugs", "other").
type Treatment struct {
	Kind string
	From time.Time
	To   time.Time // zero while it goes on, or where it is over on its day
}

const daysPerMonth = 30.4375

// toxinDays is how long an injection is taken to act, days: four months, as the
// question asks. The published mean is 113 days, with 56 from one person to the next.
const toxinDays = 122

// treatments adds what the diary names to what was answered, and returns the day of
// the last decompression.
func treatments(list []Treatment, today time.Time, f interview.Facts) (operated time.Time) {
	told, _ := f["treated"].([]string)
	told = slices.DeleteFunc(slices.Clone(told), func(s string) bool { return s == "none" && len(list) > 0 })
	for _, t := range list {
		kind := t.Kind
		switch {
		case t.From.After(today):
			continue // planned
		case kind == "drugs" && !t.To.IsZero() && t.To.Before(today):
			continue // over
		case kind == "botulinum" && today.Sub(t.From).Hours()/24 > toxinDays:
			kind = "botulinum_past"
		case kind == "decompression" && t.From.After(operated):
			operated = t.From
		}
		told = append(told, kind)
	}
	if len(told) > 0 {
		slices.Sort(told)
		f["treated"] = slices.Compact(told)
	}
	return operated
}

// day is the day up to which months are counted, "" if not known.
func (in Input) day() string {
	t := in.Today
	if t.IsZero() && in.Answers != nil {
		t = in.Answers.Authored
	}
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// facts gathers everything that is known, by name.
func facts(in Input) (interview.Facts, []Lock) {
	f := interview.Facts{}
	today := in.Today
	if in.Answers != nil {
		f = in.Answers.Facts()
		if today.IsZero() {
			today = in.Answers.Authored
		}
	}
	put := func(name string, x float64) { f[name] = x }
	if at := treatments(in.Treatments, today, f); !at.IsZero() {
		put("operated_days", today.Sub(at).Hours()/24)
	}
	side := videoFacts(in.Video, put)
	if s, ok := f["side"].(string); ok && (side == "" || side == "both") {
		side = s
	}
	if side != "" {
		f["side.affected"] = side
		f["side.own"] = side
	}
	if s, ok := f["side"].(string); ok && s != "both" { // what is told of a side is compared with the side told: films may be mirrored
		f["side.own"] = s
	}
	stillFacts(in.Video, side, put)
	ls := locks(in.Video)
	lockFacts(ls, put)
	days := func(id string) (float64, bool) {
		s, ok := f[id].(string)
		if !ok || today.IsZero() {
			return 0, false
		}
		if len(s) == 4 { // the year alone: its middle; this year says too little
			if s == today.Format("2006") {
				return 0, false
			}
			s += "-07"
		}
		t, err := time.Parse("2006-01", s)
		if err != nil {
			return 0, false
		}
		if t.After(today) { // has not come yet: nobody can tell of it
			return 0, false
		}
		return today.Sub(t).Hours() / 24, true
	}
	if d, ok := days("operated"); ok {
		put("operated_days", d)
	}
	if d, ok := days("since"); ok {
		put("since_days", d)
		if age, ok := f["age"].(float64); ok && age-d/365.25 > -1 { // begun before birth: one of the two is wrong
			put("onset_age", max(age-d/365.25, 0))
		}
		if p, ok := days("palsy_since"); ok {
			put("palsy_to_onset_months", (p-d)/daysPerMonth)
		}
		if s, ok := days("spread_since"); ok {
			put("spread_after_months", (d-s)/daysPerMonth)
		}
	}
	sum := func(name string, ids ...string) {
		total := 0.0
		for _, id := range ids {
			x, ok := number(f, id)
			if !ok {
				return
			}
			total += x
		}
		put(name, total)
	}
	sum("phq2", "mood_low", "mood_interest")
	sum("gad2", "mood_nervous", "mood_worry")
	diaryFacts(in.Diary, put)
	return f, ls
}

// number reads a scored answer.
func number(f interview.Facts, id string) (float64, bool) {
	switch v := f[id].(type) {
	case float64:
		return v, true
	case string:
		x, err := strconv.ParseFloat(v, 64)
		return x, err == nil
	}
	return 0, false
}
