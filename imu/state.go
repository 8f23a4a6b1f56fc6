package imu

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"switchroom/access"
	"switchroom/breaker"
	"switchroom/metering"
	"switchroom/paths/iomodule"
	"switchroom/points"
	"switchroom/protection"
)

// state is what a unit keeps without supply. Its JSON is what the memory holds:
// fields may be added, and are then zero in older memories.
type state struct {
	At        time.Duration
	Mechanism breaker.State
	Trip      protection.State
	Meter     meterState
	Groups    [2]protection.Settings
	Group     int
	Settings  settings
	Passwords [4]string
	Neutral   [2]bool // ENCT, ENVT declared
	Offset    time.Duration
	Synced    bool
	Aux       bool
	Battery   bool
	Faults    faultSet
	ERMS      ermsState
	IO        []iomodule.State `json:",omitempty"`
	Optional  protection.ModulesState
	Inhibit   bool // of optional functions, by the IO module
	Name      string
	Input     [8][2]float64   // currents, voltages, frequency: what flows until the next change
	Harmonics []harmonicState `json:",omitempty"` // and beside it
	Load      loadProfile
	Climate   *climate
	Upkeep    upkeep
	Open      []Status
	LastTrip  string
	TripAmps  float64
	Keys      uint64
	Firmware  *firmware `json:",omitempty"`
	Known     []string  // who has proved a password: see access.Monitor.Acquaintances
}

// meterState is stored in its binary form. Older memories have it as JSON. What
// cannot be read costs the energies and nothing else.
type meterState struct {
	metering.State
	bad error
}

func (m meterState) MarshalJSON() ([]byte, error) {
	b, err := m.State.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

func (m *meterState) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '{' {
		m.bad = json.Unmarshal(raw, &m.State)
		return nil
	}
	var b []byte
	if m.bad = json.Unmarshal(raw, &b); m.bad == nil {
		m.bad = m.State.UnmarshalBinary(b)
	}
	return nil
}

// recall takes up what a memory remembered, before the first power-up. Each
// part is judged by itself: settings that do not fit a plug that was changed
// must not give back the factory's passwords. It returns what was lost.
func (u *Unit) recall(stored *StoredUnit) (lost []string) {
	if stored == nil {
		return nil
	}
	for _, r := range stored.Events {
		h := points.EventOf(r.Code).History
		u.book.histories[h].add(h.Depth(), r)
	}
	u.captures = slices.Clone(stored.Waves)
	if stored.State == nil {
		return nil
	}
	var s state
	if err := json.Unmarshal(stored.State, &s); err != nil {
		return []string{"state: " + err.Error()}
	}
	until := u.now
	u.now = min(s.At, until)
	for _, part := range []struct {
		name string
		take func(*state) error
	}{
		{"passwords", u.recallPasswords}, {"locks and other settings", u.recallSettings}, {"events", u.recallEvents}, {"mechanism", u.recallMechanism},
		{"protection settings", u.recallProtection}, {"thermal image", u.recallHeat}, {"optional protection", u.recallTrip}, {"energies", u.recallMeter}, {"firmware", u.recallFirmware},
	} {
		if err := part.take(&s); err != nil {
			lost = append(lost, part.name+": "+err.Error())
		}
	}
	u.input = s.flows()
	u.feed(u.now)
	u.advance(until)
	return lost
}

func (u *Unit) recallPasswords(s *state) error {
	var p [4]Password
	for i := range s.Passwords {
		var err error
		if p[i], err = ParsePassword(s.Passwords[i]); err != nil {
			return fmt.Errorf("level %d: %w", i+1, err)
		}
	}
	u.passwords = p
	u.monitor.Reacquaint(s.Known, u.now)
	return nil
}

func (u *Unit) recallSettings(s *state) error {
	u.clock = clock{s.Offset, s.Synced}
	u.aux, u.battery, u.name = s.Aux, s.Battery, s.Name
	u.faults, u.erms = s.Faults&(1<<numFaults-1), s.ERMS
	if u.cfg.Rating.Poles == 3 {
		u.cfg.Rating.ENCT, u.cfg.Rating.ENVT = s.Neutral[0], s.Neutral[1]
	}
	u.session.keys, u.optInhibit = s.Keys, s.Inhibit
	u.recallIO(s.IO)
	factory := u.set
	u.set = s.Settings // locks and remote control first of all, whatever else does not fit
	return u.fitSettings(&factory)
}

// fitSettings puts what the factory gave in place of what does not fit, each by
// itself.
func (u *Unit) fitSettings(factory *settings) error {
	var bad []error
	if m := u.set.Mode; m < access.ModeUnset || m > access.ModeRemote {
		u.set.Mode = factory.Mode
		bad = append(bad, fmt.Errorf("control mode %d", m))
	}
	for k, d := range u.set.Demand {
		if d.Window < 0 || d.Window > int(metering.Thermal) || d.Minutes < 0 || d.Minutes > 60 {
			u.set.Demand[k] = factory.Demand[k]
			bad = append(bad, fmt.Errorf("demand window %d of %d min", d.Window, d.Minutes))
		}
	}
	if err := u.set.Common.Validate(u.cfg.Rating); err != nil {
		u.set.Common = factory.Common
		bad = append(bad, err)
	}
	return errors.Join(bad...)
}

func (u *Unit) recallEvents(s *state) error {
	for _, open := range s.Open {
		if points.EventOf(open.Code).Name != "" && open.Code != points.CodeSession { // a session does not outlive its unit
			u.book.open = append(u.book.open, open)
		}
	}
	u.load, u.lastTrip, u.tripAmps = s.Load, s.LastTrip, s.TripAmps
	u.upkeep.Done = s.Upkeep.Done
	if s.Climate != nil {
		u.climate = *s.Climate
	}
	return nil
}

func (u *Unit) recallMechanism(s *state) error {
	err := u.mech.Restore(s.Mechanism)
	u.tape.bits = u.statusBits()
	u.engaged = !u.cfg.Mechanism.Drawout || u.mech.Position().InService()
	return err
}

func (u *Unit) recallProtection(s *state) error {
	if s.Group < 0 || s.Group > 1 {
		return fmt.Errorf("group %d", s.Group)
	}
	for i, g := range s.Groups {
		if err := g.Validate(u.cfg.Rating); err != nil {
			return fmt.Errorf("group %c: %w", 'A'+i, err)
		}
	}
	u.groups, u.group = s.Groups, s.Group
	return nil
}

// recallHeat makes the protection anew for the rating and the settings that
// were taken up, and puts the heat back that was in it.
func (u *Unit) recallHeat(s *state) (err error) {
	if u.prot, err = protection.New(u.cfg.Rating, u.groups[u.group], protection.Nominal); err != nil {
		return err
	}
	trip := s.Trip
	trip.At = u.now
	trip.Tripped = trip.Tripped && u.mech.State().Tripped // a trip that no reset would end protects nothing
	return errors.Join(u.prot.Restore(u.now, trip), u.prepare(u.prot))
}

func (u *Unit) recallMeter(s *state) error {
	u.meas = u.newMeter(u.cfg.Rating)
	if s.Meter.bad != nil {
		return s.Meter.bad
	}
	return u.meas.Restore(s.Meter.State)
}

func (s *state) flows() (in input) {
	for k := range in.I {
		in.I[k] = complex(s.Input[k][0], s.Input[k][1])
	}
	for k := range in.V {
		in.V[k] = complex(s.Input[4+k][0], s.Input[4+k][1])
	}
	in.Hz, in.H = s.Input[7][0], spectrumOf(s.Harmonics)
	return in
}

// remember is what the memory asks for: the state now, and the records since
// it last asked.
func (u *Unit) remember() ([]byte, []Record, []*Capture) {
	u.mu.Lock()
	defer u.mu.Unlock()
	s := state{
		At: u.now, Mechanism: u.mech.State(), Trip: u.prot.State(u.now), Meter: meterState{State: u.meas.State(u.now)},
		Groups: u.groups, Group: u.group, Settings: u.set,
		Neutral: [2]bool{u.cfg.Rating.ENCT, u.cfg.Rating.ENVT},
		Offset:  u.clock.offset, Synced: u.clock.synchronised, Aux: u.aux, Battery: u.battery, Faults: u.faults, ERMS: u.erms, IO: u.keepIO(), Optional: u.optional(), Inhibit: u.optInhibit, Name: u.name,
		Load: u.load, Climate: &u.climate, Upkeep: u.upkeep, Open: u.book.open, LastTrip: u.lastTrip, TripAmps: u.tripAmps, Keys: u.session.keys,
		Firmware: u.fw,
		Known:    u.monitor.Acquaintances(),
	}
	for i, p := range u.passwords {
		s.Passwords[i] = string(p[:])
	}
	in := u.ofNetwork()
	for k, c := range in.I {
		s.Input[k] = [2]float64{real(c), imag(c)}
	}
	for k, c := range in.V {
		s.Input[4+k] = [2]float64{real(c), imag(c)}
	}
	s.Input[7][0], s.Harmonics = in.Hz, spectrumState(in.H)
	events, waves := u.unsaved, u.unsavedCaptures
	u.unsaved, u.unsavedCaptures = nil, nil
	raw, err := json.Marshal(s)
	if err != nil {
		// Every part promises plain numbers. A state that cannot be written
		// must not take the place of the last one that could.
		return nil, events, waves
	}
	return raw, events, waves
}

// rerate makes the unit one of rating r: a neutral sensor was declared. Heat,
// energies and settings stay.
func (u *Unit) rerate(r points.Rating) error {
	prot, err := protection.New(r, u.groups[u.group], protection.Nominal)
	if err != nil {
		return err
	}
	if err := errors.Join(prot.Restore(u.now, u.prot.State(u.now)), u.prepare(prot)); err != nil {
		return err
	}
	meas := u.newMeter(r)
	if err := meas.Restore(u.meas.State(u.now)); err != nil {
		return err
	}
	u.stopOptional()
	u.cfg.Rating, u.prot, u.meas = r, prot, meas
	u.feed(u.now)
	return u.recallOptional()
}
