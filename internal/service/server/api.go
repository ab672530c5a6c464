package server

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"facialis/internal/service/record"
	"facialis/interview"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

func init() {
	// A list is never null in this API.
	huma.DefaultArrayNullable = false
}

// apiVersion is the version of the API, not of the program, which strangers are not
// told.
const apiVersion = "1"

// API registers every route on mux and returns what describes them.
func (s *Server) API(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("facialis", apiVersion)
	config.Info.Description = words.English().Say("api.about")
	config.DocsPath, config.SchemasPath = "", ""
	config.OpenAPIPath = "/openapi"
	config.CreateHooks = nil
	config.Servers = []*huma.Server{{URL: "/"}}
	config.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "facialis", Description: words.English().Say("api.security.session")},
		"token":   {Type: "http", Scheme: "bearer", Description: words.English().Say("api.security.token")},
	}
	config.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	api := humago.New(mux, config)
	schemas := api.OpenAPI().Components.Schemas
	schemas.RegisterTypeAlias(typeOf[interview.Cond](), typeOf[json.RawMessage]()) // written by its own method
	// An entry's data is one of these, by its kind.
	for _, t := range []reflect.Type{typeOf[record.AttackData](), typeOf[record.DayData](), typeOf[record.TreatmentData](), typeOf[record.VisitData](), typeOf[offsetProblem]()} {
		schemas.Schema(t, true, "")
	}
	api.UseMiddleware(s.guard(api))
	s.accountRoutes(api)
	s.ownRoutes(api)
	s.tokenRoutes(api)
	s.peopleRoutes(api)
	s.uploadRoutes(api)
	s.recordingRoutes(api)
	s.progressRoutes(api)
	s.resultRoutes(api)
	s.liveRoutes(api)
	s.correctionRoutes(api)
	s.meaningRoutes(api)
	s.diaryRoutes(api)
	s.healthRoutes(api)
	s.lostRoutes(api)
	s.binRoutes(api)
	s.exportRoutes(api)
	s.archiveRoutes(api)
	s.studyRoutes(api)
	s.cohortRoutes(api)
	sharpen(schemas)
	nullableEnums(schemas)
	describeGuard(api.OpenAPI())
	return api
}

// sharpen says what the types alone do not: an object that may be null, and the
// fields of an answer that are always there though a request may leave them out.
func sharpen(schemas huma.Registry) {
	all := schemas.Map()
	for name, fields := range map[string][]string{"CorrectedEvent": {"machine"}, "Correction": {"was"}, "MeasureJerks": {"longest_run"}} {
		for _, f := range fields {
			p := all[name].Properties
			p[f] = &huma.Schema{OneOf: []*huma.Schema{p[f], {Type: "null"}}}
		}
	}
	for _, name := range []string{"Recording", "Upload"} {
		all[name].Required = slices.Sorted(maps.Keys(all[name].Properties))
	}
}

// nullableEnums lets a value that may be null be null where it is one of a few
// words too: a list of words without null forbids it, whatever the type says.
func nullableEnums(schemas huma.Registry) {
	for _, s := range schemas.Map() {
		for _, p := range s.Properties {
			if p.Nullable && len(p.Enum) > 0 && !slices.Contains(p.Enum, nil) {
				p.Enum = append(p.Enum, nil)
			}
		}
	}
}

// schemaName names a type in the description: by itself where it belongs to
// what the service keeps, else with its package before it.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	pkg := t.PkgPath()
	pkg = pkg[strings.LastIndex(pkg, "/")+1:]
	switch pkg {
	case "account", "assess", "measure", "night", "course", "report":
		if !strings.HasPrefix(strings.ToLower(name), pkg) {
			return strings.ToUpper(pkg[:1]) + pkg[1:] + name
		}
	}
	return name
}

// op describes a route under /api/v1. The summary is one short sentence.
func op(id, method, path, tag string) huma.Operation {
	o := huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: words.English().Name("api.operation", id), Tags: []string{tag}}
	if strings.Contains(path, "{") {
		o.Errors = []int{http.StatusNotFound}
	}
	if method == http.MethodDelete {
		o.DefaultStatus = http.StatusNoContent
	}
	return o
}

// gives says that a route answers with bytes of a media type.
func gives(o huma.Operation, media ...string) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, m := range media {
		content[m] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: content}}
	return o
}

// body is a JSON answer.
type body[T any] struct{ Body T }

func answer[T any](v T) *body[T] { return &body[T]{v} }

// stream is an answer that is written by hand, with the request and the writer
// of net/http. An error before it is a problem like any other.
func stream(write func(w http.ResponseWriter, r *http.Request)) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		write(w, r)
	}}
}

// PersonID is the route's person. (Huma reads parameters of exported embedded types
// only.)
type PersonID struct {
	Person string `path:"person" maxLength:"40"`
}

// RecordingID is the route's recording.
type RecordingID struct {
	Rec string `path:"rec" maxLength:"40"`
}
