package cli

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sort"
	"strings"
	"time"

	"facialis/internal/infer"
	"facialis/internal/jail"
	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/work"
	"facialis/video"
	"facialis/words"
)

// doctorCmd says what the program found of what it needs, and for what is
// missing what to do. It ends with ExitSetup when something is missing.
type doctorCmd struct {
	Data string `placeholder:"DIR"`
	pair
}

func (c *doctorCmd) Run(env *Env) error {
	if err := c.check(); err != nil {
		return err
	}
	d := doctor{env: env}
	d.found("facialis", Version+" for "+runtime.GOOS+"/"+runtime.GOARCH)
	d.program("ffmpeg")
	d.program("ffprobe")
	d.found("films are read", video.Decoder())
	lacks := jailLacks()
	if len(lacks) == 0 {
		d.found("jail", words.Default().Say("jail.whole"))
	}
	for _, l := range lacks {
		d.found("jail", l)
	}
	if c.shared() {
		if err := d.agree(&c.pair); err != nil {
			return err
		}
	} else {
		d.rest(c.Data)
	}
	d.networks()
	d.found("threads", fmt.Sprint(runtime.GOMAXPROCS(0)))
	if d.err != nil {
		return d.err
	}
	if len(d.missing) > 0 {
		return withExit(ExitSetup, fmt.Errorf("missing: %s", strings.Join(d.missing, ", ")))
	}
	return nil
}

// jailLacks says what of the jail for films this system cannot do.
var jailLacks = jail.Lacks

// doctor prints its findings line by line and keeps what is missing.
type doctor struct {
	env     *Env
	missing []string
	err     error
}

func (d *doctor) print(format string, args ...any) {
	if _, err := fmt.Fprintf(d.env.Stdout, format, args...); err != nil && d.err == nil {
		d.err = fmt.Errorf("printing: %w", err)
	}
}

func (d *doctor) found(name, what string) { d.print("%-16s %s\n", name, what) }

func (d *doctor) lost(name, why string) {
	d.print("%-16s MISSING: %s\n", name, why)
	d.missing = append(d.missing, name)
}

// rest says how the data folder is encrypted, without opening it.
func (d *doctor) rest(named string) {
	const name = "data at rest"
	dir, err := dataFolder(named)
	if err != nil {
		d.lost(name, err.Error())
		return
	}
	is, err := folder.EncryptionOf(dir)
	switch {
	case err != nil:
		d.lost(name, err.Error())
	case is == folder.NoKeys:
		d.lost(name, keyring.ErrNoFile.Error())
	case is == folder.Half:
		d.lost(name, folder.ErrHalf.Error())
	case is == folder.ByKey:
		d.found(name, words.Default().Say("cli.doctor.rest.key"))
	case is == folder.Passphrase:
		d.found(name, words.Default().Say("cli.doctor.rest.passphrase"))
	default:
		d.found(name, words.Default().Say("cli.doctor.rest"))
	}
}

// shownKeys is how many keys of each kind are named at most.
const shownKeys = 20

// agree says whether a database and a store of films belong together.
func (d *doctor) agree(at *pair) (err error) {
	const name = "films and rows"
	l := words.Default()
	f, err := openShared(d.env.Ctx, at.place())
	if err != nil {
		d.lost(name, err.Error())
		return nil
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	a, err := work.Agree(d.env.Ctx, f.Store, f.Blobs)
	if err != nil {
		d.lost(name, err.Error())
		return nil
	}
	d.found("shared", at.place().Place())
	d.found(name, l.Say("cli.doctor.agree", words.Args{"People": l.Count("cli.count.people", a.People), "Recordings": l.Count("cli.count.recordings", a.Recordings),
		"Missing": len(a.Missing), "Unnamed": len(a.Unnamed), "Undrawn": a.Undrawn}))
	for what, keys := range map[string][]string{"cli.doctor.missing": a.Missing, "cli.doctor.unnamed": a.Unnamed} {
		sort.Strings(keys)
		for _, k := range keys[:min(len(keys), shownKeys)] {
			d.print("  %s\n", l.Say(what, words.Args{"Key": k}))
		}
		if more := len(keys) - shownKeys; more > 0 {
			d.print("  %s\n", l.Say("cli.doctor.more", words.Args{"N": more}))
		}
	}
	if len(a.Missing) > 0 {
		d.lost("films", l.Say("cli.doctor.restore"))
	}
	return nil
}

// program looks for one of the programs that facialis runs.
func (d *doctor) program(name string) {
	path, err := exec.LookPath(name)
	if err != nil {
		d.lost(name, words.Default().Say("video.advice.install"))
		return
	}
	ctx, cancel := context.WithTimeout(d.env.Ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "-version").Output()
	if err != nil {
		d.lost(name, fmt.Sprintf("%s does not run: %v", path, err))
		return
	}
	// "ffmpeg version 5.1.9-0+deb12u1 Copyright …"
	version := "unknown version"
	if f := strings.Fields(string(out)); len(f) > 2 && f[1] == "version" {
		version = f[2]
	}
	d.found(name, version+"  "+path)
}

// networks looks for the models and the library that runs them, and loads
// each model once.
func (d *doctor) networks() {
	dir, err := infer.Find()
	if err != nil {
		d.lost("models", err.Error())
		return
	}
	if _, err := infer.FindLibrary(dir); err != nil {
		d.lost("onnx runtime", err.Error())
		return
	}
	engine, err := infer.Open(dir)
	if err != nil {
		name := "onnx runtime"
		if errors.Is(err, infer.ErrMissing) {
			name = "models"
		}
		d.lost(name, err.Error())
		return
	}
	defer engine.Close()
	d.found("onnx runtime", engine.Version()+"  "+engine.Library())
	d.found("models", engine.Dir())
	var files []string
	for file := range engine.Models() {
		files = append(files, file)
	}
	sort.Strings(files)
	for _, file := range files {
		s, err := engine.Session(strings.TrimSuffix(file, ".onnx"))
		if err != nil {
			d.lost(file, err.Error())
			continue
		}
		d.found("  "+file, "sha256 "+engine.Models()[file])
		if err := s.Close(); err != nil && d.err == nil {
			d.err = fmt.Errorf("closing %s: %w", file, err)
		}
	}
}
