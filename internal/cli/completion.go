package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"facialis/phantom"
	"facialis/spasm"
	"facialis/words"

	"github.com/alecthomas/kong"
)

// completionCmd prints a script that completes commands, flags and values in a
// shell. The script is made of the same command line and help as --help.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish"`
}

// Help says how to switch the completion on.
func (c *completionCmd) Help() string { return words.Default().Say("cli.detail.completion") }

// Run prints the script.
func (c *completionCmd) Run(env *Env, k *kong.Kong) error {
	write := map[string]func(io.Writer, *kong.Node){"bash": bash, "zsh": zsh, "fish": fish}[c.Shell]
	var b strings.Builder
	write(&b, k.Model.Node)
	_, err := io.WriteString(env.Stdout, b.String())
	return err
}

// What the value of a flag or an argument can be, besides one of a list.
const (
	anything = iota
	aFile
	aFolder
)

// places are the placeholders that stand for a file or a folder.
var places = map[string]int{"DIR": aFolder, "FILE": aFile, "PHOTO": aFile, "BACKUP": aFile, "TARGET": aFile, "SPEC": aFile, "VIDEO": aFile}

// choices are the values of a flag or an argument that has a list of them, in its
// tag or by its command and name.
func choices(n *kong.Node, v *kong.Value) []string {
	if v.Enum != "" {
		return v.EnumSlice()
	}
	switch n.Name + " " + v.Name {
	case "phantom preset":
		return phantom.Presets()
	case "phantom side":
		return []string{"right", "left"}
	case "interview protocol":
		return []string{"short", "full"}
	case "analyze face":
		return []string{"largest", "left", "right", "center"}
	case "analyze without":
		var out []string
		for _, r := range spasm.Rules() {
			out = append(out, r.Name)
		}
		slices.Sort(out)
		return slices.Compact(out)
	case "help command":
		var out []string
		for _, c := range shown(n.Parent) {
			out = append(out, c.Name)
		}
		return out
	}
	return nil
}

// place is whether a value is a file, a folder or anything.
func place(v *kong.Value) int {
	switch {
	case v.Flag != nil:
		return places[v.Flag.PlaceHolder]
	case v.Tag.PlaceHolder != "":
		return places[v.Tag.PlaceHolder]
	}
	return places[strings.ToUpper(v.Name)]
}

// wants reports whether a value follows the flag as a word of its own.
func wants(f *kong.Flag) bool { return !f.IsBool() && !f.IsCounter() }

// names are the ways to write a flag.
func names(f *kong.Flag) []string {
	out := []string{"--" + f.Name}
	if f.Short != 0 {
		out = append(out, "-"+string(f.Short))
	}
	if f.Tag.Negatable != "" {
		out = append(out, "--no-"+f.Name)
	}
	return out
}

// shown are a command's commands without hidden ones, by name.
func shown(n *kong.Node) []*kong.Node {
	out := slices.DeleteFunc(slices.Clone(n.Children), func(c *kong.Node) bool { return c.Hidden })
	slices.SortFunc(out, func(a, b *kong.Node) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// flags are the flags that a command takes, those of the commands above it too.
func flags(n *kong.Node) []*kong.Flag {
	var out []*kong.Flag
	for _, group := range n.AllFlags(true) {
		out = append(out, group...)
	}
	return out
}

// every visits a command line's commands, the program first, with the names of
// the commands that lead to each.
func every(n *kong.Node, path []string, do func(n *kong.Node, path []string)) {
	do(n, path)
	for _, c := range shown(n) {
		every(c, append(slices.Clone(path), c.Name), do)
	}
}

// brief is the first sentence of a help text, without its full stop.
func brief(help string) string {
	help, _, _ = strings.Cut(help, ". ")
	return strings.TrimSuffix(strings.TrimSuffix(strings.Join(strings.Fields(help), " "), "."), "。")
}

// bash writes a completion for bash 3.2 and later.
func bash(w io.Writer, app *kong.Node) {
	fmt.Fprint(w, `# bash completion of facialis
_facialis_lines() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done
}
_facialis_files() {
  compopt -o filenames 2>/dev/null
  _facialis_lines < <(compgen "$1" -- "$cur")
}
_facialis() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path="" i
  COMPREPLY=()
  if [[ $cur == "=" ]]; then cur=""
  elif [[ $prev == "=" ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path ${COMP_WORDS[i]}" in
`)
	every(app, nil, func(n *kong.Node, path []string) {
		if len(path) > 0 {
			above := strings.Join(path[:len(path)-1], " ")
			fmt.Fprintf(w, "      %q) path=%q ;;\n", above+" "+n.Name, strings.Join(path, " "))
		}
	})
	fmt.Fprint(w, "    esac\n  done\n  case \"$path $prev\" in\n")
	every(app, nil, func(n *kong.Node, path []string) {
		for _, f := range flags(n) {
			if !wants(f) {
				continue
			}
			var at []string
			for _, name := range names(f) {
				at = append(at, fmt.Sprintf("%q", strings.Join(path, " ")+" "+name))
			}
			fmt.Fprintf(w, "    %s) %s; return ;;\n", strings.Join(at, "|"), bashValue(n, f.Value))
		}
	})
	fmt.Fprint(w, "  esac\n  case \"$path\" in\n")
	every(app, nil, func(n *kong.Node, path []string) {
		var all []string
		for _, f := range flags(n) {
			all = append(all, names(f)...)
		}
		fmt.Fprintf(w, "    %q)\n      if [[ $cur == -* ]]; then _facialis_lines < <(compgen -W %q -- \"$cur\")\n", strings.Join(path, " "), strings.Join(all, " "))
		var below []string
		for _, c := range shown(n) {
			below = append(below, c.Name)
		}
		switch {
		case len(below) > 0:
			fmt.Fprintf(w, "      else _facialis_lines < <(compgen -W %q -- \"$cur\")\n", strings.Join(below, " "))
		case len(n.Positional) > 0:
			fmt.Fprintf(w, "      else %s\n", bashArguments(n))
		}
		fmt.Fprint(w, "      fi ;;\n")
	})
	fmt.Fprint(w, "  esac\n}\ncomplete -F _facialis facialis\n")
}

// bashArguments completes with what any of a command's arguments can be.
func bashArguments(n *kong.Node) string {
	var list []string
	for _, p := range n.Positional {
		list = append(list, choices(n, p)...)
	}
	if len(list) > 0 {
		return fmt.Sprintf("_facialis_lines < <(compgen -W %q -- \"$cur\")", strings.Join(list, " "))
	}
	return bashValue(n, n.Positional[0])
}

func bashValue(n *kong.Node, v *kong.Value) string {
	if list := choices(n, v); len(list) > 0 {
		return fmt.Sprintf("_facialis_lines < <(compgen -W %q -- \"$cur\")", strings.Join(list, " "))
	}
	switch place(v) {
	case aFile:
		return "_facialis_files -f"
	case aFolder:
		return "_facialis_files -d"
	}
	return ":"
}

// quote puts a text into single quotes, for zsh.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// plain escapes what separates the parts of a zsh specification.
var plain = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`)

// zsh writes a completion function for zsh's fpath, or to be sourced.
func zsh(w io.Writer, app *kong.Node) {
	fmt.Fprint(w, "#compdef facialis\n# zsh completion of facialis\n")
	every(app, nil, func(n *kong.Node, path []string) {
		fmt.Fprintf(w, "\n%s() {\n", zshName(path))
		below := shown(n)
		if len(below) > 0 {
			fmt.Fprint(w, "  local curcontext=$curcontext state state_descr line\n  typeset -A opt_args\n  local -a commands=(\n")
			for _, c := range below {
				fmt.Fprintf(w, "    %s\n", quote(plain.Replace(c.Name)+":"+brief(c.Help)))
			}
			fmt.Fprint(w, "  )\n")
		}
		fmt.Fprint(w, "  _arguments -s")
		if len(below) > 0 {
			fmt.Fprint(w, " -C")
		}
		for _, f := range flags(n) {
			value := ""
			if wants(f) {
				value = ":" + plain.Replace(f.FormatPlaceHolder()) + ":" + zshValue(n, f.Value)
			}
			for _, name := range names(f) {
				once := "(" + strings.Join(names(f), " ") + ")"
				if f.IsSlice() {
					once = "*"
				}
				fmt.Fprintf(w, " \\\n    %s", quote(once+name+"["+plain.Replace(brief(f.Help))+"]"+value))
			}
		}
		switch {
		case len(below) > 0:
			fmt.Fprint(w, " \\\n    '1:command:->command' '*::argument:->argument'\n  case $state in\n    command) _describe command commands ;;\n    argument)\n      case $line[1] in\n")
			for _, c := range below {
				fmt.Fprintf(w, "        %s) %s ;;\n", c.Name, zshName(append(slices.Clone(path), c.Name)))
			}
			fmt.Fprint(w, "      esac ;;\n  esac\n")
		default:
			for i, p := range n.Positional {
				at := fmt.Sprint(i + 1)
				if p.IsSlice() {
					at = "*"
				}
				fmt.Fprintf(w, " \\\n    %s", quote(at+":"+plain.Replace(p.Name)+":"+zshValue(n, p)))
			}
			fmt.Fprintln(w)
		}
		fmt.Fprint(w, "}\n")
	})
	fmt.Fprint(w, "\nif [[ $funcstack[1] == _facialis ]]; then _facialis \"$@\"; else compdef _facialis facialis; fi\n")
}

func zshName(path []string) string { return strings.Join(append([]string{"_facialis"}, path...), "_") }

func zshValue(n *kong.Node, v *kong.Value) string {
	if list := choices(n, v); len(list) > 0 {
		return "(" + strings.Join(list, " ") + ")"
	}
	switch place(v) {
	case aFile:
		return "_files"
	case aFolder:
		return "_files -/"
	}
	return " "
}

// fish writes a completion for fish 3 and later.
func fish(w io.Writer, app *kong.Node) {
	fmt.Fprint(w, "# fish completion of facialis\ncomplete -c facialis -f\n")
	every(app, nil, func(n *kong.Node, path []string) {
		var seen []string
		for _, p := range path {
			seen = append(seen, "__fish_seen_subcommand_from "+p)
		}
		when := strings.Join(seen, "; and ")
		here := func() {
			fmt.Fprint(w, "complete -c facialis")
			if when != "" {
				fmt.Fprintf(w, " -n %s", fishQuote(when))
			}
		}
		own := n.Flags
		for _, f := range own {
			if f.Hidden {
				continue
			}
			here()
			fmt.Fprintf(w, " -l %s", f.Name)
			if f.Short != 0 {
				fmt.Fprintf(w, " -s %c", f.Short)
			}
			if wants(f) {
				fmt.Fprint(w, cmp.Or(fishValue(n, f.Value), " -x"))
			}
			fmt.Fprintf(w, " -d %s\n", fishQuote(brief(f.Help)))
			if f.Tag.Negatable != "" {
				here()
				fmt.Fprintf(w, " -l no-%s -d %s\n", f.Name, fishQuote(brief(f.Help)))
			}
		}
		var below []string
		for _, c := range shown(n) {
			below = append(below, c.Name)
		}
		for _, c := range shown(n) {
			fmt.Fprint(w, "complete -c facialis -n ")
			if when == "" {
				fmt.Fprint(w, "__fish_use_subcommand")
			} else {
				fmt.Fprint(w, fishQuote(when+"; and not __fish_seen_subcommand_from "+strings.Join(below, " ")))
			}
			fmt.Fprintf(w, " -a %s -d %s\n", c.Name, fishQuote(brief(c.Help)))
		}
		for _, p := range n.Positional {
			if value := fishValue(n, p); value != "" {
				here()
				fmt.Fprintln(w, value[len(" -x"):]) // an argument has no flag before it
			}
		}
	})
}

func fishValue(n *kong.Node, v *kong.Value) string {
	if list := choices(n, v); len(list) > 0 {
		return " -x -a " + fishQuote(strings.Join(list, " "))
	}
	switch place(v) {
	case aFile:
		return " -r -F"
	case aFolder:
		return " -x -a '(__fish_complete_directories)'"
	}
	return ""
}

// fishQuote puts a text into single quotes, for fish.
func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}
