package cli

import (
	"fmt"
	"slices"
	"strings"

	"facialis/words"

	"github.com/alecthomas/kong"
)

// Version is the program's version; the build sets it.
var Version = "0.1.0-dev"

// commands is the whole command line.
type commands struct {
	Quiet       bool             `short:"q"`
	VersionFlag kong.VersionFlag `name:"version"`

	Account    accountCmd    `cmd:""`
	Assess     assessCmd     `cmd:""`
	Backup     backupCmd     `cmd:""`
	Interview  interviewCmd  `cmd:""`
	Analyze    analyzeCmd    `cmd:""`
	Completion completionCmd `cmd:""`
	Decrypt    decryptCmd    `cmd:""`
	Doctor     doctorCmd     `cmd:""`
	Encrypt    encryptCmd    `cmd:""`
	Export     exportCmd     `cmd:""`
	Help       helpCmd       `cmd:""`
	Man        manCmd        `cmd:""`
	Validate   validateCmd   `cmd:""`
	Version    versionCmd    `cmd:""`
	Phantom    phantomCmd    `cmd:""`
	Rebuild    rebuildCmd    `cmd:""`
	Restore    restoreCmd    `cmd:""`
	Rules      rulesCmd      `cmd:""`
	Serve      serveCmd      `cmd:""`
}

type versionCmd struct{}

func (versionCmd) Run(env *Env) error {
	_, err := fmt.Fprintln(env.Stdout, version())
	return err
}

// version is what the command and the flag of that name print.
func version() string { return "facialis " + Version }

// helpCmd stands among the commands for its help. [Main] turns "help CMD" into
// "CMD --help" before it parses.
type helpCmd struct {
	Command []string `arg:"" optional:""`
}

// asFlag turns "help CMD" into "CMD --help".
func asFlag(args []string) []string {
	i := slices.IndexFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") })
	if i < 0 || args[i] != "help" {
		return args
	}
	return append(slices.Delete(slices.Clone(args), i, i+1), "--help")
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
		kong.Vars{"version": version()},
		kong.Exit(func(n int) { code = n }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(env.Stderr, "facialis:", err)
		return ExitFailed
	}
	k, err := parser.Parse(asFlag(args))
	if code >= 0 { // --help, --version
		return code
	}
	if err != nil {
		fmt.Fprintln(env.Stderr, words.English().Say("cli.usage.wrong", words.Args{"Reason": err}))
		return ExitUsage
	}
	env.quiet = c.Quiet
	if err := k.Run(env, &c, parser); err != nil {
		if exitCode(err) != ExitStopped {
			fmt.Fprintln(env.Stderr, "facialis:", err)
		}
		return exitCode(err)
	}
	return ExitOK
}
