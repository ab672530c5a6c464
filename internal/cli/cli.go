package cli

import (
	"fmt"

	"facialis/words"

	"github.com/alecthomas/kong"
)

// Version is the program's version; the build sets it.
var Version = "0.1.0-dev"

// commands is the whole command line.
type commands struct {
	Account   accountCmd   `cmd:""`
	Assess    assessCmd    `cmd:""`
	Backup    backupCmd    `cmd:""`
	Interview interviewCmd `cmd:""`
	Analyze   analyzeCmd   `cmd:""`
	Decrypt   decryptCmd   `cmd:""`
	Doctor    doctorCmd    `cmd:""`
	Encrypt   encryptCmd   `cmd:""`
	Export    exportCmd    `cmd:""`
	Validate  validateCmd  `cmd:""`
	Version   versionCmd   `cmd:""`
	Phantom   phantomCmd   `cmd:""`
	Rebuild   rebuildCmd   `cmd:""`
	Restore   restoreCmd   `cmd:""`
	Rules     rulesCmd     `cmd:""`
	Serve     serveCmd     `cmd:""`
}

type versionCmd struct{}

func (versionCmd) Run(env *Env) error {
	_, err := fmt.Fprintln(env.Stdout, "facialis", Version)
	return err
}

// Main runs the program with the given arguments (without the program's name)
// and returns its exit code.
func Main(env *Env, args []string) int {
	var c commands
	code := -1
	parser, err := kong.New(&c,
		kong.Name("facialis"),
		kong.Description(words.English().Say("cli.about")),
		withHelp(words.English()),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(n int) { code = n }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(env.Stderr, "facialis:", err)
		return ExitFailed
	}
	k, err := parser.Parse(args)
	if code >= 0 { // --help
		return code
	}
	if err != nil {
		fmt.Fprintln(env.Stderr, words.English().Say("cli.usage.wrong", words.Args{"Reason": err}))
		return ExitUsage
	}
	if err := k.Run(env, &c); err != nil {
		if exitCode(err) != ExitStopped {
			fmt.Fprintln(env.Stderr, "facialis:", err)
		}
		return exitCode(err)
	}
	return ExitOK
}
