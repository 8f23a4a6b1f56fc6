package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"switchroom/access"
	"switchroom/imu"
	"switchroom/inject"
	"switchroom/lab/remote"
	"switchroom/points"
)

// routes is everything that can be asked. The description of it (OpenAPI 3.1) is
// made from the same table, at /api/v1/openapi.json.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	cfg := huma.DefaultConfig("Switchroom laboratory", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/v1/openapi", "", ""
	cfg.CreateHooks = nil // no $schema in bodies
	cfg.Transformers = append(cfg.Transformers, spellOut)
	api := humago.New(mux, cfg)
	huma.Register(api, op("list-units", http.MethodGet, "/api/v1/units", "The breakers."), s.listUnits)
	huma.Register(api, op("read-points", http.MethodGet, "/api/v1/units/{unit}/points", "What a unit itself shows, before anything that is injected on the wire."), s.readPoints)
	huma.Register(api, op("read-events", http.MethodGet, "/api/v1/units/{unit}/events", "What happened at a unit, by its own histories; the newest first in each."), s.readEvents)
	huma.Register(api, op("list-kinds", http.MethodGet, "/api/v1/faults/kinds", "The faults that can be injected, and what each proves."), s.listKinds)
	huma.Register(api, op("list-faults", http.MethodGet, "/api/v1/faults", "What was injected, the newest last."), s.listFaults)
	huma.Register(api, op("inject-fault", http.MethodPost, "/api/v1/faults", "Inject a fault."), s.injectFault)
	huma.Register(api, op("undo-fault", http.MethodDelete, "/api/v1/faults/{id}", "End an injection."), s.undoFault)
	huma.Register(api, op("undo-faults", http.MethodDelete, "/api/v1/faults", "End all injections that are active."), s.undoFaults)
	s.roomRoutes(api)
	mux.HandleFunc("POST /api/v1/runs", s.holdRun) // a stream: not huma's
	describeRuns(api.OpenAPI())
	return mux
}

func op(id, method, path, what string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Summary: what, DefaultStatus: http.StatusOK}
}

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
var looker = access.Actor{Path: access.HMI, Present: true}

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
