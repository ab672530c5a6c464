package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// way is one walk: where it begins, through which functions it goes on where a call
// cannot be followed, and which rooms are told.
type way struct {
	name  string
	from  []string // functions, in the order in which they are gone through
	rooms []string // of the steps that are told
}

// beside are names of functions that are no step of any walk: what opens and closes,
// what only says a number or a setting, what reads one row.
var beside = []string{"Close", "Constants", "DefaultOptions", "Person", "Recording", "Info", "Size", "As", "Hold", "Last", "Path",
	"Free", "BinOf", "Removed", "AsMirror", "FacesMax", "DecodeWarning", "Warnings", "Lens", "Upload", "Arrived", "Usable", "NotSeenText",
	"ViewOf", "View", "HideSides", "Repeated", "Frozen", "Cuts", "WayUpClear", "Binned", "Full", "Destroy", "Clock", "Look"}

var walks = []way{
	{
		name:  "of a frame",
		from:  []string{"internal/pipeline.Run"},
		rooms: []string{"video", "face", "motion", "spasm", "measure", "report", "internal/pipeline"},
	},
	{
		name:  "of an upload",
		from:  []string{"internal/service/server.(*Server).uploadRoutes", "internal/service/work.(*Worker).analyze"},
		rooms: []string{"service/server", "service/work", "service/blob", "service/store", "service/queue", "internal/pipeline"},
	},
	{
		name:  "of a diary entry",
		from:  []string{"internal/service/server.(*Server).diaryRoutes", "internal/service/work.(*Worker).Course"},
		rooms: []string{"service/server", "service/record", "service/store", "service/work", "course"},
	},
}

// walk is a walk as a numbered list.
func (h *house) walk(w way) (string, error) {
	var steps []string
	seen := map[types.Object]bool{}
	var last string
	var follow func(o types.Object, depth int)
	follow = func(o types.Object, depth int) {
		if seen[o] || depth > most {
			return
		}
		seen[o] = true
		name, at := called(o), room(o.Pkg().Path())
		if slices.Contains(w.rooms, at) && at != last && o.Exported() && !slices.Contains(beside, o.Name()) || depth == 0 {
			if says := h.says(o); says != "" {
				steps, last = append(steps, fmt.Sprintf("`%s`: %s", name, says)), at
			}
		}
		if !slices.Contains(w.rooms, at) {
			return
		}
		for _, next := range h.calls(o) {
			follow(next, depth+1)
		}
	}
	for _, name := range w.from {
		o, err := h.find(name)
		if err != nil {
			return "", fmt.Errorf("the walk %s: %w", w.name, err)
		}
		follow(o, 0)
	}
	var b strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&b, "%d. %s\n", i+1, s)
	}
	return b.String(), nil
}

// most is how many calls deep a walk is followed.
const most = 12
