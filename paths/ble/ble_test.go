package ble_test

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/air"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ble"
	"switchroom/points"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// room is a unit with a radio, in air that a socket reaches.
type room struct {
	*imutest.Stand
	air     *air.Air
	address string
}

func newRoom(t testing.TB, s *imutest.Stand) *room {
	t.Helper()
	dir, err := os.MkdirTemp("", "ble") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "ble.sock")
	r := &room{Stand: s, air: air.New(1)}
	server := ble.NewServer([]*imu.Unit{s.Unit}, s.World, r.air, func(int) air.Place { return air.Place{} })
	socket, err := r.air.ServeSocket(path, air.Place{Y: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close(); server.Close(); r.air.Close(); os.RemoveAll(dir) })
	r.address = (&url.URL{Scheme: "ble", Path: path, RawQuery: url.Values{"unit": {s.Unit.Name()}}.Encode()}).String()
	return r
}

// on enables the function, as somebody at the display does, and presses the button.
func (r *room) on(t testing.TB) {
	t.Helper()
	res := r.Unit.Do(r.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(1)})
	if !res.OK() {
		t.Fatal(res.Err())
	}
	if !r.Unit.PressBluetooth(r.Now(), "Olga").On {
		t.Fatal("the button does nothing")
	}
}

// reads is whoever reads the code on the display.
func (r *room) reads(ctx context.Context, _ string) (string, error) {
	for {
		if n := r.Unit.RadioOf(r.Now()).Passkey; n != "" {
			return n, nil
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

func (r *room) pair(t *testing.T) *client.Cable {
	t.Helper()
	c, err := client.DialBLE(context.Background(), r.address, client.Options{Passkey: r.reads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// flow lets time pass while somebody waits for the mechanism.
func flow(t *testing.T, s *imutest.Stand) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				s.World.Step(s.World.Now() + 5*time.Millisecond)
			}
		}
	}()
	t.Cleanup(func() { stop(); <-done })
}

// byPhone reaches a unit as the app does.
type byPhone struct{ c *client.Cable }

func (b byPhone) Read(id points.ID) (points.Value, error) {
	if err := b.c.Login(context.Background(), "0000"); err != nil {
		return points.Value{}, err
	}
	r, err := b.c.Read(context.Background(), id)
	if err != nil {
		return points.Value{}, err
	}
	return r[0].Value, nil
}

func (b byPhone) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return verdict(b.c.Write(context.Background(), password, 0, client.Setting{Point: id, Value: v}))
}

func (b byPhone) Do(op points.ID, password string) imutest.Verdict {
	_, err := b.c.Do(context.Background(), op, password)
	return verdict(err)
}

func verdict(err error) imutest.Verdict {
	if err != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds Bluetooth to its column of matrix B: found, paired by the code
// on the display, and everything over the encrypted link.
func TestConformance(t *testing.T) {
	imutest.Run(t, access.BLE, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		flow(t, s)
		r := newRoom(t, s)
		r.on(t)
		return byPhone{r.pair(t)}
	})
}

// dial connects with what the phone has kept.
func (r *room) dial(extra string) (*client.Cable, error) {
	return client.DialBLE(context.Background(), r.address+extra, client.Options{Timeout: 3 * time.Second})
}

// until waits for what another goroutine brings about.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func (r *room) radio() imu.Radio { return r.Unit.RadioOf(r.Now()) }

// inAir is how many units can be found.
func (r *room) inAir() (n int) {
	for _, s := range r.air.Radios() {
		if s.Advertising {
			n++
		}
	}
	return n
}

// TestGates is A4: without supply, function and button there is nothing in the air, and
// each of them ends it.
func TestGates(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	if r.Unit.PressBluetooth(r.Now(), "Olga").On || r.inAir() != 0 {
		t.Error("the button alone switches it on")
	}
	for _, c := range []struct {
		name string
		end  func()
		undo func()
	}{
		{"second press", func() { r.Unit.PressBluetooth(r.Now(), "Olga") }, func() {}},
		{"timer", func() { r.Pass(15*time.Minute + time.Second) }, func() {}},
		{"function", func() {
			r.Unit.Do(r.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(0)})
		}, func() {}},
		{"supply", func() { r.Unit.Supply(r.Now(), false); r.Pass(time.Second) }, func() { r.Unit.Supply(r.Now(), true) }},
		{"forgetting the phones", func() {
			r.Unit.Do(r.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothForget})
		}, func() {}},
	} {
		r.on(t)
		until(t, "it advertises", func() bool { return r.inAir() == 1 })
		c.end()
		until(t, c.name+" ends it", func() bool { return r.inAir() == 0 && len(r.air.Radios()) == 0 })
		if r.radio().On {
			t.Errorf("%s: the unit says that it is on", c.name)
		}
		c.undo()
	}
}

// TestTimer: what a phone asks puts the end off, and nothing else does.
func TestTimer(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	r.Unit.Do(r.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothTimer, Value: points.Number(5)})
	r.on(t)
	c := r.pair(t)
	for range 4 {
		r.Pass(4 * time.Minute)
		if _, err := (byPhone{c}).Read(points.CurrentL1); err != nil {
			t.Fatal(err)
		}
	}
	r.Pass(6 * time.Minute)
	if _, err := (byPhone{c}).Read(points.CurrentL1); err == nil || r.radio().On {
		t.Errorf("a phone that asked nothing for six minutes still reads: %v", err)
	}
	if _, err := r.dial(""); err == nil || !strings.Contains(err.Error(), "button") {
		t.Errorf("it is found after the timer: %v", err)
	}
}

// TestBond: a phone that was paired comes back without a code; one that was forgotten
// does not, and a second one is not let in beside the first.
func TestBond(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	r.on(t)
	if _, err := r.dial(""); err == nil || !strings.Contains(err.Error(), "not paired") {
		t.Errorf("a phone that nobody has paired: %v", err)
	}
	r.pair(t).Close()
	until(t, "the phone is gone", func() bool { return r.radio().Phone == "" })
	c, err := r.dial("")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := (byPhone{c}).Read(points.ProtectionLongTimeIr); err != nil || v.Float() != 1000 {
		t.Errorf("%v, %v", v, err)
	}
	if _, err := client.DialBLE(context.Background(), r.address+"&phone=second", client.Options{Passkey: r.reads, Timeout: time.Second}); err == nil {
		t.Error("two phones are connected")
	}
	c.Close()
	r.Unit.Do(r.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothForget})
	r.on(t)
	if _, err := r.dial(""); err == nil || !strings.Contains(err.Error(), "pair again") {
		t.Errorf("a phone that was forgotten: %v", err)
	}
}

// TestWalk is a phone that is carried away and back.
func TestWalk(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	r.on(t)
	c := r.pair(t)
	r.air.Move("phone", air.Place{Y: 40})
	until(t, "the link is lost", func() bool { return r.radio().Phone == "" })
	if _, err := (byPhone{c}).Read(points.CurrentL1); err == nil {
		t.Error("it reads from 40 m")
	}
	if _, err := r.dial(""); err == nil {
		t.Error("it is found from 40 m")
	}
	r.air.Move("phone", air.Place{Y: 3})
	if _, err := r.dial("&at=40"); err == nil {
		t.Error("it is found from 40 m for once")
	}
	back, err := r.dial("")
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if _, err := (byPhone{back}).Read(points.CurrentL1); err != nil {
		t.Error(err)
	}
}

// TestGuessing: wrong codes make the next attempt wait, and the fifth ends the radio.
func TestGuessing(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	r.on(t)
	wrong := func(ctx context.Context, _ string) (string, error) {
		n, err := r.reads(ctx, "")
		if err != nil {
			return "", err
		}
		return string('0'+(n[0]-'0'+1)%10) + n[1:], nil // another digit
	}
	guess := func() error {
		until(t, "the last phone is gone", func() bool { return r.radio().Phone == "" })
		c, err := client.DialBLE(context.Background(), r.address, client.Options{Passkey: wrong})
		if err == nil {
			c.Close()
		}
		return err
	}
	for n := range 5 {
		if err := guess(); err == nil || strings.Contains(err.Error(), "too many") {
			t.Fatalf("guess %d: %v", n+1, err)
		}
		if n < 4 {
			if err := guess(); err == nil || !strings.Contains(err.Error(), "too many") {
				t.Errorf("at once after guess %d: %v", n+1, err)
			}
			r.Pass(2*time.Second<<n + time.Second)
		}
	}
	until(t, "the radio ends", func() bool { return !r.radio().On })
	recs, _, _ := r.Unit.Events(r.Now(), access.Actor{Path: access.HMI, Present: true}, points.CommunicationHistory, 0, 100)
	n := 0
	for _, e := range recs {
		if e.Code == points.CodeBluetoothRefused {
			n++
		}
	}
	if n != 9 {
		t.Errorf("%d refusals are in the history, want 9", n)
	}
	if len(r.Unit.Bonds(r.Now())) != 0 {
		t.Error("somebody is paired")
	}
}

// TestEvent: a phone that is logged in hears of a trip by itself; one that is not hears
// nothing.
func TestEvent(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	r.on(t)
	heard := make(chan string, 100)
	c, err := client.DialBLE(context.Background(), r.address, client.Options{Passkey: r.reads, Event: func(b []byte) { heard <- string(b) }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Read(context.Background(), points.CurrentL1); err == nil {
		t.Error("it reads without a password (B5)")
	}
	r.Unit.Push(r.Now(), imu.OpenButton, true)
	r.Unit.Push(r.Now(), imu.OpenButton, false)
	r.Pass(time.Second)
	if len(heard) != 0 {
		t.Errorf("told without a login: %s", <-heard)
	}
	if err := c.Login(context.Background(), "3333"); err != nil {
		t.Fatal(err)
	}
	r.Unit.Push(r.Now(), imu.CloseButton, true)
	r.Pass(time.Second)
	select {
	case got := <-heard:
		if !strings.Contains(got, "breaker.closed") {
			t.Errorf("told %s", got)
		}
	case <-time.After(5 * time.Second):
		t.Error("never told")
	}
}

// TestLong: an answer of many packets arrives whole.
func TestLong(t *testing.T) {
	r := newRoom(t, imutest.NewStand(t))
	r.Load(20000)
	r.Pass(time.Second)
	r.on(t)
	c := r.pair(t)
	if err := c.Login(context.Background(), "0000"); err != nil {
		t.Fatal(err)
	}
	var all []points.ID
	for _, i := range points.All() {
		if i.Type != points.Action && i.Type != points.Secret {
			all = append(all, i.ID)
		}
	}
	got, err := c.Read(context.Background(), all...)
	if err != nil || len(got) != len(all) {
		t.Errorf("%d of %d, %v", len(got), len(all), err)
	}
}

// TestIdle: a phone that connects and proves nothing is let go.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { silent(t) })
}

// BenchmarkNotice is from an event at the unit until the phone has heard of it.
func BenchmarkNotice(b *testing.B) {
	r := newRoom(b, imutest.NewStand(b))
	r.on(b)
	heard := make(chan struct{}, 100)
	c, err := client.DialBLE(context.Background(), r.address, client.Options{Passkey: r.reads, Event: func([]byte) { heard <- struct{}{} }})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(context.Background(), "3333"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r.Unit.RadioRefused(r.Now(), "somebody", "a benchmark")
		<-heard
	}
}
