package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/points"
	"switchroom/protection"
	"switchroom/regmap"
	"switchroom/wire/sockets"
)

// place is a device that serves its pages on a socket, for a test.
type place struct {
	t    testing.TB
	d    *Device
	unit *imu.Unit
	base string
	file string

	mu   sync.Mutex
	late time.Duration // how far the device's clock is ahead
}

var profiles = []access.Profile{access.Faithful, access.RBAC, access.Hardened}

// newPlace opens a device of a profile, of a breaker that is closed.
func newPlace(t testing.TB, p access.Profile, more ...func(*Options)) *place {
	t.Helper()
	at := &place{t: t, file: filepath.Join(t.TempDir(), "q1.state")}
	w := imu.NewWorld(0, time.Now())
	at.unit = newUnit(t, w, p)
	ctx, stop := context.WithCancel(context.Background())
	turned := make(chan struct{})
	go func() { defer close(turned); w.Run(ctx) }()
	o := Options{Address: freeAddress(t), File: at.file, Now: at.now, Registers: registers(at.unit, w), Map: regmap.Default()}
	furnish(t, &o, at.unit, w)
	for _, f := range more {
		f(&o)
	}
	d, err := Open(at.unit, w, o)
	if err != nil {
		t.Fatal(err)
	}
	at.d, at.base = d, d.Base()
	d.store.disk = looseDisk{} // these tests lose no power
	s := NewServer()
	s.Add(d)
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.Shutdown(end)
		stop()
		<-turned
	})
	return at
}

func newUnit(t testing.TB, w *imu.World, p access.Profile) *imu.Unit {
	t.Helper()
	r := points.Rating{In: 1000, Variant: points.X60, Poles: 3, ENCT: true, ENVT: true, Voltage: 400, Frequency: 50}
	s := protection.Defaults(r)
	s.Instantaneous.Ii = 10
	passwords := [4]imu.Password{{'a', 'b', 'c', '1'}, {'a', 'b', 'c', '2'}, {'a', 'b', 'c', '3'}, {'a', 'b', 'c', '4'}}
	u, err := imu.New(imu.Config{
		Name: "Q1", Rating: r, Profile: p, Interface: imu.IFE, Mechanism: imu.Equipped(imu.MTZ2), Remote: access.On,
		Settings: &s, Closed: true, Identity: imu.VirtualIdentity(imu.IFE), Passwords: &passwords,
	}, w)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// operator and administrator are the passwords of the breaker of a place.
const (
	operatorKey      = "abc3"
	administratorKey = "abc4"
)

// registers is the image of registers that Modbus would show, of a unit alone.
func registers(u *imu.Unit, w *imu.World) Registers {
	m := regmap.Default()
	return func(first, count uint16) ([]byte, bool) {
		var s imu.Snapshot
		u.Read(w.Now(), access.Actor{Path: access.Modbus}, &s)
		image := m.NewImage()
		image.Fill(regmap.Source{Values: s.Values, Text: s.Text})
		return image.Append(nil, regmap.Register(first).Address(), count)
	}
}

func freeAddress(t testing.TB) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return netip.AddrPortFrom(netip.MustParseAddr("127.0.8.1"), sockets.Local(l.Addr()).Port())
}

func (p *place) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Now().Add(p.late)
}

// pass lets time pass at the device.
func (p *place) pass(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late += d
}

// person is somebody with a browser.
type person struct {
	at     *place
	id     string // of the session; "": not logged in
	origin string // that they come from; "" says none
	accept string
}

func (p *place) stranger() *person { return &person{at: p, origin: p.base, accept: "*/*"} }

// as is somebody who has logged in to an account, which is made if it is not there:
// with a role, or in a group.
func (p *place) as(role access.Roles, g group) *person {
	p.t.Helper()
	name := fmt.Sprintf("test%d%d", role, g)
	if p.d.book().named(name) == nil {
		err := p.d.alter(func(b *book) error {
			b.add(account{Name: name, Roles: role, Group: g, Password: delivered("Correct-horse-9")})
			return nil
		})
		if err != nil {
			p.t.Fatal(err)
		}
	}
	return p.in(name)
}

// in is somebody who has just logged in to an account.
func (p *place) in(name string) *person {
	p.t.Helper()
	a := p.d.book().named(name)
	if a == nil {
		p.t.Fatalf("no account %s", name)
	}
	who := p.stranger()
	who.id = p.d.sessions.begin(a.ID, "127.0.0.1")
	return who
}

// who are all whom a device of the profile tells apart, with what they may be.
func (p *place) everybody() map[string]*person {
	all := map[string]*person{}
	if p.d.profile.ByRole() {
		for _, r := range access.AnyRole.List() {
			all[r.String()] = p.as(r, 0)
		}
		return all
	}
	for g := engineers; g <= administrators; g++ {
		all[groupNames[g]] = p.as(0, g)
	}
	return all
}

// answer is what a server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask asks as a browser does, without following where it is led.
func (w *person) ask(method, path string, form url.Values) answer {
	w.at.t.Helper()
	q, err := http.NewRequest(method, w.at.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		w.at.t.Fatal(err)
	}
	if method != http.MethodGet {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if w.origin != "" {
			q.Header.Set("Origin", w.origin)
		}
	}
	q.Header.Set("Accept", w.accept)
	if w.id != "" {
		q.AddCookie(&http.Cookie{Name: w.at.d.cookieName, Value: w.id})
	}
	return send(w.at.t, q)
}

func (w *person) get(path string) answer { w.at.t.Helper(); return w.ask("GET", path, nil) }
func (w *person) post(path string, form url.Values) answer {
	w.at.t.Helper()
	return w.ask("POST", path, form)
}

// told is what the next page tells.
func (w *person) told() string {
	w.at.t.Helper()
	return w.get("/setup/preferences").body
}

var plainClient = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // a test's own device
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func send(t testing.TB, q *http.Request) answer {
	t.Helper()
	r, err := plainClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var body []byte
	if strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
		body, err = bufio.NewReader(r.Body).ReadBytes('\n')
	} else {
		body, err = io.ReadAll(r.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
	return answer{r.StatusCode, r.Header, string(body)}
}

// raw sends a request line as it stands, which no client would.
func (w *person) raw(method, target string) answer {
	w.at.t.Helper()
	c, err := net.Dial("tcp", w.at.d.options.Address.String())
	if err != nil {
		w.at.t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "%s %s HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Length: 0\r\nCookie: %s=%s\r\nConnection: close\r\n\r\n",
		method, target, w.at.d.options.Address, w.at.base, w.at.d.cookieName, w.id)
	r, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		w.at.t.Fatalf("%s %s: %v", method, target, err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	return answer{r.StatusCode, r.Header, string(body)}
}

// closed reports whether the breaker is closed, by the unit itself.
func (p *place) closed() bool {
	var s imu.Snapshot
	p.unit.Read(p.d.world.Now(), access.Actor{Path: access.Modbus}, &s)
	return s.Values[points.BreakerClosed] == 1
}

// looseDisk flushes nothing.
type looseDisk struct{ realDisk }

func (looseDisk) write(path string, data []byte) error { return os.WriteFile(path, data, 0o600) }
func (looseDisk) flush(string) error                   { return nil }
