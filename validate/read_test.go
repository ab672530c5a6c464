package validate

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"facialis/anatomy"
	"facialis/event"
)

const (
	truthJSON = `{"schema":"facialis.truth/1","recording":{"duration_s":30,"frame_rate":25},
"tasks":[{"task":"smile","from_s":3,"to_s":6}],"displacement":{"right":{"zygomaticus":[0,0.1]}},
"events":[{"id":"b","kind":"blink","side":"both","onset_s":5,"offset_s":5.3},
{"id":"a","kind":"spasm","side":"left","form":"twitch","onset_s":1,"offset_s":1.2,"lead":"zygomaticus","regions":[{"region":"zygomaticus","side":"left","onset_s":1,"peak_mm":1.5}]}]}`

	ownCSV = "id,onset_s,offset_s,kind,side,form,lead,region,peak_mm\n" +
		"1,1.0,1.2,spasm,left,twitch,zygomaticus,zygomaticus,1.5\n" +
		"1,1.0,1.2,spasm,left,twitch,zygomaticus,depressor,0.4\n" +
		"2,5,5.3,blink,both,,,,\n"

	blinkCSV = "start_frame,end_frame,start_s,end_s,eye,label,blink_id\n168,176,6.720,7.040,both,blink,1\n225,232,9.000,9.280,both,blink,2\n"

	elan = `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="2026-11-01T09:00:00+00:00" FORMAT="3.0" VERSION="3.0">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="ts2" TIME_VALUE="1200"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="5000"/><TIME_SLOT TIME_SLOT_ID="ts4" TIME_VALUE="5300"/><TIME_SLOT TIME_SLOT_ID="ts5"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="event" TIER_ID="spasm-left"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>twitch, zygomaticus, 1.5 mm</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="event" TIER_ID="blink"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4"><ANNOTATION_VALUE></ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="event" TIER_ID="quality"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a3" TIME_SLOT_REF1="ts3" TIME_SLOT_REF2="ts4"><ANNOTATION_VALUE>spasm hidden</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
RATERS<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="event" TIME_ALIGNABLE="true" GRAPHIC_REFERENCES="false"/></ANNOTATION_DOCUMENT>`

	elanRaters = `<TIER LINGUISTIC_TYPE_REF="event" TIER_ID="rater:AB"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a4" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts4"><ANNOTATION_VALUE>spasm right</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="event" TIER_ID="rater:CD spasm-left"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a5" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2"><ANNOTATION_VALUE>tonic</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>`

	borisJSON = `{"project_format_version":"7.0","time_format":"hh:mm:ss","observations":{"visit 1":{"type":"MEDIA","file":{"1":["x.mp4"]},
"media_info":{"length":{"x.mp4":30},"fps":{"x.mp4":25}},
"events":[[1.0,"left","spasm","twitch|zygomaticus","",25],[5.0,"","blink","","",125],[1.2,"left","spasm","twitch|zygomaticus","",30],[5.3,"","blink","",""]]}}}`

	borisTable = "Observation id,Observation date,Description,Observation duration,Observation type,Source,Time offset (s),Media duration (s),FPS,Subject,Behavior,Behavioral category,Modifier #1,Behavior type,Time,Media file name,Image index,Image file path,Comment\n" +
		"v1,2026-11-01,,30,Media file(s),player #1:x.mp4,0,30,25,left,spasm,,zygomaticus,START,1.000,x.mp4,25,NA,\n" +
		"v1,2026-11-01,,30,Media file(s),player #1:x.mp4,0,30,25,left,spasm,,zygomaticus,STOP,1.200,x.mp4,30,NA,\n" +
		"v1,2026-11-01,,30,Media file(s),player #1:x.mp4,0,30,25,No focal subject,blink,,,POINT,00:00:05.100,x.mp4,127,NA,\n"

	borisAggregated = "Observation id\tMedia duration (s)\tFPS (frame/s)\tSubject\tBehavior\tModifier #1\tBehavior type\tStart (s)\tStop (s)\tDuration (s)\n" +
		"v1\t30\t25\tleft\tspasm\tzygomaticus\tSTATE\t1.000\t1.200\t0.2\n" +
		"v1\t30\t25\tNo focal subject\tblink\t\tPOINT\t5.1\tNA\tNA\n"
)

// wide is text in UTF-16, low bytes first.
func wide(text string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

func TestParse(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(borisJSON)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	plain := strings.Replace(elan, "RATERS", "", 1)
	raters := strings.Replace(elan, "RATERS", elanRaters, 1)
	for _, c := range []struct {
		name, text, rater string
		want              string
	}{
		{"truth.json", truthJSON, "", "spasm left twitch zygomaticus 1.000-1.200 1.5mm; blink both   5.000-5.300; 30 s 25 fps"},
		{"analysis.json", strings.Replace(truthJSON, "truth/1", "analysis/1", 1), "", "spasm left twitch zygomaticus 1.000-1.200 1.5mm; blink both   5.000-5.300; 30 s 25 fps"},
		{"csv", ownCSV, "", "spasm left twitch zygomaticus 1.000-1.200 1.5mm; blink both   5.000-5.300; "},
		{"csv with byte order mark, semicolons", "\xef\xbb\xbf" + strings.ReplaceAll(ownCSV, ",", ";"), "", "spasm left twitch zygomaticus 1.000-1.200 1.5mm; blink both   5.000-5.300; "},
		{"blinks", blinkCSV, "", "blink both   6.720-7.040; blink both   9.000-9.280; 25 fps"},
		{"elan", plain, "", "spasm left twitch zygomaticus 1.000-1.200 1.5mm; blink both   5.000-5.300; "},
		{"elan, rater", raters, "AB", "spasm right   1.000-5.300; "},
		{"elan, rater's tier names the side", raters, "CD", "spasm left tonic  1.000-1.200; "},
		{"boris", borisJSON, "", "spasm left twitch zygomaticus 1.000-1.200; blink both   5.000-5.300; 30 s 25 fps"},
		{"boris.gz", packed.String(), "visit 1", "spasm left twitch zygomaticus 1.000-1.200; blink both   5.000-5.300; 30 s 25 fps"},
		{"boris table", borisTable, "", "spasm left  zygomaticus 1.000-1.200; blink both   5.100-5.100; 30 s 25 fps"},
		{"boris aggregated", borisAggregated, "v1", "spasm left  zygomaticus 1.000-1.200; blink both   5.100-5.100; 30 s 25 fps"},
		{"other order and names, decimal commas", "Side;Label;Begin;Duration (s)\nR;spasm tonic;1,5;2,25\nL;Blink;7,0;0,2\n", "", "spasm right tonic  1.500-3.750; blink left   7.000-7.200; "},
		{"milliseconds", "kind\tonset_ms\toffset_ms\nspasmLeft\t1500\t1700\n", "", "spasm left   1.500-1.700; "},
		{"utf-16", "\xff\xfe" + wide("kind\tside\tonset_s\toffset_s\nspasm\tleft\t1\t2\n"), "", "spasm left   1.000-2.000; "},
		{"lines before the header", "sep=;\n# by AB\nkind;side;start;end\nspasm;left;1;2\n;;;\n", "", "spasm left   1.000-2.000; "},
		{"elan's own table", "Tier\tBegin Time - ss.msec\tEnd Time - ss.msec\tAnnotation\nspasm-left\t1.000\t1.200\ttwitch\n", "", "spasm left twitch  1.000-1.200; "},
		{"elan, a dependent tier", strings.Replace(strings.Replace(plain, "spasm-left", "spasm", 1), "<LINGUISTIC", `<TIER LINGUISTIC_TYPE_REF="d" TIER_ID="side" PARENT_REF="spasm"><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="d1" ANNOTATION_REF="a1"><ANNOTATION_VALUE>right</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER><LINGUISTIC`, 1), "", "spasm right twitch zygomaticus 1.000-1.200 1.5mm; blink both   5.000-5.300; "},
		{"boris, both sides at once", `{"project_format_version":"7.0","behaviors_conf":{"0":{"code":"blink","type":"Point event"},"1":{"code":"spasm","type":"State event"}},
"observations":{"v":{"events":[[1,"","spasm","left","",0],[1.5,"","spasm","right","",0],[2,"","spasm","left","",0],[2.5,"","spasm","right","",0],[5,"","blink","None","",0],[6,"","blink",["None"],"",0]]}}}`, "",
			"spasm left   1.000-2.000; spasm right   1.500-2.500; blink both   5.000-5.000; blink both   6.000-6.000; "},
		{"boris, an old table", "Observation id,v1\n\nTime,Media file path,Total length,FPS,Subject,Behavior,Behavioral category,Modifiers,Comment,Status\n1.0,x.mp4,30,25,,spasm,,left,,START\n1.2,x.mp4,30,25,,spasm,,left,,STOP\n", "", "spasm left   1.000-1.200; 30 s 25 fps"},
		{"boris, a sheet for import", "time,subject,code,modifier,comment\n1,left,spasm,,\n2,left,spasm,,\n", "", "spasm left   1.000-2.000; "},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := Parse([]byte(c.text), c.rater)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, brief(a)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	a, err := Parse([]byte(ownCSV), "")
	if err != nil || len(a.Events[0].Regions) != 2 || a.Events[0].Regions[1].Region != anatomy.Depressor {
		t.Errorf("rows of one id are the regions of one event: %+v, %v", a, err)
	}
}

func TestParseRefuses(t *testing.T) {
	raters := strings.Replace(elan, "RATERS", elanRaters, 1)
	for _, c := range []struct{ name, text, want string }{
		{"empty", " \n", "the file is empty"},
		{"other json", `{"a":1}`, "neither facialis.truth/1"},
		{"broken json", truthJSON[:100], "not valid JSON"},
		{"an unknown kind", strings.Replace(truthJSON, `"blink"`, `"yawn"`, 1), `event 1: kind "yawn" is not one of`},
		{"backwards", strings.Replace(truthJSON, `"offset_s":1.2`, `"offset_s":0.2`, 1), "ends at 0.2 s, before it begins at 1 s"},
		{"a table of something else", "a,b\n1,2\n", "a table needs the columns onset_s"},
		{"a time in words", "onset_s,offset_s,kind,side\nsoon,2,spasm,left\n", `line 2: onset_s "soon" is not a time`},
		{"not a number", "onset_s,offset_s,kind,side\nNaN,2,spasm,left\n", `line 2: onset_s "NaN" is not a time`},
		{"a kind nobody knows", "onset_s,offset_s,kind,side\n1,2,yawn,left\n", `line 2: kind "yawn" is not one of`},
		{"html", "<html><body></body></html>", "not an ELAN file"},
		{"two raters", raters, "holds several rater tiers (AB, CD)"},
		{"an annotation without times", strings.Replace(strings.Replace(elan, "RATERS", "", 1), `TIME_SLOT_REF2="ts2"`, `TIME_SLOT_REF2="ts5"`, 1), "without times"},
		{"a state that never stops", strings.Replace(borisJSON, `,[1.2,"left","spasm","twitch|zygomaticus","",30]`, "", 1), `"spasm" has a start at 1 s without a stop`},
		{"a stop without a start", strings.Replace(borisTable, "START", "STOP", 1), `"spasm" stops at 1 s without a start`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.text), "")
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q", err, c.want)
			}
		})
	}
}

func TestUnknownLabelsAreNamed(t *testing.T) {
	text := strings.Replace(strings.Replace(elan, "RATERS", "", 1), `TIER_ID="blink"`, `TIER_ID="mood"`, 1)
	a, err := Parse([]byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"mood"}, a.Unknown); d != "" || len(a.Events) != 1 {
		t.Errorf("%s\n%s", d, brief(a))
	}
}

func TestPairFiles(t *testing.T) {
	dir := t.TempDir()
	put := func(names ...string) {
		for _, n := range names {
			p := filepath.Join(dir, filepath.FromSlash(n))
			if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte("x"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	put("p/one/truth.json", "p/one/spec.json", "p/two/truth.json", "p/three/truth.json", "r/one/analysis.json", "r/one/events.csv", "r/two/analysis.json", "r/four/analysis.json")
	pairs, names, left, err := PairFiles([]string{filepath.Join(dir, "p")}, []string{filepath.Join(dir, "r")})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"one", "two"}, names); d != "" || len(pairs) != 2 || len(left) != 2 {
		t.Errorf("%s pairs %v, left %v", d, pairs, left)
	}
	put("a.csv", "b_blinks.csv", "c.analysis.json")
	pairs, names, _, err = PairFiles([]string{filepath.Join(dir, "a.csv"), filepath.Join(dir, "b_blinks.csv")},
		[]string{filepath.Join(dir, "c.analysis.json"), filepath.Join(dir, "b_blinks.csv")})
	if err != nil || len(pairs) != 2 || names[0] != "a / c" || names[1] != "b" {
		t.Errorf("pairs %v of the names %v, %v", pairs, names, err)
	}
	if _, _, _, err := PairFiles([]string{filepath.Join(dir, "a.csv")}, nil); err == nil {
		t.Error("one truth and no analysis were paired")
	}
}

// The table of events that the program writes is read back, whatever reasons it gives.
func TestOwnTableIsRead(t *testing.T) {
	a, err := parseTable([]byte("id,kind,side,form,onset_s,offset_s,lead,peak_mm,confidence,reasons\r\n"+
		"e1,other,left,twitch,1.0,1.2,zygomaticus,0.5,0.4,slow_rise unsure\r\n"+
		"e2,spasm,left,twitch,2.0,2.2,zygomaticus,1.5,0.9,\r\n"), Options{})
	if err != nil || len(a.Events) != 2 || a.Events[0].Kind != event.Other || a.Events[1].Kind != event.Spasm {
		t.Errorf("%+v, %v", a, err)
	}
}
