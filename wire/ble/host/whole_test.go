package host_test

import (
	"bufio"
	"net"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"switchroom/air"
	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
	"switchroom/wire/ble/pairing"
)

// serial is a host whose controller is at the other end of a line: bytes of H4 and
// nothing else.
type serial struct {
	loop  *loop.Loop
	host  *host.Host
	line  net.Conn
	end   sync.WaitGroup
	log   []string
	link  *host.Link
	told  []string
	bond  *pairing.Bond
	heard ble.Address
}

// Send implements [host.Controller].
func (s *serial) Send(p ble.Packet) { s.line.Write(p.Bytes()) }

// plug puts a radio of a into the room and drives it over a line.
func plug(t *testing.T, a *air.Air, name string, c func(*serial) host.Config) *serial {
	t.Helper()
	near, far := net.Pipe()
	s := &serial{loop: loop.New(), line: near}
	radio := a.Add(name, air.Place{}, func(p ble.Packet) { far.Write(p.Bytes()) })
	s.end.Go(func() { read(far, radio.Send) })
	s.host = host.New(s.loop, s, c(s))
	s.end.Go(func() { read(near, func(p ble.Packet) { s.loop.Post(func() { s.host.Receive(p) }) }) })
	t.Cleanup(func() { near.Close(); far.Close(); s.end.Wait(); s.loop.Close() })
	s.do(func() {
		s.host.Start(func(err error) {
			if err != nil {
				t.Error(err)
			}
		})
	})
	return s
}

// read hands over what comes over a line until it ends.
func read(line net.Conn, to func(ble.Packet)) {
	in := bufio.NewReader(line)
	for {
		p, err := ble.ReadPacket(in)
		if err != nil {
			return
		}
		to(p)
	}
}

func (s *serial) do(f func()) { s.loop.Call(f); synctest.Wait() }

// ask asks one thing, which is answered at once.
func (s *serial) ask(t *testing.T, p ble.ATT) (got ble.ATT, why error) {
	t.Helper()
	answered := false
	s.do(func() { s.link.Request(p, func(p ble.ATT, err error) { got, why, answered = p, err, true }) })
	if !answered {
		t.Fatalf("no answer to %+v", p)
	}
	return got, why
}

// TestWhole is one phone and one unit, each over a line of its own: found, connected,
// looked through, read, paired, written, told, and let go by either end.
func TestWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := air.New(1)
		defer a.Close()
		var written []string
		served, closed := table(func(v string) { written = append(written, v) })
		var phone *serial
		unit := plug(t, a, "unit", func(s *serial) host.Config {
			return host.Config{Address: unitAddress, Table: served, SecureOnly: true, Hooks: host.Hooks{
				Connected: func(l *host.Link) { s.link = l },
				Ended:     func(_ *host.Link, why ble.Status) { s.log = append(s.log, why.String()) },
				MayPair:   func(*host.Link) ble.Reason { return 0 },
				Show:      func(_ *host.Link, n uint32) { phone.loop.Post(func() { phone.link.Enter(n) }) },
			}}
		})
		phone = plug(t, a, "phone", func(s *serial) host.Config {
			return host.Config{Address: phoneAddress, Hooks: host.Hooks{
				Heard:     func(r ble.Report) { s.heard = r.From },
				Connected: func(l *host.Link) { s.link = l },
				Ended:     func(_ *host.Link, why ble.Status) { s.log = append(s.log, why.String()) },
				Keep:      func(_ *host.Link, b pairing.Bond) { s.bond = &b },
				Notified:  func(_ *host.Link, _ uint16, v []byte) { s.told = append(s.told, string(v)) },
			}}
		})

		unit.do(func() { unit.host.Advertise([]byte{2, 1, 6}, nil, 100*time.Millisecond) })
		phone.do(func() { phone.host.Scan(true) })
		time.Sleep(time.Second)
		phone.do(func() { phone.host.Scan(false); phone.host.Connect(phone.heard, nil) })
		time.Sleep(time.Second)
		synctest.Wait()
		if phone.heard != unitAddress || phone.link == nil || unit.link == nil || unit.link.Peer != phoneAddress {
			t.Fatalf("heard %v, links %v %v", phone.heard, phone.link, unit.link)
		}

		groups, err := phone.ask(t, ble.ATT{Op: ble.ATTReadGroup, Handle: 1, End: 0xFFFF, Type: ble.Short(0x2800)})
		if err != nil || !slices.Equal(groups.Value, []byte{1, 0, 6, 0, 0x0A, 0x18}) {
			t.Errorf("services % x, %v", groups.Value, err)
		}
		if v, err := phone.ask(t, ble.ATT{Op: ble.ATTRead, Handle: publicHandle}); err != nil || string(v.Value) != public {
			t.Errorf("%q, %v", v.Value, err)
		}
		if _, err := phone.ask(t, ble.ATT{Op: ble.ATTRead, Handle: closedHandle}); err != ble.NeedsAuthentic {
			t.Errorf("before it is paired: %v", err)
		}
		phone.do(func() { phone.link.Pair() })
		if v, err := phone.ask(t, ble.ATT{Op: ble.ATTRead, Handle: closedHandle}); err != nil || string(v.Value) != private {
			t.Errorf("%q, %v", v.Value, err)
		}
		phone.ask(t, ble.ATT{Op: ble.ATTWrite, Handle: closedHandle, Value: []byte("800")})
		phone.ask(t, ble.ATT{Op: ble.ATTWrite, Handle: closedCCCD, Value: []byte{1, 0}})
		unit.do(func() { unit.link.SendATT(unit.link.Bearer.Notification(closed, []byte("tripped"))) })
		if !slices.Equal(written, []string{"800"}) || !slices.Equal(phone.told, []string{"tripped"}) || phone.bond == nil || !phone.link.Secure {
			t.Errorf("written %q, told %q, bond %v", written, phone.told, phone.bond)
		}

		phone.do(func() { phone.link.Disconnect(); phone.link.Disconnect() })
		if !unit.link.Over() || !phone.link.Over() || len(unit.log) != 1 || len(phone.log) != 1 {
			t.Errorf("ended: %q and %q", unit.log, phone.log)
		}
		unit.do(func() { unit.link.Disconnect() }) // of a link that is no more
		if log := unit.log; len(log) != 1 {
			t.Errorf("%q", log)
		}
	})
}

// TestLineEnds: when the line to the controller ends, the other end finds out by
// silence, and questions of this one are not waited for by the host for ever.
func TestLineEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := air.New(1)
		defer a.Close()
		ended := ""
		unit := plug(t, a, "unit", func(*serial) host.Config {
			return host.Config{Address: unitAddress, Hooks: host.Hooks{Ended: func(_ *host.Link, why ble.Status) { ended = why.String() }}}
		})
		phone := plug(t, a, "phone", func(s *serial) host.Config {
			return host.Config{Address: phoneAddress, Hooks: host.Hooks{
				Connected: func(l *host.Link) { s.link = l },
				Broken:    func(err error) { s.log = append(s.log, err.Error()) },
			}}
		})
		unit.do(func() { unit.host.Advertise([]byte{2, 1, 6}, nil, 100*time.Millisecond) })
		phone.do(func() { phone.host.Connect(unitAddress, nil) })
		time.Sleep(time.Second)
		synctest.Wait()
		if phone.link == nil {
			t.Fatal("no link")
		}
		phone.line.Close()
		a.Move("phone", air.Place{X: 100}) // nobody answers for it any more
		phone.do(func() { phone.host.Scan(true) })
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if ended != ble.ConnectionTimeout.String() {
			t.Errorf("the unit: %q", ended)
		}
		if len(phone.log) != 1 {
			t.Errorf("the phone: %q", phone.log)
		}
	})
}

// TestLevels: what the constants stand for, so that nobody turns their order around.
func TestLevels(t *testing.T) {
	if !(gatt.Nothing < gatt.Encrypted && gatt.Encrypted < gatt.Authenticated) {
		t.Error("a lesser link counts for more")
	}
}
