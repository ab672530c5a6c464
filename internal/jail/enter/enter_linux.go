// Package enter is the inside of the jail: what facialis-jail does before it
// becomes the program that reads a film.
package enter

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"syscall"

	"facialis/internal/jail"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// libraries are where the system's shared libraries lie, and what the loader
// and the C library read besides. Nothing in them may be executed as a program.
var libraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
	"/proc/cpuinfo", "/proc/stat", "/sys/devices/system/cpu", "/etc/localtime", "/dev/null"}

// Run reads the cell from text, enters it and becomes its program. It returns
// only when that failed.
func Run(text string) error {
	var c jail.Cell
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return fmt.Errorf("reading what the program may do: %w", err)
	}
	// The longest step first: everything that opens files comes before the doors
	// close.
	rules, err := files(&c)
	if err != nil {
		return err
	}
	if err := landlock.V8.BestEffort().Restrict(rules...); err != nil {
		return fmt.Errorf("closing off the files: %w", err)
	}
	if seccomp.Supported() {
		if err := filter(); err != nil {
			return fmt.Errorf("closing off the system calls: %w", err)
		}
	}
	// Last, since this program itself needs more room than a decoder.
	if err := limit(&c); err != nil {
		return err
	}
	err = syscall.Exec(c.Program, append([]string{filepath.Base(c.Program)}, c.Args...), []string{"LC_ALL=C.UTF-8"})
	return fmt.Errorf("starting %s: %w", filepath.Base(c.Program), err)
}

// files are Landlock's rules for the cell.
func files(c *jail.Cell) ([]landlock.Rule, error) {
	const look = ll.AccessFSReadFile | ll.AccessFSReadDir
	starts := []string{c.Program}
	if loader := loaderOf(c.Program); loader != "" {
		starts = append(starts, loader)
	}
	rules := []landlock.Rule{
		landlock.PathAccess(ll.AccessFSReadFile|ll.AccessFSExecute, starts...),
	}
	for _, path := range append(append([]string{}, libraries...), c.Read...) {
		var st unix.Stat_t
		if unix.Stat(path, &st) != nil {
			continue
		}
		rights := landlock.AccessFSSet(look)
		if st.Mode&unix.S_IFMT != unix.S_IFDIR {
			rights = ll.AccessFSReadFile
		}
		rules = append(rules, landlock.PathAccess(rights, path))
	}
	if c.Film {
		rules = append(rules, landlock.PathAccess(ll.AccessFSReadFile, jail.Film))
	}
	for _, dir := range c.Write {
		rules = append(rules, landlock.PathAccess(look|ll.AccessFSWriteFile|ll.AccessFSMakeReg|ll.AccessFSRemoveFile|ll.AccessFSTruncate, dir))
	}
	return rules, nil
}

// loaderOf is the program's dynamic loader, which the kernel executes for it.
func loaderOf(program string) string {
	f, err := elf.Open(program)
	if err != nil {
		return ""
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			name, err := io.ReadAll(p.Open())
			if err == nil {
				return string(bytes.TrimRight(name, "\x00"))
			}
		}
	}
	return ""
}

// limit sets the cell's amounts.
func limit(c *jail.Cell) error {
	for _, l := range []struct {
		what   int
		amount uint64
	}{
		{unix.RLIMIT_AS, uint64(c.MemoryMB) << 20},
		{unix.RLIMIT_CPU, uint64(c.CPUS)},
		{unix.RLIMIT_NOFILE, uint64(c.Files)},
		{unix.RLIMIT_FSIZE, uint64(c.WriteMB) << 20},
		{unix.RLIMIT_CORE, 0},
	} {
		// syscall's own, so that the old limit on files is not put back at the start
		// of the program.
		if err := syscall.Setrlimit(l.what, &syscall.Rlimit{Cur: l.amount, Max: l.amount}); err != nil {
			return fmt.Errorf("setting a limit: %w", err)
		}
	}
	return nil
}

// calls are the system calls that a dynamically linked decoder with threads
// needs. Names that this machine's kind does not have are left out.
var calls = []string{
	// reading and writing what is open, and opening what Landlock allows
	"read", "write", "readv", "writev", "pread64", "pwrite64", "lseek", "close", "dup", "dup2", "dup3", "fcntl",
	"open", "openat", "stat", "fstat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat",
	"getdents64", "getcwd", "statfs", "fstatfs", "ftruncate", "fallocate", "fadvise64", "fsync", "fdatasync",
	"unlink", "unlinkat", "ioctl", "pipe", "pipe2", "poll", "ppoll", "select", "pselect6", "umask",
	"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2",
	// memory
	"mmap", "munmap", "mprotect", "mremap", "madvise", "brk", "memfd_create", "mincore", "mlock", "munlock", "get_mempolicy",
	// threads, signals to itself, waiting
	"clone", "futex", "set_robust_list", "get_robust_list", "set_tid_address", "rseq", "gettid", "getpid", "getppid", "tgkill",
	"sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
	"nanosleep", "clock_nanosleep", "clock_gettime", "clock_getres", "gettimeofday", "time", "times", "restart_syscall",
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "exit", "exit_group",
	// starting itself, and asking what it is
	"execve", "arch_prctl", "prctl", "prlimit64", "getrlimit", "getrusage", "uname", "sysinfo", "getrandom", "getcpu",
	"getuid", "geteuid", "getgid", "getegid",
}

// filter closes all system calls but [calls]. There are no new processes: clone
// makes threads only, and clone3, whose flags cannot be looked at, says that it
// does not exist, so that the C library takes clone.
func filter() error {
	machine, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	g := seccomp.SyscallGroup{Action: seccomp.ActionAllow}
	for _, name := range calls {
		if _, there := machine.SyscallNames[name]; !there {
			continue
		}
		if name == "clone" {
			g.NamesWithCondtions = append(g.NamesWithCondtions, seccomp.NameWithConditions{Name: name,
				Conditions: []seccomp.Condition{{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_THREAD}}})
			continue
		}
		g.Names = append(g.Names, name)
	}
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{DefaultAction: seccomp.ActionErrno, Syscalls: []seccomp.SyscallGroup{g,
			{Names: []string{"clone3"}, Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)}}}})
}
