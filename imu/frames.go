package imu

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"time"

	"switchroom/points"
)

// The log of a memory: a first line, then frames. A frame is a mark, the length
// and checksum of its payload, and the payload, which is JSON.

// memoryHead is the first line of the log. The number is the format's.
var memoryHead = []byte("switchroom units 1\n")

// frameMark starts every frame, so that reading can go on after damage.
var frameMark = [4]byte{0xA5, 'n', 'v', 0x0A}

// frameHead is mark, length and checksum of the payload; frameMax is what a
// reader believes of a length.
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
	Waves  []*Capture      `json:"waves,omitempty"`
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
	Waves  []*Capture
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

// appendFrame appends e. What a reader would not believe is not written.
func appendFrame(b []byte, e entry) ([]byte, error) {
	payload, err := json.Marshal(e)
	if err != nil {
		return b, err
	}
	if len(payload) > frameMax {
		return b, fmt.Errorf("%s: a frame of %d bytes", e.Unit, len(payload))
	}
	b = append(b, frameMark[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload)))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(payload, castagnoli))
	return append(b, payload...), nil
}

// frames returns a log with all that s has.
func (s *Stored) frames() (b []byte, err error) {
	b = slices.Clone(memoryHead)
	for _, name := range sortedKeys(s.Units) {
		u := s.Units[name]
		if b, err = appendFrame(b, entry{Unit: name, State: u.State, Events: trim(u.Events), Waves: u.Waves}); err != nil {
			return nil, err
		}
	}
	return appendFrame(b, entry{Alive: s.Alive})
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
	for _, c := range e.Waves {
		if c != nil && c.valid() {
			u.Waves = keepCapture(u.Waves, c)
		}
	}
	if len(u.Events) > trimFrom {
		u.Events = trim(u.Events)
	}
}

// trimFrom is the number of records from which it is worth looking which of
// them no history holds any more: more than three times what all hold.
const trimFrom = 4096

// trim keeps of each history as many records as it holds. Records of events
// that this version does not know are in no history.
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

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
