package main

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// module is the path of this module; the door stands at its root.
const module = "facialis"

// house is the module's packages with their types.
type house struct {
	packages map[string]*packages.Package
	decl     map[types.Object]*ast.FuncDecl
	in       map[types.Object]*packages.Package
}

func load() (*house, error) {
	list, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
		packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule}, "./...")
	if err != nil {
		return nil, fmt.Errorf("reading the module: %w", err)
	}
	h := &house{map[string]*packages.Package{}, map[types.Object]*ast.FuncDecl{}, map[types.Object]*packages.Package{}}
	for _, p := range list {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("reading %s: %v", p.PkgPath, p.Errors[0])
		}
		h.packages[p.PkgPath] = p
		for _, f := range p.Syntax {
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					h.decl[p.TypesInfo.Defs[fn.Name]], h.in[p.TypesInfo.Defs[fn.Name]] = fn, p
				}
			}
		}
	}
	return h, nil
}

// room is the box in which a package stands: its folder at the top, or below internal
// and internal/service the folder there.
func room(path string) string {
	path = strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	parts := strings.Split(path, "/")
	switch {
	case path == "":
		return "the door"
	case parts[0] == "internal" && len(parts) > 2 && parts[1] == "service":
		return "service/" + parts[2]
	case parts[0] == "internal" && len(parts) > 1:
		return "internal/" + parts[1]
	}
	return parts[0]
}

// floors are the rooms in their order, the ground first. What is named nowhere (commands,
// benches, helpers of one room) is not drawn.
var floors = []struct {
	name  string
	rooms []string
}{
	{"the ground", []string{"anatomy", "event", "words", "interview"}},
	{"the instrument", []string{"video", "face", "motion", "spasm", "measure", "night", "assess", "course", "report"}},
	{"beside it", []string{"phantom", "validate", "agreement"}},
	{"what walks through it", []string{"internal/pipeline", "internal/cli", "the door"}},
	{"the service", []string{"service/record", "service/store", "service/blob", "service/queue", "service/work", "service/live", "service/account", "service/server"}},
}

// draw is the house as a Mermaid drawing: an arrow from whoever imports to what it
// imports, but for what can be reached another way, which would only hide the rest.
func (h *house) draw() string {
	uses := map[string]map[string]bool{}
	drawn := map[string]bool{}
	for _, f := range floors {
		for _, r := range f.rooms {
			drawn[r], uses[r] = true, map[string]bool{}
		}
	}
	for path, p := range h.packages {
		from := room(path)
		if !drawn[from] {
			continue
		}
		for imported := range p.Imports {
			if to := room(imported); strings.HasPrefix(imported, module) && drawn[to] && to != from {
				uses[from][to] = true
			}
		}
	}
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart BT\n")
	for i, f := range floors {
		fmt.Fprintf(&b, "  subgraph f%d [\"%s\"]\n", i, f.name)
		for _, r := range f.rooms {
			fmt.Fprintf(&b, "    %s[\"%s\"]\n", id(r), r)
		}
		b.WriteString("  end\n")
	}
	for _, f := range floors {
		for _, from := range f.rooms {
			for _, g := range floors {
				for _, to := range g.rooms {
					if uses[from][to] && !around(uses, from, to) {
						fmt.Fprintf(&b, "  %s --> %s\n", id(from), id(to))
					}
				}
			}
		}
	}
	b.WriteString("```\n")
	return b.String()
}

// around reports whether to can be reached from from by another way than the arrow
// between them.
func around(uses map[string]map[string]bool, from, to string) bool {
	seen := map[string]bool{}
	var reach func(r string) bool
	reach = func(r string) bool {
		if seen[r] {
			return false
		}
		seen[r] = true
		for next := range uses[r] {
			if r == from && next == to {
				continue
			}
			if next == to || reach(next) {
				return true
			}
		}
		return false
	}
	return reach(from)
}

func id(room string) string {
	return strings.NewReplacer("/", "_", " ", "_").Replace(room)
}

// find is the function of a name such as "internal/pipeline.Analyze" or
// "video.(*Reader).Next".
func (h *house) find(name string) (types.Object, error) {
	for o := range h.decl {
		if called(o) == name {
			return o, nil
		}
	}
	return nil, fmt.Errorf("there is no function %s", name)
}

// called is a function's name with its package, as [house.find] takes it.
func called(o types.Object) string {
	pkg := strings.TrimPrefix(strings.TrimPrefix(o.Pkg().Path(), module), "/")
	sig, ok := o.Type().(*types.Signature)
	if !ok || sig.Recv() == nil {
		return pkg + "." + o.Name()
	}
	t := sig.Recv().Type()
	star := ""
	if p, is := t.(*types.Pointer); is {
		t, star = p.Elem(), "*"
	}
	named, ok := t.(*types.Named)
	if !ok {
		return pkg + "." + o.Name()
	}
	return pkg + ".(" + star + named.Obj().Name() + ")." + o.Name()
}

// says is the first sentence of a function's comment, as one line.
func (h *house) says(o types.Object) string {
	d := h.decl[o]
	if d == nil || d.Doc == nil {
		return ""
	}
	return new(doc.Package).Synopsis(d.Doc.Text())
}

// calls are the functions of this module that one calls, in the order in which they
// stand.
func (h *house) calls(o types.Object) []types.Object {
	d, p := h.decl[o], h.in[o]
	if d == nil || d.Body == nil {
		return nil
	}
	type call struct {
		at int
		o  types.Object
	}
	var out []call
	ast.Inspect(d.Body, func(n ast.Node) bool {
		var name *ast.Ident
		switch x := n.(type) {
		case *ast.SelectorExpr: // also a method given away as a value
			name = x.Sel
		case *ast.CallExpr:
			name, _ = x.Fun.(*ast.Ident)
		}
		if name != nil {
			if f, ok := p.TypesInfo.Uses[name].(*types.Func); ok && h.decl[f.Origin()] != nil {
				out = append(out, call{int(name.Pos()), f.Origin()})
			}
		}
		return true
	})
	slices.SortStableFunc(out, func(a, b call) int { return a.at - b.at })
	var fs []types.Object
	for _, c := range out {
		if !slices.Contains(fs, c.o) {
			fs = append(fs, c.o)
		}
	}
	return fs
}
