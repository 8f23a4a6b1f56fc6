package lab

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/points"
)

// event is one line of a history of a unit.
type event struct {
	History string    `json:"history"`
	Time    time.Time `json:"time"` // by the unit's clock, which may be wrong
	Code    int       `json:"code"`
	Event   string    `json:"event"`
	What    string    `json:"what"` // entry, exit, pulse
	Detail  string    `json:"detail,omitempty"`
}

func (s *Server) readEvents(_ context.Context, in *struct {
	Unit string `path:"unit"`
	Last int    `query:"last" default:"20" minimum:"1" maximum:"1000" doc:"how many of each history"`
}) (*body[[]event], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	all := []event{}
	for _, h := range points.Histories() {
		recs, _, d := u.Events(s.lab.World.Now(), looker, h, 0, in.Last)
		if !d.OK() {
			return nil, huma.Error403Forbidden(d.String())
		}
		for _, r := range recs {
			all = append(all, event{h.String(), r.Time(), int(r.Code), r.Code.String(), r.What.String(), r.Detail})
		}
	}
	return &body[[]event]{all}, nil
}
