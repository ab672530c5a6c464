package spasm

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facialis/event"
)

func TestReadTasks(t *testing.T) {
	want := []event.Task{{Task: "rest", FromS: 0, ToS: 60}, {Task: "smile", FromS: 60, ToS: 75.5}}
	for name, text := range map[string]string{
		"array":    `[{"task":"smile","from_s":60,"to_s":75.5},{"task":"rest","from_s":0,"to_s":60}]`,
		"object":   `{"tasks":[{"task":"rest","from_s":0,"to_s":60},{"task":"smile","from_s":60,"to_s":75.5}]}`,
		"csv":      "task,from_s,to_s\nrest,0,60\nsmile,60,75.5\n",
		"csv bare": "\xef\xbb\xbfTo,From,Task\n60,0,rest\n75.5, 60,smile\n",
	} {
		got, err := ReadTasks(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	for name, text := range map[string]string{
		"empty":       "",
		"no tasks":    "[]",
		"backwards":   `[{"task":"rest","from_s":5,"to_s":5}]`,
		"negative":    "task,from_s,to_s\nrest,-1,5\n",
		"no name":     `[{"from_s":1,"to_s":5}]`,
		"not numbers": "task,from_s,to_s\nrest,a,b\n",
		"no header":   "rest,0,60\n",
		"broken":      "[{",
		"ragged":      "task,from_s,to_s\nrest,0\n",
	} {
		if got, err := ReadTasks(strings.NewReader(text)); err == nil {
			t.Errorf("%s: accepted as %v", name, got)
		}
	}
}

func FuzzReadTasks(f *testing.F) {
	f.Add([]byte("task,from_s,to_s\nrest,0,60\n"))
	f.Add([]byte(`[{"task":"rest","from_s":0,"to_s":60}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		tasks, err := ReadTasks(bytes.NewReader(b))
		if err != nil {
			return
		}
		for i, k := range tasks {
			if k.Task == "" || !(k.ToS > k.FromS) || k.FromS < 0 || i > 0 && k.FromS < tasks[i-1].FromS {
				t.Fatalf("accepted %+v", tasks)
			}
		}
	})
}
