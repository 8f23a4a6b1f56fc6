package fattest

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"switchroom/points"
	"switchroom/regmap"
)

// tag is one point as the system was set up to read it.
type tag struct {
	name     string
	id       points.ID
	row      regmap.Row
	bit      int
	quality  regmap.Register // of a bit; 0: none, or not heeded
	swap     func([]byte) []byte
	convert  func(v float64) float64 // after decoding
	raw      func(d []byte) float64  // in place of decoding
	constant any
	hidden   bool
	noMarker bool // takes the marker of not available for a value

	value value
}

// driver polls one breaker.
type driver struct {
	name     string
	addr     string
	unit     int
	poll     time.Duration
	timeout  time.Duration
	every    int // polls of a tag are left out but each so many
	neverOld bool
	dies     bool // never connects again
	believes bool // any transaction number
	anyUnit  bool
	repeats  bool // orders
	local    bool // tells local time as UTC
	tags     []*tag
	mu       sync.Mutex // guards value of the tags
	conn     net.Conn
	tid      uint16
	died     bool
}

func newDriver(m *regmap.Map, b Breaker, cfg Config) (*driver, error) {
	d := &driver{name: b.Name, addr: b.Modbus, unit: b.Unit, poll: cfg.Poll, timeout: cfg.Timeout}
	for _, name := range cfg.Points {
		id, err := points.Lookup(name)
		if err != nil {
			return nil, err
		}
		p, ok := m.Find(id)
		if !ok {
			return nil, fmt.Errorf("%s stands in no register", name)
		}
		t := &tag{name: name, id: id, row: *p.Row, bit: p.Bit, value: value{Quality: "bad"}}
		if q, ok := m.QualityOf(p.Row.Register); ok && p.Bit >= 0 {
			t.quality = q.Register
		}
		d.tags = append(d.tags, t)
	}
	return d, nil
}

// run polls until the context ends.
func (d *driver) run(ctx context.Context) {
	tick := time.NewTicker(d.poll)
	defer tick.Stop()
	for n := 0; ; n++ {
		if d.every == 0 || n%d.every == 0 {
			d.cycle(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			d.hangUp()
			return
		}
	}
}

func (d *driver) hangUp() {
	if d.conn != nil {
		d.conn.Close()
		d.conn = nil
	}
}

// cycle reads all tags once. Any failure is told at all tags that were not read.
func (d *driver) cycle(ctx context.Context) {
	now := time.Now()
	got, err := d.readAll(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range d.tags {
		v, ok := t.take(got)
		switch {
		case ok:
			t.value = value{v, "good", now}
			if v == nil {
				t.value.Quality = "bad"
			}
		case d.neverOld && t.value.Value != nil:
		case err != nil || got[t.row.Register] == nil:
			t.value.Quality = "bad"
		default:
			t.value = value{nil, "bad", now}
		}
	}
}

// shown is what is shown of the tags.
func (d *driver) shown() map[string]value {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := map[string]value{}
	for _, t := range d.tags {
		v := t.value
		if d.local {
			v.Time = v.Time.Add(time.Hour)
		}
		if t.constant != nil {
			v = value{t.constant, "good", v.Time}
		}
		if !t.hidden {
			all[t.name] = v
		}
	}
	return all
}

// take takes a tag out of what was read: its value, nil for not available; ok is
// false where it was not read.
func (t *tag) take(got map[regmap.Register][]byte) (v any, ok bool) {
	data := got[t.row.Register]
	if data == nil {
		return nil, false
	}
	if t.quality != 0 {
		q := got[t.quality]
		if len(q) != 2 || binary.BigEndian.Uint16(q)>>t.bit&1 == 0 {
			return nil, q != nil
		}
	}
	if t.swap != nil {
		data = t.swap(data)
	}
	if t.raw != nil {
		return numberOf(t.raw(data)), true
	}
	return t.show(regmap.Place{Row: &t.row, Bit: t.bit}.Decode(data), data), true
}

// show makes what is shown of a value.
func (t *tag) show(v points.Value, data []byte) any {
	info := points.Of(t.id)
	switch {
	case !v.Available() && t.noMarker:
		return marker(data)
	case !v.Available():
		return nil
	case info.Type == points.Text:
		return v.Text()
	case info.Type == points.Instant:
		return v.Time().Format(time.RFC3339)
	case info.Type == points.Bool:
		b := v.Bool()
		if t.convert != nil {
			b = t.convert(v.Float()) != 0
		}
		return b
	case t.convert != nil:
		return numberOf(t.convert(v.Float()))
	}
	return numberOf(v.Float())
}

// marker is the marker of not available as somebody sees it who does not know it.
func marker(d []byte) any {
	v := 0.0
	for _, b := range d {
		v = v*256 + float64(b)
	}
	return v
}

// span is registers that are read in one request.
type span struct{ first, count int }

// spans joins the registers of the tags.
func (d *driver) spans() []span {
	type piece struct{ first, count int }
	var all []piece
	for _, t := range d.tags {
		all = append(all, piece{int(t.row.Register), int(t.row.Count)})
		if t.quality != 0 {
			all = append(all, piece{int(t.quality), 1})
		}
	}
	slices.SortFunc(all, func(a, b piece) int { return cmp.Compare(a.first, b.first) })
	var out []span
	for _, p := range all {
		if n := len(out); n > 0 {
			s := &out[n-1]
			if end := max(s.first+s.count, p.first+p.count); p.first <= s.first+s.count+8 && end-s.first <= 120 {
				s.count = end - s.first
				continue
			}
		}
		out = append(out, span(p))
	}
	return out
}

// readAll reads all spans. What an exception refuses is left out.
func (d *driver) readAll(ctx context.Context) (map[regmap.Register][]byte, error) {
	got := map[regmap.Register][]byte{}
	for _, s := range d.spans() {
		data, err := d.read(ctx, s)
		if errors.Is(err, errException) {
			continue
		}
		if err != nil {
			return got, err
		}
		for _, t := range d.tags {
			put(got, data, s, t.row.Register, int(t.row.Count))
			put(got, data, s, t.quality, 1)
		}
	}
	return got, nil
}

func put(got map[regmap.Register][]byte, data []byte, s span, r regmap.Register, count int) {
	if off := 2 * (int(r) - s.first); r != 0 && off >= 0 && off+2*count <= len(data) {
		got[r] = data[off : off+2*count]
	}
}

var (
	errException = errors.New("exception")
	errDead      = errors.New("not connected")
)

// read reads one span. A failure ends the connection; the next cycle makes another.
func (d *driver) read(ctx context.Context, s span) ([]byte, error) {
	if d.conn == nil {
		if d.died {
			return nil, errDead
		}
		dialer := net.Dialer{Timeout: d.timeout}
		c, err := dialer.DialContext(ctx, "tcp", d.addr)
		if err != nil {
			return nil, err
		}
		d.conn = c
	}
	data, err := d.ask(s)
	if err != nil && !errors.Is(err, errException) {
		d.hangUp()
		d.died = d.dies
	}
	return data, err
}

// ask sends one request and reads one answer.
func (d *driver) ask(s span) ([]byte, error) {
	d.tid++
	d.conn.SetDeadline(time.Now().Add(d.timeout))
	q := binary.BigEndian.AppendUint16(nil, d.tid)
	q = append(q, 0, 0, 0, 6, byte(d.unit), 3)
	q = binary.BigEndian.AppendUint16(q, uint16(s.first-1))
	q = binary.BigEndian.AppendUint16(q, uint16(s.count))
	if _, err := d.conn.Write(q); err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(d.conn, head[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(head[4:])) - 2
	if n < 1 || n > 260 || head[2] != 0 || head[3] != 0 {
		return nil, errors.New("noise")
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(d.conn, body); err != nil {
		return nil, err
	}
	switch {
	case binary.BigEndian.Uint16(head[0:]) != d.tid && !d.believes:
		return nil, errors.New("another transaction")
	case int(head[6]) != d.unit && !d.anyUnit:
		return nil, errors.New("another unit")
	case head[7] == 0x83:
		return nil, errException
	case head[7] != 3 || int(body[0]) != 2*s.count || len(body) != 1+2*s.count:
		return nil, errors.New("another answer")
	}
	return body[1:], nil
}

// tagOf returns the tag of a point.
func (d *driver) tagOf(name string) (*tag, error) {
	for _, t := range d.tags {
		if t.name == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("%s is not polled", name)
}

// under are the tags whose name begins so.
func (d *driver) under(name string) []*tag {
	var out []*tag
	for _, t := range d.tags {
		if strings.HasPrefix(t.name, name) {
			out = append(out, t)
		}
	}
	return out
}
