package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/lab/remote"
	"switchroom/protection"
)

// play begins to play what was uploaded into a unit.
func (s *Server) play(unit string, u *upload) (*playback, error) {
	x := s.unit(unit)
	if x == nil {
		return nil, fmt.Errorf("there is no breaker %q", unit)
	}
	rec, err := u.recording()
	if err != nil {
		return nil, err
	}
	c, err := u.channels()
	if err != nil {
		return nil, err
	}
	p, err := s.hands.newPlayback(x, rec, c)
	if err != nil {
		return nil, err
	}
	p.file = u.files["cfg"].name
	p.notes = append(append([]string{}, rec.Notes...), p.notes...)
	if err := s.decks.put(p, s.hands.sets[x]); err != nil {
		return nil, err
	}
	poke(s.hub.moved)
	return p, nil
}

// playUploaded is play for programs.
func (s *Server) playUploaded(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("unit")
	if s.unit(name) == nil {
		refuse(w, http.StatusNotFound, noUnit(name).Error())
		return
	}
	u, err := readUpload(r)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	p, err := s.play(name, u)
	if err != nil {
		refuse(w, playStatus(err), err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(tellPlay(p))
}

// playStatus is 409 for what another time may do, and 422 for what is wrong in itself.
func playStatus(err error) int {
	if errors.Is(err, errBusy) || errors.Is(err, errCrowded) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

type unitPath struct {
	Unit string `path:"unit"`
}

// played is the last playback of a unit.
func (s *Server) played(unit string) (*playback, error) {
	if s.unit(unit) == nil {
		return nil, noUnit(unit)
	}
	p := s.decks.of[unit].Load()
	if p == nil {
		return nil, huma.Error404NotFound("nothing has been played into " + unit)
	}
	return p, nil
}

func (s *Server) tellPlayback(_ context.Context, in *unitPath) (*body[remote.Playback], error) {
	p, err := s.played(in.Unit)
	if err != nil {
		return nil, err
	}
	return &body[remote.Playback]{tellPlay(p)}, nil
}

func (s *Server) endPlayback(_ context.Context, in *unitPath) (*body[remote.Playback], error) {
	p, err := s.played(in.Unit)
	if err != nil {
		return nil, err
	}
	p.stop()
	poke(s.hub.moved)
	return &body[remote.Playback]{tellPlay(p)}, nil
}

// tellPlay is a playback as it is told.
func tellPlay(p *playback) remote.Playback {
	state, at := p.standing()
	t := remote.Playback{Unit: p.unit.Name(), File: p.file, State: string(state), At: at.Seconds(), Length: p.length.Seconds(), Samples: p.samples,
		Channels: p.chosen, Notes: append([]string{}, p.notes...), Happened: []remote.PlayedEvent{}, Expected: tellExpected(p.expected)}
	all := p.events()
	for _, r := range all {
		t.Happened = append(t.Happened, remote.PlayedEvent{T: (r.At - p.begin).Seconds(), Event: r.Code.String(), What: r.What.String(), Detail: r.Detail})
	}
	if trip, opened := tripOf(all); trip != nil {
		t.Trip = &remote.PlayedTrip{T: (trip.At - p.begin).Seconds(), Function: trip.Trip.Function.String(), Phase: trip.Trip.Phase.String(), Value: trip.Trip.Value}
		if opened != nil {
			at := (opened.At - p.begin).Seconds()
			t.Trip.Opened = &at
		}
	}
	return t
}

func tellExpected(rep *protection.Report) *remote.Expected {
	if rep == nil {
		return nil
	}
	e := &remote.Expected{Verdict: rep.Verdict.String()}
	o := rep.Trip
	if o != nil {
		e.T = finite(o.T)
	} else if o = rep.Early; o == nil {
		return e
	}
	e.Function, e.Earliest, e.Latest = o.Function.String(), finite(o.Earliest), finite(o.Latest)
	return e
}
