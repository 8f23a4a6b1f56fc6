package host

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/pairing"
)

// Link is one connection.
type Link struct {
	host    *Host
	handle  uint16
	Central bool        // this end is the central
	Peer    ble.Address // the other end
	Secure  bool        // its key was made by Secure Connections
	Bearer  *gatt.Bearer
	User    any // of whoever uses the host

	level  gatt.Need
	key    ble.Key // of level
	in     ble.Assembler
	out    []ble.ACL
	inAir  int
	over   bool
	leaves bool // the controller was told to end it
	pair   *pairing.Machine
	result *pairing.Result // of pair, before the link is encrypted by it
	using  bool            // the key of result was given out
	known  *pairing.Bond   // whose key was given out
	stop   func()          // the timer of pairing
	asked  []request       // of a central, the first one is with the other end
}

// outMax bounds what waits to be sent on one link, pieces. Ours: the longest answer has
// fewer.
const outMax = 4096

// linksMax bounds the links of a host. Ours.
const linksMax = 16

// pairWithin is how long a pairing may stand still (Vol 3 Part H 3.4).
const pairWithin = 30 * time.Second

func (h *Host) connected(c ble.Connection) {
	if c.Status != 0 {
		if h.cfg.Hooks.Ended != nil {
			h.cfg.Hooks.Ended(&Link{host: h, Central: c.Central, Peer: c.Peer, over: true}, c.Status)
		}
		return
	}
	if h.piece == 0 || h.links[c.Handle] != nil || len(h.links) >= linksMax {
		return // of a controller that was not set up, or that does not count
	}
	l := &Link{host: h, handle: c.Handle, Central: c.Central, Peer: c.Peer}
	if h.cfg.Table != nil {
		l.Bearer = gatt.NewBearer(h.cfg.Table, l)
	}
	h.links[c.Handle] = l
	if h.cfg.Hooks.Connected != nil {
		h.cfg.Hooks.Connected(l)
	}
}

func (h *Host) disconnected(handle uint16, why ble.Status) {
	l := h.links[handle]
	if l == nil {
		return
	}
	delete(h.links, handle)
	h.pieces += l.inAir // what was in the air counts as gone
	l.end(why)
	h.pump()
}

func (l *Link) end(why ble.Status) {
	l.over, l.out = true, nil
	l.stopTimer()
	l.failRequests()
	if l.pair != nil && !l.pair.Over() && l.host.cfg.Hooks.Failed != nil {
		l.host.cfg.Hooks.Failed(l, ble.Unspecified)
	}
	if l.host.cfg.Hooks.Ended != nil {
		l.host.cfg.Hooks.Ended(l, why)
	}
}

// Disconnect ends the link. Nothing that still comes over it counts.
func (l *Link) Disconnect() {
	if !l.over && !l.leaves {
		l.leaves = true
		b := binary.LittleEndian.AppendUint16(nil, l.handle)
		l.host.do(ble.Disconnect, append(b, byte(ble.RemoteEnded)), nil)
	}
}

// Over reports whether the link has ended.
func (l *Link) Over() bool { return l.over }

// Binding stands for the key that the link is encrypted by, the same at both ends and on
// no other link: what is said about this link and no other names it. Zero: not encrypted.
func (l *Link) Binding() (b [32]byte) {
	if l.level == gatt.Nothing {
		return b
	}
	return sha256.Sum256(append([]byte("switchroom: the key of a link\x00"), l.key[:]...))
}

// Level is what the link is now.
func (l *Link) Level() gatt.Need { return l.level }

// send puts a frame into pieces and sends them as there is room.
func (l *Link) send(channel uint16, payload []byte) {
	if l.over {
		return
	}
	b := ble.L2CAP{Channel: channel, Payload: payload}.Bytes()
	idle := len(l.out) == 0
	for first := true; len(b) > 0; first = false {
		n := min(len(b), l.host.piece)
		l.out = append(l.out, ble.ACL{Handle: l.handle, First: first, Data: b[:n]})
		b = b[n:]
	}
	if len(l.out) > outMax {
		l.out = nil
		l.Disconnect() // the other end does not listen
		return
	}
	if idle {
		l.host.waiting = append(l.host.waiting, l)
	}
	l.host.pump()
}

// SendATT sends a packet of a server: a notification.
func (l *Link) SendATT(pdu []byte) {
	if pdu != nil {
		l.send(ble.ChannelATT, pdu)
	}
}

// Pending is how many pieces wait to be sent.
func (l *Link) Pending() int { return len(l.out) }

// receive takes a piece of a frame.
func (l *Link) receive(p ble.ACL) {
	if l.leaves {
		return
	}
	f, whole, err := l.in.Add(p.First, p.Data)
	if err != nil {
		l.Disconnect() // there is no way to find the next frame
		return
	}
	if !whole {
		return
	}
	switch f.Channel {
	case ble.ChannelATT:
		l.att(f.Payload)
	case ble.ChannelSMP:
		l.smp(f.Payload)
	case ble.ChannelSignal:
		if s, err := ble.ParseSignal(f.Payload); err == nil && s.Code != ble.SignalReject && s.Code != ble.SignalUpdateTell {
			l.send(ble.ChannelSignal, s.Reject().Bytes())
		}
	}
}

func (l *Link) att(pdu []byte) {
	if l.Central {
		l.answered(pdu)
		return
	}
	if l.Bearer == nil {
		return
	}
	if answer := l.Bearer.Handle(pdu); answer != nil {
		l.send(ble.ChannelATT, answer)
	}
}

// encrypted is the controller's word on what the link is now.
func (l *Link) encrypted(s ble.Status, on bool) {
	l.level, l.key = gatt.Nothing, ble.Key{}
	if s == 0 && on && (l.using || l.known != nil) {
		l.level = gatt.Authenticated // every key of ours was made with a passkey
		if l.known != nil {
			l.key, l.Secure = l.known.LTK, l.known.Secure
		} else {
			l.key, l.Secure = l.result.Key, l.result.Secure
		}
	}
	if l.Bearer != nil {
		l.Bearer.Secure(l.level)
	}
	if s == 0 && l.using && l.pair != nil {
		l.do(l.pair.Encrypted())
	}
	l.using, l.known = false, nil
	if l.host.cfg.Hooks.Encrypted != nil {
		l.host.cfg.Hooks.Encrypted(l, s)
	}
}
