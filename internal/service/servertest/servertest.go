package servertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Patience is how long a server may take to start or to end on the busiest machine.
const Patience = 2 * time.Minute

// between is the pause between two questions whether a server answers yet.
const between = 20 * time.Millisecond

// Process is a server that runs.
type Process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// Start runs cmd with its output added to the file log, and waits until answers gives
// nil. With the test's own process cmd gets the signal last. name is what the server is
// called in an error, which ends with the log where the server has ended.
func Start(cmd *exec.Cmd, name, log string, last syscall.Signal, answers func(context.Context) error) (*Process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", name, err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	endWithUs(cmd, last)
	p := &Process{cmd, make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The system ends the server when this thread ends: it lasts as long as the
		// server does.
		runtime.LockOSThread()
		defer close(p.ended)
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	for {
		err := answers(ctx)
		if err == nil {
			return p, nil
		}
		select {
		case <-p.ended:
			text, _ := os.ReadFile(log)
			return nil, fmt.Errorf("%s does not start: %s", name, text)
		case <-ctx.Done():
			p.Kill()
			return nil, fmt.Errorf("%s does not answer: %w", name, err)
		case <-time.After(between):
		}
	}
}

// Pid is the process of the server.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Kill ends the server with all its processes as a power cut would.
func (p *Process) Kill() {
	syscall.Kill(-p.Pid(), syscall.SIGKILL)
	<-p.ended
}

// End asks the server to end by a signal, and kills it where it does not.
func (p *Process) End(signal syscall.Signal) {
	p.cmd.Process.Signal(signal)
	select {
	case <-p.ended:
	case <-time.After(Patience):
		p.Kill()
	}
}
