package night

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "facialis/internal/rapidtest"
)

var (
	berlin = time.FixedZone("", 3600)
	late   = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
)

func TestCameras(t *testing.T) {
	for _, c := range Cameras() {
		if c.Source == "" || len(c.Examples) == 0 || c.Clock != "local" && c.Clock != "utc" && c.Clock != "zone" {
			t.Errorf("%s: no source, no example or no clock", c.Name)
		}
		for _, e := range c.Examples {
			want, err := time.Parse(time.RFC3339, e[1])
			if err != nil {
				if want, err = time.ParseInLocation("2006-01-02T15:04:05", e[1], berlin); err != nil {
					t.Fatal(err)
				}
			}
			at, by, ok := ByPath(e[0], late, berlin)
			if !ok || !at.Equal(want) || by.Name != c.Name {
				t.Errorf("%s: %s is read as %v by %+v", c.Name, e[0], at, by)
			}
		}
	}
	for _, p := range cameras.None {
		if at, by, ok := ByPath(p, late, berlin); ok {
			t.Errorf("%s is read as %v by %s", p, at, by.Name)
		}
	}
}

// The page on nights shows the table as it is.
func TestCamerasAreTold(t *testing.T) {
	page, err := os.ReadFile("../docs/night.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range Cameras() {
		if row := "| `" + c.Path + "` | " + map[string]string{"local": "local time", "utc": "UTC", "zone": "in the name"}[c.Clock] + " | [source](" + c.Source + ") |"; !strings.Contains(string(page), row) {
			t.Errorf("docs/night.md does not say %s", row)
		}
	}
}

// A path made from any time, as each camera writes it, is read as that time.
func TestCamerasReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(Cameras()).Draw(t, "camera")
		zone := time.FixedZone("", 900*rapid.IntRange(-48, 56).Draw(t, "quarters"))
		at := time.Unix(rapid.Int64Range(1_300_000_000, late.Unix()).Draw(t, "at"), 0)
		wall := at.In(zone)
		if c.Clock != "local" {
			wall = at.UTC()
		}
		path := strings.NewReplacer("{Y}", wall.Format("2006"), "{M}", wall.Format("01"), "{D}", wall.Format("02"), "{h}", wall.Format("15"), "{m}", wall.Format("04"), "{s}", wall.Format("05"),
			"{h12}", wall.Format("3"), "{ap}", strings.TrimSuffix(wall.Format("pm"), "m"), "{epoch}", fmt.Sprint(at.Unix())).Replace(c.Path)
		want := at
		if !strings.Contains(c.Path, "{s}") && !strings.Contains(c.Path, "{epoch}") {
			want = wall.Truncate(time.Minute)
		}
		for _, folder := range []string{"", "/home/a/20240101 my films/"} {
			got, by, ok := ByPath(folder+path, late, zone)
			if !ok || !got.Equal(want) {
				t.Fatalf("%s: %s is read as %v by %+v, want %v", c.Name, folder+path, got, by, want)
			}
		}
	})
}

func TestStart(t *testing.T) {
	at := func(h, m, s int) time.Time { return time.Date(2026, 11, 29, h, m, s, 0, berlin) }
	utc := func(h, m, s int) time.Time { return time.Date(2026, 11, 29, h, m, s, 0, time.UTC) }
	copied := time.Date(2026, 12, 24, 12, 7, 0, 0, berlin)
	const name = "20261129_223300.mp4"
	for _, c := range []struct {
		what    string
		path    string
		created time.Time
		end     bool
		written time.Time
		want    time.Time
		by      Source
		why     Conflict
	}{
		{"header only", "IMG_1234.MOV", utc(21, 33, 0), false, copied, at(22, 33, 0), ByCreated, Agree},
		{"header of the end only", "film.mp4", utc(21, 43, 0), true, copied, at(22, 33, 0), ByCreated, Agree},
		{"a header of 1904 or 1970, no name", "film.mp4", time.Unix(0, 0), false, at(22, 43, 0), at(22, 33, 0), ByWritten, Agree},
		{"a header ahead of today", name, copied.AddDate(1, 0, 0), false, copied, at(22, 33, 0), ByName, Agree},
		{"name only", name, time.Time{}, false, copied, at(22, 33, 0), ByName, Agree},
		{"they agree", name, utc(21, 33, 2), false, copied, at(22, 33, 0), ByName, Agree},
		{"the header is of the end", name, utc(21, 43, 1), false, copied, at(22, 33, 0), ByName, Agree},
		{"the name has minutes only", "20261129/22/33.mp4", utc(21, 33, 41), false, copied, at(22, 33, 41), ByCreated, Agree},
		{"the camera was in another zone", name, utc(13, 33, 0), false, copied, at(14, 33, 0), ByCreated, Zone},
		{"the same, header of the end", name, utc(13, 43, 0), false, copied, at(14, 33, 0), ByCreated, Zone},
		{"local time marked as UTC", name, utc(22, 33, 0), false, copied, at(22, 33, 0), ByName, LocalTime},
		{"and the file's time says so", name, utc(22, 33, 0), false, at(22, 43, 3), at(22, 33, 0), ByName, LocalTime},
		{"a name in UTC by the file's time", name, utc(22, 33, 0), false, at(23, 43, 3), at(23, 33, 0), ByCreated, NameIsUTC},
		{"a name that is UTC by its kind", "PXL_20261129_213300000.mp4", utc(22, 33, 0), false, copied, at(22, 33, 0), ByName, LocalTime},
		{"an export", name, utc(23, 57, 20), false, copied, at(22, 33, 0), ByName, Apart},
		{"an export days later", name, copied, false, copied, at(22, 33, 0), ByName, Apart},
		{"nothing", "night.mp4", time.Time{}, false, at(22, 43, 0), at(22, 33, 0), ByWritten, Agree},
	} {
		got := Facts{Path: c.path, LengthS: 600, Created: c.created, CreatedEnd: c.end, Written: c.written, Now: late, Where: berlin}.Start()
		if !got.Begin.Equal(c.want) || got.By != c.by || got.Conflict != c.why {
			t.Errorf("%s: %+v, want %v by %s %s", c.what, got, c.want, c.by, c.why)
		}
	}
}
