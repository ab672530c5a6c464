package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"facialis/bench/change"
	"facialis/measure"
)

// edit is one change of a source file.
type edit struct {
	sort     string // number, sign or comparison
	file     string
	at, end  int // bytes of the file
	line     int
	from, to string
}

func (e edit) String() string {
	return fmt.Sprintf("%-10s %s:%d: %s → %s", e.sort, filepath.Base(e.file), e.line, e.from, e.to)
}

// turned is what an operator becomes.
var turned = map[token.Token]token.Token{
	token.ADD: token.SUB, token.SUB: token.ADD, token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.LSS: token.GEQ, token.LEQ: token.GTR, token.GTR: token.LEQ, token.GEQ: token.LSS,
}

// edits are all changes of a package's source, tests aside, in order.
func edits(room string) ([]edit, error) {
	files, err := filepath.Glob(filepath.Join(room, "*.go"))
	if err != nil {
		return nil, err
	}
	var out []edit
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, name, src, 0)
		if err != nil {
			return nil, err
		}
		add := func(sort string, pos token.Pos, from, to string) {
			at := set.Position(pos)
			out = append(out, edit{sort, name, at.Offset, at.Offset + len(from), at.Line, from, to})
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.ValueSpec:
				for _, v := range x.Values {
					if lit, ok := v.(*ast.BasicLit); ok && inConst(f, x) {
						for _, factor := range change.Factors {
							if to, ok := times(lit, factor); ok {
								add("number", lit.Pos(), lit.Value, to)
							}
						}
					}
				}
			case *ast.BinaryExpr:
				if to, ok := turned[x.Op]; ok && !isText(x) {
					sort := "sign"
					if x.Op != token.ADD && x.Op != token.SUB {
						sort = "comparison"
					}
					add(sort, x.OpPos, x.Op.String(), to.String())
				}
			case *ast.AssignStmt:
				if to, ok := turned[x.Tok]; ok {
					add("sign", x.TokPos, x.Tok.String(), to.String())
				}
			}
			return true
		})
	}
	return out, nil
}

// inConst reports whether a specification is of constants at the top of a file.
func inConst(f *ast.File, spec *ast.ValueSpec) bool {
	return slices.ContainsFunc(f.Decls, func(d ast.Decl) bool {
		g, ok := d.(*ast.GenDecl)
		return ok && g.Tok == token.CONST && slices.Contains(g.Specs, ast.Spec(spec))
	})
}

// isText reports whether a sum joins texts, as far as its literals tell.
func isText(x *ast.BinaryExpr) bool {
	for _, side := range []ast.Expr{x.X, x.Y} {
		switch y := side.(type) {
		case *ast.BasicLit:
			if y.Kind == token.STRING {
				return true
			}
		case *ast.BinaryExpr:
			if isText(y) {
				return true
			}
		}
	}
	return false
}

// times is a literal number multiplied; not ok where that is the same number.
func times(lit *ast.BasicLit, factor float64) (string, bool) {
	v, err := strconv.ParseFloat(strings.ReplaceAll(lit.Value, "_", ""), 64)
	if err != nil {
		return "", false
	}
	if lit.Kind == token.INT {
		w := math.Round(v * factor)
		return strconv.FormatFloat(w, 'f', -1, 64), w != v
	}
	return strconv.FormatFloat(v*factor, 'g', -1, 64), lit.Kind == token.FLOAT && v != 0
}

// runSource changes n places of a package's source and says which its tests notice. What
// does not compile any more is not counted.
func runSource(room, only string, n, jobs int, seed uint64) error {
	room = filepath.Clean(room)
	all, err := edits(room)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(e edit) bool { return !strings.Contains(e.String(), only) })
	places := len(all)
	rand.New(rand.NewPCG(seed, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	if n > 0 && n < len(all) {
		all = all[:n]
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if said, err := testWith(room, ""); err != nil {
		return fmt.Errorf("tests fail unchanged: %w\n%s", err, said)
	}
	tried, noticed := map[string]int{}, map[string]int{}
	for o := range tryAll(room, dir, all, jobs) {
		if o.err != nil {
			return o.err
		}
		if o.what == "" {
			continue
		}
		tried[o.edit.sort]++
		if o.what != unnoticed {
			noticed[o.edit.sort]++
		}
		fmt.Printf("%s  %s\n", o.edit, o.what)
	}
	sum, of := 0, 0
	for _, sort := range []string{"number", "sign", "comparison"} {
		fmt.Printf("%s: %d of %d noticed\n", sort, noticed[sort], tried[sort])
		sum, of = sum+noticed[sort], of+tried[sort]
	}
	if of == 0 {
		return fmt.Errorf("%s: nothing to change", room)
	}
	ci := measure.Wilson(sum, of)
	fmt.Printf("%s: %d/%d noticed, %.2f (%.2f–%.2f), of %d places, seed %d\n", room, sum, of, float64(sum)/float64(of), ci[0], ci[1], places, seed)
	if float64(sum) < leastShare*float64(of) {
		return errFew
	}
	return nil
}

// outcome is what became of one change: the first test that noticed it, unnoticed, or ""
// where it does not compile.
type outcome struct {
	edit edit
	what string
	err  error
}

const unnoticed = "none"

// tryAll tries changes, jobs of them at a time, and gives the outcomes in their order.
func tryAll(room, dir string, all []edit, jobs int) iter.Seq[outcome] {
	return func(yield func(outcome) bool) {
		out := make([]chan outcome, len(all))
		places := make(chan int, len(all)) // the next to try
		for i := range all {
			out[i] = make(chan outcome, 1)
			places <- i
		}
		close(places)
		var stopped atomic.Bool
		var wait sync.WaitGroup
		for j := range max(1, jobs) {
			wait.Go(func() {
				own := filepath.Join(dir, strconv.Itoa(j))
				err := os.MkdirAll(own, 0o777)
				for i := range places {
					if stopped.Load() {
						return
					}
					o := outcome{all[i], "", err}
					if err == nil {
						o.what, o.err = all[i].try(room, own)
					}
					out[i] <- o
				}
			})
		}
		defer wait.Wait()
		for _, c := range out {
			if !yield(<-c) {
				stopped.Store(true)
				return
			}
		}
	}
}

// try runs a package's tests under one change; see outcome.
func (e edit) try(room, dir string) (what string, err error) {
	overlay, err := e.write(dir)
	if err != nil {
		return "", err
	}
	said, err := testWith(room, overlay)
	var failed *exec.ExitError
	switch {
	case err == nil:
		return unnoticed, nil
	case !errors.As(err, &failed):
		return "", err
	case strings.Contains(said, "[build failed]") || strings.Contains(said, "[setup failed]"):
		return "", nil
	}
	if m := failLine.FindStringSubmatch(said); m != nil {
		return m[1], nil
	}
	if strings.Contains(said, "panic: test timed out") {
		return "time over", nil // a loop without an end, or a machine that is too busy
	}
	return "a crashed test", nil
}

// write makes the changed file and the overlay that puts it in the other one's place.
func (e edit) write(dir string) (overlay string, err error) {
	src, err := os.ReadFile(e.file)
	if err != nil {
		return "", err
	}
	file, err := filepath.Abs(e.file)
	if err != nil {
		return "", err
	}
	other := filepath.Join(dir, "changed.go")
	if err := os.WriteFile(other, []byte(string(src[:e.at])+e.to+string(src[e.end:])), 0o666); err != nil {
		return "", err
	}
	data, err := json.Marshal(map[string]map[string]string{"Replace": {file: other}})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o666)
}

// testWith runs a package's quick tests, with an overlay unless it is empty.
func testWith(room, overlay string) (said string, err error) {
	args := []string{"test", "-short", "-count=1", "-failfast", "-vet=off", "-timeout", "10m"}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	out, err := exec.Command("go", append(args, "./"+room)...).CombinedOutput()
	return string(out), err
}
