package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/imu"
	"switchroom/lab/remote"
)

// stepWithin is how long a step may take, of the computer's time; below what an answer
// has.
const stepWithin = 20 * time.Second

// tellTime is the time as it is told.
func (s *Server) tellTime() remote.Time {
	w := s.lab.World
	now := w.Now()
	t := remote.Time{Date: w.Date(now), World: now.Seconds(), Speed: w.Speed(), Real: w.Real(), Owed: s.hands.owed()}
	if at, any := w.Due(); any {
		next := max(0, (at - now).Seconds())
		t.Next = &next
	}
	return t
}

// setSpeed has time pass at a speed; what was put off while it stood still is done
// once it runs.
func (s *Server) setSpeed(speed float64) error {
	if speed != 0 && !(speed >= imu.MinSpeed && speed <= imu.MaxSpeed) {
		return fmt.Errorf("×%g: 0 stops time, else from ×%g to ×%d", speed, imu.MinSpeed, imu.MaxSpeed)
	}
	s.lab.World.SetSpeed(speed)
	s.hands.resume()
	poke(s.hub.moved)
	return nil
}

// errSlow says how far a step has come.
var errSlow = errors.New("the computer is too slow for such a step: time has been stopped where it had come to")

// step takes time on by so much, and stops it there.
func (s *Server) step(ctx context.Context, by time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	s.lab.World.SetSpeed(0)
	err := s.lab.World.StepTo(ctx, s.lab.World.Now()+by)
	poke(s.hub.moved)
	if errors.Is(err, context.DeadlineExceeded) {
		return errSlow
	}
	return err
}

// stepNext takes time on to the next thing that is due.
func (s *Server) stepNext(ctx context.Context) error {
	s.lab.World.SetSpeed(0)
	at, any := s.lab.World.Due()
	if !any {
		return errors.New("nothing is due; say by how much time is to go on")
	}
	return s.step(ctx, at-s.lab.World.Now())
}

func (s *Server) showTime(context.Context, *struct{}) (*body[remote.Time], error) {
	return &body[remote.Time]{s.tellTime()}, nil
}

func (s *Server) putSpeed(_ context.Context, in *body[remote.SpeedOrder]) (*body[remote.Time], error) {
	if err := s.setSpeed(in.Body.Speed); err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	return &body[remote.Time]{s.tellTime()}, nil
}

func (s *Server) takeStep(ctx context.Context, in *body[remote.StepOrder]) (*body[remote.Time], error) {
	o := in.Body
	by := time.Duration(math.Round(o.By * float64(time.Second)))
	var err error
	switch {
	case o.Next == (o.By > 0):
		return nil, huma.Error422UnprocessableEntity("give by how many seconds time is to go on, or next")
	case o.Next:
		err = s.stepNext(ctx)
	default:
		err = s.step(ctx, max(by, 1))
	}
	if err != nil {
		return nil, huma.Error409Conflict(err.Error())
	}
	return &body[remote.Time]{s.tellTime()}, nil
}

// slowest is the lowest speed at which anybody waits for a mechanism, which moves
// within a tenth of a second: ours.
const slowest = 0.1

// slow reports whether time stands still, or is so slow that nobody waits for a
// mechanism.
func (h *hands) slow() bool { return h.lab.World.Speed() < slowest }

// errStill is why nothing that has to move can be done.
var errStill = errors.New("time stands still, or hardly passes, and no mechanism moves; let it run first: `switchroom time run`")

// owe notes where a breaker has to be brought back to once time runs.
func (s *movement) owe(to stand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owes = &to
}

// resume brings breakers back that stand elsewhere because time stood still.
func (h *hands) resume() {
	if h.slow() {
		return
	}
	for _, u := range h.lab.Units {
		s := h.movement[u]
		s.mu.Lock()
		to := s.owes
		s.owes = nil
		s.mu.Unlock()
		if to != nil {
			h.bring(u, *to)
		}
	}
}

// owed are the breakers that are still to be brought back.
func (h *hands) owed() []string {
	names := []string{}
	for u, s := range h.movement {
		s.mu.Lock()
		if s.owes != nil {
			names = append(names, u.Name())
		}
		s.mu.Unlock()
	}
	slices.Sort(names)
	return names
}
