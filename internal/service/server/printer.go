package server

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"facialis/internal/service/work"
	"facialis/report/pdf"
)

// printWait is how long a page waits for its turn to be printed.
const printWait = 45 * time.Second

// printsKept is how many printed pages are kept, and printBytes how large one
// may be to be kept.
const (
	printsKept = 8
	printBytes = 8 << 20
)

// printer prints one page at a time: each print starts a browser, which takes
// some 140 MB.
type printer struct {
	turn  chan struct{}
	wait  time.Duration
	print func(ctx context.Context, page []byte) ([]byte, error)

	mu    *sync.Mutex
	kept  map[[sha256.Size]byte][]byte
	order *[][sha256.Size]byte
}

func newPrinter() printer {
	return printer{turn: make(chan struct{}, 1), wait: printWait, print: pdf.Print, mu: &sync.Mutex{},
		kept: map[[sha256.Size]byte][]byte{}, order: &[][sha256.Size]byte{}}
}

// do prints a page, or gives what the same page was printed to before.
func (p *printer) do(ctx context.Context, page []byte) ([]byte, error) {
	sum := sha256.Sum256(page)
	if data := p.before(sum); data != nil {
		return data, nil
	}
	late := time.NewTimer(p.wait)
	defer late.Stop()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-late.C:
		return nil, work.ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if data := p.before(sum); data != nil { // somebody else has just waited for the same
		return data, nil
	}
	data, err := p.print(ctx, page)
	if err == nil && len(data) <= printBytes {
		p.keep(sum, data)
	}
	return data, err
}

func (p *printer) before(sum [sha256.Size]byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.kept[sum]
}

func (p *printer) keep(sum [sha256.Size]byte, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept[sum] = data
	*p.order = append(*p.order, sum)
	if len(*p.order) > printsKept {
		delete(p.kept, (*p.order)[0])
		*p.order = (*p.order)[1:]
	}
}
