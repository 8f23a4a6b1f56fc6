package ble_test

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/access"
	"switchroom/air"
	"switchroom/imu"
	"switchroom/imu/imutest"
	"switchroom/points"
	wire "switchroom/wire/ble"
	"switchroom/wire/ble/pairing"
	"switchroom/wire/usblink"
)

// profiles are those under which every attack is tried.
var profiles = []access.Profile{access.Faithful, access.RBAC, access.Hardened}

// under runs f once for each profile, with a unit whose radio is on and a stranger.
func under(t *testing.T, f func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger)) {
	for _, p := range profiles {
		t.Run(p.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st, s, end := aloneAs(t, func(c *imu.Config) { c.Profile = p })
				defer end()
				f(t, p, st, s)
			})
		})
	}
}

// said reports whether one of the refusals in the history has a text.
func said(st *imutest.Stand, text string) bool {
	return strings.Contains(strings.Join(refusals(st), "\n"), text)
}

// TestReplay: whoever repeats a packet of a live link that they have heard ends that
// link, in every profile, and nothing that was asked happens twice. The history says so.
func TestReplay(t *testing.T) {
	under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
		var heard []air.Heard
		s.air.Listen(func(h air.Heard) {
			if h.Sealed && h.From == s.own {
				heard = append(heard, h)
			}
		})
		s.connect(t)
		if !s.pair(pairing.Config{}) {
			t.Fatalf("not paired: %q", s.log)
		}
		s.do(func() { heard = nil })
		if err := s.ask(&usblink.Ask{Verb: usblink.Login, Password: "9999"}); err != nil {
			t.Fatal(err)
		}
		recorded := append([]air.Heard(nil), heard...)
		answers := s.told.Len()
		if len(recorded) == 0 || answers == 0 {
			t.Fatalf("%d packets, %d bytes of answers", len(recorded), answers)
		}
		if !s.air.Inject(recorded[len(recorded)-1]) {
			t.Fatal("there is no link")
		}
		synctest.Wait()
		if !s.over || s.why != wire.MICFailure || s.told.Len() != answers || !said(st, wire.MICFailure.String()) {
			t.Errorf("over %v (%v), %d bytes more, history %q", s.over, s.why, s.told.Len()-answers, refusals(st))
		}
		s.connect(t) // the next link has keys of its own
		s.do(func() { s.link.Encrypt(*s.bond) })
		if s.ask(nil) != nil {
			t.Fatal("the phone does not get back in")
		}
		s.air.Inject(recorded[0])
		synctest.Wait()
		if !s.over || s.why != wire.MICFailure {
			t.Errorf("a packet of the last link: over %v, %v", s.over, s.why)
		}
	})
}

// TestWrongConfirm: whoever does not know the six digits is found out by the confirm
// value, is counted, and has to wait.
func TestWrongConfirm(t *testing.T) {
	for _, way := range []struct {
		name string
		c    pairing.Config
	}{{"LE Secure Connections", pairing.Config{}}, {"legacy", legacy}} {
		under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
			want := wire.ConfirmFailed
			if way.name == "legacy" && p == access.Hardened {
				want = wire.AuthenticationRequired
			}
			s.bend = func(n uint32) uint32 { return (n + 1) % 1_000_000 }
			s.connect(t)
			if s.pair(way.c) || !said(st, want.String()) || len(st.Unit.Bonds(st.Now())) != 0 {
				t.Errorf("%s: %q, history %q", way.name, s.log, refusals(st))
			}
			s.pair(way.c)
			if !said(st, wire.RepeatedAttempts.String()) {
				t.Errorf("%s: at once again: %q", way.name, refusals(st))
			}
		})
	}
}

// TestKeySize: a key shorter than 16 bytes (KNOB), asked for by the phone or by somebody
// in between, is refused in every profile.
func TestKeySize(t *testing.T) {
	shorten := func(h air.Heard) []byte {
		if b := h.Payload; h.Header == 2 && len(b) == 11 && b[2] == wire.ChannelSMP && (b[4] == wire.SMPRequest || b[4] == wire.SMPResponse) {
			out := append([]byte(nil), b...)
			out[8] = 7
			return out
		}
		return h.Payload
	}
	for _, c := range []struct {
		name   string
		phone  pairing.Config
		meddle func(air.Heard) []byte
	}{
		{"asked for by the phone", pairing.Config{Bent: func(f *wire.Features) { f.MaxKey = 7 }}, nil},
		{"asked for by a phone of Bluetooth 4.0", pairing.Config{Bent: func(f *wire.Features) { f.MaxKey = 7; f.Auth &^= wire.AuthSecure }}, nil},
		{"by somebody in between", pairing.Config{}, shorten},
	} {
		under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
			s.air.Meddle(c.meddle)
			s.connect(t)
			if s.pair(c.phone) || len(refusals(st)) == 0 || st.Unit.RadioOf(0).Passkey != "" {
				t.Errorf("%s: %q, history %q", c.name, s.log, refusals(st))
			}
			if !said(st, wire.KeySize.String()) {
				t.Errorf("%s: the history says %q", c.name, refusals(st))
			}
		})
	}
}

// TestDowngrade: somebody in between who takes Secure Connections out of what both ends
// say gets nothing: hardened pairs by nothing else, and elsewhere the ends find that they
// have not heard the same.
func TestDowngrade(t *testing.T) {
	under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
		s.air.Meddle(func(h air.Heard) []byte {
			if b := h.Payload; h.Header == 2 && len(b) == 11 && b[2] == wire.ChannelSMP && (b[4] == wire.SMPRequest || b[4] == wire.SMPResponse) {
				out := append([]byte(nil), b...)
				out[7] &^= wire.AuthSecure
				return out
			}
			return h.Payload
		})
		want := wire.ConfirmFailed
		if p == access.Hardened {
			want = wire.AuthenticationRequired
		}
		s.connect(t)
		if s.pair(pairing.Config{}) || !said(st, want.String()) {
			t.Errorf("%q, history %q", s.log, refusals(st))
		}
	})
}

// TestBruteForce is somebody who only listens while a phone of Bluetooth 4.0 is paired:
// under 2017 they find the six digits, every key and the password of the breaker; under
// hardened there is no such pairing, and of Secure Connections they find nothing.
func TestBruteForce(t *testing.T) {
	login := &usblink.Ask{Verb: usblink.Login, Password: "0000"}
	under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
		e := s.air.Eavesdrop()
		shown := ""
		s.bend = func(n uint32) uint32 { shown = st.Unit.RadioOf(0).Passkey; return n }
		s.connect(t)
		paired := s.pair(legacy)
		if paired == (p == access.Hardened) {
			t.Fatalf("paired %v: %q", paired, s.log)
		}
		if !paired {
			if _, err := e.Recover(); err == nil {
				t.Error("a pairing that was refused gives something away")
			}
			return
		}
		s.reply(t, login)
		got, err := e.Recover()
		if err != nil {
			t.Fatal(err)
		}
		if n := got.Passkey; shown == "" || wire.Passkey(n) != wire.Passkey(number(shown)) || got.LTK != s.bond.LTK {
			t.Errorf("it finds %06d and %x, and it was %s and %x", n, got.LTK, shown, s.bond.LTK)
		}
		if !strings.Contains(spoken(got, s.own), `"password":"0000"`) {
			t.Error("it does not read the password")
		}
	})
	under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
		e := s.air.Eavesdrop()
		s.connect(t)
		if !s.pair(pairing.Config{}) {
			t.Fatalf("%q", s.log)
		}
		s.reply(t, login)
		if got, err := e.Recover(); err == nil {
			t.Errorf("of Secure Connections it finds %+v", got)
		}
		for _, h := range e.Overheard() {
			if bytes.Contains(h.Payload, []byte("password")) {
				t.Error("it reads the password")
			}
		}
	})
}

func number(digits string) (n uint32) {
	for _, d := range digits {
		n = n*10 + uint32(d-'0')
	}
	return n
}

// spoken is what an end has written as questions, as whoever has recovered the keys
// reads it.
func spoken(r *air.Recovered, by wire.Address) string {
	var all []byte
	for _, h := range r.Plain {
		if p := h.Payload; h.From == by && h.Header == 2 && len(p) > 7 && p[2] == wire.ChannelATT && p[4] == wire.ATTWrite && p[5] == questionHandle {
			all = append(all, p[7:]...)
		}
	}
	return string(all)
}

// TestATTBeforeEncryption: before it has paired a phone reads the product and nothing
// else, and writes, prepares and subscribes to nothing.
func TestATTBeforeEncryption(t *testing.T) {
	under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
		s.connect(t)
		for h := uint16(1); h < 30; h++ {
			for _, a := range []wire.ATT{
				{Op: wire.ATTWrite, Handle: h, Value: []byte("SW")},
				{Op: wire.ATTWrite, Handle: h, Value: []byte{1, 0}},
				{Op: wire.ATTPrepare, Handle: h, Value: []byte("SW")},
			} {
				if _, err := s.att(a); err == nil {
					t.Errorf("attribute %d takes 0x%02X", h, a.Op)
				}
			}
			s.do(func() { s.link.SendATT(wire.ATT{Op: wire.ATTWriteCommand, Handle: h, Value: []byte("SW")}.Bytes()) })
		}
		for _, h := range []uint16{questionHandle, answerCCCD, eventCCCD} {
			if _, err := s.att(wire.ATT{Op: wire.ATTRead, Handle: h}); h == questionHandle && err == nil {
				t.Errorf("attribute %d is read", h)
			}
		}
		if s.told.Len() > 0 || s.over || st.Unit.RadioOf(0).Passkey != "" {
			t.Errorf("it is told %q, over %v", s.told.Bytes(), s.over)
		}
		time.Sleep(45 * time.Second)
		synctest.Wait()
		if !s.over || !said(st, "proved nothing") {
			t.Errorf("over %v, history %q", s.over, refusals(st))
		}
	})
}

// TestSecondPhone: while one phone is connected no other gets a link, and the first does
// not notice.
func TestSecondPhone(t *testing.T) {
	under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
		second := newStranger(st.Unit, s.air, "another")
		time.Sleep(time.Second)
		s.connect(t)
		if !s.pair(pairing.Config{}) {
			t.Fatalf("%q", s.log)
		}
		for range 3 {
			if second.to == (wire.Address{}) || second.tries() {
				t.Fatal("a second phone is connected")
			}
		}
		if r := s.reply(t, &usblink.Ask{Verb: usblink.Hello}); s.over || st.Unit.RadioOf(0).Phone != s.own.String() || strings.HasPrefix(r.Reason, "no answer") {
			t.Errorf("the first: over %v, %q, %+v", s.over, st.Unit.RadioOf(0).Phone, r)
		}
		s.do(func() { s.link.Disconnect() })
		if !second.tries() {
			t.Error("the second does not get in when the first is gone")
		}
	})
}

// TestTripsUnderAttack: a fault is cleared in the same time while a unit is attacked as
// while it is left alone.
func TestTripsUnderAttack(t *testing.T) {
	garbage := func(s *stranger) {
		for h := uint16(1); h < 30; h++ {
			s.air.Loop.Call(func() {
				if s.link != nil && !s.link.Over() {
					s.link.SendATT(wire.ATT{Op: wire.ATTWriteCommand, Handle: h, Value: []byte("SW")}.Bytes())
					s.link.SendATT([]byte{0x3F})
				}
			})
		}
	}
	begin := func(c pairing.Config) func(*stranger) {
		return func(s *stranger) { s.air.Loop.Call(func() { s.link.PairAs(c) }) }
	}
	alone := time.Duration(0)
	for _, c := range []struct {
		name  string
		burst func(s *stranger)
	}{
		{"nobody", func(*stranger) {}},
		{"attributes before encryption", garbage},
		{"pairing with a wrong code, again and again", begin(pairing.Config{})},
		{"a short key, again and again", begin(pairing.Config{Bent: func(f *wire.Features) { f.MaxKey = 7 }})},
		{"packets of others", func(s *stranger) {
			s.air.Inject(air.Heard{From: s.own, To: s.to, Header: 2, Payload: bytes.Repeat([]byte{7}, 40)})
		}},
		{"a jammer", func(s *stranger) { s.air.Jam(air.Jammer{Metres: 50}) }},
	} {
		under(t, func(t *testing.T, p access.Profile, st *imutest.Stand, s *stranger) {
			s.bend = func(n uint32) uint32 { return n ^ 1 }
			s.connect(t)
			stop, done, bursts := make(chan bool), make(chan bool), 0
			go func() {
				defer close(done)
				for {
					select {
					case <-stop:
						return
					case <-time.After(time.Millisecond):
						c.burst(s)
						bursts++
					}
				}
			}()
			time.Sleep(20 * time.Millisecond)
			st.Pass(time.Second)
			st.Load(20000)
			from := st.Now()
			for closed(st) && st.Now() < from+5*time.Second {
				st.Pass(time.Millisecond)
				time.Sleep(time.Millisecond) // the attack goes on meanwhile
			}
			took := st.Now() - from
			close(stop)
			<-done
			if c.name == "nobody" {
				alone = took
			}
			if closed(st) || took != alone || alone > 100*time.Millisecond || bursts < 20 {
				t.Errorf("%s: open after %v, and %v when left alone; %d bursts", c.name, took, alone, bursts)
			}
		})
	}
}

// closed reports whether the contacts are closed, as the unit sees them.
func closed(st *imutest.Stand) bool {
	var snap imu.Snapshot
	st.Unit.Read(st.Now(), access.Actor{Path: access.Modbus}, &snap)
	return snap.Values[points.BreakerClosed] != 0
}
