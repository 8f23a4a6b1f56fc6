package lab

import (
	"context"
	"errors"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"switchroom/imu"
	"switchroom/lab/remote"
)

func (s *Server) readFront(_ context.Context, in *struct {
	Unit string `path:"unit"`
}) (*body[remote.Front], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	return &body[remote.Front]{s.tellFront(u)}, nil
}

func (s *Server) useHands(_ context.Context, in *struct {
	Unit string `path:"unit"`
	Body remote.HandsOrder
}) (*body[remote.Front], error) {
	u := s.unit(in.Unit)
	if u == nil {
		return nil, noUnit(in.Unit)
	}
	if err := s.lay(u, &in.Body); err != nil {
		return nil, notDone(err)
	}
	return &body[remote.Front]{s.tellFront(u)}, nil
}

// notDone is a refused deed as an answer: 422 what nobody can do, 403 who is not there
// to do it, 409 what cannot be as the breaker is. Nothing has happened.
func notDone(err error) huma.StatusError {
	var told huma.StatusError
	switch {
	case errors.As(err, &told): // of a key
		return told
	case errors.Is(err, errWhich):
		return huma.Error422UnprocessableEntity(err.Error())
	case absent(err):
		return huma.Error403Forbidden(err.Error())
	}
	return huma.Error409Conflict(err.Error())
}

// ermsSwitches are the words for the switch of ERMS. Nobody has wired it before it is
// used first.
var ermsSwitches = map[imu.Switch]string{imu.NoESM: "off", imu.SwitchOff: "off", imu.SwitchOn: "on", imu.SignalLost: "lost"}

// tellFront is the front as it is told.
func (s *Server) tellFront(u *imu.Unit) remote.Front {
	f, c := u.Indicators(s.lab.World.Now()), u.Config()
	t := remote.Front{Unit: u.Name(), Contacts: f.Contacts, Spring: oneOf(f.Charged, "charged", "discharged"), Ready: len(f.NotReady) == 0, NotReady: append([]string{}, f.NotReady...),
		ResetOut: f.Tripped, Position: "fixed", Locks: []remote.FrontLock{}, Coils: []remote.FrontCoil{}, Remote: f.Remote,
		Supply: f.Aux, USB: f.USB, Battery: f.Battery, Powered: f.Powered, Operations: int(f.Operations), LEDs: s.lights(u), Deeds: []remote.HandDeed{}, IO: tellModules(f.IO)}
	if f.Position != 0 {
		t.Position = f.Position.String()
	}
	for l := imu.Padlock; l <= imu.ChassisLock; l++ {
		t.Locks = append(t.Locks, remote.FrontLock{Lock: l.String(), On: f.Locks[l]})
	}
	for _, coil := range imu.Coils() {
		if volts, fitted := f.Supplied[coil]; fitted {
			t.Coils = append(t.Coils, remote.FrontCoil{Coil: strings.ToLower(coil.String()), Fit: c.Mechanism.Fit(coil).String(), Volts: volts, Energised: f.Energised[coil]})
		}
	}
	if withPad(&c) {
		t.Pad = padIs(&f)
	}
	if withERMS(&c) {
		t.ERMSSwitch = ermsIs(&f)
	}
	for _, d := range deedsAt(&c) {
		t.Deeds = append(t.Deeds, d.now(&f))
	}
	return t
}
