package lab

import (
	"context"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/imu"
	"switchroom/lab/remote"
	"switchroom/paths/hmi"
)

// fronts are the control units' fronts, one for each that somebody has looked at.
type fronts struct {
	mu  sync.Mutex
	all map[*imu.Unit]*hmi.Panel
}

// panel returns the front of the control unit of that name, nil if there is none.
// Whoever asks for it shares it: it has one display.
func (s *Server) panel(name string) *hmi.Panel {
	u := s.unit(name)
	if u == nil {
		return nil
	}
	s.fronts.mu.Lock()
	defer s.fronts.mu.Unlock()
	if s.fronts.all == nil {
		s.fronts.all = map[*imu.Unit]*hmi.Panel{}
	}
	if s.fronts.all[u] == nil {
		s.fronts.all[u] = hmi.New(u, s.lab.World, s.lab.Attends)
	}
	return s.fronts.all[u]
}

// lookHMI tells what can be seen. The laboratory looks: it needs no badge.
func (s *Server) lookHMI(_ context.Context, in *struct {
	Unit string `path:"unit"`
}) (*body[hmi.Frame], error) {
	p := s.panel(in.Unit)
	if p == nil {
		return nil, noUnit(in.Unit)
	}
	return &body[hmi.Frame]{p.Frame(s.lab.World.Now())}, nil
}

// pressHMI does something at the front, and tells what can be seen then.
func (s *Server) pressHMI(ctx context.Context, in *struct {
	Unit string `path:"unit"`
	Body remote.KeyOrder
}) (*body[hmi.Frame], error) {
	p := s.panel(in.Unit)
	if p == nil {
		return nil, noUnit(in.Unit)
	}
	if err := pressed(p, &in.Body); err != nil {
		return nil, err
	}
	return s.lookHMI(ctx, &struct {
		Unit string `path:"unit"`
	}{in.Unit})
}

// pressed does what is ordered: a key, or the cover.
func pressed(p *hmi.Panel, o *remote.KeyOrder) (err error) {
	if (o.Key == "") == (o.Cover == "") {
		return huma.Error422UnprocessableEntity("key or cover: write one of the two")
	}
	if o.Cover != "" {
		err = p.Cover(o.By, o.Cover == "open")
	} else if k, bad := hmi.ParseKey(o.Key); bad != nil {
		return huma.Error422UnprocessableEntity(bad.Error())
	} else {
		err = p.Hold(o.By, k, time.Duration(o.Hold*float64(time.Second)))
	}
	if err != nil {
		return huma.Error409Conflict(err.Error())
	}
	return nil
}
