package server

import (
	"bytes"
	"context"
	"errors"
	"facialis/internal/service/account"
	"io"
	"mime"
	"net/http"
	"time"

	"facialis/internal/service/archive"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/report"
	"facialis/report/boris"
	"facialis/report/edf"
	"facialis/report/elan"
	"facialis/report/pdf"

	"github.com/danielgtaylor/huma/v2"
)

// exportRoutes registers the exports.
func (s *Server) exportRoutes(api huma.API) {
	huma.Register(api, gives(op("getFHIR", http.MethodGet, "/people/{person}/fhir", "exports"), "application/fhir+json"),
		func(ctx context.Context, in *struct {
			PersonID
			Setting
		}) (*huma.StreamResponse, error) {
			p, err := s.person(ctx, in.Person)
			if err != nil {
				return nil, err
			}
			data, err := archive.Bundle(ctx, s.Work, p, archive.BundleOptions{Setting: in.Setting.Setting, Now: s.Now(), Guidance: account.From(ctx).Role == account.Patient})
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			s.Auth.Note(ctx, "export", "fhir", p.ID)
			return download(data, "application/fhir+json", p.ID+".fhir.json"), nil
		})

	o := gives(op("getReportPDF", http.MethodGet, "/recordings/{rec}/report.pdf", "exports"), "application/pdf")
	o.Errors = append(o.Errors, http.StatusNotImplemented)
	huma.Register(api, o, func(ctx context.Context, in *PDFQuery) (*huma.StreamResponse, error) {
		r, err := s.recording(ctx, in.Rec)
		if err != nil {
			return nil, err
		}
		page, err := s.Work.Report(ctx, r, in.Setting.Setting, account.From(ctx).Role == account.Patient)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		page, _ = report.ForPrint(page, in.Appendix)
		data, err := s.print(ctx, pdf.On(page, pdf.Paper(in.Paper)))
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		s.Auth.Note(ctx, "export", "report.pdf of "+r.ID, r.PersonID)
		return download(data, "application/pdf", r.ID+".pdf"), nil
	})

	for _, e := range []struct {
		id, name, media string
		write           func(ctx context.Context, w io.Writer, r *record.Recording, a *report.Analysis) error
	}{
		{"getEventsCSV", "events.csv", "text/csv", func(_ context.Context, w io.Writer, _ *record.Recording, a *report.Analysis) error {
			return report.EncodeEventsCSV(w, a)
		}},
		{"getEAF", "eaf", "application/xml", func(_ context.Context, w io.Writer, r *record.Recording, a *report.Analysis) error {
			return elan.Encode(w, a, elan.Options{Media: fileName(r), Written: s.Now()})
		}},
		{"getBORIS", "boris", "application/json", func(_ context.Context, w io.Writer, r *record.Recording, a *report.Analysis) error {
			return boris.EncodeProject(w, a, boris.Options{Media: fileName(r), Recorded: filmed(r)})
		}},
		{"getEDF", "edf", "application/octet-stream", func(_ context.Context, w io.Writer, r *record.Recording, a *report.Analysis) error {
			t, err := s.Work.LoadTrace(r)
			if err != nil {
				return err
			}
			return edf.Encode(w, a, t, edf.Options{Recorded: filmed(r)})
		}},
	} {
		huma.Register(api, gives(op(e.id, http.MethodGet, "/recordings/{rec}/export/"+e.name, "exports"), e.media),
			func(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
				r, err := s.recording(ctx, in.Rec)
				if err != nil {
					return nil, err
				}
				a, _, err := s.Work.CorrectedAnalysis(ctx, r)
				if err != nil {
					return nil, s.problem(ctx, err)
				}
				var b bytes.Buffer
				if err := e.write(ctx, &b, r, a); err != nil {
					return nil, s.problem(ctx, err)
				}
				s.Auth.Note(ctx, "export", e.name+" of "+r.ID, r.PersonID)
				name := r.ID + "." + e.name
				if e.name == "events.csv" {
					name = r.ID + "-events.csv"
				}
				return download(b.Bytes(), e.media, name), nil
			})
	}
	const parquet = "application/vnd.apache.parquet"
	for _, d := range []struct{ id, name, media string }{
		{"downloadAnalysis", report.AnalysisFile, "application/json"},
		{"downloadTrace", report.TraceFile, parquet},
		{"downloadCandidates", report.CandidatesFile, parquet},
	} {
		id, name, media := d.id, d.name, d.media
		huma.Register(api, gives(op(id, http.MethodGet, "/recordings/{rec}/export/"+name, "exports"), media),
			func(ctx context.Context, in *RecordingID) (*huma.StreamResponse, error) {
				r, err := s.recording(ctx, in.Rec)
				if err != nil {
					return nil, err
				}
				file, err := s.Work.Open(ctx, r, name)
				if err != nil {
					return nil, s.problem(ctx, err)
				}
				s.Auth.Note(ctx, "export", name+" of "+r.ID, r.PersonID)
				return stream(func(w http.ResponseWriter, req *http.Request) {
					defer file.Close()
					attach(w, media, r.ID+"-"+name)
					http.ServeContent(noDeadline{w}, req, "", time.Time{}, file)
				}), nil
			})
	}
}

// print prints a page; without Chromium the answer says so.
func (s *Server) print(ctx context.Context, page []byte) ([]byte, error) {
	data, err := s.printer.do(ctx, page)
	if errors.Is(err, pdf.ErrNoChromium) || errors.Is(err, pdf.ErrNoSandbox) {
		return nil, huma.Error501NotImplemented(err.Error())
	}
	return data, err
}

// download is a file to be kept, under a name that says nothing of the person.
func download(data []byte, media, name string) *huma.StreamResponse {
	return stream(func(w http.ResponseWriter, req *http.Request) {
		attach(w, media, name)
		http.ServeContent(noDeadline{w}, req, "", time.Time{}, bytes.NewReader(data))
	})
}

func attach(w http.ResponseWriter, media, name string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}

// filmed is when a recording was filmed, the zero time where that is not known.
func filmed(r *record.Recording) time.Time {
	if r.RecordedAt == nil {
		return time.Time{}
	}
	return *r.RecordedAt
}

// fileName is the name under which a recording's original is handed out.
func fileName(r *record.Recording) string { return r.ID + work.Extension(r.Type) }
