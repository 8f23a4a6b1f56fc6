package audit

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"switchroom/store"
)

// Files of the log in the data directory: the key that signs, and the one that
// verifies. They belong into a backup.
const (
	KeyFile    = "audit.key"
	PublicFile = "audit.pub"
)

// Files are the names of both.
func Files() []string { return []string{KeyFile, PublicFile} }

// Checkpoint is a signed root of the tree: so many rows, and no others.
type Checkpoint struct {
	Origin string // the name of the log, which is the name of its key
	Size   int64
	Root   tlog.Hash
}

// text is what is signed: the body of a checkpoint as transparency logs have it.
func (c *Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

// parseCheckpoint reads a note that the key signed.
func parseCheckpoint(text string, key note.Verifier) (*Checkpoint, error) {
	n, err := note.Open([]byte(text), note.VerifierList(key))
	if err != nil {
		return nil, fmt.Errorf("it is not signed with the key of this log (%s): %w", key.Name(), err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		return nil, errors.New("it is signed, and no checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, errors.New("it is signed, and its size is no number")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, errors.New("it is signed, and its root is no hash")
	}
	return &Checkpoint{lines[0], size, root}, nil
}

// newKey makes the key of a new log. Its name has a number drawn for this log, so that
// checkpoints of two logs cannot be taken for one another.
func newKey(dir string) error {
	number := make([]byte, 6)
	rand.Read(number)
	private, public, err := note.GenerateKey(rand.Reader, "switchroom.audit."+hex.EncodeToString(number))
	if err != nil {
		return err
	}
	if err := store.NewFile(filepath.Join(dir, KeyFile), []byte(private+"\n")); err != nil {
		return fmt.Errorf("the key of the audit log: %w", err)
	}
	return store.NewFile(filepath.Join(dir, PublicFile), []byte(public+"\n"))
}

func signer(dir string) (note.Signer, error) {
	b, err := os.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil {
		return nil, fmt.Errorf("the key of the audit log: %w", err)
	}
	s, err := note.NewSigner(strings.TrimSpace(string(b)))
	if err != nil { // without err, which could repeat the key
		return nil, fmt.Errorf("%s has no key of an audit log: restore it from a backup", KeyFile)
	}
	return s, nil
}

// PublicKey is the key of the log that verifies, as it stands in the data directory.
func PublicKey(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, PublicFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is missing: without it nothing can be verified; restore it from a backup, or give the key that you noted with --key", PublicFile)
	}
	return strings.TrimSpace(string(b)), err
}
