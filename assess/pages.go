package assess

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"facialis/interview"
)

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"num":  func(x float64) string { return strings.Replace(fmt.Sprintf("%.2f", x), "-", "−", 1) },
	"num2": func(x *float64) string { return fmt.Sprintf("%.2f", *x) },
	"ci":   func(c *[2]float64) string { return fmt.Sprintf("%.2f to %.2f", c[0], c[1]) },
	"pct":  func(x float64) int { return int(math.Round(100 * x)) },
	"share": func(x float64) string {
		if x < 0.005 {
			return "< 1"
		}
		if x > 0.95 { // most cells are estimates: never certain
			return "> 95"
		}
		return fmt.Sprintf("%.0f", 100*x)
	},
	"inc":  func(i int) int { return i + 1 },
	"join": func(s []string) string { return words(strings.Join(s, ", ")) },
	"src":  func(id string) string { return Standard().Sources[id] },
	"name": func(id string) string { return Standard().Finding(id).Name },
	"top": func(r []Reason) []Reason { // the weighty ones: up to six of 0.1 or more
		i := slices.IndexFunc(r, func(x Reason) bool { return math.Abs(x.Log10LR) < 0.1 })
		if i < 0 {
			i = len(r)
		}
		return r[:min(i, 6)]
	},
	"words": words,
	"fact":  func(s string) string { return words(strings.TrimPrefix(s, "video.")) },
	"flagTitle": func(id string) string {
		for _, f := range Standard().Flags {
			if f.ID == id {
				return strings.ToLower(f.Title[:1]) + f.Title[1:]
			}
		}
		return id
	},
}).ParseFS(pageFiles, "pages/*.tmpl"))

func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

func pageCSS(name string) template.CSS {
	b, err := pageFiles.ReadFile("pages/" + name)
	if err != nil {
		panic(err) // embedded
	}
	return template.CSS(b)
}

// fragment renders one page. The style goes with it, so that it can stand in
// any document; it takes colours from the document's custom properties.
func fragment(name string, data any) template.HTML {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<style>%s</style>\n", pageCSS("pages.css"))
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		panic("assess: the embedded page " + name + " is broken: " + err.Error())
	}
	return template.HTML(b.String())
}

type mayMean struct{ Plain, For, Against, Lacks string }

// PersonHTML is the page for the person: what to do at once, what was seen, what
// it may mean and what not, what to do, how to speak with the doctor.
func PersonHTML(r *Report) template.HTML {
	d := struct {
		R                  *Report
		Urgent, Advice     []Flag
		Seen, Told, Differ []string
		Settle, Say        []string
		First              Candidate
		May                []mayMean
		TypeText, Mood     string
		Clear              bool
	}{R: r, First: r.Differential.Candidates[0]}
	for _, f := range r.Flags {
		if f.Level == "emergency" || f.Level == "urgent" {
			d.Urgent = append(d.Urgent, f)
		} else if !slices.ContainsFunc(d.Advice, func(a Flag) bool { return a.Do == f.Do }) {
			d.Advice = append(d.Advice, f)
		}
	}
	d.Clear = len(d.Urgent) == 0 && !slices.ContainsFunc(r.Unchecked, func(id string) bool { return strings.HasPrefix(id, "E-") && id != "E-NONSTOP" })
	d.Seen, d.Told, d.Differ = r.seenAndTold()
	top := r.Differential.Candidates
	for i, c := range top {
		if i == 3 || (i > 0 && c.Log10 < top[0].Log10-1) {
			break
		}
		d.May = append(d.May, mayMean{c.Plain, plainReasons(c.For, "yes"), plainReasons(c.Against, "yes"), plainReasons(c.Against, "no")})
	}
	if top[0].ID == "HFS1" || top[0].ID == "PPS" {
		switch r.Type.Verdict {
		case "primary-leaning":
			d.TypeText = "There are two main kinds. Yours looks more like the one that comes by itself than the one that follows a facial palsy."
		case "post-paralytic-leaning":
			d.TypeText = "There are two main kinds. Yours looks more like the one that follows a facial palsy than the one that comes by itself."
		}
	}
	for _, o := range top[0].Settle {
		if q := interview.Standard().Find(o.Settle.Ask); q != nil {
			d.Settle = append(d.Settle, "Answer: “"+q.Text+"”")
		} else if o.Settle.Film != "" {
			d.Settle = append(d.Settle, "Film the task “"+words(o.Settle.Film)+"”.")
		}
	}
	if r.Facts["phq2"] >= 3 || r.Facts["gad2"] >= 3 {
		d.Mood = "Your answers show that mood or worry weighs on you. Please speak about it with your doctor; it can be treated, whatever becomes of the twitching."
	}
	d.Say = r.say()
	return fragment("person.html.tmpl", d)
}

// seenAndTold are the findings that are there, in plain words: by the
// recording, by the answers alone, and where the two differ.
func (r *Report) seenAndTold() (seen, told, differ []string) {
	if s := r.sideWords(); s != "" {
		line := "It is on " + s + "."
		if _, ok := r.Facts["video.one_sided_share"]; ok {
			seen = append(seen, line)
		} else {
			told = append(told, line)
		}
	}
	if n, ok := r.Facts["video.spasms"]; ok && n == 0 && r.Facts["video.spells"] == 0 {
		seen = append(seen, fmt.Sprintf("No spasm in %.0f seconds. A short quiet film does not show that the face is always quiet.", r.Facts["video.usable_s"]))
	}
	for _, f := range r.Findings {
		byFilm := slices.Contains(f.From, "video")
		if f.Conflict {
			differ = append(differ, "“"+f.Plain+"”: the recording "+map[bool]string{true: "shows it, your answer does not say so.", false: "does not show it, your answer says so."}[(f.Status == "yes") == r.filmHolds(f)])
		}
		switch {
		case f.Status != "yes" || f.ID == "UNI":
		case f.ID == "REST" && f.Value != nil && *f.Value >= 1:
			line := fmt.Sprintf("At rest it came about %.0f times a minute", *f.Value)
			if f.CI95 != nil {
				line += fmt.Sprintf(" (on another day it may be %.0f to %.0f)", f.CI95[0], f.CI95[1])
			}
			seen = append(seen, line+".")
		case byFilm && r.filmHolds(f) && len(seen) < 8:
			seen = append(seen, f.Plain+".")
		case len(told) < 8:
			told = append(told, f.Plain+".")
		}
	}
	return seen, told, differ
}

// filmHolds says whether a finding's status is the recording's: of a finding of
// which both speak, the preferred one's is shown.
func (r *Report) filmHolds(f Finding) bool {
	return slices.Contains(f.From, "video") && (!slices.Contains(f.From, "answer") || Standard().Finding(f.ID).Prefer != "answer")
}

func (r *Report) sideWords() string {
	if r.Side == nil {
		return ""
	}
	return map[string]string{"right": "the right half of your face", "left": "the left half of your face", "both": "both sides of your face"}[*r.Side]
}

// plainReasons joins the weightiest three reasons of a status in plain words.
func plainReasons(rs []Reason, status string) string {
	var out []string
	for _, x := range rs {
		if x.Status == status && x.Counted && math.Abs(x.Log10LR) >= 0.15 && len(out) < 3 {
			out = append(out, strings.ToLower(x.Plain[:1])+x.Plain[1:])
		}
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "; ") + "."
}

// say are sentences in the person's mouth, made of what they answered.
func (r *Report) say() []string {
	var out []string
	text := func(id string) string {
		q := interview.Standard().Find(id)
		v, _ := r.Answered[id].(string)
		for _, o := range q.Options {
			if o.Value == v {
				return strings.ToLower(o.Text[:1]) + o.Text[1:]
			}
		}
		return v
	}
	if r.Side != nil {
		out = append(out, map[string]string{"right": "“The right half of my face twitches.”", "left": "“The left half of my face twitches.”", "both": "“Both sides of my face twitch.”"}[*r.Side])
	} else {
		out = append(out, "“My face twitches.”")
	}
	first, since := text("first_place"), monthName(text("since"))
	switch {
	case first != "" && since != "":
		out = append(out, "“It began in "+since+". The first place was: "+first+".”")
	case since != "":
		out = append(out, "“It began in "+since+".”")
	case first != "":
		out = append(out, "“The first place was: "+first+".”")
	}
	if s := text("rest"); s != "" {
		out = append(out, map[string]string{"yes": "“It also comes when I sit still.”", "sometimes": "“Now and then it comes when I sit still.”", "no": "“It comes only when I move my face.”"}[r.Answered["rest"].(string)])
	}
	if r.Answered["palsy"] == "yes" {
		out = append(out, "“That half of my face was once paralysed.”")
		if s, _ := r.Answered["palsy_side"].(string); s != "" && (r.Side == nil || s != *r.Side) {
			out[len(out)-1] = "“My face was once paralysed, side: " + s + ".”"
		}
	}
	if r.Answered["work"] == "yes" || r.Answered["vision_blocked"] == "yes" {
		out = append(out, "“It hinders me in my work, in reading or in driving.”")
	}
	return append(out, "“I have filmed it and can show you.”")
}

// monthName turns 2022-05 into May 2022; a year stays.
func monthName(s string) string {
	if t, err := time.Parse("2006-01", s); err == nil {
		return t.Format("January 2006")
	}
	return s
}

// ClinicianHTML is the page for the clinician: findings, scores, sources, raw
// figures and codes.
func ClinicianHTML(r *Report) template.HTML {
	d := struct {
		R       *Report
		Side    string
		Top     []Candidate
		Known   []Finding
		Unknown []string
	}{R: r, Top: r.Differential.Candidates[:6]}
	if r.Side != nil {
		d.Side = *r.Side
	}
	for _, f := range r.Findings {
		if f.Status == "unknown" {
			d.Unknown = append(d.Unknown, f.Name)
		} else {
			d.Known = append(d.Known, f)
		}
	}
	return fragment("clinician.html.tmpl", d)
}

var document = template.Must(template.New("document").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Facialis: what it may mean</title><style>{{.CSS}}</style></head>
<body><main><h1>Your results</h1>
<section>{{.Person}}</section>
<section>{{.Clinician}}</section></main></body></html>
`))

// WriteHTML writes both pages as one self-contained document.
func WriteHTML(w io.Writer, r *Report) error {
	return document.Execute(w, map[string]any{"CSS": pageCSS("base.css"), "Person": PersonHTML(r), "Clinician": ClinicianHTML(r)})
}
