package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"

	"facialis/internal/service/account"
	"facialis/internal/service/folder"
	"facialis/internal/service/server"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/words"
)

// The parts of a start and a stop of the app, in the order in which serve takes them.

// dataFolder is the folder that the command line names, or the user's own; empty where
// many machines share what is kept.
func (c *serveCmd) dataFolder() (string, error) {
	if c.Data != "" || c.shared() {
		return c.Data, nil
	}
	return folder.Default()
}

// What to do about a data folder that another process works on: keys of the catalog.
const (
	stopFirst   = "cli.usage.inUse.stop"
	stopOrOther = "cli.usage.inUse.other"
)

// dataProblem is why a data folder could not be opened, with the exit code that says
// whether the user can mend it, and how where another process works on it. It is nil
// for no error.
func dataProblem(err error, dir, remedy string) error {
	if folder.KeyProblem(err) {
		return withExit(ExitUsage, err)
	}
	if errors.Is(err, folder.ErrInUse) {
		return withExit(ExitUsage, fmt.Errorf("%w (%s); %s", err, dir, words.Default().Say(remedy)))
	}
	return err
}

// where names the place of the data to people.
func (c *serveCmd) where(f *folder.Folder) string {
	if c.shared() {
		return c.place().Place()
	}
	return f.Path
}

// log is where the server says what happens: warnings only, unless --verbose.
func (c *serveCmd) log(env *Env) *slog.Logger {
	if c.Verbose {
		return slog.New(slog.NewTextHandler(env.Stderr, nil))
	}
	return slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// worker makes the worker over the data, not yet started, and recovers what an earlier
// process left unfinished.
func (c *serveCmd) worker(ctx context.Context, f *folder.Folder, log *slog.Logger) (*work.Worker, error) {
	worker, err := work.New(ctx, f.Store, f.Blobs, work.Options{Log: log, Version: Version, Purpose: c.Purpose, MoveLost: c.MoveLost, Workers: c.workers()})
	if err != nil {
		return nil, err
	}
	for _, l := range jailLacks() {
		log.Warn(words.Default().Say("jail.weak"), "why", l)
	}
	if f.Tightened > 0 {
		log.Warn("others on this computer could read the data folder; now only its owner can", "changed", f.Tightened)
	}
	if err := worker.Recover(ctx); err != nil {
		if errors.Is(err, work.ErrNoRecordings) {
			return nil, usage("cli.usage.lost", words.Args{"Reason": err, "Folder": c.where(f)})
		}
		return nil, err
	}
	return worker, nil
}

// accounts is the service that signs people in.
func (c *serveCmd) accounts(s *store.Store, origin string, secure bool, log *slog.Logger) (*account.Service, error) {
	breached := account.Breached(os.Getenv(account.BreachedVariable))
	if err := breached.Check(); err != nil {
		return nil, withExit(ExitUsage, err)
	}
	return account.Serve(s, account.Options{Origin: origin, Secure: secure, BehindProxy: c.BehindProxy, Log: log,
		SecondFactor: c.SecondFactor, Breached: breached, Mail: c.mail(), External: c.external()})
}

// tokenAuth lets in whoever holds this start's token.
func (c *serveCmd) tokenAuth(ctx context.Context, s *store.Store, dir string, at net.Addr, log *slog.Logger) (*server.TokenAuth, error) {
	key, err := c.browserKey(ctx, s, dir)
	if err != nil {
		return nil, err
	}
	auth := server.NewTokenAuth(startToken(), key, at.String())
	auth.Log = log
	return auth, nil
}

// pair prepares phones to be paired where --phone asks for it, else it is nil.
func (c *serveCmd) pair(env *Env, dir string, lan string, at net.Addr, auth *server.TokenAuth, config *server.Config) (*phoneHelper, error) {
	if !c.Phone {
		return nil, nil
	}
	helper, err := c.phoneHelper(env, dir, lan, at)
	if err != nil {
		return nil, err
	}
	config.Origin, config.Local, config.Secure = helper.app, false, true
	if auth != nil {
		auth.Phone = &server.Pairing{Install: helper.install, Fingerprint: helper.authority.Fingerprint(), Book: account.NewBook(config.Store, nil)}
	}
	return helper, nil
}

// listen serves until the server is shut down, and then hands over why it ended.
func listen(srv *http.Server, ln net.Listener) <-chan error {
	ended := make(chan error, 1)
	go func() {
		if srv.TLSConfig != nil {
			ended <- srv.ServeTLS(ln, "", "")
			return
		}
		ended <- srv.Serve(ln)
	}()
	return ended
}

// stop ends worker and server after err, within [stopWithin].
func stop(srv *http.Server, worker *work.Worker, err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	worker.Hub.Close()
	stopped := worker.Stop(ctx)
	down := srv.Shutdown(ctx)
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, stopped, down)
}
