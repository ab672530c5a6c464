package course

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The same three days as a table, as days and as the app's entries.
func TestDiaryInItsShapes(t *testing.T) {
	var first any
	for name, in := range map[string]string{
		"csv":        "date,attacks,mood,longest_s\n2026-03-01,3,6,20\n2026-03-02,,5,\n2026-03-04,1,,4.5\n",
		"semicolons": "\xef\xbb\xbfDate; Attacks; mood; longest_s\r\n2026-03-01;3;6;20\r\n2026-03-02;;5;\r\n2026-03-04;1;;4,5\r\n",
		"days":       `[{"date":"2026-03-04","attacks":1,"longest_s":4.5},{"date":"2026-03-01","attacks":3,"mood":6,"longest_s":20},{"date":"2026-03-02","mood":5}]`,
		"the app's":  `{"entries":[{"id":"1","kind":"day","at":"2026-03-01T20:00:00Z","data":{"date":"2026-03-01","attacks":3,"mood":6,"longest_s":20}},{"id":"2","kind":"day","at":"2026-03-02T20:00:00Z","data":{"date":"2026-03-02","mood":5}},{"id":"3","kind":"attack","at":"2026-03-04T20:00:00Z","data":{"end":"2026-03-04T20:00:04.5Z"}},{"id":"4","kind":"day","at":"2026-03-03T20:00:00Z","deleted":true,"data":{"date":"2026-03-03","attacks":9}}]}`,
		"bare list":  `[{"id":"1","kind":"day","at":"2026-03-01T20:00:00Z","data":{"date":"2026-03-01","attacks":3,"mood":6,"longest_s":20}},{"date":"2026-03-02","mood":5},{"id":"3","kind":"attack","at":"2026-03-04T20:00:00Z","data":{"end":"2026-03-04T20:00:04.5Z"}}]`,
	} {
		e, err := Read([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := any(Daily(e))
		if first == nil {
			first = got
		}
		if d := cmp.Diff(first, got); d != "" || len(Daily(e)) != 3 {
			t.Errorf("%s: %s", name, d)
		}
		if Latest(e).Format(time.DateOnly) != "2026-03-04" {
			t.Errorf("%s: the last is %s", name, Latest(e))
		}
	}
	for _, bad := range []string{"", "attacks\n3\n", `{}`, `[{"attacks":1}]`, `[{"kind":"day","data":{}}]`, `[`, `[{"date":"yesterday"}]`} {
		if _, err := Read([]byte(bad)); err == nil {
			t.Errorf("%q was read as a diary", bad)
		}
	}
}
