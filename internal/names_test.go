package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
)

// enough is how many regions with words beside them make a table of names.
const enough = 5

// The words for regions stand in anatomy alone, and in the pages' copy of it.
func TestRegionsAreNamedInOnePlace(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); n == "node_modules" || n == "dist" || n == "build" || n == "models" || strings.HasPrefix(n, ".") && n != ".." {
				return fs.SkipDir
			}
			return nil
		}
		in, _ := filepath.Rel("..", path)
		switch {
		case strings.HasPrefix(in, "anatomy/") || strings.HasSuffix(in, "schema.d.ts") || strings.HasSuffix(in, "_test.go") || strings.HasSuffix(in, ".test.ts"):
		case strings.HasSuffix(in, ".go"):
			for _, at := range goTables(t, path, nil) {
				t.Errorf("%s:%d: a table of words for regions; take anatomy's", in, at)
			}
		case strings.HasSuffix(in, ".ts") || strings.HasSuffix(in, ".svelte"):
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if scriptTable(string(b)) {
				t.Errorf("%s: a table of words for regions; take lib/places", in)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The search finds what it is for.
func TestRegionTablesAreFound(t *testing.T) {
	const table = `package p
var a = map[anatomy.Region]string{anatomy.Frontalis: "a", anatomy.Zygomaticus: "b", anatomy.OrbicularisOculi: "c", anatomy.Depressor: "d", "chin": "e"}
var b = [7]string{anatomy.AtFrontalis: "a", anatomy.AtZygomaticus: "b", anatomy.AtOrbicularisOculi: "c", anatomy.AtDepressor: "d", anatomy.AtMentalis: "e"}
var c = map[string]anatomy.Region{"brow": anatomy.Frontalis, "corner": anatomy.Zygomaticus, "eye": anatomy.OrbicularisOculi, "lip": anatomy.Depressor, "neck": anatomy.Platysma}
var d = map[string]string{"frontalis": "a", "zygomaticus": "b", "platysma": "c", "depressor": "d", "mentalis": "e"}
var e = map[anatomy.Region]float64{anatomy.Frontalis: 1, anatomy.Zygomaticus: 2, anatomy.OrbicularisOculi: 3, anatomy.Depressor: 4, anatomy.Mentalis: 5}
var f = [7]string{"frontalis", "orbic oculi", "zygomaticus", "orbic oris", "depressor", "mentalis", "platysma"}
`
	if got := goTables(t, "p.go", table); !slices.Equal(got, []int{3, 4, 5, 7}) {
		t.Errorf("tables in lines %v", got)
	}
	const script = `const a = { frontalis: "a", zygomaticus: "b", platysma: "c",
	depressor: %s"d", mentalis: "e" };`
	if !scriptTable(strings.Replace(script, "%s", "", 1)) || scriptTable(strings.Replace(script, "%s", "1 + ", 1)) {
		t.Error("tables of scripts")
	}
}

// goTables are the lines of the map and array literals that set words beside at
// least five regions, or list as many by name.
func goTables(t *testing.T, path string, src any) (lines []int) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		c, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		seen := map[string]bool{}
		for _, e := range c.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				if isText(e) && regionIn(e) != "" { // a list in the regions' order
					seen[regionIn(e)] = true
				}
				continue
			}
			k, v := regionIn(kv.Key), regionIn(kv.Value)
			if k != "" && isText(kv.Value) {
				seen[k] = true
			}
			if v != "" && isText(kv.Key) {
				seen[v] = true
			}
		}
		if len(seen) >= enough {
			lines = append(lines, set.Position(c.Pos()).Line)
		}
		return true
	})
	return lines
}

func isText(e ast.Expr) bool {
	b, ok := e.(*ast.BasicLit)
	return ok && b.Kind == token.STRING
}

// regionIn is the region that an expression names: a constant of anatomy, or the
// region's key.
func regionIn(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.SelectorExpr:
		name := strings.ToLower(strings.TrimPrefix(x.Sel.Name, "At"))
		for _, r := range anatomy.Regions {
			if name == strings.ReplaceAll(string(r), "_", "") {
				return string(r)
			}
		}
	case *ast.BasicLit:
		if r := anatomy.Region(strings.Trim(x.Value, "\"`")); r.Index() >= 0 {
			return string(r)
		}
	}
	return ""
}

var scriptEntry = regexp.MustCompile("[\"']?(" + strings.Join(anatomy.RegionNames[:], "|") + ")[\"']?\\s*:\\s*[\"'`]")

// scriptTable reports an object literal that sets words beside at least five
// regions.
func scriptTable(src string) bool {
	for _, object := range regexp.MustCompile(`\{[^{}]*\}`).FindAllString(src, -1) {
		seen := map[string]bool{}
		for _, m := range scriptEntry.FindAllStringSubmatch(object, -1) {
			seen[m[1]] = true
		}
		if len(seen) >= enough {
			return true
		}
	}
	return false
}
