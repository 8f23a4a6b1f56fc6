package host

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/loop"
	"switchroom/wire/ble/pairing"
)

// Controller is where packets of a host go.
type Controller interface {
	// Send hands a packet over. What the controller answers comes later, never within
	// Send.
	Send(ble.Packet)
}

// Hooks are what a host tells whoever uses it. Nil ones are left out.
type Hooks struct {
	Heard     func(ble.Report)                       // an advertising packet
	Connected func(*Link)                            //
	Ended     func(*Link, ble.Status)                // a link is over
	MayPair   func(*Link) ble.Reason                 // of a peripheral: 0 lets the other end pair
	Show      func(l *Link, passkey uint32)          // of a peripheral
	Ask       func(*Link)                            // of a central: call [Link.Enter]
	Failed    func(*Link, ble.Reason)                // pairing has failed
	Keep      func(*Link, pairing.Bond)              // pairing has made a bond
	Encrypted func(*Link, ble.Status)                // or could not be
	Notified  func(l *Link, handle uint16, v []byte) // of a central
	// Bond returns the bond with the other end that a key is asked for by.
	Bond func(l *Link, ediv uint16, rand [8]byte) (pairing.Bond, bool)
	// Broken says that the controller does not do what it must.
	Broken func(error)
}

// Config is what a host is.
type Config struct {
	Address    ble.Address // own; a static random one
	Table      *gatt.Table // of a peripheral; nil: none
	SecureOnly bool        // no legacy pairing
	Hooks      Hooks
}

// Host is one host. Its methods are called on its loop.
type Host struct {
	loop  *loop.Loop
	ctl   Controller
	cfg   Config
	links map[uint16]*Link

	queue   []command // the first one is with the controller
	watch   func()    // stops the timer of that one
	pieces  int       // that the controller has room for
	piece   int       // bytes of one
	waiting []*Link   // have pieces to send
}

type command struct {
	ble.Command
	done func(ble.Status, []byte)
}

// commandWithin is how long a controller may take for a command.
const commandWithin = 5 * time.Second

// New returns a host of a controller. Call [Host.Start] before anything else.
func New(l *loop.Loop, ctl Controller, c Config) *Host {
	return &Host{loop: l, ctl: ctl, cfg: c, links: map[uint16]*Link{}}
}

// Start resets the controller and sets it up; then runs when it is ready.
func (h *Host) Start(then func(error)) {
	h.do(ble.Reset, nil, nil)
	h.do(ble.SetEventMask, []byte{0x90, 0x88, 0x00, 0x02, 0x00, 0x80, 0x00, 0x20}, nil)
	h.do(ble.LESetEventMask, []byte{0x1F, 0, 0, 0, 0, 0, 0, 0}, nil)
	h.do(ble.LEReadBufferSize, nil, func(s ble.Status, b []byte) {
		if s == 0 && len(b) >= 3 && roomy(b) {
			h.piece, h.pieces = int(binary.LittleEndian.Uint16(b)), int(b[2])
		}
	})
	h.do(ble.LESetRandomAddress, ble.Reverse(h.cfg.Address.Octets[:]), func(s ble.Status, _ []byte) {
		switch {
		case s != 0:
			then(fmt.Errorf("the controller takes no address: %w", s))
		case h.piece == 0 || h.pieces == 0:
			then(errors.New("the controller has no buffers for LE"))
		default:
			then(nil)
		}
	})
}

// roomy reports whether the pieces that a controller takes hold what every link
// must carry.
func roomy(b []byte) bool { return binary.LittleEndian.Uint16(b) >= ble.DefaultMTU+4 }

// do queues a command. done may be nil.
func (h *Host) do(op ble.Opcode, params []byte, done func(ble.Status, []byte)) {
	h.queue = append(h.queue, command{ble.Command{Op: op, Params: params}, done})
	if len(h.queue) == 1 {
		h.next()
	}
}

func (h *Host) next() {
	if len(h.queue) == 0 {
		return
	}
	c := h.queue[0].Command
	h.watch = h.loop.After(commandWithin, func() { h.late(c.Op) })
	h.ctl.Send(c)
}

// late is a controller that does not answer: nothing more can be asked of it.
func (h *Host) late(op ble.Opcode) {
	h.queue = nil
	if h.cfg.Hooks.Broken != nil {
		h.cfg.Hooks.Broken(fmt.Errorf("the controller does not answer %v", op))
	}
}

// completed ends the command that the controller has.
func (h *Host) completed(op ble.Opcode, s ble.Status, returns []byte) {
	if len(h.queue) == 0 || h.queue[0].Op != op {
		return // of nothing that is waited for
	}
	c := h.queue[0]
	h.queue = h.queue[1:]
	h.watch()
	if c.done != nil {
		c.done(s, returns)
	}
	h.next()
}

// Receive takes a packet of the controller.
func (h *Host) Receive(p ble.Packet) {
	switch p := p.(type) {
	case ble.Event:
		h.event(p)
	case ble.ACL:
		if l := h.links[p.Handle]; l != nil {
			l.receive(p)
		}
	}
}

func (h *Host) event(e ble.Event) {
	b := e.Params
	switch {
	case e.Code == ble.EventComplete && len(b) >= 4:
		h.completed(ble.Opcode(binary.LittleEndian.Uint16(b[1:])), ble.Status(b[3]), b[4:])
	case e.Code == ble.EventStatus && len(b) == 4:
		h.completed(ble.Opcode(binary.LittleEndian.Uint16(b[2:])), ble.Status(b[0]), nil)
	case e.Code == ble.EventDisconnected && len(b) == 4:
		h.disconnected(handleAt(b[1:]), ble.Status(b[3]))
	case e.Code == ble.EventEncrypted && len(b) == 4, e.Code == ble.EventKeyRefreshed && len(b) == 3:
		if l := h.links[handleAt(b[1:])]; l != nil {
			l.encrypted(ble.Status(b[0]), e.Code == ble.EventKeyRefreshed || b[3] != 0)
		}
	case e.Code == ble.EventPacketsSent && len(b) >= 1 && len(b) == 1+4*int(b[0]):
		h.sent(b[1:])
	case e.Code == ble.EventLE && len(b) >= 1:
		h.le(b[0], b[1:])
	}
}

func handleAt(b []byte) uint16 { return binary.LittleEndian.Uint16(b) & 0xFFF }

func (h *Host) le(code byte, b []byte) {
	switch code {
	case ble.LEConnected:
		if c, err := ble.ParseConnection(b); err == nil {
			h.connected(c)
		}
	case ble.LEAdvertising:
		all, err := ble.ParseReports(b)
		for _, r := range all {
			if err == nil && h.cfg.Hooks.Heard != nil {
				h.cfg.Hooks.Heard(r)
			}
		}
	case ble.LELongTermKeyRequest:
		if len(b) == 12 {
			if l := h.links[handleAt(b)]; l != nil {
				l.keyAsked([8]byte(ble.Reverse(b[2:10])), binary.LittleEndian.Uint16(b[10:]))
			}
		}
	}
}

// sent gives back the room of pieces that have gone: of no more than there were, or a
// controller that does not count would be given more than it can take.
func (h *Host) sent(b []byte) {
	for ; len(b) >= 4; b = b[4:] {
		if l := h.links[handleAt(b)]; l != nil {
			n := min(int(binary.LittleEndian.Uint16(b[2:])), l.inAir)
			h.pieces += n
			l.inAir -= n
		}
	}
	h.pump()
}

// pump sends pieces while the controller has room, a link after the other.
func (h *Host) pump() {
	for h.pieces > 0 && len(h.waiting) > 0 {
		l := h.waiting[0]
		h.waiting = h.waiting[1:]
		if len(l.out) == 0 {
			continue
		}
		p := l.out[0]
		if l.out = l.out[1:]; len(l.out) > 0 {
			h.waiting = append(h.waiting, l)
		}
		h.pieces--
		l.inAir++
		h.ctl.Send(p)
	}
}

// Advertise makes the host findable; connectable lets one phone connect. Nil data ends
// it.
func (h *Host) Advertise(data, response []byte, interval time.Duration) {
	if data == nil {
		h.do(ble.LESetAdvEnable, []byte{0}, nil)
		return
	}
	units := binary.LittleEndian.AppendUint16(nil, uint16(interval/(625*time.Microsecond)))
	params := append(append(units, units...), ble.AdvConnectable, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0)
	h.do(ble.LESetAdvEnable, []byte{0}, nil)
	h.do(ble.LESetAdvParameters, params, nil)
	h.do(ble.LESetAdvData, padded(data), nil)
	h.do(ble.LESetScanResponse, padded(response), nil)
	h.do(ble.LESetAdvEnable, []byte{1}, nil)
}

// padded is advertising data as the commands have it: a length and 31 bytes.
func padded(data []byte) []byte {
	b := make([]byte, 32)
	b[0] = byte(copy(b[1:], data))
	return b
}

// Scan listens for advertising packets, each sender once, or ends it.
func (h *Host) Scan(on bool) {
	if !on {
		h.do(ble.LESetScanEnable, []byte{0, 0}, nil)
		return
	}
	h.do(ble.LESetScanParameters, []byte{1, 0x60, 0, 0x60, 0, 1, 0}, nil)
	h.do(ble.LESetScanEnable, []byte{1, 1}, nil)
}

// Connect asks for a link to a peripheral. [Hooks.Connected] tells of it; refused is
// called if the controller does not even try.
func (h *Host) Connect(peer ble.Address, refused func(ble.Status)) {
	kind := byte(0)
	if peer.Random {
		kind = 1
	}
	b := append([]byte{0x60, 0, 0x60, 0, 0, kind}, ble.Reverse(peer.Octets[:])...)
	b = append(b, 1, 24, 0, 40, 0, 0, 0) // own random address; 30 to 50 ms; no latency
	b = binary.LittleEndian.AppendUint16(b, supervision)
	h.do(ble.LECreateConnection, append(b, 0, 0, 0, 0), func(s ble.Status, _ []byte) {
		if s != 0 && refused != nil {
			refused(s)
		}
	})
}

// CancelConnect gives a connection up that is not made yet.
func (h *Host) CancelConnect() { h.do(ble.LECancelConnection, nil, nil) }

// Place says where the radio is carried, in a laboratory: metres, and how far above
// them. A real controller refuses it.
func (h *Host) Place(x, y float64, done func(ble.Status)) {
	b := binary.LittleEndian.AppendUint32(nil, uint32(int32(x*100)))
	b = binary.LittleEndian.AppendUint32(b, uint32(int32(y*100)))
	h.do(ble.VendorPlace, b, func(s ble.Status, _ []byte) { done(s) })
}

// Name says what the host is called, in a laboratory. A real controller refuses it, which
// does no harm.
func (h *Host) Name(name string) { h.do(ble.VendorName, []byte(name), nil) }

// supervision is how long a link lives without the other end, of 10 ms. Ours.
const supervision = 400
