// Command oracle makes the reference points of package oracle again: it runs
// MediaPipe's own web build of the face mesh in a headless Chromium, page and
// models served from the loopback address.
//
//	oracle SOLUTION_FOLDER CLIP_FOLDER RECORDINGS_FOLDER OUTPUT
//
// SOLUTION_FOLDER is the unpacked npm package. Pictures of a folder that is not
// there keep the reference that they have.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"time"

	"facialis/models/oracle"
)

//go:embed page.html
var page []byte

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: oracle SOLUTION_FOLDER CLIP_FOLDER RECORDINGS_FOLDER OUTPUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], map[string]string{"clip": os.Args[2], "recordings": os.Args[3]}, os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(solution string, folders map[string]string, output string) error {
	old, err := oracle.References()
	if err != nil {
		return err
	}
	var refs []oracle.Reference
	var images [][]byte
	var fresh []int // the index in refs of each image
	for _, p := range oracle.Pictures {
		if _, err := os.Stat(folders[p.Folder]); err != nil {
			for _, r := range old {
				if r.Picture == p {
					refs = append(refs, r)
				}
			}
			continue
		}
		img, err := p.Load(folders)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			return err
		}
		fresh = append(fresh, len(refs))
		images = append(images, b.Bytes())
		refs = append(refs, oracle.Reference{Picture: p, Width: img.Rect.Dx(), Height: img.Rect.Dy()})
	}
	points, err := browse(solution, images)
	if err != nil {
		return err
	}
	for i, at := range fresh {
		if len(points[i]) != 478 {
			return fmt.Errorf("%s: %d points instead of 478", refs[at].Name(), len(points[i]))
		}
		for _, p := range points[i] {
			for k := range p {
				p[k] = math.Round(p[k]*100) / 100
			}
			refs[at].Points = append(refs[at].Points, p)
		}
		fmt.Println(refs[at].Name(), "done")
	}
	return write(output, refs)
}

// write gives each reference a line of its own.
func write(path string, refs []oracle.Reference) error {
	b := []byte("[\n")
	for i, r := range refs {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		b = append(b, line...)
		if i < len(refs)-1 {
			b = append(b, ',')
		}
		b = append(b, '\n')
	}
	return os.WriteFile(path, append(b, "]\n"...), 0o644)
}

// browse lets Chromium look at the images and gives the points of each.
func browse(solution string, images [][]byte) ([][][3]float64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	points := make([][][3]float64, len(images))
	done := make(chan error, 8)

	number := func(r *http.Request) int {
		i, err := strconv.Atoi(r.PathValue("i"))
		if err != nil || i < 0 || i >= len(images) {
			return -1
		}
		return i
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { w.Write(page) })
	mux.Handle("GET /solution/", http.StripPrefix("/solution/", http.FileServer(http.Dir(solution))))
	mux.HandleFunc("GET /pictures", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, len(images)) })
	mux.HandleFunc("GET /picture/{i}", func(w http.ResponseWriter, r *http.Request) {
		if i := number(r); i >= 0 {
			w.Header().Set("Content-Type", "image/png")
			w.Write(images[i])
		}
	})
	mux.HandleFunc("POST /points/{i}", func(_ http.ResponseWriter, r *http.Request) {
		if i := number(r); i < 0 {
			done <- errors.New("points of no picture")
		} else if err := json.NewDecoder(r.Body).Decode(&points[i]); err != nil {
			done <- fmt.Errorf("reading points: %w", err)
		}
	})
	mux.HandleFunc("POST /done", func(http.ResponseWriter, *http.Request) { done <- nil })
	mux.HandleFunc("POST /failed", func(_ http.ResponseWriter, r *http.Request) {
		var why string
		json.NewDecoder(r.Body).Decode(&why)
		done <- fmt.Errorf("the page failed: %s", why)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener)
	defer server.Close()

	profile, err := os.MkdirTemp("", "oracle")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(profile)
	browser := exec.CommandContext(ctx, "chromium", "--headless=new", "--no-sandbox", "--no-first-run",
		"--disable-background-networking", "--use-gl=angle", "--use-angle=swiftshader",
		"--enable-unsafe-swiftshader", "--user-data-dir="+profile, "http://"+listener.Addr().String()+"/")
	if err := browser.Start(); err != nil {
		return nil, fmt.Errorf("starting chromium: %w", err)
	}
	exited := make(chan error, 1)
	go func() { exited <- browser.Wait() }()
	select {
	case err = <-done:
	case err = <-exited:
		return nil, fmt.Errorf("chromium ended early: %v", err)
	case <-ctx.Done():
		err = errors.New("chromium took longer than five minutes")
	}
	cancel()
	<-exited
	return points, err
}
