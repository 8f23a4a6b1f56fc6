package modbus

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
)

func TestRole(t *testing.T) {
	operator := pkix.Extension{Id: roleOID, Value: append([]byte{0x0C, 8}, "operator"...)}
	for _, tt := range []struct {
		ext  []pkix.Extension
		want string
		why  string
	}{
		{nil, "", "none"},
		{[]pkix.Extension{operator}, "operator", "one"},
		{[]pkix.Extension{{Id: []int{1, 2, 3}}, operator}, "operator", "among others"},
		{[]pkix.Extension{operator, operator}, "", "two, even if alike"},
		{[]pkix.Extension{{Id: roleOID, Value: append([]byte{0x13, 8}, "operator"...)}}, "", "not an UTF8String"},
		{[]pkix.Extension{{Id: roleOID, Value: append([]byte{0x0C, 8}, "operator!"...)}}, "", "bytes after it"},
		{[]pkix.Extension{{Id: roleOID, Value: []byte{0x0C}}}, "", "cut short"},
		{[]pkix.Extension{{Id: roleOID}}, "", "empty"},
		{[]pkix.Extension{{Id: roleOID, Value: []byte{0x0C, 1, 0xFF}}}, "", "not UTF-8"},
		{[]pkix.Extension{{Id: roleOID, Value: append([]byte{0x0C, 3}, "a\nb"...)}}, "", "a line break"},
		{[]pkix.Extension{{Id: roleOID, Value: append([]byte{0x0C, 65}, strings.Repeat("a", 65)...)}}, "", "too long"},
	} {
		if got := Role(&x509.Certificate{Extensions: tt.ext}); got != tt.want {
			t.Errorf("%q, want %q (%s)", got, tt.want, tt.why)
		}
	}
}

// short is a listener on a host that has run out of descriptors for a while.
type short struct {
	net.Listener
	fails int
}

func (s *short) Accept() (net.Conn, error) {
	if s.fails > 0 {
		s.fails--
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return s.Listener.Accept()
}

func TestServeOutlivesAShortage(t *testing.T) {
	w := ways(t)[0]
	w.listen = func(t testing.TB) net.Listener { return &short{tcp(t), 3} }
	c := on(t, w, &Endpoint{Handler: says(3)}).dial()
	c.send(framed(1, []byte{3}))
	c.adu()
}

// mbpoll is another implementation's client (libmodbus); where it is installed
// it must read and write what we serve.
func TestMbpoll(t *testing.T) {
	path, err := exec.LookPath("mbpoll")
	if err != nil {
		t.Skip("mbpoll is not installed (Debian: mbpoll)")
	}
	r := newRack()
	g := on(t, ways(t)[0], &Endpoint{Handler: NewBank(r)})
	_, port, _ := net.SplitHostPort(g.addr)
	run := func(args ...string) string {
		out, err := exec.Command(path, append([]string{"-m", "tcp", "-a", "255", "-1", "-t", "4", "-p", port}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	run("-r", "32001", "127.0.0.1", "4321", "1234")
	if got := r.get(1, 3); got[0] != 4321 || got[1] != 1234 {
		t.Errorf("wrote %v", got)
	}
	for _, kind := range []string{"4", "3"} {
		out := run("-t", kind, "-r", "32000", "-c", "3", "127.0.0.1")
		for _, want := range []string{"[32000]: \t0", "[32001]: \t4321", "[32002]: \t1234"} {
			if !strings.Contains(out, want) {
				t.Errorf("-t %s: no %q in\n%s", kind, want, out)
			}
		}
	}
}

// FuzzRole holds the decoder of the role to its promise: what it takes is the one
// encoding of a short printable text, and nothing else is a role.
func FuzzRole(f *testing.F) {
	for _, der := range [][]byte{{}, {0x0C}, {0x0C, 0}, append([]byte{0x0C, 8}, "Operator"...), append([]byte{0x0C, 0x81, 8}, "Operator"...), {0x2C, 3, 0x0C, 1, 'a'}, {0x13, 1, 'a'}, {0x0C, 1, 0xFF}, {0x0C, 1, '\n'}, {0x0C, 2, 'a', 'b', 0}} {
		f.Add(der)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		role := parseRole(der)
		if role == "" {
			return
		}
		back, err := asn1.MarshalWithParams(role, "utf8")
		if err != nil || !bytes.Equal(back, der) {
			t.Errorf("%x is taken for %q, which is %x (%v)", der, role, back, err)
		}
		if len(role) > roleMax || !utf8.ValidString(role) || strings.ContainsFunc(role, unprintable) {
			t.Errorf("%q is taken for a role", role)
		}
	})
}
