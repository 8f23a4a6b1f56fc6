package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"switchroom/ui"
	"switchroom/wire/sockets"
)

// Bounds of what a browser may take, ours. Pairing waits for a person, at most half a
// minute.
const (
	headWithin = 5 * time.Second
	readWithin = 15 * time.Second
	toldWithin = 75 * time.Second
	idleWithin = time.Minute
	headMax    = 16 << 10
	bodyMax    = 64 << 10
	connsMax   = 64
)

// quiet drops what the HTTP server would say: it may hold what somebody sent.
var quiet = log.New(io.Discard, "", 0)

// Server is the page of one phone. It is for the one person who holds it: whoever has the
// code of the start, once.
type Server struct {
	Phone    *Phone
	handler  *http.ServeMux
	http     *http.Server
	listener net.Listener
	hosts    map[string]bool // names by which it may be asked
	url      string
	shares   sockets.Shares
	serving  sync.WaitGroup
	over     chan struct{}

	mu       sync.Mutex
	code     [sha256.Size]byte // of the start; it is good once
	taken    bool
	cookie   [sha256.Size]byte // of the person; zero: nobody yet
	watching int
}

// New makes the page of a phone. It listens to nobody yet.
func New(p *Phone) *Server {
	s := &Server{Phone: p, shares: sockets.Shares{Most: connsMax, Each: connsMax}, over: make(chan struct{})}
	s.handler = s.wired()
	return s
}

// Listen opens the socket, on loopback only: a phone is in a hand, not in a network.
func (s *Server) Listen(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("address %q: write localhost:5024", address)
	}
	if a, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !a.IsLoopback()) {
		return fmt.Errorf("address %s: whoever is on the network would hold the phone: listen on localhost", address)
	}
	if s.listener, err = net.Listen("tcp", address); err != nil {
		return err
	}
	local := sockets.Local(s.listener.Addr())
	port := fmt.Sprint(local.Port())
	s.hosts = map[string]bool{net.JoinHostPort("localhost", port): true, net.JoinHostPort(local.Addr().String(), port): true}
	s.url = "http://" + net.JoinHostPort(host, port)
	return nil
}

// URL is where it is.
func (s *Server) URL() string { return s.url }

// StartLink makes the code of the start and returns the link with it, which is good for
// one person, once. The code stands behind #, which no browser sends.
func (s *Server) StartLink() string {
	code := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.code = sha256.Sum256([]byte(code))
	return s.url + "/start#" + code
}

// errCode is why somebody is not let in.
var errCode = errors.New("this is not the code of the start, or it was used before: it is good once. Start the app anew for another; if it was not you who used it, somebody else holds the phone: stop it")

// enter exchanges the code of the start for what a cookie holds.
func (s *Server) enter(code string) (token string, err error) {
	given := sha256.Sum256([]byte(strings.TrimSpace(code)))
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken || s.code == [sha256.Size]byte{} || subtle.ConstantTimeCompare(given[:], s.code[:]) != 1 {
		return "", errCode
	}
	token = rand.Text()
	s.taken, s.cookie = true, sha256.Sum256([]byte(token))
	return token, nil
}

// holds reports whether a cookie is the person's.
func (s *Server) holds(token string) bool {
	given := sha256.Sum256([]byte(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken && subtle.ConstantTimeCompare(given[:], s.cookie[:]) == 1
}

// Start serves until Close.
func (s *Server) Start() {
	s.http = &http.Server{
		Handler: s.guarded(), ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, WriteTimeout: toldWithin, IdleTimeout: idleWithin,
		MaxHeaderBytes: headMax, ErrorLog: quiet,
		ConnState: func(c net.Conn, state http.ConnState) {
			if !s.shares.Count("", "here", state) {
				c.Close()
			}
		},
	}
	s.serving.Go(func() {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.listener.Close() // whoever asks is refused, which tells more than silence
		}
	})
}

// Close puts the phone away and ends the requests under way, or with ctx cuts them off.
func (s *Server) Close(ctx context.Context) error {
	close(s.over)
	s.Phone.Close()
	if s.http == nil {
		return s.listener.Close()
	}
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	s.serving.Wait()
	return nil
}

// policy is that of the pages, and a manifest.
const policy = ui.Policy + "; manifest-src 'self'; worker-src 'self'"

// guarded admits only who asks for this server by its own name, from no page of another
// origin (CVE-2022-22732, CVE-2022-4062: a local service that any web page could use).
func (s *Server) guarded() http.Handler {
	var cross http.CrossOriginProtection
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.tell(w, r, http.StatusForbidden, "A page of another origin asks. Open the app's own page.")
	}))
	inner := cross.Handler(http.HandlerFunc(s.serve))
	return ui.Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		if !s.hosts[strings.ToLower(r.Host)] {
			s.tell(w, r, http.StatusMisdirectedRequest, "The app is "+s.url+" and nothing else.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyMax)
		inner.ServeHTTP(w, r)
	}))
}
