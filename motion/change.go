package motion

import (
	"facialis/event"
	"facialis/video"
)

// A picture that is stored again, compressed, differs from the one before in
// strength nowhere, while even in a nearly still film something moves from one new
// picture to the next: hair, clothes, breath, the camera's noise. So the parts of
// the picture that change most tell new pictures from repeated ones.
const (
	changeBlock = 8    // px: side of the blocks that are compared
	changeEvery = 24   // px from one block to the next
	changeTop   = 0.01 // share of the blocks that count: those that change most
	changeLeast = 3    // but at least so many
)

// changes compares the pictures of a film with each other.
type changes struct {
	w, h   int
	before []byte  // the blocks of the picture before
	each   []int32 // by how much each block differs, see blocks
	most   []int   // the largest changes so far, sums over a block, the least first
}

// next is by how much the parts of the picture that change most differ from the
// picture before, levels of luma; missing where they cannot be compared. What only
// grows lighter or darker is left out, because lamps flicker in a pattern, too.
func (c *changes) next(f *video.Frame) float32 {
	across, down := (f.W-changeBlock)/changeEvery+1, (f.H-changeBlock)/changeEvery+1
	if f.W < changeBlock || f.H < changeBlock || across*down < changeLeast {
		return event.Missing
	}
	fresh := c.w != f.W || c.h != f.H || f.Cut
	if fresh {
		c.w, c.h, c.before = f.W, f.H, make([]byte, across*down*changeBlock*changeBlock)
		c.each = make([]int32, across*down)
	}
	c.most = append(c.most[:0], make([]int, max(changeLeast, int(changeTop*float64(across*down))))...)
	c.blocks(luma(f), across, down)
	for _, v := range c.each {
		c.keep(int(v))
	}
	if fresh {
		return event.Missing
	}
	var sum int
	for _, v := range c.most {
		sum += v
	}
	return float32(sum) / float32(len(c.most)*changeBlock*changeBlock)
}

// blocksGo sets by how much each block of the picture differs from the one before, in
// sums over its pixels and without what they differ by alike, and keeps the new ones.
// blocks does the same, in C where there is C.
func (c *changes) blocksGo(p picture, across, down int) {
	k := 0
	for y := range down {
		for x := range across {
			var sum, whole int
			for v := range changeBlock {
				now := p.pix[(y*changeEvery+v)*p.w+x*changeEvery:][:changeBlock]
				old := c.before[k:][:changeBlock]
				for u, q := range now {
					d := int(q) - int(old[u])
					whole += d
					sum += max(d, -d)
				}
				copy(old, now)
				k += changeBlock
			}
			c.each[y*across+x] = int32(sum - max(whole, -whole))
		}
	}
}

// keep takes a change among the largest, where it is one.
func (c *changes) keep(change int) {
	if change <= c.most[0] {
		return
	}
	i := 1
	for i < len(c.most) && c.most[i] < change {
		c.most[i-1] = c.most[i]
		i++
	}
	c.most[i-1] = change
}
