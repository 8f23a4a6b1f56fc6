package nfc_test

import (
	"context"
	"errors"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/nfc"
	"switchroom/points"
	"switchroom/wire/front"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// zone serves the zone of a unit and returns its address.
func zone(t *testing.T, s *imutest.Stand, attends func(string) error) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "nfc") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "nfc.sock")
	server := nfc.NewServer([]*imu.Unit{s.Unit}, s.World, attends)
	if err := server.Listen(path); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() { server.Close(); os.RemoveAll(dir) })
	return (&url.URL{Scheme: "nfc", Path: path, RawQuery: url.Values{"unit": {s.Unit.Name()}}.Encode()}).String()
}

// byPhone reaches a unit with a phone that is held to it anew for each reading.
type byPhone struct{ address string }

func (p byPhone) Read(id points.ID) (points.Value, error) {
	tag, err := client.DialTag(context.Background(), p.address, client.Options{})
	if err != nil {
		return points.Value{}, err
	}
	r, err := tag.Read(context.Background(), id)
	return r[0].Value, err
}

func (p byPhone) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return p.try(func(b client.Breaker) error {
		return b.Write(context.Background(), password, 0, client.Setting{Point: id, Value: v})
	})
}

func (p byPhone) Do(op points.ID, password string) imutest.Verdict {
	return p.try(func(b client.Breaker) error { _, err := b.Do(context.Background(), op, password); return err })
}

func (p byPhone) try(f func(client.Breaker) error) imutest.Verdict {
	b, err := client.Connect(context.Background(), p.address, client.Options{})
	if err != nil || f(b) != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds NFC to its column of matrix B, over the socket.
func TestConformance(t *testing.T) {
	imutest.Run(t, access.NFC, func(t *testing.T, s *imutest.Stand) imutest.Caller {
		return byPhone{zone(t, s, nil)}
	})
}

// TestWithoutSupply: a unit that has none is read all the same, and tells what it
// remembers and nothing that it would have to look at.
func TestWithoutSupply(t *testing.T) {
	s := imutest.NewStand(t)
	s.Load(20000)
	s.Pass(time.Second)
	s.Load(0)
	s.Unit.Supply(s.Now(), false)
	s.Pass(time.Second)
	tag, err := client.DialTag(context.Background(), zone(t, s, nil), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := tag.Label()
	if l.Powered || l.Trip == nil || l.Trip.Event != "trip.instantaneous" || math.Abs(l.Trip.Currents[0]-20000) > 2000 {
		t.Errorf("powered %v, last trip %+v; want a trip of the instantaneous protection at 20 kA", l.Powered, l.Trip)
	}
	for id, want := range map[points.ID]bool{
		points.RatingIn: true, points.ProtectionLongTimeIr: true, points.ProtectionInstantaneousIi: true, points.TripInstantaneous: true,
		points.CurrentL1: false, points.BreakerClosed: false, points.ProtectionThermalL1: false, points.DeviceClock: false, points.InterfaceUptime: false,
	} {
		r, err := tag.Read(context.Background(), id)
		if err != nil || r[0].Value.Available() != want {
			t.Errorf("%v is available: %v, want %v (%v)", id, r[0].Value.Available(), want, err)
		}
	}
}

// TestNoRecord is A3: reading changes no byte of what the unit keeps, and of none of
// its histories.
func TestNoRecord(t *testing.T) {
	dir := t.TempDir()
	m, stored, err := imu.OpenMemory(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, _, err := imu.Open(imutest.NewStand(t).Unit.Config(), w, m, stored)
	if err != nil {
		t.Fatal(err)
	}
	s := &imutest.Stand{Unit: u, World: w}
	s.Pass(time.Second)
	kept := func() string {
		if err := m.Flush(w.Now()); err != nil {
			t.Fatal(err)
		}
		all := ""
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, f := range files {
			b, _ := os.ReadFile(f)
			all += string(b)
		}
		return all
	}
	kept() // what came before
	before := kept()
	address := zone(t, s, nil)
	for range 3 {
		if _, err := client.DialTag(context.Background(), address, client.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	client.DialTag(context.Background(), address+"x", client.Options{})
	added, ok := strings.CutPrefix(kept(), before)
	if !ok || strings.Contains(added, u.Name()) { // else it is the stamp of how long the world was alive
		t.Errorf("what is kept of the unit has changed: %q", added)
	}
	heard := 0
	u.Subscribe(func(imu.Record) { heard++ })
	client.DialTag(context.Background(), address, client.Options{})
	if heard != 0 {
		t.Errorf("%d events told of it", heard)
	}
	before = kept()
	u.Pad(w.Now(), true)
	if added := strings.TrimPrefix(kept(), before); !strings.Contains(added, u.Name()) {
		t.Errorf("a pad that is turned leaves %q: this test would not see a change", added)
	}
}

// held holds a phone to Q1.
func held(c net.Conn) (func([]byte) ([]byte, error), error) {
	return func(apdu []byte) ([]byte, error) {
		if err := front.WriteFrame(c, apdu); err != nil {
			return nil, err
		}
		return front.ReadFrame(c)
	}, front.Greet(c, front.Greeting{Unit: "Q1"})
}

// TestNobodyThere: a phone needs somebody who holds it, from the first command to
// the last.
func TestNobodyThere(t *testing.T) {
	s := imutest.NewStand(t)
	var inside atomic.Bool
	inside.Store(true)
	address := zone(t, s, func(person string) error {
		if !inside.Load() || person == "Cleo" {
			return errors.New("nobody is in the room")
		}
		return nil
	})
	if _, err := client.DialTag(context.Background(), address+"&by=Cleo", client.Options{}); err == nil {
		t.Error("somebody outside reads")
	}
	path, _ := url.Parse(address)
	c, err := net.Dial("unix", path.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	exchange, err := held(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchange([]byte{0, 0xa4, 4, 0, 0}); err != nil {
		t.Error(err)
	}
	inside.Store(false)
	if _, err := exchange([]byte{0, 0xa4, 4, 0, 0}); err == nil {
		t.Error("a phone is answered that nobody holds any more")
	}
	inside.Store(true)
	first, err := net.Dial("unix", path.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	exchange, err = held(first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.DialTag(context.Background(), address, client.Options{}); err != nil {
		t.Errorf("a second phone that takes the first one's place: %v", err)
	}
	if _, err := exchange([]byte{0, 0xa4, 4, 0, 0}); err == nil {
		t.Error("two phones are held to one breaker")
	}
}
