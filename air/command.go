package air

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"time"

	"switchroom/wire/ble"
)

// order is what a controller does on a command: a row each.
type order struct {
	length int // of the parameters; -1: any
	// do returns what the Command Complete event carries after its status.
	do func(r *Radio, p []byte) (ble.Status, []byte)
	// later is for commands that are answered with Command Status, and by an event when
	// they are done.
	later func(r *Radio, p []byte) ble.Status
}

// command carries one out.
func (r *Radio) command(c ble.Command) {
	o, known := orders[c.Op]
	switch {
	case !known:
		r.out(ble.Complete(c.Op, byte(ble.UnknownCommand)))
	case o.length >= 0 && len(c.Params) != o.length && o.later != nil:
		r.out(ble.Pending(c.Op, ble.BadParameters))
	case o.length >= 0 && len(c.Params) != o.length:
		r.out(ble.Complete(c.Op, byte(ble.BadParameters)))
	case o.later != nil:
		// The status comes before what the command brings about.
		mark := r.held(c.Op, c.Params)
		r.out(ble.Pending(c.Op, mark))
		if mark == 0 {
			if s := o.later(r, c.Params); s != 0 {
				r.failed(c.Op, c.Params, s)
			}
		}
	default:
		s, b := o.do(r, c.Params)
		r.out(ble.Complete(c.Op, append([]byte{byte(s)}, b...)...))
	}
}

// held says why a command that takes time is not taken.
func (r *Radio) held(op ble.Opcode, p []byte) ble.Status {
	if op == ble.LECreateConnection {
		if r.wants != nil {
			return ble.CommandDisallowed
		}
		return 0
	}
	if l, _ := r.linkAt(p); l == nil {
		return ble.UnknownConnection
	}
	return 0
}

// failed tells of a command that was taken and cannot be done.
func (r *Radio) failed(op ble.Opcode, p []byte, s ble.Status) {
	if op == ble.LEEnableEncryption && len(p) >= 2 {
		r.out(ble.Event{Code: ble.EventEncrypted, Params: []byte{byte(s), p[0], p[1], 0}})
	}
}

func ok([]byte) (ble.Status, []byte) { return 0, nil }

// fixed is an answer that never changes.
func fixed(b ...byte) func(*Radio, []byte) (ble.Status, []byte) {
	return func(*Radio, []byte) (ble.Status, []byte) { return 0, b }
}

// orders are the commands that a controller knows. What the numbers of fixed answers
// mean is in the specification's section of each (Vol 4 Part E 7).
var orders = map[ble.Opcode]order{
	ble.Disconnect:           {length: 3, later: (*Radio).disconnect},
	ble.HostBufferSize:       {length: 7, do: fixed()},
	ble.LEAddToList:          {length: 7, do: fixed()},
	ble.LECancelConnection:   {length: 0, do: (*Radio).cancel},
	ble.LEClearList:          {length: 0, do: fixed()},
	ble.LECreateConnection:   {length: 25, later: (*Radio).create},
	ble.LEEnableEncryption:   {length: 28, later: (*Radio).encrypt},
	ble.LEEncrypt:            {length: 32, do: encryptBlock},
	ble.LELongTermKey:        {length: 18, do: (*Radio).longTermKey},
	ble.LENoLongTermKey:      {length: 2, do: (*Radio).noLongTermKey},
	ble.LERand:               {length: 0, do: randomBytes},
	ble.LEReadAdvPower:       {length: 0, do: fixed(0)},
	ble.LEReadBufferSize:     {length: 0, do: fixed(pieceLen, 0, pieces)},
	ble.LEReadDataLength:     {length: 0, do: fixed(pieceLen, 0, 0x48, 0x08)},
	ble.LEReadFeatures:       {length: 0, do: fixed(0x21, 0, 0, 0, 0, 0, 0, 0)}, // encryption, data length extension
	ble.LEReadListSize:       {length: 0, do: fixed(8)},
	ble.LEReadMaxDataLength:  {length: 0, do: fixed(pieceLen, 0, 0x48, 0x08, pieceLen, 0, 0x48, 0x08)},
	ble.LEReadRemoteFeatures: {length: 2, later: (*Radio).remoteFeatures},
	ble.LEReadStates:         {length: 0, do: fixed(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0, 0)},
	ble.LERemoveFromList:     {length: 7, do: fixed()},
	ble.LESetAdvData:         {length: 32, do: func(r *Radio, p []byte) (ble.Status, []byte) { return setData(&r.adv.data, p) }},
	ble.LESetAdvEnable:       {length: 1, do: (*Radio).advertise},
	ble.LESetAdvParameters:   {length: 15, do: (*Radio).advParameters},
	ble.LESetDataLength:      {length: 6, do: func(_ *Radio, p []byte) (ble.Status, []byte) { return 0, p[:2] }},
	ble.LESetEventMask:       {length: 8, do: fixed()},
	ble.LESetRandomAddress:   {length: 6, do: (*Radio).randomAddress},
	ble.LESetScanEnable:      {length: 2, do: (*Radio).scan},
	ble.LESetScanParameters:  {length: 7, do: (*Radio).scanParameters},
	ble.LESetScanResponse:    {length: 32, do: func(r *Radio, p []byte) (ble.Status, []byte) { return setData(&r.adv.response, p) }},
	ble.LEUpdateConnection:   {length: 14, later: (*Radio).update},
	ble.LEWriteDataLength:    {length: 4, do: fixed()},
	ble.ReadAddress:          {length: 0, do: func(r *Radio, _ []byte) (ble.Status, []byte) { return 0, ble.Reverse(r.public.Octets[:]) }},
	ble.ReadBufferSize:       {length: 0, do: fixed(0, 0, 0, 0, 0, 0, 0)}, // none of BR/EDR: those of LE count
	ble.ReadCommands:         {length: 0, do: fixed(make([]byte, 64)...)},
	ble.ReadFeatures:         {length: 0, do: fixed(0, 0, 0, 0, 0x60, 0, 0, 0)}, // LE, and no BR/EDR
	ble.ReadLEHost:           {length: 0, do: fixed(1, 0)},
	ble.ReadRSSI:             {length: 2, do: (*Radio).readRSSI},
	ble.ReadRemoteVersion:    {length: 2, later: (*Radio).remoteVersion},
	ble.ReadVersion:          {length: 0, do: fixed(0x09, 0, 0, 0x09, 0xFF, 0xFF, 0, 0)}, // 5.0; 0xFFFF is nobody's
	ble.Reset:                {length: 0, do: func(r *Radio, p []byte) (ble.Status, []byte) { r.reset(); return ok(p) }},
	ble.SetEventMask:         {length: 8, do: fixed()},
	ble.SetEventMaskPage2:    {length: 8, do: fixed()},
	ble.VendorName:           {length: -1, do: (*Radio).called},
	ble.VendorPlace:          {length: 8, do: (*Radio).carried},
	ble.WriteLEHost:          {length: 2, do: fixed()},
}

func setData(to *[]byte, p []byte) (ble.Status, []byte) {
	if p[0] > 31 {
		return ble.BadParameters, nil
	}
	*to = append([]byte(nil), p[1:1+p[0]]...)
	return 0, nil
}

func encryptBlock(_ *Radio, p []byte) (ble.Status, []byte) {
	out := ble.Encrypt(ble.Key(ble.Reverse(p[:16])), ble.Key(ble.Reverse(p[16:])))
	return 0, ble.Reverse(out[:])
}

func randomBytes(*Radio, []byte) (ble.Status, []byte) {
	b := make([]byte, 8)
	rand.Read(b)
	return 0, b
}

func (r *Radio) randomAddress(p []byte) (ble.Status, []byte) {
	if r.advertising || r.scanning || r.wants != nil {
		return ble.CommandDisallowed, nil
	}
	r.random = ble.Address{Random: true, Octets: [6]byte(ble.Reverse(p))}
	return 0, nil
}

func (r *Radio) advParameters(p []byte) (ble.Status, []byte) {
	if r.advertising {
		return ble.CommandDisallowed, nil
	}
	interval := binary.LittleEndian.Uint16(p)
	if interval < 0x20 || interval > 0x4000 || p[4] != ble.AdvConnectable && p[4] != ble.AdvScannable && p[4] != ble.AdvNoConnection || p[5] > 1 {
		return ble.BadParameters, nil
	}
	r.adv.interval, r.adv.kind, r.adv.ownRandom = time.Duration(interval)*625*time.Microsecond, p[4], p[5] == 1
	return 0, nil
}

func (r *Radio) advertise(p []byte) (ble.Status, []byte) {
	if p[0] > 1 || p[0] == 1 && r.adv.ownRandom && r.random == (ble.Address{}) {
		return ble.BadParameters, nil
	}
	r.advertising = p[0] == 1
	return 0, nil
}

func (r *Radio) scanParameters(p []byte) (ble.Status, []byte) {
	if r.scanning {
		return ble.CommandDisallowed, nil
	}
	r.active = p[0] == 1
	return 0, nil
}

func (r *Radio) scan(p []byte) (ble.Status, []byte) {
	r.scanning, r.single, r.reported = p[0] == 1, p[1] == 1, map[reported]bool{}
	if r.scanning {
		r.air.listen()
	}
	return 0, nil
}

func (r *Radio) create(p []byte) ble.Status {
	le := binary.LittleEndian
	r.wants = &wish{ble.Address{Random: p[5] == 1, Octets: [6]byte(ble.Reverse(p[6:12]))}, p[12] == 1, max(6, le.Uint16(p[15:])), max(10, le.Uint16(p[19:]))}
	r.air.listen()
	return 0
}

func (r *Radio) cancel([]byte) (ble.Status, []byte) {
	w := r.wants
	if w == nil {
		return ble.CommandDisallowed, nil
	}
	r.wants = nil
	r.air.Loop.Post(func() { r.out(ble.Connection{Status: ble.UnknownConnection, Central: true, Peer: w.peer}.Event()) })
	return 0, nil
}

// linkAt is the link of a handle in a packet, and which side r is on.
func (r *Radio) linkAt(p []byte) (*link, int) {
	l := r.links[binary.LittleEndian.Uint16(p)]
	if l == nil {
		return nil, 0
	}
	return l, l.side(r)
}

func (r *Radio) disconnect(p []byte) ble.Status {
	l, side := r.linkAt(p)
	l.control(side, []byte{llTerminate, p[2]})
	if l.silent != nil || l.over { // nobody hears it
		l.abandon(r)
		r.out(ble.Event{Code: ble.EventDisconnected, Params: []byte{0, p[0], p[1], byte(ble.LocalEnded)}})
		return 0
	}
	why := [2]ble.Status{ble.Status(p[2]), ble.Status(p[2])}
	why[side] = ble.LocalEnded
	l.end(why[0], why[1])
	return 0
}

func (r *Radio) encrypt(p []byte) ble.Status {
	l, side := r.linkAt(p)
	if side != 0 || l.procedure != nil || l.over {
		return ble.CommandDisallowed
	}
	l.start(ble.Key(ble.Reverse(p[12:28])), p[2:10], p[10:12])
	return 0
}

func (r *Radio) longTermKey(p []byte) (ble.Status, []byte) {
	l, side := r.linkAt(p)
	if l == nil || side != 1 || l.procedure == nil {
		return ble.CommandDisallowed, p[:2]
	}
	ltk := ble.Key(ble.Reverse(p[2:]))
	r.air.Loop.Post(func() {
		if l.procedure != nil && !l.over {
			l.keyed(ltk)
		}
	})
	return 0, p[:2]
}

func (r *Radio) noLongTermKey(p []byte) (ble.Status, []byte) {
	l, side := r.linkAt(p)
	if l == nil || side != 1 || l.procedure == nil {
		return ble.CommandDisallowed, p[:2]
	}
	l.unkeyed()
	return 0, p[:2]
}

func (r *Radio) readRSSI(p []byte) (ble.Status, []byte) {
	l, side := r.linkAt(p)
	if l == nil {
		return ble.UnknownConnection, append(p[:2:2], 0)
	}
	return 0, append(p[:2:2], byte(rssi(r.place.To(l.ends[1-side].radio.place))))
}

func (r *Radio) remoteFeatures(p []byte) ble.Status {
	r.out(ble.Event{Code: ble.EventLE, Params: []byte{ble.LERemoteFeatures, 0, p[0], p[1], 0x21, 0, 0, 0, 0, 0, 0, 0}})
	return 0
}

func (r *Radio) remoteVersion(p []byte) ble.Status {
	r.out(ble.Event{Code: ble.EventRemoteVersion, Params: []byte{0, p[0], p[1], 0x09, 0xFF, 0xFF, 0, 0}})
	return 0
}

func (r *Radio) update(p []byte) ble.Status {
	l, side := r.linkAt(p)
	for i := range l.ends {
		e := &l.ends[(side+i)&1]
		e.radio.out(ble.Event{Code: ble.EventLE, Params: []byte{ble.LEConnectionUpdated, 0, byte(e.handle), byte(e.handle >> 8), p[4], p[5], p[6], p[7], p[8], p[9]}})
	}
	l.interval = time.Duration(max(6, binary.LittleEndian.Uint16(p[4:]))) * 1250 * time.Microsecond
	l.timeout = time.Duration(max(10, binary.LittleEndian.Uint16(p[8:]))) * 10 * time.Millisecond
	return 0
}

// called is a host that says who it is: it is where it was left, if it was carried.
func (r *Radio) called(p []byte) (ble.Status, []byte) {
	if len(p) == 0 || len(p) > 32 || bytes.ContainsFunc(p, func(c rune) bool { return c < 0x20 || c > 0x7E }) {
		return ble.BadParameters, nil
	}
	r.name = string(p)
	if at, known := r.air.left[r.name]; known {
		r.place = at
		r.air.moved()
	}
	return 0, nil
}

// carried is a host that walks.
func (r *Radio) carried(p []byte) (ble.Status, []byte) {
	at := func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) / 100 }
	r.place = Place{at(p), at(p[4:])}
	r.air.moved()
	return 0, nil
}
