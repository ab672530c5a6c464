package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/keyring"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// MarkFile says in the folder of the files that they are encrypted. So a folder
// whose key file is missing is not taken for one that is not encrypted.
const MarkFile = "encrypted"

// What the mark says.
const (
	markOn         = "on"
	markEncrypting = "encrypting"
	markDecrypting = "decrypting"
)

// ErrHalf says that a process was stopped while it encrypted or decrypted.
var ErrHalf = errors.New("encrypting or decrypting the data folder was broken off; run the same command again")

// KeyProblem reports an error about the key or the key file.
func KeyProblem(err error) bool {
	for _, e := range []error{keyring.ErrNoKey, keyring.ErrWrongKey, keyring.ErrNoFile, keyring.ErrDamaged, ErrHalf} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// Encryption is how a data folder is encrypted.
type Encryption int

// The ways.
const (
	Off        Encryption = iota
	ByKey                 // from the environment or a file
	Passphrase            // asked for at start
	Half                  // encrypting or decrypting was broken off
	NoKeys                // the key file is missing
)

// EncryptionOf looks at a data folder without opening it.
func EncryptionOf(path string) (Encryption, error) {
	mark, err := readMark(path)
	file := filepath.Join(path, keyring.File)
	switch there := keyring.There(file); {
	case err != nil:
		return Off, err
	case mark == "" && !there:
		return Off, nil
	case mark != markOn:
		return Half, nil
	case !there:
		return NoKeys, nil
	case keyring.Passphrase(file):
		return Passphrase, nil
	}
	return ByKey, nil
}

// keysOf opens the keys of a data folder; nil where it is not encrypted.
func keysOf(path string, src keyring.Source) (*keyring.Ring, error) {
	is, err := EncryptionOf(path)
	switch {
	case err != nil || is == Off:
		return nil, err
	case is == Half:
		return nil, ErrHalf
	}
	return keyring.Open(filepath.Join(path, keyring.File), src)
}

func readMark(path string) (string, error) {
	data, err := os.ReadFile(filepath.Join(path, blobFolder, MarkFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking whether the data folder is encrypted: %w", err)
	}
	return strings.TrimSpace(string(data)), nil
}

func (f *Folder) mark(as string) error {
	return keyring.Put(filepath.Join(f.Path, blobFolder, MarkFile), []byte(as+"\n"))
}

// converted are the folders of files that are encrypted.
var converted = []string{"films", "people", "uploads", "lost"}

// passing are the folders of files that are read once and removed.
var passing = []string{"incoming", "plain"}

// Encrypt encrypts every file of a data folder that nobody works on, with new
// keys or those of a run that was broken off. It returns how many files were
// encrypted and the names of those that are not this program's and stay as they
// are. A run that was broken off, in whatever way, is taken up by the next.
func Encrypt(ctx context.Context, path string, src keyring.Source) (files int, others []string, err error) {
	f, err := begin(path)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	mark, err := readMark(path)
	if err != nil {
		return 0, nil, err
	}
	file := filepath.Join(path, keyring.File)
	if err := f.open(ctx); err != nil {
		return 0, nil, err
	}
	make := keyring.Create
	if keyring.There(file) || mark == markOn || mark == markEncrypting {
		make = keyring.Open
	}
	keys, err := make(file, src)
	if err != nil || mark == markOn {
		return 0, nil, err
	}
	if err := f.mark(markEncrypting); err != nil {
		return 0, nil, err
	}
	if err := f.Blobs.Encrypt(keys); err != nil {
		return 0, nil, err
	}
	if files, others, err = f.convert(ctx, keys); err != nil {
		return files, others, err
	}
	return files, others, f.mark(markOn)
}

// Decrypt undoes Encrypt. The key file is removed at the end: copies of it that
// backups hold still open what they hold.
func Decrypt(ctx context.Context, path string, src keyring.Source) (files int, others []string, err error) {
	f, err := begin(path)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	mark, err := readMark(path)
	file := filepath.Join(path, keyring.File)
	if err != nil || mark == "" && !keyring.There(file) {
		return 0, nil, err
	}
	if err := f.open(ctx); err != nil {
		return 0, nil, err
	}
	if keyring.There(file) || mark != markDecrypting { // else all but the mark is done
		keys, err := keyring.Open(file, src)
		if err != nil {
			return 0, nil, err
		}
		if err := f.Blobs.Encrypt(keys); err != nil {
			return 0, nil, err
		}
		if err := f.mark(markDecrypting); err != nil {
			return 0, nil, err
		}
		if files, others, err = f.convert(ctx, nil); err != nil {
			return files, others, err
		}
		if err := os.Remove(file); err != nil {
			return files, others, fmt.Errorf("removing the key file: %w", err)
		}
	}
	if err := os.Remove(filepath.Join(path, blobFolder, MarkFile)); err != nil {
		return files, others, fmt.Errorf("removing the mark of an encrypted folder: %w", err)
	}
	return files, others, nil
}

// holdWait is how long a backup that is being made is waited for.
const holdWait = 30 * time.Second

// testOnlyStep is called before each file is converted.
var testOnlyStep = func() {}

// convert brings every file to its new form, and removes what is only passing.
func (f *Folder) convert(ctx context.Context, to *keyring.Ring) (files int, others []string, err error) {
	release, err := f.Blobs.Hold(holdWait)
	if err != nil {
		return 0, nil, err
	}
	defer release()
	for _, p := range passing {
		if err := f.Blobs.Remove(p); err != nil {
			return 0, nil, err
		}
	}
	o := owners{f: f, known: map[string]string{}}
	top := filepath.Join(f.Path, blobFolder)
	for _, p := range converted {
		err := filepath.WalkDir(filepath.Join(top, p), func(name string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("reading the data folder: %w", err)
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			// What a process that died left half written would stay as it is.
			if strings.HasPrefix(e.Name(), ".part-") || strings.HasSuffix(e.Name(), ".part") {
				if err := os.RemoveAll(name); err != nil {
					return fmt.Errorf("removing what was half written: %w", err)
				}
				if e.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if e.IsDir() {
				return nil
			}
			rel, err := filepath.Rel(top, name)
			if err != nil {
				return fmt.Errorf("reading the data folder: %w", err)
			}
			key := filepath.ToSlash(rel)
			if !e.Type().IsRegular() || !blob.Valid(key) {
				others = append(others, key)
				return nil
			}
			person, err := o.of(ctx, key)
			if err != nil {
				return err
			}
			testOnlyStep()
			part := p == "uploads" || strings.HasPrefix(key, "lost/upload-")
			done, err := f.Blobs.As(person).Convert(key, to, part)
			if done {
				files++
			}
			return err
		})
		if err != nil {
			return files, others, err
		}
	}
	return files, others, nil
}

// owners finds whose a file is.
type owners struct {
	f     *Folder
	known map[string]string // by the folder or file directly under films/, people/ and so on
}

// of is the id of the person whom a file is about, "" where nobody knows.
func (o *owners) of(ctx context.Context, key string) (string, error) {
	at := strings.SplitN(key, "/", 3)
	top, name := at[0], at[min(1, len(at)-1)]
	if person, ok := o.known[top+"/"+name]; ok {
		return person, nil
	}
	id := name
	for _, kind := range []string{"film-", "upload-", "analysis-"} { // in lost/
		if rest, ok := strings.CutPrefix(name, kind); ok && top == "lost" {
			id, _, _ = strings.Cut(rest, "-")
		}
	}
	var person string
	var err error
	switch {
	case top == "people":
		person = strings.TrimSuffix(name, ".json")
	case top == "uploads" || strings.HasPrefix(name, "upload-"):
		var u *record.Upload
		if u, err = o.f.Store.Upload(ctx, id); err == nil {
			person = u.PersonID
		}
	default:
		person, err = o.ofRecording(ctx, id, top+"/"+name)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	o.known[top+"/"+name] = person
	return person, nil
}

// ofRecording asks the database, its bin, and what lies beside a film.
func (o *owners) ofRecording(ctx context.Context, id, folder string) (string, error) {
	r, err := o.f.Store.Recording(ctx, id)
	if err == nil {
		return r.PersonID, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	bin, err := o.f.Store.BinOf(ctx, id)
	if err != nil {
		return "", err
	}
	if bin != "" {
		b, err := o.f.Store.Binned(ctx, bin)
		if err != nil {
			return "", err
		}
		return b.PersonID, nil
	}
	var about struct {
		Person struct {
			ID string `json:"id"`
		} `json:"person"`
	}
	in, err := o.f.Blobs.OpenAny(folder + "/about.json")
	if err != nil {
		return "", nil // nobody knows
	}
	defer in.Close()
	if err := json.NewDecoder(in).Decode(&about); err != nil || !record.IsID(about.Person.ID) {
		return "", nil
	}
	return about.Person.ID, nil
}
