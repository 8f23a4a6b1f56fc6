package gatt

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"switchroom/wire/ble"
)

const secret = "a secret that nobody may read yet"

// device is a table with an open, an encrypted and an authenticated value.
//
//	1 service 0x1800   2 decl, 3 name (open)
//	4 service of 128 bits  5 decl, 6 secret (authenticated, read, write)  7 decl, 8 state (encrypted, notify), 9 subscription, 10 title
func device() (*Table, *Characteristic, *[]byte) {
	var written []byte
	state := &Characteristic{UUID: ble.Short(0x2A19), Props: Read | Notify, Need: Encrypted, Title: "state", OnRead: func(*Bearer) ([]byte, ble.Fault) { return []byte{100}, 0 }}
	return NewTable(
		&Service{ble.Short(0x1800), []*Characteristic{{UUID: ble.Short(0x2A00), Props: Read, OnRead: func(*Bearer) ([]byte, ble.Fault) { return []byte("Q1"), 0 }}}},
		&Service{ble.MustUUID("53570001-0000-4000-8000-000000000000"), []*Characteristic{
			{UUID: ble.MustUUID("53570002-0000-4000-8000-000000000000"), Props: Read | Write, Need: Authenticated,
				OnRead:  func(*Bearer) ([]byte, ble.Fault) { return []byte(secret), 0 },
				OnWrite: func(_ *Bearer, v []byte) ble.Fault { written = append([]byte(nil), v...); return 0 }},
			state,
		}},
	), state, &written
}

// TestRequests is one table of packets, in order, on one link.
func TestRequests(t *testing.T) {
	table, _, written := device()
	for _, c := range []struct {
		name string
		need Need
		ask  string
		want string
	}{
		{"primary services", Nothing, "100100ffff0028", "1106010003000018"},
		{"the other service", Nothing, "100400ffff0028", "111404000a00" + "00000000000000800040000001005753"},
		{"no more services", Nothing, "100b00ffff0028", "01100b000a"},
		{"included services are none", Nothing, "080100ffff0228", "010801000a"},
		{"characteristics", Nothing, "08010003000328", "090702000203" + "00002a"},
		{"a service by its UUID", Nothing, "060100ffff00280018", "0701000300"},
		{"descriptors", Nothing, "0409000a00", "0501" + "09000229" + "0a000129"},
		{"the name", Nothing, "0a0300", "0b5131"},
		{"beyond the end", Nothing, "0c03000900", "010c030007"},
		{"no such handle", Nothing, "0a6300", "010a630001"},
		{"handle zero", Nothing, "0a0000", "010a000001"},
		{"a range turned around", Nothing, "0405000400", "0104050001"},
		{"a secret, not paired", Nothing, "0a0600", "010a060005"},
		{"a secret by its type, not paired", Nothing, "0806000600" + "00000000000000800040000002005753", "0108060005"},
		{"a blob of a secret, not paired", Nothing, "0c06000100", "010c060005"},
		{"a secret, encrypted without a passkey", Encrypted, "0a0600", "010a060005"},
		{"writing, encrypted without a passkey", Encrypted, "12060061", "0112060005"},
		{"preparing, not paired", Nothing, "160600000061", "0116060005"},
		{"subscribing, not encrypted", Nothing, "1209000100", "011209000f"},
		{"the state, encrypted", Encrypted, "0a0800", "0b64"},
		{"writing the name", Authenticated, "12030061", "0112030003"},
		{"writing a declaration", Authenticated, "12020061", "0112020003"},
		{"writing", Authenticated, "1206006162", "13"},
		{"subscribing with one byte", Authenticated, "12090001", "011209000d"},
		{"MTU", Nothing, "02f700", "03f700"},
		{"the secret", Authenticated, "0a0600", "0b" + hex.EncodeToString([]byte(secret))},
		{"an opcode that is none", Nothing, "20", "0120000006"},
		{"a command that is none", Nothing, "60", ""},
		{"too short", Nothing, "0a03", "010a000004"},
		{"a response", Nothing, "0b00", ""},
	} {
		b := NewBearer(table, nil)
		b.Secure(c.need)
		if c.name == "the secret" {
			b.Handle(ble.ATT{Op: ble.ATTMTURequest, MTU: 247}.Bytes())
		}
		if got := hex.EncodeToString(b.Handle(unhex(c.ask))); got != c.want {
			t.Errorf("%s: %s is answered %s, want %s", c.name, c.ask, got, c.want)
		}
	}
	if string(*written) != "ab" {
		t.Errorf("%q is written", *written)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// TestNotification: nobody is told who has not asked, or whose link is not what it must
// be any more.
func TestNotification(t *testing.T) {
	table, state, _ := device()
	b := NewBearer(table, nil)
	if b.Notification(state, []byte{1}) != nil {
		t.Error("told without having asked")
	}
	b.Secure(Encrypted)
	b.Handle(unhex("1209000100"))
	if got := b.Notification(state, bytes.Repeat([]byte{1}, 100)); len(got) != ble.DefaultMTU {
		t.Errorf("%x", got)
	}
	b.Secure(Nothing)
	if b.Notification(state, []byte{1}) != nil {
		t.Error("told over a link that is not encrypted")
	}
}

// TestPrepared: long values come in pieces that follow each other, and no more than
// there is room for.
func TestPrepared(t *testing.T) {
	table, _, written := device()
	b := NewBearer(table, nil)
	b.Secure(Authenticated)
	piece := func(offset int, v string) byte {
		return b.Handle(ble.ATT{Op: ble.ATTPrepare, Handle: 6, Offset: uint16(offset), Value: []byte(v)}.Bytes())[0]
	}
	execute := func(flag byte) []byte { return b.Handle([]byte{ble.ATTExecute, flag}) }
	piece(0, "long ")
	piece(5, "value")
	if execute(1); string(*written) != "long value" {
		t.Errorf("%q", *written)
	}
	piece(0, "x")
	if execute(0); string(*written) != "long value" {
		t.Errorf("cancelled, and written all the same: %q", *written)
	}
	piece(3, "x")
	if got := execute(1); got[0] != ble.ATTError {
		t.Errorf("a gap: %x", got)
	}
	n := 0
	for piece(n, strings.Repeat("a", 10)) == ble.ATTPrepareAnswer {
		n++
	}
	if n != queueMax {
		t.Errorf("%d pieces are kept", n)
	}
	b.Secure(Nothing)
	before := string(*written)
	if execute(1); string(*written) != before {
		t.Error("written over a link that is not authenticated any more")
	}
}

// FuzzBearer throws packets at a link that is not paired: nothing is written, no answer
// is longer than the MTU, and the secret is not told.
func FuzzBearer(f *testing.F) {
	f.Add([]byte("\x07\x10\x01\x00\xff\xff\x00\x28\x03\x0a\x06\x00"))
	f.Add([]byte("\x03\x02\xf7\x00\x05\x0c\x06\x00\x00\x00\x06\x16\x06\x00\x00\x00a\x02\x18\x01"))
	f.Add([]byte("\x05\x04\x01\x00\xff\xff\x05\x12\x09\x00\x01\x00"))
	f.Fuzz(func(t *testing.T, script []byte) {
		table, state, written := device()
		b := NewBearer(table, nil)
		for len(script) > 0 {
			n := min(int(script[0]), len(script)-1)
			got := b.Handle(script[1 : 1+n])
			script = script[1+n:]
			if len(got) > b.MTU() || bytes.Contains(got, []byte(secret)[:4]) {
				t.Fatalf("%x", got)
			}
		}
		if *written != nil || b.Notification(state, []byte{1}) != nil {
			t.Errorf("%q is written, or told", *written)
		}
	})
}
