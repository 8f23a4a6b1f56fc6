package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/points"
)

type body[T any] struct{ Body T }

func (s *Server) listUnits(context.Context, *struct{}) (*body[[]remote.Unit], error) {
	return &body[[]remote.Unit]{s.units}, nil
}

func (s *Server) listKinds(context.Context, *struct{}) (*body[[]remote.Kind], error) {
	all := []remote.Kind{}
	for _, k := range inject.Kinds() {
		all = append(all, k.Kind)
	}
	return &body[[]remote.Kind]{all}, nil
}

func (s *Server) listFaults(context.Context, *struct{}) (*body[[]remote.Injection], error) {
	return &body[[]remote.Injection]{s.desk.List()}, nil
}

func (s *Server) injectFault(_ context.Context, in *body[remote.Order]) (*body[remote.Injection], error) {
	told, err := s.desk.Inject(in.Body)
	if err != nil {
		return nil, refused(err)
	}
	return &body[remote.Injection]{told}, nil
}

func (s *Server) undoFault(_ context.Context, in *struct {
	ID int `path:"id"`
}) (*body[remote.Injection], error) {
	told, err := s.desk.Undo(in.ID)
	if err != nil {
		return nil, huma.Error404NotFound(err.Error())
	}
	return &body[remote.Injection]{told}, nil
}

func (s *Server) undoFaults(context.Context, *struct{}) (*body[[]remote.Injection], error) {
	return &body[[]remote.Injection]{s.desk.UndoAll()}, nil
}

func refused(err error) error {
	if errors.Is(err, inject.ErrOver) {
		return huma.Error503ServiceUnavailable(err.Error())
	}
	return huma.Error422UnprocessableEntity(err.Error())
}

// looker is who looks at what a unit itself shows: somebody in front of it. It is the
// laboratory itself, which needs no badge; whoever comes by a path asks site.Lab.Attends.
var looker = access.Actor{Path: access.HMI, Present: true, Source: "laboratory"}

func (s *Server) readPoints(_ context.Context, in *struct {
	Unit  string   `path:"unit"`
	Point []string `query:"point,explode"`
}) (*body[[]remote.Reading], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	ids, err := pointsOf(in.Point)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	var snap imu.Snapshot
	if d, _ := u.Read(s.lab.World.Now(), looker, &snap); !d.OK() {
		return nil, huma.Error403Forbidden(d.String())
	}
	all := []remote.Reading{}
	for _, id := range ids {
		info := points.Of(id)
		all = append(all, remote.Reading{Point: info.Name, Value: info.JSON(valueOf(info, &snap)), Unit: info.Unit})
	}
	return &body[[]remote.Reading]{all}, nil
}

func noUnit(name string) error {
	return huma.Error404NotFound(fmt.Sprintf("there is no unit %q; GET /api/v1/units lists them", name))
}

func valueOf(info *points.Info, snap *imu.Snapshot) points.Value {
	switch info.Type {
	case points.Text:
		return points.String(snap.Text(info.ID))
	case points.Secret:
		return points.Value{}
	}
	return points.Number(snap.Values[info.ID])
}

// pointsOf are the points of the names, or all that have a value.
func pointsOf(names []string) (ids []points.ID, err error) {
	for _, n := range names {
		id, err := points.Lookup(n)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(names) > 0 {
		return ids, nil
	}
	for _, p := range points.All() {
		if p.Type != points.Action && p.Type != points.Secret {
			ids = append(ids, p.ID)
		}
	}
	return ids, nil
}

func (s *Server) unit(name string) *imu.Unit {
	for _, u := range s.lab.Units {
		if u.Name() == name {
			return u
		}
	}
	return nil
}

// refuse answers with a problem (RFC 9457) outside of the table.
func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(remote.Error{Status: status, Title: http.StatusText(status), Detail: detail})
}
