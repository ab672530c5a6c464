// Command convert turns the face models' packed assets into the files that
// facialis reads.
//
//	convert PACKED_ASSETS OUTPUT_FOLDER
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"facialis/models/convert"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: convert PACKED_ASSETS OUTPUT_FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func run(assets, dir string) error {
	b, err := os.ReadFile(assets)
	if err != nil {
		return err
	}
	files, err := convert.Files(b)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path+".part", data, 0o644); err != nil {
			return err
		}
		if err := os.Rename(path+".part", path); err != nil {
			return err
		}
	}
	return nil
}
