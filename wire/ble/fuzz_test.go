package ble

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"
)

// FuzzPacket: what is read of a stream is written as it was.
func FuzzPacket(f *testing.F) {
	for _, p := range []Packet{
		Command{LERand, nil}, Complete(ReadAddress, 0, 1, 2, 3, 4, 5, 6), Pending(Disconnect, Success), ACL{64, true, false, []byte{3, 0, 4, 0, 2, 23, 0}},
		Connection{Handle: 64, Central: true, Peer: Address{true, [6]byte{0xC0}}, Interval: 24, Timeout: 400}.Event(),
		Report{Kind: AdvConnectable, Data: []byte{2, AdFlags, 6}, RSSI: -60}.Event(),
	} {
		f.Add(p.Bytes())
	}
	f.Add([]byte{H4ACL, 0, 0xF0, 0xFF, 0xFF})
	f.Add([]byte{3, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadPacket(bufio.NewReader(bytes.NewReader(b)))
		if err != nil {
			return
		}
		out := p.Bytes()
		if !bytes.HasPrefix(b, out) {
			t.Errorf("%x is written %x", b, out)
		}
		if e, ok := p.(Event); ok {
			events(t, e)
		}
	})
}

// events reads an event as each that it might be: none may panic.
func events(t *testing.T, e Event) {
	if len(e.Params) == 0 {
		return
	}
	if c, err := ParseConnection(e.Params[1:]); err == nil {
		if back, err := ParseConnection(c.Event().Params[1:]); err != nil || back != c {
			t.Errorf("%+v comes back as %+v, %v", c, back, err)
		}
	}
	if all, err := ParseReports(e.Params[1:]); err == nil {
		for _, r := range all {
			Ad(r.Data, AdName)
		}
	}
}

func FuzzATT(f *testing.F) {
	for _, p := range []ATT{
		{Op: ATTMTURequest, MTU: 247}, {Op: ATTReadGroup, Handle: 1, End: 0xFFFF, Type: Short(0x2800)}, {Op: ATTError, Of: ATTRead, Handle: 3, Fault: NeedsAuthentic},
		{Op: ATTFindValue, Handle: 1, End: 0xFFFF, Type: Short(0x2800), Value: []byte{0, 0x18}}, {Op: ATTPrepare, Handle: 9, Offset: 3, Value: []byte("abc")}, {Op: ATTExecute, Flag: 1},
		{Op: ATTReadType, Handle: 1, End: 9, Type: MustUUID("53571000-0000-4000-8000-000000000000")}, {Op: ATTNotify, Handle: 4, Value: []byte{1}},
	} {
		f.Add(p.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseATT(b)
		if err != nil {
			return
		}
		back, err := ParseATT(p.Bytes())
		if err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%x: %+v comes back as %+v, %v", b, p, back, err)
		}
	})
}

func FuzzSMP(f *testing.F) {
	f.Add(Features{IO: KeyboardDisplay, Auth: AuthBonding | AuthMITM | AuthSecure, MaxKey: 16, Initiator: 1, Responder: 1}.Packet(SMPRequest).Bytes())
	f.Add(Key{1}.Packet(SMPConfirm).Bytes())
	f.Add(PublicKey{X: debugX}.Packet().Bytes())
	f.Add(Failure(ConfirmFailed).Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseSMP(b)
		if err != nil {
			return
		}
		var back []byte
		switch p.Code {
		case SMPRequest, SMPResponse:
			back = p.Features().Packet(p.Code).Bytes()
		case SMPPublicKey:
			back = p.PublicKey().Packet().Bytes()
		case SMPConfirm, SMPRandom, SMPCheck, SMPEncryption, SMPIdentity:
			back = p.Key().Packet(p.Code).Bytes()
		default:
			back = p.Bytes()
		}
		if !bytes.Equal(back, b) {
			t.Errorf("%x is written %x", b, back)
		}
	})
}

// FuzzAssembler cuts bytes into pieces as their first byte says: an assembler never
// keeps more than a frame, and a frame that it makes is as long as it says.
func FuzzAssembler(f *testing.F) {
	f.Add(byte(9), L2CAP{ChannelATT, []byte{ATTMTURequest, 23, 0}}.Bytes())
	f.Add(byte(3), L2CAP{ChannelSMP, make([]byte, 65)}.Bytes())
	f.Add(byte(0), []byte{0xFF, 0xFF, 4, 0, 1})
	f.Fuzz(func(t *testing.T, piece byte, b []byte) {
		var a Assembler
		n := max(1, int(piece))
		for at := 0; at < len(b); at += n {
			frame, whole, err := a.Add(at == 0, b[at:min(len(b), at+n)])
			if err != nil {
				return
			}
			if len(a.part) > maxL2CAP {
				t.Fatalf("it keeps %d bytes", len(a.part))
			}
			if whole && len(frame.Payload) != int(binary.LittleEndian.Uint16(b)) {
				t.Errorf("a frame of %d bytes of %x", len(frame.Payload), b)
			}
		}
	})
}

func FuzzSignal(f *testing.F) {
	f.Add(Signal{SignalUpdateAsk, 1, make([]byte, 8)}.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := ParseSignal(b); err == nil && !bytes.Equal(s.Bytes(), b) {
			t.Errorf("%x is written %x", b, s.Bytes())
		}
	})
}
