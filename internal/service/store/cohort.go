package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"facialis/internal/service/record"
)

// when is SQL for the moment that a recording is of, and person's columns.
const (
	whenSQL       = `COALESCE(r.recorded_at, r.created_at)`
	cohortColumns = `p.id, p.name, p.code, p.birth_year, p.sex, p.affected_side, p.drawn, p.sealed`
)

// Cohort are recordings of everybody with their people, by the person's code, then by
// date: those that the filter chooses, at most its limit. The database filters and orders,
// and reads no further than the page goes. Where it is encrypted it knows neither codes nor
// figures: then the people are opened, and the recordings of those who are chosen, one
// person after the other, until the page is full.
func (s *Store) Cohort(ctx context.Context, f *record.CohortFilter) ([]record.CohortRow, error) {
	if s.vault != nil {
		return s.sealedCohort(ctx, f)
	}
	q := cohortQuery(f)
	add := func(sql string, values ...any) { q.add(sql, values...) }
	if text := strings.ToLower(strings.TrimSpace(f.Q)); text != "" {
		add(`p.search LIKE ? ESCAPE '\'`, like(text))
	}
	for column, v := range map[string]string{"p.affected_side": f.Side, "p.sex": f.Sex, "r.protocol": f.Protocol} {
		if v != "" {
			add(column+` = ?`, v)
		}
	}
	if f.Research {
		add(`r.consent LIKE ?`, `%"research":true%`)
	}
	if f.MinRate != nil {
		add(`r.rate_per_min >= ?`, *f.MinRate)
	}
	if f.MaxRate != nil {
		add(`r.rate_per_min <= ?`, *f.MaxRate)
	}
	if f.After != "" {
		const last = ` FROM recording r JOIN person p ON p.id = r.person_id WHERE r.id = ?)`
		// The first is for the index, the second says it exactly.
		add(`p.code >= (SELECT p.code`+last, f.After)
		add(`(p.code, p.id, `+whenSQL+`, r.id) > (SELECT p.code, p.id, `+whenSQL+`, r.id`+last, f.After)
	}
	query := `SELECT ` + cohortColumns + `, ` + recordingOf + ` FROM person p JOIN recording r ON r.person_id = p.id ` + q.where() + ` ORDER BY p.code, p.id, ` + whenSQL + `, r.id`
	if f.Limit > 0 {
		q.args = append(q.args, f.Limit)
		query += fmt.Sprintf(` LIMIT $%d`, len(q.args))
	}
	return list(ctx, s.r, s.scanCohort, query, q.args...)
}

// recordingOf are a recording's columns of the table r.
var recordingOf = "r." + strings.Join(strings.Fields(strings.ReplaceAll(recordingColumns, ",", " ")), ", r.")

func (s *Store) scanCohort(row scanner) (record.CohortRow, error) {
	var c record.CohortRow
	var year sql.Null[int]
	var sex, side sql.Null[string]
	var text string
	rec, err := s.scanRecording(ahead{row, []any{&c.Person.ID, &c.Person.Name, &c.Person.Code, &year, &sex, &side, &c.Person.Drawn, &text}})
	if err == nil {
		err = s.openCohort(&c.Person, text, &year, &sex, &side)
	}
	c.Recording = rec
	return c, err
}

// openCohort opens what is said of a person in the table.
func (s *Store) openCohort(p *record.Person, text string, year *sql.Null[int], sex, side *sql.Null[string]) error {
	err := s.Open("person", p.ID, text, Columns{"name": &p.Name, "code": &p.Code, "birth_year": year, "sex": sex, "affected_side": side})
	p.BirthYear, p.Sex, p.AffectedSide = ptr(*year), ptr(*sex), ptr(*side)
	return err
}

// clauses are conditions of a query with their values; ? stands for each.
type clauses struct {
	all  []string
	args []any
}

func (q *clauses) add(sql string, values ...any) {
	for _, v := range values {
		q.args = append(q.args, v)
		sql = strings.Replace(sql, "?", fmt.Sprintf("$%d", len(q.args)), 1)
	}
	q.all = append(q.all, sql)
}

func (q *clauses) where() string {
	if len(q.all) == 0 {
		return ""
	}
	return `WHERE ` + strings.Join(q.all, ` AND `)
}

// cohortQuery are the conditions that an encrypted database can answer too.
func cohortQuery(f *record.CohortFilter) *clauses {
	q := &clauses{}
	if !f.From.IsZero() {
		q.add(whenSQL+` >= ?`, micros(f.From))
	}
	if !f.To.IsZero() {
		q.add(whenSQL+` <= ?`, micros(f.To))
	}
	if f.Usable != nil {
		q.add(`r.usable = ?`, *f.Usable)
	}
	return q
}

// sealedCohort is [Store.Cohort] of an encrypted database.
func (s *Store) sealedCohort(ctx context.Context, f *record.CohortFilter) ([]record.CohortRow, error) {
	people, err := list(ctx, s.r, func(row scanner) (record.Person, error) {
		var p record.Person
		var year sql.Null[int]
		var sex, side sql.Null[string]
		var text string
		if err := row.Scan(&p.ID, &p.Name, &p.Code, &year, &sex, &side, &p.Drawn, &text); err != nil {
			return p, err
		}
		return p, s.openCohort(&p, text, &year, &sex, &side)
	}, `SELECT `+cohortColumns+` FROM person p WHERE EXISTS (SELECT 1 FROM recording r WHERE r.person_id = p.id)`)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(people, func(a, b record.Person) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID)) })
	from := ""
	if f.After != "" {
		if from, err = scanText(s.r.QueryRowContext(ctx, `SELECT person_id FROM recording WHERE id = $1`, f.After)); errors.Is(err, sql.ErrNoRows) {
			return []record.CohortRow{}, nil
		} else if err != nil {
			return nil, one("a recording", err)
		}
		people = people[max(0, slices.IndexFunc(people, func(p record.Person) bool { return p.ID == from })):]
	}
	text := strings.ToLower(strings.TrimSpace(f.Q))
	out := []record.CohortRow{}
	for _, p := range people {
		if !strings.Contains(searchText(&p), text) || f.Side != "" && !is(p.AffectedSide, f.Side) || f.Sex != "" && !is(p.Sex, f.Sex) {
			continue
		}
		q := cohortQuery(f)
		q.add(`r.person_id = ?`, p.ID)
		recs, err := list(ctx, s.r, s.scanRecording, `SELECT `+recordingOf+` FROM recording r `+q.where()+` ORDER BY `+whenSQL+`, r.id`, q.args...)
		if err != nil {
			return nil, err
		}
		if p.ID == from {
			after, err := s.Recording(ctx, f.After)
			if err != nil {
				return nil, err
			}
			recs = slices.DeleteFunc(recs, func(r record.Recording) bool {
				return cmp.Or(r.When().Compare(after.When()), cmp.Compare(r.ID, after.ID)) <= 0
			})
		}
		for _, r := range recs {
			if f.Protocol != "" && !is(r.Protocol, f.Protocol) || f.Research && !r.MayResearch() ||
				f.MinRate != nil && (r.RatePerMin == nil || *r.RatePerMin < *f.MinRate) || f.MaxRate != nil && (r.RatePerMin == nil || *r.RatePerMin > *f.MaxRate) {
				continue
			}
			if out = append(out, record.CohortRow{Person: p, Recording: r}); f.Limit > 0 && len(out) == f.Limit {
				return out, nil
			}
		}
	}
	return out, nil
}

func is(have *string, wanted string) bool { return have != nil && *have == wanted }

// ahead is a row with further columns before those that are asked for.
type ahead struct {
	row   scanner
	first []any
}

func (a ahead) Scan(rest ...any) error { return a.row.Scan(append(a.first, rest...)...) }

// Treatments are everybody's treatments, by person, the oldest first.
func (s *Store) Treatments(ctx context.Context) (map[string][]record.TreatmentOn, error) {
	out := map[string][]record.TreatmentOn{}
	_, err := list(ctx, s.r, func(row scanner) (string, error) {
		var person, id, kind, data, text string
		var when int64
		err := row.Scan(&person, &id, &when, &kind, &data, &text)
		if err == nil {
			err = s.Open("entry", person+"/"+id, text, Columns{"kind": &kind, "data": &data})
		}
		if err != nil || kind != "treatment" {
			return "", err
		}
		var t struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal([]byte(data), &t); err != nil {
			return "", err
		}
		out[person] = append(out[person], record.TreatmentOn{Type: t.Type, At: at(when)})
		return person, nil
	}, `SELECT person_id, id, at, kind, data, sealed FROM entry WHERE (kind = 'treatment' OR sealed <> '') AND NOT deleted ORDER BY person_id, at, id`)
	return out, err
}

// PeopleByCode are the people whose code is exactly this one.
func (s *Store) PeopleByCode(ctx context.Context, code string) ([]record.Person, error) {
	all, err := list(ctx, s.r, s.scanPerson, `SELECT `+personColumns+` FROM `+personTables+` WHERE p.code = $1 OR p.sealed <> '' ORDER BY p.id`, code)
	return slices.DeleteFunc(all, func(p record.Person) bool { return p.Code != code }), err
}
