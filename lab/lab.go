// Package lab is the laboratory as its users reach it: an HTTP server of one running
// site. It tells which units there are and what each shows, and injects faults
// ([switchroom/inject]) into the wires and at the breakers.
//
// It has no login: whoever may open a connection to it may do all of it, as whoever
// stands in a laboratory may. So it listens on loopback only, answers only to its own
// name, and takes changes only from programs and from its own pages: a page of
// another origin, in the browser of whoever runs it, gets nothing.
package lab

//go:generate go tool -modfile=../tools/go.mod templ generate

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/points"
	"switchroom/regmap"
	"switchroom/site"
)

// Server serves one laboratory.
type Server struct {
	lab   *site.Lab
	units []remote.Unit
	desk  *inject.Desk
	hands *hands
	decks *decks // recordings that are played
	http  *http.Server

	lines   map[string]*inject.Line
	hub     *hub // of the pages that move
	wire    *overheard
	waves   *waves // nil: there are no radios
	display wallDisplay
	meter   *meter

	studies *studies // of the curves of its breakers
	fronts  fronts   // of the control units

	layout   *layout                                           // of the network's diagram; nil: it is not drawn
	branchOf map[string]int                                    // of the network, by breaker
	places   map[*regmap.Map]func() map[points.ID]regmap.Place // where points stand, by layout

	listener net.Listener
	serving  sync.WaitGroup
	over     chan struct{} // closed when it ends: runs end then
}

// Bounds of what a client may take, ours.
const (
	headWithin = 5 * time.Second
	readWithin = 30 * time.Second
	toldWithin = 30 * time.Second // a run sets its own, with every beat
	bodyMax    = 1 << 20
	uploadMax  = 16 << 20 // of a recording
)

// New returns a server for a laboratory: units as they are told, and the lines to
// them by name.
func New(l *site.Lab, units []remote.Unit, lines map[string]*inject.Line) *Server {
	s := &Server{lab: l, units: units, lines: lines, over: make(chan struct{}), places: map[*regmap.Map]func() map[points.ID]regmap.Place{}}
	s.hands, s.decks = newHands(l), newDecks(l)
	s.desk = inject.NewDesk(lines, s.hands)
	s.hub, s.wire = newHub(s.over), newOverheard(l.Site)
	s.meter = newMeter(s)
	for _, line := range lines {
		if m := line.Map(); s.places[m] == nil {
			s.places[m] = sync.OnceValue(func() map[points.ID]regmap.Place { return placing(m) })
		}
	}
	s.studies = newStudies(l.Site.LargestFault)
	s.layout, s.branchOf = layOut(l.Network), branchesOf(l.Network)
	s.http = &http.Server{Handler: s.guarded(s.wired()), ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, WriteTimeout: toldWithin, IdleTimeout: time.Minute}
	return s
}

// Desk is where faults are injected.
func (s *Server) Desk() *inject.Desk { return s.desk }

// Listen opens the socket, on loopback only. Port 0 is any.
func (s *Server) Listen(address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("laboratory address %q: write 127.0.0.1:5021", address)
	}
	if !a.Addr().IsLoopback() {
		return fmt.Errorf("laboratory address %v can be reached from the network, and the laboratory has no login; use 127.0.0.1:%d", a, a.Port())
	}
	s.listener, err = net.Listen("tcp", address)
	return err
}

// URL is where it is.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Start serves until Close.
func (s *Server) Start() {
	s.hub.listen(s.lab)
	s.wire.listen(s.lab)
	s.meter.listen()
	s.serving.Go(s.hub.run)
	s.serving.Go(func() {
		if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.listener.Close() // whoever asks is refused, which tells more than silence
		}
	})
}

// Close ends every run and everything that is injected, then the connections.
func (s *Server) Close(ctx context.Context) {
	close(s.over)
	s.display.takeDown()
	if s.hands.slow() { // what is injected cannot be undone otherwise
		s.lab.World.SetSpeed(1)
	}
	s.decks.stopAll()
	s.hands.resume()
	s.desk.Close()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	s.serving.Wait()
}

// guarded admits only who asks for this server by its own name, from no page of
// another origin. A page whose name was made to point here (DNS rebinding) asks by
// that name.
func (s *Server) guarded(next http.Handler) http.Handler {
	var cross http.CrossOriginProtection
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusForbidden, "a page of another origin asks; open the laboratory's own page, or use the command line")
	}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.own(r.Host) {
			refuse(w, http.StatusMisdirectedRequest, fmt.Sprintf("the laboratory is %s and nothing else", s.URL()))
			return
		}
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r))
		inner.ServeHTTP(w, r)
	})
}

// bodyLimit is how much may be sent: recordings are large.
func bodyLimit(r *http.Request) int64 {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/playback") {
		return uploadMax
	}
	return bodyMax
}

// own reports whether a Host header names this server.
func (s *Server) own(host string) bool {
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	return err == nil && (host == s.listener.Addr().String() || host == "localhost:"+port)
}
