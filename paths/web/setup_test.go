package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/csv"
	"errors"
	"fmt"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/paths/ethernet/filtering"
	"switchroom/paths/web/cert"
	"switchroom/paths/web/datalog"
	"switchroom/paths/web/sntp"
	"switchroom/points"
)

// modbusNoted is the Modbus of a unit that notes what its pages do to it.
type modbusNoted struct {
	filter filtering.Settings
	limit  int
	off    bool
	shared bool
	fail   error
}

func (m *modbusNoted) Filter(s filtering.Settings) error { m.filter = s; return m.fail }
func (m *modbusNoted) Counts() (closed, refused uint64)  { return 3, 4 }
func (m *modbusNoted) Limit(n int)                       { m.limit = n }
func (m *modbusNoted) Enable(on bool) error              { m.off = !on; return m.fail }
func (m *modbusNoted) Listens() bool                     { return !m.off }
func (m *modbusNoted) Address() netip.AddrPort           { return netip.MustParseAddrPort("127.0.8.1:5020") }
func (m *modbusNoted) Shared() bool                      { return m.shared }

// furnish gives a device what its set-up pages stand on.
func furnish(t testing.TB, o *Options, u *imu.Unit, w *imu.World) {
	o.Modbus = &modbusNoted{}
	o.Mail, o.SNMP = &mailNoted{}, &snmpNoted{}
	k := datalog.NewKeeper(w)
	o.Log = k.Log(filepath.Join(filepath.Dir(o.File), "q1"), u)
	t.Cleanup(o.Log.Close)
}

func (p *place) modbus() *modbusNoted { return p.d.options.Modbus.(*modbusNoted) }

// secured gives a device certificates, and so HTTPS.
func secured(t testing.TB) (func(*Options), *[]cert.Why) {
	var told []cert.Why
	return func(o *Options) {
		o.Secure = freeAddress(t)
		s := cert.New(filepath.Join(filepath.Dir(o.File), "q1"), cert.Subject{Device: "Q1", At: o.Secure.Addr()}, o.Now, func(w cert.Why) { told = append(told, w) })
		o.Certificates = s
	}, &told
}

// boss is who may do everything: an administrator, or the security administrator.
func (p *place) boss() *person {
	if p.d.profile.ByRole() {
		return p.as(access.SecurityAdmin, 0)
	}
	return p.as(0, administrators)
}

func (p *place) installer() *person {
	if p.d.profile.ByRole() {
		return p.as(access.Installer, 0)
	}
	return p.as(0, engineers)
}

// holds reports texts that an answer lacks.
func holds(t *testing.T, what string, a answer, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Errorf("%s: %d, want %d\n%s", what, a.status, status, a.body)
	}
	for _, s := range texts {
		if !strings.Contains(a.body, s) {
			t.Errorf("%s: the page does not say %q", what, s)
		}
	}
}

// TestFilteringPage: what is typed is kept and acts at once, and after a restart;
// what is wrong is told, all of it, with what was typed; a trap is told first.
func TestFilteringPage(t *testing.T) {
	for _, c := range []struct {
		profile  access.Profile
		list     string
		good     url.Values
		want     string
		bad      url.Values
		wrong    []string
		trap     url.Values
		trapTold string
	}{
		{access.Faithful, "address",
			url.Values{"address-0": {"127.0.0.1"}, "address-0-level": {"read-write"}, "address-1": {"192.0.2.7"}, "address-1-level": {"read"}, "anonymous": {"yes"}, "connections": {"8"}},
			"{true addresses [{127.0.0.1 read-write} {192.0.2.7 read}] true [] [] 8}",
			url.Values{"address-0": {"192.0.2.0/24"}, "address-0-level": {"read"}, "address-1": {"<script>"}, "address-1-level": {"read"}, "address-2": {"192.0.2.9"}, "address-2-level": {"all"}, "connections": {"12"}},
			[]string{"line 2", "line 3", "is a range", "8 or 16", "&lt;script&gt;"},
			url.Values{"address-0": {"192.0.2.7"}, "address-0-level": {"read"}, "connections": {"0"}}, "lock yourself out"},
		{access.RBAC, "global",
			url.Values{"global-0": {"127.0.0.0/8"}, "global-0-level": {"read"}, "exception-9": {"127.0.0.1"}, "exception-9-level": {"read-write"}, "connections": {"0"}},
			"{true ranges [] false [{127.0.0.0-127.255.255.255 read}] [{127.0.0.1 read-write}] 0}",
			url.Values{"global-0": {"192.0.2.9-192.0.2.1"}, "global-0-level": {"read"}, "exception-0": {"192.0.2.7"}, "exception-0-level": {"read"}, "exception-1": {"192.0.2.0/24"}, "exception-1-level": {"none"}, "connections": {""}},
			[]string{"before it begins", "choose 8 or 16"},
			url.Values{"connections": {"0"}}, "Nobody could even read"},
	} {
		t.Run(c.profile.String(), func(t *testing.T) {
			at := newPlace(t, c.profile)
			who := at.boss()
			set := func(v url.Values, more ...string) answer {
				v.Set("on", "yes")
				v.Del("confirm")
				for _, m := range more {
					v.Set(m, "yes")
				}
				return who.post("/setup/filtering", v)
			}
			holds(t, "wrong", set(c.bad), 422, c.wrong...)
			if strings.Contains(set(c.bad).body, "<script>") || at.modbus().filter.On {
				t.Error("what is wrong acts, or is code in the page")
			}
			holds(t, "trap", set(c.trap), 422, c.trapTold, `name="confirm"`)
			if at.modbus().filter.On {
				t.Error("a trap acts before it is confirmed")
			}
			holds(t, "trap confirmed", set(c.trap, "confirm"), 303)
			if !at.modbus().filter.On {
				t.Error("what was confirmed does not act")
			}
			holds(t, "good", set(c.good), 303)
			if got := fmt.Sprint(at.modbus().filter); got != c.want {
				t.Errorf("acts %s, want %s", got, c.want)
			}
			holds(t, "shown", who.get("/setup/filtering"), 200, "127.0.0.", "scattered", "769")
			again := &modbusNoted{}
			o := at.d.options
			o.Modbus = again
			if _, err := Open(at.unit, at.d.world, o); err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(again.filter); got != c.want || again.limit != at.modbus().filter.Connections {
				t.Errorf("after a restart %s, %d connections", got, again.limit)
			}
		})
	}
}

// A state that does not read is refused, and says of itself that a filter is in it.
func TestDamagedSetup(t *testing.T) {
	at := newPlace(t, access.Faithful)
	if KeptFilter(at.file) {
		t.Error("a filter was kept before there was one")
	}
	if err := at.d.keep(filterPart, map[string]any{"on": true, "unknown": 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(at.unit, at.d.world, at.d.options); err == nil || !strings.Contains(err.Error(), "filtering") {
		t.Errorf("a filter that does not read was taken for none: %v", err)
	}
	if !KeptFilter(at.file) {
		t.Error("the file does not tell that it has a filter")
	}
	os.WriteFile(at.file, append([]byte("damaged "), must(os.ReadFile(at.file))...), 0o600)
	if !KeptFilter(at.file) {
		t.Error("damaged, the file does not tell that it has a filter")
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// TestServicesPage: Modbus is switched off only when that was confirmed, and stays
// off over a restart; what cannot be switched is not.
func TestServicesPage(t *testing.T) {
	at := newPlace(t, access.Faithful)
	who := at.boss()
	off := func(key, to, confirm string) answer {
		return who.post("/setup/services", url.Values{"service": {key}, "to": {to}, "confirm": {confirm}})
	}
	holds(t, "trap", off("modbus", "off", ""), 422, "lose this unit")
	if at.modbus().off {
		t.Error("off before it was confirmed")
	}
	holds(t, "confirmed", off("modbus", "off", "yes"), 303)
	if !at.modbus().off {
		t.Error("still on")
	}
	again := &modbusNoted{}
	o := at.d.options
	o.Modbus = again
	if _, err := Open(at.unit, at.d.world, o); err != nil || !again.off {
		t.Errorf("after a restart it is on again (%v)", err)
	}
	holds(t, "on", off("modbus", "on", ""), 303)
	if at.modbus().off {
		t.Error("still off")
	}
	holds(t, "the only way in", off("http", "off", "yes"), 303)
	if !strings.Contains(who.told(), "no HTTPS") {
		t.Error("it does not say why HTTP cannot be switched off")
	}
	if !at.d.offers("http") {
		t.Error("HTTP, the only way in, is off")
	}
	for _, bad := range [][2]string{{"", ""}, {"snmp", "on"}, {"sntp", "on"}, {"modbus", "maybe"}, {"<script>", "off"}} {
		holds(t, bad[0], off(bad[0], bad[1], "yes"), 400)
	}
	holds(t, "shown", who.get("/setup/services"), 200, "Not in this unit", "TCP 5020", "Modbus TCP over TLS")
	at.modbus().shared = true
	off("modbus", "off", "yes")
	if at.modbus().off {
		t.Error("one of several behind an address was switched off for all")
	}
}

func listens(a netip.AddrPort) bool {
	c, err := net.Dial("tcp", a.String())
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprint(c, "GET /login HTTP/1.0\r\n\r\n")
	n, _ := c.Read(make([]byte, 1))
	return n > 0
}

// What is off does not listen (CVE-2024-22044): plain HTTP of profile hardened as
// delivered, and each of the two when it was switched off. The last way in stays.
func TestServiceSockets(t *testing.T) {
	for _, p := range []access.Profile{access.RBAC, access.Hardened} {
		t.Run(p.String(), func(t *testing.T) {
			more, _ := secured(t)
			at := newPlace(t, p, more)
			plain := at.d.options.Address
			if listens(plain) != (p == access.RBAC) || !strings.HasPrefix(at.base, "https://") {
				t.Errorf("as delivered: HTTP answers %v, the pages are at %s", listens(plain), at.base)
			}
			who := at.boss()
			turn := func(key, to, confirm string) int {
				return who.post("/setup/services", url.Values{"service": {key}, "to": {to}, "confirm": {confirm}}).status
			}
			if turn("http", "on", "") != 303 || !listens(plain) {
				t.Error("HTTP does not come on")
			}
			if turn("http", "off", "") != 303 || listens(plain) {
				t.Error("HTTP, which nobody uses, does not go off")
			}
			if c, err := net.Dial("tcp", plain.String()); err == nil {
				c.Close()
				t.Error("the socket of HTTP is still open")
			}
			if turn("https", "off", "") != 422 {
				t.Error("HTTPS, which I use, went off without a word")
			}
			if turn("https", "off", "yes") != 303 || !at.d.offers("https") || !strings.Contains(who.told(), "switch Web pages (HTTP) on first") {
				t.Error("the last way in can be switched off")
			}
			turn("http", "on", "")
			if turn("https", "off", "yes") != 303 || at.d.server.secure.enabled(at.d.options.Secure) {
				t.Error("HTTPS does not go off")
			}
			if c, err := net.Dial("tcp", at.d.options.Secure.String()); err == nil {
				c.Close()
				t.Error("the socket of HTTPS is still open")
			}
		})
	}
}

const canary = "canary-71c4"

func aPackage(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "<script>Q1"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(100 * 24 * time.Hour), BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pkcs12.Modern.Encode(key, leaf, nil, canary)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// upload sends a package as the form does.
func (w *person) upload(pkg []byte, password string) answer {
	w.at.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, err := m.CreateFormFile("package", "a.p12")
	if err != nil {
		w.at.t.Fatal(err)
	}
	f.Write(pkg)
	m.WriteField("password", password)
	m.Close()
	q, err := http.NewRequest("POST", w.at.base+"/setup/certificates/import", &b)
	if err != nil {
		w.at.t.Fatal(err)
	}
	q.Header.Set("Content-Type", m.FormDataContentType())
	q.Header.Set("Origin", w.origin)
	q.AddCookie(&http.Cookie{Name: w.at.d.cookieName, Value: w.id})
	return send(w.at.t, q)
}

// TestCertificatePage: what browsers are shown, renewed and imported; passwords
// stay nowhere.
func TestCertificatePage(t *testing.T) {
	more, told := secured(t)
	at := newPlace(t, access.RBAC, more)
	who := at.boss()
	holds(t, "shown", who.get("/setup/certificates"), 200, "self-signed product certificate, shown to browsers", "SHA-256 fingerprint", "CN=Q1")
	holds(t, "no package", who.upload(nil, ""), 303)
	holds(t, "wrong password", who.upload(aPackage(t), "guess-"+canary), 303)
	if !strings.Contains(who.told(), "does not open") || len(*told) != 0 {
		t.Errorf("told %q", *told)
	}
	holds(t, "too long", who.upload(make([]byte, 300<<10), canary), 303)
	holds(t, "imported", who.upload(aPackage(t), canary), 303)
	page := who.get("/setup/certificates")
	holds(t, "shown", page, 200, "imported certificate, shown to browsers", `CN=\&lt;script\&gt;Q1`)
	if strings.Contains(page.body, "<script>Q1") || len(*told) != 1 || (*told)[0] != cert.Came {
		t.Errorf("told %q", *told)
	}
	holds(t, "deleted", who.post("/setup/certificates/delete", nil), 303)
	holds(t, "made anew", who.post("/setup/certificates/renew", nil), 303)
	if len(*told) != 3 || (*told)[2] != cert.Asked {
		t.Errorf("told %q", *told)
	}
	text := fmt.Sprint(at.d.Log()) + string(must(os.ReadFile(at.file))) + who.get("/setup/certificates").body
	if strings.Contains(text, canary) {
		t.Error("the password of a package is in a page, in the log or in the state")
	}
}

// At a renewal everybody is logged out.
func TestLogOutAll(t *testing.T) {
	at := newPlace(t, access.RBAC)
	a, b := at.boss(), at.installer()
	at.d.LogOutAll(string(cert.Month))
	if !denied(a.get("/monitoring")) || !denied(b.get("/monitoring")) {
		t.Error("somebody is still logged in")
	}
	if log := at.d.Log(); log[len(log)-1].Kind != CertificateRenewed {
		t.Errorf("not in the log: %v", log)
	}
}

// TestTimePage: the time server is kept, and beyond this machine refused.
func TestTimePage(t *testing.T) {
	at := newPlace(t, access.Hardened)
	who := at.installer()
	send := func(v url.Values) answer { return who.post("/setup/time", v) }
	holds(t, "shown", who.get("/setup/time"), 200, "clock shows")
	holds(t, "beyond", send(url.Values{"on": {"yes"}, "server": {"192.0.2.1"}, "minutes": {"0"}, "zone": {"7"}}), 422, "listen: lan", "0 minutes", "time zone", `value="192.0.2.1"`)
	holds(t, "no number", send(url.Values{"server": {"127.0.0.1"}, "minutes": {"x"}, "zone": {"60"}}), 422, "whole number")
	holds(t, "zone", send(url.Values{"server": {"127.0.0.1"}, "minutes": {"60"}, "zone": {"345"}}), 303)
	holds(t, "shown", who.get("/setup/time"), 200, "UTC+05:45")
	holds(t, "ask while off", who.post("/setup/time/ask", nil), 303)
	if !strings.Contains(who.told(), "is off") {
		t.Error("it does not say that the server is off")
	}
	s, err := at.d.setups()
	if err != nil || s.sync.On || s.zone != 345 {
		t.Errorf("kept %+v, %v", s, err)
	}
}

// The server sets the clock in every profile, as the interface's own: of hardened
// also, where who comes by Modbus would need level 4. It is an event of the unit.
func TestServerSetsTheClock(t *testing.T) {
	for _, p := range profiles {
		at := newPlace(t, p)
		if err := at.d.sync.Set(sntp.Settings{Server: "127.0.0.1", Minutes: 60}); err != nil {
			t.Fatal(err)
		}
		to := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := at.d.setDate(to); err != nil {
			t.Errorf("%v: %v", p, err)
		}
		if got := at.d.Date().Sub(to).Abs(); got > time.Minute {
			t.Errorf("%v: the clock is %v away", p, got)
		}
		recs, _, _ := at.unit.Events(at.d.world.Now(), access.Actor{Path: access.Modbus}, points.ConfigurationHistory, 0, 5)
		if len(recs) == 0 || !strings.Contains(fmt.Sprint(recs), "web 127.0.0.1 SNTP") {
			t.Errorf("%v: no event says that the server did it: %v", p, recs)
		}
	}
}

// TestLogPages: logging is set up, shown as trends and given out; other points
// warn of what is lost.
func TestLogPages(t *testing.T) {
	at := newPlace(t, access.Faithful)
	who := at.installer()
	holds(t, "nothing yet", who.get("/monitoring/trends"), 200, "Nothing to show yet")
	holds(t, "wrong", who.post("/setup/log", url.Values{"on": {"yes"}, "minutes": {"7"}}), 422, "7 minutes", "no point is chosen")
	v := url.Values{"on": {"yes"}, "minutes": {"1"}, "point": {"current.l1", "energy.active.delivered"}}
	holds(t, "set up", who.post("/setup/log", v), 303)
	if s := at.d.options.Log.Setup(); !s.On || len(s.Points) != 2 {
		t.Errorf("acts %+v", s)
	}
	a := at.as(0, guests).get("/monitoring/trends/csv")
	holds(t, "file", a, 200, "current.l1 (A)", "energy.active.delivered (Wh)")
	if d := a.header.Get("Content-Disposition"); !strings.HasPrefix(d, `attachment; filename="Q1-`) || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		t.Errorf("%v", a.header)
	}
	if rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll(); err != nil || len(rows[0]) != 6 {
		t.Errorf("%v %v", rows, err)
	}
}

// TestTrendPlots: points of one unit share a plot; long logs are thinned and end
// with the newest.
func TestTrendPlots(t *testing.T) {
	s := datalog.Setup{On: true, Minutes: 1, Points: []string{"current.l1", "current.l2", "voltage.l12"}}
	var records []datalog.Record
	for i := range 5000 {
		records = append(records, datalog.Record{World: time.Duration(i) * time.Minute, Values: []float64{float64(i), 2, 3}})
	}
	plots := trendPlots(s, records)
	if len(plots) != 2 || len(plots[0].Series) != 2 || plots[0].Series[1].Colour != "l2" {
		t.Fatalf("%d plots: %+v", len(plots), plots[0].Series)
	}
	x, y := plots[0].Data[0], plots[0].Data[1]
	if len(x) != len(y) || len(x) > plotMost || x[len(x)-1] != 0 || y[len(y)-1] != 4999 {
		t.Errorf("%d points, the last %v %v", len(x), x[len(x)-1], y[len(y)-1])
	}
	if n := len(recent(records, 1)); n != 61 {
		t.Errorf("%d records in the last hour", n)
	}
	if trendPlots(s, records[:1]) != nil {
		t.Error("a plot of one point")
	}
}

// A disk that fails keeps nothing and acts nothing.
func TestSetupDiskFails(t *testing.T) {
	at := newPlace(t, access.Faithful)
	who := at.boss()
	at.d.store.disk = fullDisk{}
	who.post("/setup/filtering", url.Values{"on": {"yes"}, "confirm": {"yes"}, "connections": {"0"}})
	if at.modbus().filter.On {
		t.Error("what was not kept acts: it would be gone tomorrow")
	}
}

type fullDisk struct{ realDisk }

func (fullDisk) write(string, []byte) error { return errors.New("no room") }
