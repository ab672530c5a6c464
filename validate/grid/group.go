package grid

import (
	"fmt"
	"slices"
)

// properties are what views are grouped by.
var properties = []struct {
	by    string
	value func(View) string
}{
	{"picture", func(v View) string { return fmt.Sprintf("%d × %d", v.Width, v.Height) }},
	{"frames a second", func(v View) string { return fmt.Sprint(v.FPS) }},
	{"noise", func(v View) string { return fmt.Sprint(v.Noise) }},
	{"skin", func(v View) string { return fmt.Sprint(v.Skin) }},
	{"face", func(v View) string {
		switch {
		case v.Beard:
			return "beard"
		case v.Glasses:
			return "glasses"
		}
		return "neither beard nor glasses"
	}},
}

// groups are the figures at the usual sensitivity by each property that takes
// more than one value. Beard and glasses are compared with the same view
// without them, and are in no other group.
func (g Grid) groups(clips []*Clip, m, l int) []Group {
	plain := func(v View) View { v.Beard, v.Glasses = false, false; return v }
	dressed := map[View]bool{}
	for _, v := range g.Views {
		if v.Beard || v.Glasses {
			dressed[plain(v)] = true
		}
	}
	var out []Group
	for _, p := range properties {
		byFace := p.by == "face"
		var values []string
		part := map[string][]*Clip{}
		for _, c := range clips {
			if c.What != "spasms" || byFace && !dressed[plain(c.View)] || !byFace && c.View != plain(c.View) {
				continue
			}
			v := p.value(c.View)
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
			part[v] = append(part[v], c)
		}
		if len(values) < 2 {
			continue
		}
		for _, v := range values {
			d := g.detect(part[v], m, l, "")
			out = append(out, Group{By: p.by, Value: v, A50: d.A50, A90: d.A90, Errors: g.errors(part[v], m, l, 0)})
		}
	}
	return out
}
