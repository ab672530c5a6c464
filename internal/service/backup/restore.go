package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/store"
)

// ErrNoKeys says that the key file of an encrypted backup is not there.
var ErrNoKeys = errors.New("the backup is encrypted and its key file cannot be read")

// maxManifest bounds a manifest: a hundred bytes a file for some million files.
const maxManifest = 1 << 30

// ReadManifest reads the manifest of a backup that is a folder.
func ReadManifest(from string) (*Manifest, error) {
	f, err := os.Open(filepath.Join(from, ManifestFile))
	if err != nil {
		return nil, fmt.Errorf("%w: it has no %s", ErrBroken, ManifestFile)
	}
	defer f.Close()
	return decode(f)
}

func decode(in io.Reader) (*Manifest, error) {
	m := &Manifest{}
	if err := json.NewDecoder(io.LimitReader(in, maxManifest)).Decode(m); err != nil || m.Form != Form {
		return nil, fmt.Errorf("%w: its %s is not one that this program wrote", ErrBroken, ManifestFile)
	}
	return m, nil
}

// placed reports whether a file may lie at a path within a data folder.
func placed(name string) bool {
	return name == folder.DatabaseFile || strings.HasPrefix(name, folder.BlobFolder+"/") && filepath.IsLocal(filepath.FromSlash(name)) && path.Clean(name) == name
}

// Restore makes the data folder at data of a backup, a folder or a tar file,
// whose every byte it checks, and of the key file at keys where the backup is
// encrypted; "" is the one beside the backup. What is at data must be nothing, or an empty
// folder; it stays so unless everything is well.
func Restore(ctx context.Context, from, keys, data string) (m *Manifest, err error) {
	if err := free(data); err != nil {
		return nil, err
	}
	st, err := os.Stat(from)
	if err != nil {
		return nil, fmt.Errorf("opening the backup: %w", err)
	}
	tmp := filepath.Clean(data) + part
	if err := sweep(tmp, ""); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(tmp)
		}
	}()
	var got map[string]File
	if st.IsDir() {
		m, got, err = fromDir(ctx, from, tmp)
	} else {
		m, got, err = fromTar(ctx, from, tmp)
	}
	if err != nil {
		return nil, err
	}
	listed := map[string]bool{}
	for _, f := range m.Files {
		listed[f.Path] = true
		if got[f.Path] != f {
			return nil, fmt.Errorf("%w: %s is not what it was", ErrBroken, f.Path)
		}
	}
	for name := range got {
		if !listed[name] {
			return nil, fmt.Errorf("%w: %s is not listed", ErrBroken, name)
		}
	}
	if !listed[folder.DatabaseFile] {
		return nil, fmt.Errorf("%w: it has no database", ErrBroken)
	}
	if err := store.Sound(ctx, filepath.Join(tmp, folder.DatabaseFile)); err != nil {
		return nil, err
	}
	if listed[folder.BlobFolder+"/"+folder.MarkFile] {
		if keys == "" {
			keys = filepath.Clean(from) + KeysEnding
		}
		text, err := os.ReadFile(keys)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrNoKeys, keys)
		}
		if err := keyring.Put(filepath.Join(tmp, keyring.File), text); err != nil {
			return nil, err
		}
	}
	d := &dirTarget{path: tmp}
	if err := d.finish(filepath.Clean(data)); err != nil {
		return nil, fmt.Errorf("finishing the data folder: %w", err)
	}
	return m, nil
}

func fromDir(ctx context.Context, from, tmp string) (*Manifest, map[string]File, error) {
	m, err := ReadManifest(from)
	if err != nil {
		return nil, nil, err
	}
	root, err := os.OpenRoot(from)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the backup: %w", err)
	}
	defer root.Close()
	got := map[string]File{}
	for _, f := range m.Files {
		in, err := root.Open(filepath.FromSlash(f.Path))
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %s is missing", ErrBroken, f.Path)
		}
		file, err := extract(ctx, f.Path, in, tmp)
		in.Close()
		if err != nil {
			return nil, nil, err
		}
		got[f.Path] = *file
	}
	return m, got, nil
}

func fromTar(ctx context.Context, from, tmp string) (*Manifest, map[string]File, error) {
	in, err := os.Open(from)
	if err != nil {
		return nil, nil, fmt.Errorf("opening the backup: %w", err)
	}
	defer in.Close()
	t := tar.NewReader(in)
	got := map[string]File{}
	var m *Manifest
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%w: it ends too early or is no tar file", ErrBroken)
		}
		if h.Name == ManifestFile {
			if m, err = decode(t); err != nil {
				return nil, nil, err
			}
			continue
		}
		if h.Typeflag != tar.TypeReg {
			return nil, nil, fmt.Errorf("%w: %s is no file", ErrBroken, h.Name)
		}
		f, err := extract(ctx, h.Name, t, tmp)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, nil, fmt.Errorf("%w: it ends too early", ErrBroken)
		}
		if err != nil {
			return nil, nil, err
		}
		got[h.Name] = *f
	}
	if m == nil {
		return nil, nil, fmt.Errorf("%w: it has no %s", ErrBroken, ManifestFile)
	}
	return m, got, nil
}

func extract(ctx context.Context, name string, in io.Reader, tmp string) (*File, error) {
	if !placed(name) {
		return nil, fmt.Errorf("%w: no file of a data folder is called %q", ErrBroken, name)
	}
	to := filepath.Join(tmp, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return nil, fmt.Errorf("restoring: %w", err)
	}
	f, err := write(ctx, name, in, to)
	if err != nil {
		return nil, fmt.Errorf("restoring %s: %w", path.Base(name), err)
	}
	return f, nil
}
