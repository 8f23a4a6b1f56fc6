package modbus

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rack is a device with registers 32000 to 32499 (addresses 31999 to 32498),
// an identity and a clock. A read of address 32400 fails half way.
type rack struct {
	mu    sync.Mutex
	words [500]uint16
	now   DateTime
	who   []Object
}

const (
	rackFirst = 31999
	rackBad   = 32400
)

func newRack() *rack {
	r := &rack{now: DateTime{Year: 2010, Month: 11, Day: 2, Hour: 14, Minute: 32, Millisecond: 3500}}
	for i := range r.words {
		r.words[i] = uint16(i)
	}
	r.who = []Object{{VendorName, "abc"}, {ProductCode, "d"}, {MajorMinorRevision, "1.0"}, {ProductName, "e"}, {0x80, "f"}}
	return r
}

// get is what the device holds in words from..to.
func (r *rack) get(from, to int) []uint16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.words[from:to])
}

func (r *rack) has(addr uint16, n int) bool {
	return addr >= rackFirst && int(addr)+n <= rackFirst+len(r.words)
}

func (r *rack) ReadRegisters(_ *Query, addr, count uint16, out []byte) ([]byte, Exception) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.has(addr, int(count)) {
		return out, IllegalDataAddress
	}
	for i := range count {
		if addr+i == rackBad {
			return out, DeviceFailure
		}
		w := r.words[addr+i-rackFirst]
		out = append(out, byte(w>>8), byte(w))
	}
	return out, NoException
}

func (r *rack) WriteRegisters(_ *Query, addr uint16, values []byte) Exception {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.has(addr, len(values)/2) {
		return IllegalDataAddress
	}
	for i := 0; i < len(values); i += 2 {
		r.words[int(addr)-rackFirst+i/2] = word(values, i)
	}
	return NoException
}

func (r *rack) Identify(*Query) []Object { return r.who }

func (r *rack) Clock(*Query) DateTime {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rack) SetClock(_ *Query, t DateTime) Exception {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.Year == 2099 {
		return DeviceBusy
	}
	t.Millisecond += 2
	r.now = t
	return NoException
}

// exchanges are requests and the replies of a bank of a rack, one after the
// other on one bank. The servers answer the same ones in their own tests.
var exchanges = []struct{ in, want, why string }{
	{"03 7d1b 0002", "03 04 001c 001d", "function 3"},
	{"04 7d1b 0002", "04 04 001c 001d", "function 4 reads the same space"},
	{"03 7cff 007d", "03 fa" + words(0, 125), "as many as one read may ask for"},
	{"03 7cff 0000", "83 03", "quantity 0"},
	{"03 7cff 007e", "83 03", "quantity 126"},
	{"03 ffff 0002", "83 02", "past the end"},
	{"03 0000 0001", "83 02", "not a register of this device"},
	{"03 7e8f 0004", "83 04", "the device fails half way: nothing of the first half is sent"},
	{"03 7cff", "83 03", "short"},
	{"03 7cff 0001 00", "83 03", "long"},
	{"06 7cff 1234", "06 7cff 1234", "function 6 echoes"},
	{"03 7cff 0001", "03 02 1234", "and has written"},
	{"06 0000 1234", "86 02", "not a register of this device"},
	{"06 7cff 12", "86 03", "short"},
	{"10 7d00 0002 04 00010002", "10 7d00 0002", "function 16"},
	{"03 7d00 0002", "03 04 00010002", "and has written"},
	{"10 7d00 0002 02 0001", "90 03", "byte count against quantity"},
	{"10 7ef2 0002 04 00010002", "90 02", "one of the two does not exist"},
	{"03 7ef2 0001", "03 02 01f3", "so neither was written"},
	{"17 7d00 0001 7d00 0001 02 0bad", "17 02 0bad", "function 23 writes before it reads"},
	{"17 7d00 0000 7d00 0001 02 0000", "97 03", "reads nothing"},
	{"17 0000 0001 7d01 0001 02 0000", "97 02", "reads what is not there, so it does not write either"},
	{"08 0000 a537", "08 0000 a537", "return query data"},
	{"08 0000 a537beef", "08 0000 a537beef", "of any length"},
	{"08 000a 0000", "08 000a 0000", "clear counters"},
	{"08 000b 0000", "08 000b 0001", "this one is the first since"},
	{"08 000c 0000", "08 000c 0000", "no message was unreadable"},
	{"08 000b 0001", "88 03", "its data field is zero"},
	{"08 0001 0000", "88 01", "restart communications: not a sub-function of this device"},
	{"08 0001 00000000", "88 01", "an unknown sub-function is told before wrong data"},
	{"08 00", "88 03", "no sub-function"},
	{"2b 0e 01 00", "2b 0e 01 83 00 00 03 00 03 616263 01 01 64 02 03 312e30", "basic"},
	{"2b 0e 02 00", "2b 0e 02 83 00 00 04 00 03 616263 01 01 64 02 03 312e30 04 01 65", "regular carries basic too"},
	{"2b 0e 03 04", "2b 0e 03 83 00 00 02 04 01 65 80 01 66", "extended, from object 4 on"},
	{"2b 0e 03 50", "2b 0e 03 83 00 00 05 00 03 616263 01 01 64 02 03 312e30 04 01 65 80 01 66", "from an object that is not there: from the beginning"},
	{"2b 0e 04 80", "2b 0e 04 83 00 00 01 80 01 66", "one object"},
	{"2b 0e 04 50", "ab 02", "one that is not there"},
	{"2b 0e 05 00", "ab 03", "no such read code"},
	{"2b 0e 01", "ab 03", "short"},
	{"2b 0d 01 00", "ab 01", "CANopen"},
	{"2b", "ab 03", "no MEI type"},
	{"2b 0f 00", "2b 0f 00 000a0b020e200dac", "date and time as in DOCA0157EN"},
	{"2b 10 00 00180c1f173bea5f", "2b 10 00 00180c1f173bea61", "set: answered with the clock as it runs on"},
	{"2b 10 00 00180d1f173bea5f", "2b 10 00 0000000000000000", "a thirteenth month sets nothing"},
	{"2b 10 00 0000000000000000", "2b 10 00 0000000000000000", "nor do zeros"},
	{"2b 0f 00", "2b 0f 00 00180c1f173bea61", "it was not set"},
	{"2b 10 00 00630c1f173bea5f", "ab 06", "the device says no"},
	{"2b 0f 01", "ab 03", "the reserved byte"},
	{"64 08 04 2a 7d00 7cff 7d01", "64 08 04 2a 0bad 1234 0002", "scattered, in the order asked"},
	{"64 06 04 2a 7d00 0000", "e4 02", "one address is not there: no values at all"},
	{"64 02 04 2a", "e4 03", "no address"},
	{"64 04 05 2a 7d00", "e4 01", "sub-function 5"},
	{"01 0000 0001", "81 01", "coils"},
	{"14 07 06 0004 0001 0002", "94 01", "files"},
	{"63", "e3 01", "unknown"},
	{"00", "80 01", "function 0"},
	{"ff", "ff 01", "a function that looks like an exception"},
}

func words(from, n int) string {
	var s strings.Builder
	for i := range n {
		w := uint16(from + i)
		for _, b := range []byte{byte(w >> 8), byte(w)} {
			s.WriteByte("0123456789abcdef"[b>>4])
			s.WriteByte("0123456789abcdef"[b&15])
		}
	}
	return s.String()
}

func TestBank(t *testing.T) {
	b := NewBank(newRack())
	for _, x := range exchanges {
		got := b.Serve(&Query{Unit: 255, PDU: pdu(t, x.in)}, []byte("before"))
		want := append([]byte("before"), pdu(t, x.want)...)
		if !cmp.Equal(got, want) {
			t.Errorf("%s: got % x, want %s (%s)", x.in, got[6:], x.want, x.why)
		}
	}
}

// bare is a device without identity and clock.
type bare struct{ Device }

func TestBankOfABareDevice(t *testing.T) {
	b := NewBank(bare{newRack()})
	for _, x := range []struct{ in, want, why string }{
		{"2b 0e 01 00", "ab 01", "no identity"},
		{"2b 0f 00", "ab 01", "no clock"},
		{"03 7cff 0001", "03 02 0000", "registers all the same"},
	} {
		if got := b.Serve(&Query{PDU: pdu(t, x.in)}, nil); !cmp.Equal(got, pdu(t, x.want)) {
			t.Errorf("%s: got % x, want %s (%s)", x.in, got, x.want, x.why)
		}
	}
}

func TestBankMaxWrite(t *testing.T) {
	b := NewBank(newRack())
	b.MaxWrite = 52
	for _, x := range []struct {
		n    int
		want byte
		why  string
	}{{52, FuncWrite, "the most the device takes"}, {53, FuncWrite | exceptionBit, "one more"}} {
		req := WriteRequest{rackFirst, make([]byte, 2*x.n)}.Append(nil)
		if got := b.Serve(&Query{PDU: req}, nil); got[0] != x.want {
			t.Errorf("%d registers: % x (%s)", x.n, got, x.why)
		}
	}
	req := ReadWriteRequest{rackFirst, 1, rackFirst, make([]byte, 106)}.Append(nil)
	if got := b.Serve(&Query{PDU: req}, nil); !cmp.Equal(got, []byte{0x97, 3}) {
		t.Errorf("function 23 is a way round the limit: % x", got)
	}
}

func TestBankCountsCommsErrors(t *testing.T) {
	b := NewBank(newRack())
	b.CommsError()
	if got := b.Serve(&Query{PDU: pdu(t, "08 000c 0000")}, nil); !cmp.Equal(got, pdu(t, "08 000c 0001")) {
		t.Errorf("% x", got)
	}
}

// liar is a device that does not keep to its contract.
type liar struct{ n int }

func (l liar) ReadRegisters(_ *Query, _, _ uint16, out []byte) ([]byte, Exception) {
	return append(out, make([]byte, l.n)...), NoException
}
func (liar) WriteRegisters(*Query, uint16, []byte) Exception { return NoException }

func TestBankDoesNotPassOnALie(t *testing.T) {
	for _, n := range []int{0, 1, 3, 400} {
		for _, in := range []string{"03 0000 0001", "64 04 04 00 0000"} {
			got := NewBank(liar{n}).Serve(&Query{PDU: pdu(t, in)}, nil)
			if len(got) != 2 || got[1] != byte(DeviceFailure) {
				t.Errorf("%s: % x for %d bytes where 2 were asked", in, got, n)
			}
		}
	}
}

// A long identity comes in several replies, each of which fits a PDU, and none
// is lost or sent twice.
func TestBankStreamsALongIdentity(t *testing.T) {
	r := newRack()
	r.who = nil
	for id := range 12 {
		r.who = append(r.who, Object{byte(id), strings.Repeat("x", 20*id)})
	}
	r.who = append(r.who, Object{0x90, strings.Repeat("y", 300)})
	b := NewBank(r)
	var got []Object
	for next, replies := byte(0), 0; ; replies++ {
		p := b.Serve(&Query{PDU: IdentificationRequest{ReadExtended, next}.Append(nil)}, nil)
		reply, err := ParseIdentificationReply(p)
		if err != nil || len(p) > MaxPDU || replies > len(r.who) {
			t.Fatalf("reply %d of %d bytes: %v", replies, len(p), err)
		}
		got = append(got, reply.Objects...)
		if !reply.More {
			break
		}
		next = reply.Next
	}
	want := append([]Object(nil), r.who...)
	want[12].Value = want[12].Value[:MaxObject]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestConformity(t *testing.T) {
	for _, tt := range []struct {
		last byte
		want byte
		why  string
	}{{2, 0x81, "basic"}, {3, 0x82, "regular"}, {0x7F, 0x82, "reserved is regular"}, {0x80, 0x83, "extended"}} {
		if got := conformity([]Object{{0, ""}, {tt.last, ""}}); got != tt.want {
			t.Errorf("last object %#x: %#x (%s)", tt.last, got, tt.why)
		}
	}
}

// Whatever is asked, a bank does not panic, answers the function asked, and
// never more than a PDU.
func FuzzBank(f *testing.F) {
	for _, x := range exchanges {
		f.Add(pdu(f, x.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) == 0 || len(in) > MaxPDU {
			return
		}
		out := NewBank(newRack()).Serve(&Query{PDU: in}, nil)
		if len(out) < 2 || len(out) > MaxPDU || out[0]&^exceptionBit != in[0]&^exceptionBit {
			t.Errorf("% x: % x", in, out)
		}
	})
}
