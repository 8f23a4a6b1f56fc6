package imu

import (
	"encoding/json"
	"fmt"
	"time"

	"switchroom/breaker"
	"switchroom/metering"
	"switchroom/points"
	"switchroom/protection"
)

// state is what a unit keeps without supply. Its JSON is what the memory holds:
// fields may be added, and are then zero in older memories.
type state struct {
	At        time.Duration
	Mechanism breaker.State
	Trip      protection.State
	Meter     metering.State
	Groups    [2]protection.Settings
	Group     int
	Settings  settings
	Passwords [4]string
	Neutral   [2]bool // ENCT, ENVT declared
	Offset    time.Duration
	Synced    bool
	Aux       bool
	Battery   bool
	Name      string
	Input     [8][2]float64 // currents, voltages, frequency: what flows until the next change
	Load      loadProfile
	Open      []Status
	LastTrip  string
	TripAmps  float64
	Keys      uint64
}

// Remember makes the unit keep its state in m, and takes up what m remembered
// of it (nil: nothing). The world must be at the time until which it was alive.
// A state that cannot be is not taken up: the unit is then as it left the
// factory, and says so in an event.
func (u *Unit) Remember(m *Memory, stored *StoredUnit, damaged bool) {
	u.with(u.world.Now(), func() {
		if stored != nil {
			u.recall(stored)
		}
		if damaged {
			u.note(points.CodeStateLost, Pulse, "damage in the memory")
		}
		u.memory = m
		u.dirty = true
	})
	m.attach(u.cfg.Name, u)
}

func (u *Unit) recall(stored *StoredUnit) {
	for _, r := range stored.Events {
		h := points.EventOf(r.Code).History
		u.book.histories[h].add(h.Depth(), r)
	}
	if stored.State == nil {
		return
	}
	if err := u.restore(stored.State); err != nil {
		u.note(points.CodeStateLost, Pulse, err.Error())
	}
}

// restore takes up a state, whole or not at all.
func (u *Unit) restore(raw json.RawMessage) error {
	var s state
	if err := json.Unmarshal(raw, &s); err != nil {
		return fmt.Errorf("state: %w", err)
	}
	rating := u.cfg.Rating
	if rating.Poles == 3 {
		rating.ENCT, rating.ENVT = s.Neutral[0], s.Neutral[1]
	}
	parts, err := s.build(rating, u.cfg.Mechanism)
	if err != nil {
		return err
	}
	u.cfg.Rating = rating
	u.mech, u.prot, u.meas, u.passwords = parts.mech, parts.prot, parts.meas, parts.passwords
	u.groups, u.group, u.set = s.Groups, s.Group, s.Settings
	u.clock = clock{s.Offset, s.Synced}
	u.aux, u.battery, u.name = s.Aux, s.Battery, s.Name
	u.load, u.book.open, u.lastTrip, u.tripAmps = s.Load, s.Open, s.LastTrip, s.TripAmps
	u.session.keys = s.Keys
	u.input = s.flows()
	until := u.now
	u.now = s.At
	u.feed(s.At)
	u.advance(until)
	return nil
}

// parts are what a unit owns, made from a state.
type parts struct {
	mech      *breaker.Breaker
	prot      *protection.Engine
	meas      *metering.Meter
	passwords [4]Password
}

// build makes the parts from a state, checking each.
func (s *state) build(r points.Rating, mech breaker.Config) (p parts, err error) {
	if s.Group < 0 || s.Group > 1 {
		return p, fmt.Errorf("settings group %d", s.Group)
	}
	for i, g := range s.Groups {
		if err := g.Validate(r); err != nil {
			return p, fmt.Errorf("settings group %c: %w", 'A'+i, err)
		}
	}
	for i := range s.Passwords {
		if p.passwords[i], err = ParsePassword(s.Passwords[i]); err != nil {
			return p, fmt.Errorf("level %d: %w", i+1, err)
		}
	}
	p.mech = breaker.New(mech)
	if err := p.mech.Restore(s.Mechanism); err != nil {
		return p, err
	}
	if p.prot, err = protection.New(r, s.Groups[s.Group], protection.Nominal); err != nil {
		return p, err
	}
	if err := p.prot.Restore(s.At, s.Trip); err != nil {
		return p, err
	}
	p.meas = metering.New(r)
	p.meas.Configure(s.At, s.Settings.metering())
	return p, p.meas.Restore(s.Meter)
}

func (s *state) flows() (in input) {
	for k := range in.I {
		in.I[k] = complex(s.Input[k][0], s.Input[k][1])
	}
	for k := range in.V {
		in.V[k] = complex(s.Input[4+k][0], s.Input[4+k][1])
	}
	in.Hz = s.Input[7][0]
	return in
}

// remember is what the memory asks for: the state now, and the records since
// it last asked.
func (u *Unit) remember() ([]byte, []Record) {
	u.mu.Lock()
	defer u.mu.Unlock()
	s := state{
		At: u.now, Mechanism: u.mech.State(), Trip: u.prot.State(u.now), Meter: u.meas.State(u.now),
		Groups: u.groups, Group: u.group, Settings: u.set,
		Neutral: [2]bool{u.cfg.Rating.ENCT, u.cfg.Rating.ENVT},
		Offset:  u.clock.offset, Synced: u.clock.synchronised, Aux: u.aux, Battery: u.battery, Name: u.name,
		Load: u.load, Open: u.book.open, LastTrip: u.lastTrip, TripAmps: u.tripAmps, Keys: u.session.keys,
	}
	for i, p := range u.passwords {
		s.Passwords[i] = string(p[:])
	}
	for k, c := range u.input.I {
		s.Input[k] = [2]float64{real(c), imag(c)}
	}
	for k, c := range u.input.V {
		s.Input[4+k] = [2]float64{real(c), imag(c)}
	}
	s.Input[7][0] = u.input.Hz
	events := u.unsaved
	u.unsaved = nil
	raw, err := json.Marshal(s)
	if err != nil {
		// Every part promises plain numbers. A state that cannot be written
		// must not take the place of the last one that could.
		return nil, events
	}
	return raw, events
}

// rerate makes the unit one of rating r: a neutral sensor was declared. Heat,
// energies and settings stay.
func (u *Unit) rerate(r points.Rating) error {
	prot, err := protection.New(r, u.groups[u.group], protection.Nominal)
	if err != nil {
		return err
	}
	if err := prot.Restore(u.now, u.prot.State(u.now)); err != nil {
		return err
	}
	meas := metering.New(r)
	meas.Configure(u.now, u.set.metering())
	if err := meas.Restore(u.meas.State(u.now)); err != nil {
		return err
	}
	u.cfg.Rating, u.prot, u.meas = r, prot, meas
	u.feed(u.now)
	return nil
}
