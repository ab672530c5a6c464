package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

// A filmed face whose blinks people have marked, as in the demo: it talks and
// has no spasm.
const (
	talkingFace       = "build/talking_face.webm"
	talkingFaceBlinks = "bench/demo/talking_face_blinks.csv"
	setFilm           = "film"
)

// filmed is the filmed clip; its length is known when it has been analyzed.
func filmed() (*clip, error) {
	f, err := os.Open(talkingFaceBlinks)
	if err != nil {
		return nil, fmt.Errorf("reading the marked blinks: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reading the marked blinks: %w", err)
	}
	t := &phantom.Truth{Schema: phantom.Schema, Phantom: "talking-face", Tasks: []event.Task{}}
	for _, r := range rows[1:] {
		from, err1 := strconv.ParseFloat(r[0], 64)
		to, err2 := strconv.ParseFloat(r[1], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("reading the marked blinks: %w", err)
		}
		t.Events = append(t.Events, event.Event{Kind: event.Blink, Side: anatomy.Both, OnsetS: from, OffsetS: to})
	}
	return &clip{Name: "talking-face", Scene: "talking-face (filmed)", Set: setFilm, View: setFilm, film: talkingFace, Truth: t}, nil
}
