package cli_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/record"
)

// killedAfter starts the program and kills it after a while; it reports whether the
// program had come to its end.
func killedAfter(t *testing.T, wait time.Duration, args ...string) bool {
	t.Helper()
	cmd := exec.Command("facialis", args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(wait, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	kill.Stop()
	if err != nil && cmd.ProcessState.Exited() { // not by a signal
		t.Fatalf("%v: %s", err, said.String())
	}
	return err == nil
}

// Killed at any moment, encrypting and decrypting a database lose nothing, and the
// same command goes on.
func TestEncryptDatabaseKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const people, entries = 60, 100
	ctx, now := t.Context(), record.Micros(time.Now())
	f, err := folder.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	err = f.Store.Tx(ctx, func(tx *sql.Tx) error {
		for i := range people {
			p := &record.Person{ID: record.NewID(), Name: fmt.Sprintf("Xylophona %03d", i), CreatedAt: now, UpdatedAt: now}
			if err := f.Store.AddPersonTx(ctx, tx, p); err != nil {
				return err
			}
			for j := range entries {
				e := &record.Entry{ID: record.NewID(), Kind: "day", At: now, UpdatedAt: now, Data: json.RawMessage(fmt.Sprintf(`{"note":"Glockenspielerei %d"}`, j))}
				if err := f.Store.AddEntry(ctx, tx, p.ID, e, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := keyring.NewIdentity(key); err != nil {
		t.Fatal(err)
	}
	t.Setenv(keyring.FileVariable, key)
	readable := func() bool {
		all, err := filepath.Glob(filepath.Join(dir, folder.DatabaseFile+"*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range all {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(text, []byte("Xylophona")) || bytes.Contains(text, []byte("Glockenspielerei")) {
				return true
			}
		}
		return false
	}
	for _, command := range []string{"encrypt", "decrypt"} {
		kills := 0
		const step = 15 * time.Millisecond
		for wait := step; !killedAfter(t, wait, command, dir); wait += step {
			kills++
		}
		t.Logf("%s: killed %d times", command, kills)
		if readable() != (command == "decrypt") {
			t.Errorf("after %s: readable is %v", command, readable())
		}
		f, err := folder.Open(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		all, err := f.Store.People(ctx, "xylo", "", 1000)
		if err != nil || len(all) != people {
			t.Fatal(len(all), err)
		}
		for i, p := range all {
			diary, err := f.Store.Entries(ctx, p.ID)
			if err != nil || len(diary) != entries || p.Name != fmt.Sprintf("Xylophona %03d", i) {
				t.Fatal(p.Name, len(diary), err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
