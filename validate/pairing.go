package validate

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// PairFiles matches truth files with result files. Files are taken in the order
// given; a folder stands for the annotation files below it. When a folder is
// among them, pairs are found by name: the file's name without its extension
// and without the endings truth, analysis, events, blinks …, or, for a file
// that is called truth.json or analysis.json, its folder's name. left names
// what found no partner.
func PairFiles(truth, result []string) (pairs [][2]string, names, left []string, err error) {
	ts, tFolder, err := expand(truth, "analysis")
	if err != nil {
		return nil, nil, nil, err
	}
	rs, rFolder, err := expand(result, "truth")
	if err != nil {
		return nil, nil, nil, err
	}
	if !tFolder && !rFolder {
		if len(ts) != len(rs) {
			return nil, nil, nil, fmt.Errorf("%d truths but %d analyses: give as many of the one as of the other", len(ts), len(rs))
		}
		for i := range ts {
			pairs = append(pairs, [2]string{ts[i], rs[i]})
			names = append(names, pairName(ts[i], rs[i]))
		}
		return pairs, names, nil, nil
	}
	byName := map[string]string{}
	for _, r := range rs {
		n := stem(r)
		if _, ok := byName[n]; ok {
			return nil, nil, nil, fmt.Errorf("two analyses are of the name %q", n)
		}
		byName[n] = r
	}
	taken := map[string]bool{}
	for _, t := range ts {
		n := stem(t)
		r, ok := byName[n]
		if taken[n] {
			return nil, nil, nil, fmt.Errorf("two truths are of the name %q", n)
		}
		if !ok {
			left = append(left, t)
			continue
		}
		taken[n] = true
		pairs = append(pairs, [2]string{t, r})
		names = append(names, n)
	}
	for _, r := range rs {
		if !taken[stem(r)] {
			left = append(left, r)
		}
	}
	if len(pairs) == 0 {
		return nil, nil, left, fmt.Errorf("no truth has an analysis of the same name")
	}
	return pairs, names, left, nil
}

// expand replaces folders by the annotation files below them, other than those
// whose name ends in skip.
func expand(paths []string, skip string) (files []string, folder bool, err error) {
	for _, p := range paths {
		st, err := os.Stat(p)
		if err != nil {
			return nil, false, err
		}
		if !st.IsDir() {
			files = append(files, p)
			continue
		}
		folder = true
		var found []string
		err = filepath.WalkDir(p, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			ext := strings.ToLower(filepath.Ext(path))
			name := strings.TrimSuffix(strings.ToLower(d.Name()), ext)
			if d.Type().IsRegular() && slices.Contains([]string{".json", ".csv", ".tsv", ".eaf", ".boris"}, ext) && !strings.HasSuffix(name, skip) {
				found = append(found, path)
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
		sort.Strings(found)
		// A folder of results has tables beside each analysis.json, and a
		// phantom's has its spec: where there are files of the right name, only
		// they count.
		want := map[string]string{"truth": "analysis", "analysis": "truth"}[skip]
		var named []string
		for _, f := range found {
			if strings.HasSuffix(strings.TrimSuffix(strings.ToLower(filepath.Base(f)), strings.ToLower(filepath.Ext(f))), want) {
				named = append(named, f)
			}
		}
		if len(named) > 0 {
			found = named
		}
		files = append(files, found...)
	}
	return files, folder, nil
}

var stemEndings = []string{"truth", "analysis", "result", "events", "blinks"}

// stem is the name of the recording that a file is about.
func stem(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	for _, e := range stemEndings {
		name = strings.TrimRight(strings.TrimSuffix(name, e), ".-_ ")
	}
	if name == "" {
		name = filepath.Base(filepath.Dir(path))
	}
	return name
}

func pairName(truth, result string) string {
	a, b := stem(truth), stem(result)
	if a == b || b == "" || b == "." {
		return a
	}
	if a == "" || a == "." {
		return b
	}
	return a + " / " + b
}
