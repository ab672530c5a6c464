package pipeline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"facialis/face"
	"facialis/measure"
	"facialis/motion"
	"facialis/spasm"
)

// A parameter that stands in every provenance decides something: each is read
// somewhere in its own package, outside the place where it is set.
func TestEveryParameterIsRead(t *testing.T) {
	for dir, params := range map[string]any{
		"face": face.DefaultOptions(), "motion": motion.DefaultParams(),
		"spasm": spasm.DefaultParams(), "measure": measure.DefaultParams(),
	} {
		files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no source: %v", dir, err)
		}
		read := map[string]bool{}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					read[s.Sel.Name] = true
				}
				return true
			})
		}
		for _, f := range reflect.VisibleFields(reflect.TypeOf(params)) {
			if f.IsExported() && !read[f.Name] {
				t.Errorf("%s: the parameter %s is read nowhere", dir, f.Name)
			}
		}
	}
}

// The networks of a provenance are those that an analysis runs.
func TestOnlyNetworksThatRunAreNamed(t *testing.T) {
	e, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if len(e.Models()) != 2 {
		t.Errorf("models %v, want the detector and the attention mesh", e.Models())
	}
}
