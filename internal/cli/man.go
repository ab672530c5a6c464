package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"facialis/report"
	"facialis/words"

	"github.com/alecthomas/kong"
)

// manCmd writes the manual: one page for the program and one for each command, of
// the same command line and help as --help.
type manCmd struct {
	Dir string `arg:""`
}

// Run writes the pages.
func (c *manCmd) Run(k *kong.Kong) error {
	if err := os.MkdirAll(c.Dir, 0o777); err != nil {
		return fmt.Errorf("making the folder for the manual: %w", err)
	}
	var failed error
	every(k.Model.Node, nil, func(n *kong.Node, path []string) {
		var b strings.Builder
		manual(&b, n, path)
		if failed == nil {
			failed = report.WriteFile(filepath.Join(c.Dir, pageName(path)+".1"), []byte(b.String()))
		}
	})
	return failed
}

func pageName(path []string) string {
	return strings.Join(append([]string{"facialis"}, path...), "-")
}

// roff escapes a text for a manual page.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "…", `\[u2026]`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

// manual writes the page of one command.
func manual(w io.Writer, n *kong.Node, path []string) {
	l := words.Default()
	about := brief(n.Help)
	fmt.Fprintf(w, ".TH %s 1 \"\" \"%s\" \"%s\"\n", roff(strings.ToUpper(pageName(path))), roff(version()), l.Say("cli.man.manual"))
	section := func(key string) { fmt.Fprintf(w, ".SH %s\n", l.Say("cli.man."+key)) }
	section("name")
	fmt.Fprintf(w, "%s \\- %s\n", roff(pageName(path)), roff(about))
	section("synopsis")
	fmt.Fprintf(w, ".B %s\n", roff(strings.Join(append([]string{"facialis"}, path...), " ")))
	rest := strings.TrimSpace(strings.TrimPrefix(n.Summary(), n.Path()))
	fmt.Fprintf(w, "%s\n", roff(rest))
	section("description")
	fmt.Fprintf(w, "%s\n", roff(n.Help))
	if n.Detail != "" {
		for _, p := range strings.Split(n.Detail, "\n\n") {
			if strings.HasPrefix(p, "    ") { // commands, as they are
				fmt.Fprintf(w, ".PP\n.EX\n%s\n.EE\n", roff(p))
				continue
			}
			fmt.Fprintf(w, ".PP\n%s\n", roff(p))
		}
	}
	if len(n.Positional) > 0 {
		section("arguments")
		for _, p := range n.Positional {
			fmt.Fprintf(w, ".TP\n.I %s\n%s\n", roff(p.ShortSummary()), roff(p.Help))
		}
	}
	section("options")
	for _, f := range flags(n) {
		name := f.String()
		if f.Tag.Negatable != "" {
			name = strings.Replace(name, "--", "--[no-]", 1)
		}
		fmt.Fprintf(w, ".TP\n.B %s\n%s\n", roff(name), roff(f.Help))
	}
	if below := shown(n); len(below) > 0 {
		section("commands")
		for _, c := range below {
			at := append(append([]string{}, path...), c.Name)
			fmt.Fprintf(w, ".TP\n.BR %s (1)\n%s\n", roff(pageName(at)), roff(c.Help))
		}
	}
	if len(path) > 0 {
		section("see")
		fmt.Fprintf(w, ".BR %s (1)\n", roff(pageName(path[:len(path)-1])))
	}
}
