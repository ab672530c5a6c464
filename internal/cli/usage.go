package cli

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"facialis/words"

	"github.com/alecthomas/kong"
)

// speakingHelp prints the parser's own help with its headings in the language spoken.
func speakingHelp(l *words.Language) kong.Option {
	return kong.Help(func(o kong.HelpOptions, ctx *kong.Context) error {
		var page bytes.Buffer
		out := ctx.Stdout
		ctx.Stdout = &page
		err := kong.DefaultHelpPrinter(o, ctx)
		ctx.Stdout = out
		if err != nil {
			return err
		}
		_, err = io.WriteString(out, headings(l, page.String()))
		return err
	})
}

// runFor is the line in which the parser says how to learn more.
var runFor = regexp.MustCompile(`^Run "(.*)" for more information on a command\.$`)

// headings puts a help page's headings into a language.
func headings(l *words.Language, page string) string {
	lines := strings.Split(page, "\n")
	for i, line := range lines {
		switch {
		case line == "Arguments:":
			lines[i] = l.Say("cli.heading.arguments")
		case line == "Flags:":
			lines[i] = l.Say("cli.heading.flags")
		case line == "Commands:":
			lines[i] = l.Say("cli.heading.commands")
		case strings.HasPrefix(line, "Usage: "):
			lines[i] = l.Say("cli.heading.usage", words.Args{"Line": strings.TrimPrefix(line, "Usage: ")})
		default:
			if m := runFor.FindStringSubmatch(line); m != nil {
				lines[i] = l.Say("cli.heading.more", words.Args{"Command": m[1]})
			}
		}
	}
	return strings.Join(lines, "\n")
}

// parsing are the parser's own messages with the keys of their texts.
var parsing = []struct {
	key     string
	message *regexp.Regexp
}{
	{"cli.parsing.flag", regexp.MustCompile(`^unknown flag (.+)$`)},
	{"cli.parsing.argument", regexp.MustCompile(`^unexpected argument (.+)$`)},
	{"cli.parsing.missing", regexp.MustCompile(`^missing flags?: (.+)$`)},
	{"cli.parsing.expected", regexp.MustCompile(`^expected (?:one of )?(.+)$`)},
	{"cli.parsing.choice", regexp.MustCompile(`^(.+) must be one of (.+) but got (.+)$`)},
}

// meant is what the parser adds where it knows a name that is spelled alike.
var meant = regexp.MustCompile(`^(.*), did you mean (?:one of )?(.*)\?$`)

// parseText is what the parser found wrong, in the language spoken; its own words where
// it is none of the common messages.
func parseText(l *words.Language, err error) string {
	text, alike := err.Error(), ""
	if m := meant.FindStringSubmatch(text); m != nil {
		text, alike = m[1], m[2]
	}
	for _, p := range parsing {
		m := p.message.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if len(m) == 2 {
			text = l.Say(p.key, words.Args{"What": m[1]})
		} else {
			text = l.Say(p.key, words.Args{"What": m[1], "Choices": m[2], "Got": m[3]})
		}
		break
	}
	if alike != "" {
		text = l.Say("cli.parsing.meant", words.Args{"Reason": text, "Alike": alike})
	}
	return text
}
