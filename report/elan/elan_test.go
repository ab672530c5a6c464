package elan_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/report"
	"facialis/report/elan"
	"facialis/report/reporttest"
	"facialis/validate"
)

// told is what the document says of an event: times in milliseconds, and the
// size of the leading region.
func told(e event.Event) string {
	s := report.NewSpan(e.OnsetS, e.OffsetS)
	if e.Side == anatomy.Unknown {
		e.Side = ""
	}
	mm := ""
	top := -1.0
	for _, r := range e.Regions {
		if r.Region == e.Lead && r.PeakMM != nil {
			top = math.Max(top, *r.PeakMM)
		}
	}
	if top >= 0 {
		mm = fmt.Sprintf("%.2f mm", top)
	}
	return fmt.Sprintf("%7d-%7d %s %s %s %s %s", s.FromMS, s.ToMS, e.Kind, e.Side, e.Form, e.Lead, mm)
}

func list[T any](all []T, say func(T) string) []string {
	var out []string
	for _, x := range all {
		out = append(out, say(x))
	}
	slices.Sort(out)
	return out
}

func task(t event.Task) string {
	s := report.NewSpan(t.FromS, t.ToS)
	return fmt.Sprintf("%7d-%7d %s", s.FromMS, s.ToMS, t.Task)
}

// What is written is read back the same.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := reporttest.Analysis(t)
		var b bytes.Buffer
		if err := elan.Encode(&b, a, elan.Options{}); err != nil {
			t.Fatal(err)
		}
		got, err := validate.Parse(b.Bytes(), "")
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if d := cmp.Diff(list(a.Events, told), list(got.Events, told)); d != "" {
			t.Fatalf("events (-want +got):\n%s\n%s", d, b.String())
		}
		if d := cmp.Diff(list(a.Tasks, task), list(got.Tasks, task)); d != "" {
			t.Fatalf("tasks (-want +got):\n%s\n%s", d, b.String())
		}
		if len(got.Unknown) > 0 {
			t.Fatalf("not understood: %v", got.Unknown)
		}
	})
}

// The document is well formed, and the small one stays as it was looked at.
func TestDocument(t *testing.T) {
	var b bytes.Buffer
	if err := elan.Encode(&b, reporttest.Small(), elan.Options{Media: "/films/living room & sofa.mp4"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`MEDIA_URL="file:///films/living%20room%20&amp;%20sofa.mp4"`,
		`RELATIVE_MEDIA_URL="./living%20room%20&amp;%20sofa.mp4"`,
		`<TIER LINGUISTIC_TYPE_REF="event" TIER_ID="spasm-left">`,
		`<ANNOTATION_VALUE>spasm left twitch, zygomaticus, 1.50 mm (1.12 to 2.38)</ANNOTATION_VALUE>`,
		`<ANNOTATION_VALUE>e0002; set off by blink; left depressor; certainty 0.90</ANNOTATION_VALUE>`,
		`TIER_ID="quality 2"`,
		`DATE="1970-01-01T00:00:00+00:00"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the document lacks %s", want)
		}
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not here: the document's form was not looked at")
	}
	path := filepath.Join(t.TempDir(), "a.eaf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(lint, "--noout", "--nonet", path).CombinedOutput(); err != nil {
		t.Errorf("xmllint: %s", out)
	}
}

// Every reference leads somewhere, ids are used once, time slots ascend within
// an annotation and nothing overlaps within a tier.
func TestStructure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		if err := elan.Encode(&b, reporttest.Analysis(t), elan.Options{}); err != nil {
			t.Fatal(err)
		}
		checkStructure(t, b.Bytes())
	})
}
