package phantom

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Every number of a spec has its range, and every range its number.
func TestEveryNumberHasItsRange(t *testing.T) {
	seen := map[string]bool{}
	_ = numbers(reflect.ValueOf(filled(reflect.TypeFor[Spec]())), "", "", func(path, _ string, _ float64) error {
		seen[path] = true
		if _, ok := limits[path]; !ok {
			t.Errorf("%s has no range", path)
		}
		return nil
	})
	for path := range limits {
		if !seen[path] {
			t.Errorf("there is no %s to have a range", path)
		}
	}
}

// filled is a value of the type with one element in each list and map.
func filled(typ reflect.Type) any {
	v := reflect.New(typ).Elem()
	switch typ.Kind() {
	case reflect.Struct:
		for i := range typ.NumField() {
			if typ.Field(i).IsExported() {
				v.Field(i).Set(reflect.ValueOf(filled(typ.Field(i).Type)))
			}
		}
	case reflect.Slice:
		v = reflect.Append(v, reflect.ValueOf(filled(typ.Elem())))
	case reflect.Pointer:
		v = reflect.New(typ.Elem())
		v.Elem().Set(reflect.ValueOf(filled(typ.Elem())))
	case reflect.Map:
		v = reflect.MakeMap(typ)
		v.SetMapIndex(reflect.Zero(typ.Key()), reflect.ValueOf(filled(typ.Elem())))
	}
	return v.Interface()
}

// What is no number, or far beyond anything, is refused wherever it stands, by its
// own name.
func TestImpossibleNumbersAreRefused(t *testing.T) {
	for path := range limits {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e30, -1e30} {
			s := filled(reflect.TypeFor[Spec]()).(Spec)
			if !set(reflect.ValueOf(&s).Elem(), strings.Split(path, "."), bad) {
				continue // a whole number cannot be that
			}
			s.Defaults()
			err := s.checkNumbers()
			refused := false
			// defaults of other fields may be refused before this one: fill is 0 there
			for err != nil && !refused {
				refused = strings.Contains(stripIndex(err.Error()), path+" must be")
				if refused {
					break
				}
				other, _, _ := strings.Cut(stripIndex(err.Error()), " must be")
				if !set(reflect.ValueOf(&s).Elem(), strings.Split(other, "."), limits[other].lo) {
					setInt(reflect.ValueOf(&s).Elem(), strings.Split(other, "."), int64(limits[other].lo))
				}
				err = s.checkNumbers()
			}
			if !refused {
				t.Errorf("%s: %v is not refused", path, bad)
			}
		}
	}
}

// stripIndex takes [1] and the key of a map out of a name.
func stripIndex(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "[1]", ""), "[2]", "")
	return strings.Replace(s, "forms. ", "forms ", 1)
}

// set puts a number at its place in a full spec; false where a whole one belongs.
func set(v reflect.Value, path []string, to float64) bool {
	return walk(v, path, func(v reflect.Value) bool {
		if v.Kind() == reflect.Float64 {
			v.SetFloat(to)
		}
		return v.Kind() == reflect.Float64
	})
}

func setInt(v reflect.Value, path []string, to int64) {
	walk(v, path, func(v reflect.Value) bool { v.SetInt(to); return true })
}

func walk(v reflect.Value, path []string, f func(v reflect.Value) bool) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return walk(v.Elem(), path, f)
	case reflect.Slice, reflect.Array:
		ok := true
		for i := range v.Len() {
			ok = walk(v.Index(i), path, f)
		}
		return ok
	case reflect.Map:
		e := reflect.New(v.Type().Elem()).Elem()
		ok := walk(e, path, f)
		v.SetMapIndex(v.MapKeys()[0], e)
		return ok
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("yaml") == path[0] {
				return walk(v.Field(i), path[1:], f)
			}
		}
		return false
	}
	return f(v)
}

// What cannot be drawn, or told, is refused in one line before anything is drawn.
func TestRefusals(t *testing.T) {
	const one = "regions: [{region: depressor, mm: 1}]"
	for text, want := range map[string]string{
		"events: [{at: 1, side: right, " + one + "}, {at: 1, side: right, " + one + "}]":                                       "events 1 and 2 move the same region at the same time: right, depressor, at 1 s",
		"events: [{at: 1, side: both, " + one + "}, {at: 1.05, side: left, kind: voluntary, " + one + "}]":                     "events 1 and 2 move the same region",
		"events: [{at: 1, side: left, form: tonic, hold_s: 3, " + one + "}, {at: 3, side: left, " + one + "}]":                 "at the same time: left, depressor, at 3 s",
		"events: [{at: 1, side: left, form: clonic, twitches: 10, rate_hz: 5, " + one + "}, {at: 2, side: left, " + one + "}]": "at the same time",
		"events: [{at: 1, side: left, regions: [{region: depressor, mm: 3}, {region: depressor, mm: 1}]}]":                     "event 1: it moves the same region twice: depressor",
		"events: [{at: -1, side: left, " + one + "}]":                                                                          "events[1].at must be 0 to 86400, not -1",
		"events: [{at: .nan, side: left, " + one + "}]":                                                                        "events[1].at must be",
		"events: [{at: 1, side: left, regions: [{region: depressor, mm: -3}]}]":                                                "events[1].regions[1].mm must be",
		"events: [{at: 1, side: left, regions: [{region: depressor, mm: .inf}]}]":                                              "regions[1].mm must be",
		"events: [{at: 1, side: left, regions: [{region: depressor, mm: 1, side: up}]}]":                                       `side must be right, left or both, not "up"`,
		"camera: {fps: 10}\nevents: [{at: 1, side: left, form: clonic, rate_hz: 6, " + one + "}]":                              "rate_hz must be at most half of the camera's 10 pictures a second, not 6",
		"camera: {fps: 10}\ngenerators: [{side: left, rate_per_min: 10, forms: {clonic: 1}, " + one + "}]":                     "generator 1: rate_hz must be at most half",
		"generators: [{side: left, rate_per_min: 10, forms: {clonic: 1}, rate_hz: [6, 4], " + one + "}]":                       "generator 1: a range must be written as [least, most]",
		"generators: [{side: left, rate_per_min: 10, forms: {sudden: 1}, " + one + "}]":                                        `generator 1: unknown form "sudden"`,
		"generators: [{side: left, rate_per_min: 10, forms: {clonic: 0}, " + one + "}]":                                        "must not all be zero",
		"generators: [{side: left, kind: jump, rate_per_min: 10, " + one + "}]":                                                `generator 1: unknown kind "jump"`,
		"camera: {distance_mm: 90}": "camera.distance_mm must be 200 to",
		"camera: {distance_mm: 300}\nhead: {turns: [{at: 1, forward_mm: 200}]}": "brings the head into the lens",
		"camera: {distance_mm: 500, focal_mm: 26, face_height: 0.9}":            "face_height must be",
		"camera: {exposure: [{at: 3, gain: 2, over_s: 2}, {at: 4, gain: 1}]}":   "camera.exposure[2] begins before",
		"camera: {width: 641, height: 480}":                                     "must have even sides, not 641x480",
		"camera: {noise: .nan}":                                                 "camera.noise must be",
		"head: {profile: egg}":                                                  "profile must be one of deep, flat, long, uneven, usual, not",
		"head: {turns: [{at: 1, yaw: 90}]}":                                     "head.turns[1].yaw must be -45 to 45, not 90",
		"lamp: {share: 1.5}":                                                    "lamp.share must be 0 to 1, not 1.5",
		"rest: {wander_mm: -0.2}":                                               "rest.wander_mm must be 0 to 2, not -0.2",
		"talk: [{from_s: 4, to_s: 3}]":                                          "talk 1: it must end after it begins",
		"person: {contracture: {side: left, aperture_mm: 20}}":                  "person.contracture.aperture_mm must be",
		"person: {contracture: {aperture_mm: 2}}":                               "side must be right",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n\twas answered by %v, want %q", text, err, want)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than a line: %v", text, err)
		}
	}
}

// The file that was once drawn, and then had no truth.
func TestSharedFileIsRefused(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "recordings", "files", "11_two_events_at_once.yaml")
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared files are not here")
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "at the same time") {
		t.Errorf("two events at once: %v", err)
	}
}

// A focal length and a distance make the size of the face, and may be said beside it
// when they agree.
func TestFocalLengthMakesTheFace(t *testing.T) {
	s, err := Parse([]byte("camera: {width: 1280, height: 720, distance_mm: 500, focal_mm: 26}"))
	if err != nil {
		t.Fatal(err)
	}
	// 26/36 · 1280 px / 500 mm · 175 mm of 720 px
	if want := 26.0 / 36 * 1280 / 500 * 175 / 720; math.Abs(s.Camera.FaceHeight-want) > 1e-9 {
		t.Errorf("the face's height is %v, want %v", s.Camera.FaceHeight, want)
	}
	if err := s.Validate(); err != nil {
		t.Errorf("looked at again: %v", err)
	}
	tr, err := Tell(s)
	if err != nil || math.Abs(tr.Recording.FocalPx-26.0/36*1280) > 0.01 {
		t.Errorf("the focal length is told as %v px: %v", tr.Recording.FocalPx, err)
	}
}
