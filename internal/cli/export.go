package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"facialis/assess"
	"facialis/report"
	"facialis/report/boris"
	"facialis/report/edf"
	"facialis/report/elan"
	"facialis/report/fhir"
	"facialis/report/pdf"
	"facialis/words"
)

// exportCmd turns an analysis into what another program reads.
type exportCmd struct {
	Analysis string    `required:"" type:"existingfile" placeholder:"FILE"`
	Format   string    `required:"" enum:"eaf,boris,boris-csv,edf,fhir,pdf" placeholder:"FORMAT"`
	Trace    string    `type:"existingfile" placeholder:"FILE"`
	Answers  string    `type:"existingfile" placeholder:"FILE"`
	Media    string    `placeholder:"FILE"`
	Recorded time.Time `format:"2006-01-02T15:04:05Z07:00" placeholder:"TIME"`
	Appendix bool
	Paper    string `enum:"a4,letter" default:"a4"`
	Out      string `short:"o" required:"" placeholder:"FILE"`
}

func (c *exportCmd) Run(env *Env) error {
	a, err := readAnalysis(c.Analysis)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	switch c.Format {
	case "eaf":
		err = elan.Encode(&b, a, elan.Options{Media: c.Media, Written: time.Now()})
	case "boris":
		err = boris.EncodeProject(&b, a, boris.Options{Media: c.Media, Recorded: c.Recorded})
	case "boris-csv":
		err = boris.EncodeTable(&b, a, boris.Options{Media: c.Media, Recorded: c.Recorded})
	case "edf":
		err = c.signals(&b, a)
	case "fhir":
		err = c.bundle(env, &b, a)
	case "pdf":
		err = c.print(env, &b, a)
	}
	if err != nil {
		return err
	}
	if c.Out == "-" {
		_, err := env.Stdout.Write(b.Bytes())
		return err
	}
	return report.WriteFile(c.Out, b.Bytes())
}

// signals writes EDF+ from the analysis and its trace.
func (c *exportCmd) signals(w io.Writer, a *report.Analysis) error {
	path := c.Trace
	if path == "" {
		path = filepath.Join(filepath.Dir(c.Analysis), report.TraceFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return usage("cli.usage.trace")
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	t, err := report.DecodeParquet(f, st.Size())
	if err != nil {
		return usagef("%s: %w", filepath.Base(path), err)
	}
	return edf.Encode(w, a, t, edf.Options{Recorded: c.Recorded})
}

// bundle writes FHIR from the analysis, the assessment in it and the answers.
func (c *exportCmd) bundle(env *Env, w io.Writer, a *report.Analysis) error {
	data, err := os.ReadFile(c.Analysis)
	if err != nil {
		return err
	}
	var held struct {
		Assessment *assess.Report `json:"assessment"`
	}
	if err := json.Unmarshal(data, &held); err != nil {
		return usage("cli.usage.assessment", words.Args{"File": c.Analysis, "Reason": err})
	}
	in := fhir.Input{Assessment: held.Assessment, Version: a.Provenance.Version, Now: time.Now(), Films: []fhir.Film{{Analysis: a,
		Recorded: c.Recorded, URL: c.Media, JSON: data, JSONURL: filepath.Base(c.Analysis)}}}
	if c.Answers != "" {
		if in.Answers, err = readAnswers(env, c.Answers); err != nil {
			return usagef("%w", err)
		}
	}
	return fhir.Write(w, in)
}

// papers are the sizes of paper by the names of the option.
var papers = map[string]pdf.Paper{"a4": pdf.A4, "letter": pdf.Letter}

// print prints the report.html that lies beside the analysis: its first page, or all of
// it. Where there is none, or one of an older version without a first page, it is made
// of the analysis and its trace.
func (c *exportCmd) print(env *Env, w io.Writer, a *report.Analysis) error {
	page, err := os.ReadFile(filepath.Join(filepath.Dir(c.Analysis), report.HTMLFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	page, ok := report.ForPrint(page, c.Appendix)
	if !ok {
		if page, err = c.remade(a); err != nil {
			return err
		}
		page, _ = report.ForPrint(page, c.Appendix)
	}
	page = pdf.On(page, papers[c.Paper])
	data, err := pdf.Print(env.Ctx, page)
	if errors.Is(err, pdf.ErrNoChromium) {
		return withExit(ExitSetup, err)
	}
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// remade is the page made of the analysis and, where it is there, its trace.
func (c *exportCmd) remade(a *report.Analysis) ([]byte, error) {
	in := report.Inputs{Sheet: report.Sheet{Meaning: measured(a), Recorded: c.Recorded}}
	path := c.Trace
	if path == "" {
		path = filepath.Join(filepath.Dir(c.Analysis), report.TraceFile)
	}
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		if st, err := f.Stat(); err == nil {
			if t, err := report.DecodeParquet(f, st.Size()); err == nil { // else the page has no curves
				in.Trace = t
			}
		}
	}
	var b bytes.Buffer
	err := report.EncodeHTML(&b, a, in)
	return b.Bytes(), err
}

// measured is what the recording alone gives of grades and spread; nil where it gives
// nothing.
func measured(a *report.Analysis) *assess.Report {
	r, err := assess.Assess(assess.Input{Video: assessVideo(a), Purpose: assess.Measure})
	if err != nil {
		return nil
	}
	return r
}

// readAnalysis reads an analysis.json; what is wrong with it is the user's.
func readAnalysis(path string) (*report.Analysis, error) {
	a := &report.Analysis{}
	if err := readJSON(path, a); err != nil {
		return nil, usagef("%w", err)
	}
	if a.Schema != report.Schema {
		return nil, usage("cli.usage.schema", words.Args{"File": path, "Schema": fmt.Sprintf("%q", a.Schema), "Wanted": report.Schema})
	}
	return a, nil
}
