package ble

import "encoding/binary"

// Connection is the parameters of an LE Connection Complete event.
type Connection struct {
	Status   Status
	Handle   uint16
	Central  bool // this end is the central
	Peer     Address
	Interval uint16 // of 1.25 ms
	Timeout  uint16 // supervision, of 10 ms
}

// Event is c as an event.
func (c Connection) Event() Event {
	role := byte(1)
	if c.Central {
		role = 0
	}
	b := []byte{LEConnected, byte(c.Status)}
	b = binary.LittleEndian.AppendUint16(b, c.Handle)
	b = c.Peer.append(append(b, role, c.Peer.kind()))
	b = binary.LittleEndian.AppendUint16(b, c.Interval)
	b = binary.LittleEndian.AppendUint16(b, 0) // latency
	b = binary.LittleEndian.AppendUint16(b, c.Timeout)
	return Event{EventLE, append(b, 0)}
}

// ParseConnection reads an LE Connection Complete event, without its subevent code.
func ParseConnection(b []byte) (c Connection, err error) {
	if len(b) != 18 {
		return c, ErrShort
	}
	le := binary.LittleEndian
	return Connection{Status(b[0]), le.Uint16(b[1:]) & 0xFFF, b[3] == 0, addressAt(b[5:], b[4]), le.Uint16(b[11:]), le.Uint16(b[15:])}, nil
}

// Kinds of advertising packets, as reports tell them.
const (
	AdvConnectable  = 0x00
	AdvScannable    = 0x02
	AdvNoConnection = 0x03
	AdvScanResponse = 0x04
)

// Report is one advertising packet that was heard.
type Report struct {
	Kind byte
	From Address
	Data []byte // 31 bytes at most
	RSSI int8   // dBm
}

// Event is r as an event.
func (r Report) Event() Event {
	b := r.From.append([]byte{LEAdvertising, 1, r.Kind, r.From.kind()})
	b = append(append(b, byte(len(r.Data))), r.Data...)
	return Event{EventLE, append(b, byte(r.RSSI))}
}

// ParseReports reads an LE Advertising Report event, without its subevent code.
func ParseReports(b []byte) (all []Report, err error) {
	r := reader{b: b}
	for n := r.u8(); n > 0 && !r.bad; n-- {
		p := Report{Kind: r.u8()}
		kind := r.u8()
		p.From = addressAt(r.next(6), kind)
		p.Data = r.next(int(r.u8()))
		p.RSSI = int8(r.u8())
		all = append(all, p)
	}
	if r.bad || len(r.b) > 0 {
		return nil, ErrShort
	}
	return all, nil
}

// Types of the structures in advertising data (Core Specification Supplement, Part A).
const (
	AdFlags        = 0x01
	AdServices128  = 0x06
	AdServices16   = 0x02
	AdShortName    = 0x08
	AdName         = 0x09
	AdManufacturer = 0xFF
)

// maxAdvertising is how much a legacy advertising packet holds.
const maxAdvertising = 31

// AppendAd appends a structure to advertising data if there is room.
func AppendAd(data []byte, kind byte, value []byte) ([]byte, bool) {
	if len(data)+2+len(value) > maxAdvertising {
		return data, false
	}
	return append(append(data, byte(1+len(value)), kind), value...), true
}

// Ad returns the value of the first structure of a kind in advertising data.
func Ad(data []byte, kind byte) ([]byte, bool) {
	for len(data) > 1 && data[0] > 0 && int(data[0]) < len(data) {
		n := int(data[0])
		if data[1] == kind {
			return data[2 : 1+n], true
		}
		data = data[1+n:]
	}
	return nil, false
}
