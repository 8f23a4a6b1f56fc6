package air_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"switchroom/air"
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
	"switchroom/wire/ble/pairing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const told = "what only a paired phone may read"

// room is one peripheral that shows its passkey to whoever stands beside it, and one
// phone. What happened stands in the log.
type room struct {
	air      *air.Air
	unit     *host.Host
	phone    *host.Host
	log      []string
	link     *host.Link // of the phone
	bonds    [2]*pairing.Bond
	typed    func(uint32) uint32
	refuse   ble.Reason
	notified []byte
	value    *gatt.Characteristic
	there    *host.Link // of the unit
}

var (
	unitAddress  = ble.Address{Random: true, Octets: [6]byte{0xC0, 0x53, 0x57, 0, 0, 1}}
	phoneAddress = ble.Address{Random: true, Octets: [6]byte{0xC0, 0x53, 0x57, 0, 0, 2}}
)

func (r *room) note(format string, a ...any) { r.log = append(r.log, fmt.Sprintf(format, a...)) }

func newRoom(t *testing.T, secureOnly bool) *room {
	r := &room{air: air.New(1), typed: func(n uint32) uint32 { return n }}
	r.value = &gatt.Characteristic{UUID: ble.Short(0x2A19), Props: gatt.Read | gatt.Notify, Need: gatt.Authenticated, OnRead: func(*gatt.Bearer) ([]byte, ble.Fault) { return []byte(told), 0 }}
	table := gatt.NewTable(&gatt.Service{UUID: ble.Short(0x180F), Characteristics: []*gatt.Characteristic{r.value}})
	up := func(name string, c host.Config) *host.Host {
		var h *host.Host
		radio := r.air.Add(name, air.Place{}, func(p ble.Packet) { h.Receive(p) })
		h = host.New(r.air.Loop, radio, c)
		r.air.Loop.Call(func() {
			h.Start(func(err error) {
				if err != nil {
					t.Error(err)
				}
			})
		})
		synctest.Wait()
		return h
	}
	r.unit = up("Q1", host.Config{Address: unitAddress, Table: table, SecureOnly: secureOnly, Hooks: r.unitHooks()})
	r.phone = up("phone", host.Config{Address: phoneAddress, Hooks: r.phoneHooks()})
	name, _ := ble.AppendAd(nil, ble.AdName, []byte("Q1"))
	r.air.Loop.Call(func() { r.unit.Advertise(name, nil, 100*time.Millisecond) })
	return r
}

func (r *room) unitHooks() host.Hooks {
	return host.Hooks{
		Connected: func(l *host.Link) { r.there = l },
		Ended:     func(_ *host.Link, s ble.Status) { r.note("unit: %v", s) },
		MayPair:   func(*host.Link) ble.Reason { return r.refuse },
		Show: func(_ *host.Link, n uint32) {
			if r.typed != nil {
				r.air.Loop.Post(func() { r.link.Enter(r.typed(n)) })
			}
		},
		Keep: func(_ *host.Link, b pairing.Bond) { r.bonds[0] = &b },
		Bond: func(_ *host.Link, ediv uint16, rand [8]byte) (pairing.Bond, bool) {
			b := r.bonds[0]
			if b == nil || b.EDIV != ediv || b.Rand != rand {
				return pairing.Bond{}, false
			}
			return *b, true
		},
	}
}

func (r *room) phoneHooks() host.Hooks {
	return host.Hooks{
		Heard: func(p ble.Report) {
			name, _ := ble.Ad(p.Data, ble.AdName)
			r.note("heard %s %d dBm", name, p.RSSI)
		},
		Connected: func(l *host.Link) { r.link = l },
		Ended:     func(_ *host.Link, s ble.Status) { r.note("phone: %v", s) },
		Failed:    func(_ *host.Link, why ble.Reason) { r.note("pairing: %v", why) },
		Keep:      func(_ *host.Link, b pairing.Bond) { r.bonds[1] = &b },
		Encrypted: func(_ *host.Link, s ble.Status) { r.note("encrypted: %v", s) },
		Notified:  func(_ *host.Link, _ uint16, v []byte) { r.notified = v },
	}
}

// on runs f on the loop and lets everything happen that takes no time.
func (r *room) on(f func()) {
	r.air.Loop.Call(f)
	synctest.Wait()
}

func (r *room) connect() {
	r.on(func() { r.phone.Connect(unitAddress, nil) })
	time.Sleep(time.Second)
	synctest.Wait()
}

// read reads the value; what is not answered at once is "".
func (r *room) read() (string, error) {
	type answer struct {
		v   string
		err error
	}
	got := make(chan answer, 1)
	r.on(func() {
		r.link.Request(ble.ATT{Op: ble.ATTRead, Handle: 3}, func(p ble.ATT, e error) { got <- answer{string(p.Value), e} })
	})
	select {
	case a := <-got:
		return a.v, a.err
	default:
		return "", nil
	}
}

// said is the log.
func (r *room) said() (log []string) {
	r.on(func() { log = slices.Clone(r.log) })
	return log
}

func in(t *testing.T, secureOnly bool, f func(t *testing.T, r *room)) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t, secureOnly)
		defer r.air.Close()
		f(t, r)
	})
}

// TestPair is the whole way: found, connected, refused, paired, read, and connected
// again by the bond.
func TestPair(t *testing.T) {
	for _, legacy := range []bool{false, true} {
		in(t, false, func(t *testing.T, r *room) {
			var heard bytes.Buffer
			r.air.Listen(func(h air.Heard) { heard.Write(h.Payload) })
			r.on(func() { r.phone.Scan(true) })
			time.Sleep(2 * time.Second)
			if log := r.said(); len(log) != 2 || log[0] != "heard Q1 -20 dBm" { // once, and its scan response
				t.Errorf("%q", r.said())
			}
			r.on(func() { r.phone.Scan(false) })
			r.connect()
			if _, err := r.read(); err != ble.NeedsAuthentic {
				t.Errorf("before it is paired: %v", err)
			}
			r.on(func() {
				if legacy {
					r.link.PairAs(pairing.Config{Bent: func(f *ble.Features) { f.Auth &^= ble.AuthSecure }})
				} else {
					r.link.Pair()
				}
			})
			if v, err := r.read(); err != nil || v != told[:ble.DefaultMTU-1] {
				t.Fatalf("%q, %v; %q", v, err, r.said())
			}
			r.on(func() { r.link.Request(ble.ATT{Op: ble.ATTMTURequest, MTU: 247}, func(ble.ATT, error) {}) })
			r.on(func() {
				r.link.Request(ble.ATT{Op: ble.ATTWrite, Handle: 4, Value: []byte{1, 0}}, func(ble.ATT, error) {})
			})
			r.on(func() { r.there.SendATT(r.there.Bearer.Notification(r.value, []byte(told))) })
			if string(r.notified) != told {
				t.Errorf("notified of %q", r.notified)
			}
			if bytes.Contains(heard.Bytes(), []byte("paired")) || heard.Len() == 0 {
				t.Error("somebody who listens reads it")
			}
			r.on(func() { r.link.Disconnect() })
			r.on(func() { r.unit.Advertise([]byte{2, 1, 6}, nil, 100*time.Millisecond) })
			r.connect()
			r.on(func() { r.link.Encrypt(*r.bonds[1]) })
			if v, err := r.read(); err != nil || v == "" || r.there.Secure == legacy {
				t.Errorf("by the bond: %q, %v, secure %v; %q", v, err, r.there.Secure, r.said())
			}
			r.on(func() { r.link.Disconnect() })
			r.bonds[0] = nil // the unit has forgotten the phone
			r.on(func() { r.unit.Advertise([]byte{2, 1, 6}, nil, 100*time.Millisecond) })
			r.connect()
			r.on(func() { r.link.Encrypt(*r.bonds[1]) })
			log := r.said()
			if last := log[len(log)-1]; last != "encrypted: "+ble.KeyMissing.String() {
				t.Errorf("a bond that is not known: %s", last)
			}
		})
	}
}

// TestPairingFails: each of them leaves a link that may read nothing.
func TestPairingFails(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(r *room)
		want ble.Reason
	}{
		{"a wrong passkey", func(r *room) { r.typed = func(n uint32) uint32 { return n + 1 } }, ble.ConfirmFailed},
		{"not now", func(r *room) { r.refuse = ble.RepeatedAttempts }, ble.RepeatedAttempts},
	} {
		in(t, true, func(t *testing.T, r *room) {
			c.set(r)
			r.connect()
			r.on(func() { r.link.Pair() })
			if _, err := r.read(); err == nil || !strings.Contains(strings.Join(r.said(), "\n"), c.want.String()) {
				t.Errorf("%s: %v, %q", c.name, err, r.said())
			}
		})
	}
	in(t, true, func(t *testing.T, r *room) { // nobody types anything
		r.typed = nil
		r.connect()
		r.on(func() { r.link.Pair() })
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if !r.link.Over() {
			t.Errorf("a pairing that stands still goes on: %q", r.said())
		}
	})
}

// TestDistance walks away and comes back.
func TestDistance(t *testing.T) {
	in(t, false, func(t *testing.T, r *room) {
		r.connect()
		r.on(func() { r.link.Pair() })
		r.air.Move("phone", air.Place{X: 25}) // some packets come twice
		if _, err := r.read(); err != nil {
			t.Error("nothing at 25 m at once: ", err)
		}
		time.Sleep(10 * time.Second)
		r.air.Move("phone", air.Place{X: 40})
		time.Sleep(3 * time.Second)
		r.air.Move("phone", air.Place{X: 5}) // within the supervision timeout
		if v, err := r.read(); err != nil || v == "" {
			t.Errorf("back in time: %q, %v", v, err)
		}
		r.air.Move("phone", air.Place{X: 40})
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for _, who := range []string{"unit", "phone"} {
			if !strings.Contains(strings.Join(r.said(), "\n"), who+": "+ble.ConnectionTimeout.String()) {
				t.Errorf("%s: %q", who, r.said())
			}
		}
		r.air.Move("phone", air.Place{X: 5})
		if _, err := r.read(); err == nil {
			t.Error("a link that has ended reads")
		}
	})
}

// TestEavesdropper: of a legacy pairing whoever listens finds the code; of Secure
// Connections not.
func TestEavesdropper(t *testing.T) {
	for _, legacy := range []bool{true, false} {
		in(t, false, func(t *testing.T, r *room) {
			e := r.air.Eavesdrop()
			if _, _, err := e.Crack(); err == nil {
				t.Error("it cracks what it has not heard")
			}
			var code uint32
			r.typed = func(n uint32) uint32 { code = n; return n }
			r.connect()
			r.on(func() {
				if legacy {
					r.link.PairAs(pairing.Config{Bent: func(f *ble.Features) { f.Auth &^= ble.AuthSecure }})
				} else {
					r.link.Pair()
				}
			})
			if v, _ := r.read(); v == "" {
				t.Fatal("not paired")
			}
			got, tries, err := e.Crack()
			if (err == nil) != legacy || legacy && (got != code || tries != int(code)+1) {
				t.Errorf("legacy %v: the code is %06d, and it finds %06d in %d, %v", legacy, code, got, tries, err)
			}
			sealed := 0
			for _, h := range e.Overheard() {
				if h.Sealed {
					sealed++
				}
				if bytes.Contains(h.Payload, []byte(told)[:8]) {
					t.Error("it reads the value")
				}
			}
			if sealed == 0 {
				t.Error("nothing was sealed")
			}
		})
	}
}

// TestRecover: of a legacy pairing somebody who has only listened finds every key, and
// reads what is said, now and by the bond later; of Secure Connections nothing.
func TestRecover(t *testing.T) {
	for _, legacy := range []bool{true, false} {
		in(t, false, func(t *testing.T, r *room) {
			e := r.air.Eavesdrop()
			r.connect()
			r.on(func() {
				if legacy {
					r.link.PairAs(pairing.Config{Bent: func(f *ble.Features) { f.Auth &^= ble.AuthSecure }})
				} else {
					r.link.Pair()
				}
			})
			first, _ := r.read()
			r.on(func() { r.link.Disconnect() })
			r.on(func() { r.unit.Advertise([]byte{2, 1, 6}, nil, 100*time.Millisecond) })
			r.connect()
			r.on(func() { r.link.Encrypt(*r.bonds[1]) })
			again, _ := r.read()
			if first == "" || again == "" {
				t.Fatalf("%q, %q; %q", first, again, r.said())
			}
			got, err := e.Recover()
			if !legacy {
				if err == nil {
					t.Errorf("of Secure Connections: %+v", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			times := 0
			for _, h := range got.Plain {
				if bytes.Contains(h.Payload, []byte(first)) {
					times++
				}
			}
			if got.LTK != r.bonds[0].LTK || times != 2 {
				t.Errorf("LTK %x, want %x; the value is read %d times, want 2", got.LTK, r.bonds[0].LTK, times)
			}
		})
	}
}

// TestInject: a packet that was heard does not open a second time, and ends the link; one
// of the radio's own control packets does nothing to a host.
func TestInject(t *testing.T) {
	in(t, false, func(t *testing.T, r *room) {
		var last air.Heard
		r.air.Listen(func(h air.Heard) {
			if h.From == phoneAddress && h.Sealed {
				last = h
			}
		})
		if r.air.Inject(air.Heard{From: phoneAddress, To: unitAddress, Header: 2}) {
			t.Error("there is no link yet")
		}
		r.connect()
		r.on(func() { r.link.Pair() })
		if v, _ := r.read(); v == "" {
			t.Fatal("not paired")
		}
		if !r.air.Inject(last) {
			t.Fatal("there is a link")
		}
		log := strings.Join(r.said(), "\n")
		if !r.link.Over() || !strings.Contains(log, "unit: "+ble.MICFailure.String()) {
			t.Errorf("it goes on: %s", log)
		}
	})
}

// deaf is a controller that answers nothing.
type deaf struct{}

func (deaf) Send(ble.Packet) {}

// TestDeaf: a controller that does not answer is told of, and nothing waits for it.
func TestDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := loop.New()
		defer l.Close()
		why := ""
		h := host.New(l, deaf{}, host.Config{Address: unitAddress, Hooks: host.Hooks{Broken: func(err error) { why = err.Error() }}})
		l.Call(func() { h.Start(func(error) { t.Error("it has started") }) })
		time.Sleep(6 * time.Second)
		l.Call(func() {
			if why != "the controller does not answer Reset" {
				t.Errorf("%q", why)
			}
		})
	})
}

// TestJammer ends a link as distance does.
func TestJammer(t *testing.T) {
	in(t, false, func(t *testing.T, r *room) {
		r.connect()
		r.air.Jam(air.Jammer{Metres: 5})
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if !strings.Contains(strings.Join(r.said(), "\n"), ble.ConnectionTimeout.String()) {
			t.Errorf("%q", r.said())
		}
	})
}

// TestGone: a radio without supply is silent, and the other end finds out.
func TestGone(t *testing.T) {
	in(t, false, func(t *testing.T, r *room) {
		r.connect()
		r.on(func() { r.unit.Start(func(error) {}) }) // it is reset
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if !strings.Contains(strings.Join(r.said(), "\n"), "phone: "+ble.ConnectionTimeout.String()) {
			t.Errorf("%q", r.said())
		}
	})
}
