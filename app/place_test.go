package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/air"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/paths/ble"
	"switchroom/paths/ethernet"
	"switchroom/paths/nfc"
	"switchroom/paths/usb"
	"switchroom/plant"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/room"
	"switchroom/site"
)

// No test may leave a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const oneBreaker = `
site: One
breakers:
  - {name: Q1, in: 1000, variant: "6.0", closed: true, from: T1, to: B, taps: top, modules: [MODULES]}
network:
  sources: [{name: T1, node: T1, kva: 630}]
  loads: [{name: L, node: B, kw: 100}]
room:
  name: LV room
  people: [{name: Olga, badge: "10000042", qualified: true}]
  access: [Olga]
  emergency_stop: [{by: mx}]
`

// place is a laboratory that runs, with a phone in it.
type place struct {
	testing.TB
	lab    *site.Lab
	unit   *imu.Unit
	air    *air.Air
	bus    string // address of the unit by Modbus
	ports  *usb.Server
	phone  *Phone
	server *Server
	http   *http.Client
}

func newPlace(t testing.TB) *place { t.Helper(); return newPlaceWith(t, "operation, erms") }

// newPlaceWith is one whose breaker has certain digital modules.
func newPlaceWith(t testing.TB, modules string) *place {
	t.Helper()
	s, err := site.Parse("one.yaml", []byte(strings.Replace(oneBreaker, "MODULES", modules, 1)))
	if err != nil {
		t.Fatal(err)
	}
	w := imu.NewWorld(0, time.Now())
	p := &place{TB: t}
	if p.lab, err = s.Build(w, nil, nil); err != nil {
		t.Fatal(err)
	}
	p.unit = p.lab.Units[0]
	p.runs(w)
	p.opens(w)
	p.server = New(p.phone)
	if err := p.server.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.server.Start()
	p.http = &http.Client{Jar: must(cookiejar.New(nil)), Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		end, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		p.server.Close(end)
	})
	return p
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// runs lets time pass.
func (p *place) runs(w *imu.World) {
	ctx, stop := context.WithCancel(context.Background())
	turned := make(chan struct{})
	go func() { defer close(turned); w.Run(ctx) }()
	p.lab.Start()
	p.Cleanup(func() { stop(); <-turned })
}

// opens opens the ways to the unit, and gives a phone their addresses.
func (p *place) opens(w *imu.World) {
	dir, err := os.MkdirTemp("", "app") // t.TempDir may be too long for a socket
	if err != nil {
		p.Fatal(err)
	}
	at := func(way string) string { return filepath.Join(dir, way+".sock") }
	p.air = air.New(1)
	radios := ble.NewServer(p.lab.Units, w, p.air, func(int) air.Place { return air.Place{} })
	socket, err := p.air.ServeSocket(at("ble"), air.Place{Y: 2})
	if err != nil {
		p.Fatal(err)
	}
	tags := nfc.NewServer(p.lab.Units, w, p.lab.Attends)
	p.ports = usb.NewServer(p.lab.Units, w, p.lab.Attends)
	for way, s := range map[string]interface {
		Listen(string) error
		Start()
	}{"nfc": tags, "usb": p.ports} {
		if err := s.Listen(at(way)); err != nil {
			p.Fatal(err)
		}
		s.Start()
	}
	p.Cleanup(func() {
		tags.Close()
		p.ports.Close()
		socket.Close()
		radios.Close()
		p.air.Close()
		os.RemoveAll(dir)
	})
	address := func(way, more string) string { return way + "://" + at(way) + "?unit=Q1" + more }
	p.phone = NewPhone([]Breaker{{"Q1", address("ble", ""), address("nfc", "&by=Olga"), address("usb", "&by=Olga&as=phone")}}, 0)
	p.wires(w)
}

// wires serves Modbus.
func (p *place) wires(w *imu.World) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	s := ethernet.NewServer()
	if _, err := s.Add(p.unit, w, ethernet.Options{Address: netip.MustParseAddrPort(at), Map: regmap.Default()}); err != nil {
		p.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		p.Fatal(err)
	}
	s.Start()
	p.Cleanup(func() { s.Shutdown(context.Background()) })
	p.bus = "modbus://" + at + "/255"
}

// onBus reads a point by Modbus.
func (p *place) onBus(id points.ID) string {
	p.Helper()
	c, err := client.Connect(p.Context(), p.bus, client.Options{})
	if err != nil {
		p.Fatal(err)
	}
	defer c.Close()
	r, err := c.Read(p.Context(), id)
	if err != nil {
		p.Fatal(err)
	}
	return points.Of(id).Format(r[0].Value)
}

// badge lets Olga into the room.
func (p *place) badge() {
	p.Helper()
	v := p.lab.Room.Do(func(r *room.Room, now time.Duration) room.Verdict { return r.Badge(now, r.Carries("Olga", room.In)) })
	if !v.OK() {
		p.Fatal(v)
	}
}

// enable enables Bluetooth, as somebody at the display does.
func (p *place) enable() {
	p.Helper()
	for _, set := range []imu.Request{
		{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(1)},
		{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothTimer, Value: points.Number(5)},
	} {
		if res := p.unit.Do(p.lab.World.Now(), set); !res.OK() {
			p.Fatal(res.Err())
		}
	}
}

// press presses the button at the front.
func (p *place) press() { p.unit.PressBluetooth(p.lab.World.Now(), "Olga") }

// shows is the code on the display.
func (p *place) shows() string { return p.unit.RadioOf(p.lab.World.Now()).Passkey }

// walk carries the phone away, or back.
func (p *place) walk(metres float64) {
	p.Helper()
	if !p.air.Move("phone", air.Place{Y: metres}) {
		p.Fatal("there is no phone in the air")
	}
}

// dead opens the breaker and takes its supply away.
func (p *place) dead() {
	p.unit.Push(p.lab.World.Now(), imu.OpenButton, true)
	for p.unit.Closed() { // the test's own limit ends it
		time.Sleep(time.Millisecond)
	}
	p.unit.Supply(p.lab.World.Now(), false)
}

// trip puts a fault behind the breaker, which trips.
func (p *place) trip() {
	p.Helper()
	if err := p.lab.Network.Fault(p.lab.World.Now(), plant.Fault{Node: "B", Kind: plant.ThreePhase}, 0); err != nil {
		p.Fatal(err)
	}
	for p.unit.Closed() { // the test's own limit ends it
		time.Sleep(time.Millisecond)
	}
}

// forget makes the unit forget its phones, as somebody at the display does.
func (p *place) forget() {
	p.Helper()
	res := p.unit.Do(p.lab.World.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothForget})
	if !res.OK() {
		p.Fatal(res.Err())
	}
}

// passes lets the time of the timer pass, and a little.
func (p *place) passes() {
	p.Helper()
	if err := p.lab.World.StepTo(p.Context(), p.lab.World.Now()+5*time.Minute+time.Second); err != nil {
		p.Fatal(err)
	}
	p.lab.World.SetSpeed(1) // a step leaves time standing
}

// within waits until something is so. The limit of the test ends it.
func (p *place) within(is func(State) bool) State {
	p.Helper()
	changes, end := p.phone.Watch()
	defer end()
	for {
		if s := p.phone.State(); is(s) {
			return s
		}
		select {
		case <-changes:
		case <-p.Context().Done():
			p.Fatalf("%+v", p.phone.State())
		}
	}
}

// paired is a phone that was paired, and has proved a password.
func (p *place) paired(password string) {
	p.Helper()
	p.enable()
	p.press()
	p.phone.Choose(true, true)
	if err := p.phone.Pair(p.Context(), "Q1"); err != nil {
		p.Fatal(err)
	}
	if err := p.phone.Code(p.Context(), p.shows()); err != nil {
		p.Fatal(err)
	}
	if _, err := p.phone.Login(p.Context(), password); err != nil {
		p.Fatal(err)
	}
}

// mine takes the phone, as the person who started it does.
func (p *place) mine() {
	p.Helper()
	_, code, _ := strings.Cut(p.server.StartLink(), "#")
	if r, body := p.call("POST", "/api/v1/start", map[string]string{"code": code}); r.StatusCode != http.StatusOK {
		p.Fatal(r.StatusCode, body)
	}
}

// call asks the API.
func (p *place) call(method, path string, body any) (*http.Response, string) {
	p.Helper()
	q := must(http.NewRequest(method, p.server.URL()+path, bytes.NewReader(must(json.Marshal(body)))))
	q.Header.Set("Content-Type", "application/json")
	return p.send(q)
}

// get asks for a page, post sends a form of one.
func (p *place) get(path string) (*http.Response, string) {
	p.Helper()
	return p.send(must(http.NewRequest("GET", p.server.URL()+path, nil)))
}

func (p *place) post(path string, pairs ...string) (*http.Response, string) {
	p.Helper()
	f := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	q := must(http.NewRequest("POST", p.server.URL()+path, strings.NewReader(f.Encode())))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.send(q)
}

func (p *place) send(q *http.Request) (*http.Response, string) {
	p.Helper()
	r, err := p.http.Do(q)
	if err != nil {
		p.Fatal(err)
	}
	defer r.Body.Close()
	return r, string(must(io.ReadAll(r.Body)))
}
