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
	"facialis/words"
)

//go:embed pages
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"num": func(x float64) string {
		return strings.Replace(fmt.Sprintf("%.2f", math.Round(100*x)/100+0), "-", "−", 1) // +0: no −0.00
	},
	"num2": func(x *float64) string { return fmt.Sprintf("%.2f", *x) },
	"ci": func(c *[2]float64) string {
		return say("assess.grade.span", args{"Low": fmt.Sprintf("%.2f", c[0]), "High": fmt.Sprintf("%.2f", c[1])})
	},
	"pct":  func(x float64) int { return int(math.Round(100 * x)) },
	"part": func(n, of int) int { return 100 * n / max(of, 1) },
	"inc":  func(i int) int { return i + 1 },
	"join": func(s []string) string { return spaced(strings.Join(s, ", ")) },
	"src":  func(id string) string { return Standard().Sources[id] },
	"name": func(id string) string { return Standard().Finding(id).Name },
	"top": func(r []Reason) []Reason { // the weighty ones: up to six of 0.1 or more
		i := slices.IndexFunc(r, func(x Reason) bool { return math.Abs(x.Log10LR) < 0.1 })
		if i < 0 {
			i = len(r)
		}
		return r[:min(i, 6)]
	},
	"spaced": spaced,
	"say":    sayHTML,
	"fact":   func(s string) string { return spaced(strings.TrimPrefix(s, "video.")) },
}).ParseFS(pageFiles, "pages/*.tmpl"))

func spaced(s string) string { return strings.ReplaceAll(s, "_", " ") }

// sayHTML is a text within a page; the catalog's texts are trusted as markup. Its placeholders are given as name and value; a
// value of type template.HTML goes in as it is.
func sayHTML(key string, pairs ...any) template.HTML {
	a := args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		value, ready := pairs[i+1].(template.HTML)
		if !ready {
			value = template.HTML(template.HTMLEscaper(pairs[i+1]))
		}
		a[pairs[i].(string)] = value
	}
	return template.HTML(say(key, a))
}

// midSentence makes a sentence go on in the middle of another.
func midSentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

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

// PersonHTML is the page for the person: what to do at once, what was seen, what
// it may mean and what not, what to do, how to speak with the doctor.
func PersonHTML(r *Report) template.HTML {
	return fragment("person.html.tmpl", struct {
		R *Report
		Person
	}{r, r.Person()})
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
		R        *Report
		Estimate template.HTML // the mark of an estimate
		Side     string
		Top      []Candidate
		Known    []Finding
		Unknown  []string
		Lacking  []Finding // that the recording is not good enough to tell
		Open     []string  // flags not decided that would press
		Told     []interview.Answer
	}{R: r, Estimate: `<span class="as-tag as-estimate">` + sayHTML("assess.clinician.estimate") + `</span>`, Top: r.Differential.Candidates[:min(6, len(r.Differential.Candidates))], Told: interview.Standard().Told(r.Answered)}
	for _, x := range Standard().Flags {
		if slices.Contains(r.Unchecked, x.ID) && (x.Level == "emergency" || x.Level == "urgent") {
			d.Open = append(d.Open, midSentence(x.Title))
		}
	}
	if r.Side != nil {
		d.Side = *r.Side
	}
	for _, f := range r.Findings {
		if len(f.Lacks) > 0 {
			d.Lacking = append(d.Lacking, f)
		}
		if f.Status == "unknown" {
			d.Unknown = append(d.Unknown, f.Name)
		} else {
			d.Known = append(d.Known, f)
		}
	}
	return fragment("clinician.html.tmpl", d)
}

var document = template.Must(template.New("document").Funcs(template.FuncMap{"say": sayHTML}).Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{say "assess.document.title"}}</title><style>{{.CSS}}</style></head>
<body><main><h1>{{say "assess.document.head"}}</h1>
<section>{{.Person}}</section>
<section>{{.Clinician}}</section></main></body></html>
`))

// WriteHTML writes both pages as one self-contained document.
func WriteHTML(w io.Writer, r *Report) error {
	return document.Execute(w, map[string]any{"Lang": words.English().Tag(), "CSS": pageCSS("base.css"), "Person": PersonHTML(r), "Clinician": ClinicianHTML(r)})
}
