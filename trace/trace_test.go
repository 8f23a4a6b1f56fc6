package trace

import (
	"bytes"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"switchroom/regmap"
	"switchroom/wire/modbus"
)

var (
	start = time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)
	here  = netip.MustParseAddrPort("127.0.0.1:40000")
	there = netip.MustParseAddrPort("127.0.1.1:5020")
)

// read is an exchange in which registers were read and answered.
func read(at time.Duration, transaction uint16, r regmap.Register, values ...byte) Exchange {
	return Exchange{
		Time: start.Add(at), Client: here, Server: there, Unit: 255, Transaction: transaction,
		Request: modbus.ReadRequest{Function: 3, Address: r.Address(), Count: uint16(len(values) / 2)}.Append(nil),
		Reply:   modbus.ReadReply{Function: 3, Values: values}.Append(nil),
		Ended:   Answered, Took: 5 * time.Millisecond,
	}
}

// order is a command that was written and confirmed.
func order(at time.Duration, transaction, code uint16, password string) Exchange {
	f := make([]byte, 2*regmap.CommandWords)
	copy(f, []byte{byte(code >> 8), byte(code), 0, 10, 0x15, 0x01, 0, 1})
	copy(f[8:], password)
	e := read(at, transaction, 8000, 0, 0)
	e.Request = modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: f}.Append(nil)
	e.Reply = modbus.WriteReply{Address: regmap.CommandFirst.Address(), Count: 20}.Append(nil)
	return e
}

// capture writes exchanges one after the other, as a recorder does.
func capture(all []Exchange) []byte {
	var enc pcapEncoder
	out := enc.head()
	for i := range all {
		out = enc.request(out, &all[i])
		out = enc.end(out, &all[i])
	}
	return enc.finish(out)
}

func readAll(t interface{ Fatal(...any) }, b []byte, o ReadOptions) []Exchange {
	tr, err := Load(bytes.NewReader(b), o)
	if err != nil {
		t.Fatal(err)
	}
	return tr.Exchanges
}

// drawn is any exchange that a client and a unit may have.
func drawn(t *rapid.T, i int, at *time.Time) Exchange {
	*at = at.Add(time.Duration(rapid.IntRange(1, 1_000_000).Draw(t, "apart")) * time.Microsecond)
	client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(40000+rapid.IntRange(0, 3).Draw(t, "client")))
	srv := there
	if rapid.Bool().Draw(t, "six") {
		client, srv = netip.MustParseAddrPort("[::1]:40009"), netip.MustParseAddrPort("[::1]:5020")
	}
	e := Exchange{
		Time: *at, Client: client, Server: srv, Unit: rapid.Byte().Draw(t, "unit"), Transaction: uint16(i),
		Request: rapid.SliceOfN(rapid.Byte(), 1, modbus.MaxPDU).Draw(t, "request"),
		Ended:   rapid.SampledFrom([]Ending{Answered, Answered, Answered, Dropped, HungUp}).Draw(t, "ended"),
	}
	e.Request[0] &= 0x7F
	if e.Ended == Answered {
		e.Reply = rapid.SliceOfN(rapid.Byte(), 1, modbus.MaxPDU).Draw(t, "reply")
		e.Reply[0] = e.Request[0] | e.Reply[0]&0x80
	}
	if e.Ended != Dropped {
		e.Took = time.Duration(rapid.IntRange(0, 100_000).Draw(t, "took")) * time.Microsecond
		*at = at.Add(e.Took)
	}
	return e
}

// TestRoundTrip holds that both formats give back what was recorded, byte by byte.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := start
		var all []Exchange
		for i := range rapid.IntRange(1, 20).Draw(t, "n") {
			all = append(all, drawn(t, i, &at))
		}
		raw := ReadOptions{Passwords: true}
		same := cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })}
		if diff := cmp.Diff(dropLater(all), readAll(t, capture(all), raw), same); diff != "" {
			t.Fatalf("capture: %s", diff)
		}
		var jsonl []byte
		for i := range all {
			jsonl = all[i].AppendJSON(jsonl, regmap.Default())
		}
		if diff := cmp.Diff(all, readAll(t, jsonl, raw), same); diff != "" {
			t.Fatalf("JSON lines: %s", diff)
		}
	})
}

// dropLater is what a capture can tell: a request without an answer whose
// connection the unit cuts later went down with it.
func dropLater(all []Exchange) []Exchange {
	out := append([]Exchange(nil), all...)
	for i := range out {
		if out[i].Ended != Dropped {
			continue
		}
		for _, later := range out[i+1:] {
			if later.Client == out[i].Client && later.Ended == HungUp {
				out[i].Ended, out[i].Took = HungUp, later.Time.Add(later.Took).Sub(out[i].Time)
				break
			}
		}
	}
	return out
}

// TestSegments holds that a capture reads the same whatever the network did to
// its segments: cut anywhere, sent twice, in another order.
func TestSegments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []Exchange{read(0, 1, 32028, 1, 2, 3, 4), read(time.Second, 2, 32030, 5, 6), order(2*time.Second, 3, 904, "3333")}
		var got []Exchange
		c := &conversation{pair: pair{here, there}, done: func(e Exchange) { got = append(got, e) }}
		var h [2]half
		next := [2]uint32{rapid.Uint32().Draw(t, "client"), rapid.Uint32().Draw(t, "server")} // may wrap
		for i := range h {
			h[i].begin(next[i] - 1)
		}
		say := func(who int, at time.Time, pdu []byte, e *Exchange) {
			var segs []segment
			data := modbus.ADU{Transaction: e.Transaction, Unit: e.Unit, PDU: pdu}.Append(nil)
			for len(data) > 0 {
				n := rapid.IntRange(1, len(data)).Draw(t, "cut")
				segs = append(segs, segment{time: at, seq: next[who], length: n, data: data[:n]})
				next[who] += uint32(n)
				data = data[n:]
			}
			segs = append(segs, segs[rapid.IntRange(0, len(segs)-1).Draw(t, "twice")])
			for _, s := range rapid.Permutation(segs).Draw(t, "order") {
				h[who].push(s, func(s segment) { c.take(who, s) }, func() { t.Fatal("a gap where there is none") })
			}
		}
		for i := range all {
			e := &all[i]
			say(client, e.Time, e.Request, e)
			say(server, e.Time.Add(e.Took), e.Reply, e)
		}
		if diff := cmp.Diff(all, got, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMask(t *testing.T) {
	const secret = "7391"
	split := func(function byte) Exchange {
		e := order(0, 1, 904, secret)
		switch function {
		case 6:
			e.Request = modbus.WriteOneRequest{Address: regmap.CommandPass.Address(), Value: 0x3733}.Append(nil)
			e.Reply = bytes.Clone(e.Request)
		case 23:
			e.Request = modbus.ReadWriteRequest{ReadAddress: 7999, ReadCount: 10, WriteAddress: 8002, Values: []byte("..7391....")}.Append(nil)
			e.Reply = modbus.ReadReply{Function: 23, Values: []byte("........7391........")}.Append(nil)
		case 100:
			e.Request = modbus.NewScatteredRequest(0, 8004, 5, 8003).Append(nil)
			e.Reply = modbus.ScatteredReply{Values: []byte("91..73")}.Append(nil)
		}
		return e
	}
	whole := split(16)
	half := split(16)
	half.Request = half.Request[:16] // a frame that is cut
	lying := split(16)
	lying.Request[4], lying.Request[5] = 200, 3
	raw := split(6)
	raw.Ended, raw.Reply = Raw, modbus.ADU{Transaction: 9, Unit: 255, PDU: raw.Reply}.Append(nil)
	for name, e := range map[string]Exchange{
		"16": whole, "16 cut": half, "16 with wrong counts": lying, "6": split(6), "6 answered raw": raw, "23": split(23), "100": split(100),
		"3": read(0, 1, 8004, []byte(secret)...),
	} {
		e.Mask()
		for _, b := range [][]byte{e.Request, e.Reply} {
			if bytes.Contains(b, []byte("73")) || bytes.Contains(b, []byte("91")) {
				t.Errorf("%s: %q still tells the password", name, b)
			}
		}
	}
	whole.Mask()
	if !whole.Masked() {
		t.Error("a masked password is not known as one")
	}
	if whole.unmask(secret); !bytes.Contains(whole.Request, []byte(secret)) {
		t.Error("a password does not come back into its place")
	}
}

func TestMeaning(t *testing.T) {
	refused := read(0, 1, 9000, 0, 0)
	refused.Reply = []byte{0x83, 2}
	for _, c := range []struct {
		e    Exchange
		want string
	}{
		{read(0, 1, 32028, 0x43, 0xCC, 0x80, 0), "read current.l1 409 A"},
		{refused, "read 9000 (not mapped); exception: illegal data address"},
		{order(0, 1, 904, "3333"), "command 904 breaker.open"},
		{order(0, 1, 9999, "3333"), "command 9999"},
		{read(0, 1, 8020, 3, 0x88, 0, 3), "status of 904: in progress; read 8020-8021"},
		{read(0, 1, 8020, 3, 0x88, 0x15, 1), "status of 904: insufficient rights or wrong password; read 8020-8021"},
		{Exchange{Request: []byte{43, 14, 1, 0}}, "device identification"},
		{Exchange{Request: []byte{3, 0}}, "read that is malformed"},
		{Exchange{Request: []byte{3, 255, 255, 0, 1}}, "read 65536 (not mapped)"},
		{Exchange{Request: []byte{77}}, "function 77"},
		{Exchange{}, ""},
	} {
		if got := Means(&c.e, regmap.Default()).String(); got != c.want {
			t.Errorf("%x: %q, want %q", c.e.Request, got, c.want)
		}
	}
}

// TestFaults holds that injected faults read as what they were.
func TestFaults(t *testing.T) {
	wrong := read(0, 1, 32028, 1, 2)
	wrong.Ended, wrong.Reply = Raw, modbus.ADU{Transaction: 77, Unit: 255, PDU: wrong.Reply}.Append(nil)
	part := read(time.Second, 2, 32028, 1, 2)
	part.Ended, part.Reply = Raw, []byte{0, 2, 0, 0, 0, 5, 255, 3}
	good := read(2*time.Second, 3, 32028, 1, 2)
	last := part
	last.Time, last.Transaction = start.Add(3*time.Second), 4
	all := []Exchange{wrong, part, good, last}
	if diff := cmp.Diff(all, readAll(t, capture(all), ReadOptions{}), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// TestWireshark has the real tool find nothing wrong in a capture of ours.
func TestWireshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("SKIPPED: tshark is absent; install the Debian package tshark")
	}
	gone := read(3*time.Second, 4, 32028, 1, 2)
	gone.Ended, gone.Reply = HungUp, nil
	all := []Exchange{read(0, 1, 32028, 1, 2, 3, 4), order(time.Second, 2, 904, "****"), gone, read(4*time.Second, 5, 32028, 1, 2)}
	for i := range 300 {
		e := read(5*time.Second+time.Duration(i)*time.Millisecond, uint16(10+i), 32028, 1, 2)
		if e.Request = append(e.Request, make([]byte, 240)...); i > 0 { // more than a window, none answered
			e.Ended, e.Reply = Dropped, nil
			e.Request = modbus.WriteRequest{Address: 7999, Values: make([]byte, 246)}.Append(nil)
		} else {
			e = read(5*time.Second, 10, 32028, 1, 2)
		}
		all = append(all, e)
	}
	file := filepath.Join(t.TempDir(), "t.pcap")
	if err := os.WriteFile(file, appendLostRecord(capture(all), start.Add(9*time.Second), 12), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		out, err := exec.Command(tshark, append([]string{"-n", "-r", file, "-o", "mbtcp.tcp.port:5020", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-d", "tcp.port==5020,mbtcp"}, args...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if n := strings.Count(run("-Y", "mbtcp"), "\n"); n != 2*len(all)-1-299 {
		t.Errorf("%d messages of Modbus, want %d", n, 2*len(all)-1-299)
	}
	if bad := run("-Y", "_ws.malformed or tcp.analysis.flags and not tcp.analysis.reused_ports or tcp.checksum.status==0 or ip.checksum.status==0 or udp.checksum.status==0"); bad != "" {
		t.Errorf("remarks:\n%s", bad)
	}
	if out := run("-Y", "syslog"); !strings.Contains(out, "12 exchanges are missing here") {
		t.Errorf("what is missing does not show:\n%s", out)
	}
	if out := run("-Y", "mbtcp.trans_id==2", "-T", "fields", "-e", "modbus.func_code"); out != "16\n16\n" {
		t.Errorf("functions %q", out)
	}
}

// TestForeign reads captures that others took of other devices.
func TestForeign(t *testing.T) {
	files, _ := filepath.Glob("../../shared/data/modbus/*/*.pcap")
	if len(files) == 0 {
		t.Skip("SKIPPED: ../shared/data/modbus is absent")
	}
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("SKIPPED: tshark is absent; install the Debian package tshark")
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		requests := 0
		for _, e := range readAll(t, b, ReadOptions{}) {
			if len(e.Request) > 0 {
				requests++
			}
		}
		out, err := exec.Command(tshark, "-n", "-r", file, "-Y", "mbtcp and tcp.dstport==502 and not tcp.analysis.retransmission", "-T", "fields", "-e", "mbtcp.trans_id").Output()
		if err != nil {
			t.Fatal(err)
		}
		want := len(strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' || r == ',' }))
		t.Logf("%s: %d requests", file, requests)
		if requests != want {
			t.Errorf("%s: %d requests, tshark sees %d", file, requests, want)
		}
		ng := filepath.Join(t.TempDir(), "t.pcapng")
		if err := exec.Command(tshark, "-r", file, "-F", "pcapng", "-w", ng).Run(); err != nil {
			t.Fatal(err)
		}
		again, err := os.ReadFile(ng)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(readAll(t, b, ReadOptions{}), readAll(t, again, ReadOptions{}), cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
			t.Errorf("as pcapng: %s", diff)
		}
	}
}

func FuzzReader(f *testing.F) {
	all := []Exchange{read(0, 1, 32028, 1, 2, 3, 4), order(time.Second, 2, 904, "3333")}
	f.Add(capture(all))
	f.Add(all[0].AppendJSON(nil, regmap.Default()))
	ng := []byte{0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 28, 0, 0, 0}
	ng = append(ng, 1, 0, 0, 0, 20, 0, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0)
	f.Add(append(ng, 6, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		tr, err := Load(bytes.NewReader(b), ReadOptions{})
		if err != nil {
			return
		}
		for i := range tr.Exchanges {
			e := &tr.Exchanges[i]
			_, _, err := parseLine(e.AppendJSON(nil, regmap.Default()))
			if err != nil && e.Time.Year() < 9999 && e.Time.Year() > 0 {
				t.Fatalf("what was read is not read back: %v", err)
			}
		}
	})
}
