package validate

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/internal/recordings"
)

// made is an event as somebody marks it in another program, in whole milliseconds.
type made struct {
	kind   event.Kind
	side   anatomy.Side
	form   event.Form
	on, of int
}

func (m made) String() string {
	return fmt.Sprintf("%s %s %s %d-%d", m.kind, m.side, m.form, m.on, m.of)
}

// drawMarks draws marks in the order of time that do not overlap.
func drawMarks(t *rapid.T, most int) []made {
	at := 0
	var out []made
	for range rapid.IntRange(1, most).Draw(t, "marks") {
		at += rapid.IntRange(200, 5000).Draw(t, "gap")
		m := made{kind: rapid.SampledFrom([]event.Kind{event.Spasm, event.Synkinesis, event.Voluntary}).Draw(t, "kind"),
			side: rapid.SampledFrom([]anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both}).Draw(t, "side"),
			form: rapid.SampledFrom([]event.Form{event.Twitch, event.Clonic, event.Tonic}).Draw(t, "form"), on: at}
		at += rapid.IntRange(1, 3000).Draw(t, "length")
		m.of = at
		out = append(out, m)
	}
	return out
}

func read(a *Annotation) []string {
	var out []string
	for _, e := range a.Events {
		out = append(out, made{e.Kind, e.Side, e.Form, int(math.Round(e.OnsetS * 1000)), int(math.Round(e.OffsetS * 1000))}.String())
	}
	return out
}

func written(marks []made, by int) []string {
	marks = slices.Clone(marks)
	slices.SortStableFunc(marks, func(a, b made) int { return a.on - b.on })
	var out []string
	for _, m := range marks {
		m.on, m.of = m.on+by, m.of+by
		out = append(out, m.String())
	}
	return out
}

// eafOf writes raters' marks the way ELAN does: the rater named in one of three
// ways, what is said of a mark in its words, its tier's name, one symbolic tier or
// two levels of them, or a time-aligned child; the document's time shifted against
// the film's; slots in any order.
func eafOf(t *rapid.T, raters map[string][]made, originMS int) string {
	var slots, tiers strings.Builder
	var slotLines []string
	n, id := 0, 0
	slot := func(ms int) string {
		n++
		slotLines = append(slotLines, fmt.Sprintf(`<TIME_SLOT TIME_SLOT_ID="ts%d" TIME_VALUE="%d"/>`, n, ms-originMS))
		return fmt.Sprintf("ts%d", n)
	}
	next := func() string { id++; return fmt.Sprintf("a%d", id) }
	names := make([]string, 0, len(raters))
	for r := range raters {
		names = append(names, r)
	}
	slices.Sort(names)
	for _, who := range names {
		naming := rapid.IntRange(0, 2).Draw(t, "naming")
		tier := func(name, parent string) (id, attrs string) {
			switch naming {
			case 0:
				id = "rater:" + who + " " + name
			case 1:
				id = name + "@" + who
			default:
				id, attrs = name+" of "+fmt.Sprint(slices.Index(names, who)), fmt.Sprintf(` ANNOTATOR="%s"`, who)
			}
			if parent != "" {
				attrs = fmt.Sprintf(` PARENT_REF="%s"`, parent) // a child need not say whose it is
			}
			return id, attrs
		}
		style := rapid.IntRange(0, 4).Draw(t, "style")
		groups := map[string][]made{}
		var order []string
		for _, m := range raters[who] {
			name := map[int]string{0: "marks", 1: string(m.kind) + "-" + string(m.side), 2: string(m.kind), 3: string(m.kind), 4: string(m.kind)}[style]
			if groups[name] == nil {
				order = append(order, name)
			}
			groups[name] = append(groups[name], m)
		}
		for _, name := range order {
			top, attrs := tier(name, "")
			side, sideAttrs := tier("side of "+name, top)
			form, formAttrs := tier("how of "+name, side)
			var one, two, three strings.Builder
			for _, m := range groups[name] {
				a, b, c := next(), next(), next()
				words := map[int]string{0: fmt.Sprintf("%s %s %s", m.kind, m.side, m.form), 1: string(m.form), 2: "", 3: string(m.form), 4: ""}[style]
				from, to := slot(m.on), slot(m.of)
				fmt.Fprintf(&one, `<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="%s" TIME_SLOT_REF1="%s" TIME_SLOT_REF2="%s"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>`, a, from, to, words)
				switch style {
				case 2: // two levels of remarks
					fmt.Fprintf(&two, `<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="%s" ANNOTATION_REF="%s"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>`, b, a, m.form)
					fmt.Fprintf(&three, `<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="%s" ANNOTATION_REF="%s"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>`, c, b, m.side)
				case 3: // one level
					fmt.Fprintf(&two, `<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="%s" ANNOTATION_REF="%s"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>`, b, a, m.side)
				case 4: // a child with times, a remark below it
					fmt.Fprintf(&two, `<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="%s" TIME_SLOT_REF1="%s" TIME_SLOT_REF2="%s"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>`, b, from, to, m.side)
					fmt.Fprintf(&three, `<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="%s" ANNOTATION_REF="%s"><ANNOTATION_VALUE>%s</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>`, c, b, m.form)
				}
			}
			fmt.Fprintf(&tiers, `<TIER TIER_ID="%s" LINGUISTIC_TYPE_REF="x"%s>%s</TIER>`, top, attrs, one.String())
			if two.Len() > 0 {
				fmt.Fprintf(&tiers, `<TIER TIER_ID="%s" LINGUISTIC_TYPE_REF="x"%s>%s</TIER>`, side, sideAttrs, two.String())
			}
			if three.Len() > 0 {
				fmt.Fprintf(&tiers, `<TIER TIER_ID="%s" LINGUISTIC_TYPE_REF="x"%s>%s</TIER>`, form, formAttrs, three.String())
			}
		}
	}
	for _, l := range rapid.Permutation(slotLines).Draw(t, "order") {
		slots.WriteString(l)
	}
	return fmt.Sprintf(`<?xml version="1.0"?><ANNOTATION_DOCUMENT><HEADER TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="file:///s.wav" MIME_TYPE="audio/x-wav" TIME_ORIGIN="77"/><MEDIA_DESCRIPTOR MEDIA_URL="file:///x.mp4" MIME_TYPE="video/mp4" TIME_ORIGIN="%d"/></HEADER><TIME_ORDER>%s</TIME_ORDER>%s</ANNOTATION_DOCUMENT>`, originMS, slots.String(), tiers.String())
}

// Whatever way raters mark in ELAN, each one's marks are read as they were made, on
// the film's clock, and nobody else's with them.
func TestELANOfOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raters := map[string][]made{"AB": drawMarks(t, 6), "L": drawMarks(t, 6)}
		text := eafOf(t, raters, rapid.SampledFrom([]int{0, 800, 12345}).Draw(t, "origin"))
		if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
			t.Fatal(err)
		}
		for who, marks := range raters {
			a, err := Parse([]byte(text), who)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := read(a), written(marks, 0); !slices.Equal(got, want) {
				t.Fatalf("%s: %v\nwant %v\n%s", who, got, want, text)
			}
		}
		if _, err := Parse([]byte(text), ""); err == nil || !strings.Contains(err.Error(), "AB, L") {
			t.Fatalf("two raters and no question: %v", err)
		}
	})
}

// Slots without times share the time between their neighbors.
func TestELANWithoutTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "parts")
		from := rapid.IntRange(0, 5000).Draw(t, "from")
		each := rapid.IntRange(20, 400).Draw(t, "each")
		slots := fmt.Sprintf(`<TIME_SLOT TIME_SLOT_ID="s0" TIME_VALUE="%d"/>`, from)
		var tier strings.Builder
		last := "s0"
		for i := range n {
			to := fmt.Sprintf("s%d", i+1)
			if i == n-1 {
				slots += fmt.Sprintf(`<TIME_SLOT TIME_SLOT_ID="%s" TIME_VALUE="%d"/>`, to, from+n*each)
			} else {
				slots += fmt.Sprintf(`<TIME_SLOT TIME_SLOT_ID="%s"/>`, to)
			}
			fmt.Fprintf(&tier, `<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a%d" TIME_SLOT_REF1="%s" TIME_SLOT_REF2="%s"><ANNOTATION_VALUE>twitch</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>`, i, last, to)
			last = to
		}
		a, err := Parse([]byte(`<ANNOTATION_DOCUMENT><TIME_ORDER>`+slots+`</TIME_ORDER><TIER TIER_ID="spasm-left">`+tier.String()+`</TIER></ANNOTATION_DOCUMENT>`), "")
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range a.Events {
			if want := float64(from+i*each) / 1000; math.Abs(e.OnsetS-want) > 1e-9 || math.Abs(e.OffsetS-want-float64(each)/1000) > 1e-9 {
				t.Fatalf("part %d at %g-%g, want %g", i, e.OnsetS, e.OffsetS, want)
			}
		}
		if len(a.Events) != n {
			t.Fatalf("%d of %d parts", len(a.Events), n)
		}
	})
}

// BORIS adds its time offset to the film's times; a player that begins later shifts
// them too.
func TestBORISOffsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := drawMarks(t, 6)
		offset := rapid.SampledFrom([]float64{0, 2.5, 61.25, -1}).Draw(t, "offset")
		player := rapid.SampledFrom([]float64{0, 0.8}).Draw(t, "player")
		var rows [][]any
		table := "Observation id,Time offset (s),Subject,Behavior,Modifier #1,Behavior type,Time\n"
		for _, m := range marks {
			for _, ms := range []int{m.on, m.of} {
				at := float64(ms)/1000 + offset
				rows = append(rows, []any{at + player, string(m.side), string(m.kind), string(m.form), ""})
				table += fmt.Sprintf("o,%g,%s,%s,%s,%s,%.3f\n", offset, m.side, m.kind, m.form, map[bool]string{true: "START", false: "STOP"}[ms == m.on], at)
			}
		}
		text, err := json.Marshal(map[string]any{"project_format_version": "7.0", "observations": map[string]any{"o": map[string]any{
			"events": rows, "time offset": offset, "media_info": map[string]any{"offset": map[string]any{"1": player}}}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range []string{string(text), table} {
			a, err := Parse([]byte(file), "")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := read(a), written(marks, 0); !slices.Equal(got, want) {
				t.Fatalf("%v\nwant %v\n%s", got, want, file)
			}
		}
	})
}

// A table reads the same whatever way its country writes numbers, or it is refused:
// never is another time read than was meant.
func TestNumbersOfOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := drawMarks(t, 5)
		big := rapid.IntRange(0, 3).Draw(t, "hours") * 1_300_000
		for i := range marks {
			marks[i].on, marks[i].of = marks[i].on+big, marks[i].of+big
		}
		style := rapid.SampledFrom([]string{"12.345", "12,345", "1,234.500", "1.234,500", "h:m:s", "h:m:s,"}).Draw(t, "style")
		sep := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "columns")
		number := func(ms int) string {
			s := fmt.Sprintf("%d.%03d", ms/1000, ms%1000)
			if rapid.Bool().Draw(t, "short") {
				s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
			}
			whole, part, dot := strings.Cut(s, ".")
			thousands := whole
			if len(whole) > 3 {
				thousands = whole[:len(whole)-3] + "," + whole[len(whole)-3:]
			}
			if dot {
				part = "." + part
			}
			swap := strings.NewReplacer(".", ",", ",", ".")
			switch style {
			case "12,345":
				return strings.Replace(s, ".", ",", 1)
			case "1,234.500":
				return thousands + part
			case "1.234,500":
				return swap.Replace(thousands + part)
			case "h:m:s", "h:m:s,":
				c := fmt.Sprintf("%d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
				if style == "h:m:s," {
					c = strings.Replace(c, ".", ",", 1)
				}
				return c
			}
			return s
		}
		text := strings.Join([]string{"onset", "offset", "kind", "side", "form"}, sep) + "\n"
		for _, m := range marks {
			text += strings.Join([]string{`"` + number(m.on) + `"`, `"` + number(m.of) + `"`, string(m.kind), string(m.side), string(m.form)}, sep) + "\n"
		}
		a, err := Parse([]byte(text), "")
		if err != nil {
			if style == "12.345" && sep != ";" || style == "h:m:s" || !strings.Contains(err.Error(), "comma") {
				t.Fatalf("%v\n%s", err, text)
			}
			return
		}
		if got, want := read(a), written(marks, 0); !slices.Equal(got, want) {
			t.Fatalf("%v\nwant %v\n%s", got, want, text)
		}
	})
}

// Clock times that count pictures are read at the film's rate, drop frame or not,
// and refused without one.
func TestPicturesInClockTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]float64{24, 25, 30, 50, 60, 30000.0 / 1001, 60000.0 / 1001}).Draw(t, "rate")
		whole := int(math.Round(rate))
		n := rapid.IntRange(0, whole*3600*2).Draw(t, "picture")
		drop := rate != math.Trunc(rate) && rapid.Bool().Draw(t, "drop")
		label, mark := n, ":"
		if drop { // the numbers that the clock leaves out, added one by one
			mark = ";"
			label = 0
			perMinute, left := whole/15, n
			minutes := 0
			for {
				size := whole * 60
				if minutes%10 != 0 {
					size -= perMinute
				}
				if left < size {
					break
				}
				left -= size
				minutes++
			}
			label = minutes*whole*60 + left
			if minutes%10 != 0 {
				label += perMinute
			}
		}
		s := label / whole
		text := fmt.Sprintf("onset\toffset\tkind\tside\n%02d:%02d:%02d%s%02d\t02:59:59%s00\tspasm\tleft\n", s/3600, s/60%60, s%60, mark, label%whole, mark)
		if _, err := Parse([]byte(text), ""); err == nil || !strings.Contains(err.Error(), "--fps") {
			t.Fatalf("read without a rate: %v", err)
		}
		a, err := ParseWith([]byte(text), Options{FrameRate: &rate})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if want := float64(n) / rate; math.Abs(a.Events[0].OnsetS-want) > 1e-6 {
			t.Fatalf("%s is %g, want %g", text, a.Events[0].OnsetS, want)
		}
	})
	rate := 30.0
	for _, bad := range []string{"00:00:02:30", "00:61:02:10", "00:00:60", "1:2:3:4:5", "00:00:1.5:10"} {
		if _, err := ParseWith([]byte("onset\tkind\tside\n"+bad+"\tspasm\tleft\n"), Options{FrameRate: &rate}); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

// A truth that marks only some kinds is compared over these.
func TestKindsOfTheTruth(t *testing.T) {
	truth, result := &Annotation{}, &Annotation{}
	for i := range 5 {
		e := event.Event{Kind: event.Blink, Side: anatomy.Both, OnsetS: float64(i), OffsetS: float64(i) + 0.2}
		truth.Events, result.Events = append(truth.Events, e), append(result.Events, e)
		e.Kind, e.OnsetS, e.OffsetS = event.Voluntary, e.OnsetS+0.5, e.OffsetS+0.5
		result.Events = append(result.Events, e)
	}
	all := Compare(truth, result, DefaultParams())
	if all.Kinds[event.Voluntary].FP != 5 || !strings.Contains(strings.Join(all.Recordings[0].Notes, " "), "--kinds blink") {
		t.Errorf("%d false, notes %v", all.Kinds[event.Voluntary].FP, all.Recordings[0].Notes)
	}
	p := DefaultParams()
	p.Kinds = []event.Kind{event.Blink}
	some := Compare(truth, result, p)
	if k := some.Kinds[event.Voluntary]; k.FP != 0 || some.Kinds[event.Blink].TP != 5 {
		t.Errorf("voluntary %+v", k.Score)
	}
}

// The small files that others report of.
func TestFilesOfOthers(t *testing.T) {
	dir := recordings.Folder(t, "..")
	rate := 30.0
	a, err := ReadWith(filepath.Join(dir, "files", "05_smpte_times.csv"), Options{FrameRate: &rate})
	if err != nil {
		t.Fatal(err)
	}
	if got := brief(a); !strings.HasPrefix(got, "spasm right   2.500-2.700; spasm right   5.000-5.200; spasm left   7.500-7.700;") {
		t.Error(got)
	}
	for _, who := range []string{"AB", "CD"} {
		a, err := Read(filepath.Join(dir, "files", "09_two_annotators.eaf"), who)
		if err != nil {
			t.Fatal(err)
		}
		if got := brief(a); !strings.HasPrefix(got, "spasm right   2.500-2.700; spasm right   5.000-5.200; spasm left   7.500-7.700;") || len(a.Events) != 3 {
			t.Errorf("%s: %s", who, got)
		}
	}
}
