package host_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"switchroom/wire/ble"
	"switchroom/wire/ble/gatt"
	"switchroom/wire/ble/host"
	"switchroom/wire/ble/pairing"
)

// works says what is wrong with a link over which anybody should be able to read.
func (b *bench) works() string {
	b.taken()
	b.frame(ble.ChannelATT, ble.ATTRead, publicHandle, 0)
	want := []string{"4:0b 66 6f 72 20 61 6e 79 62 6f 64 79"}
	if got := b.taken(); !slices.Equal(got, want) {
		return strings.Join(got, ", ")
	}
	return ""
}

// TestEvents: an event of every code and length does nothing, and the host goes on.
func TestEvents(t *testing.T) {
	b := newBench(t, "peripheral")
	for code := range 256 {
		for n := range 24 {
			if byte(code) == ble.EventDisconnected && n == 4 {
				continue // that one has the length that it must
			}
			for _, fill := range []byte{0, 0xFF} {
				b.loop.Post(func() { b.host.Receive(ble.Event{Code: byte(code), Params: bytes.Repeat([]byte{fill}, n)}) })
			}
		}
	}
	b.receive(ble.Complete(ble.LERand, 0), ble.Event{Code: ble.EventComplete, Params: []byte{1, 3, 0x0C, 0}}, over(0)) // handle 64, status in place
	b.receive(ble.Connection{Handle: handle, Peer: phoneAddress}.Event())
	if why := b.works(); why != "" {
		t.Error(why)
	}
}

// TestFrames is what a phone may send that makes no sense, and what is answered. After
// each the link goes on, unless there is no way to find the next frame.
func TestFrames(t *testing.T) {
	pairingFailed := func(r ble.Reason) string { return "6:05 0" + string("0123456789abcdef"[r]) }
	for _, c := range []struct {
		name    string
		channel uint16
		payload []byte
		want    []string
	}{
		{"ATT: nothing", ble.ChannelATT, nil, nil},
		{"ATT: an opcode that is none", ble.ChannelATT, []byte{0x3F}, []string{"4:01 3f 00 00 06"}},
		{"ATT: a command that is none", ble.ChannelATT, []byte{0x7F}, nil},
		{"ATT: a read without a handle", ble.ChannelATT, []byte{ble.ATTRead}, []string{"4:01 0a 00 00 04"}},
		{"ATT: a read that is too long", ble.ChannelATT, []byte{ble.ATTRead, 3, 0, 0}, []string{"4:01 0a 00 00 04"}},
		{"ATT: a read of nothing", ble.ChannelATT, []byte{ble.ATTRead, 99, 0}, []string{"4:01 0a 63 00 01"}},
		{"ATT: a range that runs backwards", ble.ChannelATT, []byte{ble.ATTFindInfo, 9, 0, 1, 0}, []string{"4:01 04 09 00 01"}},
		{"ATT: an answer that nobody asked for", ble.ChannelATT, []byte{ble.ATTReadAnswer, 1}, nil},
		{"ATT: a notification to a server", ble.ChannelATT, []byte{ble.ATTNotify, 3, 0, 1}, nil},
		{"ATT: longer than agreed", ble.ChannelATT, append([]byte{ble.ATTWrite, closedHandle, 0}, make([]byte, 40)...), []string{"4:01 12 00 00 04"}},
		{"ATT: before encryption, a read", ble.ChannelATT, []byte{ble.ATTRead, closedHandle, 0}, []string{"4:01 0a 05 00 05"}},
		{"ATT: before encryption, a write", ble.ChannelATT, []byte{ble.ATTWrite, closedHandle, 0, 1}, []string{"4:01 12 05 00 05"}},
		{"ATT: before encryption, a subscription", ble.ChannelATT, []byte{ble.ATTWrite, closedCCCD, 0, 1, 0}, []string{"4:01 12 06 00 05"}},
		{"ATT: before encryption, a long write", ble.ChannelATT, []byte{ble.ATTPrepare, closedHandle, 0, 0, 0, 1}, []string{"4:01 16 05 00 05"}},
		{"SMP: nothing", ble.ChannelSMP, nil, nil},
		{"SMP: a code that is none", ble.ChannelSMP, []byte{0x3F, 1}, []string{pairingFailed(ble.InvalidParameters)}},
		{"SMP: too short", ble.ChannelSMP, []byte{ble.SMPRequest, 4}, []string{pairingFailed(ble.InvalidParameters)}},
		{"SMP: a random value before anything", ble.ChannelSMP, make16(ble.SMPRandom), nil},
		{"SMP: a failure before anything", ble.ChannelSMP, []byte{ble.SMPFailed, 1}, nil},
		{"signal: too short", ble.ChannelSignal, []byte{1}, nil},
		{"signal: one that is not known", ble.ChannelSignal, []byte{0x14, 1, 0, 0}, []string{"5:01 01 02 00 00 00"}},
		{"signal: a rejection", ble.ChannelSignal, []byte{ble.SignalReject, 1, 2, 0, 0, 0}, nil},
		{"a channel that is none", 0x0040, []byte{1, 2, 3}, nil},
	} {
		b := newBench(t, "peripheral")
		b.frame(c.channel, c.payload...)
		if got := b.taken(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if why := b.works(); why != "" {
			t.Errorf("%s: afterwards a read gets %s", c.name, why)
		}
		if log := b.said(); len(log) > 0 {
			t.Errorf("%s: %q", c.name, log)
		}
	}
}

// make16 is a packet of a code and 16 bytes.
func make16(code byte) []byte { return append([]byte{code}, bytes.Repeat([]byte{7}, 16)...) }

// TestPieces: pieces that make no frame end the link; those of a link that is none do
// nothing.
func TestPieces(t *testing.T) {
	piece := func(first bool, data ...byte) ble.ACL {
		return ble.ACL{Handle: handle, First: first, Heard: true, Data: data}
	}
	for _, c := range []struct {
		name string
		all  []ble.Packet
		want []string
	}{
		{"a middle without a beginning", []ble.Packet{piece(false, 1)}, []string{"Disconnect"}},
		{"a beginning within a frame", []ble.Packet{piece(true, 9, 0, 4, 0), piece(true, 9, 0, 4, 0)}, []string{"Disconnect"}},
		{"more than was announced", []ble.Packet{piece(true, 1, 0, 4, 0, 1, 2)}, []string{"Disconnect"}},
		{"longer than any frame", []ble.Packet{piece(true, 0xFF, 0xFF, 4, 0)}, []string{"Disconnect"}},
		{"no end of pieces", append([]ble.Packet{piece(true, 0)}, slices.Repeat([]ble.Packet{piece(false, make([]byte, 250)...)}, 3)...), []string{"Disconnect"}},
		{"of nobody", []ble.Packet{ble.ACL{Handle: 1, First: true, Heard: true, Data: []byte{9}}}, nil},
		{"in the smallest pieces", []ble.Packet{piece(true, 3), piece(false, 0), piece(false, 4, 0, ble.ATTRead), piece(false, publicHandle, 0)}, []string{"4:0b 66 6f 72 20 61 6e 79 62 6f 64 79"}},
	} {
		b := newBench(t, "peripheral")
		b.receive(c.all...)
		if got := b.taken(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAnswers is what a unit may answer a phone: only an answer to what was asked
// counts, and each question gets one.
func TestAnswers(t *testing.T) {
	refused := func(of byte, f ble.Fault) []byte { return []byte{ble.ATTError, of, 3, 0, byte(f)} }
	for _, c := range []struct {
		name   string
		answer []byte
		value  string
		err    error
		open   bool // it still waits
		sends  []string
	}{
		{name: "what was asked", answer: []byte{ble.ATTReadAnswer, 'a'}, value: "a"},
		{name: "a refusal", answer: refused(ble.ATTRead, ble.NeedsAuthentic), err: ble.NeedsAuthentic},
		{name: "a refusal of something else", answer: refused(ble.ATTWrite, ble.NeedsAuthentic), open: true},
		{name: "an answer to something else", answer: []byte{ble.ATTWriteAnswer}, open: true},
		{name: "a refusal cut short", answer: []byte{ble.ATTError, ble.ATTRead}, err: ble.ErrShort},
		{name: "no opcode of any kind", answer: []byte{0x3F}, err: ble.NotSupported},
		{name: "nothing", answer: nil, err: ble.ErrShort},
		{name: "longer than any", answer: append([]byte{ble.ATTReadAnswer}, make([]byte, ble.MaxPDU)...), open: true, sends: []string{"Disconnect"}},
		{name: "a notification", answer: []byte{ble.ATTNotify, 5, 0, 'x'}, open: true},
		{name: "an indication", answer: []byte{ble.ATTIndicate, 5, 0, 'x'}, open: true, sends: []string{"4:1e"}},
		{name: "a question of its own", answer: []byte{ble.ATTRead, 3, 0}, open: true, sends: []string{"4:01 0a 03 00 06"}},
		{name: "a question that makes no sense", answer: []byte{ble.ATTRead}, open: true},
	} {
		b := newBench(t, "central")
		var got []ble.ATT
		var why []error
		b.loop.Call(func() {
			b.link.Request(ble.ATT{Op: ble.ATTRead, Handle: 3}, func(p ble.ATT, err error) { got, why = append(got, p), append(why, err) })
		})
		b.taken()
		b.frame(ble.ChannelATT, c.answer...)
		if sends := b.taken(); !slices.Equal(sends, c.sends) {
			t.Errorf("%s: it sends %q, want %q", c.name, sends, c.sends)
		}
		b.loop.Call(func() {
			if c.open {
				if len(got) != 0 {
					t.Errorf("%s: it counts: %v %v", c.name, got, why)
				}
				return
			}
			if len(got) != 1 || !errors.Is(why[0], c.err) || string(got[0].Value) != c.value {
				t.Errorf("%s: %v %v", c.name, got, why)
			}
		})
		b.receive(over(ble.RemoteEnded))
		if len(why) != 1 {
			t.Errorf("%s: %d answers to one question", c.name, len(why))
		} else if c.open && !errors.Is(why[0], host.ErrEnded) {
			t.Errorf("%s: when the link ends: %v", c.name, why)
		}
	}
}

// TestControllerLies: whatever the controller claims, a link counts as authenticated
// only when this host has given a key for it.
func TestControllerLies(t *testing.T) {
	asks := ble.Event{Code: ble.EventLE, Params: append([]byte{ble.LELongTermKeyRequest, handle, 0}, make([]byte, 10)...)}
	refreshed := ble.Event{Code: ble.EventKeyRefreshed, Params: []byte{0, handle, 0}}
	bond := &pairing.Bond{LTK: ble.Key{1}, Secure: true}
	for _, c := range []struct {
		name   string
		bond   *pairing.Bond
		events []ble.Packet
		level  gatt.Need
	}{
		{"encrypted by nobody's key", nil, []ble.Packet{encryption(0, 1)}, gatt.Nothing},
		{"encrypted after there was no key", nil, []ble.Packet{asks, encryption(0, 1)}, gatt.Nothing},
		{"by a bond", bond, []ble.Packet{asks, encryption(0, 1)}, gatt.Authenticated},
		{"by a bond, and then not any more", bond, []ble.Packet{asks, encryption(0, 1), encryption(0, 0)}, gatt.Nothing},
		{"by a bond that did not fit", bond, []ble.Packet{asks, encryption(ble.KeyMissing, 0)}, gatt.Nothing},
		{"anew without asking", bond, []ble.Packet{asks, encryption(0, 1), refreshed}, gatt.Nothing},
		{"of a link that is none", bond, []ble.Packet{ble.Event{Code: ble.EventEncrypted, Params: []byte{0, 1, 0, 1}}}, gatt.Nothing},
	} {
		b := newBench(t, "peripheral")
		b.bond = c.bond
		b.receive(c.events...)
		b.loop.Call(func() {
			if b.link.Level() != c.level {
				t.Errorf("%s: level %v, want %v", c.name, b.link.Level(), c.level)
			}
		})
	}
}
