package batch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/report"
	"facialis/video"
)

// AnnotatedFile is the recording with its events drawn in, among its results.
const AnnotatedFile = "annotated.mp4"

// Recording is a recording to analyze.
type Recording struct {
	Path   string     // to open it
	Name   string     // from the folder that was given, with slashes; else the file's own name
	Folder string     // of its results, from the results' folder, with slashes
	Info   video.Info // by its headers; zero where Err is set or the file was named by itself
	Err    error      // why it cannot be read, where that is known already
}

// Found is what [Find] found.
type Found struct {
	Recordings []Recording
	Others     int      // files in the folders that are not recordings
	Suspect    []string // those of them that are named like one, with the reason
	Folders    bool     // a folder was among what was given
}

// Find gives the recordings among files and folders. A file that is named is
// taken as it is. A folder is walked: what the demuxer takes for a video is a
// recording, hidden files and the results' own folder out are left out.
func Find(ctx context.Context, given []string, out string) (*Found, error) {
	f := &finder{ctx: ctx, seen: map[string]bool{}}
	if out != "" {
		f.out, _ = os.Stat(out)
	}
	var origins []string
	for _, g := range given {
		before := len(f.Recordings)
		st, err := os.Stat(g)
		if err == nil && st.IsDir() {
			f.Folders = true
			err = f.walk(g, st)
			if err != nil {
				return nil, err
			}
		} else {
			f.add(Recording{Path: g, Name: filepath.Base(g)})
		}
		for range len(f.Recordings) - before {
			origins = append(origins, g)
		}
	}
	f.name(origins)
	return &f.Found, nil
}

type finder struct {
	Found
	ctx  context.Context
	out  fs.FileInfo // nil where there is none
	seen map[string]bool
}

// add adds a recording unless it was given twice.
func (f *finder) add(r Recording) {
	abs, err := filepath.Abs(r.Path)
	if err == nil && f.seen[abs] {
		return
	}
	f.seen[abs] = true
	f.Recordings = append(f.Recordings, r)
}

func (f *finder) walk(root string, top fs.FileInfo) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case f.ctx.Err() != nil:
			return f.ctx.Err()
		case err != nil:
			if path == root {
				return fmt.Errorf("reading the folder %s: %w", filepath.Base(root), err)
			}
			f.Suspect = append(f.Suspect, fmt.Sprintf("%s: %v", filepath.Base(path), errors.Unwrap(err)))
			return nil
		case path == root:
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			// The folder of the results may be the walked one itself.
			if st, err := d.Info(); err == nil && f.out != nil && os.SameFile(st, f.out) && !os.SameFile(top, f.out) {
				return filepath.SkipDir
			}
			return nil
		}
		return f.look(root, path)
	})
}

// look adds a file of a folder where it is a recording.
func (f *finder) look(root, path string) error {
	st, err := os.Stat(path)
	if err != nil || !st.Mode().IsRegular() || ownResult(path) {
		return nil
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return fmt.Errorf("naming %s: %w", filepath.Base(path), err)
	}
	info, err := video.Probe(f.ctx, path)
	switch {
	case f.ctx.Err() != nil:
		return f.ctx.Err()
	case errors.Is(err, video.ErrNoFFmpeg):
		return err
	case errors.Is(err, video.ErrNoVideo), errors.Is(err, video.ErrUndecodable), errors.Is(err, video.ErrEmpty):
		f.Others++
		if namedLikeVideo(path) {
			f.Suspect = append(f.Suspect, err.Error())
		}
		return nil
	}
	f.add(Recording{Path: path, Name: filepath.ToSlash(rel), Info: info, Err: err})
	return nil
}

// ownResult reports whether a file is the annotated recording of an analysis.
func ownResult(path string) bool {
	if filepath.Base(path) != AnnotatedFile {
		return false
	}
	_, err := os.Stat(filepath.Join(filepath.Dir(path), report.AnalysisFile))
	return err == nil
}

func namedLikeVideo(path string) bool {
	return slices.Contains([]string{".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".mts", ".m2ts", ".ts", ".3gp", ".wmv", ".ogv", ".flv"},
		strings.ToLower(filepath.Ext(path)))
}

// name gives every recording a name and a folder of its own. Where two names
// from different places are the same, all are named from the folder that holds
// everything. Two of one folder that differ only in their ending keep it.
func (f *finder) name(origins []string) {
	count := map[string]int{}
	for _, r := range f.Recordings {
		count[r.Name]++
	}
	if slices.ContainsFunc(f.Recordings, func(r Recording) bool { return count[r.Name] > 1 }) {
		top := ""
		for i, o := range origins {
			abs, _ := filepath.Abs(o)
			if st, err := os.Stat(o); err != nil || !st.IsDir() {
				abs = filepath.Dir(abs)
			}
			if i == 0 {
				top = abs
			}
			for top != abs && !strings.HasPrefix(abs, strings.TrimSuffix(top, string(filepath.Separator))+string(filepath.Separator)) {
				top = filepath.Dir(top)
			}
		}
		for i := range f.Recordings {
			r := &f.Recordings[i]
			abs, _ := filepath.Abs(r.Path)
			if rel, err := filepath.Rel(top, abs); err == nil {
				r.Name = filepath.ToSlash(rel)
			}
		}
	}
	stems := map[string]int{}
	for _, r := range f.Recordings {
		stems[strings.ToLower(stem(r.Name))]++ // some file systems take a and A for one
	}
	for i := range f.Recordings {
		r := &f.Recordings[i]
		if r.Folder = stem(r.Name); stems[strings.ToLower(r.Folder)] > 1 {
			r.Folder = r.Name
		}
	}
}

// stem is a name without its ending.
func stem(name string) string {
	base := name[strings.LastIndexByte(name, '/')+1:]
	s := strings.TrimSuffix(base, filepath.Ext(base))
	if s == "" || s == "." || s == ".." {
		s = "recording" + base
	}
	return name[:len(name)-len(base)] + s
}
