package ethernet

import (
	"encoding/binary"
	"net/netip"

	"switchroom/imu"
	"switchroom/regmap"
)

// boxesMax bounds how many clients are remembered. A further one takes the
// place of the one that has been quiet longest.
const boxesMax = 32

// mailboxes are the command interfaces of a unit, one a client.
type mailboxes struct {
	all  []*mailbox // the newest first
	last *mailbox   // of the last command of all
}

// mailbox is the command interface as one client sees it.
type mailbox struct {
	client netip.Addr
	in     [2 * regmap.CommandWords]byte // registers 8000–8019; the password is wiped when it is read
	echo   uint16
	dest   uint16
	status uint16
	reply  []byte     // from 8023 on
	order  *imu.Order // the mechanism is carrying it out
}

// of returns the client's mailbox, making one if there is none.
func (m *mailboxes) of(client netip.Addr) *mailbox {
	for i, b := range m.all {
		if b.client == client {
			copy(m.all[1:i+1], m.all[:i])
			m.all[0] = b
			return b
		}
	}
	b := &mailbox{client: client}
	if len(m.all) < boxesMax {
		m.all = append(m.all, nil)
	}
	copy(m.all[1:], m.all)
	m.all[0] = b
	return b
}

// seen returns the mailbox that a client sees: its own, or else the one of the
// last command.
func (m *mailboxes) seen(client netip.Addr) *mailbox {
	for _, b := range m.all {
		if b.client == client {
			return b
		}
	}
	return m.last
}

// show writes the command interface into what was read: view is the registers
// from protocol address addr on, and holds nothing of the interface if the
// read missed it.
func (m *mailboxes) show(view []byte, addr uint16, client netip.Addr, outcome func(*imu.Order) (bool, imu.Refusal)) {
	first, last := regmap.CommandFirst.Address(), regmap.CommandEnd.Address()
	if addr > last || int(addr)+len(view)/2-1 < int(first) {
		return
	}
	b := m.seen(client)
	if b == nil {
		b = &mailbox{}
	}
	b.settle(outcome)
	for i := 0; i < len(view); i += 2 {
		if a := addr + uint16(i/2); a >= first && a <= last {
			binary.BigEndian.PutUint16(view[i:], b.register(regmap.At(a)))
		}
	}
}

// settle takes up how an order has ended.
func (b *mailbox) settle(outcome func(*imu.Order) (bool, imu.Refusal)) {
	if b.order == nil {
		return
	}
	if done, r := outcome(b.order); done {
		b.order = nil
		b.status = regmap.StatusWord(b.dest, refusals[r])
	}
}

// register returns one register of the interface. Passwords read 0.
func (b *mailbox) register(r regmap.Register) uint16 {
	switch {
	case r == regmap.CommandPass || r == regmap.CommandPass+1:
		return 0
	case r <= regmap.CommandLast:
		return binary.BigEndian.Uint16(b.in[2*int(r-regmap.CommandFirst):])
	case r == regmap.CommandEcho:
		return b.echo
	case r == regmap.CommandStatus:
		return b.status
	case r == regmap.CommandCount:
		return uint16(len(b.reply))
	}
	return b.replyWord(2 * int(r-regmap.CommandReply))
}

func (b *mailbox) replyWord(i int) uint16 {
	switch {
	case i+1 < len(b.reply):
		return binary.BigEndian.Uint16(b.reply[i:])
	case i < len(b.reply):
		return uint16(b.reply[i]) << 8
	}
	return 0
}

// word returns the word of register r as the client wrote it.
func (b *mailbox) word(r regmap.Register) uint16 {
	return binary.BigEndian.Uint16(b.in[2*int(r-regmap.CommandFirst):])
}

// takePassword returns the password of the command and wipes it, so that no
// later read, dump or command finds it.
func (b *mailbox) takePassword() imu.Password {
	at := b.in[2*int(regmap.CommandPass-regmap.CommandFirst):][:4]
	p := imu.Password(at)
	clear(at)
	return p
}

// params returns the parameter bytes of a command.
func (b *mailbox) params() []byte {
	return b.in[2*int(regmap.CommandParam-regmap.CommandFirst) : 2*int(regmap.CommandParam-regmap.CommandFirst)+20]
}
