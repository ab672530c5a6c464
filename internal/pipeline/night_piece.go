package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/measure"
	"facialis/night"
	"facialis/report"
)

// Piece is what was measured of a piece of a night. Times are seconds of the night.
type Piece struct {
	Key      string  `json:"key"` // of the film, the stretch and the settings
	File     string  `json:"file"`
	FromS    float64 `json:"from_s"`
	ToS      float64 `json:"to_s"`
	Frames   int     `json:"frames"`   // decoded
	Measured int     `json:"measured"` // of these, those that were measured
	FaceIn   int     `json:"face_in"`  // of these, those with the face
	Rate     float64 `json:"rate"`     // pictures a second
	Width    int     `json:"width"`
	Height   int     `json:"height"`
	Turned   int     `json:"turned_deg"`
	MMPerPx  float64 `json:"mm_per_px"`
	Opens    float64 `json:"opens_mm"` // how far the eyes open

	Blocks []night.Block    `json:"blocks"`
	Events []event.Event    `json:"events"`
	View   measure.View     `json:"view"`
	Seen   measure.Seen     `json:"seen"`
	Held   []measure.Span   `json:"held"` // nothing moved: decoded, not measured
	Small  int              `json:"small"`
	Notes  []report.Warning `json:"notes"`
	Joints []float64        `json:"joints,omitempty"` // see event.Trace
	SHA256 string           `json:"sha256,omitempty"` // of the film, in its first piece
}

// pieceForm is of the form and the making of pieces: those of other versions are
// measured again.
const pieceForm = "2|"

// pieceKey changes with whatever changes a piece.
func pieceKey(seg night.Segment, from, to float64, opt NightOptions) (string, error) {
	st, err := os.Stat(seg.Path)
	if err != nil {
		return "", fmt.Errorf("reading the film: %w", err)
	}
	b, err := json.Marshal(Settings(opt.Options))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(pieceForm+"%s|%d|%d|%.3f|%.3f|%.3f|%t|%v|%s", filepath.Base(seg.Path), st.Size(), st.ModTime().Unix(), from, to, seg.StartS, opt.All, opt.Mirrored != nil && *opt.Mirrored, b), nil
}

// runPiece measures one piece, or reads it back.
// The first piece of a film has the film's checksum.
func runPiece(ctx context.Context, engine *face.Networks, seg night.Segment, from, to float64, index int, first bool, opt NightOptions, at func(float64)) (_ *Piece, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	key, err := pieceKey(seg, from, to, opt)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(opt.Folder, fmt.Sprintf("%04d.json", index))
	if b, err := os.ReadFile(file); err == nil {
		var p Piece
		if json.Unmarshal(b, &p) == nil && p.Key == key {
			return &p, nil
		}
	}
	sum := make(chan sumResult, 1)
	if first {
		go func() { sum <- sha(ctx, seg.Path) }()
	} else {
		sum <- sumResult{}
	}
	opt.fromS, opt.toS = max(from-lapS, 0), to+lapS
	if from <= 0 && to >= seg.LengthS-1 { // the whole film: nothing has to be sought in it
		opt.toS = 0
	}
	w, err := lookUpright(ctx, engine, seg.Path, opt.Options, func(p Progress) { at(p.AtS) })
	if err != nil {
		return nil, err
	}
	defer w.album.Close()
	tr, err := w.finish()
	if err != nil {
		return nil, err
	}
	defer tr.Close()
	if opt.Mirrored != nil && *opt.Mirrored {
		swapSides(tr)
	}
	shift := seg.StartS // from the film's time to the night's
	p := &Piece{Key: key, File: filepath.Base(seg.Path), FromS: from + shift, ToS: to + shift, Measured: w.frames, FaceIn: w.found, Frames: w.frames,
		Width: w.upright.w, Height: w.upright.h, Turned: w.turned, Events: []event.Event{}}
	p.Rate, _ = rateOf(w.steps.values)
	p.MMPerPx, p.Opens = orZero(tr.MMPerPx), orZero(opensMost(tr))
	for _, at := range tr.Joints {
		if at >= from && at < to {
			p.Joints = append(p.Joints, at+shift)
		}
	}
	if w.gate != nil {
		p.Frames = w.gate.Passed + w.gate.Kept
	}
	if err := writeTrace(filepath.Join(opt.Folder, fmt.Sprintf("%04d.parquet", index)), tr, opt.Version); err != nil {
		return nil, err
	}
	n := w.nightOf(tr, opt.Options, from, to)
	found, events, held, blocks := n.found, n.events, n.held, n.blocks
	view, sight := n.view(tr, events)
	p.Seen = view.Seen(sight)
	clip(&view, from, to)
	for i := range blocks {
		mid := blocks[i].FromS + night.BlockS/2
		for s := range 2 {
			blocks[i].Seen[s] = within(view.Side[s], mid)
		}
	}
	for _, e := range events {
		if e.OnsetS >= from && e.OnsetS < to {
			p.Events = append(p.Events, later(e, shift))
		}
	}
	if w.damage != "" {
		p.Notes = append(p.Notes, report.Warning{Code: "damaged", Text: w.damage})
	}
	for _, h := range held {
		if h.ToS > from && h.FromS < to {
			p.Held = append(p.Held, measure.Span{FromS: max(h.FromS, from) + shift, ToS: min(h.ToS, to) + shift})
		}
	}
	for i := range blocks {
		blocks[i].FromS += shift
	}
	p.Blocks = blocks
	move(&p.View, &view, shift)
	p.Small = len(found.Small(opt.Spasm).List)
	s := <-sum
	if s.err != nil {
		return nil, s.err
	}
	p.SHA256 = s.sum
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("keeping a piece of the night: %w", err)
	}
	if err := report.WriteFile(file, b); err != nil {
		return nil, err
	}
	return p, nil
}

func writeTrace(path string, tr *event.Trace, version string) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keeping the trace of a piece: %w", err)
	}
	if err := report.EncodeParquet(f, tr, version); err != nil {
		f.Close()
		return fmt.Errorf("keeping the trace of a piece: %w", err)
	}
	return f.Close()
}

// clip keeps of a view what lies in [from, to).
func clip(v *measure.View, from, to float64) {
	each(v, v, func(list []measure.Span) []measure.Span {
		return measure.Intersect(list, []measure.Span{{FromS: from, ToS: to}})
	})
}

// move is view v, later by some seconds.
func move(into, v *measure.View, by float64) {
	each(into, v, func(list []measure.Span) []measure.Span {
		out := slices.Clone(list)
		for i := range out {
			out[i].FromS, out[i].ToS = out[i].FromS+by, out[i].ToS+by
		}
		return out
	})
}

// each makes every list of a view from that of another.
func each(into, v *measure.View, do func([]measure.Span) []measure.Span) {
	into.Face, into.Any = do(v.Face), do(v.Any)
	for s := range v.Region {
		into.Side[s] = do(v.Side[s])
		for k := range anatomy.NumRegions {
			into.Region[s][k] = do(v.Region[s][k])
		}
	}
}

// later is an event, later by some seconds.
func later(e event.Event, by float64) event.Event {
	e.OnsetS, e.OffsetS = e.OnsetS+by, e.OffsetS+by
	e.Regions = slices.Clone(e.Regions)
	for i := range e.Regions {
		e.Regions[i].OnsetS += by
	}
	return e
}
