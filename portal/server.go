package portal

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"switchroom/credential"
	"switchroom/store"
	"switchroom/trust/issue"
	"switchroom/ui"
	"switchroom/wire/sockets"
)

// Bounds of what a client may take, ours.
const (
	headWithin = 5 * time.Second
	readWithin = 15 * time.Second
	toldWithin = 5 * time.Minute // firmware is large
	idleWithin = time.Minute
	headMax    = 16 << 10
	bodyMax    = 128 << 10
	connsMax   = 512
	shareMax   = 128 // of them from one place
)

// Options are what a portal needs.
type Options struct {
	Trust       string            // directory of the certificates, made by trust init
	Passphrase  credential.Secret // of their keys, and of the key of the advisories
	Data        string            // directory of its data
	Certificate *tls.Certificate  // nil: plain HTTP, on loopback only
	Issuer      Issuer            // nil: signs with Trust
	Hasher      *credential.Hasher
	Now         func() time.Time // nil: the clock

	wrap func(driver.Connector) driver.Connector // of tests that break writes
}

// Server is an open portal.
type Server struct {
	store       *store.Store
	trustDir    string
	certificate *tls.Certificate
	issuer      Issuer
	hasher      *credential.Hasher
	now         func() time.Time
	began       time.Time
	signer      *signer
	shelf       *shelf
	sessions    sessions
	guesses     *credential.Throttle
	declared    *pace
	registered  *pace
	remarks     *pace
	buying      sync.Mutex

	list  sync.Mutex
	known []Advisory // nil: to be read

	handler  *http.ServeMux
	http     *http.Server
	listener net.Listener
	hosts    map[string]bool // names by which it may be asked
	url      string
	shares   sockets.Shares
	serving  sync.WaitGroup
}

// Open opens the portal of a data directory. It listens to nobody yet.
func Open(ctx context.Context, o Options) (*Server, error) {
	s := &Server{trustDir: o.Trust, certificate: o.Certificate, issuer: o.Issuer, hasher: o.Hasher, now: o.Now,
		shares:     sockets.Shares{Most: connsMax, Each: shareMax},
		declared:   newPace(5, 12*time.Minute, 60, time.Minute),
		registered: newPace(5, 12*time.Minute, 60, time.Minute),
		remarks:    newPace(20, 30*time.Second, 200, time.Second),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.issuer == nil {
		v := Vendor{o.Trust, o.Passphrase, s.now}
		if err := v.Check(); err != nil {
			return nil, err
		}
		s.issuer = v
	} else if _, err := issue.Open(o.Trust); err != nil {
		return nil, err
	}
	var err error
	if s.store, err = store.Open(ctx, store.Place{Dir: o.Data, Wrap: o.wrap}, Part()); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, s.store.Close())
	}
	return s, nil
}

func (s *Server) prepare(ctx context.Context, o Options) (err error) {
	s.began = s.now().UTC()
	if s.hasher == nil {
		if s.hasher, err = credential.NewHasher(credential.Usual, 2, 256); err != nil {
			return err
		}
	}
	if s.signer, err = openSigner(o.Data, o.Passphrase, s.began); err != nil {
		return err
	}
	if s.shelf, err = newShelf(o.Data); err != nil {
		return err
	}
	s.guesses = credential.NewThrottle(credential.Slow, func(login string) bool {
		_, err := s.personBy(context.Background(), "login", login)
		return err == nil
	})
	s.handler = s.wired()
	return nil
}

// ErrOpen refuses to listen where others could read along.
var ErrOpen = errors.New("whoever is on the network would read passwords along: give --certificate and --key, or listen on localhost")

// Listen opens the socket. Beyond loopback it needs a certificate. Port 0 is any.
func (s *Server) Listen(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("portal address %q: write localhost:5023", address)
	}
	if !loopback(host) && s.certificate == nil {
		return fmt.Errorf("portal address %s: %w", address, ErrOpen)
	}
	if s.listener, err = net.Listen("tcp", address); err != nil {
		return err
	}
	s.named(host)
	return nil
}

// loopback reports whether a host can be reached from this machine alone. The name
// localhost is (RFC 6761); no other name is looked up.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// named notes the names by which the portal may be asked: others are pages that were
// made to point here.
func (s *Server) named(host string) {
	local := sockets.Local(s.listener.Addr())
	port := fmt.Sprint(local.Port())
	names := []string{host}
	if loopback(host) {
		names = []string{"localhost", local.Addr().String()}
	}
	scheme := "http"
	if s.certificate != nil {
		scheme = "https"
		if leaf := s.certificate.Leaf; leaf != nil {
			names = append(append([]string{}, leaf.DNSNames...), names...)
			for _, ip := range leaf.IPAddresses {
				names = append(names, ip.String())
			}
		}
	}
	s.hosts = map[string]bool{}
	for _, n := range names {
		s.hosts[net.JoinHostPort(n, port)] = true
		if scheme == "https" && port == "443" {
			s.hosts[n] = true
		}
	}
	s.url = scheme + "://" + net.JoinHostPort(names[0], port)
}

// At says where the portal is reached, when somebody else listens for it and hands
// requests to [Server.Handler]: the address, without a path.
func (s *Server) At(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Path != "" || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("address of the portal %q: write https://portal.example or http://localhost:5023", address)
	}
	s.hosts, s.url = map[string]bool{strings.ToLower(u.Host): true}, address
	return nil
}

// secure reports whether it is reached by TLS.
func (s *Server) secure() bool { return strings.HasPrefix(s.url, "https:") }

// URL is where it is.
func (s *Server) URL() string { return s.url }

// CSAF is where programs begin to read advisories, PKI where they begin to read
// revocation lists.
func (s *Server) CSAF() string { return s.csafBase() + "provider-metadata.json" }
func (s *Server) PKI() string  { return s.url + "/pki/index.json" }

// FirmwareDir is where packages are put to be shown.
func (s *Server) FirmwareDir() string { return s.shelf.dir }

// quiet is the log of package net/http: what strangers send is no news.
var quiet = log.New(io.Discard, "", 0)

// Start serves until Close.
func (s *Server) Start() {
	s.http = &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, WriteTimeout: toldWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: headMax, ErrorLog: quiet,
		ConnState: func(c net.Conn, state http.ConnState) {
			if !s.shares.Count("", credential.Source(sockets.Local(c.RemoteAddr()).Addr()), state) {
				c.Close()
			}
		},
	}
	l := s.listener
	if s.certificate != nil {
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*s.certificate}, NextProtos: []string{"http/1.1"}})
	}
	s.serving.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			l.Close() // whoever asks is refused, which tells more than silence
		}
	})
}

// Close ends the requests under way, or with ctx cuts them off, and closes the data.
func (s *Server) Close(ctx context.Context) error {
	switch {
	case s.http != nil:
		if s.http.Shutdown(ctx) != nil {
			s.http.Close()
		}
		s.serving.Wait()
	case s.listener != nil:
		s.listener.Close()
	}
	return s.store.Close()
}

// Handler admits only who asks for this server by its own name, from no page of another
// origin.
func (s *Server) Handler() http.Handler {
	var cross http.CrossOriginProtection
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.tell(w, r, http.StatusForbidden, "A page of another origin asks. Open the portal's own page.")
	}))
	inner := cross.Handler(http.HandlerFunc(s.serve))
	return ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hosts[strings.ToLower(r.Host)] {
			s.tell(w, r, http.StatusMisdirectedRequest, "The portal is "+s.url+" and nothing else.")
			return
		}
		if s.secure() {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyMax+1) // the API says itself what is too much
		inner.ServeHTTP(w, r)
	}))
}
