package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/interview"
	"facialis/report"
)

func TestAssessCommand(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := report.Analysis{Schema: report.Schema, Recording: report.Recording{File: "face.mp4", DurationS: 60, Frames: 1800, FrameRate: 30, Width: 640, Height: 480},
		Tracking: report.Tracking{FaceFraction: 1, FacesMax: 1}, Quality: report.Quality{Usable: true}}
	peak := 4.0
	for i := range 12 {
		on := 2 + 4.3*float64(i)
		a.Events = append(a.Events, event.Event{ID: "e", Kind: event.Spasm, Side: anatomy.Left, Form: event.Twitch, OnsetS: on, OffsetS: on + 0.3, Lead: anatomy.OrbicularisOculi,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Left, OnsetS: on, PeakMM: &peak}}})
	}
	var buf bytes.Buffer
	if err := report.EncodeJSON(&buf, &a); err != nil {
		t.Fatal(err)
	}
	r := interview.NewResponse()
	for id, v := range map[string]any{"age": 52, "side": "left", "first_place": "lower_lid", "since": "2022-05", "palsy": "no", "kind": []string{"twitch", "close"}, "now": []string{"droop"}} {
		if err := r.Set(interview.Standard(), id, v); err != nil {
			t.Fatal(err)
		}
	}
	data, err := r.Encode(interview.Standard())
	if err != nil {
		t.Fatal(err)
	}
	analysis, answers := file("analysis.json", buf.Bytes()), file("answers.json", data)
	diary, broken := file("diary.csv", []byte("date,attacks\n2026-01-01,5\n")), file("broken.json", []byte("{"))
	plain := file("plain.json", []byte(`{"answers":{"side":"left","kind":["twitch"],"now":["none","droop"],"shoe_size":43}}`))
	entries := file("diary.json", []byte(`{"entries":[{"id":"1","kind":"day","at":"2026-05-01T20:00:00Z","data":{"date":"2026-05-01","attacks":3}}]}`))
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		name, args string
		code       int
		says       string
	}{
		{"all", "assess --analysis " + analysis + " --answers " + answers + " --diary " + diary + " --today 2026-06-01 -o " + out, ExitOK, "emergency"},
		{"answers in plain JSON", "assess --answers " + plain + " -o " + filepath.Join(dir, "plain"), ExitOK, "answers: these are not questions of this interview and were left out: \"shoe_size\"\n"},
		{"none of these and one of these", "assess --answers " + plain + " -o " + filepath.Join(dir, "plain"), ExitOK, "emergency"},
		{"the app's diary", "assess --answers " + answers + " --diary " + entries + " --today 2026-06-01 -o " + filepath.Join(dir, "diary"), ExitOK, "One day in the diary"},
		{"no diary", "assess --answers " + answers + " --diary " + broken + " -o " + out, ExitUsage, "read diary"},
		{"nothing to go by", "assess -o " + out, ExitUsage, "--answers"},
		{"broken answers", "assess --answers " + broken + " -o " + out, ExitUsage, "read answers"},
		{"answers are no analysis", "assess --analysis " + answers + " -o " + out, ExitUsage, "schema"},
		{"no such setting", "assess --answers " + answers + " --setting moon -o " + out, ExitUsage, "setting"},
		{"answers alone", "assess --answers " + answers + " -o " + filepath.Join(dir, "alone"), ExitOK, "not a diagnosis"},
		{"recording alone", "assess --analysis " + analysis + " -o " + filepath.Join(dir, "film"), ExitOK, "Type:"},
		{"questions", "interview --print", ExitOK, `"first_place"`},
		{"protocol", "interview --protocol short", ExitOK, "pucker"},
		{"no such protocol", "interview --protocol long", ExitUsage, "long"},
		{"nowhere to keep answers", "interview", ExitUsage, "file for the answers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var so, se bytes.Buffer
			if code := Main(&Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &so, Stderr: &se}, strings.Fields(c.args)); code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, se.String())
			}
			if all := so.String() + se.String(); !strings.Contains(all, c.says) {
				t.Errorf("printed %q, want %q in it", all, c.says)
			}
		})
	}
	var merged struct {
		Schema     string
		Assessment struct {
			Level string
			Facts map[string]float64
		}
	}
	if err := readJSON(filepath.Join(out, "analysis.json"), &merged); err != nil {
		t.Fatal(err)
	}
	if merged.Schema != report.Schema || merged.Assessment.Level != "emergency" || merged.Assessment.Facts["video.spasms"] != 12 {
		t.Errorf("merged analysis: %+v", merged)
	}
	page, err := os.ReadFile(filepath.Join(out, "assessment.html"))
	if err != nil || !bytes.Contains(page, []byte("Act now")) || bytes.Contains(page, []byte("src=")) {
		t.Errorf("assessment.html: %v, %d bytes", err, len(page))
	}
}

func TestInterviewCommandResumes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers.json")
	say := func(lines string) {
		t.Helper()
		var so, se bytes.Buffer
		if code := Main(&Env{Ctx: context.Background(), Stdin: strings.NewReader(lines), Stdout: &so, Stderr: &se}, []string{"interview", path}); code != ExitOK {
			t.Fatalf("exit code %d: %s", code, se.String())
		}
	}
	say("1\n44\nq\n")
	say("1\nq\n") // the kind, the third question
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Item []struct{ LinkID string }
	}
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Item) != 3 || got.Item[2].LinkID != "kind" {
		t.Errorf("kept %+v", got.Item)
	}
}
