package modbus

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// captures are recordings of other people's devices. They are not part of this
// module; without them the tests above are complete all the same.
const captures = "../../../shared/data/modbus"

// packet is the payload of one TCP segment to or from port 502.
type packet struct {
	request bool
	payload []byte
}

// readCapture reads a pcap file (Ethernet, IPv4, TCP). Reference: the pcap file
// format of libpcap, pcap-savefile(5).
func readCapture(t *testing.T, file string) (all []packet) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if len(b) < 24 || order.Uint32(b) != 0xA1B2C3D4 {
		order = binary.BigEndian
	}
	for b = b[24:]; len(b) >= 16; {
		n := int(order.Uint32(b[8:]))
		if len(b) < 16+n {
			break
		}
		if p, ok := segment(b[16 : 16+n]); ok {
			all = append(all, p)
		}
		b = b[16+n:]
	}
	return all
}

func segment(b []byte) (packet, bool) {
	const ethernet, ip, tcp = 14, 20, 20
	if len(b) < ethernet+ip+tcp || word(b, 12) != 0x0800 || b[ethernet+9] != 6 {
		return packet{}, false
	}
	b = b[ethernet:]
	b = b[:min(len(b), int(word(b, 2)))] // without the padding of a short frame
	b = b[4*int(b[0]&15):]
	if len(b) < tcp {
		return packet{}, false
	}
	from, to := word(b, 0), word(b, 2)
	payload := b[min(len(b), 4*int(b[12]>>4)):]
	return packet{to == 502, payload}, (from == 502 || to == 502) && len(payload) > 0
}

// Every message of the captures is framed, given back byte for byte, and every
// request of a function we know is understood and answered.
func TestCaptures(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(captures, "*", "*.pcap"))
	if len(files) == 0 {
		t.Skipf("no captures in %s: the test runs where the shared data is mounted", captures)
	}
	bank := NewBank(newRack())
	for _, file := range files {
		messages, known := 0, 0
		for _, p := range readCapture(t, file) {
			for rest := p.payload; len(rest) > 0; {
				a, took, ok := ParseADU(rest)
				if took == 0 {
					t.Logf("%s: %d bytes are no message (%v): % x", filepath.Base(file), len(rest), ok, rest[:min(len(rest), 20)])
					break
				}
				if !bytes.Equal(a.Append(nil), rest[:took]) {
					t.Errorf("%s: % x came back otherwise", file, rest[:took])
				}
				messages++
				known += understood(t, a.PDU, p.request)
				if p.request {
					bank.Serve(&Query{PDU: a.PDU}, nil)
				}
				rest = rest[took:]
			}
		}
		t.Logf("%s: %d messages, %d parsed by a codec", filepath.Base(file), messages, known)
		if messages == 0 {
			t.Errorf("%s: no message", file)
		}
	}
}

// understood is 1 if some codec parses the PDU, which must then give it back.
func understood(t *testing.T, b []byte, isRequest bool) int {
	t.Helper()
	for _, c := range codecs() {
		v, err := c.parse(b)
		if err == nil && !bytes.Equal(c.again(v), b) {
			t.Errorf("%s (request: %v): % x came back otherwise", c.name, isRequest, b)
		}
		if err == nil {
			return 1
		}
	}
	return 0
}
