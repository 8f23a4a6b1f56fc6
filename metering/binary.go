package metering

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"math/bits"
	"time"
)

// stateVersion is the first byte of a stored state. What it stands for never
// changes: another layout gets another number.
const stateVersion = 1

// AppendBinary appends the state in about a quarter of the room that JSON takes:
// a version, the counters, the extremes that were seen, the demands, and a check
// sum. It never fails.
func (s *State) AppendBinary(b []byte) ([]byte, error) {
	w := writer{b: append(b, stateVersion)}
	w.counters(&s.Energy)
	w.counters(&s.Reset)
	w.number(s.Seen)
	for q := range numTracked {
		if s.seen(q) {
			w.extreme(s.Min[q])
			w.extreme(s.Max[q])
		}
	}
	for g := range s.Demand {
		w.demand(&s.Demand[g])
	}
	w.flag(s.Phases != nil)
	if s.Phases != nil {
		for k := range s.Phases {
			w.counters(&s.Phases[k])
		}
	}
	return binary.BigEndian.AppendUint32(w.b, crc32.ChecksumIEEE(w.b[len(b):])), nil
}

// MarshalBinary is AppendBinary to nothing.
func (s *State) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. What is damaged, or can't have
// been counted or seen, is refused whole; then s stays as it is.
func (s *State) UnmarshalBinary(b []byte) error {
	got, err := parseState(b)
	if err == nil {
		err = got.check()
	}
	if err != nil {
		return err
	}
	*s = *got
	return nil
}

func parseState(b []byte) (*State, error) {
	switch {
	case len(b) < 5:
		return nil, errors.New("metering: stored state is cut short")
	case b[0] != stateVersion:
		return nil, fmt.Errorf("metering: stored state is of version %d; this program knows version %d", b[0], stateVersion)
	case binary.BigEndian.Uint32(b[len(b)-4:]) != crc32.ChecksumIEEE(b[:len(b)-4]):
		return nil, errors.New("metering: stored state is damaged: wrong check sum")
	}
	r, s := reader{b: b[1 : len(b)-4]}, new(State)
	r.counters(&s.Energy)
	r.counters(&s.Reset)
	s.Seen = r.number()
	for q := range numTracked {
		if s.seen(q) {
			s.Min[q], s.Max[q] = r.extreme(), r.extreme()
		}
	}
	for g := range s.Demand {
		r.demand(&s.Demand[g])
	}
	if r.flag() {
		s.Phases = new([3]Counters)
		for k := range s.Phases {
			r.counters(&s.Phases[k])
		}
	}
	// One state has one form: what would be written otherwise was not written here.
	if again, _ := s.AppendBinary(nil); r.bad || !bytes.Equal(again, b) {
		return nil, errors.New("metering: stored state is damaged")
	}
	return s, nil
}

// same says, in the place of a length, that a float is the one before it.
const same = 0xFF

// writer appends, and knows what it appended last.
type writer struct {
	b    []byte
	x    uint64
	time time.Duration
}

func (w *writer) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

func (w *writer) flag(f bool) {
	if f {
		w.b = append(w.b, 1)
	} else {
		w.b = append(w.b, 0)
	}
}

// float appends its bytes without the zeros at the end, after their number.
func (w *writer) float(x float64) {
	n := math.Float64bits(x)
	if n == w.x {
		w.b = append(w.b, same)
		return
	}
	w.x = n
	size := 8 - bits.TrailingZeros64(n)/8
	w.b = binary.BigEndian.AppendUint64(append(w.b, byte(size)), n)
	w.b = w.b[:len(w.b)-8+size]
}

// at appends how far t is from the time before it.
func (w *writer) at(t time.Duration) {
	w.b = binary.AppendVarint(w.b, int64(t-w.time))
	w.time = t
}

func (w *writer) extreme(e Extreme) {
	w.float(e.Value)
	w.at(e.At)
}

func (w *writer) counters(c *Counters) {
	for k := range c {
		w.number(uint64(c[k].Whole))
		w.float(c[k].Rest)
	}
}

func (w *writer) demand(d *Demand) {
	w.flag(d.On)
	w.at(d.At)
	w.at(d.Start)
	w.number(uint64(d.Steps))
	w.number(uint64(d.Seen))
	for k := range width {
		w.float(d.Sum[k])
		w.float(d.Shown[k])
		w.extreme(d.Peak[k])
	}
	w.flag(d.Slide != nil)
	if d.Slide == nil {
		return
	}
	w.number(uint64(d.Slide.Next))
	for k := range width {
		for n := range d.Slide.Mean {
			w.float(d.Slide.Mean[n][k])
		}
	}
}

// reader is the inverse of writer. After the first that is wrong everything is
// nothing.
type reader struct {
	b    []byte
	x    uint64
	time time.Duration
	bad  bool
}

// skip takes n bytes off.
func (r *reader) skip(n int) []byte {
	if n <= 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return nil
	}
	p := r.b[:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.b)
	if r.skip(size) == nil {
		return 0
	}
	return n
}

func (r *reader) flag() bool { return r.number() == 1 }

func (r *reader) float() float64 {
	size := r.skip(1)
	switch {
	case size == nil:
		return 0
	case size[0] == same:
		return math.Float64frombits(r.x)
	case size[0] > 8:
		r.skip(-1)
		return 0
	}
	r.x = 0
	if size[0] > 0 {
		for k, c := range r.skip(int(size[0])) {
			r.x |= uint64(c) << (56 - 8*k)
		}
	}
	return math.Float64frombits(r.x)
}

func (r *reader) at() time.Duration {
	n, size := binary.Varint(r.b)
	if r.skip(size) == nil {
		return 0
	}
	r.time += time.Duration(n)
	return r.time
}

func (r *reader) extreme() Extreme {
	x := r.float()
	return Extreme{x, r.at()}
}

func (r *reader) counters(c *Counters) {
	for k := range c {
		c[k].Whole = int64(r.number())
		c[k].Rest = r.float()
	}
}

func (r *reader) demand(d *Demand) {
	d.On = r.flag()
	d.At, d.Start = r.at(), r.at()
	d.Steps, d.Seen = int(r.number()), uint8(r.number())
	for k := range width {
		d.Sum[k], d.Shown[k] = r.float(), r.float()
		d.Peak[k] = r.extreme()
	}
	if !r.flag() {
		return
	}
	d.Slide = &Slide{Next: int(r.number())}
	for k := range width {
		for n := range d.Slide.Mean {
			d.Slide.Mean[n][k] = r.float()
		}
	}
}
