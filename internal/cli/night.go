package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"facialis/event"
	"facialis/face"
	"facialis/internal/batch"
	"facialis/internal/pipeline"
	"facialis/measure"
	"facialis/night"
	"facialis/report"
	"facialis/video"
	"facialis/words"
)

// nightCmd measures a night: a film of hours, or a folder of films.
type nightCmd struct {
	Videos   []string `arg:"" name:"video"`
	Out      string   `short:"o" placeholder:"DIR"`
	Look     []string `placeholder:"WHO"`
	Keep     string   `enum:"moments,all" default:"moments"`
	All      bool
	Mirrored mirrored
	Looked   bool
}

// The files of a night beside those of an analysis.
const (
	nightFile     = "night.json"
	nightsFile    = "nights.json" // of several
	sentencesFile = "night.txt"
	piecesFolder  = "pieces"
	momentsFolder = "moments"
)

// momentS is how much before and after an event is kept, seconds.
const momentS = 5.0

func (c *nightCmd) Run(env *Env) error {
	if c.Out == "" {
		return usage("cli.usage.out.needed")
	}
	if c.Looked {
		return c.forget(env)
	}
	films, clocks, err := c.films(env.Ctx)
	if err != nil {
		return err
	}
	for _, line := range sayClocks(words.Default(), clocks) {
		fmt.Fprintln(env.notes(), line)
	}
	engine, err := face.Open("")
	if err != nil {
		return withExit(ExitSetup, err)
	}
	defer engine.Close()
	split := night.Split(films, time.Local)
	if len(split) <= 1 {
		_, err := c.measure(env, engine, films, clocks, c.Out)
		return err
	}
	return c.several(env, engine, split, clocks)
}

// several measures several nights, each into a folder named by the date of its evening,
// and writes what they say together. A night without a face does not stop the others.
func (c *nightCmd) several(env *Env, engine *face.Networks, split [][]night.File, clocks []night.FilmClock) error {
	l := words.Default()
	var all night.Nights
	var bad error
	for _, files := range split {
		evening := night.Evening(files[0].Begin, time.Local)
		fmt.Fprintln(env.Stdout, l.Say("night.of", words.Args{"Evening": evening}))
		s, err := c.measure(env, engine, files, clocks, filepath.Join(c.Out, evening))
		if err != nil && (s == nil || exitCode(err) != ExitNoFace) {
			return err
		}
		bad = cmp.Or(bad, err)
		all.Add(files, s, time.Local)
		fmt.Fprintln(env.Stdout)
	}
	b, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		return fmt.Errorf("encoding the nights: %w", err)
	}
	if err := report.WriteFile(filepath.Join(c.Out, nightsFile), append(b, '\n')); err != nil {
		return err
	}
	if _, err := io.WriteString(env.Stdout, strings.Join(all.Lines(l), "\n")+"\n"); err != nil {
		return err
	}
	return bad
}

// measure measures one night into a folder. The summary is nil where it was not made.
func (c *nightCmd) measure(env *Env, engine *face.Networks, files []night.File, clocks []night.FilmClock, out string) (*night.Summary, error) {
	segments, gaps, overlaps, err := night.Join(files)
	if err != nil {
		return nil, usagef("%w", err)
	}
	opt := pipeline.NightOptions{Options: pipeline.DefaultOptions(), Folder: filepath.Join(out, piecesFolder), All: c.All}
	opt.Version, opt.Mirrored = Version, c.Mirrored.value()
	bar := newProgress(env.notes(), words.Default().Say("cli.progress.night"))
	pieces, err := pipeline.RunNight(env.Ctx, engine, segments, opt, func(p pipeline.NightProgress) { bar.film(p.DoneS, p.KeptS, p.TotalS) })
	bar.clear()
	switch {
	case env.Ctx.Err() != nil:
		return nil, withExit(ExitStopped, env.Ctx.Err())
	case err != nil:
		return nil, inputError(files[0].Path, err)
	}
	var blocks []night.Block
	for _, p := range pieces {
		blocks = append(blocks, p.Blocks...)
	}
	states := night.States(blocks)
	a := pipeline.NightAnalysis(engine, segments, pieces, states, opt)
	s := night.Summarize(blocks, states, a.Events, pipeline.NightView(pieces), a.Recording.FrameRate)
	for _, k := range clocks {
		if slices.ContainsFunc(files, func(f night.File) bool { return f.Path == k.Path }) {
			s.Clocks = append(s.Clocks, k)
		}
	}
	s.Segments, s.MayLook, s.Kept = segments, append([]string{}, c.Look...), c.Keep
	s.Gaps, s.Overlaps = append(s.Gaps, gaps...), append(s.Overlaps, overlaps...)
	if err := c.write(env, a, s, out); err != nil {
		return nil, err
	}
	if !a.Quality.Usable {
		return s, withExit(ExitNoFace, errors.New(words.Default().Say("cli.analyze.noFace", words.Args{"File": a.Recording.File})))
	}
	return s, c.moments(env, a.Events, segments, out)
}

// films are the films that the command names, and when each began.
func (c *nightCmd) films(ctx context.Context) (files []night.File, clocks []night.FilmClock, err error) {
	found, err := batch.Find(ctx, c.Videos, c.Out)
	if err != nil {
		if errors.Is(err, video.ErrNoFFmpeg) {
			return nil, nil, withExit(ExitSetup, err)
		}
		return nil, nil, usagef("%w", err)
	}
	now := time.Now()
	for _, r := range found.Recordings {
		if strings.HasPrefix(filepath.Base(filepath.Dir(r.Path)), momentsFolder) {
			continue
		}
		st, err := os.Stat(r.Path)
		if err != nil {
			return nil, nil, usagef("%w", err)
		}
		info, err := video.Probe(ctx, r.Path)
		if err != nil {
			return nil, nil, inputError(r.Path, err)
		}
		if math.IsNaN(info.Duration) || info.Duration <= 0 {
			return nil, nil, usage("cli.usage.night.length", words.Args{"File": r.Name})
		}
		whole, err := filepath.Abs(r.Path) // the folders above count
		if err != nil {
			return nil, nil, usagef("%w", err)
		}
		clock := night.Facts{Path: whole, LengthS: info.Duration, Created: info.Created, CreatedEnd: info.CreatedAtEnd, Written: st.ModTime(), Now: now, Where: time.Local}.Start()
		clocks = append(clocks, night.FilmClock{Path: r.Path, File: r.Name, Clock: clock})
		files = append(files, night.File{Path: r.Path, Begin: clock.Begin, LengthS: info.Duration})
	}
	return files, clocks, nil
}

// filesSaid is how many files a note names.
const filesSaid = 5

// nameFiles names files, the first ones of many.
func nameFiles(l *words.Language, files []string) string {
	if len(files) <= filesSaid {
		return l.List(files...)
	}
	return l.List(append(slices.Clone(files[:filesSaid]), "… ("+l.Count("cli.count.films", len(files))+")")...)
}

// sayClocks says where the films' starts were taken from, and what did not fit.
func sayClocks(l *words.Language, clocks []night.FilmClock) (out []string) {
	by := map[night.Source]int{}
	odd := map[night.Conflict][]string{}
	var unsure []string
	for _, c := range clocks {
		by[c.By]++
		if c.Conflict != night.Agree {
			odd[c.Conflict] = append(odd[c.Conflict], c.File)
		}
		if c.By == night.ByWritten {
			unsure = append(unsure, c.File)
		}
	}
	var from []string
	for _, s := range []night.Source{night.ByCreated, night.ByName, night.ByWritten} {
		if n := by[s]; n > 0 {
			from = append(from, l.Name("cli.night.from", string(s))+" ("+l.Count("cli.count.films", n)+")")
		}
	}
	if len(from) > 0 {
		out = append(out, l.Say("cli.night.starts", words.Args{"From": l.List(from...)}))
	}
	for _, c := range []night.Conflict{night.Zone, night.LocalTime, night.NameIsUTC, night.Apart} {
		if files := odd[c]; len(files) > 0 {
			out = append(out, l.Say("cli.night.odd."+string(c), words.Args{"Files": nameFiles(l, files)}))
		}
	}
	if len(unsure) > 0 && len(clocks) > 1 {
		out = append(out, l.Say("cli.night.clock", words.Args{"Files": nameFiles(l, unsure)}))
	}
	return out
}

// write writes the night's results and prints what the person reads.
func (c *nightCmd) write(env *Env, a *report.Analysis, s *night.Summary, folder string) error {
	if err := report.Write(folder, a, report.Inputs{}); err != nil {
		return err
	}
	b, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("encoding the night: %w", err)
	}
	if err := report.WriteFile(filepath.Join(folder, nightFile), append(b, '\n')); err != nil {
		return err
	}
	text := strings.Join(append(night.ForPerson(words.Default(), s), append([]string{""}, night.ForDoctor(words.Default(), s)...)...), "\n") + "\n"
	if err := report.WriteFile(filepath.Join(folder, sentencesFile), []byte(text)); err != nil {
		return err
	}
	_, err = io.WriteString(env.Stdout, text)
	return err
}

// moments keeps the film of each event, a few seconds before and after it.
func (c *nightCmd) moments(env *Env, events []event.Event, segments []night.Segment, out string) error {
	dir := filepath.Join(out, momentsFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder for the moments: %w", err)
	}
	var spans []measure.Span
	for _, e := range events {
		if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
			spans = append(spans, measure.Span{FromS: e.OnsetS - momentS, ToS: e.OffsetS + momentS})
		}
	}
	l := words.Default()
	bar := newProgress(env.notes(), l.Say("cli.progress.moments"))
	defer bar.clear()
	spans = measure.Union(spans)
	var total, done, before float64 // s; before: of an earlier run
	for _, m := range spans {
		total += m.Len()
	}
	kept := 0
	for _, m := range spans {
		for _, seg := range segments {
			from, to := max(m.FromS, seg.StartS+seg.FromS), min(m.ToS, seg.StartS+seg.LengthS)
			if to-from < 1 {
				continue
			}
			path := filepath.Join(dir, fmt.Sprintf("%09.1f.mp4", from))
			if _, err := os.Stat(path); err == nil {
				before += to - from
			} else if err := cutMoment(env.Ctx, seg.Path, path, from-seg.StartS, to-from); err != nil {
				return err
			}
			done += to - from
			bar.film(done, before, total)
			kept++
		}
	}
	bar.clear()
	fmt.Fprintln(env.Stdout, l.Say("cli.night.kept", words.Args{"Moments": l.Count("cli.count.moments", kept), "Folder": dir}))
	if c.Keep == "moments" {
		fmt.Fprintln(env.Stdout, l.Say("cli.night.look", words.Args{"Out": c.Out}))
	}
	if len(c.Look) == 0 {
		fmt.Fprintln(env.notes(), l.Say("cli.night.who"))
	}
	return nil
}

// cutMoment keeps a stretch of a film, without its sound. A night has hundreds of them:
// the fastest encoding takes a third of the time, and half as much room again.
func cutMoment(ctx context.Context, path, out string, from, length float64) error {
	info, err := video.Probe(ctx, path)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(out), ".moment-*")
	if err != nil {
		return fmt.Errorf("making a folder for a moment: %w", err)
	}
	defer os.RemoveAll(dir)
	if dir, err = filepath.Abs(dir); err != nil {
		return fmt.Errorf("finding the folder of a moment: %w", err)
	}
	run := video.FFmpeg{Before: info.Seek(max(from, 0)), Folder: dir, StallS: momentStallS, Args: []string{"-map", info.Film(), "-t", fmt.Sprintf("%.3f", length), "-an", "-map_metadata", "-1",
		"-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-movflags", "+faststart", "moment.mp4"}}
	if _, err := run.Run(ctx, path, info); err != nil {
		return fmt.Errorf("keeping a moment of the night: %w", err)
	}
	if err := os.Rename(filepath.Join(dir, "moment.mp4"), out); err != nil {
		return fmt.Errorf("keeping a moment of the night: %w", err)
	}
	return nil
}

// momentStallS ends an encoder that gives nothing for so long.
const momentStallS = 120

// forget deletes the films of a night that was looked at: moments and trace stay.
func (c *nightCmd) forget(env *Env) error {
	folders := []string{c.Out}
	if b, err := os.ReadFile(filepath.Join(c.Out, nightsFile)); err == nil {
		var all night.Nights
		if err := json.Unmarshal(b, &all); err != nil {
			return usagef("%s: %w", nightsFile, err)
		}
		folders = nil
		for _, n := range all.Nights {
			folders = append(folders, filepath.Join(c.Out, filepath.Base(n.Evening)))
		}
	}
	var segments []night.Segment
	for _, folder := range folders {
		b, err := os.ReadFile(filepath.Join(folder, nightFile))
		if err != nil {
			return usagef("%w", err)
		}
		var s night.Summary
		if err := json.Unmarshal(b, &s); err != nil {
			return usagef("%s: %w", nightFile, err)
		}
		if s.Kept == "all" {
			return usage("cli.usage.night.all")
		}
		segments = append(segments, s.Segments...)
	}
	// Only films that are named here too: nobody deletes what they did not name.
	named := map[string]bool{}
	found, err := batch.Find(env.Ctx, c.Videos, c.Out)
	if err != nil {
		return usagef("%w", err)
	}
	for _, r := range found.Recordings {
		if p, err := filepath.Abs(r.Path); err == nil {
			named[p] = true
		}
	}
	n := 0
	var bad error
	for _, seg := range segments {
		p, err := filepath.Abs(seg.Path)
		if err != nil || !named[p] {
			continue
		}
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			bad = errors.Join(bad, err)
			continue
		}
		n++
	}
	fmt.Fprintln(env.Stdout, words.Default().Say("cli.night.deleted", words.Args{"Films": words.Default().Count("cli.count.films", n)}))
	return bad
}
