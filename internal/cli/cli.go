package cli

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// Version is the program's version; the build sets it.
var Version = "0.1.0-dev"

// commands is the whole command line.
type commands struct {
	Account   accountCmd   `cmd:"" help:"Keep the accounts of the app."`
	Assess    assessCmd    `cmd:"" help:"Say what a recording and the answers may mean, and what to do."`
	Interview interviewCmd `cmd:"" help:"Ask the questions in the terminal."`
	Analyze   analyzeCmd   `cmd:"" help:"Find and measure the spasms in recordings."`
	Doctor    doctorCmd    `cmd:"" help:"Say what the program found of what it needs, and what is missing."`
	Export    exportCmd    `cmd:"" help:"Write an analysis for another program, or print its report."`
	Validate  validateCmd  `cmd:"" help:"Compare a result with a truth, or two annotations with each other."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
	Phantom   phantomCmd   `cmd:"" help:"Draw a video of a face with known spasms, and its truth."`
	Serve     serveCmd     `cmd:"" help:"Run the app in the browser."`
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
		kong.Description("Sees, measures and follows the spasms of a face in a recording. It measures; it does not diagnose."),
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
		fmt.Fprintf(env.Stderr, "facialis: %v (see facialis --help)\n", err)
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
