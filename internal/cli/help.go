package cli

import (
	"fmt"
	"strings"

	"facialis/words"

	"github.com/alecthomas/kong"
)

// withHelp gives every command, flag and argument its help from the catalog: the
// text of "cli.help." and the command, with the flag or argument after it.
func withHelp(l *words.Language) kong.Option {
	return kong.PostBuild(func(k *kong.Kong) error {
		k.Model.HelpFlag.Help = l.Say("cli.help.help")
		return helpNode(l, k.Model.Node, "cli.help")
	})
}

func helpNode(l *words.Language, n *kong.Node, key string) error {
	say := func(key, enum string) (string, error) {
		if !l.Has(key) {
			return "", fmt.Errorf("no help for %s", key)
		}
		return l.Say(key, words.Args{"Choices": l.List(strings.Split(enum, ",")...)}), nil
	}
	var err error
	for _, f := range n.Flags {
		if f.Name == "help" {
			continue
		}
		if f.Help, err = say(key+"."+f.Name, f.Enum); err != nil {
			return err
		}
	}
	for _, p := range n.Positional {
		if p.Help, err = say(key+"."+p.Name, p.Enum); err != nil {
			return err
		}
	}
	for _, c := range n.Children {
		if c.Help, err = say(key+"."+c.Name, ""); err != nil {
			return err
		}
		if err := helpNode(l, c, key+"."+c.Name); err != nil {
			return err
		}
	}
	return nil
}
