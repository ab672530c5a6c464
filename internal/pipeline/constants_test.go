package pipeline

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"facialis/event"
	"facialis/face"
	"facialis/motion"
	"facialis/spasm"
)

// notDeciding are the numeric constants of these packages that decide no result,
// and why.
var notDeciding = map[string]map[string]string{
	"event": {
		"TrainGapS": "a parameter's default", "EpisodeGapS": "a parameter's default", "AttackGapS": "a parameter's default",
		"NumColumns": "how many columns a trace has",
	},
	"spasm": {
		"maxTasks": "a limit on input", "maxParamsFile": "a limit on input", "stretchFrames": "how a long recording is searched, with the same events", "stretchS": "as stretchFrames",
		"overlapS": "as stretchFrames", "overlapFrames": "as stretchFrames", "joinS": "as stretchFrames",
	},
	"motion": {
		"sampleUnit": "fixed-point arithmetic", "mixUnit": "fixed-point arithmetic", "blockRows": "memory is taken in blocks", "freeRows": "memory is given back in blocks",
		"vCheek":         "a point of the mesh",
		"sightingUnit":   "how finely sightings are kept, under a fiftieth of a pixel",
		"sightingHead":   "a sighting's size in memory",
		"sightingBuffer": "memory is taken in blocks",
		"notFilmedRows":  "more than any step carries a value across",
		"unevenStep":     "chooses which pictures the report shows",
		"vBrowMid":       "a point of the mesh", "vLipLowerR": "a point of the mesh", "vLipUpperR": "a point of the mesh",
		"vSubnasale": "a point of the mesh", "vChin": "a point of the mesh", "vForehead": "a point of the mesh",
	},
	"face": {
		"maxPatch": "room for samples", "farthest": "fixed-point arithmetic", "mostPixels": "fixed-point arithmetic",
		"NumPoints": "the mesh's size", "detectorSide": "the network's input", "meshSide": "the network's input",
		"RightEyeOuter": "a point of the mesh", "RightEyeInner": "a point of the mesh", "LeftEyeInner": "a point of the mesh",
		"LeftEyeOuter": "a point of the mesh", "RightCommissure": "a point of the mesh", "LeftCommissure": "a point of the mesh",
		"UpperLip": "a point of the mesh", "LowerLip": "a point of the mesh", "UpperLipInner": "a point of the mesh",
		"LowerLipInner": "a point of the mesh", "Chin": "a point of the mesh", "Forehead": "a point of the mesh",
		"Glabella": "a point of the mesh", "NoseBridge": "a point of the mesh", "NoseTip": "a point of the mesh", "NoseBase": "a point of the mesh",
	},
}

// Every number that decides a result stands in its provenance: a package-level
// constant is in its package's Constants, under its own name, or is named above;
// every name in Constants is such a constant, and is read; and no function holds a
// threshold of its own (a number with a decimal point in a comparison, or as a
// limit to min, max or clamp; in spasm, any number with a decimal point).
func TestEveryConstantIsInTheProvenance(t *testing.T) {
	for dir, table := range map[string]map[string]float64{
		"event": event.Constants(), "face": face.Constants(), "motion": motion.Constants(), "spasm": spasm.Constants(),
	} {
		declared, read, fset := map[string]bool{}, map[string]bool{}, token.NewFileSet()
		for _, f := range source(t, fset, filepath.Join("..", "..", dir)) {
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok == token.IMPORT || g.Tok == token.TYPE {
					continue
				}
				for _, s := range g.Specs {
					v := s.(*ast.ValueSpec)
					for i, name := range v.Names {
						if i >= len(v.Values) || !numeric(v.Values[i]) {
							continue
						}
						if g.Tok == token.VAR {
							t.Errorf("%s: %s is a number that can change; make it a constant", dir, name.Name)
							continue
						}
						declared[name.Name] = true
						_, listed := table[name.Name]
						if _, free := notDeciding[dir][name.Name]; listed == free {
							t.Errorf("%s: the constant %s is in Constants: %v, named as deciding nothing: %v", dir, name.Name, listed, free)
						}
					}
				}
			}
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if ok && fn.Name.Name == "Constants" && fn.Recv == nil {
					sameNames(t, dir, fn)
					continue
				}
				if ok && fn.Body != nil && !strings.HasPrefix(fn.Name.Name, "Default") {
					for _, at := range bareThresholds(fn.Body, dir == "spasm") {
						t.Errorf("%s: a threshold without a name", fset.Position(at))
					}
				}
				ast.Inspect(d, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.ValueSpec: // its own name is not a use
						for _, v := range n.Values {
							ast.Inspect(v, func(n ast.Node) bool { return use(read, n) })
						}
						if n.Type != nil {
							ast.Inspect(n.Type, func(n ast.Node) bool { return use(read, n) })
						}
						return false
					}
					return use(read, n)
				})
			}
		}
		for name := range table {
			if !declared[name] {
				t.Errorf("%s: Constants names %s, which is no constant", dir, name)
			}
			if !read[name] && !ast.IsExported(name) {
				t.Errorf("%s: the constant %s is read nowhere", dir, name)
			}
		}
		for name := range notDeciding[dir] {
			if !declared[name] {
				t.Errorf("%s: %s is no constant any more", dir, name)
			}
		}
	}
}

func use(read map[string]bool, n ast.Node) bool {
	if id, ok := n.(*ast.Ident); ok {
		read[id.Name] = true
	}
	return true
}

func source(t *testing.T, fset *token.FileSet, dir string) []*ast.File {
	t.Helper()
	var out []*ast.File
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(path, "/") || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, path), nil, 0)
		out = append(out, f)
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("%s: no source: %v", dir, err)
	}
	return out
}

// numeric says that an expression is arithmetic with at least one number in it.
func numeric(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Kind == token.INT || e.Kind == token.FLOAT
	case *ast.ParenExpr:
		return numeric(e.X)
	case *ast.UnaryExpr:
		return numeric(e.X)
	case *ast.BinaryExpr:
		return numeric(e.X) || numeric(e.Y)
	case *ast.CallExpr: // float32(1)
		return len(e.Args) == 1 && numeric(e.Args[0])
	}
	return false
}

// sameNames holds a table of constants to its form: each under its own name.
func sameNames(t *testing.T, dir string, fn *ast.FuncDecl) {
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		kv, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		key, _ := strconv.Unquote(kv.Key.(*ast.BasicLit).Value)
		if id, ok := kv.Value.(*ast.Ident); !ok || id.Name != key {
			t.Errorf("%s: Constants has another constant's value under %s", dir, key)
		}
		return false
	})
}

// bareThresholds are the numbers with a decimal point that a function compares
// with or limits by; all of them where all is set. 0, 1 and 2 say what is done, not
// how much; what is a thousandth or less guards against rounding.
func bareThresholds(body *ast.BlockStmt, all bool) []token.Pos {
	found := map[token.Pos]bool{}
	numbers := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.FLOAT {
				if v, _ := strconv.ParseFloat(l.Value, 64); v > 0.001 && v != 1 && v != 2 {
					found[l.Pos()] = true
				}
			}
			return true
		})
	}
	if all {
		numbers(body)
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			switch n.Op {
			case token.LSS, token.GTR, token.LEQ, token.GEQ:
				numbers(n)
			}
		case *ast.CallExpr:
			name := ""
			switch f := n.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if name = strings.ToLower(name); name == "min" || name == "max" || strings.HasPrefix(name, "clamp") {
				for _, a := range n.Args {
					numbers(a)
				}
			}
		}
		return true
	})
	var out []token.Pos
	for p := range found {
		out = append(out, p)
	}
	return out
}

// A threshold without a name is found wherever it stands.
func TestBareThresholdsAreFound(t *testing.T) {
	for code, want := range map[string]int{
		"if x > 0.3 { return }":              1,
		"if x+0.3*y >= z { return }":         1,
		"x = math.Max(x, 0.25)":              1,
		"x = clampTo(x, 0.4, 2.5)":           2,
		"if x <= 1e-6 || x > 2.0 { return }": 0,
		"x = 0.5 * (a + b)":                  0,
		"if x > leastS { return }":           0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() {\n"+code+"\n}", 0)
		if err != nil {
			t.Fatal(err)
		}
		body := f.Decls[0].(*ast.FuncDecl).Body
		if got := len(bareThresholds(body, false)); got != want {
			t.Errorf("%s: %d thresholds, want %d", code, got, want)
		}
	}
	f, _ := parser.ParseFile(token.NewFileSet(), "", "package p\nfunc f() { x = 0.3 * y }", 0)
	if got := len(bareThresholds(f.Decls[0].(*ast.FuncDecl).Body, true)); got != 1 {
		t.Errorf("%d numbers, want 1", got)
	}
}
