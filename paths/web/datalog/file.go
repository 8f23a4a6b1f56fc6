package datalog

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// file is the log of a device on disk: a line that says what is in it, then
// records of one length. The newest are at the end.
type file struct {
	path  string
	setup Setup
	f     *os.File
	head  int64 // bytes of the first line
	n     int   // records
}

// headMax bounds the first line.
const headMax = 4096

// openFile opens the log for a setup: the one that is there if it is of the same
// points and interval, else a new one in its place.
func openFile(path string, s Setup) (*file, error) {
	l := &file{path: path, setup: s}
	if l.resume() {
		return l, nil
	}
	return l, l.rewrite(nil)
}

// resume takes the file that is there up, if it is of the same setup. What is
// left of a record that was cut off at the end is cut off too.
func (l *file) resume() bool {
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return false
	}
	old, head, err := readHead(f)
	size, errEnd := f.Seek(0, io.SeekEnd)
	if err != nil || errEnd != nil || !l.setup.Same(old) {
		f.Close()
		return false
	}
	n := int(size-head) / recordLen(len(old.Points))
	end := head + int64(n*recordLen(len(old.Points)))
	if f.Truncate(end) != nil {
		f.Close()
		return false
	}
	l.f, l.head, l.n = f, head, n
	return true
}

// readHead reads the first line and says how long it is.
func readHead(f io.ReadSeeker) (s Setup, n int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return s, 0, err
	}
	line, err := bufio.NewReader(io.LimitReader(f, headMax)).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s)
	}
	if err == nil {
		err = s.Validate()
	}
	return s, int64(len(line)), err
}

// rewrite makes the file anew with these records, by rename.
func (l *file) rewrite(records []Record) (err error) {
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		return fmt.Errorf("nothing is logged: %w", err)
	}
	head, err := json.Marshal(l.setup)
	if err != nil {
		return err
	}
	b := append(head, '\n')
	l.head, l.n = int64(len(b)), len(records)
	for i := range records {
		b = records[i].append(b)
	}
	name, err := writeTemp(filepath.Dir(l.path), b)
	if err == nil {
		l.close() // some systems rename no file that is open, nor over one
		if err = os.Rename(name, l.path); err != nil {
			os.Remove(name)
		}
	}
	if err == nil {
		l.f, err = os.OpenFile(l.path, os.O_RDWR|os.O_APPEND, 0)
	}
	if err != nil {
		return fmt.Errorf("nothing is logged: %w", err)
	}
	return nil
}

// writeTemp writes a file beside those of a directory, synced and closed.
func writeTemp(dir string, b []byte) (name string, err error) {
	f, err := os.CreateTemp(dir, ".log-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(f.Name())
	}
	return f.Name(), err
}

// add appends records, and lets the oldest go when there are twice as many as
// are kept.
func (l *file) add(records []Record) error {
	if l.n+len(records) > 2*Kept {
		old, err := l.records()
		if err != nil {
			return err
		}
		all := append(old, records...)
		return l.rewrite(all[max(0, len(all)-Kept):])
	}
	var b []byte
	for i := range records {
		b = records[i].append(b)
	}
	if _, err := l.f.Write(b); err != nil {
		l.f.Truncate(l.end()) // half a record in the middle would shift all that follow
		return fmt.Errorf("not logged: %w", err)
	}
	l.n += len(records)
	return nil
}

func (l *file) end() int64 { return l.head + int64(l.n*recordLen(len(l.setup.Points))) }

// records reads the newest records that are kept, oldest first.
func (l *file) records() ([]Record, error) {
	n, size := min(l.n, Kept), recordLen(len(l.setup.Points))
	b := make([]byte, n*size)
	if _, err := l.f.ReadAt(b, l.end()-int64(len(b))); err != nil && len(b) > 0 {
		return nil, fmt.Errorf("the log cannot be read: %w", err)
	}
	all := make([]Record, 0, n)
	for ; len(b) > 0; b = b[size:] {
		if r, ok := parseRecord(b[:size], len(l.setup.Points)); ok {
			all = append(all, r)
		}
	}
	return all, nil
}

func (l *file) close() {
	if l.f != nil {
		l.f.Close()
		l.f = nil
	}
}
