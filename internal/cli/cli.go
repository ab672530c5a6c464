package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"facialis/words"

	"github.com/alecthomas/kong"
)

// Version is the program's version; the build sets it.
var Version = "0.0.0-dev"

// commands is the whole command line.
type commands struct {
	Lang        string           `placeholder:"TAG"` // for the help: speak takes it out before the rest is read
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
	Night      nightCmd      `cmd:""`
	Validate   validateCmd   `cmd:""`
	Version    versionCmd    `cmd:""`
	Phantom    phantomCmd    `cmd:""`
	Rebuild    rebuildCmd    `cmd:""`
	Share      shareCmd      `cmd:""`
	Restore    restoreCmd    `cmd:""`
	Rules      rulesCmd      `cmd:""`
	Serve      serveCmd      `cmd:""`
	Work       workCmd       `cmd:""`
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

// speak chooses the language before anything is said: --lang, else FACIALIS_LANG. It
// gives the arguments without --lang; ok is false, and why is said, where there is no such
// language.
func speak(env *Env, args []string) (rest []string, ok bool) {
	wanted := os.Getenv("FACIALIS_LANG")
	for i := 0; i < len(args); i++ {
		switch tag, named := strings.CutPrefix(args[i], "--lang="); {
		case args[i] == "--":
			rest, i = append(rest, args[i:]...), len(args)
		case named:
			wanted = tag
		case args[i] == "--lang" && i+1 < len(args):
			i++
			wanted = args[i]
		default:
			rest = append(rest, args[i])
		}
	}
	if wanted == "" {
		return rest, true
	}
	l, found := words.Find(wanted)
	if !found {
		fmt.Fprintln(env.Stderr, "facialis:", words.English().Say("cli.usage.language", words.Args{"Language": wanted, "Languages": words.English().List(words.Tags()...)}))
		return nil, false
	}
	words.SetDefault(l)
	return rest, true
}

// Main runs the program with the given arguments (without the program's name)
// and returns its exit code.
func Main(env *Env, args []string) int {
	args, ok := speak(env, args)
	if !ok {
		return ExitUsage
	}
	var c commands
	code := -1
	parser, err := kong.New(&c,
		kong.Name("facialis"),
		kong.Description(words.Default().Say("cli.about")),
		withHelp(words.Default()),
		speakingHelp(words.Default()),
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
		fmt.Fprintln(env.Stderr, words.Default().Say("cli.usage.wrong", words.Args{"Reason": parseText(words.Default(), err)}))
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
