package lab

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/bus"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/trace"
	"switchroom/wire/modbus"
)

const canary = "Kq7Z"

// tapped is a laboratory with its breakers behind their wires.
type tapped struct {
	*place
	units map[string]modbus.Handler
}

func newTapped(t testing.TB, more ...string) *tapped {
	t.Helper()
	p := &tapped{newPlace(t, more...), map[string]modbus.Handler{}}
	for i := range p.lab.Site.Breakers {
		b := &p.lab.Site.Breakers[i]
		bank := modbus.NewBank(bus.New(p.lab.Units[i], p.lab.World, regmap.Default(), access.Modbus))
		p.units[b.Unit.Name] = p.server.wire.ring.Watch(b.Address, p.server.lines[b.Unit.Name].Wrap(bank))
	}
	p.until("Q1", "breaker.closed", "true")
	return p
}

// asks sends a request to a breaker and waits for its end.
func (p *tapped) asks(unit, client string, pdu []byte) modbus.Reply {
	p.Helper()
	var at netip.AddrPort
	for i := range p.lab.Site.Breakers {
		if b := &p.lab.Site.Breakers[i]; b.Unit.Name == unit {
			at = b.Address
		}
	}
	r, err := modbus.Ask(p.Context(), p.units[unit], modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort(client), Local: at, Unit: 255, PDU: pdu})
	if err != nil {
		p.Fatal(err)
	}
	return r
}

// commands is a request for a command without parameters.
func commands(code uint16, password string) []byte {
	w := make([]byte, 2*regmap.CommandWords)
	for i, v := range []uint16{code, 10, regmap.DestControlUnit, 1} {
		binary.BigEndian.PutUint16(w[2*i:], v)
	}
	copy(w[8:], password)
	return modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: w}.Append(nil)
}

var (
	readCurrents = modbus.ReadRequest{Function: 3, Address: 32027, Count: 6}.Append(nil)
	readStatus   = modbus.ReadRequest{Function: 3, Address: 8019, Count: 3}.Append(nil)
)

const olga = "127.0.0.1:40000"

// rows are those that a filter wants.
func (p *tapped) rows(f remote.WireFilter) []remote.WireRow {
	p.Helper()
	w, err := p.client.Wire(p.Context(), f)
	if err != nil {
		p.Fatal(err)
	}
	return w.Rows
}

// What is asked, and by which rule it is refused, stands on the page and in the API;
// the password nowhere.
func TestWireTells(t *testing.T) {
	p := newTapped(t)
	for _, tt := range []struct {
		why     string
		ask     []byte
		path    access.Actor // of an operation by another path; none: by Modbus
		op      points.ID
		says    string
		pass    string
		outcome string
		rule    string
		explain string
	}{
		{why: "a wrong password", ask: commands(904, canary), says: "open the breaker (MX)", pass: "wrong", outcome: "refused", rule: "bus-operate", explain: "switchroom access explain --path modbus --level 0 --closed open"},
		{why: "a level that may not", ask: commands(904, "2222"), says: "open the breaker (MX)", pass: "level 2", outcome: "refused", rule: "bus-operate", explain: "switchroom access explain --path modbus --level 2 --closed open"},
		{why: "already closed", ask: commands(905, "3333"), says: "close the breaker (XF)", pass: "level 3", outcome: "refused"},
		{why: "unknown command", ask: commands(9999, canary), says: "command 9999 to module 5377, which no table has", pass: "given", outcome: "answered"},
		{why: "a register that cannot be written", ask: modbus.WriteRequest{Address: 32000, Values: []byte{0, 1}}.Append(nil), says: "write registers 32001, which are no command", outcome: "exception"},
		{why: "an address that is not there", ask: modbus.ReadRequest{Function: 3, Address: 1, Count: 1}.Append(nil), says: "read 2 (not mapped)", outcome: "exception"},
		{why: "a read", ask: readCurrents, says: "read current.l1", outcome: "answered"},
		{why: "opened", ask: commands(904, "3333"), says: "open the breaker (MX)", pass: "level 3", outcome: "done"},
		{why: "at the display", path: access.Actor{Path: access.HMI, Present: true, Person: "Olga"}, op: points.BreakerOpen, says: "open the breaker (MX)", outcome: "refused", rule: "default-deny", explain: "switchroom access explain --path hmi open"},
		{why: "at the display, with nobody there", path: access.Actor{Path: access.HMI}, op: points.MeteringPowerSign, says: "set metering.power_sign = ", outcome: "refused", rule: "hmi-configure", explain: "switchroom access explain --path hmi --absent metering.power_sign"},
	} {
		if tt.ask != nil {
			p.asks("Q1", olga, tt.ask)
		} else {
			p.lab.Units[0].Do(p.lab.World.Now(), imu.Request{Actor: tt.path, Op: tt.op, Value: points.Number(1)})
		}
		if tt.outcome == "done" {
			p.until("Q1", "breaker.closed", "false")
		}
		r := p.rows(remote.WireFilter{Limit: 1})[0]
		if !strings.HasPrefix(r.Says, tt.says) || r.Password != tt.pass || r.Outcome != tt.outcome || r.Unit != "Q1" || r.Clear != (tt.pass != "") {
			t.Errorf("%s: %+v", tt.why, r)
		}
		switch x := r.Refused; {
		case (x != nil) != (tt.outcome == "refused"):
			t.Errorf("%s: refusal %+v", tt.why, x)
		case x != nil && tt.rule != "" && (x.Rule != tt.rule || x.By != "access" || !strings.HasPrefix(x.Explain, strings.TrimSuffix(tt.explain, " open"))):
			t.Errorf("%s: refusal %+v", tt.why, x)
		}
		_, body := p.get("/wire")
		for _, want := range []string{tt.says, outcomes[tt.outcome].text, tt.rule} {
			if !strings.Contains(body, strings.ReplaceAll(want, `"`, "&#34;")) {
				t.Errorf("%s: no %q on the page", tt.why, want)
			}
		}
	}
	p.asks("Q1", olga, readStatus)
	if r := p.rows(remote.WireFilter{Kind: "order", Limit: 1})[0]; !strings.Contains(r.Detail, "8021: success") {
		t.Errorf("what the client read of its end is not told: %+v", r)
	}
	w, err := p.client.Wire(t.Context(), remote.WireFilter{})
	if err != nil || w.Heard.Passwords != 5 || w.Heard.Wrong != 1 || len(w.Heard.Known) != 1 || w.Heard.Known[0].Levels != "2,3" {
		t.Errorf("a listener knows %+v, %v", w.Heard, err)
	}
	if _, body := p.get("/wire"); !strings.Contains(body, "5 passwords crossed the network in clear") || !strings.Contains(body, "level 2,3 of Q1") {
		t.Error("the page does not tell what a listener knows")
	}
}

// Each filter lets through what it says, and nothing else.
func TestWireFilters(t *testing.T) {
	p := newTapped(t)
	p.asks("Q1", olga, readCurrents)
	p.asks("Q2", "10.9.8.7:1", commands(904, canary))
	p.asks("Q1", olga, modbus.ReadRequest{Function: 3, Address: 1, Count: 1}.Append(nil))
	p.lab.Units[1].Do(p.lab.World.Now(), imu.Request{Actor: access.Actor{Path: access.Web, Source: "10.1.1.1"}, Op: points.BreakerOpen})
	for _, tt := range []struct {
		f    remote.WireFilter
		want []string // kinds, the newest first
	}{
		{remote.WireFilter{}, []string{"operation", "trouble", "order", "read"}},
		{remote.WireFilter{Unit: "Q2"}, []string{"operation", "order"}},
		{remote.WireFilter{Unit: "Q1"}, []string{"trouble", "read"}},
		{remote.WireFilter{Client: "10.9.8.7"}, []string{"order"}},
		{remote.WireFilter{Client: "10.1.1.1"}, []string{"operation"}},
		{remote.WireFilter{Kind: "read"}, []string{"read"}},
		{remote.WireFilter{Kind: "order"}, []string{"order"}},
		{remote.WireFilter{Kind: "trouble"}, []string{"trouble"}},
		{remote.WireFilter{Kind: "refused"}, []string{"operation", "order"}},
		{remote.WireFilter{Kind: "operation"}, []string{"operation"}},
		{remote.WireFilter{Limit: 2}, []string{"operation", "trouble"}},
		{remote.WireFilter{Unit: "Q9"}, nil},
	} {
		var got []string
		for _, r := range p.rows(tt.f) {
			got = append(got, r.Kind)
		}
		if strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("%+v: %v, want %v", tt.f, got, tt.want)
		}
		q := tt.f.Query().Encode()
		if res, body := p.get("/wire?" + q); res.StatusCode != 200 || strings.Count(body, `id="wire-`) < len(tt.want) || strings.Contains(body, "Nothing yet") != (tt.want == nil) {
			t.Errorf("/wire?%s: %d", q, res.StatusCode)
		}
	}
	all := p.rows(remote.WireFilter{})
	if rest := p.rows(remote.WireFilter{After: all[2].Number}); len(rest) != 2 || rest[1].Number != all[1].Number {
		t.Errorf("after %d: %+v", all[2].Number, rest)
	}
	for _, bad := range []string{"kind=nonsense", "limit=0", "limit=9999"} {
		if res, _ := p.get("/api/v1/wire?" + bad); res.StatusCode != 422 {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}
}

// A request's own page has what each byte is.
func TestExchangePage(t *testing.T) {
	p := newTapped(t)
	p.asks("Q1", olga, commands(904, canary))
	r := p.rows(remote.WireFilter{Limit: 1})[0]
	_, body := p.get(fmt.Sprintf("/wire/%d", r.Number))
	for _, want := range []string{"8000: command 904, breaker.open", "8004: the password, in clear on the wire", "2a 2a 2a 2a", "unit id 255", "rule bus-operate", "access explain --path modbus --level 0"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	res, text := p.get(fmt.Sprintf("/api/v1/wire/%d", r.Number))
	var x remote.WireExchange
	if err := json.Unmarshal([]byte(text), &x); err != nil || res.StatusCode != 200 || x.RequestNotes[0].Meaning != "function 16: write registers" || x.Outcome != "refused" {
		t.Errorf("%d %v %s", res.StatusCode, err, text)
	}
	for _, path := range []string{"/wire/999999", "/wire/none", "/api/v1/wire/999999"} {
		if res, body := p.get(path); res.StatusCode != 404 || !strings.Contains(body, "--trace") {
			t.Errorf("%s: %d %.300s", path, res.StatusCode, body)
		}
	}
}

// What is injected on the wire shows as the client got it, and what the breaker had
// decided beside it.
func TestWireShowsFaults(t *testing.T) {
	p := newTapped(t)
	for _, tt := range []struct {
		fault   string
		with    map[string]string
		ask     []byte
		outcome string
		detail  string
	}{
		{"silent", nil, readCurrents, "no answer", ""},
		{"silent", nil, commands(904, "3333"), "no answer", "the breaker was not asked"},
		{"wrong-transaction", nil, commands(904, "1234"), "garbled", "the breaker refused it"},
		{"busy", nil, readCurrents, "exception", "device busy"},
		{"half", nil, readCurrents, "garbled", ""},
		{"slow", map[string]string{"ms": "20"}, commands(904, "1234"), "refused", ""},
	} {
		in := p.inject(remote.Order{Fault: tt.fault, Unit: "Q1", For: 600, With: tt.with})
		p.asks("Q1", olga, tt.ask)
		r := p.rows(remote.WireFilter{Limit: 1})[0]
		if r.Outcome != tt.outcome || !strings.Contains(r.Detail, tt.detail) {
			t.Errorf("%s: %+v", tt.fault, r)
		}
		if _, body := p.get(fmt.Sprintf("/wire/%d", r.Number)); !strings.Contains(body, outcomes[tt.outcome].text) {
			t.Errorf("%s: the page of it does not tell", tt.fault)
		}
		if _, err := p.client.Undo(t.Context(), in.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// A password that crossed stands in no page, answer, stream or file, in no spelling,
// unless it is kept and asked for.
func TestWireHasNoPassword(t *testing.T) {
	for _, keep := range []bool{false, true} {
		t.Run(fmt.Sprintf("kept %v", keep), func(t *testing.T) {
			p := newPlace(t)
			p.server.Overhear(trace.NewRing(keep))
			x := &tapped{p, map[string]modbus.Handler{}}
			x.units["Q1"] = p.server.wire.ring.Watch(p.lab.Site.Breakers[0].Address, modbus.NewBank(bus.New(p.lab.Units[0], p.lab.World, regmap.Default(), access.Modbus)))
			p.lab.Units[0].Do(p.lab.World.Now(), imu.Request{ // the canary is a right one
				Actor: access.Actor{Path: access.USB, Present: true, Levels: access.Level4, Until: time.Hour}, Op: points.PasswordLevel3, Value: points.String(canary),
			})
			x.asks("Q1", olga, commands(904, canary))
			x.asks("Q1", olga, modbus.WriteRequest{Address: 8003, Values: []byte(canary)}.Append(nil))
			x.asks("Q1", olga, readStatus)
			rows := x.rows(remote.WireFilter{})
			if len(rows) != 4 || rows[2].Password != "level 3" {
				t.Fatalf("%+v", rows)
			}
			paths := []string{"/", "/wire", "/wire?pause=yes", "/wire?kind=refused", "/api/v1/wire", "/api/v1/wire.pcap", "/api/v1/wire.jsonl", "/unit/Q1?tab=events"}
			for _, r := range rows {
				paths = append(paths, fmt.Sprintf("/wire/%d", r.Number), fmt.Sprintf("/api/v1/wire/%d", r.Number))
			}
			for _, path := range paths {
				if _, body := p.get(path); holds([]byte(body)) {
					t.Errorf("%s has the password", path)
				}
			}
			res, body := p.post("/wire/passwords", url.Values{"confirm": {"yes"}})
			if (res.StatusCode == 200) != keep || holds([]byte(body)) != keep {
				t.Errorf("asked for passwords: %d", res.StatusCode)
			}
			if res, body := p.post("/wire/passwords", nil); res.StatusCode != 409 || holds([]byte(body)) {
				t.Errorf("asked for passwords without a confirmation: %d", res.StatusCode)
			}
			for _, path := range []string{"/wire/passwords", "/api/v1/wire/passwords"} {
				if res, body := p.get(path); res.StatusCode == 200 || holds([]byte(body)) {
					t.Errorf("GET %s: %d", path, res.StatusCode)
				}
			}
			if res, body := p.post("/api/v1/wire/passwords", nil); (res.StatusCode == 200) != keep || holds([]byte(body)) != keep {
				t.Errorf("the API, asked for passwords: %d", res.StatusCode)
			}
		})
	}
}

// holds reports whether the canary is in some bytes, in any spelling.
func holds(b []byte) bool {
	h := hex.EncodeToString([]byte(canary))
	spaced := fmt.Sprintf("% x", canary)
	decimal := fmt.Sprintf("%d %d", binary.BigEndian.Uint16([]byte(canary)), binary.BigEndian.Uint16([]byte(canary[2:])))
	for _, s := range []string{canary, h, strings.ToUpper(h), spaced, decimal} {
		if bytes.Contains(b, []byte(s)) {
			return true
		}
	}
	return false
}

// A flood takes no more memory than there is for it, the page stays short and alive,
// and the one order from before is still there.
func TestWireFlood(t *testing.T) {
	p := newTapped(t)
	p.asks("Q1", "10.0.0.1:1", commands(904, "3333"))
	serve := func(client netip.AddrPort, pdu []byte) {
		p.units["Q2"].Serve(&modbus.Query{Now: time.Now(), Remote: client, Local: p.lab.Site.Breakers[1].Address, Unit: 255, PDU: pdu}, nil)
	}
	flood := func(n int) {
		for i := range n {
			serve(netip.MustParseAddrPort(olga), readCurrents)
			if i%10 == 0 {
				serve(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 1, byte(i >> 8), byte(i)}), 1), modbus.ReadRequest{Function: 3, Address: 1, Count: 1}.Append(nil))
			}
		}
	}
	flood(30_000)
	before := heapTaken()
	flood(60_000)
	if after := heapTaken(); after > before+4<<20 {
		t.Errorf("the memory grew from %d to %d bytes", before, after)
	}
	if _, body := p.get("/wire"); len(body) > 100_000 || !strings.Contains(body, "lab-wire") {
		t.Errorf("the page has %d bytes", len(body))
	}
	if rows := p.rows(remote.WireFilter{Kind: "order", Unit: "Q1"}); len(rows) != 1 || rows[0].Outcome == "refused" {
		t.Errorf("the order is gone: %+v", rows)
	}
	w := p.server.wireNow(&wireFilter{Limit: 1000})
	var total uint64
	for _, x := range w.Traffic {
		total += x.Total
	}
	if len(w.Traffic) > 1000 || total < 90_000 || len(parties(w.Traffic)) > partiesShown {
		t.Errorf("%d parties with %d requests", len(w.Traffic), total)
	}
}

// BenchmarkWireTurn is what a turn of the page costs with a full memory and a flood
// of orders: once a second, for all who watch the same.
func BenchmarkWireTurn(b *testing.B) {
	p := newTapped(b)
	for range 3000 {
		for _, pdu := range [][]byte{readCurrents, commands(904, canary)} {
			p.units["Q1"].Serve(&modbus.Query{Now: time.Now(), Remote: netip.MustParseAddrPort(olga), Local: p.lab.Site.Breakers[0].Address, Unit: 255, PDU: pdu}, nil)
		}
	}
	for _, kind := range []string{"", "refused", "read"} {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				wireRowsBox(p.server.wirePage(wireFilter{Kind: kind, Limit: wireRows})).Render(b.Context(), io.Discard)
			}
		})
	}
}

func heapTaken() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Whoever asks often is summed up; of what else they do in numbers, little is listed.
func TestWireSumsUp(t *testing.T) {
	p := newTapped(t)
	at := time.Now().Add(time.Second).Truncate(time.Second) // a whole second from its beginning
	for i := range 100 {
		for _, pdu := range [][]byte{readCurrents, commands(904, canary)} {
			p.units["Q1"].Serve(&modbus.Query{Now: at.Add(time.Duration(i) * time.Millisecond), Remote: netip.MustParseAddrPort(olga), Local: p.lab.Site.Breakers[0].Address, Unit: 255, PDU: pdu}, nil)
		}
	}
	traffic := p.server.wire.ring.Traffic(at.Add(time.Second))
	busy := busyClients(traffic)
	if rows := p.server.exchanges(&wireFilter{Limit: 1000}, busy); len(rows) != busyOther {
		t.Errorf("%d are listed", len(rows))
	}
	if rows := p.server.exchanges(&wireFilter{Limit: 1000, Kind: "read"}, busy); len(rows) != 100 {
		t.Errorf("%d reads are listed when they are asked for", len(rows))
	}
	sums := parties(p.server.traffic(traffic))
	if len(sums) != 1 || sums[0].rate() != "100 reads/s, 100 commands/s" || sums[0].of() != "Q1" {
		t.Errorf("%+v", sums)
	}
}

// The capture that is saved is one that other tools decode.
func TestTsharkReadsWire(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("SKIPPED: the saved capture is not decoded by another tool: install the Debian package tshark")
	}
	p := newTapped(t)
	p.asks("Q1", olga, readCurrents)
	p.asks("Q1", olga, commands(904, canary))
	res, body := p.get("/api/v1/wire.pcap")
	if res.Header.Get("Content-Type") != "application/vnd.tcpdump.pcap" || !strings.Contains(res.Header.Get("Content-Disposition"), "wire.pcap") {
		t.Errorf("%v", res.Header)
	}
	path := filepath.Join(t.TempDir(), "wire.pcap")
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	port := fmt.Sprint(p.lab.Site.Breakers[0].Address.Port())
	out, err := exec.Command("tshark", "-r", path, "-d", "tcp.port=="+port+",mbtcp", "-o", "mbtcp.tcp.port:"+port, "-T", "fields", "-e", "modbus.func_code", "-Y", "modbus").CombinedOutput()
	if got := strings.Fields(string(out)); err != nil || !strings.HasSuffix(strings.Join(got, " "), "3 3 16 16") {
		t.Errorf("tshark reads %q, %v", out, err)
	}
}

// The stream of the page moves with the wire.
func TestWireLive(t *testing.T) {
	p := newTapped(t)
	res, err := http.Get(p.server.URL() + "/wire/live?kind=order")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	p.asks("Q1", olga, commands(904, canary))
	messages(t, res.Body, "a wrong password, in clear")
}
