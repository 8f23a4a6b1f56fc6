package trace

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

const canary = "Kq7Z"

// ordered904 is command 904 with a password.
func ordered904(password string) []byte {
	w := make([]byte, 40)
	copy(w, []byte{904 >> 8, 904 & 0xFF, 0, 10, 0x15, 1, 0, 1})
	copy(w[8:], password)
	return modbus.WriteRequest{Address: 7999, Values: w}.Append(nil)
}

// TestRingWatch holds that a ring changes nothing on the wire, and has heard
// every way in which an answer may come.
func TestRingWatch(t *testing.T) {
	r := NewRing(false)
	said := converse(t, r.Watch(there, modbus.HandlerFunc(naughty)))
	if plain := converse(t, modbus.HandlerFunc(naughty)); !bytes.Equal(said, plain) {
		t.Errorf("with a ring the wire has %x, without %x", said, plain)
	}
	want := map[uint16]Ending{0: Answered, 1: Answered, 2: Raw, 3: Dropped, 4: Dropped, 6: Raw, 5: HungUp}
	all := r.Select(100, func(*Heard) bool { return true })
	if len(all) != len(want) {
		t.Errorf("%d exchanges, want %d", len(all), len(want))
	}
	for _, e := range all {
		q, _ := modbus.ParseReadRequest(e.Request)
		if w := want[q.Address]; e.Ended != w || (e.Kind == Reads) != (w == Answered) {
			t.Errorf("request %d ended %s as kind %d, want %s", q.Address, e.Ended, e.Kind, w)
		}
	}
}

// asks asks a handler once.
func asks(h modbus.Handler, client string, pdu []byte) {
	h.Serve(&modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort(client), Local: there, Unit: 255, PDU: pdu}, nil)
}

var readOne = modbus.ReadRequest{Function: 3, Address: 1, Count: 1}.Append(nil)

func yes(q *modbus.Query, out []byte) []byte {
	if q.PDU[0] == modbus.FuncWrite {
		return append(out, q.PDU[:5]...)
	}
	return append(out, 3, 2, 0, 1)
}

// A flood of reads pushes out no order, and neither more than there is room for.
func TestRingBounds(t *testing.T) {
	r := NewRing(false)
	h := r.Watch(there, modbus.HandlerFunc(yes))
	asks(h, "127.0.0.1:1000", ordered904(canary))
	for range 10_000 {
		asks(h, "127.0.0.1:1000", readOne)
	}
	all := r.Select(1<<20, func(*Heard) bool { return true })
	if len(all) != kept[Reads]+1 {
		t.Errorf("%d are kept", len(all))
	}
	if last := all[len(all)-1]; last.Kind != Orders || last.Number != 1 || !last.Password || !last.Masked() {
		t.Errorf("the order is gone: %+v", last)
	}
	if all[0].Number != 10_001 || !slices.IsSortedFunc(all, func(a, b Heard) int { return int(b.Number) - int(a.Number) }) {
		t.Error("not the newest first")
	}
	for i := range 2 * partiesMax {
		asks(h, fmt.Sprintf("10.0.%d.%d:1", i/256, i%256), ordered904(canary))
	}
	traffic := r.Traffic(time.Now())
	var sum uint64
	for _, x := range traffic {
		sum += x.Total[Orders]
	}
	if len(traffic) != partiesMax+1 || sum != 2*partiesMax+1 {
		t.Errorf("%d parties with %d orders", len(traffic), sum)
	}
	if n := len(r.Select(1<<20, func(h *Heard) bool { return h.Kind == Orders })); n != kept[Orders] || r.Secrets() != sum {
		t.Errorf("%d orders are kept, %d passwords counted", n, r.Secrets())
	}
}

// Neither what a ring hands out nor a file made of it has a password, unless it
// keeps them.
func TestRingMasks(t *testing.T) {
	for _, keep := range []bool{false, true} {
		r := NewRing(keep)
		h := r.Watch(there, modbus.HandlerFunc(func(q *modbus.Query, out []byte) []byte { return append(out, q.PDU...) })) // even an echo
		asks(h, "127.0.0.1:1000", ordered904(canary))
		asks(h, "127.0.0.1:1000", modbus.WriteRequest{Address: 8003, Values: []byte(canary)}.Append(nil))
		var all []Exchange
		for _, x := range r.Select(10, func(*Heard) bool { return true }) {
			if !x.Password {
				t.Errorf("no password is told of %x", x.Request)
			}
			all = append(all, x.Exchange)
		}
		for name, b := range map[string][]byte{"pcap": AppendPcap(nil, all), "jsonl": AppendLines(nil, all, regmap.Default())} {
			if got := bytes.Contains(b, []byte(canary)) || bytes.Contains(b, fmt.Appendf(nil, "%x", canary)); got != keep {
				t.Errorf("%s: a password is in it: %v, want %v", name, got, keep)
			}
		}
	}
}

// A rate is that of the last whole second, and of a client that has gone it is 0.
func TestTrafficRate(t *testing.T) {
	r := NewRing(false)
	at := time.Unix(1000, 0)
	for s := range 3 {
		for i := range 10 * (s + 1) {
			e := Exchange{Time: at.Add(time.Duration(s)*time.Second + time.Duration(i)*time.Millisecond), Client: there, Server: there, Request: readOne, Reply: []byte{3, 2, 0, 1}, Ended: Answered}
			r.store(&e)
		}
	}
	for _, tt := range []struct {
		at   time.Duration
		want uint32
	}{{2 * time.Second, 20}, {3 * time.Second, 30}, {4 * time.Second, 0}, {time.Hour, 0}} {
		if got := r.Traffic(at.Add(tt.at))[0]; got.Rate[Reads] != tt.want || got.Total[Reads] != 60 {
			t.Errorf("after %v: %+v, want %d/s", tt.at, got, tt.want)
		}
	}
}

// Several may look while the wire is in use.
func TestRingRace(t *testing.T) {
	r := NewRing(false)
	h := r.Watch(there, modbus.HandlerFunc(yes))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				asks(h, "127.0.0.1:1", ordered904(canary))
				asks(h, "127.0.0.1:1", readOne)
			}
		})
		all.Go(func() {
			for range 20 {
				r.Select(10, func(h *Heard) bool { return h.Kind == Orders })
				r.Traffic(time.Now())
			}
		})
	}
	all.Wait()
}

// A capture made of what a ring has heard is one that other tools decode.
func TestTsharkReadsRing(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("SKIPPED: the capture is not decoded by another tool: install the Debian package tshark")
	}
	r := NewRing(false)
	h := r.Watch(there, modbus.HandlerFunc(yes))
	asks(h, "127.0.0.1:1000", ordered904(canary))
	asks(h, "127.0.0.1:1000", readOne)
	var all []Exchange
	for _, x := range r.Select(10, func(*Heard) bool { return true }) {
		all = append(all, x.Exchange)
	}
	path := filepath.Join(t.TempDir(), "wire.pcap")
	if err := os.WriteFile(path, AppendPcap(nil, all), 0o600); err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(there.Port())
	out, err := exec.Command("tshark", "-r", path, "-d", "tcp.port=="+port+",mbtcp", "-o", "mbtcp.tcp.port:"+port,
		"-T", "fields", "-e", "modbus.func_code", "-e", "tcp.checksum.status", "-o", "tcp.check_checksum:TRUE", "-Y", "modbus").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := strings.Join(strings.Fields(string(out)), " "); !strings.HasSuffix(got, "16 1 16 1 3 1 3 1") {
		t.Errorf("tshark reads %q", out)
	}
}

// BenchmarkWatch is what standing in front of a unit costs a read of 125
// registers: by nobody, by a ring, by a recorder.
func BenchmarkWatch(b *testing.B) {
	answer := append([]byte{3, 250}, make([]byte, 250)...)
	unit := modbus.HandlerFunc(func(_ *modbus.Query, out []byte) []byte { return append(out, answer...) })
	rec, err := NewRecorder([]string{filepath.Join(b.TempDir(), "t.pcap")}, Options{Max: 1 << 20})
	if err != nil {
		b.Fatal(err)
	}
	defer rec.Close(time.Second)
	for _, w := range []struct {
		name string
		h    modbus.Handler
	}{{"nobody", unit}, {"ring", NewRing(false).Watch(there, unit)}, {"recorder", rec.Watch(there, unit)}} {
		b.Run(w.name, func(b *testing.B) {
			q := modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort("127.0.0.1:1"), Local: there, Unit: 255, PDU: modbus.ReadRequest{Function: 3, Address: 32027, Count: 125}.Append(nil)}
			out := make([]byte, 0, 300)
			b.ReportAllocs()
			for b.Loop() {
				w.h.Serve(&q, out)
			}
		})
	}
}

// A ring allocates nothing for what is answered at once.
func TestRingAllocatesNothing(t *testing.T) {
	h := NewRing(false).Watch(there, modbus.HandlerFunc(yes))
	q := modbus.Query{Now: time.Now(), Remote: there, Local: there, Unit: 255, PDU: readOne}
	out := make([]byte, 0, 300)
	for range 2 * kept[Reads] {
		h.Serve(&q, out) // until every place has its memory
	}
	if n := testing.AllocsPerRun(1000, func() { h.Serve(&q, out) }); n >= 1 { // a collection may empty the pool
		t.Errorf("%v allocations", n)
	}
}
