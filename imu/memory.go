package imu

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Memory is the non-volatile memory of the units of one data directory: one
// log for all of them.
//
// What it promises: after the process is killed at any instant, or the machine
// loses power, what [OpenMemory] returns for a unit is its state of an instant
// that is not older than one second, whole. It promises this for states
// handed over by [Memory.Run] or [Memory.Flush] on a disk that keeps what it
// has synced. A disk that takes long, or fails, delays nothing but this.
//
// Who can write the file can change every setting, counter and password of the
// virtual units in it; it is not encrypted, and readable by its owner only. One
// process at a time has a directory.
//
// Writing: units report that they have changed; once a second the changed ones
// are appended as one group with the time until which the world was alive, and
// synced. A unit in steady state does not change: its energies and thermal
// image are functions of time, and are brought forward to that instant. A group
// that cannot be written is cut off again and comes with the next.
// Reading: the newest whole record of each unit counts. A torn end is cut off.
// Damage in the middle loses the damaged records only, and is told.
//
// Locks: disk is taken before mu, and a unit's lock in between; never the other
// way round, so that no unit ever waits for the disk.
type Memory struct {
	dir  string
	lock io.Closer // holds the directory

	disk    sync.Mutex // guards file, size, compact, backlog
	file    logFile
	size    int64  // of what is known to be whole
	compact int64  // size at which the log is written anew
	backlog []byte // frames of events that could not be written yet

	mu    sync.Mutex // guards units, dirty, err
	units map[string]remembered
	dirty map[string]bool
	err   error // why the last group could not be written
}

// logFile is what the memory needs of a file. *os.File is one.
type logFile interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Sync() error
	Truncate(size int64) error
}

// remembered is what the memory asks of a unit.
type remembered interface {
	// remember returns the state, and the records and captures since the last call.
	remember() (state []byte, events []Record, waves []*Capture)
}

// memoryName is the name of the log in its directory.
const memoryName = "units.nv"

// backlogMax bounds the events that wait for a disk that fails.
const backlogMax = 4 << 20

// compactFrom is the size from which a log is worth writing anew.
const compactFrom = 8 << 20

// OpenMemory opens the memory in dir, which is made if it does not exist, and
// returns what it remembered.
func OpenMemory(dir string) (*Memory, *Stored, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, nil, err
	}
	m := &Memory{dir: dir, lock: lock, units: map[string]remembered{}, dirty: map[string]bool{}}
	stored, err := m.open()
	if err != nil {
		lock.Close()
		return nil, nil, err
	}
	return m, stored, nil
}

// open reads the log and begins it anew without what is old. Where there is no
// room for that the old one goes on: it is whole, and there may be room again.
func (m *Memory) open() (*Stored, error) {
	name := filepath.Join(m.dir, memoryName)
	data, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	stored, err := readMemory(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	err = m.rewrite(stored)
	if m.file != nil {
		return stored, nil // what is left of err is a rename that may not last
	}
	if len(data) == 0 {
		return nil, err
	}
	m.err = err
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	m.file = f
	m.size = int64(len(data) - stored.Torn)
	m.compact = m.size + compactFrom
	return stored, nil
}

// rewrite writes the log anew with what s has: beside the old one, synced, and
// then in its place, so that one of the two is whole at every instant. Once the
// new one has the name it is the log, whatever fails after.
func (m *Memory) rewrite(s *Stored) error {
	b, err := s.frames()
	if err != nil {
		return err
	}
	f, err := replaceFile(filepath.Join(m.dir, memoryName), b)
	if f == nil {
		return err
	}
	if m.file != nil {
		m.file.Close() // the old log, which has no name any more
	}
	m.file, m.size = f, int64(len(b))
	m.compact = max(compactFrom, 4*m.size)
	return err
}

// replaceFile puts b in place of the file and returns it open, or nil if the
// old one is still there.
func replaceFile(name string, b []byte) (*os.File, error) {
	f, err := os.OpenFile(name+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(name+".new", name)
	}
	if err != nil {
		f.Close()
		os.Remove(name + ".new")
		return nil, err
	}
	return f, syncDir(filepath.Dir(name))
}

// syncDir makes a rename last. Some systems cannot sync a directory; there the
// rename itself is all that can be had.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrInvalid) {
		return err
	}
	return nil
}

// attach makes the memory remember a unit under its name.
func (m *Memory) attach(name string, u remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.units[name] = u
	m.dirty[name] = true
}

// changed notes that the unit must be written with the next group. It is
// called with the unit's lock held.
func (m *Memory) changed(name string) {
	m.mu.Lock()
	m.dirty[name] = true
	m.mu.Unlock()
}

// Flush writes what has changed, and that the world was alive until now.
func (m *Memory) Flush(now time.Duration) error {
	m.disk.Lock()
	defer m.disk.Unlock()
	names, units := m.changes()
	err := m.write(names, units, now)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		for _, n := range names {
			m.dirty[n] = true
		}
	}
	m.err = err
	return err
}

// changes takes the names of the units that have changed. The memory's lock is
// not held while the units' are: they report changes with theirs held.
func (m *Memory) changes() ([]string, []remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	names := sortedKeys(m.dirty)
	clear(m.dirty)
	units := make([]remembered, len(names))
	for i, n := range names {
		units[i] = m.units[n]
	}
	return names, units
}

// group is what one flush appends: the states, piece by piece so that ten
// thousand units need no room for all of them, then the records, then the time.
type group struct {
	file logFile
	end  int64  // where the next piece goes
	b    []byte // frames that are not written yet
}

// groupPiece is how much is written at a time.
const groupPiece = 1 << 20

func (g *group) add(e entry) (err error) {
	if g.b, err = appendFrame(g.b, e); err != nil || len(g.b) < groupPiece {
		return err
	}
	return g.flush()
}

func (g *group) flush() error {
	_, err := g.file.WriteAt(g.b, g.end)
	g.end += int64(len(g.b))
	g.b = g.b[:0]
	return err
}

// write appends a group and syncs it. What a failed write leaves behind is cut
// off: frames in it are whole, and old, and would come after the next write's.
func (m *Memory) write(names []string, units []remembered, now time.Duration) error {
	if m.file == nil {
		return os.ErrClosed
	}
	g := group{file: m.file, end: m.size}
	err := m.states(&g, names, units)
	if err == nil {
		err = m.finish(&g, now)
	}
	if err != nil {
		return errors.Join(err, m.file.Truncate(m.size))
	}
	m.backlog, m.size = nil, g.end
	if m.size > m.compact {
		return m.writeAnew()
	}
	return nil
}

// states adds the changed units' states. Their records go to the backlog until
// the group is whole: a state that cannot be written is followed by a newer one,
// a record is not.
func (m *Memory) states(g *group, names []string, units []remembered) (err error) {
	for i, u := range units {
		if u == nil {
			continue
		}
		state, events, waves := u.remember()
		err = errors.Join(err, m.keep(entry{Unit: names[i], Events: events, Waves: waves}))
		if e := g.add(entry{Unit: names[i], State: state}); e != nil {
			return errors.Join(err, e)
		}
	}
	return err
}

// keep puts records into the backlog, while there is room.
func (m *Memory) keep(e entry) error {
	if len(e.Events)+len(e.Waves) == 0 || len(m.backlog) > backlogMax {
		return nil
	}
	b, err := appendFrame(m.backlog, e)
	if err == nil {
		m.backlog = b
	}
	return err
}

// finish adds the backlog and the time until which the world was alive.
func (m *Memory) finish(g *group, now time.Duration) error {
	g.b = append(g.b, m.backlog...)
	if err := g.add(entry{Alive: now}); err != nil {
		return err
	}
	return errors.Join(g.flush(), m.file.Sync())
}

// writeAnew reads the log back and writes it without what is old. A log that
// does not read back whole is left as it is.
func (m *Memory) writeAnew() error {
	data := make([]byte, m.size)
	if _, err := m.file.ReadAt(data, 0); err != nil {
		return err
	}
	s, err := readMemory(data)
	if err != nil {
		return err
	}
	if s.Torn+s.Damage > 0 {
		m.compact = 2 * m.size
		return fmt.Errorf("%d bytes of the log do not read back; it is not written anew", s.Torn+s.Damage)
	}
	return m.rewrite(s)
}

// Run writes a group each second until ctx ends, and then a last one. now is
// the world's time. A group that cannot be written is tried again with the
// next; failed is told of the first failure and of the recovery (nil).
func (m *Memory) Run(ctx context.Context, now func() time.Duration, failed func(error)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	broken := false
	for {
		done := false
		select {
		case <-tick.C:
		case <-ctx.Done():
			done = true
		}
		err := m.Flush(now())
		if (err != nil) != broken {
			broken = err != nil
			failed(err)
		}
		if done {
			return
		}
	}
}

// Err returns why the last group could not be written, or nil.
func (m *Memory) Err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

// Close closes the log and lets the directory go. Flush before.
func (m *Memory) Close() error {
	m.disk.Lock()
	defer m.disk.Unlock()
	if m.file == nil {
		return nil
	}
	err := errors.Join(m.file.Close(), m.lock.Close())
	m.file = nil
	return err
}
