package cli

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"facialis/words"
)

// board is where long pieces of work that run side by side show how far they
// are: one line at the bottom of a terminal, a line every ten seconds for each
// elsewhere. What is written through [board.past] stands above that line.
type board struct {
	mu    sync.Mutex
	w     io.Writer
	tty   int // the terminal's descriptor, -1 where there is none
	works []*progress
	drawn bool
	next  time.Time
}

func newBoard(w io.Writer) *board {
	b := &board{w: w, tty: -1}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		b.tty = int(f.Fd())
	}
	return b
}

// pastBar is a writer that wipes the bar before it writes.
type pastBar struct {
	board *board
	w     io.Writer
}

// past lets lines be written to w while the bar stands on the same terminal.
func (b *board) past(w io.Writer) io.Writer { return pastBar{b, w} }

// Write writes lines past the bar.
func (p pastBar) Write(text []byte) (int, error) {
	p.board.mu.Lock()
	defer p.board.mu.Unlock()
	p.board.wipe()
	return p.w.Write(text)
}

func (b *board) wipe() {
	if b.drawn {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.drawn = false
	}
}

// draw draws the bar; of several works each has a short part of the line.
func (b *board) draw() {
	var parts []string
	for _, p := range b.works {
		switch {
		case p.long == "":
		case len(b.works) == 1:
			parts = append(parts, p.long)
		default:
			parts = append(parts, p.short)
		}
	}
	line := []rune(strings.Join(parts, "  "))
	if width, _, err := term.GetSize(b.tty); err == nil && width > 1 && len(line) >= width {
		line = append(line[:width-2], '…')
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s", string(line))
	b.drawn = true
}

// progress is one piece of work on a board.
type progress struct {
	board       *board
	what        string
	start, next time.Time
	long, short string
}

func newProgress(w io.Writer, what string) *progress { return newBoard(w).begin(what) }

// begin adds a piece of work.
func (b *board) begin(what string) *progress {
	p := &progress{board: b, what: what, start: time.Now()}
	p.next = p.start.Add(10 * time.Second)
	if b.tty >= 0 {
		p.next = p.start.Add(200 * time.Millisecond)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.works = append(b.works, p)
	return p
}

// set says that n frames are done and at of total seconds reached; total may be
// NaN when nobody knows it.
func (p *progress) set(n int, at, total float64) {
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	spent := now.Sub(p.start).Seconds()
	rate := fmt.Sprintf("%.0f", float64(n)/spent)
	if total > 0 && at > 0 && !math.IsNaN(total) {
		p.left(now, math.Min(at/total, 1), spent*max(total-at, 0)/at, "cli.progress.left", rate)
		return
	}
	said := words.Args{"What": p.what, "Frames": words.Default().Count("cli.count.frames", n), "Rate": rate}
	p.say(now, "", words.Default().Say("cli.progress.frames", said), words.Default().Say("cli.progress.frames.short", said))
}

// film says that at of total seconds of film are done, kept of them by an earlier run:
// what is left is reckoned from what this run did by itself.
func (p *progress) film(at, kept, total float64) {
	now := time.Now()
	if now.Before(p.next) || at <= kept || total <= 0 {
		return
	}
	rate := (at - kept) / now.Sub(p.start).Seconds()
	p.left(now, math.Min(at/total, 1), max(total-at, 0)/rate, "cli.progress.film", words.Default().Decimal(fmt.Sprintf("%.1f", rate)))
}

// left shows the share that is done and for how many seconds it will go on, in the
// words of key.
func (p *progress) left(now time.Time, share, seconds float64, key, rate string) {
	left := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	long := words.Default().Say(key, words.Args{"What": p.what, "Share": fmt.Sprintf("%3.0f", 100*share), "Rate": rate, "Left": left})
	short := words.Default().Say("cli.progress.left.short", words.Args{"What": p.what, "Share": fmt.Sprintf("%.0f", 100*share)})
	const width = 24
	done := int(math.Ceil(share * width))
	p.say(now, "["+strings.Repeat("#", done)+strings.Repeat(".", width-done)+"] ", long, short)
}

// say shows a line: as it is where the output is no terminal, else on the board.
func (p *progress) say(now time.Time, bar, long, short string) {
	b := p.board
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tty < 0 {
		fmt.Fprintln(b.w, long)
		p.next = now.Add(10 * time.Second)
		return
	}
	p.long, p.short, p.next = bar+long, short, now.Add(100*time.Millisecond)
	if !now.Before(b.next) {
		b.draw()
		b.next = now.Add(100 * time.Millisecond)
	}
}

// clear takes the piece of work off the board.
func (p *progress) clear() {
	b := p.board
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wipe()
	b.works = slices.DeleteFunc(b.works, func(x *progress) bool { return x == p })
}
