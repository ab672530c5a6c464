package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"facialis/assess"
	"facialis/course"
	"facialis/interview"
	"facialis/report"
	"facialis/words"
)

// assessCmd says what a recording and the answers may mean.
type assessCmd struct {
	Analysis string    `type:"existingfile" placeholder:"FILE"`
	Answers  string    `type:"existingfile" placeholder:"FILE"`
	Diary    string    `type:"existingfile" placeholder:"FILE"`
	Setting  string    `enum:"public,clinic" default:"public"`
	Purpose  string    `default:"compare" enum:"compare,measure"`
	Today    time.Time `format:"2006-01-02" placeholder:"DATE"`
	Out      string    `short:"o" required:"" placeholder:"DIR"`
}

func (c *assessCmd) Run(env *Env) error {
	if c.Analysis == "" && c.Answers == "" {
		return usage("cli.usage.assess")
	}
	in := assess.Input{Setting: c.Setting, Today: c.Today, Purpose: c.Purpose}
	var a *report.Analysis
	var diary []course.Entry
	if c.Analysis != "" {
		var err error
		if a, err = readAnalysis(c.Analysis); err != nil {
			return err
		}
		in.Video = assessVideo(a)
	}
	if c.Answers != "" {
		r, err := readAnswers(env, c.Answers)
		if err != nil {
			return usagef("%w", err)
		}
		in.Answers = r
	}
	if c.Diary != "" {
		data, err := os.ReadFile(c.Diary)
		if err != nil {
			return usagef("%w", err)
		}
		if diary, err = course.Read(data); err != nil {
			return usagef("%s: %w", c.Diary, err)
		}
		in.Diary, in.Treatments, in.Ratings = course.Daily(diary), course.Treated(diary), course.Rated(diary)
	}
	if in.Today.IsZero() && (in.Answers == nil || in.Answers.Authored.IsZero()) {
		in.Today = time.Now()
	}
	r, err := assess.Assess(in)
	if err != nil {
		return err
	}
	if err := writeAssessment(c.Out, r); err != nil {
		return err
	}
	if a != nil {
		a.Assessment = r
		if err := report.WriteJSON(filepath.Join(c.Out, report.AnalysisFile), a); err != nil {
			return err
		}
	}
	if _, err = fmt.Fprint(env.Stdout, assessmentLines(r)); err != nil || len(diary) == 0 {
		return err
	}
	return c.follow(env, diary, in)
}

// follow writes course.json beside the assessment and prints its sentences.
func (c *assessCmd) follow(env *Env, diary []course.Entry, in assess.Input) error {
	now := in.Today
	if now.IsZero() {
		now = in.Answers.Authored
	}
	if n := course.Latest(diary); n.After(now) {
		now = n
	}
	co, err := course.Follow(course.Input{Entries: diary, Now: now})
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(co, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the course: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.Out, "course.json"), append(data, '\n'), 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\n  %s\n", words.Default().Say("cli.assess.overTime"), strings.Join(co.Summary, "\n  "))
	return err
}

// assessVideo hands the assessment what it wants of an analysis.
func assessVideo(a *report.Analysis) *assess.Video {
	return &assess.Video{Events: a.Events, Tasks: a.Tasks, Summary: a.Measures,
		DurationS: a.Recording.DurationS, FaceFraction: a.Tracking.FaceFraction, Usable: a.Quality.Usable,
		FrameRate: a.Recording.FrameRate, PxPerMM: a.Tracking.PxPerMM(), NoiseMM: a.Tracking.NoiseMM.Median()}
}

func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}

// readAnswers reads answers in any shape and tells on stderr, a line each, what
// was left out.
func readAnswers(env *Env, path string) (*interview.Response, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, notes, err := interview.Read(interview.Standard(), data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, n := range notes {
		fmt.Fprintf(env.Stderr, "facialis: answers: %s\n", n)
	}
	return r, nil
}

// writeAssessment writes assessment.json and assessment.html into dir.
func writeAssessment(dir string, r *assess.Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the assessment: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "assessment.json"), append(data, '\n'), 0o644); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, "assessment.html"))
	if err != nil {
		return err
	}
	if err := assess.WriteHTML(f, r); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// assessmentLines is the assessment in a few lines for the terminal, what cannot
// wait first.
func assessmentLines(r *assess.Report) string {
	var b strings.Builder
	for i, f := range r.Flags { // one line for each thing to do
		title := f.Title
		for _, o := range r.Flags[i+1:] {
			if o.Do == f.Do {
				title = words.Default().Clauses(title, o.Title)
			}
		}
		if !slices.ContainsFunc(r.Flags[:i], func(o assess.Flag) bool { return o.Do == f.Do }) {
			fmt.Fprintf(&b, "%s\n", words.Default().Say("cli.assess.flag", words.Args{"Level": fmt.Sprintf("%-9s", words.Default().Name("assess.id", f.Level)), "Title": title, "Do": f.Do}))
		}
	}
	if r.Differential.Verdict == "not-enough" {
		b.WriteString(words.Default().Say("cli.assess.little") + "\n")
		return b.String()
	}
	if r.Differential.Verdict == "nothing-unusual" {
		b.WriteString(words.Default().Say("cli.assess.unusual") + "\n")
		return b.String()
	}
	if len(r.Differential.Candidates) == 0 { // it measures and does not compare
		return b.String()
	}
	b.WriteString(words.Default().Say("cli.assess.fits") + "\n")
	for i, c := range r.Differential.Candidates[:3] {
		readings := words.Default().Say("assess.clinician.readings", words.Args{"First": fmt.Sprint(c.FirstIn), "All": fmt.Sprint(r.Differential.Readings)})
		fmt.Fprintf(&b, "  %d  %s: %s\n", i+1, c.Name, words.Default().Clauses(readings, r.InShort(c)))
	}
	if r.Type.Applicable {
		fmt.Fprintf(&b, "%s (%s)\n", words.Default().Say("assess.clinician.type", words.Args{"Verdict": words.Default().Name("assess.id", r.Type.Verdict)}), words.Default().Decimal(fmt.Sprintf("%+.2f", r.Type.Score)))
	}
	return b.String()
}
