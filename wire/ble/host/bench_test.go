package host_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"go.uber.org/goleak"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/loop"
	"switchroom/wire/ble/pairing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Addresses of the two ends of every test here.
var (
	unitAddress  = ble.Address{Random: true, Octets: [6]byte{0xC0, 0x53, 0x57, 0, 0, 1}}
	phoneAddress = ble.Address{Random: true, Octets: [6]byte{0xC0, 0x53, 0x57, 0, 0, 2}}
)

// Values of the attributes that are served: handles are those of [table].
const (
	public       = "for anybody"
	private      = "for whoever has paired"
	publicHandle = 3
	closedHandle = 5 // can be read, written, and is told
	closedCCCD   = 6
)

// table is one value for anybody and one for whoever has paired.
func table(written func(string)) (*gatt.Table, *gatt.Characteristic) {
	says := func(s string) func(*gatt.Bearer) ([]byte, ble.Fault) {
		return func(*gatt.Bearer) ([]byte, ble.Fault) { return []byte(s), 0 }
	}
	closed := &gatt.Characteristic{
		UUID: ble.Short(0x2A57), Props: gatt.Read | gatt.Write | gatt.Notify, Need: gatt.Authenticated, OnRead: says(private),
		OnWrite: func(_ *gatt.Bearer, v []byte) ble.Fault { written(string(v)); return 0 },
	}
	open := &gatt.Characteristic{UUID: ble.Short(0x2A29), Props: gatt.Read, OnRead: says(public)}
	return gatt.NewTable(&gatt.Service{UUID: ble.Short(0x180A), Characteristics: []*gatt.Characteristic{open, closed}}), closed
}

// bench is a host whose controller is the test: it answers commands as long as it is
// told to, and says what a test wants it to say. Its fields are of the loop.
type bench struct {
	loop    *loop.Loop
	host    *host.Host
	link    *host.Link
	sent    []ble.Packet
	mute    bool   // commands are not answered
	buffers []byte // what it has of them
	log     []string
	bond    *pairing.Bond // that the host knows
	refuse  ble.Reason
	passkey *uint32
}

// handle is that of the bench's link.
const handle = 0x0040

func (b *bench) Send(p ble.Packet) {
	b.sent = append(b.sent, p)
	c, is := p.(ble.Command)
	if !is || b.mute {
		return
	}
	answer := ble.Complete(c.Op, 0)
	switch c.Op {
	case ble.LEReadBufferSize:
		answer = ble.Complete(c.Op, append([]byte{0}, b.buffers...)...)
	case ble.Disconnect, ble.LECreateConnection, ble.LEEnableEncryption:
		answer = ble.Pending(c.Op, 0)
	}
	b.loop.Post(func() { b.host.Receive(answer) })
}

func (b *bench) note(format string, a ...any) { b.log = append(b.log, fmt.Sprintf(format, a...)) }

func (b *bench) hooks() host.Hooks {
	return host.Hooks{
		Heard:     func(r ble.Report) { b.note("heard %v", r.From) },
		Connected: func(l *host.Link) { b.link = l },
		Ended:     func(_ *host.Link, s ble.Status) { b.note("ended: %v", s) },
		MayPair:   func(*host.Link) ble.Reason { return b.refuse },
		Show:      func(_ *host.Link, n uint32) { b.passkey = &n },
		Failed:    func(_ *host.Link, r ble.Reason) { b.note("failed: %v", r) },
		Keep:      func(*host.Link, pairing.Bond) { b.note("kept") },
		Encrypted: func(_ *host.Link, s ble.Status) { b.note("encrypted: %v", s) },
		Notified:  func(_ *host.Link, h uint16, v []byte) { b.note("told %d %s", h, v) },
		Broken:    func(err error) { b.note("broken: %v", err) },
		Bond: func(*host.Link, uint16, [8]byte) (pairing.Bond, bool) {
			if b.bond == nil {
				return pairing.Bond{}, false
			}
			return *b.bond, true
		},
	}
}

// newBench is a host that has started, and with a link if it is said of which side.
func newBench(t testing.TB, with string) *bench {
	t.Helper()
	b := &bench{loop: loop.New(), buffers: []byte{251, 0, 8}}
	t.Cleanup(b.loop.Close)
	served, _ := table(func(v string) { b.note("written %s", v) })
	b.host = host.New(b.loop, b, host.Config{Address: unitAddress, Table: served, Hooks: b.hooks()})
	ready := make(chan error, 1)
	b.loop.Call(func() { b.host.Start(func(err error) { ready <- err }) })
	if err := <-ready; err != nil {
		t.Fatal(err)
	}
	if with != "" {
		b.receive(ble.Connection{Handle: handle, Central: with == "central", Peer: phoneAddress, Interval: 24, Timeout: 400}.Event())
		if b.link == nil {
			t.Fatal("no link")
		}
	}
	b.taken()
	return b
}

// receive has the host hear packets, and everything happen that comes of them.
func (b *bench) receive(all ...ble.Packet) {
	for _, p := range all {
		b.loop.Call(func() { b.host.Receive(p) })
		b.loop.Call(func() {}) // what the bench has posted in answer
	}
}

// frame has the host hear a frame of a channel, in one piece.
func (b *bench) frame(channel uint16, payload ...byte) {
	b.receive(ble.ACL{Handle: handle, First: true, Heard: true, Data: ble.L2CAP{Channel: channel, Payload: payload}.Bytes()})
}

// taken is what the host has sent since it was asked last: commands by name, frames by
// channel and bytes. Its pieces are confirmed.
func (b *bench) taken() (all []string) {
	var whole ble.Assembler
	pieces := 0
	b.loop.Call(func() {
		for _, p := range b.sent {
			switch p := p.(type) {
			case ble.Command:
				all = append(all, p.Op.String())
			case ble.ACL:
				pieces++
				if f, done, err := whole.Add(p.First, p.Data); done && err == nil {
					all = append(all, fmt.Sprintf("%d:% x", f.Channel, f.Payload))
				}
			}
		}
		b.sent = nil
	})
	if pieces > 0 {
		b.receive(went(handle, pieces))
	}
	return all
}

// went is the event that pieces have gone.
func went(of uint16, n int) ble.Event {
	p := binary.LittleEndian.AppendUint16([]byte{1}, of)
	return ble.Event{Code: ble.EventPacketsSent, Params: binary.LittleEndian.AppendUint16(p, uint16(n))}
}

// said is the log so far.
func (b *bench) said() (log []string) {
	b.loop.Call(func() { log, b.log = b.log, nil })
	return log
}

// encryption is the event that the link is encrypted, or not.
func encryption(s ble.Status, on byte) ble.Event {
	return ble.Event{Code: ble.EventEncrypted, Params: []byte{byte(s), handle, 0, on}}
}

// over is the event that the link has ended.
func over(s ble.Status) ble.Event {
	return ble.Event{Code: ble.EventDisconnected, Params: []byte{0, handle, 0, byte(s)}}
}
