package work

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"facialis/agreement"
	"facialis/internal/service/record"
	"facialis/measure"
)

// Cell is a value of the table over everybody: a text, a number or nothing.
type Cell any

// cohortColumn is a column of the table over everybody.
type cohortColumn struct {
	name    string
	numeric bool
	deep    bool // needs the analysis, not only the recording's row
	value   func(c *record.CohortRow, m *measure.Summary) Cell
}

// cohortColumns are all columns, in the order in which they are offered.
var cohortColumns = func() []cohortColumn {
	row := func(name string, numeric bool, of func(c *record.CohortRow) Cell) cohortColumn {
		return cohortColumn{name, numeric, false, func(c *record.CohortRow, _ *measure.Summary) Cell { return of(c) }}
	}
	deep := func(name string, of func(m *measure.Summary) *float64) cohortColumn {
		return cohortColumn{name, true, true, func(_ *record.CohortRow, m *measure.Summary) Cell {
			if m == nil {
				return nil
			}
			return real(of(m))
		}}
	}
	return []cohortColumn{
		row("code", false, func(c *record.CohortRow) Cell { return c.Person.Code }),
		row("name", false, func(c *record.CohortRow) Cell { return c.Person.Name }),
		row("person_id", false, func(c *record.CohortRow) Cell { return c.Person.ID }),
		row("birth_year", true, func(c *record.CohortRow) Cell { return whole(c.Person.BirthYear) }),
		row("sex", false, func(c *record.CohortRow) Cell { return words1(c.Person.Sex) }),
		row("affected_side", false, func(c *record.CohortRow) Cell { return words1(c.Person.AffectedSide) }),
		row("recording_id", false, func(c *record.CohortRow) Cell { return c.Recording.ID }),
		row("date", false, func(c *record.CohortRow) Cell { return c.Recording.When().UTC().Format(time.DateOnly) }),
		row("visit", false, func(c *record.CohortRow) Cell { return c.Recording.Label }),
		row("protocol", false, func(c *record.CohortRow) Cell { return words1(c.Recording.Protocol) }),
		row("state", false, func(c *record.CohortRow) Cell { return string(c.Recording.State) }),
		row("research", false, func(c *record.CohortRow) Cell { return yes(c.Recording.MayResearch()) }),
		row("usable", false, func(c *record.CohortRow) Cell {
			if c.Recording.Usable == nil {
				return nil
			}
			return yes(*c.Recording.Usable)
		}),
		row("corrected", false, func(c *record.CohortRow) Cell { return yes(c.Recording.Corrected) }),
		row("duration_s", true, func(c *record.CohortRow) Cell { return real(c.Recording.DurationS) }),
		row("spasms", true, func(c *record.CohortRow) Cell { return whole(c.Recording.Spasms) }),
		row("rate_per_min", true, func(c *record.CohortRow) Cell { return real(c.Recording.RatePerMin) }),
		row("spells", true, func(c *record.CohortRow) Cell { return whole(c.Recording.Spells) }),
		deep("rest_rate_per_min", func(m *measure.Summary) *float64 { return m.RestRatePerMin.Value }),
		deep("burden", func(m *measure.Summary) *float64 { return m.Burden }),
		deep("tonic_fraction", func(m *measure.Summary) *float64 { return m.TonicFraction }),
		deep("median_duration_s", func(m *measure.Summary) *float64 { return m.DurationS.Median }),
		deep("laterality", func(m *measure.Summary) *float64 { return m.Laterality }),
		deep("blink_rate_per_min", func(m *measure.Summary) *float64 { return m.BlinkRatePerMin.Value }),
		deep("usable_s", func(m *measure.Summary) *float64 { return &m.UsableS }),
	}
}()

func real(v *float64) Cell {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return *v
}

func whole(v *int) Cell {
	if v == nil {
		return nil
	}
	return float64(*v)
}

func words1(v *string) Cell {
	if v == nil {
		return nil
	}
	return *v
}

func yes(b bool) Cell {
	if b {
		return "yes"
	}
	return "no"
}

// usualColumns are those that are shown unless others are asked for: a code, no name.
var usualColumns = []string{"code", "affected_side", "date", "visit", "protocol", "duration_s", "usable", "spasms", "rate_per_min", "research"}

// Cohort is a table over the recordings of everybody.
type Cohort struct {
	All     []string `json:"all" doc:"Every column there is"`
	Numeric []string `json:"numeric" doc:"Those that hold numbers"`
	Columns []string `json:"columns"`
	IDs     []string `json:"ids" doc:"The recording of each row"`
	Rows    [][]Cell `json:"rows" doc:"A text, a number or null for each column"`
	Next    string   `json:"next" doc:"Give it as after for the next page; empty on the last"`
}

// Cohort makes the table of the recordings that a filter chooses. Unknown columns are an
// error; none asks for the usual ones.
func (w *Worker) Cohort(ctx context.Context, f *record.CohortFilter, names []string) (*Cohort, error) {
	if len(names) == 0 {
		names = usualColumns
	}
	t := &Cohort{Columns: names, IDs: []string{}, Rows: [][]Cell{}}
	for _, c := range cohortColumns {
		t.All = append(t.All, c.name)
		if c.numeric {
			t.Numeric = append(t.Numeric, c.name)
		}
	}
	var columns []cohortColumn
	for _, n := range names {
		i := slices.IndexFunc(cohortColumns, func(c cohortColumn) bool { return c.name == n })
		if i < 0 {
			return nil, record.Invalid("record.invalid.cohort.column")
		}
		columns = append(columns, cohortColumns[i])
	}
	more := *f
	if f.Limit > 0 {
		more.Limit++
	}
	err := w.eachCohort(ctx, &more, func(c *record.CohortRow) error {
		if f.Limit > 0 && len(t.Rows) == f.Limit {
			t.Next = t.IDs[f.Limit-1]
			return nil
		}
		m, err := w.deep(ctx, columns, &c.Recording)
		if err != nil {
			return err
		}
		cells := make([]Cell, len(columns))
		for k, column := range columns {
			cells[k] = column.value(c, m)
		}
		t.Rows, t.IDs = append(t.Rows, cells), append(t.IDs, c.Recording.ID)
		return nil
	})
	return t, err
}

// cohortPage is how many rows of a long table are read at once.
const cohortPage = 500

// eachCohort gives do the rows that a filter chooses, one after the other: no more than a
// page of them is in memory.
func (w *Worker) eachCohort(ctx context.Context, f *record.CohortFilter, do func(*record.CohortRow) error) error {
	page := *f
	for left := f.Limit; ; {
		page.Limit = cohortPage
		if f.Limit > 0 {
			page.Limit = min(cohortPage, left)
		}
		rows, err := w.Store.Cohort(ctx, &page)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := do(&rows[i]); err != nil {
				return err
			}
		}
		if left -= len(rows); len(rows) < page.Limit || f.Limit > 0 && left == 0 {
			return nil
		}
		page.After = rows[len(rows)-1].Recording.ID
	}
}

// deep is the figures of a recording where one of the columns needs them, nil where there
// are none.
func (w *Worker) deep(ctx context.Context, columns []cohortColumn, r *record.Recording) (*measure.Summary, error) {
	if r.Analysis == "" || !slices.ContainsFunc(columns, func(c cohortColumn) bool { return c.deep }) {
		return nil, nil
	}
	f, err := w.Corrected(ctx, r)
	if err != nil {
		return nil, err
	}
	return &f.Measures, nil
}

// WriteCSV writes the table, an empty cell for what is not known.
func (t *Cohort) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.Write(t.Columns)
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, v := range row {
			switch v := v.(type) {
			case string:
				line[i] = v
				if v != "" && strings.ContainsAny(v[:1], "=+-@\t\r") { // no formula in a spreadsheet
					line[i] = "'" + v
				}
			case float64:
				line[i] = strconv.FormatFloat(v, 'g', -1, 64)
			}
		}
		c.Write(line)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// WriteParquet writes the table: numbers as doubles, the rest as texts, null for what is
// not known.
func (t *Cohort) WriteParquet(w io.Writer, version string) error {
	group := parquet.Group{}
	for _, n := range t.Columns {
		leaf := parquet.String()
		if slices.Contains(t.Numeric, n) {
			leaf = parquet.Leaf(parquet.DoubleType)
		}
		group[n] = parquet.Optional(leaf)
	}
	order := slices.Sorted(slices.Values(t.Columns)) // a group's fields are by name
	pw := parquet.NewWriter(w, parquet.NewSchema("cohort", group), parquet.Compression(&parquet.Zstd), parquet.CreatedBy("facialis", version, ""))
	for _, row := range t.Rows {
		values := make([]parquet.Value, len(order))
		for k, n := range order {
			switch v := row[slices.Index(t.Columns, n)].(type) {
			case string:
				values[k] = parquet.ByteArrayValue([]byte(v)).Level(0, 1, k)
			case float64:
				values[k] = parquet.DoubleValue(v).Level(0, 1, k)
			default:
				values[k] = parquet.NullValue().Level(0, 0, k)
			}
		}
		if _, err := pw.WriteRows([]parquet.Row{values}); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	if err := pw.Close(); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// Window is when films before and after a treatment are taken, days.
type Window struct {
	BeforeDays float64 // at most so long before
	AfterFrom  float64 // at least so long after
	AfterTo    float64 // at most so long after
}

// Paired are figures before and after a treatment.
type Paired struct {
	Measure    string           `json:"measure"`
	Pairs      []PairedRow      `json:"pairs"`
	Before     *float64         `json:"before" doc:"Mean"`
	After      *float64         `json:"after" doc:"Mean"`
	Change     measure.Estimate `json:"change" doc:"Mean difference, after less before, with its interval by Student's t"`
	Less       measure.Estimate `json:"less" doc:"Share of people with less after than before, with Wilson's interval"`
	WithoutOne int              `json:"without_one" doc:"People with such a treatment but without a usable film on both sides of it"`
}

// PairedRow is one person's pair.
type PairedRow struct {
	Code      string    `json:"code"`
	PersonID  string    `json:"person_id"`
	Treatment string    `json:"treatment"`
	At        time.Time `json:"at"`
	BeforeID  string    `json:"before_id"`
	AfterID   string    `json:"after_id"`
	Before    float64   `json:"before"`
	After     float64   `json:"after"`
	Days      float64   `json:"days" doc:"From the treatment to the film after it"`
}

// hoursADay turns hours into days.
const hoursADay = 24

// Paired pairs each person's last usable film before a treatment of a type (empty: any)
// with the last one in the time after it and before the next treatment. A person counts
// once, by the first treatment that has both.
func (w *Worker) Paired(ctx context.Context, f *record.CohortFilter, column, treatment string, in Window) (*Paired, error) {
	i := slices.IndexFunc(cohortColumns, func(c cohortColumn) bool { return c.name == column && c.numeric })
	if i < 0 {
		return nil, record.Invalid("record.invalid.cohort.column")
	}
	col := cohortColumns[i : i+1]
	treated, err := w.Store.Treatments(ctx)
	if err != nil {
		return nil, err
	}
	out := &Paired{Measure: column, Pairs: []PairedRow{}}
	var films []record.CohortRow // of one person
	take := func() error {
		if len(films) == 0 {
			return nil
		}
		pair, any, err := w.pairOf(ctx, films, treated[films[0].Person.ID], treatment, col, in)
		films = films[:0]
		if pair != nil {
			out.Pairs = append(out.Pairs, *pair)
		} else if any {
			out.WithoutOne++
		}
		return err
	}
	err = w.eachCohort(ctx, f, func(c *record.CohortRow) error {
		if len(films) > 0 && films[0].Person.ID != c.Person.ID {
			if err := take(); err != nil {
				return err
			}
		}
		if len(treated[c.Person.ID]) > 0 {
			films = append(films, *c)
		}
		return nil
	})
	if err = errors.Join(err, take()); err != nil {
		return nil, err
	}
	out.sum()
	return out, nil
}

// pairOf is a person's pair, and whether there was a treatment of the type at all.
func (w *Worker) pairOf(ctx context.Context, films []record.CohortRow, all []record.TreatmentOn, treatment string, col []cohortColumn, in Window) (*PairedRow, bool, error) {
	any := false
	for k, t := range all {
		if treatment != "" && t.Type != treatment {
			continue
		}
		any = true
		var before, after *PairedRow
		for i := range films {
			r := &films[i].Recording
			if r.Usable == nil || !*r.Usable {
				continue
			}
			days := r.When().Sub(t.At).Hours() / hoursADay
			isBefore := days < 0 && -days <= in.BeforeDays && (k == 0 || r.When().After(all[k-1].At))
			isAfter := days >= in.AfterFrom && days <= in.AfterTo && (k+1 == len(all) || r.When().Before(all[k+1].At))
			if !isBefore && !isAfter {
				continue
			}
			m, err := w.deep(ctx, col, r)
			if err != nil {
				return nil, any, err
			}
			v, ok := col[0].value(&films[i], m).(float64)
			if !ok {
				continue
			}
			x := &PairedRow{Code: films[i].Person.Code, PersonID: films[i].Person.ID, Treatment: t.Type, At: t.At, BeforeID: r.ID, Before: v, Days: days}
			if isBefore {
				before = x
			} else {
				after = x
			}
		}
		if before != nil && after != nil {
			before.AfterID, before.After, before.Days = after.BeforeID, after.Before, after.Days
			return before, any, nil
		}
	}
	return nil, any, nil
}

// sum computes the figures of the pairs.
func (p *Paired) sum() {
	n := len(p.Pairs)
	if n == 0 {
		return
	}
	var d []float64
	var before, after float64
	less := 0
	for _, x := range p.Pairs {
		d = append(d, x.After-x.Before)
		before += x.Before / float64(n)
		after += x.After / float64(n)
		if x.After < x.Before {
			less++
		}
	}
	p.Before, p.After = &before, &after
	p.Change = agreement.BlandAltman(d).Bias
	share := float64(less) / float64(n)
	p.Less = measure.Estimate{Value: &share, CI95: measure.Wilson(less, n)}
}
