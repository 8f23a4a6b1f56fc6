package imu

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"switchroom/points"
)

// Memory is the non-volatile memory of the units of one data directory: one
// log for all of them.
//
// What it promises: after the process is killed at any instant, or the machine
// loses power, what [OpenMemory] returns for a unit is its state of an instant
// that is not older than one second, whole. It promises this for states
// handed over by [Memory.Run] or [Memory.Flush] on a disk that keeps what it
// has synced.
//
// Who can write the file can change every setting, counter and password of the
// virtual units in it; it is not encrypted, and readable by its owner only.
//
// Writing: units report that they have changed; once a second the changed ones
// are appended as one group with the time until which the world was alive, and
// synced. A unit in steady state does not change: its energies and thermal
// image are functions of time, and are brought forward to that instant.
// Reading: the newest whole record of each unit counts. A torn end is cut off.
// Damage in the middle loses the damaged records only, and is told.
type Memory struct {
	dir string

	mu      sync.Mutex
	file    *os.File
	size    int64
	compact int64 // size at which the log is written anew
	units   map[string]remembered
	dirty   map[string]bool
	err     error // why the last group could not be written
}

// remembered is what the memory asks of a unit.
type remembered interface {
	// remember returns the state and the records since the last call.
	remember() (state []byte, events []Record)
}

// memoryName is the name of the log in its directory.
const memoryName = "units.nv"

// memoryHead is the first line of the log. The number is the format's.
var memoryHead = []byte("switchroom units 1\n")

// frameMark starts every frame, so that reading can go on after damage.
var frameMark = [4]byte{0xA5, 'n', 'v', 0x0A}

// frameHead is mark, length and checksum of the payload.
const (
	frameHead = 12
	frameMax  = 16 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// entry is the payload of a frame.
type entry struct {
	Unit   string          `json:"unit,omitempty"`
	State  json.RawMessage `json:"state,omitempty"`
	Events []Record        `json:"events,omitempty"`
	Alive  time.Duration   `json:"alive,omitempty"`
}

// Stored is what a memory remembered.
type Stored struct {
	Alive  time.Duration // the world was alive until then
	Units  map[string]*StoredUnit
	Torn   int // bytes cut off the end: a write that was under way
	Damage int // bytes in the middle that could not be read
}

// StoredUnit is what a memory remembered of one unit.
type StoredUnit struct {
	State  json.RawMessage
	Events []Record // oldest first, as many as the histories hold
}

// OpenMemory opens the memory in dir, which is made if it does not exist, and
// returns what it remembered.
func OpenMemory(dir string) (*Memory, *Stored, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, memoryName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, err
	}
	stored, err := readMemory(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", filepath.Join(dir, memoryName), err)
	}
	m := &Memory{dir: dir, units: map[string]remembered{}, dirty: map[string]bool{}}
	if err := m.rewrite(stored); err != nil {
		return nil, nil, err
	}
	return m, stored, nil
}

// readMemory reads a log. It fails only on a log of another format.
func readMemory(data []byte) (*Stored, error) {
	s := &Stored{Units: map[string]*StoredUnit{}}
	if len(data) <= len(memoryHead) && bytes.HasPrefix(memoryHead, data) {
		return s, nil // nothing, or killed while the first line was written
	}
	rest, ok := bytes.CutPrefix(data, memoryHead)
	if !ok {
		return nil, fmt.Errorf("not a memory of this version; move it away to begin anew")
	}
	for len(rest) > 0 {
		e, n, ok := readFrame(rest)
		if ok {
			s.apply(e)
			rest = rest[n:]
			continue
		}
		next := bytes.Index(rest[1:], frameMark[:])
		if next < 0 {
			s.Torn += len(rest)
			break
		}
		s.Damage += next + 1
		rest = rest[next+1:]
	}
	return s, nil
}

// readFrame reads the frame at the start of b and returns its length.
func readFrame(b []byte) (e entry, n int, ok bool) {
	if len(b) < frameHead || !bytes.HasPrefix(b, frameMark[:]) {
		return e, 0, false
	}
	size := int(binary.BigEndian.Uint32(b[4:]))
	if size > frameMax || len(b) < frameHead+size {
		return e, 0, false
	}
	payload := b[frameHead : frameHead+size]
	if crc32.Checksum(payload, castagnoli) != binary.BigEndian.Uint32(b[8:]) || json.Unmarshal(payload, &e) != nil {
		return e, 0, false
	}
	return e, frameHead + size, true
}

func appendFrame(b []byte, e entry) ([]byte, error) {
	payload, err := json.Marshal(e)
	if err != nil {
		return b, err
	}
	b = append(b, frameMark[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(payload, castagnoli))
	return append(b, payload...), nil
}

func (s *Stored) apply(e entry) {
	s.Alive = max(s.Alive, e.Alive)
	if e.Unit == "" {
		return
	}
	u := s.Units[e.Unit]
	if u == nil {
		u = &StoredUnit{}
		s.Units[e.Unit] = u
	}
	if e.State != nil {
		u.State = e.State
	}
	u.Events = append(u.Events, e.Events...)
	if len(u.Events) > 4096 {
		u.Events = trim(u.Events)
	}
}

// trim keeps of each history as many records as it holds.
func trim(recs []Record) []Record {
	var n [8]int
	keep := make([]Record, 0, len(recs))
	for i := len(recs) - 1; i >= 0; i-- {
		h := points.EventOf(recs[i].Code).History
		if n[h] < h.Depth() {
			n[h]++
			keep = append(keep, recs[i])
		}
	}
	slices.Reverse(keep)
	return keep
}

// rewrite writes the log anew with what s has: beside the old one, synced, and
// then in its place, so that one of the two is whole at every instant.
func (m *Memory) rewrite(s *Stored) error {
	b := slices.Clone(memoryHead)
	var err error
	for _, name := range sortedKeys(s.Units) {
		u := s.Units[name]
		if b, err = appendFrame(b, entry{Unit: name, State: u.State, Events: trim(u.Events)}); err != nil {
			return err
		}
	}
	if b, err = appendFrame(b, entry{Alive: s.Alive}); err != nil {
		return err
	}
	name := filepath.Join(m.dir, memoryName)
	f, err := replaceFile(name, b)
	if err != nil {
		return err
	}
	if m.file != nil {
		m.file.Close() // the old log, which has no name any more
	}
	m.file, m.size = f, int64(len(b))
	m.compact = max(8<<20, 4*m.size)
	return nil
}

// replaceFile puts b in place of the file and returns it open for appending.
func replaceFile(name string, b []byte) (*os.File, error) {
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
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
	if err == nil {
		err = syncDir(filepath.Dir(name))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
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

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// attach makes the memory remember a unit under its name.
func (m *Memory) attach(name string, u remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.units[name] = u
	m.dirty[name] = true
}

// changed notes that the unit must be written with the next group. It is
// called with the unit's lock held and takes no other lock but the memory's.
func (m *Memory) changed(name string) {
	m.mu.Lock()
	m.dirty[name] = true
	m.mu.Unlock()
}

// Flush writes what has changed, and that the world was alive until now.
func (m *Memory) Flush(now time.Duration) error {
	b, names, err := m.group(now)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		err = m.append(b)
	}
	if err != nil {
		for _, n := range names {
			m.dirty[n] = true // its state goes with the next group; records of this one are lost
		}
	}
	m.err = err
	if err == nil && m.size > m.compact {
		return m.compactLocked()
	}
	return err
}

// group takes the changed units' states. The memory's lock is not held while
// the units' are: they report changes with theirs held.
func (m *Memory) group(now time.Duration) (b []byte, names []string, err error) {
	m.mu.Lock()
	names = sortedKeys(m.dirty)
	clear(m.dirty)
	units := make([]remembered, len(names))
	for i, n := range names {
		units[i] = m.units[n]
	}
	m.mu.Unlock()
	for i, u := range units {
		if u == nil {
			continue
		}
		state, events := u.remember()
		if b, err = appendFrame(b, entry{Unit: names[i], State: state, Events: events}); err != nil {
			return b, names, err
		}
	}
	b, err = appendFrame(b, entry{Alive: now})
	return b, names, err
}

// append writes b at the end of what is known to be whole.
func (m *Memory) append(b []byte) error {
	if m.file == nil {
		return os.ErrClosed
	}
	if _, err := m.file.WriteAt(b, m.size); err != nil {
		return err
	}
	if err := m.file.Sync(); err != nil {
		return err
	}
	m.size += int64(len(b))
	return nil
}

// compactLocked reads the log back and writes it anew without what is old.
func (m *Memory) compactLocked() error {
	data, err := os.ReadFile(filepath.Join(m.dir, memoryName))
	if err != nil {
		return err
	}
	s, err := readMemory(data[:min(int64(len(data)), m.size)])
	if err != nil {
		return err
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

// Close closes the log. Flush before.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.file == nil {
		return nil
	}
	err := m.file.Close()
	m.file = nil
	return err
}
