package trace

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// late are the answers of naughty that are under way.
var late sync.WaitGroup

// naughty answers by the register that is read: at once, late, and in every way
// in which a fault may be injected.
func naughty(q *modbus.Query, out []byte) []byte {
	reply := modbus.ReadReply{Function: 3, Values: []byte{1, 2}}.Append(nil)
	r, _ := modbus.ParseReadRequest(q.PDU)
	later := func(do func(p *modbus.Pending)) []byte {
		p := q.Later()
		late.Go(func() { do(p) })
		return out
	}
	switch r.Address {
	case 1:
		return later(func(p *modbus.Pending) { p.Answer(reply) })
	case 2:
		return later(func(p *modbus.Pending) { p.AnswerRaw([]byte{0, 9, 0, 0, 0, 3, 255, 0x83, 4}) })
	case 3:
		return out
	case 4:
		return later(func(p *modbus.Pending) { p.Drop() })
	case 5:
		q.Later().Hangup() // before Serve has returned
		return out
	case 6:
		q.Later().AnswerRaw([]byte{0, 6, 0})
		return out
	}
	return append(out, reply...)
}

// TestWatch holds that a recorder changes nothing on the wire and that its files
// tell what was there.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	paths := []string{filepath.Join(dir, "t.pcap"), filepath.Join(dir, "t.jsonl")}
	r, err := NewRecorder(paths, Options{Tell: func(s string) { t.Error(s) }})
	if err != nil {
		t.Fatal(err)
	}
	said := converse(t, r.Watch(there, modbus.HandlerFunc(naughty)))
	if err := r.Close(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	if plain := converse(t, modbus.HandlerFunc(naughty)); !bytes.Equal(said, plain) {
		t.Errorf("with a recorder the wire has %x, without %x", said, plain)
	}
	want := map[uint16]Ending{0: Answered, 1: Answered, 2: Raw, 3: Dropped, 4: Dropped, 6: Raw, 5: HungUp}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all := readAll(t, b, ReadOptions{})
		if len(all) != len(want) {
			t.Errorf("%s: %d exchanges, want %d", p, len(all), len(want))
		}
		for _, e := range all {
			q, _ := modbus.ParseReadRequest(e.Request)
			if w := want[q.Address]; e.Ended != w && !(w == Dropped && e.Ended == HungUp && filepath.Ext(p) == ".pcap") {
				t.Errorf("%s: request %d ended %s, want %s", p, q.Address, e.Ended, w)
			}
		}
	}
}

// converse asks everything once and returns all that came back.
func converse(t *testing.T, h modbus.Handler) []byte {
	t.Helper()
	defer late.Wait() // one is dropped, of which the wire tells nothing
	e := &modbus.Endpoint{Handler: h}
	s := &modbus.Server{Route: func(_, _ netip.AddrPort) *modbus.Endpoint { return e }}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { s.Serve(l) })
	defer serving.Wait()
	defer s.Shutdown(context.Background())
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	var said []byte
	for _, a := range []uint16{0, 1, 2, 3, 4, 6, 5} {
		c.Write(modbus.ADU{Transaction: a, Unit: 255, PDU: modbus.ReadRequest{Function: 3, Address: a, Count: 1}.Append(nil)}.Append(nil))
		n := map[uint16]int{0: 11, 1: 11, 2: 9, 6: 3, 5: 1}[a]
		b := make([]byte, n)
		got, _ := readFull(c, b)
		said = append(said, b[:got]...)
	}
	return said
}

func readFull(c net.Conn, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var m int
		m, err = c.Read(b[n:])
		n += m
	}
	return n, err
}

// ask has the recorder see one read that is answered at once.
func ask(r *Recorder, n int) {
	q := &modbus.Query{Now: start.Add(time.Duration(n) * time.Millisecond), Remote: here, Local: there, Transaction: uint16(n), Unit: 255, PDU: []byte{3, 0, 0, 0, 1}}
	r.serve(q, nil, modbus.HandlerFunc(naughty))
}

// TestOverflow holds that what the queue does not take is counted, in the file too,
// and that nobody waits for a disk.
func TestOverflow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.jsonl")
	var told []string
	r := &Recorder{tell: func(s string) { told = append(told, s) }, queue: make(chan event, 8), quit: make(chan struct{}), ended: make(chan struct{}), open: map[uint64]Exchange{}}
	f, err := openFile(path, Options{Map: regmap.Default()})
	if err != nil {
		t.Fatal(err)
	}
	r.files = []*file{f}
	for i := range 50 { // nobody writes: the queue fills
		ask(r, i)
	}
	go r.run()
	if err := r.Close(10 * time.Second); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(path)
	tr, err := Load(bytes.NewReader(b), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.Exchanges)+int(tr.Lost) != 50 || tr.Lost == 0 || len(told) != 2 {
		t.Errorf("%d exchanges and %d that are missing of 50; told %q", len(tr.Exchanges), tr.Lost, told)
	}
}

// TestBadDisk holds that a disk that fails is told, costs only what it did not
// take, and is tried again.
func TestBadDisk(t *testing.T) {
	for _, ext := range []string{".jsonl", ".pcap"} {
		path := filepath.Join(t.TempDir(), "t"+ext)
		f, err := openFile(path, Options{Map: regmap.Default()})
		if err != nil {
			t.Fatal(err)
		}
		put := func(i int) error {
			e := read(time.Duration(i)*time.Second, uint16(i), 32028, 1, 2)
			f.add(&e, false)
			f.add(&e, true)
			return f.flush()
		}
		if err := put(1); err != nil {
			t.Fatal(err)
		}
		good := f.disk
		f.disk, err = os.Open(path) // cannot be written
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if put(2+i) == nil {
				t.Fatal("no error")
			}
		}
		f.disk.Close()
		f.disk = good
		if err := put(5); err != nil {
			t.Fatal(err)
		}
		f.finish()
		if err := f.flush(); err != nil {
			t.Fatal(err)
		}
		f.close()
		b, _ := os.ReadFile(path)
		tr, err := Load(bytes.NewReader(b), ReadOptions{})
		if err != nil || len(tr.Exchanges) != 2 || tr.Lost != 3 || f.missing != 3 {
			t.Errorf("%s: %d exchanges, %d missing, %v", ext, len(tr.Exchanges), tr.Lost, err)
		}
	}
}

// TestBound holds that a trace does not take more than it may, and that each of
// its files can be read by itself.
func TestBound(t *testing.T) {
	for _, ext := range []string{".jsonl", ".pcap"} {
		path := filepath.Join(t.TempDir(), "t"+ext)
		r, err := NewRecorder([]string{path}, Options{Max: 40_000, Tell: func(s string) { t.Error(s) }})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 3000 {
			for len(r.queue) > cap(r.queue)/2 {
				time.Sleep(time.Millisecond) // the disk's pace
			}
			ask(r, i)
		}
		if err := r.Close(30 * time.Second); err != nil {
			t.Fatal(err)
		}
		for _, p := range []string{path, Predecessor(path)} {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			if p == path && len(b) == 0 {
				continue // it was begun anew at the very end
			}
			if all := readAll(t, b, ReadOptions{}); len(b) > 20_000+2*flushAt || p != path && len(all) == 0 {
				t.Errorf("%s: %d bytes, %d exchanges", p, len(b), len(all))
			}
		}
	}
}

func TestNames(t *testing.T) {
	_, err := NewRecorder([]string{"trace.txt"}, Options{})
	if err == nil || !strings.Contains(err.Error(), ".pcap") {
		t.Errorf("a name that says no format: %v", err)
	}
	if got := Predecessor("a/up.pcap"); got != "a/up.1.pcap" {
		t.Error(got)
	}
}
