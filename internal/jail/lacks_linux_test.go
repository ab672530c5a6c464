package jail

import (
	"strings"
	"testing"
)

func TestLacking(t *testing.T) {
	for _, c := range []struct {
		landlock int
		seccomp  bool
		want     []string // a part of each line
	}{
		{0, false, []string{"no Landlock", "no seccomp"}},
		{0, true, []string{"no Landlock"}},
		{1, true, []string{"version 1, older than 6"}},
		{5, false, []string{"version 5, older than 6", "no seccomp"}},
		{6, true, nil},
		{9, true, nil},
	} {
		got := lacking(c.landlock, c.seccomp)
		if len(got) != len(c.want) {
			t.Errorf("Landlock %d, seccomp %v: %q", c.landlock, c.seccomp, got)
			continue
		}
		for i, line := range got {
			if !strings.Contains(line, c.want[i]) || strings.Contains(line, "\n") {
				t.Errorf("Landlock %d, seccomp %v: %q", c.landlock, c.seccomp, line)
			}
		}
	}
}
