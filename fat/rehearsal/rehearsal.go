// Package rehearsal is a supervision system with mistakes to find: it polls breakers
// over Modbus TCP and shows their points by HTTP, as a small SCADA would. Set up by
// [Default] it does so honestly; [Config.Make] makes one of the mistakes in the
// table ([Mistakes]), the same for the same seed. An acceptance run has to find it.
//
// It has a reader of its own, so that a mistake is possible at every layer, from
// the connection to the name of a value. It listens on the loopback only and is for
// tests and rehearsals: nobody should run a switchroom with it.
//
// It answers
//
//	GET /values      {"Q1":{"current.l1":{"value":123.4,"quality":"good","time":"2026-01-31T12:00:00Z"}}}
//	GET /metrics     switchroom_point{breaker="Q1",point="current.l1"} 123.4
//	GET /export.csv  tag,value,quality,time with Q1.current.l1 as tag
//	POST /command    {"breaker":"Q1","do":"open"}
//
// The quality is good, bad (asked, and not available) or stale (no answer).
package rehearsal

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"switchroom/points"
	"switchroom/regmap"
)

// System is a supervision system that runs.
type System struct {
	cfg    Config
	now    func() time.Time
	server *http.Server
	url    string
	stop   context.CancelFunc
	done   sync.WaitGroup
	links  map[string]*link // by breaker, for orders

	mu    sync.RWMutex
	shown []shown // by tag
}

// shown is what the system knows of a tag.
type shown struct {
	value   points.Value
	quality string
	at      time.Time // when the value was read
}

// The qualities.
const (
	good  = "good"
	bad   = "bad"
	stale = "stale"
)

// Start checks the configuration, listens on the loopback and polls.
func Start(cfg Config) (*System, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", fmt.Sprint(cfg.Port)))
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &System{cfg: cfg, now: time.Now, url: "http://" + l.Addr().String(), stop: stop, links: map[string]*link{}, shown: make([]shown, len(cfg.Tags))}
	for i := range s.shown {
		s.shown[i].quality = stale
	}
	s.server = &http.Server{Handler: s.pages(), ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	s.done.Go(func() { s.server.Serve(l) })
	for i := range cfg.Devices {
		s.startDevice(ctx, &s.cfg.Devices[i])
	}
	return s, nil
}

// startDevice polls the tags of a device, over one connection as one should.
func (s *System) startDevice(ctx context.Context, d *Device) {
	var tags []int
	for i := range s.cfg.Tags {
		if s.cfg.Tags[i].Device == d.Name {
			tags = append(tags, i)
		}
	}
	first := newLink(d)
	s.links[d.Name] = first
	if !d.PerTag {
		s.startPoller(ctx, first, tags)
		return
	}
	for _, t := range tags {
		s.startPoller(ctx, newLink(d), []int{t})
	}
}

func (s *System) startPoller(ctx context.Context, l *link, tags []int) {
	p := &poller{s: s, link: l, tags: tags, spans: spans(s.cfg.Tags, tags)}
	s.done.Go(func() { p.run(ctx) })
}

// URL is where the pages are: http://127.0.0.1:port.
func (s *System) URL() string { return s.url }

// Close ends all polling and all pages, and waits for it.
func (s *System) Close() error {
	s.stop() // orders end with it
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = s.server.Close()
	}
	s.done.Wait()
	for _, l := range s.links {
		l.hangup()
	}
	return err
}

// last is the last register of a tag.
func (t *Tag) last() regmap.Register { return t.Register + regmap.Register(t.Count) - 1 }
