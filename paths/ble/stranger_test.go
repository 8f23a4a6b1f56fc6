package ble_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/access"
	"switchroom/air"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/paths/ble"
	"switchroom/points"
	wire "switchroom/wire/ble"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/pairing"
	"switchroom/wire/usblink"
)

// Where a stranger finds what it needs: the profile has fixed places.
const (
	questionHandle = 15
	answerCCCD     = 19
	eventCCCD      = 23
)

// stranger is a phone in the same process that does what a test wants.
type stranger struct {
	name string
	host *host.Host
	air  *air.Air
	unit *imu.Unit
	own  wire.Address
	link *host.Link
	to   wire.Address
	over bool
	why  wire.Status // of over
	log  []string
	bend func(uint32) uint32 // what it types for what the display shows; nil: that
	bond *pairing.Bond
	told bytes.Buffer // answers
}

func newStranger(u *imu.Unit, a *air.Air, name string) *stranger {
	s := &stranger{name: name, air: a, unit: u, own: wire.Address{Random: true, Octets: [6]byte{0xC5, name[0]}}}
	radio := a.Add(name, air.Place{Y: 1}, func(p wire.Packet) { s.host.Receive(p) })
	s.host = host.New(a.Loop, radio, host.Config{Address: s.own, Hooks: host.Hooks{
		Heard:     func(r wire.Report) { s.to = r.From },
		Connected: func(l *host.Link) { s.link, s.over = l, false },
		Ended:     func(_ *host.Link, why wire.Status) { s.over, s.why = true, why },
		Failed:    func(_ *host.Link, r wire.Reason) { s.log = append(s.log, r.String()) },
		Ask:       func(l *host.Link) { l.Enter(s.reads()) },
		Keep:      func(_ *host.Link, b pairing.Bond) { s.bond = &b },
		Encrypted: func(_ *host.Link, st wire.Status) { s.log = append(s.log, "encrypted: "+st.String()) },
		Notified:  func(_ *host.Link, _ uint16, v []byte) { s.told.Write(v) },
	}})
	s.do(func() { s.host.Start(func(error) { s.host.Scan(true) }) })
	return s
}

// reads is the code on the display, as the stranger types it.
func (s *stranger) reads() uint32 {
	n, _ := strconv.ParseUint(s.unit.RadioOf(0).Passkey, 10, 32)
	if s.bend != nil {
		return s.bend(uint32(n))
	}
	return uint32(n)
}

func (s *stranger) do(f func()) { s.air.Loop.Call(f); synctest.Wait() }

// tries connects, if it can.
func (s *stranger) tries() bool {
	time.Sleep(time.Second)
	s.link = nil
	s.do(func() { s.host.Connect(s.to, nil) })
	time.Sleep(time.Second)
	s.do(func() { s.host.CancelConnect() })
	return s.link != nil && !s.over
}

func (s *stranger) connect(t *testing.T) {
	t.Helper()
	if !s.tries() {
		t.Fatal("no connection")
	}
}

// pair pairs as c says. It reports whether the link is what a phone needs.
func (s *stranger) pair(c pairing.Config) bool {
	s.do(func() { s.link.PairAs(c) })
	return s.ask(nil) == nil && s.bond != nil
}

// att asks one thing of the unit's attributes.
func (s *stranger) att(p wire.ATT) (v []byte, err error) {
	err = fmt.Errorf("no answer")
	s.do(func() { s.link.Request(p, func(p wire.ATT, e error) { v, err = p.Value, e }) })
	return v, err
}

// ask writes a question, after it has subscribed to answers; nil only subscribes.
func (s *stranger) ask(a *usblink.Ask) error {
	if _, err := s.att(wire.ATT{Op: wire.ATTWrite, Handle: answerCCCD, Value: []byte{1, 0}}); err != nil || a == nil {
		return err
	}
	body, _ := json.Marshal(a)
	b, err := (&usblink.Frame{Kind: usblink.Question, Number: 1, Body: body}).Append(nil)
	for len(b) > 0 && err == nil {
		n := min(len(b), 20)
		_, err = s.att(wire.ATT{Op: wire.ATTWrite, Handle: questionHandle, Value: b[:n]})
		b = b[n:]
	}
	return err
}

// reply asks a question and reads its answer.
func (s *stranger) reply(t *testing.T, a *usblink.Ask) *usblink.Reply {
	t.Helper()
	s.told.Reset()
	if err := s.ask(a); err != nil {
		return &usblink.Reply{Reason: err.Error()}
	}
	f, err := usblink.NewReader(&s.told).Next()
	if err != nil {
		return &usblink.Reply{Reason: "no answer: " + err.Error()}
	}
	var r usblink.Reply
	if err := json.Unmarshal(f.Body, &r); err != nil {
		t.Fatal(err)
	}
	return &r
}

// refusals is what the unit's history says of phones that were refused.
func refusals(s *imutest.Stand) (all []string) {
	recs, _, _ := s.Unit.Events(s.Now(), access.Actor{Path: access.HMI, Present: true}, points.CommunicationHistory, 0, 100)
	for _, e := range recs {
		if e.Code == points.CodeBluetoothRefused {
			all = append(all, e.Detail)
		}
	}
	return all
}

// alone is a unit of a profile whose radio is on, and a stranger, in a bubble.
func alone(t *testing.T, p access.Profile) (*imu.Unit, *stranger, func()) {
	t.Helper()
	st, s, end := aloneAs(t, func(c *imu.Config) { c.Profile = p })
	return st.Unit, s, end
}

// aloneAs is alone with a unit as a test wants it.
func aloneAs(t *testing.T, as func(*imu.Config)) (*imutest.Stand, *stranger, func()) {
	t.Helper()
	cfg := imutest.NewStand(t).Unit.Config()
	as(&cfg)
	w := imu.NewSteppedWorld(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))
	u, err := imu.New(cfg, w)
	if err != nil {
		t.Fatal(err)
	}
	a := air.New(1)
	server := ble.NewServer([]*imu.Unit{u}, w, a, func(int) air.Place { return air.Place{} })
	if r := u.Do(w.Now(), imu.Request{Actor: access.Actor{Path: access.HMI, Present: true}, Op: points.BluetoothEnabled, Value: points.Number(1)}); !r.OK() {
		t.Fatal(r.Err())
	}
	u.PressBluetooth(w.Now(), "Olga")
	synctest.Wait()
	return &imutest.Stand{Unit: u, World: w}, newStranger(u, a, "stranger"), func() { server.Close(); a.Close() }
}
