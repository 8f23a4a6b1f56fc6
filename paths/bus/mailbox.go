package bus

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"switchroom/imu"
	"switchroom/regmap"
)

// boxesMax bounds how many connections are remembered that have sent a command.
const boxesMax = 64

// mailboxes are the command interfaces of a unit, one a connection that has
// sent a command.
type mailboxes struct {
	all []*mailbox // the one of the newest command first
}

// mailbox is the command interface as one client sees it.
type mailbox struct {
	client netip.AddrPort
	in     [2 * regmap.CommandWords]byte // registers 8000–8019; the password is wiped when it is read
	echo   uint16
	dest   uint16
	status uint16
	reply  []byte     // from 8023 on
	order  *imu.Order // the mechanism is carrying it out
}

// of returns the mailbox of a connection that writes, making one if there is
// none, in place of the one that has been quiet longest and waits for nothing.
func (m *mailboxes) of(client netip.AddrPort) *mailbox {
	i := slices.IndexFunc(m.all, func(b *mailbox) bool { return b.client == client })
	if i < 0 {
		b := &mailbox{client: client}
		if len(m.all) < boxesMax {
			m.all = append(m.all, b)
			i = len(m.all) - 1
		} else {
			i = m.quietest()
			m.all[i] = b
		}
	}
	b := m.all[i]
	copy(m.all[1:i+1], m.all[:i])
	m.all[0] = b
	return b
}

func (m *mailboxes) quietest() int {
	for i := len(m.all) - 1; i > 0; i-- {
		if m.all[i].order == nil {
			return i
		}
	}
	return len(m.all) - 1
}

// seen returns the mailbox that a client sees: that of its connection; for a
// tool that opens a connection for each request, the newest of its address; for
// whoever has sent no command, the newest of all, as on the one block that a
// real unit has.
func (m *mailboxes) seen(client netip.AddrPort) *mailbox {
	var best *mailbox
	for _, b := range m.all {
		switch {
		case b.client == client:
			return b
		case best == nil || best.client.Addr() != client.Addr() && b.client.Addr() == client.Addr():
			best = b
		}
	}
	return best
}

// show writes the command interface into what was read: view is the registers
// from protocol address addr on, and holds nothing of the interface if the
// read missed it.
func (m *mailboxes) show(view []byte, addr uint16, client netip.AddrPort, outcome func(*imu.Order) (bool, imu.Refusal)) {
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
