package report

import (
	"slices"
)

// recordingFacts say who was recorded, when and how.
func (l voice) recordingFacts(a *Analysis, s Sheet) []pair {
	var out []pair
	add := func(key, text string) {
		if text != "" {
			out = append(out, pair{Name: l.Say("report.sheet." + key), Text: text})
		}
	}
	name, code := short(s.Name, sheetText), short(s.Code, sheetText/2)
	switch {
	case name != "" && code != "":
		add("person", l.Say("report.sheet.person.both", args{"Name": name, "Code": code}))
	case name+code != "":
		add("person", name+code)
	default:
		add("person", l.Say("report.sheet.person.none"))
	}
	add("age", l.age(s))
	recorded := l.Say("report.sheet.recorded.unknown")
	if !s.Recorded.IsZero() {
		recorded = l.Day(s.Recorded)
	}
	add("recorded", recorded)
	switch {
	case s.Label != "":
		add("recording", short(s.Label, sheetText))
	case s.Recording == "": // in the app the file's name is an internal id
		add("recording", short(a.Recording.File, sheetText))
	}
	add("length", l.Say("report.sheet.length.text", args{"Length": l.clock(a.Recording.DurationS), "Seen": l.clock(a.Measures.UsableS)}))
	camera := ""
	if a.Recording.Width > 0 {
		camera = l.Say("report.sheet.camera.text", args{"Width": a.Recording.Width, "Height": a.Recording.Height, "Rate": l.trim(a.Recording.FrameRate, 1)})
	}
	if s.Device != "" {
		camera = l.Say("report.sheet.camera.device", args{"Device": short(s.Device, sheetText/2), "Camera": camera})
	}
	add("camera", camera)
	add("tasks", l.taskList(a))
	add("sides", l.sideCertainty(a))
	return out
}

// age is the person's age at the recording, or the year of birth where it has no date.
func (l voice) age(s Sheet) string {
	switch {
	case s.BirthYear == nil && s.Meaning != nil:
		if x, ok := s.Meaning.Facts["age"]; ok {
			return l.Say("report.sheet.age.told", args{"Years": l.trim(x, 0)})
		}
		return ""
	case s.BirthYear == nil:
		return ""
	case s.Recorded.IsZero():
		return l.Say("report.sheet.age.born", args{"Year": *s.BirthYear})
	}
	years := s.Recorded.Year() - *s.BirthYear
	return l.Say("report.sheet.age.text", args{"Low": max(years-1, 0), "High": years, "Year": *s.BirthYear})
}

// taskList names the tasks in the order in which they were first asked for.
func (l voice) taskList(a *Analysis) string {
	var names []string
	for _, t := range a.Tasks {
		if n := l.task(t.Task); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return l.Say("report.sheet.tasks.none")
	}
	return l.List(l.firstOf(names, sheetTasks)...)
}

// sideCertainty says how the person's own right and left are known.
func (l voice) sideCertainty(a *Analysis) string {
	switch {
	case !a.SideKnown():
		return l.Say("report.sheet.sides.unknown")
	case a.Recording.AsMirror():
		return l.Say("report.sheet.sides.mirrored")
	}
	return l.Say("report.sheet.sides.known")
}
