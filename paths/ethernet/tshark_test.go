package ethernet_test

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"switchroom/wire/mbaps"
	"switchroom/wire/modbus"
)

// Wireshark's own dissectors see TLS on the wire, with the role in the certificate's
// place, and Modbus in it with the keys of the session, at the port of the specification.
func TestTsharkDissects(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("SKIPPED: tshark is absent, which says whether the wire is Modbus/TCP Security")
	}
	d := openTwo(t, false)
	var keys bytes.Buffer
	c := load(t, d.authority.Client(t, "Viewer")).Client(d.secure.Addr().String())
	c.KeyLogWriter, c.MaxVersion = &keys, tls.VersionTLS12 // in 1.3 certificates are not in clear
	raw, err := net.Dial("tcp", d.secure.String())
	if err != nil {
		t.Fatal(err)
	}
	heard := &recorded{Conn: raw}
	m := modbus.NewConn(tls.Client(heard, c))
	for _, pdu := range [][]byte{readOne, openIt} {
		asked(t, m, pdu) // the second is refused to a viewer
	}
	m.Close()
	dir := t.TempDir()
	capture, log := filepath.Join(dir, "mbaps.pcap"), filepath.Join(dir, "keys")
	for path, b := range map[string][]byte{capture: heard.pcap(), log: keys.Bytes()} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(fields ...string) string {
		t.Helper()
		args := []string{"-r", capture, "-o", "tls.keylog_file:" + log, "-T", "fields"}
		var says bytes.Buffer
		cmd := exec.Command(tshark, append(args, fields...)...)
		cmd.Stderr = &says
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("tshark: %v: %s", err, says.Bytes())
		}
		return strings.Join(strings.Fields(string(out)), " ")
	}
	if got := ask("-Y", "modbus", "-e", "modbus.func_code", "-e", "modbus.exception_code"); got != "3 3 16 16 1" {
		t.Errorf("tshark reads functions and exceptions %q inside TLS, want \"3 3 16 16 1\"", got)
	}
	// 1.3.6.1.4.1.50316.802.1 in DER, in the certificate that the client shows.
	if got := ask("-Y", "tls.handshake.certificate and tcp.dstport == 802", "-e", "tls.handshake.certificate"); !strings.Contains(strings.ReplaceAll(got, ":", ""), "2b0601040183890c862201") {
		t.Errorf("tshark sees no certificate with the role's OID: %q", got)
	}
	if bytes.Contains(heard.pcap(), []byte("3333")) {
		t.Error("the password of the breaker crosses the wire in clear")
	}
}

// recorded is a connection whose bytes are kept, with their directions.
type recorded struct {
	net.Conn
	mu    sync.Mutex
	parts []part
}

type part struct {
	out  bool
	data []byte
}

func (r *recorded) note(out bool, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parts = append(r.parts, part{out, bytes.Clone(b)})
}

func (r *recorded) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if n > 0 {
		r.note(false, b[:n])
	}
	return n, err
}

func (r *recorded) Write(b []byte) (int, error) {
	r.note(true, b) // before the answer can come
	return r.Conn.Write(b)
}

// pcap are the bytes as packets of IPv4 between 127.0.0.1:50000 and 127.0.0.1:802.
func (r *recorded) pcap() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	le := binary.LittleEndian
	out := le.AppendUint32(nil, 0xA1B2C3D4)
	out = append(out, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	out = le.AppendUint32(le.AppendUint32(out, 65535), 101) // raw IP
	ports, seq := [2]uint16{mbaps.Port, 50000}, [2]uint32{1, 1}
	for i, p := range r.parts {
		side := 0
		if p.out {
			side = 1
		}
		packet := segment(ports[side], ports[1-side], seq[side], seq[1-side], p.data)
		seq[side] += uint32(len(p.data))
		out = le.AppendUint32(le.AppendUint32(out, 1), uint32(i))
		out = le.AppendUint32(le.AppendUint32(out, uint32(len(packet))), uint32(len(packet)))
		out = append(out, packet...)
	}
	return out
}

func segment(from, to uint16, seq, ack uint32, data []byte) []byte {
	be := binary.BigEndian
	b := []byte{0x45, 0}
	b = be.AppendUint16(b, uint16(40+len(data)))
	b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1)
	b = be.AppendUint16(be.AppendUint16(b, from), to)
	b = be.AppendUint32(be.AppendUint32(b, seq), ack)
	b = append(b, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0)
	return append(b, data...)
}
