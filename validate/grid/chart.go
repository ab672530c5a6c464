package grid

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// chart is a plot of lines and points on two axes, written as SVG.
type chart struct {
	title, x, y    string
	logX, logY     bool
	xMin, xMax     float64
	yMin, yMax     float64
	xTicks, yTicks []float64
	percentY       bool
	lines          []line
}

// line is one series. Bars, where given, are intervals at each point.
type line struct {
	name   string
	x, y   []float64
	bars   [][2]float64
	color  string
	dashed bool
	hollow bool
}

const (
	chartW, chartH            = 640, 410
	padL, padR, padT, padB    = 70, 16, 44, 86
	plotW, plotH              = chartW - padL - padR, chartH - padT - padB
	colInk, colSoft, colPaper = "#1d2329", "#5b6670", "#ffffff"
)

// colors tell series apart also for eyes that do not tell red from green.
var colors = []string{"#c2410c", "#1d4ed8", "#0f766e", "#7c3aed", "#a16207", "#be185d"}

func (c *chart) px(v float64) float64 { return padL + plotW*place(v, c.xMin, c.xMax, c.logX) }
func (c *chart) py(v float64) float64 { return padT + plotH*(1-place(v, c.yMin, c.yMax, c.logY)) }

func place(v, lo, hi float64, log bool) float64 {
	if log {
		v, lo, hi = math.Log(math.Max(v, 1e-9)), math.Log(lo), math.Log(hi)
	}
	return math.Min(1, math.Max(0, (v-lo)/(hi-lo)))
}

// svg writes the chart.
func (c *chart) svg() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13">`+"\n", chartW, chartH)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="%s"/>`+"\n", chartW, chartH, colPaper)
	fmt.Fprintf(&b, `<text x="%d" y="24" font-size="15" font-weight="600" fill="%s">%s</text>`+"\n", padL, colInk, html.EscapeString(c.title))
	for _, t := range c.yTicks {
		y := c.py(t)
		label := fmt.Sprintf("%g", t)
		if c.percentY {
			label = fmt.Sprintf("%g %%", 100*t)
		}
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#e3e7ea"/><text x="%d" y="%.1f" text-anchor="end" fill="%s">%s</text>`+"\n", padL, y, padL+plotW, padL-8, y+4, colSoft, label)
	}
	for _, t := range c.xTicks {
		x := c.px(t)
		fmt.Fprintf(&b, `<path d="M%.1f %dv5" stroke="%s"/><text x="%.1f" y="%d" text-anchor="middle" fill="%s">%g</text>`+"\n", x, padT+plotH, colSoft, x, padT+plotH+20, colSoft, t)
	}
	fmt.Fprintf(&b, `<path d="M%d %dV%dH%d" fill="none" stroke="%s"/>`+"\n", padL, padT, padT+plotH, padL+plotW, colSoft)
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="%s">%s</text>`+"\n", padL+plotW/2, padT+plotH+38, colInk, html.EscapeString(c.x))
	fmt.Fprintf(&b, `<text transform="translate(16 %d) rotate(-90)" text-anchor="middle" fill="%s">%s</text>`+"\n", padT+plotH/2, colInk, html.EscapeString(c.y))
	for i, l := range c.lines {
		c.series(&b, l, i)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// series draws a line, its points and its place in the key.
func (c *chart) series(b *strings.Builder, l line, i int) {
	color := l.color
	if color == "" {
		color = colors[i%len(colors)]
	}
	dash, fill := "", color
	if l.dashed {
		dash = ` stroke-dasharray="5 4"`
	}
	if l.hollow {
		fill = colPaper
	}
	var path strings.Builder
	for k := range l.x {
		op := "L"
		if k == 0 {
			op = "M"
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", op, c.px(l.x[k]), c.py(l.y[k]))
	}
	if len(l.x) > 1 {
		fmt.Fprintf(b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"%s/>`+"\n", path.String(), color, dash)
	}
	for k := range l.x {
		x := c.px(l.x[k])
		if k < len(l.bars) {
			fmt.Fprintf(b, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-opacity="0.45"/>`, x, c.py(l.bars[k][0]), c.py(l.bars[k][1]), color)
		}
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s" stroke="%s" stroke-width="1.5"/>`+"\n", x, c.py(l.y[k]), fill, color)
	}
	// The key: three columns below the axis.
	kx, ky := padL+(i%3)*(plotW/3), chartH-30+17*(i/3)
	name := l.name
	if len(l.x) == 0 {
		name += ": none"
	}
	fmt.Fprintf(b, `<path d="M%d %dh18" stroke="%s" stroke-width="2"%s/><text x="%d" y="%d" font-size="12" fill="%s">%s</text>`+"\n",
		kx, ky, color, dash, kx+24, ky+4, colInk, html.EscapeString(name))
}
