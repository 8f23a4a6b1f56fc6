package trace

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"switchroom/points"
	"switchroom/regmap"
	"switchroom/wire/modbus"
)

// commandOf is a request for a row of the command table; its parameters are 1, 2, 3 …
func commandOf(row *regmap.Command, password string) []byte {
	w := make([]byte, 2*regmap.CommandWords)
	for i, v := range []uint16{row.Code, row.Length(), row.Dest, 0} {
		binary.BigEndian.PutUint16(w[2*i:], v)
	}
	if row.Password {
		w[7] = 1
		copy(w[8:], password)
	}
	at := 12
	for i, p := range row.Params {
		if p.Kind == regmap.F32 {
			binary.BigEndian.PutUint32(w[at:], math.Float32bits(float32(i+1)))
		} else if p.Bytes <= 4 {
			w[at+p.Bytes-1] = byte(i + 1)
		}
		at += p.Bytes
	}
	return modbus.WriteRequest{Address: regmap.CommandFirst.Address(), Values: w}.Append(nil)
}

// Every row of the command table has words, and they are those of its point and
// of the settings it carries; its bytes are named one and all.
func TestWordsOfCommands(t *testing.T) {
	m := regmap.Default()
	for i := range regmap.Commands {
		row := &regmap.Commands[i]
		e := &Exchange{Request: commandOf(row, canary), Ended: Open}
		words := Words(e.Request, m)
		if !strings.Contains(words, strings.TrimPrefix(points.Of(row.Point).Title, "read ")) {
			t.Errorf("%d: %q is not about %s", row.Code, words, points.Of(row.Point).Title)
		}
		for _, set := range row.Set {
			if row.Password && !strings.Contains(words, lastPart(points.Of(set).Name)+" ") {
				t.Errorf("%d: %q does not tell %s", row.Code, words, points.Of(set).Name)
			}
		}
		if strings.Contains(words, canary) {
			t.Errorf("%d: the password is in %q", row.Code, words)
		}
		at, password := 0, false
		for _, n := range AnnotateRequest(e, m) {
			if n.From != at || n.Meaning == "" {
				t.Errorf("%d: bytes %d to %d have no meaning, or two: %+v", row.Code, at, n.From, n)
			}
			at = n.To
			password = password || n.From == 14 && n.To == 18 && strings.Contains(n.Meaning, "password, in clear")
			if strings.Contains(n.Meaning, canary) {
				t.Errorf("%d: the password is in %q", row.Code, n.Meaning)
			}
		}
		if at != len(e.Request) || password != row.Password {
			t.Errorf("%d: named up to byte %d of %d, password %v", row.Code, at, len(e.Request), password)
		}
	}
}

// What people see of some requests.
func TestWords(t *testing.T) {
	m := regmap.Default()
	row := func(code, dest uint16) []byte { r, _ := regmap.CommandByCode(code, dest); return commandOf(r, canary) }
	for _, tt := range []struct {
		request []byte
		want    string
	}{
		{row(904, regmap.DestControlUnit), "open the breaker (MX)"},
		{row(51593, regmap.DestControlUnit), "set long-time pick-up Ir (ANSI 49RMS/51): session 1, group 2, ir 4 A, tr 5 s"},
		{row(49545, regmap.DestControlUnit), "set settings group that acts: group A"},
		{row(49537, regmap.DestControlUnit), "ask for settings group that acts: session 1"},
		{row(768, regmap.DestInterface), "ask for the date and time"},
		{modbus.WriteRequest{Address: 7999, Values: []byte{0x27, 0x0F}}.Append(nil), "command 9999 to module 0, which no table has"},
		{modbus.WriteRequest{Address: 8003, Values: []byte(canary)}.Append(nil), "write registers 8004-8005, which are no command"},
		{modbus.ReadRequest{Function: 3, Address: 32027, Count: 6}.Append(nil), "read current.l1, current.l2, current.l3"},
		{modbus.ReadRequest{Function: 3, Address: 8999, Count: 2}.Append(nil), "read 9000-9001 (not mapped)"},
		{[]byte{3, 0}, "read that is malformed"},
		{[]byte{99}, "function 99"},
		{nil, ""},
	} {
		if got := Words(tt.request, m); got != tt.want {
			t.Errorf("%x: %q, want %q", tt.request, got, tt.want)
		}
	}
}

// Answers have names, too: values, exceptions, what is no answer.
func TestAnnotateReply(t *testing.T) {
	m := regmap.Default()
	read := modbus.ReadRequest{Function: 3, Address: 32027, Count: 2}.Append(nil)
	status := modbus.ReadRequest{Function: 3, Address: 8019, Count: 2}.Append(nil)
	for _, tt := range []struct {
		e    Exchange
		want string // among the meanings
	}{
		{Exchange{Request: read, Reply: []byte{3, 4, 0x43, 0xCE, 0, 0}, Ended: Answered}, "32028: current.l1 412 A"},
		{Exchange{Request: status, Reply: []byte{3, 4, 3, 0x88, 0, 3}, Ended: Answered}, "8021: in progress"},
		{Exchange{Request: read, Reply: []byte{0x83, 2}, Ended: Answered}, "exception 2: illegal data address"},
		{Exchange{Request: read, Transaction: 7, Reply: []byte{0, 8, 0, 0, 0, 7, 255, 3, 4}, Ended: Raw}, "transaction 8, where 7 was asked"},
		{Exchange{Request: read, Transaction: 7, Reply: []byte{0, 7, 0, 0, 0, 7, 255, 3, 4}, Ended: Raw}, "length: 7 bytes are to follow, 3 do"},
		{Exchange{Request: ordered904(canary), Reply: []byte{16, 0x1F, 0x3F, 0, 20}, Ended: Answered}, "from register 8000"},
	} {
		found := false
		for _, n := range AnnotateReply(&tt.e, m) {
			found = found || n.Meaning == tt.want
		}
		if !found {
			t.Errorf("no %q in %+v", tt.want, AnnotateReply(&tt.e, m))
		}
	}
}

// Whatever bytes come: notes are in order, within the message, and nothing panics.
func FuzzAnnotate(f *testing.F) {
	f.Add(ordered904(canary), []byte{16, 0x1F, 0x3F, 0, 20}, uint8(0))
	f.Add([]byte{3, 0, 1, 0, 1}, []byte{3, 2, 0, 1}, uint8(0))
	f.Add([]byte{23, 0, 1, 0, 1, 0x1F, 0x3F, 0, 1, 2, 0, 0}, []byte{23, 2, 0, 1}, uint8(0))
	f.Add([]byte{100, 4, 4, 0, 0, 1}, []byte{0, 1}, uint8(1))
	m := regmap.Default()
	f.Fuzz(func(t *testing.T, request, reply []byte, how uint8) {
		e := &Exchange{Request: request, Reply: reply, Ended: endings[int(how)%len(endings)]}
		Words(request, m)
		KindOf(e)
		for _, s := range []struct {
			all []Note
			n   int
		}{{AnnotateRequest(e, m), len(request)}, {AnnotateReply(e, m), len(reply)}} {
			at := 0
			for _, n := range s.all {
				if n.From < at || n.To <= n.From || n.To > s.n {
					t.Fatalf("%+v of %d bytes", s.all, s.n)
				}
				at = n.To
			}
		}
	})
}
