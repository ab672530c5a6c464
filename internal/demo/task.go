package demo

import (
	"facialis/phantom"
	"facialis/spasm"
)

// spasmTask is a drawn task as a recording keeps it.
func spasmTask(t phantom.TaskSpec) spasm.Task {
	return spasm.Task{Task: t.Task, FromS: t.From, ToS: t.To}
}
