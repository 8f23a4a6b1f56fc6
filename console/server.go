package console

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"switchroom/accounts"
	"switchroom/accounts/provider"
	"switchroom/audit"
	"switchroom/commission"
	"switchroom/credential"
	"switchroom/store"
	"switchroom/ui"
	"switchroom/vault"
	"switchroom/wire/sockets"
)

// Bounds of what a client may take, ours.
const (
	headWithin = 5 * time.Second
	readWithin = 15 * time.Second
	toldWithin = 60 * time.Second
	idleWithin = time.Minute
	headMax    = 16 << 10
	bodyMax    = 1 << 20
	connsMax   = 512
	shareMax   = 128 // of them from one place
)

// Options are what a console needs. Store, People and Log are its data.
type Options struct {
	Store  *store.Store
	People *accounts.Book
	Log    *audit.Log
	Office *commission.Office
	Vault  *vault.Office
	Trust  Trust

	Provider *provider.Provider // a company's own; nil: none. It may be set until the start

	Certificate *tls.Certificate // nil: plain HTTP, on loopback only
	Now         func() time.Time // nil: the clock
	Version     string           // of the program
	Newer       string           // version that is there by now (E10); "": none is known
}

// Server is a running console.
type Server struct {
	Options
	http     *http.Server
	handler  *http.ServeMux
	listener net.Listener
	hosts    map[string]bool // names by which it may be asked
	url      string
	shares   sockets.Shares
	refusals refusals
	looking  sync.Mutex // at revocation lists, or the book of checks
	judging  sync.Mutex // a package: one at a time, they are large
	runs     runs
	ending   context.Context // over when it ends
	end      context.CancelFunc
	serving  sync.WaitGroup
	over     chan struct{} // closed when it ends
	passkeys bool          // are taken
}

// New makes a console. It listens to nobody yet.
func New(o Options) *Server {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{Options: o, shares: sockets.Shares{Most: connsMax, Each: shareMax}}
	s.ending, s.end = context.WithCancel(context.Background())
	s.handler = s.wired()
	return s
}

// ErrOpen refuses to listen where others could read along.
var ErrOpen = errors.New("whoever is on the network would read passwords along: give --certificate and --key, or listen on localhost")

// Listen opens the socket. Beyond loopback it needs a certificate. Port 0 is any.
func (s *Server) Listen(address string) error {
	host, err := CheckAddress(address, s.Certificate != nil)
	if err != nil {
		return err
	}
	if s.listener, err = net.Listen("tcp", address); err != nil {
		return err
	}
	s.named(host)
	return nil
}

// CheckAddress says what is wrong with an address to listen at, before anything is made.
func CheckAddress(address string, certified bool) (host string, err error) {
	if host, _, err = net.SplitHostPort(address); err != nil {
		return "", fmt.Errorf("console address %q: write localhost:5022", address)
	}
	if !loopback(host) && !certified {
		return "", fmt.Errorf("console address %s: %w", address, ErrOpen)
	}
	return host, nil
}

// loopback reports whether a host can be reached from this machine alone. The name
// localhost is (RFC 6761); no other name is looked up.
func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// named notes the names by which the console may be asked: others are pages that were
// made to point here.
func (s *Server) named(host string) {
	local := sockets.Local(s.listener.Addr())
	port := fmt.Sprint(local.Port())
	names := []string{host}
	if loopback(host) {
		names = []string{"localhost", local.Addr().String()}
	}
	scheme := "http"
	if s.Certificate != nil {
		scheme = "https"
		if s.Certificate.Leaf != nil {
			names = append(append(s.Certificate.Leaf.DNSNames, ips(s.Certificate)...), names...)
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

func ips(c *tls.Certificate) (all []string) {
	for _, ip := range c.Leaf.IPAddresses {
		all = append(all, ip.String())
	}
	return all
}

// URL is where it is.
func (s *Server) URL() string { return s.url }

// Start records that it starts and serves until Close.
func (s *Server) Start(ctx context.Context) error {
	err := s.note(ctx, audit.Record{Who: machine, What: "console.started", Where: s.url, Result: audit.Done})
	if err != nil {
		return err
	}
	s.http = &http.Server{
		Handler: s.guarded(), ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, WriteTimeout: toldWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: headMax, ErrorLog: quiet,
		ConnState: func(c net.Conn, state http.ConnState) {
			if !s.shares.Count("", credential.Source(sockets.Local(c.RemoteAddr()).Addr()), state) {
				c.Close()
			}
		},
	}
	l := s.listener
	if s.Certificate != nil {
		l = tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{*s.Certificate}, NextProtos: []string{"http/1.1"}})
	}
	s.site()
	s.over = make(chan struct{})
	s.serving.Go(s.keepUses)
	s.serving.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			l.Close() // whoever asks is refused, which tells more than silence
		}
	})
	return nil
}

// usesEvery is how often it is kept when tokens were used last, ours.
const usesEvery = 5 * time.Minute

// keepUses keeps when tokens were used last, now and then and at the end.
func (s *Server) keepUses() {
	tick := time.NewTicker(usesEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.over:
			s.People.KeepUses(context.Background()) // what is lost is when a program came last
			return
		}
		s.People.KeepUses(context.Background())
	}
}

// Close ends the requests under way, or with ctx cuts them off, and records the end.
func (s *Server) Close(ctx context.Context) error {
	defer s.end()
	if s.http == nil {
		return s.listener.Close()
	}
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	close(s.over)
	s.end()
	s.serving.Wait()
	return s.note(context.WithoutCancel(ctx), audit.Record{Who: machine, What: "console.stopped", Where: s.url, Result: audit.Done})
}

// bodyLimit is how much may be sent: project files are large, packages more so.
func bodyLimit(r *http.Request) int64 {
	path := r.URL.Path
	switch {
	case path == "/projects/file":
		return bodyMax + commission.MaxProjectBytes
	case path == "/api/v1/firmware/packages", strings.HasPrefix(path, "/projects/") && strings.HasSuffix(path, "/firmware/package"):
		return bodyMax + packageMost
	case strings.HasSuffix(path, "/upgrades"), strings.Contains(path, "/firmware/packages/"):
		return packageAside
	}
	return bodyMax
}

// guarded admits only who asks for this server by its own name, from no page of
// another origin (CVE-2022-22732, CVE-2022-4062: a local service that any web page
// could use).
func (s *Server) guarded() http.Handler {
	var cross http.CrossOriginProtection
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.tell(w, r, http.StatusForbidden, "A page of another origin asks. Open the console's own page.")
	}))
	inner := cross.Handler(http.HandlerFunc(s.serve))
	return ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.hosts[strings.ToLower(r.Host)] {
			s.tell(w, r, http.StatusMisdirectedRequest, "The console is "+s.url+" and nothing else.")
			return
		}
		if s.Certificate != nil {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r))
		inner.ServeHTTP(w, r)
	}))
}
