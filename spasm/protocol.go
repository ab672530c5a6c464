package spasm

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"facialis/event"
)

// maxTasks bounds what a protocol file may hold.
const maxTasks = 10000

// ReadTasks reads a protocol: a JSON array of {"task","from_s","to_s"} (or an
// object with such an array under "tasks"), or CSV with the columns task,
// from_s, to_s (also from, to). Tasks are returned in order of time.
func ReadTasks(r io.Reader) ([]event.Task, error) {
	b, err := io.ReadAll(io.LimitReader(r, 4<<20))
	if err != nil {
		return nil, fmt.Errorf("reading the protocol: %w", err)
	}
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
	if len(b) == 0 {
		return nil, errors.New("the protocol is empty: give tasks as JSON or CSV (task, from_s, to_s)")
	}
	var tasks []event.Task
	switch b[0] {
	case '[':
		err = json.Unmarshal(b, &tasks)
	case '{':
		var o struct {
			Tasks []event.Task `json:"tasks"`
		}
		err = json.Unmarshal(b, &o)
		tasks = o.Tasks
	default:
		tasks, err = tasksCSV(b)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the protocol: %w", err)
	}
	if len(tasks) == 0 || len(tasks) > maxTasks {
		return nil, fmt.Errorf("the protocol holds %d tasks: it needs between 1 and %d", len(tasks), maxTasks)
	}
	for i, t := range tasks {
		if t.Task == "" {
			return nil, fmt.Errorf("task %d of the protocol has no name", i+1)
		}
		if !(t.FromS >= 0 && t.ToS > t.FromS) || math.IsInf(t.ToS, 0) {
			return nil, fmt.Errorf("task %d (%s) of the protocol ends before it begins: from %g to %g s", i+1, t.Task, t.FromS, t.ToS)
		}
	}
	slices.SortStableFunc(tasks, func(a, b event.Task) int {
		switch {
		case a.FromS < b.FromS:
			return -1
		case a.FromS > b.FromS:
			return 1
		}
		return 0
	})
	return tasks, nil
}

func tasksCSV(b []byte) ([]event.Task, error) {
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), "_s")] = i
	}
	name, ok1 := col["task"]
	from, ok2 := col["from"]
	to, ok3 := col["to"]
	if !ok1 || !ok2 || !ok3 {
		return nil, errors.New("the first line must name the columns task, from_s and to_s")
	}
	var tasks []event.Task
	for i, r := range rows[1:] {
		f, err1 := strconv.ParseFloat(strings.TrimSpace(r[from]), 64)
		t, err2 := strconv.ParseFloat(strings.TrimSpace(r[to]), 64)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("line %d: from_s and to_s must be numbers of seconds", i+2)
		}
		tasks = append(tasks, event.Task{Task: strings.TrimSpace(r[name]), FromS: f, ToS: t})
	}
	return tasks, nil
}
