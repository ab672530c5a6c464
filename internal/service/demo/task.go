package demo

import (
	"facialis/event"
	"facialis/phantom"
)

// spasmTask is a drawn task as a recording keeps it.
func spasmTask(t phantom.TaskSpec) event.Task {
	return event.Task{Task: t.Task, FromS: t.From, ToS: t.To}
}
