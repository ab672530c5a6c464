package boris

import (
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"strings"

	"facialis/report"
)

// columns are those of BORIS's tabular export.
var columns = []string{"Observation id", "Observation date", "Description", "Observation duration", "Observation type",
	"Source", "Time offset (s)", "Media duration (s)", "FPS", "Subject", "Behavior", "Behavioral category",
	"Modifier #1", "Modifier #2", "Behavior type", "Time", "Media file name", "Image index", "Image file path", "Comment"}

// EncodeTable writes the analysis as BORIS's tabular export: one row for each
// start and each stop, comma separated.
func EncodeTable(w io.Writer, a *report.Analysis, o Options) error {
	a = report.AtFileClock(a)
	file, name := names(a, o.Media)
	c := csv.NewWriter(w)
	c.Write(columns)
	length := seconds(report.NewSpan(0, a.Recording.DurationS).ToMS)
	fps := "NA"
	if a.Recording.FrameRate > 0 {
		fps = fmt.Sprintf("%.3f", a.Recording.FrameRate)
	}
	for _, r := range rows(a) {
		form, lead, _ := strings.Cut(r.modifiers, "|")
		subject := r.subject
		if subject == "" {
			subject = "No focal subject"
		}
		c.Write([]string{name, strings.Replace(o.stamp(), "T", " ", 1), "", length, "Media file(s)",
			"player #1:" + path.Base(file), "0.000", length, fps, subject, r.code, r.category,
			form, lead, r.status, seconds(r.ms), path.Base(file), fmt.Sprint(frame(a, r.ms)), "NA", r.comment})
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("writing the BORIS table: %w", err)
	}
	return nil
}
