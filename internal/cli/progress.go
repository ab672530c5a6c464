package cli

import (
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"golang.org/x/term"

	"facialis/words"
)

// progress shows how far a long piece of work is: a bar with rate and time left
// on a terminal, a line every ten seconds elsewhere.
type progress struct {
	w     io.Writer
	tty   bool
	what  string
	start time.Time
	next  time.Time
	drawn bool
}

func newProgress(w io.Writer, what string) *progress {
	p := &progress{w: w, what: what, start: time.Now()}
	if f, ok := w.(*os.File); ok {
		p.tty = term.IsTerminal(int(f.Fd()))
	}
	p.next = p.start.Add(200 * time.Millisecond)
	if !p.tty {
		p.next = p.start.Add(10 * time.Second)
	}
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
	text := words.English().Say("cli.progress.frames", words.Args{"What": p.what, "Frames": n, "Rate": fmt.Sprintf("%.0f", float64(n)/spent)})
	if total > 0 && at > 0 && !math.IsNaN(total) {
		share := math.Min(at/total, 1)
		left := time.Duration(spent * (1 - share) / share * float64(time.Second)).Round(time.Second)
		text = words.English().Say("cli.progress.left", words.Args{"What": p.what, "Share": fmt.Sprintf("%3.0f", 100*share), "Rate": fmt.Sprintf("%.0f", float64(n)/spent), "Left": left})
		if p.tty {
			const width = 24
			bar := make([]byte, width)
			for i := range bar {
				bar[i] = '.'
				if float64(i) < share*width {
					bar[i] = '#'
				}
			}
			text = "[" + string(bar) + "] " + text
		}
	}
	if p.tty {
		fmt.Fprintf(p.w, "\r\x1b[K%s", text)
		p.drawn = true
		p.next = now.Add(100 * time.Millisecond)
		return
	}
	fmt.Fprintln(p.w, text)
	p.next = now.Add(10 * time.Second)
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
