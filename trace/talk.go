package trace

import (
	"container/list"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"switchroom/wire/modbus"
)

// talks writes requests and answers as the TCP connections in which they
// crossed the wire. Handshake, acknowledgements and ends are made up: only what
// was said is known, not in which segments.
type talks struct {
	open  map[pair]*list.Element // of *talk
	order *list.List             // the one used last is at the back
	born  uint32                 // connections so far
}

// pair is who talks with whom.
type pair struct{ client, server netip.AddrPort }

// talk is one connection. next is the sequence number each end sends next, told
// the last acknowledgement it sent: [0] is the client.
type talk struct {
	pair
	next, told [2]uint32
	last       time.Time
}

// talksMax bounds how many connections are remembered; the one that was silent
// for longest is said to have ended. Ours.
const talksMax = 4096

// mss is how many bytes a segment carries at most. A message has 260.
const mss = 1400

const (
	client = 0
	server = 1
)

func newTalks() *talks { return &talks{open: map[pair]*list.Element{}, order: list.New()} }

// request appends the packets of a request.
func (t *talks) request(out []byte, e *Exchange) []byte {
	out, k := t.of(out, e)
	adu := modbus.ADU{Transaction: e.Transaction, Unit: e.Unit, PDU: e.Request}.Append(nil)
	return k.say(out, e.Time, client, adu)
}

// end appends the packets of how a request ended.
func (t *talks) end(out []byte, e *Exchange) []byte {
	at := e.Time.Add(e.Took)
	out, k := t.of(out, e)
	switch e.Ended {
	case Answered:
		out = k.say(out, at, server, modbus.ADU{Transaction: e.Transaction, Unit: e.Unit, PDU: e.Reply}.Append(nil))
	case Raw:
		out = k.say(out, at, server, e.Reply)
	case HungUp:
		out = k.send(out, at, server, flagRST|flagACK, nil)
		t.forget(k.pair)
		return out
	}
	if k.told[server] != k.next[client] {
		out = k.send(out, at, server, flagACK, nil)
	}
	return out
}

// of returns the connection of an exchange, with its handshake if it is new.
func (t *talks) of(out []byte, e *Exchange) ([]byte, *talk) {
	p := pair{e.Client, e.Server}
	if el, ok := t.open[p]; ok {
		t.order.MoveToBack(el)
		return out, el.Value.(*talk)
	}
	if len(t.open) >= talksMax {
		out = t.bye(out, t.order.Front().Value.(*talk))
	}
	t.born++
	first := t.born * 0x10_0001 // each connection has numbers of its own
	k := &talk{pair: p, next: [2]uint32{first, first ^ 0x5555_0000}}
	t.open[p] = t.order.PushBack(k)
	out = k.send(out, e.Time, client, flagSYN, nil)
	out = k.send(out, e.Time, server, flagSYN|flagACK, nil)
	return k.send(out, e.Time, client, flagACK, nil), k
}

func (t *talks) forget(p pair) {
	if el, ok := t.open[p]; ok {
		t.order.Remove(el)
		delete(t.open, p)
	}
}

// bye appends the end of a connection.
func (t *talks) bye(out []byte, k *talk) []byte {
	out = k.send(out, k.last, client, flagFIN|flagACK, nil)
	out = k.send(out, k.last, server, flagFIN|flagACK, nil)
	out = k.send(out, k.last, client, flagACK, nil)
	t.forget(k.pair)
	return out
}

// ends appends the ends of all connections, oldest first.
func (t *talks) ends(out []byte) []byte {
	for t.order.Len() > 0 {
		out = t.bye(out, t.order.Front().Value.(*talk))
	}
	return out
}

// say appends data in as many segments as it takes.
func (k *talk) say(out []byte, at time.Time, who int, data []byte) []byte {
	for len(data) > 0 {
		n := min(mss, len(data))
		out = k.send(out, at, who, flagPSH|flagACK, data[:n])
		data = data[n:]
	}
	return out
}

// send appends one segment as a record of a capture.
func (k *talk) send(out []byte, at time.Time, who int, flags byte, data []byte) []byte {
	if at.Before(k.last) {
		at = k.last // a clock that was set back must not disorder a connection
	}
	k.last = at
	s := segment{from: k.client, to: k.server, seq: k.next[who], flags: flags, data: data}
	if who == server {
		s.from, s.to = s.to, s.from
	}
	if flags&flagACK != 0 {
		s.ack = k.next[1-who]
		k.told[who] = s.ack
	}
	k.next[who] += uint32(len(data))
	if flags&(flagSYN|flagFIN) != 0 {
		k.next[who]++
	}
	return appendRecord(out, at, s.append(nil))
}

// Capture files: libpcap, microseconds, raw IP.
const (
	magicMicro  = 0xA1B2C3D4
	magicNano   = 0xA1B23C4D
	linkRaw     = 101
	snap        = 1 << 18
	pcapHeader  = 24
	recordHead  = 16
	syslogPort  = 514
	syslogLevel = "<132>" // facility local0, warning
)

// appendPcapHeader appends the head of a capture file.
func appendPcapHeader(out []byte) []byte {
	out = binary.LittleEndian.AppendUint32(out, magicMicro)
	out = binary.LittleEndian.AppendUint16(out, 2)
	out = binary.LittleEndian.AppendUint16(out, 4)
	out = append(out, 0, 0, 0, 0, 0, 0, 0, 0) // time zone, accuracy: by custom 0
	out = binary.LittleEndian.AppendUint32(out, snap)
	return binary.LittleEndian.AppendUint32(out, linkRaw)
}

func appendRecord(out []byte, at time.Time, packet []byte) []byte {
	us := at.UnixMicro()
	out = binary.LittleEndian.AppendUint32(out, uint32(us/1e6))
	out = binary.LittleEndian.AppendUint32(out, uint32(us%1e6))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(packet)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(packet)))
	return append(out, packet...)
}

// lostText is what a capture says where exchanges are missing: a datagram to the
// port of syslog, from this machine to itself, which every tool shows as text.
const lostText = syslogLevel + "switchroom: %d exchanges are missing here"

var self = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), syslogPort)

func appendLostRecord(out []byte, at time.Time, n uint64) []byte {
	return appendRecord(out, at, appendDatagram(nil, self, self, fmt.Appendf(nil, lostText, n)))
}
