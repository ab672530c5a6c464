// Package jail runs the programs that read films where they can do no harm.
//
// A film comes from a stranger, and a decoder is a large program that believes
// what a film says. One mistake in one of its decoders must not open the other
// people's films. So a program that reads a film is not started itself: a small
// program of ours, facialis-jail, is, which gives away everything the other does
// not need, for good, and then becomes it:
//
//	files      by Landlock: the film (already open, under the name [Film]), the
//	           system's shared libraries, and what the caller names; no other
//	           file can be opened and no other program started
//	network    no system call that makes a socket exists (seccomp); Landlock
//	           closes TCP as well where the kernel can
//	the rest   of the system calls: only those that a decoder needs
//	amounts    of memory, processor time, open files and written bytes (rlimits)
//	privileges none new, and an empty environment
//
// facialis-jail lies in the folder of the models, so that a program that uses
// this one as a library never starts itself. A kernel that lacks Landlock or
// seccomp is told of by [Lacks]; the program runs with what there is.
package jail
