package assess

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// said is a diary's days in a line each.
func entriesSaid(d []Entry) string {
	var b strings.Builder
	show := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return fmt.Sprintf("%g", *x)
	}
	for _, e := range d {
		fmt.Fprintf(&b, "%s %s %s %s %s %s %s|", e.Date.Format(time.DateOnly), show(e.Attacks), show(e.LongestS), show(e.SleepH), show(e.Pain), show(e.Mood), e.WorstRegion)
	}
	return b.String()
}

// Tables as spreadsheets write them, and what becomes of them.
func TestDiaryTables(t *testing.T) {
	for name, c := range map[string]struct{ table, want string }{
		"German Excel":     {"date;attacks;pain\r\n01.11.2026;3;2,5\r\n02.11.2026;4;1,5\r\n", "2026-11-01 3 - - 2.5 - |2026-11-02 4 - - 1.5 - |"},
		"short days":       {"date;attacks\n1.2.2026;3\n", "2026-02-01 3 - - - - |"},
		"marked, sep":      {"\ufeffsep=;\ndate;attacks\n01.11.2026;1\n", "2026-11-01 1 - - - - |"},
		"sep":              {"sep=;\ndate;attacks\n01.11.2026;1\n", "2026-11-01 1 - - - - |"},
		"UTF-16":           {"\xff\xfed\x00a\x00t\x00e\x00\n\x001\x00.\x002\x00.\x002\x000\x002\x006\x00", "2026-02-01 - - - - - |"},
		"Windows-1252":     {"date;worst_region\n1.2.2026;Backe \xfc\n", "2026-02-01 - - - - - Backe ü|"},
		"tabs, no comma":   {"date\tattacks\n2026-01-02\t3,5\n", "2026-01-02 3.5 - - - - |"},
		"empty rows":       {"date,attacks\n2026-01-02,1\n,\n,\n", "2026-01-02 1 - - - - |"},
		"two rows a day":   {"date,attacks,longest_s,pain,mood\n2026-11-01,3,10,0,4\n2026-11-01,5,20,0,\n2026-11-01,,5,,4\n", "2026-11-01 8 20 - 0 4 |"},
		"a note, unquoted": {"date,attacks,note\n2026-01-02,1,\"well, so\"\n", "2026-01-02 1 - - - - |"},
	} {
		d, err := ReadDiary(strings.NewReader(c.table))
		if err != nil || entriesSaid(d) != c.want {
			t.Errorf("%s: %q %v, want %q", name, entriesSaid(d), err, c.want)
		}
	}
}

// What is refused, each in one line that says where and what to write.
func TestDiaryTablesRefused(t *testing.T) {
	for table, want := range map[string]string{
		"":                                        "the diary is empty",
		"datum;attacks\n01.11.2026;1\n":           "no column date",
		"date;attacks\n11/01/2026;1\n":            "line 2 of the diary: 11/01/2026 is not a date; write 2026-01-31 or 31.01.2026",
		"date;attacks\n31.02.2026;1\n":            "31.02.2026 is not a date",
		"date;attacks\n\n01.11.2026;viel\n":       "line 3 of the diary, attacks: viel is not a number",
		"date;attacks\n;4\n":                      "line 2 of the diary has no date",
		"date,attacks\n2026-01-02,1,5\n":          "line 2 of the diary has more cells",
		"date,pain\n2026-01-02,1\n2026-01-02,2\n": "the diary has 2026-01-02 twice, with pain 1 and 2",
		"date,worst_region\n2026-01-02,chin\n2026-01-02,forehead\n": "twice, with worst_region chin and forehead",
		"date,note\n2026-01-02,\"open\n2026-01-03,x\n":              "quotation mark",
	} {
		_, err := ReadDiary(strings.NewReader(table))
		if err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", table, err, want)
		}
	}
}
