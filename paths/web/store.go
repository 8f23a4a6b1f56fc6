package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// store keeps a book in one file. It promises: after save has returned nil the new
// state is on the disk; after an error, or a loss of power at any moment, the file
// holds the old state or the new one whole, never a mixture. It does not promise to
// find out who has changed the file: whoever can write it is the owner.
type store struct {
	path string // "": nothing is kept
	disk disk
}

// disk is what a store asks of the system, so that a test can break each step.
type disk interface {
	read(path string) ([]byte, error)
	write(path string, data []byte) error // and flush it
	rename(from, to string) error
	flush(dir string) error // the directory's entries
}

// magic begins a file; a digest of the rest follows.
const magic = "switchroom web 1 "

// stateMax bounds a file.
const stateMax = 4 << 20

var errNone = errors.New("nothing is kept yet")

func (s *store) save(b *book) error {
	if s.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(b, "", "\t")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	data := append([]byte(magic+hex.EncodeToString(sum[:])+"\n"), text...)
	if err := s.disk.write(s.path+".new", data); err != nil {
		return err
	}
	if err := s.disk.rename(s.path+".new", s.path); err != nil {
		return err
	}
	return s.disk.flush(filepath.Dir(s.path))
}

// load returns what is kept, or errNone. An error tells what to do.
func (s *store) load() (*book, error) {
	if s.path == "" {
		return nil, errNone
	}
	data, err := s.disk.read(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNone
	}
	if err != nil {
		return nil, err
	}
	b, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; put a copy of it back, or remove it to begin with the accounts of the factory", s.path, err)
	}
	return b, nil
}

// parse reads what save wrote, and nothing else.
func parse(data []byte) (*book, error) {
	head, text, _ := bytes.Cut(data, []byte("\n"))
	digest, ok := bytes.CutPrefix(head, []byte(magic))
	sum := sha256.Sum256(text)
	if !ok || len(data) > stateMax || string(digest) != hex.EncodeToString(sum[:]) {
		return nil, errors.New("the file is damaged")
	}
	b := new(book)
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(b); err != nil {
		return nil, fmt.Errorf("the file is not one of this version: %w", err)
	}
	return b, b.check()
}

// realDisk is the system's.
type realDisk struct{}

func (realDisk) read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > stateMax {
		return nil, errors.New("the file is damaged: it is too large")
	}
	return os.ReadFile(path)
}

func (realDisk) write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func (realDisk) rename(from, to string) error { return os.Rename(from, to) }

func (realDisk) flush(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !unsyncable(err) {
		return err
	}
	return nil
}
