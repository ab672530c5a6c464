package validate

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"facialis/anatomy"
	"facialis/event"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"num": num, "percent": percent, "interval": interval, "seconds": seconds3,
	"pct":    func(v float64) string { return fmt.Sprintf("%.3f%%", 100*v) },
	"words":  spacedName,
	"frames": func(v *float64) string { return signed(v, 1) },
}).Parse(pageText))

// spacedName turns a name of the contract into words for people.
func spacedName(s any) string {
	b := []byte(fmt.Sprint(s))
	for i, c := range b {
		if c == '_' {
			b[i] = ' '
		}
	}
	return string(b)
}

func signed(v *float64, digits int) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%+.*f", digits, *v)
}

// WriteHTML writes the comparison as one page that needs nothing else: figures,
// tables of confusion and a timeline of both annotations.
func (c *Comparison) WriteHTML(w io.Writer) error {
	return page.Execute(w, c.view())
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

func (c *Comparison) view() view {
	v := view{Comparison: c}
	for _, k := range kinds {
		if s := c.Kinds[k]; s.TP+s.FP+s.FN > 0 {
			v.Kinds = append(v.Kinds, kindRow{k, s})
			if k == event.Spasm || k == event.Synkinesis {
				v.Strata = append(v.Strata,
					strataTable{string(k) + " by side", scoreRows(sides, s.Sides)},
					strataTable{string(k) + " by form", scoreRows(forms, s.Forms)},
					strataTable{string(k) + " by region", scoreRows(anatomy.Regions, s.Regions)})
			}
		}
	}
	for _, t := range []struct{ name, title, note string }{
		{"kind", "Kind", "all events, paired whatever their kind"},
		{"side", "Side", "spasms and synkineses that were found"},
		{"form", "Form", "spasms and synkineses that were found"},
		{"lead", "Leading region", "spasms and synkineses that were found"},
	} {
		if ct := newConfusionTable(t.title, t.note, c.Confusion[t.name]); len(ct.Rows) > 0 {
			v.Confusions = append(v.Confusions, ct)
		}
	}
	for _, name := range append([]string{"all"}, names(anatomy.Regions)...) {
		if a := c.Amplitude[name]; a != nil && a.MM.N > 0 {
			v.Sizes = append(v.Sizes, sizeRow{name, a})
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
		v.Timelines = append(v.Timelines, newTimeline(r))
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
