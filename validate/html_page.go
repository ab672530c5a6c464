package validate

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

//go:embed page.html.tmpl
var pageText string

// page is the template in one language.
var page = words.PerLanguage(func(l *words.Language) *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"lang":     l.Tag,
		"say":      func(key string, pairs ...any) string { return say(l, key, pairs...) },
		"name":     func(id any) string { return name(l, id) },
		"span":     func(from, to string) string { return say(l, "report.validation.fromTo", "From", from, "To", to) },
		"num":      func(v *float64, digits int) string { return l.Decimal(num(v, digits)) },
		"plain":    func(v float64) string { return l.Decimal(fmt.Sprint(v)) },
		"percent":  percent,
		"interval": func(v *[2]float64, digits int) string { return l.Decimal(interval(v, digits)) },
		"seconds":  func(v *float64) string { return l.Decimal(seconds3(v)) },
		"frames":   func(v *float64) string { return l.Decimal(signed(v, 1)) },
		"recordings": func(c *Comparison) string {
			length := ""
			if c.DurationS != nil {
				length = say(l, "report.validation.page.length", "Seconds", l.Decimal(num(c.DurationS, 0)))
			}
			return l.Count("report.validation.recordings", len(c.Recordings), words.Args{"Length": length})
		},
	}).Parse(pageText))
})

// say is a text with its placeholders given as name and value.
func say(l *words.Language, key string, pairs ...any) string {
	args := words.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return l.Say(key, args)
}

// name is a name of the contract in words for people.
func name(l *words.Language, id any) string { return l.Name("report.validation.name", fmt.Sprint(id)) }

func signed(v *float64, digits int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+.*f", digits, *v)
}

// WriteHTML writes the comparison as one page that needs nothing else: figures,
// tables of confusion and a timeline of both annotations, in the process's language.
func (c *Comparison) WriteHTML(w io.Writer) error {
	l := words.Default()
	return page(l).Execute(w, c.view(l))
}

// view is what the page shows.
type view struct {
	*Comparison
	Kinds      []kindRow
	Strata     []strataTable
	Confusions []confusionTable
	Sizes      []sizeRow
	Agreement  []kappaRow
	Timelines  []timeline
}

type kindRow struct {
	Name event.Kind
	*KindScore
}

type scoreRow struct {
	Name string
	*Score
}

type strataTable struct {
	Title string
	Rows  []scoreRow
}

type confusionTable struct {
	Title, Note string
	Labels      []string
	Rows        []confusionRow
	*Confusion
}

type confusionRow struct {
	Label string
	Cells []confusionCell
}

type confusionCell struct {
	N        int
	Diagonal bool
}

type sizeRow struct {
	Name string
	*Amplitude
}

type kappaRow struct {
	Side anatomy.Side
	All  *float64
	Rows []kappaKind
}

type kappaKind struct {
	Kind  event.Kind
	Kappa *float64
}

func (c *Comparison) view(l *words.Language) view {
	v := view{Comparison: c}
	for _, k := range kinds {
		if s := c.Kinds[k]; s.TP+s.FP+s.FN > 0 {
			v.Kinds = append(v.Kinds, kindRow{k, s})
			if k == event.Spasm || k == event.Synkinesis {
				v.Strata = append(v.Strata,
					strataTable{say(l, "report.validation.by.side", "Kind", name(l, k)), scoreRows(sides, s.Sides)},
					strataTable{say(l, "report.validation.by.form", "Kind", name(l, k)), scoreRows(forms, s.Forms)},
					strataTable{say(l, "report.validation.by.region", "Kind", name(l, k)), scoreRows(anatomy.Regions, s.Regions)})
			}
		}
	}
	all, some := l.Say("report.validation.confusion.all"), l.Say("report.validation.confusion.some")
	for _, t := range []struct{ name, title, note string }{
		{"kind", l.Say("report.validation.confusion.kind"), all},
		{"side", l.Say("report.validation.confusion.side"), some},
		{"form", l.Say("report.validation.confusion.form"), some},
		{"lead", l.Say("report.validation.confusion.lead"), some},
	} {
		if ct := newConfusionTable(t.title, t.note, c.Confusion[t.name]); len(ct.Rows) > 0 {
			v.Confusions = append(v.Confusions, ct)
		}
	}
	for _, region := range append([]string{"all"}, names(anatomy.Regions)...) {
		if a := c.Amplitude[region]; a != nil && a.MM.N > 0 {
			v.Sizes = append(v.Sizes, sizeRow{region, a})
		}
	}
	for _, s := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		if k := c.Kappa[s]; k.Frames > 0 {
			row := kappaRow{Side: s, All: k.All}
			for _, kind := range kinds {
				if k.Kinds[kind] != nil {
					row.Rows = append(row.Rows, kappaKind{kind, k.Kinds[kind]})
				}
			}
			v.Agreement = append(v.Agreement, row)
		}
	}
	for _, r := range c.Recordings {
		v.Timelines = append(v.Timelines, newTimeline(l, r))
	}
	return v
}

func names[K ~string](in []K) []string {
	out := make([]string, len(in))
	for i, n := range in {
		out[i] = string(n)
	}
	return out
}

func scoreRows[K ~string](order []K, m map[K]*Score) []scoreRow {
	var rows []scoreRow
	for _, k := range order {
		if s := m[k]; s != nil {
			rows = append(rows, scoreRow{string(k), s})
		}
	}
	return rows
}

// newConfusionTable drops rows and columns in which nothing was counted.
func newConfusionTable(title, note string, c *Confusion) confusionTable {
	t := confusionTable{Title: title, Note: note, Confusion: c}
	var keep []int
	for i := range c.Labels {
		n := 0
		for j := range c.Labels {
			n += c.Counts[i][j] + c.Counts[j][i]
		}
		if n > 0 {
			keep = append(keep, i)
		}
	}
	for _, i := range keep {
		t.Labels = append(t.Labels, c.Labels[i])
		row := confusionRow{Label: c.Labels[i]}
		for _, j := range keep {
			row.Cells = append(row.Cells, confusionCell{c.Counts[i][j], i == j})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
