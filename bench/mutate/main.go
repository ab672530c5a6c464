// Command mutate says how many changes of the detector its tests notice: every rule
// switched off in turn, every parameter times 0.7 and 1.4 (package change). It builds
// the tests of package spasm once and runs them once for each change. It fails when
// fewer than nine in ten are noticed.
//
// The tests that hold every parameter to its declared range are left out: they would
// notice a number and not what the number does.
//
// With -room it changes another package's source instead, one place after the other:
// every number that has a name times 0.7 and 1.4, every sign of a sum and every
// comparison turned round (file source.go). Most packages have too many places, so -n
// draws some of them, by -seed; -jobs are tried at a time.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"facialis/bench/change"
)

const (
	goldenTest = "^TestGolden"
	leastShare = 0.9

	// leftOut are tests that a change must not be noticed by, or cannot be: the
	// declared ranges, and that a trace cut into stretches gives what the whole gives.
	leftOut = "^(TestEveryRuleIsDeclared|TestCheckOfParams|TestStretchesAreTheWhole|TestGolden.*)$"
)

// errFew is about tests that leave too much unnoticed.
var errFew = fmt.Errorf("fewer than %.0f in 100 are noticed", 100*leastShare)

func main() {
	only := flag.String("only", "", "changes whose names hold this")
	all := flag.Bool("all", false, "run the other tests also where the goldens notice a change")
	room := flag.String("room", "", "a package's folder")
	n := flag.Int("n", 40, "places changed, 0: all")
	seed := flag.Uint64("seed", 1, "which places")
	jobs := flag.Int("jobs", 1, "changes tried at a time")
	flag.Parse()
	var err error
	if *room != "" {
		err = runSource(*room, *only, *n, *jobs, *seed)
	} else {
		err = run(*only, !*all)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(only string, fast bool) error {
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tests := filepath.Join(dir, "spasm.test")
	if out, err := exec.Command("go", "test", "-c", "-o", tests, "./spasm").CombinedOutput(); err != nil {
		return fmt.Errorf("building the tests: %w\n%s", err, out)
	}
	if failed := failing(tests, "", "-test.skip=^TestStretchesAreTheWhole$"); len(failed) > 0 {
		return fmt.Errorf("the tests fail as they are: %s", strings.Join(failed, ", "))
	}
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	n, noticed, byOthers := 0, 0, 0
	for _, c := range change.All() {
		if !strings.Contains(c.String(), only) {
			continue
		}
		n++
		golden := failing(tests, c.String(), "-test.run="+goldenTest)
		var others []string
		if !fast || len(golden) == 0 {
			others = failing(tests, c.String(), "-test.skip="+leftOut)
		}
		if len(golden)+len(others) > 0 {
			noticed++
		}
		if len(others) > 0 {
			byOthers++
		}
		fmt.Fprintf(w, "%-24s %-28s %s\n", c, orNone(golden), orNone(others))
		w.Flush()
	}
	if n == 0 {
		return fmt.Errorf("no change is called %q", only)
	}
	fmt.Fprintf(w, "%d of %d changes are noticed", noticed, n)
	if !fast {
		fmt.Fprintf(w, ", %d of them by tests other than the goldens", byOthers)
	}
	fmt.Fprintln(w, ".")
	if float64(noticed) < leastShare*float64(n) {
		return errFew
	}
	return nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

var failLine = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failing names the first test that fails under a change, "" for none. A test that
// ends the whole run counts too.
func failing(tests, mutant string, args ...string) []string {
	cmd := exec.Command(tests, append(args, "-test.failfast", "-rapid.shrinktime=0s", "-rapid.checks=20", "-rapid.nofailfile", "-test.timeout=10m")...)
	cmd.Dir = "spasm"
	cmd.Env = append(os.Environ(), "FACIALIS_MUTANT="+mutant)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if strings.Contains(out.String(), "no mutant") {
		panic(lastLine(out.String())) // package change and the tests have come apart
	}
	var names []string
	for _, m := range failLine.FindAllStringSubmatch(out.String(), -1) {
		if golden := strings.HasPrefix(m[1], "TestGolden"); golden == strings.Contains(m[1], "/") {
			names = append(names, m[1])
		}
	}
	if err != nil && len(names) == 0 {
		names = append(names, strings.TrimSpace(lastLine(out.String())))
	}
	return names
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndex(s, "\n")+1:]
}
