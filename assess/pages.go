package assess

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"facialis/interview"
	"facialis/words"
)

//go:embed pages
var pageFiles embed.FS

// pages are the templates in one language.
var pages = words.PerLanguage(func(l *words.Language) *template.Template {
	return template.Must(template.New("").Funcs(pageFuncs(l)).ParseFS(pageFiles, "pages/*.tmpl"))
})

// pageFuncs are what the templates call, in one language.
func pageFuncs(l *words.Language) template.FuncMap {
	return template.FuncMap{
		"num": func(x float64) string {
			return l.Decimal(strings.Replace(fmt.Sprintf("%.2f", math.Round(100*x)/100+0), "-", "−", 1)) // +0: no −0.00
		},
		"num2": func(x *float64) string { return l.Decimal(fmt.Sprintf("%.2f", *x)) },
		"ci": func(c *[2]float64) string {
			return l.Say("assess.grade.span", args{"Low": l.Decimal(fmt.Sprintf("%.2f", c[0])), "High": l.Decimal(fmt.Sprintf("%.2f", c[1]))})
		},
		"pct":  func(x float64) int { return int(math.Round(100 * x)) },
		"part": func(n, of int) int { return 100 * n / max(of, 1) },
		"inc":  func(i int) int { return i + 1 },
		"join": func(s []string) string { return l.List(s...) },
		"src": func(id string) string {
			if id == HouseSource { // our own words; the others are titles, which stay as they are
				return l.Say("assess.source.house")
			}
			return Standard().Sources[id]
		},
		"name": func(id string) string { return StandardIn(l).Finding(id).Name },
		"top": func(r []Reason) []Reason { // the weighty ones: up to six of 0.1 or more
			i := slices.IndexFunc(r, func(x Reason) bool { return math.Abs(x.Log10LR) < 0.1 })
			if i < 0 {
				i = len(r)
			}
			return r[:min(i, 6)]
		},
		"say":  func(key string, pairs ...any) template.HTML { return sayHTML(l, key, pairs...) },
		"word": func(table, id string) string { return l.Name("assess."+table, id) },
		"words": func(ids []string) string {
			out := make([]string, len(ids))
			for i, id := range ids {
				out[i] = l.Name("assess.id", id)
			}
			return l.List(out...)
		},
		"list":    func(s []string) string { return l.List(s...) + l.Stop() },
		"num3":    func(x float64) string { return l.Decimal(fmt.Sprintf("%.3f", x)) },
		"open":    func(o []Open) string { return openText(l, o) },
		"figures": func(f map[string]float64) string { return figureText(l, f) },
		"lacking": func(f []Finding) string { return lackText(l, f) },
		"caution": l.Caution,
		"day":     l.Day,
		"facts": func(ids []string) string {
			out := make([]string, len(ids))
			for i, id := range ids {
				out[i] = factName(l, id)
			}
			return l.List(out...)
		},
	}
}

// openText names what is open, how far it would move the candidate and what would settle it.
func openText(l *words.Language, open []Open) string {
	out := make([]string, len(open))
	for i, o := range open {
		moves := l.Say("assess.clinician.moves", args{"Moves": l.Decimal(fmt.Sprintf("%.2f", o.Moves))})
		out[i] = l.Say("assess.clinician.remark", args{"What": StandardIn(l).Finding(o.Finding).Name,
			"Remark": l.Parts(append([]string{moves}, o.Ways...)...)})
	}
	return l.Clauses(out...) + l.Stop()
}

// figureText names figures by the names of the contract, with their values.
func figureText(l *words.Language, figures map[string]float64) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(figures)) {
		out = append(out, factName(l, k)+" "+l.Decimal(fmt.Sprintf("%.2f", figures[k])))
	}
	return l.Clauses(out...) + l.Stop()
}

// lackText names findings and what the recording lacks for each.
func lackText(l *words.Language, findings []Finding) string {
	out := make([]string, len(findings))
	for i, f := range findings {
		lacks := make([]string, len(f.Lacks))
		for j, id := range f.Lacks {
			lacks[j] = l.Name("assess.id", id)
		}
		out[i] = l.Say("assess.clinician.remark", args{"What": f.Name, "Remark": l.List(lacks...)})
	}
	return l.Clauses(out...) + l.Stop()
}

// factName is the name of a fact that a scale looks at or lacks.
func factName(l *words.Language, id string) string {
	return l.Name("assess.fact", strings.TrimPrefix(id, "video."))
}

// sayHTML is a text within a page; the catalog's texts are trusted as markup. Its placeholders are given as name and value; a
// value of type template.HTML goes in as it is.
func sayHTML(l *words.Language, key string, pairs ...any) template.HTML {
	a := args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		value, ready := pairs[i+1].(template.HTML)
		if !ready {
			value = template.HTML(template.HTMLEscaper(pairs[i+1]))
		}
		a[pairs[i].(string)] = value
	}
	return template.HTML(l.Say(key, a))
}

// midSentence makes a sentence go on in the middle of another. German keeps its
// capitals: they mark the nouns; Chinese has none.
func midSentence(l *words.Language, s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if s == "" || l.Tag() == "de" {
		return s
	}
	return string(unicode.ToLower(first)) + s[size:]
}

func pageCSS(name string) template.CSS {
	b, err := pageFiles.ReadFile("pages/" + name)
	if err != nil {
		panic(err) // embedded
	}
	return template.CSS(b)
}

// fragment renders one page. The style goes with it, so that it can stand in
// any document; it takes colors from the document's custom properties.
func fragment(l *words.Language, name string, data any) template.HTML {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<style>%s</style>\n", pageCSS("pages.css"))
	if err := pages(l).ExecuteTemplate(&b, name, data); err != nil {
		panic("assess: the embedded page " + name + " is broken: " + err.Error())
	}
	return template.HTML(b.String())
}

// PersonHTML is the page for the person: what to do at once, what was seen, what
// it may mean and what not, what to do, how to speak with the doctor.
func PersonHTML(r *Report) template.HTML {
	return fragment(r.language(), "person.html.tmpl", struct {
		R *Report
		Person
	}{r, r.Person()})
}

// monthName turns 2022-05 into May 2022; a year stays.
func (r *Report) monthName(s string) string {
	if t, err := time.Parse("2006-01", s); err == nil {
		return r.language().Month(t)
	}
	return s
}

// clinicianMost is how many candidates the clinician's page weighs one by one.
const clinicianMost = 6

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
	}{R: r, Estimate: `<span class="as-tag as-estimate">` + sayHTML(r.language(), "assess.clinician.estimate") + `</span>`, Told: interview.In(r.language()).Told(r.Answered)}
	for _, x := range StandardIn(r.language()).Flags {
		if slices.Contains(r.Unchecked, x.ID) && (x.Level == "emergency" || x.Level == "urgent") {
			d.Open = append(d.Open, midSentence(r.language(), x.Title))
		}
	}
	if r.Differential.Verdict != "not-enough" { // an order by so little would only mislead
		d.Top = r.Differential.Candidates[:min(clinicianMost, len(r.Differential.Candidates))]
	}
	if r.Side != nil {
		d.Side = r.language().Name("assess.side", *r.Side)
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
	return fragment(r.language(), "clinician.html.tmpl", d)
}

var document = words.PerLanguage(func(l *words.Language) *template.Template {
	return template.Must(template.New("document").Funcs(pageFuncs(l)).Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{say "assess.document.title"}}</title><style>{{.CSS}}</style></head>
<body><main><h1>{{say "assess.document.head"}}</h1>
{{range .Pages}}<section>{{.}}</section>
{{end}}</main></body></html>
`))
})

// WriteHTML writes both pages as one self-contained document.
func WriteHTML(w io.Writer, r *Report) error {
	return WriteDocument(w, r, PersonHTML(r), ClinicianHTML(r))
}

// WriteDocument writes pages of a report, one below the other, as a self-contained
// document with its style.
func WriteDocument(w io.Writer, r *Report, pages ...template.HTML) error {
	return document(r.language()).Execute(w, map[string]any{"Lang": r.language().Tag(), "CSS": pageCSS("base.css"), "Pages": pages})
}
