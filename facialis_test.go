package facialis_test

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"facialis"
	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/measure"
	"facialis/motion"
	"facialis/phantom"
	"facialis/report"
	"facialis/spasm"
	"facialis/video"
)

// draw draws a face of 4 s whose right corner of the mouth twitches once, at 2 s,
// by 3 mm, and gives the video's path.
func draw(dir string) (string, error) {
	path := filepath.Join(dir, "twitch.mp4")
	_, err := phantom.Render(context.Background(), &phantom.Spec{
		Name: "twitch", Seed: 4, Seconds: 4, Blinks: phantom.Blinks{RatePerMin: -1},
		Camera: phantom.Camera{Width: 480, Height: 480, FPS: 30, FaceHeight: 0.66},
		Events: []phantom.EventSpec{{At: 2, Side: anatomy.Right, Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 3, Share: 1}}}},
	}, path, nil)
	return path, err
}

func ExampleAnalyze() {
	dir, err := os.MkdirTemp("", "facialis")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path, err := draw(dir)
	if err != nil {
		fmt.Println(err)
		return
	}

	a, err := facialis.Analyze(context.Background(), path, facialis.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if a.State() != report.StateMeasured {
		fmt.Println(a.State())
		return
	}
	fmt.Printf("%.0f s, %d pictures\n", a.Recording.DurationS, a.Recording.Frames)
	for _, e := range a.Events {
		fmt.Printf("%s %s of the %s, led by the %s, at %.1f s\n", e.Kind, e.Form, e.Side, e.Lead, e.OnsetS)
	}
	// Output:
	// 4 s, 120 pictures
	// spasm twitch of the right, led by the zygomaticus, at 2.0 s
}

// What is asked for is done: the stages get their settings, a mirrored recording
// gets the other side, an unknown one none, and progress reaches the end.
func TestOptionsAreUsed(t *testing.T) {
	path, err := draw(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var last facialis.Progress
	deaf := spasm.DefaultParams()
	deaf.MinMouthMM = 50
	for name, c := range map[string]struct {
		opt    facialis.Options
		events int
		side   anatomy.Side
	}{
		"mirrored": {facialis.Options{Mirror: facialis.Mirrored, Version: "mine 2", Tasks: []event.Task{{Task: "rest", FromS: 0, ToS: 4}}, Progress: func(p facialis.Progress) { last = p }}, 1, anatomy.Left},
		"unknown":  {facialis.Options{Mirror: facialis.MirrorUnknown}, 1, anatomy.Unknown},
		"deaf":     {facialis.Options{Spasm: &deaf}, 0, ""},
	} {
		a, err := facialis.Analyze(context.Background(), path, c.opt)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(a.Events) != c.events || c.events > 0 && a.Events[0].Side != c.side {
			t.Errorf("%s: %+v", name, a.Events)
		}
		if name == "mirrored" && (a.Provenance.Version != "mine 2" || len(a.Tasks) != 1) {
			t.Errorf("version %q, tasks %v", a.Provenance.Version, a.Tasks)
		}
	}
	if last.Pictures != 120 || math.Abs(last.AtS-119.0/30) > 1e-3 || math.Abs(last.TotalS-4) > 0.1 {
		t.Errorf("progress ends with %+v", last)
	}
}

// Each way to fail can be told from the others.
func TestErrorsOfAnalyze(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text.mp4")
	if err := os.WriteFile(text, []byte("no video"), 0o600); err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	for name, c := range map[string]struct {
		ctx  context.Context
		path string
		opt  facialis.Options
		want error
	}{
		"not there": {context.Background(), text + "4", facialis.Options{}, video.ErrNotFound},
		"ended":     {ended, text, facialis.Options{}, context.Canceled},
		"options":   {context.Background(), text, facialis.Options{Threads: -1}, facialis.ErrOptions},
	} {
		if a, err := facialis.Analyze(c.ctx, c.path, c.opt); a != nil || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := facialis.Analyze(context.Background(), text, facialis.Options{}); !video.Unreadable(err) {
		t.Errorf("text: %v", err)
	}
	t.Setenv("FACIALIS_LIB", t.TempDir())
	if _, err := facialis.Analyze(context.Background(), text, facialis.Options{}); !errors.Is(err, facialis.ErrMissing) {
		t.Errorf("without the networks: %v", err)
	}
}

// Validate accepts the defaults, written out or left out, and names each field
// that cannot be.
func TestValidate(t *testing.T) {
	f, m, s, n := face.DefaultOptions(), motion.DefaultParams(), spasm.DefaultParams(), measure.DefaultParams()
	for _, o := range []facialis.Options{{}, {Face: &f, Motion: &m, Spasm: &s, Measure: &n, Mirror: facialis.MirrorUnknown, Threads: 2, Tasks: []event.Task{{Task: "smile", FromS: 1, ToS: 2}}}} {
		if err := o.Validate(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	wrong := facialis.Options{
		Mirror: 3, Threads: -2, Face: &face.Options{Face: "nobody", RecheckS: 2}, Motion: &motion.Params{},
		Tasks: []event.Task{{FromS: 1, ToS: 2}, {Task: "smile", FromS: 2, ToS: 1}, {Task: "smile", FromS: math.NaN(), ToS: 1}, {Task: "smile", FromS: 0, ToS: math.Inf(1)}},
	}
	err := wrong.Validate()
	if !errors.Is(err, facialis.ErrOptions) {
		t.Fatal(err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range []string{"Tasks[0] has no name", "Tasks[1] (smile) ends before it starts", "Tasks[2] (smile) lasts from NaN", "Tasks[3] (smile) lasts from 0 to +Inf", "Mirror is 3", "Threads is -2", "Face.Face", "Motion is all zero"} {
		if i >= len(lines) || !strings.Contains(lines[i], want) {
			t.Errorf("line %d does not say %q: %s", i+1, want, err)
		}
	}
	m.GridMM = 0
	if err := (facialis.Options{Motion: &m}).Validate(); err == nil || !strings.Contains(err.Error(), "Motion.GridMM is 0") {
		t.Errorf("a grid without spacing: %v", err)
	}
	m.GridMM = motion.DefaultParams().GridMM
	for stage, settings := range map[string]any{"Face": &f, "Motion": &m, "Spasm": &s, "Measure": &n} {
		v := reflect.ValueOf(settings).Elem()
		for i := range v.NumField() {
			field := v.Field(i)
			if field.Kind() != reflect.Float64 && field.Kind() != reflect.Int {
				continue
			}
			was := reflect.ValueOf(field.Interface())
			if field.Kind() == reflect.Float64 {
				field.SetFloat(math.NaN())
			} else {
				field.SetInt(-1)
			}
			name := stage + "." + v.Type().Field(i).Name
			if err := (facialis.Options{Face: &f, Motion: &m, Spasm: &s, Measure: &n}).Validate(); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), name+" is ") {
				t.Errorf("%s is %v: %v", name, field, err)
			}
			field.Set(was)
		}
	}
}

// No exported declaration of the door names a type of an internal package.
func TestNoInternalTypes(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "facialis.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	inner := map[string]bool{}
	for _, i := range file.Imports {
		if path := strings.Trim(i.Path.Value, `"`); strings.Contains(path, "/internal/") {
			inner[path[strings.LastIndex(path, "/")+1:]] = true
		}
	}
	if len(inner) == 0 {
		t.Fatal("the door imports nothing internal")
	}
	look := func(name string, n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && inner[x.Name] {
					t.Errorf("%s names %s.%s", name, x.Name, s.Sel.Name)
				}
			}
			return true
		})
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() {
				look(d.Name.Name, d.Type)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
					look(s.Name.Name, s.Type)
				}
			}
		}
	}
}
