package web

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"switchroom/credential"
	"switchroom/wire/sockets"
)

// Bounds of what a client may take of the server, ours.
const (
	headWithin = 5 * time.Second
	readWithin = 15 * time.Second
	toldWithin = 30 * time.Second
	idleWithin = time.Minute
	headMax    = 16 << 10
	connsMax   = 64 // of one device, by HTTP and by HTTPS each
	shareMax   = 32 // of them from one place: the others are for those elsewhere
)

// Server serves the pages of the devices of a site. One socket serves all that are on
// loopback addresses, where the system allows it; the address that was asked selects
// the device.
type Server struct {
	plain, secure front
}

// front is what answers plain HTTP, or HTTPS.
type front struct {
	tls     *tls.Config // nil: plain
	devices map[netip.AddrPort]*Device
	http    *http.Server
	open    []net.Listener
	serving sync.WaitGroup
	shares  sockets.Shares

	mu  sync.Mutex              // guards open, and the following
	off map[netip.AddrPort]bool // not answered
}

// NewServer returns a server without devices.
func NewServer() *Server {
	s := &Server{}
	for _, f := range []*front{&s.plain, &s.secure} {
		f.shares.Most, f.shares.Each = connsMax, shareMax
	}
	return s
}

// Add puts a device behind its addresses. It must be called before Listen.
func (s *Server) Add(d *Device) {
	s.plain.add(d.options.Address, d)
	if d.options.Certificates != nil {
		s.secure.add(d.options.Secure, d)
	}
	d.server = s
	if d.options.Certificates != nil && !d.offers("http") && d.offers("https") {
		s.plain.switchOff(d.options.Address)
	}
	if !d.offers("https") {
		s.secure.switchOff(d.options.Secure)
	}
}

func (f *front) add(a netip.AddrPort, d *Device) {
	if f.devices == nil {
		f.devices = map[netip.AddrPort]*Device{}
	}
	f.devices[a] = d
}

// Listen opens the sockets. When it returns every device can be reached.
func (s *Server) Listen() (err error) {
	s.secure.tls = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.certificate, NextProtos: []string{"http/1.1"}}
	for _, f := range []*front{&s.plain, &s.secure} {
		if f.open, err = sockets.Listen(f.on()); err != nil {
			s.close()
			return err
		}
	}
	return nil
}

func (s *Server) close() {
	for _, f := range []*front{&s.plain, &s.secure} {
		for _, l := range f.open {
			l.Close()
		}
		f.open = nil
	}
}

// certificate is the one of the device that is asked.
func (s *Server) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	d := s.secure.devices[sockets.Local(hello.Conn.LocalAddr())]
	if d == nil {
		return nil, errors.New("nobody is at this address")
	}
	return d.options.Certificates.GetCertificate(hello)
}

// Start serves until Shutdown.
func (s *Server) Start() {
	s.plain.start()
	s.secure.start()
	for _, d := range s.plain.devices {
		d.begin()
	}
}

func (f *front) start() {
	f.http = &http.Server{
		Handler: f, ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, WriteTimeout: toldWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: headMax, ConnState: f.count, ErrorLog: quiet, TLSConfig: f.tls,
	}
	for _, l := range f.open {
		f.serve(l)
	}
}

func (f *front) serve(l net.Listener) {
	if f.tls != nil {
		l = tls.NewListener(l, f.tls)
	}
	f.serving.Go(func() {
		if err := f.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			l.Close() // whoever asks is refused, which tells more than silence
		}
	})
}

// ServeHTTP hands a request to the device whose address was asked.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	a := sockets.Local(local)
	if d := f.devices[a]; d != nil && f.enabled(a) {
		d.ServeHTTP(w, r)
		return
	} else if d != nil {
		panic(http.ErrAbortHandler) // it was switched off: its connections end
	}
	http.Error(w, "nobody is at this address", http.StatusNotFound)
}

// count bounds the connections of each device.
func (f *front) count(c net.Conn, state http.ConnState) {
	a := sockets.Local(c.LocalAddr())
	may := f.shares.Count(a.String(), credential.Source(sockets.Local(c.RemoteAddr()).Addr()), state)
	if state == http.StateNew && (!may || f.isOff(a)) {
		c.Close()
	}
}

// Shutdown ends all connections after the requests under way, or with ctx.
func (s *Server) Shutdown(ctx context.Context) {
	for _, f := range []*front{&s.plain, &s.secure} {
		for _, d := range f.devices {
			d.end()
			d.finish()
		}
		if f.http != nil && f.http.Shutdown(ctx) != nil {
			f.http.Close()
		}
		f.serving.Wait()
	}
}

func portOf(a netip.AddrPort) string { return strconv.Itoa(int(a.Port())) }
