package modbus

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"net"
	"net/netip"
	"testing"
	"time"
)

// way is one of the ways a connection is served. The conformance tests run on each.
type way struct {
	name   string
	listen func(t testing.TB) net.Listener
	dial   func(addr string) (net.Conn, error)
}

// ways are: the reactor (on Linux), a goroutine a connection, and TLS.
func ways(t testing.TB) []way {
	dial := func(addr string) (net.Conn, error) { return net.Dial("tcp", addr) }
	server, client := certificates(t)
	return []way{
		{"tcp", tcp, dial},
		{"stream", func(t testing.TB) net.Listener { return opaque{tcp(t)} }, dial},
		{"tls", func(t testing.TB) net.Listener { return tls.NewListener(tcp(t), server) },
			func(addr string) (net.Conn, error) { return tls.Dial("tcp", addr, client) }},
	}
}

func tcp(t testing.TB) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// opaque hides that its connections are TCP, so that each gets a goroutine.
type opaque struct{ net.Listener }

type hidden struct{ net.Conn }

func (o opaque) Accept() (net.Conn, error) {
	c, err := o.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return hidden{c}, nil
}

// certificates are a server that asks for a certificate, and a client whose
// certificate carries the role "operator".
func certificates(t testing.TB) (server, client *tls.Config) {
	t.Helper()
	role, err := asn1.MarshalWithParams("operator", "utf8")
	if err != nil {
		t.Fatal(err)
	}
	mine := certificate(t, pkix.Extension{Id: roleOID, Value: role})
	return &tls.Config{Certificates: []tls.Certificate{certificate(t)}, ClientAuth: tls.RequireAnyClientCert},
		&tls.Config{Certificates: []tls.Certificate{mine}, InsecureSkipVerify: true}
}

func certificate(t testing.TB, ext ...pkix.Extension) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), ExtraExtensions: ext}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// ground is a server with one endpoint, and the means to reach it.
type ground struct {
	testing.TB
	way      way
	server   *Server
	endpoint *Endpoint
	addr     string
	done     chan error // what Serve returned
}

// on serves e one way until the test ends; change may set fields of the server first.
func on(t testing.TB, w way, e *Endpoint, change ...func(*Server)) *ground {
	t.Helper()
	g := &ground{TB: t, way: w, endpoint: e, done: make(chan error, 1)}
	g.server = &Server{Route: func(_, _ netip.AddrPort) *Endpoint { return e }}
	for _, f := range change {
		f(g.server)
	}
	l := w.listen(t)
	g.addr = l.Addr().String()
	go func() { g.done <- g.server.Serve(l) }()
	t.Cleanup(g.close)
	return g
}

// close ends the server and sees that nothing stays counted.
func (g *ground) close() {
	g.server.Close()
	if err := <-g.done; !errors.Is(err, ErrServerClosed) {
		g.Errorf("Serve returned %v", err)
	}
	g.done <- ErrServerClosed
	if s := g.endpoint.Stats(); s.Open != 0 || s.InFlight != 0 {
		g.Errorf("the server is closed and counts %d connections, %d requests", s.Open, s.InFlight)
	}
}

// patience is how long a test waits for what should come at once. It passes only when a test fails.
const patience = 20 * time.Second

// next waits for what a handler hands out.
func next[T any](t testing.TB, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
	return v
}

// wire is one client connection, as bytes.
type wire struct {
	testing.TB
	net.Conn
}

func (g *ground) dial() wire {
	g.Helper()
	c, err := g.way.dial(g.addr)
	if err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return wire{g.TB, c}
}

// narrow makes the socket take little, so that the server's writes are cut anywhere.
func (w wire) narrow() wire {
	c := w.Conn
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = t.NetConn()
	}
	c.(*net.TCPConn).SetReadBuffer(64 << 10)
	return w
}

func (w wire) send(b []byte) {
	w.Helper()
	if _, err := w.Write(b); err != nil {
		w.Fatalf("send: %v", err)
	}
}

// take reads n bytes.
func (w wire) take(n int) []byte {
	w.Helper()
	b := make([]byte, n)
	if got, err := io.ReadFull(w, b); err != nil {
		w.Fatalf("after % x: %v", b[:got], err)
	}
	return b
}

// adu reads one message.
func (w wire) adu() ADU {
	w.Helper()
	b := w.take(lengthFrom)
	b = append(b, w.take(int(word(b, 4)))...)
	a, took, ok := ParseADU(b)
	if !ok || took != len(b) {
		w.Fatalf("not a message: % x", b)
	}
	return a
}

// ended reports an error unless the server has closed the connection and sent nothing more.
func (w wire) ended(why string) {
	w.Helper()
	rest, err := io.ReadAll(w)
	if len(rest) > 0 {
		w.Errorf("still got % x (%s)", rest, why)
	}
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		w.Errorf("the connection stays (%s)", why)
	}
}

// ask frames a request, transaction id 1, unit 255.
func ask(t testing.TB, s string) []byte { return framed(1, pdu(t, s)) }

func framed(transaction uint16, pdu []byte) []byte {
	return ADU{Transaction: transaction, Unit: 255, PDU: pdu}.Append(nil)
}
