package boris

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report"
	"facialis/words"
)

// Options is what the files say beside the analysis.
type Options struct {
	Media    string    // path of the recording; empty: the analysis's own file name
	Recorded time.Time // when it was filmed; zero where that is not known
}

// stamp is a date as BORIS writes it, empty where it is not known. BORIS keeps an
// observation without a date and shows none of its own.
func (o Options) stamp() string {
	if o.Recorded.IsZero() {
		return ""
	}
	return o.Recorded.UTC().Format("2006-01-02T15:04:05")
}

type project struct {
	TimeFormat  string                 `json:"time_format"`
	Date        string                 `json:"project_date"`
	Name        string                 `json:"project_name"`
	Description string                 `json:"project_description"`
	Version     string                 `json:"project_format_version"`
	Subjects    map[string]subject     `json:"subjects_conf"`
	Behaviors   map[string]behavior    `json:"behaviors_conf"`
	Obs         map[string]observation `json:"observations"`
	Categories  []string               `json:"behavioral_categories"`
	CategoryCfg map[string]category    `json:"behavioral_categories_config"`
	Variables   struct{}               `json:"independent_variables"`
	CodingMap   struct{}               `json:"coding_map"`
	CodingMaps  []string               `json:"behaviors_coding_map"`
	Converters  struct{}               `json:"converters"`
}

type subject struct {
	Key         string `json:"key"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type category struct {
	Name  string `json:"name"`
	Color string `json:"color"`
}

type behavior struct {
	Type        string                 `json:"type"`
	Key         string                 `json:"key"`
	Code        string                 `json:"code"`
	Description string                 `json:"description"`
	Category    string                 `json:"category"`
	Modifiers   map[string]modifierSet `json:"modifiers"`
	Excluded    string                 `json:"excluded"`
	CodingMap   string                 `json:"coding map"`
}

type modifierSet struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Type        int      `json:"type"` // 0: one of the values
	AskAtStop   bool     `json:"ask at stop"`
	Values      []string `json:"values"`
}

type observation struct {
	Type        string              `json:"type"`
	Date        string              `json:"date"`
	Description string              `json:"description"`
	TimeOffset  float64             `json:"time offset"`
	File        map[string][]string `json:"file"`
	Media       mediaInfo           `json:"media_info"`
	Variables   struct{}            `json:"independent_variables"`
	Close       bool                `json:"close_behaviors_between_videos"`
	Spectrogram bool                `json:"visualize_spectrogram"`
	Waveform    bool                `json:"visualize_waveform"`
	Events      [][]any             `json:"events"`
}

type mediaInfo struct {
	Length   map[string]float64 `json:"length"`
	FPS      map[string]float64 `json:"fps"`
	HasVideo map[string]bool    `json:"hasVideo"`
	HasAudio map[string]bool    `json:"hasAudio"`
	Offset   map[string]float64 `json:"offset"`
}

// EncodeProject writes the analysis as a BORIS project with one observation.
func EncodeProject(w io.Writer, a *report.Analysis, o Options) error {
	a = report.AtFileClock(a)
	file, name := names(a, o.Media)
	all := rows(a)
	p := project{TimeFormat: "hh:mm:ss", Date: o.stamp(), Name: name, Version: "7.0",
		Description: words.Default().Say("report.boris.project", words.Args{"Version": a.Provenance.Version}),
		Subjects:    map[string]subject{}, Behaviors: map[string]behavior{}, CodingMaps: []string{},
		Categories:  []string{movements, requests},
		CategoryCfg: map[string]category{"0": {Name: movements}, "1": {Name: requests}}}
	known := a.SideKnown()
	for _, s := range []anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both, anatomy.Unknown} {
		used := slices.ContainsFunc(a.Events, func(e event.Event) bool { return e.Side == s })
		if !used && s != anatomy.Both && known == (s == anatomy.Unknown) {
			continue // a side that nobody can tell is no choice
		}
		p.Subjects[strconv.Itoa(len(p.Subjects))] = subject{Key: string(s[0]), Name: string(s), Description: words.Default().Name("report.boris.side", string(s))}
	}
	if !known {
		p.Description = words.Default().Say("report.boris.project.hidden", words.Args{"Version": a.Provenance.Version})
	}
	form := modifierSet{Name: "form", Values: []string{string(event.Twitch), string(event.Clonic), string(event.Tonic)}}
	lead := modifierSet{Name: "leading region", Values: []string{}}
	for _, r := range anatomy.Regions {
		lead.Values = append(lead.Values, string(r))
	}
	for i, b := range behaviors(all) {
		c := behavior{Type: "State event", Code: b.code, Category: b.category, Modifiers: map[string]modifierSet{}}
		if b.category == movements {
			c.Modifiers = map[string]modifierSet{"0": form, "1": lead}
		}
		p.Behaviors[strconv.Itoa(i)] = c
	}
	obs := observation{Type: "MEDIA", Date: o.stamp(), File: map[string][]string{}, Events: [][]any{}}
	for i := 1; i <= 8; i++ { // BORIS has eight players
		obs.File[strconv.Itoa(i)] = []string{}
	}
	obs.File["1"] = []string{file}
	obs.Media = mediaInfo{Length: map[string]float64{file: a.Recording.DurationS}, FPS: map[string]float64{file: a.Recording.FrameRate},
		HasVideo: map[string]bool{file: true}, HasAudio: map[string]bool{file: false}, Offset: map[string]float64{"1": 0}}
	for _, r := range all {
		obs.Events = append(obs.Events, []any{json.Number(seconds(r.ms)), r.subject, r.code, r.modifiers, r.comment, frame(a, r.ms)})
	}
	p.Obs = map[string]observation{name: obs}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(p); err != nil {
		return fmt.Errorf("encoding the BORIS project: %w", err)
	}
	return nil
}

// seconds writes milliseconds as seconds with three decimals.
func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }
