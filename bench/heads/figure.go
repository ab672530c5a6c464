package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// cell is one number with its uncertainty, as one program has it.
type cell struct {
	Value *float64 `json:"value"` // null where there was nothing that it could be had from
	Low   *float64 `json:"low"`   // of the 95 % interval, or what the section's text says
	High  *float64 `json:"high"`
	N     string   `json:"n"` // what it was had from

	digits int
}

// row is one kind of figure over the columns of a section.
type row struct {
	Name  string            `json:"name"`
	Goal  string            `json:"goal,omitempty"`
	Cells map[string][]cell `json:"cells"` // by column, one a program

	detail bool // left out on the terminal
}

// section is a table, and a list beneath it.
type section struct {
	Title   string     `json:"title"`
	About   string     `json:"about"`
	Columns []string   `json:"columns"`
	Rows    []*row     `json:"rows"`
	Notes   [][]string `json:"notes,omitempty"` // one list a program
}

// result is everything that was measured.
type result struct {
	Schema   string     `json:"schema"`
	Version  string     `json:"version"`
	What     string     `json:"what"`
	Programs []string   `json:"programs"`
	Sections []*section `json:"sections"`
}

// document is a page and how its figures are had.
type document struct {
	page    string
	title   string
	about   string
	who     func(film string) string
	measure func([]*film) []*section
}

func newSection(title, about string, columns []string) *section {
	return &section{Title: title, About: about, Columns: columns, Rows: []*row{}, Notes: [][]string{nil}}
}

// put writes a figure into the table; rows come in the order of their first
// figure.
func (s *section) put(name, goal, column string, c cell) {
	at := slices.IndexFunc(s.Rows, func(r *row) bool { return r.Name == name })
	if at < 0 {
		at = len(s.Rows)
		s.Rows = append(s.Rows, &row{Name: name, Goal: goal, Cells: map[string][]cell{}})
	}
	s.Rows[at].Cells[column] = []cell{c}
}

// putDetail is put for what the terminal need not show.
func (s *section) putDetail(name, column string, c cell) {
	s.put(name, "", column, c)
	for _, r := range s.Rows {
		if r.Name == name {
			r.detail = true
		}
	}
}

// note adds a line to the list beneath the table.
func (s *section) note(format string, args ...any) {
	s.Notes[0] = append(s.Notes[0], fmt.Sprintf(format, args...))
}

// beside joins the sections of several programs: each cell then holds one number
// a program. All have the same sections and columns; a row that one of them
// lacks is empty there.
func beside(all [][]*section) []*section {
	out := all[0]
	for p, theirs := range all[1:] {
		for i, s := range theirs {
			out[i].Notes = append(out[i].Notes, s.Notes[0])
			for _, r := range s.Rows {
				for _, c := range s.Columns {
					if cs, ok := r.Cells[c]; ok {
						out[i].putBeside(r, c, p+1, cs[0])
					}
				}
			}
		}
	}
	return out
}

func (s *section) putBeside(r *row, column string, program int, c cell) {
	at := slices.IndexFunc(s.Rows, func(o *row) bool { return o.Name == r.Name })
	if at < 0 {
		at = len(s.Rows)
		s.Rows = append(s.Rows, &row{Name: r.Name, Goal: r.Goal, Cells: map[string][]cell{}})
	}
	cs := s.Rows[at].Cells[column]
	for len(cs) < program {
		cs = append(cs, cell{})
	}
	s.Rows[at].Cells[column] = append(cs, c)
}

// text is a number with its interval and what it was had from.
func (c cell) text() string {
	if c.Value == nil {
		return strings.TrimSpace("– " + c.N)
	}
	out := number(*c.Value, c.digits)
	if c.Low != nil && c.High != nil {
		out += fmt.Sprintf(" (%s to %s)", number(*c.Low, c.digits), number(*c.High, c.digits))
	}
	if c.N != "" {
		out += "; " + c.N
	}
	return out
}

// number writes a number, its minus as a minus and zero without one.
func number(v float64, digits int) string {
	s := fmt.Sprintf("%.*f", digits, v)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// markdown is the page.
func (r *result) markdown(d document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", d.title, strings.Replace(d.about, "VERSION", r.Version, 1))
	if len(r.Programs) > 1 {
		fmt.Fprintf(&b, "\nBeside each other, in this order: %s.\n", strings.Join(r.Programs, "; "))
	}
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Title, s.About)
		if len(s.Rows) > 0 {
			b.WriteString("\n" + s.table(r.Programs))
		}
		for p, notes := range s.Notes {
			if len(notes) == 0 {
				continue
			}
			b.WriteString("\n")
			if len(r.Programs) > 1 {
				fmt.Fprintf(&b, "%s:\n\n", r.Programs[p])
			}
			for _, n := range notes {
				fmt.Fprintf(&b, "- %s\n", n)
			}
		}
	}
	return b.String()
}

// table is a section's table; with several programs each row is written once for
// each.
func (s *section) table(programs []string) string {
	var b strings.Builder
	goals := slices.ContainsFunc(s.Rows, func(r *row) bool { return r.Goal != "" })
	b.WriteString("| |")
	if goals {
		b.WriteString(" goal |")
	}
	for _, c := range s.Columns {
		fmt.Fprintf(&b, " %s |", c)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(s.Columns)))
	if goals {
		b.WriteString("---|")
	}
	b.WriteString("\n")
	for _, r := range s.Rows {
		for p := range programs {
			name := r.Name
			if p > 0 {
				name = "– " + programs[p]
			}
			fmt.Fprintf(&b, "| %s |", name)
			if goals {
				fmt.Fprintf(&b, " %s |", r.Goal)
			}
			for _, c := range s.Columns {
				text := ""
				if cs := r.Cells[c]; p < len(cs) {
					text = cs[p].text()
				}
				fmt.Fprintf(&b, " %s |", text)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// short is the first column of every table, for the terminal, and where asked
// for the lists beneath.
func (r *result) short(lists bool) string {
	var b strings.Builder
	for _, s := range r.Sections {
		if len(s.Rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", s.Title)
		for _, row := range s.Rows {
			if row.detail {
				continue
			}
			fmt.Fprintf(&b, "  %-54s", row.Name)
			if first := s.Columns[0]; first == all {
				for p := range r.Programs {
					text := ""
					if cs := row.Cells[first]; p < len(cs) {
						text = cs[p].text()
					}
					fmt.Fprintf(&b, "  %-34s", text)
				}
			} else { // tables by film: every column's number
				for _, c := range s.Columns {
					if len(row.Cells[c]) == 0 {
						continue
					}
					var vs []string
					for _, x := range row.Cells[c] {
						if x.Value == nil {
							vs = append(vs, "–")
						} else {
							vs = append(vs, number(*x.Value, x.digits))
						}
					}
					fmt.Fprintf(&b, "  %s %s", c, strings.Join(vs, "/"))
				}
			}
			if row.Goal != "" {
				fmt.Fprintf(&b, "  goal %s", row.Goal)
			}
			b.WriteString("\n")
		}
		for p, notes := range s.Notes {
			for _, n := range notes {
				if lists {
					fmt.Fprintf(&b, "    %s: %s\n", r.Programs[p], n)
				}
			}
		}
	}
	return b.String()
}

// all is the column of all films together.
const all = "all"

// groups are the columns of a table: all, and each head or person.
func groups(films []*film) []string {
	var who []string
	for _, f := range films {
		if !slices.Contains(who, f.Who) {
			who = append(who, f.Who)
		}
	}
	slices.Sort(who)
	return append([]string{all}, who...)
}

// of are the films of a column.
func of(films []*film, column string) []*film {
	var out []*film
	for _, f := range films {
		if column == all || f.Who == column {
			out = append(out, f)
		}
	}
	return out
}

func plain(v float64, digits int, n string) cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return cell{N: n}
	}
	return cell{Value: &v, N: n, digits: digits}
}
