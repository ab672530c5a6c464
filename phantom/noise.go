package phantom

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

const (
	poolSize = 1 << 17
	poolRun  = 256 // samples read in a row before the next jump
)

// pool is a store of Gaussian noise, bytes in two's complement, rounded at
// random so that its mean is exactly fair; nil for none.
type pool struct {
	n    []byte
	wide bool // it may carry a sample beyond a byte
}

// newPool makes a pool of the given SD in levels.
func newPool(sd float64, seed uint64) *pool {
	if sd <= 0 {
		return nil
	}
	// Video keeps 16 levels free at either end: most noise fits in there.
	most := 127.0
	if 3.75*sd <= 15 {
		most = 15
	}
	r := rand.New(rand.NewPCG(seed, 1234))
	p := &pool{n: make([]byte, poolSize+poolRun), wide: most > 15}
	for i := range poolSize {
		p.n[i] = byte(int8(max(-most, min(most, math.Floor(sd*r.NormFloat64()+r.Float64())))))
	}
	copy(p.n[poolSize:], p.n)
	return p
}

// add puts noise on a row of samples, from places in the pool that depend on
// seed, frame and row.
func (p *pool) add(row []byte, seed uint64, frame, line int) {
	if p == nil {
		return
	}
	h := seed*0x9e3779b97f4a7c15 + uint64(frame)*0xbf58476d1ce4e5b9 + uint64(line)*0x94d049bb133111eb
	h ^= h >> 31
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	for len(row) > 0 {
		h = h*6364136223846793005 + 1442695040888963407
		n := min(poolRun, len(row))
		from := int(h >> 47) // 17 bits
		if noise := p.n[from : from+n]; p.wide {
			addWide(row[:n], noise)
		} else {
			addBytes(row[:n], noise)
		}
		row = row[n:]
	}
}

func addWide(row, noise []byte) {
	for i, n := range noise {
		row[i] = byte(max(0, min(255, int(row[i])+int(int8(n)))))
	}
}

// addBytes adds eight samples at a time; no sum may leave a byte.
func addBytes(row, noise []byte) {
	const low, high = 0x7f7f7f7f7f7f7f7f, 0x8080808080808080
	for len(row) >= 8 && len(noise) >= 8 {
		a, b := binary.LittleEndian.Uint64(row), binary.LittleEndian.Uint64(noise)
		binary.LittleEndian.PutUint64(row, (a&low+b&low)^(a^b)&high)
		row, noise = row[8:], noise[8:]
	}
	for i, n := range noise {
		row[i] += n
	}
}
