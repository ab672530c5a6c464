package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

//go:embed placeholder.html
var placeholder []byte

// Files are the app's files.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // embedded
	}
	return sub
}

// Placeholder is the page to show when the app was not built.
func Placeholder() []byte { return placeholder }
