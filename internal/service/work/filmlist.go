package work

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"facialis/internal/service/record"
	"facialis/words"
)

// FilmRow is a line of a list of films that are to be brought in.
type FilmRow struct {
	File       string     `json:"file" doc:"Its name without folders"`
	Code       string     `json:"code"`
	PersonID   string     `json:"person_id" doc:"The person with that code; empty where there is none yet"`
	RecordedAt *time.Time `json:"recorded_at"`
	Visit      string     `json:"visit"`
	Side       string     `json:"side" enum:",right,left,both" doc:"Affected side, for a new person"`
	Protocol   string     `json:"protocol"`
	Problem    string     `json:"problem" doc:"Why this line cannot be brought in; empty where it can"`
}

// FilmList is a list of films, checked.
type FilmList struct {
	Rows  []FilmRow `json:"rows"`
	Added int       `json:"added" doc:"People who were added"`
}

// Names that a list's columns go by.
var (
	fileColumns     = []string{"file", "film", "video", "filename", "file_name"}
	codeColumns     = []string{"code", "person", "person_code", "patient", "id", "subject"}
	dateColumns     = []string{"date", "recorded", "recorded_at", "filmed"}
	visitColumns    = []string{"visit", "label", "session"}
	sideColumns     = []string{"side", "affected_side"}
	protocolColumns = []string{"protocol", "task_protocol", "tasks"}
)

// maxListed bounds a list of films.
const maxListed = 20000

// ReadFilmList reads a list of films (CSV with comma, semicolon or tab) with the columns
// file, code, date, visit, side and protocol, and finds the people by their codes. With
// add, people who are not there yet are added.
func (w *Worker) ReadFilmList(ctx context.Context, data []byte, add bool, now time.Time) (*FilmList, error) {
	rows, err := parseFilmList(data)
	if err != nil {
		return nil, err
	}
	out := &FilmList{Rows: rows}
	people := map[string]string{}
	for i := range rows {
		r := &rows[i]
		if r.Problem != "" {
			continue
		}
		id, known := people[r.Code]
		if !known {
			found, err := w.Store.PeopleByCode(ctx, r.Code)
			if err != nil {
				return nil, err
			}
			switch {
			case len(found) > 1:
				r.Problem = words.Default().Say("service.films.several")
				continue
			case len(found) == 1:
				id = found[0].ID
			case add:
				p := &record.Person{ID: record.NewID(), Code: r.Code, CreatedAt: record.Micros(now), UpdatedAt: record.Micros(now)}
				if r.Side != "" {
					p.AffectedSide = &r.Side
				}
				if err := p.Check(); err != nil {
					r.Problem = err.Error()
					continue
				}
				if err := w.Store.AddPerson(ctx, p); err != nil {
					return nil, err
				}
				out.Added++
				id = p.ID
			}
			people[r.Code] = id
		}
		r.PersonID = id
	}
	return out, nil
}

// parseFilmList reads the lines; what is wrong with one stands in it.
func parseFilmList(data []byte) ([]FilmRow, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	c := csv.NewReader(bytes.NewReader(data))
	for _, sep := range []rune{'\t', ';'} {
		if bytes.Count(first, []byte(string(sep))) > bytes.Count(first, []byte(string(c.Comma))) {
			c.Comma = sep
		}
	}
	c.FieldsPerRecord, c.TrimLeadingSpace = -1, true
	header, err := c.Read()
	if err != nil {
		return nil, record.Invalid("record.invalid.films.header")
	}
	for i := range header {
		header[i] = strings.Join(strings.FieldsFunc(strings.ToLower(header[i]), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_")
	}
	at := func(names []string) int {
		return slices.IndexFunc(header, func(h string) bool { return slices.Contains(names, h) })
	}
	file, code := at(fileColumns), at(codeColumns)
	if file < 0 || code < 0 || file == code {
		return nil, record.Invalid("record.invalid.films.header")
	}
	out := []FilmRow{}
	seen := map[string]bool{}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, record.Invalid("record.invalid.films.line", words.Args{"Line": len(out) + 2})
		}
		get := func(i int) string {
			if i < 0 || i >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[i])
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if len(out) == maxListed {
			return nil, record.Invalid("record.invalid.films.many", words.Args{"Most": maxListed})
		}
		r := FilmRow{File: path.Base(strings.ReplaceAll(get(file), `\`, "/")), Code: get(code), Visit: get(at(visitColumns)), Protocol: get(at(protocolColumns))}
		problem := func(key string) {
			if r.Problem == "" {
				r.Problem = words.Default().Say(key)
			}
		}
		side, ok := sideOf(get(at(sideColumns)))
		if r.Side = side; !ok {
			problem("service.films.side")
		}
		if d := get(at(dateColumns)); d != "" {
			t, err := dateOf(d)
			if err != nil {
				problem(err.Error())
			} else {
				r.RecordedAt = &t
			}
		}
		if get(file) == "" || r.Code == "" {
			problem("service.films.missing")
		}
		if seen[r.File] {
			problem("service.films.twice")
		}
		seen[r.File] = true
		if !record.Plain(r.Visit, 300) || !record.Plain(r.Protocol, 100) || !record.Plain(r.Code, 100) {
			problem("service.films.text")
		}
		out = append(out, r)
	}
}

func sideOf(s string) (string, bool) {
	switch strings.ToLower(s) {
	case "":
		return "", true
	case "r", "right":
		return "right", true
	case "l", "left":
		return "left", true
	case "b", "both":
		return "both", true
	}
	return "", false
}

// dateOf reads 2026-05-07, with a time or without, or 07.05.2026. A date with slashes is
// refused unless one of its numbers can only be a day: 5/7 is two days. Its error is a key
// of the catalog.
func dateOf(s string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, "2.1.2006", "2.1.2006 15:04"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	parts := strings.Split(s, "/")
	if len(parts) == 3 {
		a, err1 := strconv.Atoi(parts[0])
		b, err2 := strconv.Atoi(parts[1])
		const months = 12
		switch {
		case err1 != nil || err2 != nil:
		case a <= months && b <= months && a != b:
			return time.Time{}, errors.New("service.films.slashes")
		default:
			for _, form := range []string{"2/1/2006", "1/2/2006"} {
				if t, err := time.Parse(form, s); err == nil {
					return t.UTC(), nil
				}
			}
		}
	}
	return time.Time{}, errors.New("service.films.date")
}
