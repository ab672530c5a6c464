package server

import (
	"context"
	"net/http"

	"facialis/internal/service/account"
	"facialis/internal/service/record"

	"github.com/danielgtaylor/huma/v2"
)

type peopleList struct {
	People []record.Person `json:"people"`
}

// personEdit is what can be said of a person; what is left out stays as it is.
type personEdit struct {
	Name         *string `json:"name,omitempty" maxLength:"200"`
	Code         *string `json:"code,omitempty" maxLength:"100"`
	BirthYear    *int    `json:"birth_year,omitempty" nullable:"true"`
	Sex          *string `json:"sex,omitempty" nullable:"true" enum:"f,m,x"`
	AffectedSide *string `json:"affected_side,omitempty" nullable:"true" enum:"right,left,both"`
	Note         *string `json:"note,omitempty" maxLength:"20000"`
}

func (s *Server) peopleRoutes(api huma.API) {
	huma.Register(api, op("listPeople", http.MethodGet, "/people", "people"), s.listPeople)

	o := op("addPerson", http.MethodPost, "/people", "people")
	o.DefaultStatus, o.Errors = http.StatusCreated, []int{http.StatusForbidden}
	huma.Register(api, o, s.addPerson)

	huma.Register(api, op("getPerson", http.MethodGet, "/people/{person}", "people"), s.getPerson)

	huma.Register(api, op("editPerson", http.MethodPatch, "/people/{person}", "people"), s.editPerson)

	o = op("deletePerson", http.MethodDelete, "/people/{person}", "people")
	o.Errors = append(o.Errors, http.StatusForbidden)
	huma.Register(api, o, s.deletePerson)
}

func (s *Server) listPeople(ctx context.Context, in *struct {
	Q     string `query:"q" maxLength:"200" doc:"Part of a name or code"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	After string `query:"after" maxLength:"40" doc:"The id of the last person of the page before"`
}) (*body[peopleList], error) {
	who := account.From(ctx)
	list := peopleList{People: []record.Person{}}
	if !who.MaySeeAll() {
		if who.PersonID != nil && in.After == "" {
			p, err := s.person(ctx, *who.PersonID)
			if err != nil {
				return nil, err
			}
			list.People = append(list.People, *p)
		}
		return answer(list), nil
	}
	var err error
	list.People, err = s.Store.People(ctx, in.Q, in.After, in.Limit)
	s.Auth.Note(ctx, "look", "people", "")
	return answer(list), s.problem(ctx, err)
}

func (s *Server) addPerson(ctx context.Context, in *body[personEdit]) (*body[record.Person], error) {
	if err := s.staff(ctx, "problem.staff.add", ""); err != nil {
		return nil, err
	}
	p := &record.Person{ID: record.NewID()}
	in.Body.apply(p)
	if err := p.Check(); err != nil {
		return nil, s.problem(ctx, err)
	}
	p.CreatedAt = record.Micros(s.Now())
	p.UpdatedAt = p.CreatedAt
	if err := s.Store.AddPerson(ctx, p); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Work.Soon(p.ID)
	s.Auth.Note(ctx, "add", "person", p.ID)
	return answer(*p), nil
}

func (s *Server) getPerson(ctx context.Context, in *PersonID) (*body[record.Person], error) {
	p, err := s.person(ctx, in.Person)
	if err != nil {
		return nil, err
	}
	return answer(*p), nil
}

func (s *Server) editPerson(ctx context.Context, in *struct {
	PersonID
	RawBody []byte
	Body    personEdit
}) (*body[record.Person], error) {
	if _, err := s.person(ctx, in.Person); err != nil {
		return nil, err
	}
	who := account.From(ctx)
	if !who.MaySeeAll() && (in.Body.Name != nil || in.Body.Code != nil || in.Body.Note != nil || in.Body.BirthYear != nil || isNull(in.RawBody, "birth_year")) {
		return nil, s.staff(ctx, "problem.staff.details", in.Person)
	}
	p, err := s.Store.Person(ctx, in.Person) // with the note
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	was := *p
	in.Body.apply(p)
	for name, clear := range map[string]func(){
		"birth_year": func() { p.BirthYear = nil }, "sex": func() { p.Sex = nil }, "affected_side": func() { p.AffectedSide = nil },
	} {
		if isNull(in.RawBody, name) {
			clear()
		}
	}
	if err := p.Check(); err != nil {
		return nil, s.problem(ctx, err)
	}
	p.UpdatedAt = record.Micros(s.Now())
	if err := s.Store.SavePerson(ctx, p); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Work.Soon(p.ID)
	before, after := differ(&was, p)
	s.Auth.Changed(ctx, "change", "person", p.ID, before, after)
	return answer(*forWhom(who, p)), nil
}

func (s *Server) deletePerson(ctx context.Context, in *struct {
	PersonID
	How
}) (*struct{}, error) {
	if _, err := s.person(ctx, in.Person); err != nil {
		return nil, err
	}
	if err := s.staff(ctx, "problem.staff.delete", in.Person); err != nil {
		return nil, err
	}
	if err := s.binPerson(ctx, in.Person, in.How); err != nil {
		return nil, s.problem(ctx, err)
	}
	s.Auth.Note(ctx, in.verb(), "person", in.Person)
	return nil, nil
}

// forWhom is a person as somebody sees them: the note is the clinicians' own.
func forWhom(who account.Account, p *record.Person) *record.Person {
	if !who.MaySeeAll() {
		p.Note = ""
	}
	return p
}

func (e *personEdit) apply(p *record.Person) {
	for _, f := range []struct{ from, to *string }{{e.Name, &p.Name}, {e.Code, &p.Code}, {e.Note, &p.Note}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	if e.BirthYear != nil {
		p.BirthYear = e.BirthYear
	}
	if e.Sex != nil {
		p.Sex = e.Sex
	}
	if e.AffectedSide != nil {
		p.AffectedSide = e.AffectedSide
	}
}
