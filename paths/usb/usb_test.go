package usb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"switchroom/access"
	"switchroom/client"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/usb"
	"switchroom/points"
	"switchroom/wire/front"
	"switchroom/wire/usblink"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ports serves the port of a unit and returns its address.
func ports(t *testing.T, s *imutest.Stand, as string, attends func(string) error) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "usb") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "usb.sock")
	server := usb.NewServer([]*imu.Unit{s.Unit}, s.World, attends)
	if err := server.Listen(path); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() { server.Close(); os.RemoveAll(dir) })
	q := url.Values{"unit": {s.Unit.Name()}}
	if as != "" {
		q.Set("as", as)
	}
	return (&url.URL{Scheme: "usb", Path: path, RawQuery: q.Encode()}).String()
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

func plug(t *testing.T, address string) *client.Cable {
	t.Helper()
	c, err := client.DialUSB(context.Background(), address, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// byCable reaches a unit as the commissioning software does.
type byCable struct{ c *client.Cable }

func (b byCable) Read(id points.ID) (points.Value, error) {
	if err := b.c.Login(context.Background(), "0000"); err != nil {
		return points.Value{}, err
	}
	r, err := b.c.Read(context.Background(), id)
	if err != nil {
		return points.Value{}, err
	}
	return r[0].Value, nil
}

func (b byCable) Write(id points.ID, v points.Value, password string) imutest.Verdict {
	return verdict(b.c.Write(context.Background(), password, 0, client.Setting{Point: id, Value: v}))
}

func (b byCable) Do(op points.ID, password string) imutest.Verdict {
	_, err := b.c.Do(context.Background(), op, password)
	return verdict(err)
}

func verdict(err error) imutest.Verdict {
	if err != nil {
		return imutest.Refused
	}
	return imutest.Done
}

// TestConformance holds both ends of the cable to their column of matrix B.
func TestConformance(t *testing.T) {
	for as, path := range map[string]access.Path{"pc": access.USB, "phone": access.OTG} {
		t.Run(as, func(t *testing.T) {
			imutest.Run(t, path, func(t *testing.T, s *imutest.Stand) imutest.Caller {
				flow(t, s)
				return byCable{plug(t, ports(t, s, as, nil))}
			})
		})
	}
}

// TestPower: a cable feeds a unit that has no other supply, and nothing more.
func TestPower(t *testing.T) {
	s := imutest.NewStand(t)
	s.Unit.Supply(s.Now(), false)
	s.Pass(time.Second)
	address := ports(t, s, "", nil)
	c := plug(t, address)
	v, err := byCable{c}.Read(points.ProtectionLongTimeIr)
	if err != nil || v.Float() != 1000 {
		t.Errorf("over a cable that feeds it Ir reads %v, %v", v.Float(), err)
	}
	c.Close()
	var snap imu.Snapshot
	for end := time.Now().Add(5 * time.Second); ; {
		s.Pass(time.Second)
		if s.Unit.Read(s.Now(), access.Actor{Path: access.Modbus}, &snap); !snap.Powered() {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the unit lives on after the cable is out")
		}
	}
}

// TestLevels is B3 and R2: what each level may over a PC and over a phone.
func TestLevels(t *testing.T) {
	for _, c := range []struct {
		as, password string
		protect      bool
		change       points.ID // password that it may change
		ok           bool
	}{
		{"pc", "0000", true, points.PasswordLevel2, true},
		{"pc", "1111", false, points.PasswordLevel1, true},
		{"pc", "1111", false, points.PasswordLevel4, false},
		{"pc", "3333", false, points.PasswordLevel3, true},
		{"phone", "1111", true, points.PasswordLevel1, false},
		{"phone", "3333", false, points.PasswordLevel3, false},
	} {
		s := imutest.NewStand(t)
		cable := plug(t, ports(t, s, c.as, nil))
		err := cable.Write(context.Background(), c.password, 0, client.Setting{Point: points.ProtectionLongTimeIr, Value: points.Number(700)})
		if (err == nil) != c.protect {
			t.Errorf("%s, %s: writing Ir: %v; want done %v", c.as, c.password, err, c.protect)
		}
		err = cable.Write(context.Background(), c.password, 0, client.Setting{Point: c.change, Value: points.String("Ab1z")})
		if (err == nil) != c.ok {
			t.Errorf("%s, %s: changing %v: %v; want done %v", c.as, c.password, c.change, err, c.ok)
		}
		if err != nil && strings.Contains(err.Error(), "Ab1z") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

// TestTogether: protection settings act together or not at all, and an error says
// what was done.
func TestTogether(t *testing.T) {
	s := imutest.NewStand(t)
	c := plug(t, ports(t, s, "pc", nil))
	ctx := context.Background()
	err := c.Write(ctx, "0000", 0, client.Setting{Point: points.ProtectionLongTimeIr, Value: points.Number(800)}, client.Setting{Point: points.ProtectionShortTimeIsd, Value: points.Number(99)})
	var e *client.Error
	if !errors.As(err, &e) || e.MayHaveHappened || len(e.Done) != 0 {
		t.Errorf("settings of which one is out of range: %v", err)
	}
	if v, _ := (byCable{c}).Read(points.ProtectionLongTimeIr); v.Float() != 1000 {
		t.Errorf("Ir is %g after a refusal", v.Float())
	}
	err = c.Write(ctx, "0000", 0, client.Setting{Point: points.ProtectionLongTimeIr, Value: points.Number(800)}, client.Setting{Point: points.MeteringPowerSign, Value: points.Number(7)})
	if !errors.As(err, &e) || len(e.Done) != 1 || e.Done[0] != points.ProtectionLongTimeIr {
		t.Errorf("a protection setting and another that is refused: %v; want the first told as done", err)
	}
}

// TestSessionEnds: what a password has proved is over after ten minutes without a
// question, and is not taken up again by asking.
func TestSessionEnds(t *testing.T) {
	s := imutest.NewStand(t)
	c := plug(t, ports(t, s, "pc", nil))
	if v, err := (byCable{c}).Read(points.RatingIn); err != nil || v.Float() != 1000 {
		t.Fatal(v.Float(), err)
	}
	s.Pass(9 * time.Minute)
	if _, err := c.Read(context.Background(), points.RatingIn); err != nil {
		t.Errorf("after nine minutes: %v", err)
	}
	s.Pass(11 * time.Minute)
	for range 2 {
		if _, err := c.Read(context.Background(), points.RatingIn); err == nil {
			t.Error("after eleven minutes of silence it is still answered")
		}
	}
}

// TestSessionEndsWithPassword_CVE_2024_37998: what a password has proved is over when that
// password is changed on any way; what another proves goes on.
func TestSessionEndsWithPassword_CVE_2024_37998(t *testing.T) {
	for level, c := range map[points.ID]bool{points.PasswordLevel4: false, points.PasswordLevel1: true} {
		s := imutest.NewStand(t)
		cable := plug(t, ports(t, s, "pc", nil))
		if err := cable.Login(context.Background(), "0000"); err != nil {
			t.Fatal(err)
		}
		admin := access.Actor{Path: access.USB, Present: true, Source: "another", Levels: access.Level4, Until: time.Hour}
		if r := s.Unit.Do(s.World.Now(), imu.Request{Actor: admin, Op: level, Value: points.String("Ab1z")}); !r.OK() {
			t.Fatal(r)
		}
		if _, err := cable.Read(context.Background(), points.RatingIn); (err == nil) != c {
			t.Errorf("after the change of %v: %v; want answered %v", level, err, c)
		}
	}
}

// TestWithoutPassword: nothing of the breaker is told before a password is given
// (R1, B5), and the port tells no reading by its greeting.
func TestWithoutPassword(t *testing.T) {
	s := imutest.NewStand(t)
	c := plug(t, ports(t, s, "pc", nil))
	if _, err := c.Read(context.Background(), points.CurrentL1); err == nil {
		t.Error("a current is read without a password")
	}
	if err := c.Login(context.Background(), "9999"); err == nil {
		t.Error("a wrong password is taken")
	}
	if _, err := c.Read(context.Background(), points.CurrentL1); err == nil {
		t.Error("a current is read after a wrong password")
	}
}

// TestOneCable: a port has room for one.
func TestOneCable(t *testing.T) {
	s := imutest.NewStand(t)
	address := ports(t, s, "pc", func(by string) error {
		if by == "Cleo" {
			return errors.New("Cleo is not in the room")
		}
		return nil
	})
	first := plug(t, address)
	if _, err := client.DialUSB(context.Background(), address, client.Options{}); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("a second cable: %v", err)
	}
	first.Close()
	plug(t, address).Close()
	if _, err := client.DialUSB(context.Background(), address+"&by=Cleo", client.Options{}); err == nil || !strings.Contains(err.Error(), "Cleo is not in the room") {
		t.Errorf("somebody outside plugs in: %v", err)
	}
}

// raw asks the port with bytes of any kind.
func raw(t *testing.T, address string) net.Conn {
	t.Helper()
	u, _ := url.Parse(address)
	c, err := net.Dial("unix", u.Path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := front.Greet(c, front.Greeting{Unit: u.Query().Get("unit")}); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestNoise: bytes that are no frame are dropped, and the next question is answered.
func TestNoise(t *testing.T) {
	s := imutest.NewStand(t)
	c := raw(t, ports(t, s, "", nil))
	hello, _ := (&usblink.Frame{Kind: usblink.Question, Number: 7, Body: []byte(`{"verb":"hello"}`)}).Append(nil)
	broken := bytes.Clone(hello)
	broken[14] ^= 1
	c.Write(append(append([]byte("SWgarbage SW\x01\x01"), broken...), hello...))
	f, err := usblink.NewReader(c).Next()
	if err != nil || f.Number != 7 || !bytes.Contains(f.Body, []byte(`"Q1"`)) {
		t.Errorf("after noise: %+v, %v", f, err)
	}
}

// TestEventsAndCaptures: the histories and the waveform of a trip come over the
// cable whole.
func TestEventsAndCaptures(t *testing.T) {
	s := imutest.NewStand(t)
	s.Load(20000)
	s.Pass(time.Second)
	c := raw(t, ports(t, s, "", nil))
	in := usblink.NewReader(c)
	ask := func(a usblink.Ask) *usblink.Reply {
		t.Helper()
		body, _ := json.Marshal(a)
		f, err := (&usblink.Frame{Kind: usblink.Question, Body: body}).Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Write(f)
		got, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		r, err := usblink.ParseReply(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := ask(usblink.Ask{Verb: usblink.Events, History: "trip", Count: 10}); r.OK {
		t.Error("a history is told without a password")
	}
	if r := ask(usblink.Ask{Verb: usblink.Login, Password: "3333"}); !r.OK || fmt.Sprint(r.Levels) != "[3]" {
		t.Fatalf("login: %+v", r)
	}
	if r := ask(usblink.Ask{Verb: usblink.Events, History: "trip", Count: 10}); !r.OK || r.Total != 1 || !bytes.Contains(r.Events, []byte("20")) {
		t.Errorf("trips: %+v", r)
	}
	all, _ := s.Unit.Captures(s.Now(), access.Actor{Path: access.Modbus})
	if r := ask(usblink.Ask{Verb: usblink.Captures}); !r.OK || r.Total != len(all) {
		t.Errorf("waveforms: %+v, want %d", r, len(all))
	}
	if r := ask(usblink.Ask{Verb: usblink.Capture, First: 99}); r.OK {
		t.Error("a waveform that is not there is told")
	}
	if r := ask(usblink.Ask{Verb: "format_disk"}); r.OK || r.Reason != "malformed" {
		t.Errorf("a verb that is not there: %+v", r)
	}
}
