package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "facialis/internal/rapidtest"
)

// rooms are the instrument's packages in the order in which a recording walks
// through them. Each may import the ones before it, never one after it.
var rooms = []string{"video", "face", "motion", "spasm", "measure", "night", "assess", "course", "report"}

// service is what is built around the instrument, which never imports it.
var service = []string{"internal/service", "web"}

// floors are the service's packages: each may import the ones before it.
var floors = []string{"servertest", "pgtest", "s3test", "record", "sealed", "keyring", "blob", "queue", "tracks", "store", "folder", "backup", "account", "phone", "demo", "live", "work", "archive", "web", "server"}

// props are the internal packages that a room may lean on.
var props = map[string][]string{"internal/infer": {"face"}, "internal/jail": {"video"}, "internal/libdir": {"video"}, "internal/signal": rooms, "internal/linear": {"face", "motion"}, "internal/rapidtest": {"report"}, "internal/scratch": {"motion", "report"}}

// listed is what the go tool says about a package.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// list asks the go tool about every package of this module.
func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "facialis/...").Output()
	if err != nil {
		t.Fatalf("listing the packages: %v", err)
	}
	var all []listed
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// imports is what each package of this module imports of this module, by paths
// without the module's name.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "facialis/")
		all[name] = []string{}
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, "facialis/"); ok {
				all[name] = append(all[name], own)
			}
		}
	}
	return all
}

// under reports whether path is the package root or lies below it.
func under(path, root string) bool { return path == root || strings.HasPrefix(path, root+"/") }

// room is the place of a package in the row of rooms, or -1.
func room(path string) int {
	return slices.IndexFunc(rooms, func(r string) bool { return under(path, r) })
}

func TestImportsRunDownwards(t *testing.T) {
	all := imports(t)
	if len(all) < 10 {
		t.Fatalf("only %d packages were listed", len(all))
	}
	for path, imps := range all {
		at := room(path)
		for _, i := range imps {
			if to := room(i); at >= 0 && to > at {
				t.Errorf("%s imports %s, a room after it", path, i)
			}
			if at < 0 || !strings.HasPrefix(i, "internal/") {
				continue
			}
			if allowed := props[i]; !slices.Contains(allowed, rooms[at]) {
				t.Errorf("%s imports %s; rooms %v may", path, i, allowed)
			}
		}
	}
}

// A prop is leant on and leans on nothing of this program.
func TestPropsStandAlone(t *testing.T) {
	all := imports(t)
	for p := range props {
		imps, ok := all[p]
		if !ok {
			t.Errorf("there is no package %s", p)
		}
		if p == "internal/signal" && len(imps) > 0 {
			t.Errorf("%s imports %v", p, imps)
		}
		for _, i := range imps {
			if room(i) >= 0 {
				t.Errorf("%s imports the room %s", p, i)
			}
		}
	}
}

func TestInstrumentKnowsNoService(t *testing.T) {
	for path, imps := range imports(t) {
		if slices.ContainsFunc(service, func(s string) bool { return under(path, s) }) ||
			under(path, "cmd") || under(path, "internal/cli") || under(path, "bench/cluster") { // which runs the service
			continue
		}
		for _, i := range imps {
			for _, s := range service {
				if under(i, s) {
					t.Errorf("%s imports %s: the instrument knows no service", path, i)
				}
			}
		}
	}
}

func TestServiceHasFloors(t *testing.T) {
	const root = "internal/service/"
	floor := func(path string) int {
		name, _, _ := strings.Cut(strings.TrimPrefix(path, root), "/")
		return slices.Index(floors, name)
	}
	seen := map[int]bool{}
	for path, imps := range imports(t) {
		if !strings.HasPrefix(path, root) {
			continue
		}
		at := floor(path)
		if at < 0 {
			t.Errorf("%s stands on no floor of the service: %v", path, floors)
		}
		seen[at] = true
		for _, i := range imps {
			if strings.HasPrefix(i, root) && floor(i) > at {
				t.Errorf("%s imports %s, a floor above it", path, i)
			}
		}
	}
	if len(seen) != len(floors) {
		t.Errorf("%d floors are built of %v", len(seen), floors)
	}
}

// The package at the root is the door for programs outside: inside, nobody goes
// through it, and it knows no service.
func TestDoorIsForOthers(t *testing.T) {
	found := false
	for _, p := range list(t) {
		if p.ImportPath != "facialis" {
			if slices.Contains(p.Imports, "facialis") {
				t.Errorf("%s imports the door: it is for programs outside this module", p.ImportPath)
			}
			continue
		}
		found = true
		for _, i := range p.Imports {
			if own, ok := strings.CutPrefix(i, "facialis/"); ok && room(own) < 0 && !slices.Contains(ground, own) && !slices.Contains([]string{"internal/infer", "internal/libdir", "internal/pipeline"}, own) {
				t.Errorf("the door imports %s", i)
			}
		}
	}
	if !found {
		t.Error("there is no door")
	}
}

// ground are the packages of plain data and words that every room may import.
// Each may import the ones before it.
var ground = []string{"anatomy", "event", "words"}

// readers work on what was found and build without C, so that other programs can
// use them anywhere. They know nothing of how it was found.
var readers = []string{"measure", "night", "assess", "course", "report", "phantom", "validate", "agreement", "interview"}

func TestGroundLiesBelowEverything(t *testing.T) {
	all := imports(t)
	for at, g := range ground {
		imps, ok := all[g]
		if !ok {
			t.Errorf("there is no package %s", g)
		}
		for _, i := range imps {
			if !slices.Contains(ground[:at], i) {
				t.Errorf("%s imports %s; it may import %v", g, i, ground[:at])
			}
		}
	}
}

func TestReadersKnowNoDetector(t *testing.T) {
	for path, imps := range imports(t) {
		if strings.Contains(path, "/cmd/") || !slices.ContainsFunc(readers, func(r string) bool { return under(path, r) }) {
			continue
		}
		for _, i := range imps {
			if slices.Contains([]string{"spasm", "motion", "face", "internal/infer"}, i) {
				t.Errorf("%s imports %s: what reads results does not need what finds them", path, i)
			}
		}
	}
}

// TestBuildsWithoutC holds that the ground and the readers need no C compiler, and
// that make test runs their tests without one.
func TestBuildsWithoutC(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if want := "\nWITHOUT_C := " + strings.Join(slices.Concat(ground, readers), " ") + "\n"; !strings.Contains(string(makefile), want) {
		t.Errorf("the Makefile does not say %s", strings.TrimSpace(want))
	}
	args := []string{"build"}
	for _, p := range slices.Concat(ground, readers) {
		args = append(args, "facialis/"+p+"/...")
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("building without C: %v\n%s", err, out)
	}
}

// A failing property test leaves no file that a later run would replay, so every
// package that imports rapid imports rapidtest too.
func TestPropertyTestsLeaveNoFile(t *testing.T) {
	const rapid, helper = "pgregory.net/rapid", "facialis/internal/rapidtest"
	found := 0
	for _, p := range list(t) {
		all := slices.Concat(p.Imports, p.TestImports, p.XTestImports)
		if p.ImportPath == helper || !slices.Contains(all, rapid) {
			continue
		}
		found++
		if !slices.Contains(all, helper) {
			t.Errorf("%s imports %s but not %s", p.ImportPath, rapid, helper)
		}
	}
	if found < 10 {
		t.Errorf("only %d packages import %s", found, rapid)
	}
	if v := flag.Lookup("rapid.nofailfile").Value.String(); v != "true" {
		t.Errorf("rapid.nofailfile is %s", v)
	}
}

// row is a line of docs/dependencies.md about a Go module.
var row = regexp.MustCompile(`(?m)^\| (\S+\.\S+/\S+) \| (v\S+) \|`)

// The page of dependencies names every module that is imported, at the version
// that is built with, and no other.
func TestDependenciesPage(t *testing.T) {
	page, err := os.ReadFile("../docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		used[m[1]] = false
		if !strings.Contains(string(mod), m[1]+" "+m[2]) {
			t.Errorf("go.mod has no %s %s", m[1], m[2])
		}
	}
	for _, p := range list(t) {
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if first, _, _ := strings.Cut(i, "/"); !strings.Contains(first, ".") {
				continue // the standard library, or this module
			}
			found := false
			for m := range used {
				if under(i, m) {
					used[m], found = true, true
				}
			}
			if !found {
				t.Errorf("%s imports %s, which docs/dependencies.md does not name", p.ImportPath, i)
			}
		}
	}
	for m, u := range used {
		if !u {
			t.Errorf("docs/dependencies.md names %s, which nothing imports", m)
		}
	}
}
