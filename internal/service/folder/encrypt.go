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
	markFiles      = "on"  // the files, by a version that left the database readable
	markOn         = "all" // the files and the database
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
	case mark != markOn && mark != markFiles:
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

// Encrypt encrypts the database and every file of a data folder that nobody works on, with new
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
	if keyring.There(file) || mark != "" && mark != markDecrypting {
		make = keyring.Open
	}
	keys, err := make(file, src)
	if err != nil || mark == markOn {
		return 0, nil, err
	}
	if err := f.mark(markEncrypting); err != nil {
		return 0, nil, err
	}
	if err := f.use(keys); err != nil {
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
		if err := f.use(keys); err != nil {
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

// use has keys open and seal everything in the folder.
func (f *Folder) use(keys *keyring.Ring) error {
	f.Store.Seal(keys)
	return f.Blobs.Encrypt(keys)
}

// sealed brings the database of a folder whose files are encrypted to the same: an
// earlier version left it readable, and an old backup may hold one such.
func (f *Folder) sealed(ctx context.Context) error {
	mark, err := readMark(f.Path)
	if err != nil || mark == markOn {
		return err
	}
	release, err := f.Blobs.Hold(holdWait)
	if err != nil {
		return err
	}
	defer release()
	if err := f.Store.SealAll(ctx, false, nil); err != nil {
		return err
	}
	return f.mark(markOn)
}

// holdWait is how long a backup that is being made is waited for.
const holdWait = 30 * time.Second

// testOnlyStep is called before each file and each part of the database is converted.
var testOnlyStep = func() {}

// convert brings every file to its new form, and removes what is only passing.
func (f *Folder) convert(ctx context.Context, to *keyring.Ring) (files int, others []string, err error) {
	release, err := f.Blobs.Hold(holdWait)
	if err != nil {
		return 0, nil, err
	}
	defer release()
	if err := f.Store.SealAll(ctx, to == nil, testOnlyStep); err != nil {
		return 0, nil, err
	}
	for _, p := range passing {
		if err := f.Blobs.Remove(p); err != nil {
			return 0, nil, err
		}
	}
	c := conversion{f: f, to: to, owners: owners{f: f, known: map[string]string{}}}
	for _, p := range converted {
		if err := c.walk(ctx, p); err != nil {
			return c.files, c.others, err
		}
	}
	return c.files, c.others, nil
}

// conversion brings files to the form that the keys of to ask for; a nil ring is that
// without encryption.
type conversion struct {
	f      *Folder
	to     *keyring.Ring
	owners owners
	files  int      // converted so far
	others []string // what is no file of the folder, by its key
}

// walk converts what lies in one of the folder's parts.
func (c *conversion) walk(ctx context.Context, under string) error {
	top := filepath.Join(c.f.Path, blobFolder)
	return filepath.WalkDir(filepath.Join(top, under), func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the data folder: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if halfWritten(e.Name()) {
			return removeHalfWritten(name, e)
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
			c.others = append(c.others, key)
			return nil
		}
		return c.file(ctx, key, under == "uploads" || strings.HasPrefix(key, "lost/upload-"))
	})
}

// file converts one file; part says that it is an upload that may go on.
func (c *conversion) file(ctx context.Context, key string, part bool) error {
	person, err := c.owners.of(ctx, key)
	if err != nil {
		return err
	}
	testOnlyStep()
	done, err := c.f.dir.Convert(key, person, c.to, part)
	if done {
		c.files++
	}
	return err
}

// halfWritten says by its name whether a process that died may have left it: it would
// stay as it is.
func halfWritten(name string) bool {
	return strings.HasPrefix(name, ".part-") || strings.HasSuffix(name, ".part")
}

func removeHalfWritten(path string, e fs.DirEntry) error {
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("removing what was half written: %w", err)
	}
	if e.IsDir() {
		return fs.SkipDir
	}
	return nil
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
	in, err := o.f.dir.OpenAny(folder + "/about.json")
	if err != nil {
		return "", nil // nobody knows
	}
	defer in.Close()
	if err := json.NewDecoder(in).Decode(&about); err != nil || !record.IsID(about.Person.ID) {
		return "", nil
	}
	return about.Person.ID, nil
}
